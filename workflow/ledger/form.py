"""The form of a ledger: which column of the sheet becomes which column of the case, loaded from YAML text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from workflow.errors import LedgerError, Text
from workflow.plain import squeezed

ROSTER_FIELDS = frozenset({"name", "branch", "standing", "full_on", "penalty", "penalty_from", "penalty_until"})


class CellKind(StrEnum):
    """What stands in the cells of a column."""

    DAY = "day"
    DAYS = "days"
    COUNT = "count"
    HOURS = "hours"
    NAME = "name"
    TEXT = "text"
    CHOICE = "choice"
    BALLOT = "ballot"


@dataclass(frozen=True, slots=True)
class FormColumn:
    """One column: its header on the sheet, the name it gets (of a case column or roster field), what it holds."""

    header: str
    column: str
    kind: CellKind
    values: Mapping[str, str]  # the words of a choice and what they stand for; empty for other kinds


@dataclass(frozen=True, slots=True)
class RosterForm:
    """How the sheet with the members looks."""

    sheet: str
    header_holds: str
    columns: tuple[FormColumn, ...]


@dataclass(frozen=True, slots=True)
class LedgerForm:
    """How the workbook looks: the ledger's sheet and, where the form has one, the roster's."""

    name: str
    title: Text
    sheet: str
    header_holds: str
    number: str
    person: str
    columns: tuple[FormColumn, ...]
    roster: RosterForm | None
    blank: frozenset[str] = frozenset()  # case columns for which the form has no place: taken as not given


def load_form(text: str, name: str) -> LedgerForm:
    """Return the form written in ``text``; ``name`` is the file's name for messages.

    Raises:
        LedgerError: the text is no form; all faults are named at once, each with the path of its key.
    """
    try:
        tree = YAML(typ="safe").load(text)
    except YAMLError as fault:
        raise _faulty(name, [str(fault)]) from fault
    faults: list[str] = []
    form = _form(_Node(tree, "", faults))
    if faults:
        raise _faulty(name, faults)
    return form


class _Node:
    """A mapping of the file that is being read; faults gather in one list, shared by all nodes."""

    def __init__(self, tree: object, path: str, faults: list[str]) -> None:
        self.path, self.faults = path, faults
        self.tree: dict[Any, Any] = tree if isinstance(tree, dict) else {}
        if not isinstance(tree, dict):
            self.fault("", "a mapping is wanted here")

    def fault(self, key: str, what: str) -> None:
        self.faults.append(f"{'.'.join(filter(None, (self.path, key))) or 'top'}: {what}")

    def text(self, key: str) -> str:
        value = self.tree.get(key)
        if isinstance(value, str) and squeezed(value):
            return value
        self.fault(key, "a text is wanted")
        return ""

    def node(self, key: str) -> _Node:
        return _Node(self.tree.get(key), ".".join(filter(None, (self.path, key))), self.faults)

    def items(self) -> Iterator[tuple[str, _Node]]:
        for key, value in self.tree.items():
            yield str(key), _Node(value, f"{self.path}.{key}", self.faults)

    def only(self, *known: str) -> None:
        for key in self.tree:
            if key not in known:
                self.fault(str(key), f"unknown key; known: {', '.join(known)}")


def _form(top: _Node) -> LedgerForm:
    top.only("form", "title", "ledger", "roster", "blank")
    title, ledger = top.node("title"), top.node("ledger")
    title.only("zh", "en")
    ledger.only("sheet", "header_holds", "number", "person", "columns")
    return LedgerForm(
        name=top.text("form"),
        title=Text(title.text("zh"), title.text("en")),
        sheet=ledger.text("sheet"),
        header_holds=squeezed(ledger.text("header_holds")),
        number=squeezed(ledger.text("number")),
        person=squeezed(ledger.text("person")),
        columns=_columns(ledger.node("columns"), "column"),
        roster=_roster(top.node("roster")) if "roster" in top.tree else None,
        blank=_names(top, "blank"),
    )


def _names(node: _Node, key: str) -> frozenset[str]:
    """Return the names listed under ``key``; nothing there: none."""
    listed = node.tree.get(key, [])
    if isinstance(listed, list) and all(isinstance(name, str) for name in listed):
        return frozenset(listed)
    node.fault(key, "a list of names is wanted")
    return frozenset()


def _roster(node: _Node) -> RosterForm:
    node.only("sheet", "header_holds", "columns")
    columns = _columns(node.node("columns"), "field", _is_roster_field)
    if "columns" in node.tree and "name" not in {column.column for column in columns}:
        node.fault("columns", "no column gives the field “name”")
    return RosterForm(node.text("sheet"), squeezed(node.text("header_holds")), columns)


def _is_roster_field(name: str) -> bool:
    return name in ROSTER_FIELDS


def _columns(node: _Node, target: str, is_known: Callable[[str], bool] = lambda _: True) -> tuple[FormColumn, ...]:
    columns: dict[str, FormColumn] = {}
    headers: set[str] = set()
    for header, entry in node.items():
        column = _column(squeezed(header), entry, target)
        if column.column and not is_known(column.column):
            entry.fault(target, f"unknown {target} “{column.column}”")
        if column.column in columns or column.header in headers:
            entry.fault(target, "the same header or target stands twice")
        columns[column.column] = column
        headers.add(column.header)
    if not columns:
        node.fault("", "no columns")
    return tuple(columns.values())


def _column(header: str, entry: _Node, target: str) -> FormColumn:
    entry.only(target, "type", "values")
    kind = entry.text("type")
    if kind and kind not in set(CellKind):
        entry.fault("type", f"unknown type “{kind}”; known: {', '.join(CellKind)}")
        kind = ""
    values: dict[str, str] = {}
    if kind == CellKind.CHOICE:
        words = entry.node("values")
        values = {squeezed(str(word)): words.text(word) for word in words.tree}
        if not values:
            words.fault("", "a choice has no words")
    elif "values" in entry.tree:
        entry.fault("values", "only a choice has values")
    return FormColumn(header, entry.text(target), CellKind(kind or "text"), MappingProxyType(values))


def _faulty(name: str, faults: list[str]) -> LedgerError:
    lines = "\n".join(f"{name}: {fault}" for fault in faults)
    return LedgerError(
        Text(f"台账格式文件有误：\n{lines}", f"The form of the ledger is faulty:\n{lines}"),
        Text("请按格式文件开头的说明改正。", "Correct it as the comment at its head explains."),
    )
