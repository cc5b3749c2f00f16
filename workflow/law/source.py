"""YAML text to plain values that remember their lines; duplicate keys and other surprises are faults.

Only strings, whole numbers, true/false and null are understood; ``no`` is the word no and a day is text until the
definition says that it is a day (YAML 1.2 without its guesses).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from workflow.errors import Text, WorkflowError

Path = tuple[str | int, ...]
WHOLE_NUMBER = re.compile(r"[-+]?(0|[1-9]\d*)")
WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}
LARGEST = 2_000_000  # characters of one definition file


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a definition, and where it stands."""

    file: str
    line: int  # counted from 1
    where: str  # path inside the file, keys joined by dots
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

    def fault(self, path: Sequence[str | int], zh: str, en: str) -> Fault:
        """Return a fault at ``path``."""
        return Fault(self.name, self.line(path), ".".join(map(str, path)), Text(zh, en))


def read_source(text: str, name: str) -> Source:
    """Return the values of ``text`` with their lines; what is wrong is in ``faults``, nothing is raised."""
    source = Source(name)
    if len(text) > LARGEST:
        source.faults.append(source.fault((), "文件过大", f"more than {LARGEST} characters"))
        return source
    try:
        node = YAML(typ="safe").compose(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        what = Text(f"不是合法的 YAML：{error.problem}", f"not valid YAML: {error.problem}")
        source.faults.append(Fault(name, line, "", what))
        return source
    except YAMLError as error:
        source.faults.append(source.fault((), f"不是合法的 YAML：{error}", f"not valid YAML: {error}"))
        return source
    if node is None:
        source.faults.append(source.fault((), "文件是空的", "the file is empty"))
    else:
        source.value = _value(node, (), source, frozenset())
    return source


def _value(node: Node, path: Path, source: Source, above: frozenset[int]) -> Any:  # noqa: ANN401 - YAML holds anything
    source.lines.setdefault(path, node.start_mark.line + 1)
    if id(node) in above:
        source.faults.append(source.fault(path, "引用自身", "refers to itself"))
        return None
    if isinstance(node, ScalarNode):
        return _scalar(node)
    inside = above | {id(node)}
    if isinstance(node, SequenceNode):
        return [_value(item, (*path, number), source, inside) for number, item in enumerate(node.value)]
    assert isinstance(node, MappingNode)  # noqa: S101 - YAML has three kinds of nodes
    return _mapping(node, path, source, inside)


def _mapping(node: MappingNode, path: Path, source: Source, inside: frozenset[int]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        here = (*path, key)
        if key in result:
            source.lines[here] = key_node.start_mark.line + 1
            source.faults.append(source.fault(here, f"重复的键“{key}”", f"the key “{key}” stands twice"))
            continue
        source.lines[here] = key_node.start_mark.line + 1
        result[key] = _value(value_node, here, source, inside)
    return result


def _scalar(node: ScalarNode) -> str | int | bool | None:
    text: str = node.value
    if node.style:  # quoted or a block: always text
        return text
    if text in WORDS:
        return WORDS[text]
    return int(text) if WHOLE_NUMBER.fullmatch(text) else text
