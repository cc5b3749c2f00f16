"""The list of sheets of an xlsx file: which part of the package each of them is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from workflow.ledger.limits import MAX_UNPACKED, check_sheets, too_large
from workflow.ledger.tags import ATTRIBUTE, ATTRIBUTES, PREFIX, check_tags
from workflow.ledger.zips import Package

_WORKBOOK_SIZE = 20_000_000  # bytes
_SHEET = re.compile(rb"<" + PREFIX + rb"sheet(?=[\s/>])" + ATTRIBUTES + rb">")
_RELATION = re.compile(rb"<" + PREFIX + rb"Relationship(?=[\s/>])" + ATTRIBUTES + rb">")

Faults = Mapping[tuple[int, int], str]


def parts_of_sheets(package: Package) -> list[str]:
    """Return the part of each sheet; empty where it cannot be told.

    Raises:
        LedgerError: too many sheets, or tags in the list that could hide some.
    """
    path = next(name for name in package.parts if name.lower().endswith("workbook.xml"))
    folder = path.rpartition("/")[0]
    book, relations = _part(package, path), _part(package, f"{folder}/_rels/workbook.xml.rels")
    targets: dict[bytes, str] = {}
    for attributes in _RELATION.findall(relations):
        about = _attributes(attributes)
        targets[about.get(b"Id", b"")] = about.get(b"Target", b"").decode("utf-8", "replace").lower()
    sheets = _SHEET.findall(book)
    check_sheets(len(sheets))
    parts = {name.lower(): name for name in package.parts}
    return [_part_of(_attributes(attributes), targets, folder.lower(), parts) for attributes in sheets]


def _part(package: Package, name: str) -> bytes:
    """Return a part that is small, unless its tags are odd; comments are let pass."""
    content = package.whole(name, _WORKBOOK_SIZE)
    check_tags(content.replace(b"<!--", b""))
    return content


def _part_of(about: Mapping[bytes, bytes], targets: Mapping[bytes, str], folder: str, parts: Mapping[str, str]) -> str:
    """Return the part of one sheet, found as the parser finds it."""
    ids = [value for name, value in about.items() if name.endswith(b":id")]
    path = targets.get(ids[0], "") if len(ids) == 1 else ""
    places = (path.lstrip("/"),) if path.startswith("/") else (f"{folder}/{path}", path)
    return next((parts[place] for place in places if place in parts), "")


def _attributes(text: bytes) -> dict[bytes, bytes]:
    """Return the attributes of a tag."""
    return {name: double or single for name, double, single in ATTRIBUTE.findall(text)}


def check_length(package: Package, sheets: Sequence[str], scanned: Iterable[str]) -> None:
    """Refuse sheets that together take too long to parse: many of them may name one part."""
    sizes = {name: package.parts[name].file_size for name in scanned}
    largest = max(sizes.values(), default=0)  # what a sheet whose part is not found may take
    if sum(sizes.get(name, largest) for name in sheets) > MAX_UNPACKED:
        raise too_large(f"各工作表合计超过 {MAX_UNPACKED} 字节", f"its sheets take more than {MAX_UNPACKED} bytes")


def by_sheet(sheets: Sequence[str], faults: Mapping[str, Faults]) -> dict[int, Faults]:
    """Give the faults of each part to its sheet; those of a part that no sheet names go to every sheet."""
    lost = {place: text for name, own in faults.items() if name not in sheets for place, text in own.items()}
    shared = {name: {**lost, **faults[name]} if name in faults else lost for name in set(sheets)}
    return {index: shared[name] for index, name in enumerate(sheets)}
