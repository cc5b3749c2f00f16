"""The table of cases: which columns the rules of a rulebook ask for, and a case as a row of it.

A row is one round of a case. It holds days, numbers, answers and codes; of what is only asked whether it is there, no
more than that it is: no name and no free text ever stands in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property

from workflow.bulk.dialects import BETWEEN, UNREAD, shortened
from workflow.bulk.emitter import end_of, ends
from workflow.bulk.lowering import Lowering
from workflow.bulk.packing import packed, packed_end
from workflow.case.values import Unreadable, Value
from workflow.law.model import FieldType
from workflow.rules.columns import SOME_DAY
from workflow.rules.formula import FALSE, Column, Formula, IsNull, children, columns_of
from workflow.rules.interpreter import Function, compile_formula
from workflow.rules.rulebook import Judged, Rulebook

CASE, ORGANIZATION, STEP, ROUND = "#case", "#organization", "#step", "#round"
TEXTS = (FieldType.TEXT, FieldType.PERSON, FieldType.CHOICE, FieldType.BODY, FieldType.PAPER)


class Sort(StrEnum):
    """What stands in a column."""

    NUMBER = "number"  # a packed day, a number, or 1 and 0 for an answer
    END = "end"  # a packed day, the last of a month as its 31st
    CODE = "code"  # a word of the definition
    FILLED = "filled"  # 1 where there is something


KEYS = {CASE: "BIGINT", ORGANIZATION: "BIGINT", STEP: "VARCHAR(64)", ROUND: "INTEGER"}
SQL_TYPES = {Sort.NUMBER: "INTEGER", Sort.END: "INTEGER", Sort.CODE: "VARCHAR(64)", Sort.FILLED: "SMALLINT"}


@dataclass(frozen=True, slots=True)
class ViewColumn:
    """A column of the table. ``source``: the column of the case, or the day, that it is made of."""

    name: str
    sort: Sort
    source: str


@dataclass(frozen=True, slots=True, eq=False)
class BulkClause:
    """A clause made ready for SQL; ``broken``: the formulas that break it, in the order of its outcomes."""

    judged: Judged
    place: int  # among the clauses of the rulebook
    applies: Formula
    broken: tuple[Formula, ...]
    pending: Formula

    @property
    def formulas(self) -> tuple[Formula, ...]:
        """Return all its formulas."""
        return (self.applies, *self.broken, self.pending)


class Layout:
    """The clauses of a rulebook with the columns that they read."""

    def __init__(self, book: Rulebook) -> None:
        """Lower every clause; raises NotInBulk for one that no table can be asked."""
        self.book = book
        lowering = Lowering()
        self.clauses = tuple(_lowered(lowering, judged, place) for place, judged in enumerate(book.judged))
        self.sums: dict[str, Formula] = dict(lowering.added)  # by name: days that are columns of their own
        self.added: dict[str, Function] = {name: compile_formula(one) for name, one in lowering.added.items()}

    @cached_property
    def columns(self) -> tuple[ViewColumn, ...]:
        """Return the columns, in the order in which the rules ask for them."""
        formulas = [formula for clause in self.clauses for formula in clause.formulas]
        shown = [name for clause in self.clauses for name in self._shown(clause.judged)]
        read = dict.fromkeys((*(name for formula in formulas for name in columns_of(formula)), *shown))
        valued = {*(name for formula in formulas for name in _valued(formula)), *shown}
        to_the_end = {name for formula in formulas for name in ends(formula)}
        return tuple(self._columns(read, valued, to_the_end))

    def _shown(self, judged: Judged) -> Iterator[str]:
        """Yield the days that show a breach beside what is asked: of the act, of the limit, of edition and month."""
        clause = judged.clause
        days = [one for one in (clause.due, clause.longest, clause.earliest) if one is not None]
        days += [Column(clause.act)] if clause.act else []
        days += [Column(clause.opens.start)] if clause.opens else []
        days.append(judged.governing)
        yield from (name for day in days for name in columns_of(day) if self._type(name) is not FieldType.DAYS)

    def row(self, columns: Mapping[str, Value]) -> tuple[int | str | None, ...]:
        """Return the values of ``self.columns`` for the columns of a case, then the names of those not to be read."""
        values = {**columns, **{name: added(columns, SOME_DAY) for name, added in self.added.items()}}
        row = [None if (value := values[name]) is None else _stored(value, sort) for name, sort in self._sorts]
        if Unreadable not in set(map(type, values.values())):  # nearly never is there one
            return (*row, None)
        unread = [shortened(name) for name in dict(self._sorts) if isinstance(values[name], Unreadable)]
        return (*row, f"{BETWEEN}{BETWEEN.join(unread)}{BETWEEN}" if unread else None)

    @cached_property
    def codes(self) -> frozenset[str]:
        """Return the columns in which words stand."""
        return frozenset(column.name for column in self.columns if column.sort is Sort.CODE)

    @cached_property
    def _sorts(self) -> tuple[tuple[str, Sort], ...]:
        return tuple((column.source, column.sort) for column in self.columns)

    def _columns(self, read: Iterable[str], valued: set[str], to_the_end: set[str]) -> Iterator[ViewColumn]:
        for name in read:
            sort = Sort.FILLED
            if name in valued:
                sort = Sort.CODE if self._is_text(name) else Sort.NUMBER
            yield ViewColumn(name, sort, name)
            if name in to_the_end:
                yield ViewColumn(end_of(name), Sort.END, name)

    def _is_text(self, name: str) -> bool:
        return self._type(name) in TEXTS

    def _type(self, name: str) -> FieldType | None:
        """Return the type of a recorded column, the same in every edition; None for a computed one."""
        fields = (period.edition.fields.get(name) for period in self.book.periods)
        return next((field.type for field in fields if field is not None), None)


def _lowered(lowering: Lowering, judged: Judged, place: int) -> BulkClause:
    clause = judged.clause
    return BulkClause(
        judged=judged,
        place=place,
        applies=lowering.condition(judged.applies),
        broken=tuple(lowering.condition(formula) for _, formula in clause.broken),
        pending=lowering.condition(clause.pending) if clause.pending != FALSE else FALSE,
    )


def _valued(formula: Formula) -> Iterator[str]:
    """Yield the columns that are asked for more than whether they are filled."""
    if isinstance(formula, IsNull):
        return
    inner = children(formula)
    if not inner:
        yield from columns_of(formula)
    for part in inner:
        yield from _valued(part)


def _stored(value: Value, sort: Sort) -> int | str | None:
    if isinstance(value, Unreadable):
        return None
    match sort:
        case Sort.FILLED:
            return 1
        case Sort.END if isinstance(value, date):
            return packed_end(value)
        case Sort.NUMBER if isinstance(value, date):
            return packed(value)
        case Sort.NUMBER if isinstance(value, int):
            return int(value)
        case Sort.CODE if isinstance(value, str):
            return value
        case _:
            raise TypeError(value)


def table_columns(layout: Layout) -> tuple[tuple[str, str], ...]:
    """Return name and type of every column of the table: what a row is of, the columns of the case, what is unreadable.

    ``STEP`` and ``ROUND`` are filled where a row is an earlier round, which only the rules of its own step judge.
    """
    own = ((column.name, SQL_TYPES[column.sort]) for column in layout.columns)
    return (*KEYS.items(), *own, (UNREAD, "VARCHAR(8000)"))
