"""YAML text to plain values that remember their lines; duplicate keys and other surprises are faults.

Only strings, whole numbers, true/false and null are understood; ``no`` is the word no and a day is text until the
definition says that it is a day (YAML 1.2 without its guesses). References (``*name``) and tags (``!name``) are faults:
what stands in a definition stands there in full.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from workflow.errors import Text, WorkflowError

Path = tuple[str | int, ...]
WHOLE_NUMBER = re.compile(r"[-+]?(0|[1-9][0-9]{0,8})")  # anything longer is a slip, and stays text
WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}
LARGEST = 2_000_000  # characters of one definition file
DEEPEST = 40  # levels; the format needs ten
LONGEST = 80  # characters of a key or a value in a message


def cut(text: str) -> str:
    """Return a text as it stands in a message, cut where it is long."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a definition, and where it stands."""

    file: str
    line: int  # counted from 1
    where: str  # path inside the file, keys joined by dots, long ones cut
    what: Text

    def __str__(self) -> str:
        """Return ``file:line: path: what``, as editors understand it."""
        place = f"{self.file}:{self.line}: " + (f"{self.where}: " if self.where else "")
        return f"{place}{self.what}"


class DefinitionError(WorkflowError):
    """Definitions cannot be used; ``faults`` holds all of them at once."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        """Keep the faults as data; the message lists every one."""
        self.faults = tuple(faults)
        lines = "\n".join(f"  {fault}" for fault in self.faults)
        count = len(self.faults)
        what = Text(f"定义有 {count} 处错误", f"the definitions have {count} fault(s)")
        super().__init__(what)
        self.lines = lines

    def __str__(self) -> str:
        """Return the headline and one line a fault."""
        return f"{self.what}\n{self.lines}"


@dataclass(slots=True)
class Source:
    """A parsed file: its values and the line of every path in it."""

    name: str
    value: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def line(self, path: Sequence[str | int]) -> int:
        """Return the line of ``path``, or of the nearest part of it that stands in the file."""
        known = tuple(path)
        while known and known not in self.lines:
            known = known[:-1]
        return self.lines.get(known, 1)

    def fault(self, path: Sequence[str | int], zh: str, en: str, line: int | None = None) -> Fault:
        """Return a fault at ``path``; ``line``: where it stands, when that is not the line of the path."""
        where = ".".join(cut(str(part)) for part in path)
        return Fault(self.name, line or self.line(path), where, Text(zh, en))


def read_source(text: str, name: str) -> Source:
    """Return the values of ``text`` with their lines; what is wrong is in ``faults``, nothing is raised.

    Where the text cannot be read to its end there is no value at all.
    """
    source = Source(name)
    if len(text) > LARGEST:
        source.faults.append(source.fault((), "文件过大", f"more than {LARGEST} characters"))
        return source
    try:
        source.value = _document(YAML(typ="safe").parse(text.removeprefix("\ufeff")), source)
    except (YAMLError, UnicodeError) as error:
        mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
        problem = error.problem if isinstance(error, MarkedYAMLError) else " ".join(str(error).split())
        line = min(mark.line + 1, max(len(text.splitlines()), 1)) if mark else None
        source.faults.append(source.fault((), f"不是合法的 YAML：{problem}", f"not valid YAML: {problem}", line))
    return source


def _document(events: Iterator[Event], source: Source) -> Any:  # noqa: ANN401 - YAML holds anything
    """Return the value of the one document of a file.

    The parser's events are read one by one: its own composer would exhaust the stack on a text nested without end.
    """
    documents = 0
    value: Any = None
    for event in events:
        if not isinstance(event, DocumentStartEvent):
            continue
        documents += 1
        if documents > 1:
            raise MarkedYAMLError(problem="a second document begins here", problem_mark=event.start_mark)
        value = _value(next(events), events, (), source)
    if not documents:
        source.faults.append(source.fault((), "文件是空的", "the file is empty"))
    return value


def _value(event: Event, events: Iterator[Event], path: Path, source: Source) -> Any:  # noqa: ANN401 - YAML holds anything
    source.lines.setdefault(path, event.start_mark.line + 1)
    if len(path) > DEEPEST:
        raise MarkedYAMLError(problem="nested too deeply", problem_mark=event.start_mark)
    if isinstance(event, AliasEvent):
        source.faults.append(source.fault(path, "不支持引用，请写全", "references are not understood: write it out"))
        return None
    if getattr(event, "implicit", True) in (False, (False, False)):
        source.faults.append(source.fault(path, "不支持标签", "tags are not understood"))
    if isinstance(event, ScalarEvent):
        return _scalar(event)
    if isinstance(event, SequenceStartEvent):
        return _sequence(events, path, source)
    return _mapping(events, path, source)


def _sequence(events: Iterator[Event], path: Path, source: Source) -> list[Any]:
    result: list[Any] = []
    while not isinstance(event := next(events), SequenceEndEvent):
        result.append(_value(event, events, (*path, len(result)), source))
    return result


def _mapping(events: Iterator[Event], path: Path, source: Source) -> dict[str, Any]:
    result: dict[str, Any] = {}
    while not isinstance(event := next(events), MappingEndEvent):
        key = _key(event, events, path, source)
        here = (*path, key)
        line = event.start_mark.line + 1
        source.lines.setdefault(here, line)
        if key in result:
            zh, en = f"重复的键“{cut(key)}”", f"the key “{cut(key)}” stands twice"
            source.faults.append(source.fault(here, zh, en, line))
        value = _value(next(events), events, here, source)
        result.setdefault(key, value)
    return result


def _key(event: Event, events: Iterator[Event], path: Path, source: Source) -> str:
    """Return a key of a mapping: one word, whatever else stands there is a fault."""
    if isinstance(event, ScalarEvent):
        return str(event.value)
    source.faults.append(source.fault(path, "键应是一个词", "a key is a word", event.start_mark.line + 1))
    _value(event, events, (*path, "?"), source)
    return "?"


def _scalar(event: ScalarEvent) -> str | int | bool | None:
    text: str = event.value
    if event.style:  # quoted or a block: always text
        return text
    if text in WORDS:
        return WORDS[text]
    return int(text) if WHOLE_NUMBER.fullmatch(text) else text
