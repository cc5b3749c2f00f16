"""Bring the style sheet and the script of others into ``static/vendor``, from the packages that their authors publish.

``python -m web.vendoring bootstrap-5.3.9.tgz htmx.org-2.0.11.tgz`` writes the files, their licences and ``vendor.json``
with where each comes from and its hash. The packages are fetched with ``npm pack bootstrap@5.3.9`` and so on.

Two things are taken out on the way: images written into the style sheet as ``data:`` addresses, because our pages load
nothing of the kind (see ``headers``), and the pointer to a source map that is not brought along.
"""

from __future__ import annotations

import json
import re
import sys
import tarfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

FOLDER = Path(__file__).parent / "static" / "vendor"
LIST = "vendor.json"
INLINE_IMAGE = re.compile(rb'url\("data:[^"]*"\)')
SOURCE_MAP = re.compile(rb"\n?/\*# sourceMappingURL=[^*]*\*/\s*")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is taken of a package: the files in it, and the names that they bear here."""

    name: str
    home: str
    files: tuple[tuple[str, str], ...]


WANTED = (
    Wanted(
        "bootstrap",
        "https://github.com/twbs/bootstrap",
        (("dist/css/bootstrap.min.css", "bootstrap.min.css"), ("LICENSE", "bootstrap.LICENSE.txt")),
    ),
    Wanted(
        "htmx.org",
        "https://github.com/bigskysoftware/htmx",
        (("dist/htmx.min.js", "htmx.min.js"), ("LICENSE", "htmx.LICENSE.txt")),
    ),
)


def without_inline_images(style: bytes) -> bytes:
    """Return a style sheet that loads no image written into it, and points to no source map."""
    return SOURCE_MAP.sub(b"\n", INLINE_IMAGE.sub(b"none", style))


def take(package: Path, folder: Path = FOLDER) -> dict[str, object]:
    """Write the wanted files of a package into a folder; return its line of the list.

    Raises ValueError for a package that nobody asked for, KeyError if a file is missing in it.
    """
    with tarfile.open(package) as archive:
        about = json.loads(_member(archive, "package.json"))
        wanted = next((one for one in WANTED if one.name == about["name"]), None)
        if wanted is None:
            raise ValueError(f"{package.name}: nothing of the package {about['name']!r} is used here")
        files = [_write(folder / ours, theirs, _member(archive, theirs)) for theirs, ours in wanted.files]
    return {
        "name": about["name"],
        "version": about["version"],
        "licence": about["license"],
        "home": wanted.home,
        "package": f"npm {about['name']}@{about['version']}",
        "files": files,
    }


def _member(archive: tarfile.TarFile, name: str) -> bytes:
    found = archive.extractfile(f"package/{name}")
    if found is None:
        raise KeyError(name)
    return found.read()


def _write(path: Path, theirs: str, content: bytes) -> dict[str, object]:
    ours = without_inline_images(content) if path.suffix == ".css" else content
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(ours)
    line: dict[str, object] = {"file": path.name, "from": theirs, "sha256": sha256(ours).hexdigest()}
    if ours != content:
        line |= {"sha256_as_published": sha256(content).hexdigest(), "changed": "data: images and source map removed"}
    return line


def differing(folder: Path = FOLDER) -> Iterator[str]:
    """Yield the files of a folder that are not what its list says: changed, missing or not listed."""
    packages = json.loads((folder / LIST).read_text(encoding="utf-8"))["packages"]
    listed = {one["file"]: one["sha256"] for package in packages for one in package["files"]}
    there = {path.name: path for path in folder.iterdir() if path.name != LIST}
    for name in sorted(listed.keys() | there.keys()):
        if name not in there or sha256(there[name].read_bytes()).hexdigest() != listed.get(name):
            yield name


def main(packages: Sequence[str]) -> None:
    """Take the packages named on the command line and write the list anew."""
    lines = [take(Path(name)) for name in packages]
    words = json.dumps({"packages": lines}, ensure_ascii=False, indent=2)
    (FOLDER / LIST).write_text(words + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
