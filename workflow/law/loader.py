"""Read definition files into editions, overlays and the rest, and report all faults at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from workflow.law.check import check_edition
from workflow.law.kinds import Strict
from workflow.law.model import Convention, Coverage, Edition, Overlay, Transitions
from workflow.law.source import DefinitionError, Fault, Source, read_source

Model = TypeVar("Model", bound=BaseModel)
SKIPPED = {"demand", "function-before", "function-after", "function-wrap"}


class Conventions(Strict):
    """The file of conventions."""

    conventions: dict[str, Convention]


@dataclass(slots=True)
class Definitions:
    """All that a folder of definitions says about one procedure, with the sources for pointing at lines."""

    procedure: str
    editions: list[Edition] = field(default_factory=list)  # by date
    overlays: dict[str, Overlay] = field(default_factory=dict)
    coverage: Coverage | None = None
    transitions: Transitions | None = None
    conventions: dict[str, Convention] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)  # "2026-05-11", "overlay:university", "coverage", …


def definitions_root(override: str | None = None) -> Traversable:
    """Return the folder of definitions: ``override`` (the caller reads JISHI_DEFINITIONS), else the packed one."""
    return Path(override) if override else files("definitions")


def load_definitions(root: Traversable, procedure: str = "recruitment") -> Definitions:
    """Return everything about ``procedure`` found below ``root``.

    Raises DefinitionError with every fault of every file, in the order of files and lines.
    """
    loaded = Definitions(procedure)
    faults: list[Fault] = []
    folder = root / procedure
    if not folder.is_dir():
        source = Source(str(procedure))
        raise DefinitionError([source.fault((), f"没有程序“{procedure}”的定义", f"no definitions of “{procedure}”")])
    for entry in _yaml_files(folder):
        _load_one(entry, f"{procedure}/{entry.name}", loaded, faults)
    overlays = root / "overlays"
    if overlays.is_dir():
        for entry in _yaml_files(overlays):
            _load_overlay(entry, f"overlays/{entry.name}", loaded, faults)
    if not loaded.editions and not faults:
        source = Source(procedure)
        faults.append(source.fault((), "没有任何版本", "there is no edition"))
    if faults:
        raise DefinitionError(sorted(faults, key=lambda fault: (fault.file, fault.line)))
    loaded.editions.sort(key=lambda edition: edition.edition)
    return loaded


def load_edition(text: str, name: str) -> tuple[Edition, Source]:
    """Return one edition from its text; raises DefinitionError with all faults."""
    source = read_source(text, name)
    edition, faults = _validated(Edition, source)
    if edition is not None:
        faults += check_edition(edition, source)
    if edition is None or faults:
        raise DefinitionError(faults)
    return edition, source


def _yaml_files(folder: Traversable) -> Iterator[Traversable]:
    entries = (entry for entry in folder.iterdir() if entry.name.endswith(".yaml"))
    return iter(sorted(entries, key=lambda entry: entry.name))


def _load_one(entry: Traversable, name: str, loaded: Definitions, faults: list[Fault]) -> None:
    stem = entry.name.removesuffix(".yaml")
    text = entry.read_text(encoding="utf-8")
    special: dict[str, type[BaseModel]] = {
        "coverage": Coverage, "transitions": Transitions, "conventions": Conventions,
    }  # fmt: skip
    if stem in special:
        source = read_source(text, name)
        value, found = _validated(special[stem], source)
        faults += found
        _keep(value, loaded)
        loaded.sources[stem] = source
        return
    try:
        edition, source = load_edition(text, name)
    except DefinitionError as error:
        faults += error.faults
        return
    if edition.edition.isoformat() != stem or edition.procedure != loaded.procedure:
        zh = f"文件名应为 {edition.procedure}/{edition.edition}.yaml"
        faults.append(source.fault(("edition",), zh, "file name, procedure and edition do not agree"))
    loaded.editions.append(edition)
    loaded.sources[stem] = source


def _keep(value: BaseModel | None, loaded: Definitions) -> None:
    match value:
        case Coverage():
            loaded.coverage = value
        case Transitions():
            loaded.transitions = value
        case Conventions():
            loaded.conventions = value.conventions
        case _:
            pass


def _load_overlay(entry: Traversable, name: str, loaded: Definitions, faults: list[Fault]) -> None:
    source = read_source(entry.read_text(encoding="utf-8"), name)
    overlay, found = _validated(Overlay, source)
    faults += found
    if overlay is not None and overlay.procedure == loaded.procedure:
        loaded.overlays[overlay.overlay] = overlay
        loaded.sources[f"overlay:{overlay.overlay}"] = source


def _validated(model: type[Model], source: Source) -> tuple[Model | None, list[Fault]]:
    """Return the model, or None with the faults of the file."""
    faults = list(source.faults)
    try:
        value = model.model_validate(source.value)
    except ValidationError as error:
        faults += [_fault(item, source) for item in error.errors(include_url=False)]
        return None, faults
    return value, faults


def _fault(item: Any, source: Source) -> Fault:  # noqa: ANN401 - pydantic's error dictionary
    path = _in_file(item["loc"], source)
    message = str(item["msg"]).removeprefix("Value error, ")
    value = item.get("input")
    shown = f" ({value!r})" if isinstance(value, str | int | bool) else ""
    return source.fault(path, f"不合格式：{message}{shown}", f"{message}{shown}")


def _in_file(location: Sequence[str | int], source: Source) -> tuple[str | int, ...]:
    """Drop what pydantic adds to the path: union tags and names that stand nowhere in the file."""
    path: tuple[str | int, ...] = ()
    for part in location:
        longer = (*path, part)
        if longer in source.lines:
            path = longer
        elif part == location[-1] and isinstance(part, str) and part not in SKIPPED:
            return longer
    return path
