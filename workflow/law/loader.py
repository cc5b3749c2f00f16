"""Read definition files into editions, overlays and the rest, and report all faults at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from functools import reduce
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from workflow.law.check import check_edition
from workflow.law.indications import Indications, Names, check_indications
from workflow.law.kinds import Strict
from workflow.law.model import IN_A_FILE, Convention, Coverage, Edition, Overlay, Transitions
from workflow.law.source import LARGEST, LONGEST, DefinitionError, Fault, Source, cut, read_source

Model = TypeVar("Model", bound=BaseModel)
MEANINGS = {
    "bool_parsing": "应为 true 或者 false",
    "date_from_datetime_parsing": '应为日期，如 "2026-05-11"',
    "dict_type": "应为键和值",
    "enum": "没有这个取值",
    "extra_forbidden": "没有这个键",
    "greater_than_equal": "数值过小",
    "int_parsing": "应为整数",
    "int_type": "应为整数",
    "less_than_equal": "数值过大",
    "literal_error": "没有这个取值",
    "missing": "缺少这一项",
    "model_type": "应为键和值",
    "string_pattern_mismatch": "写法不对",
    "string_too_short": "不能为空",
    "string_type": "应为文字",
    "too_short": "项数不足",
    "tuple_type": "应为列表",
    "union_tag_invalid": "没有这一类",
    "union_tag_not_found": "没有写明种类",
    "unknown_way": "应写明算法：first_filled、plus、before、lapsed_vote 之一",
}


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
    indications: Indications | None = None
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
        source = Source(str(folder))
        raise DefinitionError([source.fault((), f"没有程序“{procedure}”的定义", f"no definitions of “{procedure}”")])
    for entry in yaml_files(folder):
        _load_one(entry, f"{procedure}/{entry.name}", loaded, faults)
    overlays = root / "overlays"
    if overlays.is_dir():
        for entry in yaml_files(overlays):
            _load_overlay(entry, f"overlays/{entry.name}", loaded, faults)
    if not loaded.editions and not faults:
        source = Source(procedure)
        faults.append(source.fault((), "没有任何版本", "there is no edition"))
    loaded.editions.sort(key=lambda edition: edition.edition)
    if loaded.indications and not faults:
        names = Names(loaded.editions, loaded.conventions)
        faults += check_indications(loaded.indications, names, loaded.sources["indications"])
    if faults:
        raise DefinitionError(sorted(faults, key=lambda fault: (fault.file, fault.line)))
    return loaded


def load_edition(text: str, name: str) -> tuple[Edition, Source]:
    """Return one edition from its text; raises DefinitionError with all faults."""
    return _sound(read_source(text, name))


def load_edition_file(path: Traversable, name: str = "") -> tuple[Edition, Source]:
    """Return the edition in a file of any name; raises DefinitionError with all faults, OSError.

    ``name``: what faults call the file; empty, its own name.
    """
    return _sound(read_definition(path, name or path.name))


def _sound(source: Source) -> tuple[Edition, Source]:
    edition, faults = _edition(source)
    if edition is None or faults:
        raise DefinitionError(faults)
    return edition, source


def _edition(source: Source) -> tuple[Edition | None, list[Fault]]:
    """Return the edition, or None, with all faults; what has no right form is left out where names are checked."""
    edition, errors = _validate(Edition, source.value)
    faults = _faults(errors, source)
    rest = edition or _validate(Edition, _without(source.value, errors))[0]
    if rest is not None:
        faults += check_edition(rest, source)
    return edition, faults


def _without(value: Any, errors: Sequence[ErrorDetails]) -> Any:  # noqa: ANN401 - as it stands in the file
    """Return the values of a file without the rules and the unknown keys that are faulty."""
    rest = deepcopy(value)
    for error in errors:
        match error["loc"]:
            case ("steps", step, "rules", rule, *_):
                rest["steps"][step]["rules"].pop(rule, None)
            case (*above, key) if error["type"] == "extra_forbidden":
                reduce(_inside, above, rest).pop(key, None)
    return rest


def _inside(value: Any, name: str | int) -> dict[str, Any]:  # noqa: ANN401 - as it stands in the file
    """Return the mapping under a key, an empty one where there is none."""
    inner = value.get(name) if isinstance(value, dict) else None
    return inner if isinstance(inner, dict) else {}


def yaml_files(folder: Traversable) -> Iterator[Traversable]:
    """Return the definition files of a folder, by name."""
    entries = (entry for entry in folder.iterdir() if _is_definition(entry))
    return iter(sorted(entries, key=lambda entry: entry.name))


def _is_definition(entry: Traversable) -> bool:
    """Tell whether a file is ours: what begins with a dot was put there by a system or an editor."""
    return entry.is_file() and entry.name.endswith(".yaml") and not entry.name.startswith(".")


def read_definition(entry: Traversable, name: str) -> Source:
    """Return a parsed file; no more of it is read than a definition can hold."""
    with entry.open("rb") as file:
        data = file.read(4 * LARGEST)
    try:
        return read_source(data.decode(), name)
    except UnicodeDecodeError:
        source = Source(name)
        source.faults.append(source.fault((), "不是 UTF-8 编码的文本", "not text in UTF-8"))
        return source


def _load_one(entry: Traversable, name: str, loaded: Definitions, faults: list[Fault]) -> None:
    stem = entry.name.removesuffix(".yaml")
    source = read_definition(entry, name)
    special: dict[str, type[BaseModel]] = {
        "coverage": Coverage, "transitions": Transitions, "conventions": Conventions, "indications": Indications,
    }  # fmt: skip
    if stem in special:
        value, found = validated(special[stem], source)
        faults += found
        _keep(value, loaded)
        loaded.sources[stem] = source
        return
    edition, found = _edition(source)
    faults += found
    if edition is None:
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
        case Indications():
            loaded.indications = value
        case _:
            pass


def _load_overlay(entry: Traversable, name: str, loaded: Definitions, faults: list[Fault]) -> None:
    source = read_definition(entry, name)
    overlay, found = validated(Overlay, source)
    faults += found
    if overlay is None:
        return
    if overlay.overlay != entry.name.removesuffix(".yaml"):
        zh = f"文件名应为 overlays/{overlay.overlay}.yaml"
        faults.append(source.fault(("overlay",), zh, "file name and overlay do not agree"))
    if overlay.procedure == loaded.procedure:
        loaded.overlays[overlay.overlay] = overlay
        loaded.sources[f"overlay:{overlay.overlay}"] = source


def validated(model: type[Model], source: Source) -> tuple[Model | None, list[Fault]]:
    """Return the model, or None, with the faults of the file."""
    value, errors = _validate(model, source.value)
    return value, _faults(errors, source)


def _validate(model: type[Model], value: Any) -> tuple[Model | None, list[ErrorDetails]]:  # noqa: ANN401 - as it stands
    try:
        return model.model_validate(value, context=IN_A_FILE), []
    except ValidationError as error:
        return None, error.errors(include_url=False)


def _faults(errors: Sequence[ErrorDetails], source: Source) -> list[Fault]:
    """Return what was wrong with the text and, where it could be read, with its form."""
    unread = source.value is None and source.faults
    return [*source.faults, *(_fault(error, source) for error in errors if not unread)]


def _fault(error: ErrorDetails, source: Source) -> Fault:
    path = _in_file(error, source)
    tag = str(error.get("ctx", {}).get("tag", ""))  # a kind that there is none of, which pydantic quotes in full
    message = error["msg"].removeprefix("Value error, ").replace(tag, cut(tag))
    value = error["input"]
    shown = f" ({_short(value)})" if isinstance(value, str | int | bool) else ""
    zh = MEANINGS.get(error["type"], message)
    return source.fault(path, f"不合格式：{zh}{shown}", f"{message}{shown}")


def _short(value: str | int) -> str:
    """Return a value as it stands in a message, cut where it is long."""
    return cut(repr(value[: LONGEST + 1] if isinstance(value, str) else value))


def _in_file(error: ErrorDetails, source: Source) -> tuple[str | int, ...]:
    """Return the path of an error without what stands nowhere in the file, save the key that is missing."""
    path: tuple[str | int, ...] = ()
    for part in error["loc"]:
        if (*path, part) in source.lines:
            path = (*path, part)
    return (*path, error["loc"][-1]) if error["type"] == "missing" else path
