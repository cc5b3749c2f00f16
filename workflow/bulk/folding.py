"""Entries folded into one row a case by a single GROUP BY, and whether that is all there is to a case.

A case is *odd* where it is not: its history is not plain (``plain``), something in it was amended or cannot be read,
or two of its acts bring the same. Odd cases are folded one by one (``workflow.case.record``); of all others each value
of a column is the only one that any entry brought.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from workflow.bulk.entries import MARKS, EntryColumns, Evidence
from workflow.bulk.plain import MOST_SLOTS, PlainAct, plain_acts, several
from workflow.bulk.terms import literal, name
from workflow.law.model import FieldType
from workflow.law.timeline import Period

ACTS = {  # a column of entries never begins with a line, so that none is of these names
    "_kind": "VARCHAR",
    "_step": "VARCHAR",
    "_outcome": "VARCHAR",
    "_period": "INTEGER",
    "_slots": "BIGINT",
    "_span": "BIGINT",  # from which to which state it is possible, and to which it leads: their places, six bits each
    "_past": "BOOLEAN",  # of a history that was taken over; blank: of either
    "_several": "BOOLEAN",  # of a step of which several acts may be on record
    "_mask": "BIGINT",  # the bit of the column that takes its day
    "_day": "INTEGER",  # the place of that bit, where the day may come once
    "_gathers": "INTEGER",  # the place of that bit, where every day of several is asked for
}
DATED = "COALESCE(occurred_on, recorded_on)"
STATES, NOWHERE = 6, 63  # bits of the place of a state; leads nowhere
DAY_BITS = 22  # of the number of a day, from the first of the calendar
FIRST_DAY = "DATE '0001-01-01'"


@dataclass(frozen=True, slots=True)
class Line:
    """A column of a case: ``stands`` tells what it is once the rows are gathered.

    ``gathered``: an aggregate over the rows, under the column's name; empty: no row can hold anything of it.
    ``brought``: of a row, that it brings something beside its own day.
    """

    column: str
    stands: str
    gathered: str = ""
    brought: str = "FALSE"


class Folding:
    """How the entries of a law over time are folded, for the recorded columns that are asked for."""

    def __init__(self, periods: Sequence[Period], asked: Iterable[str], each_day: Iterable[str] = ()) -> None:
        """Prepare for ``asked``, names of recorded columns.

        ``each_day``: columns of several days of which every day is asked for, not only whether there is one.
        """
        self.periods = tuple(periods)
        self.entries = EntryColumns(periods)
        self.each_day = frozenset(each_day)
        self.several = several(self.periods)
        beside = (column for column in self.entries.evidence if column.partition(".")[0] in self.several)
        known = (column for column in asked if column in self.entries.evidence)
        self.columns = tuple(dict.fromkeys((*known, *beside)))
        possible = plain_acts(self.periods)
        self.codes = self._coded(possible)
        self.plain = tuple(act for act in possible if self._told(act))
        self.sets = dict.fromkeys(f"{act.step}.{field}" for act in self.plain for field in act.sets)

    def _coded(self, acts: Iterable[PlainAct]) -> dict[str, int]:
        """Return the place of a bit for each column that takes the day of an act; those of single days come first."""
        filled = dict.fromkeys(f"{act.step}.{act.fills}" for act in acts)
        asked = [column for column in filled if column in self.columns]
        days = sorted(asked, key=lambda column: self.entries.evidence[column].type is FieldType.DAYS)
        return {column: place for place, column in enumerate(days)}

    def _told(self, act: PlainAct) -> bool:
        """Tell whether there is a bit left for the day of an act, and room for the states."""
        return self.codes.get(f"{act.step}.{act.fills}", 0) < MOST_SLOTS and act.highest < NOWHERE

    # --- the table of plain acts -------------------------------------------------------------------------------

    @property
    def acts_types(self) -> dict[str, str]:
        """Return the columns of the table of plain acts with their types."""
        return ACTS | {_set(column): "VARCHAR" for column in self.sets}

    def acts_rows(self) -> list[tuple[int | str | bool | None, ...]]:
        """Return the rows of the table of plain acts: one a kind of entry, step, outcome and period of law."""
        rows = [self._of_act(act) for act in self.plain]
        for place, period in enumerate(self.periods):
            rows.append(self._of_other("opened", "", place, self._once[""]))
            rows.append(self._of_other("offered", "", place, 0))
            rows.append(self._of_other("cutover", "", place, 0, past=True))
            rows += [
                self._of_other("attested", step, place, self._once[step], past=True) for step in period.edition.steps
            ]
        return rows

    def _of_act(self, act: PlainAct) -> tuple[int | str | bool | None, ...]:
        span = (act.lowest << 2 * STATES) + (act.highest << STATES) + (NOWHERE if act.target is None else act.target)
        column = f"{act.step}.{act.fills}"
        code = self.codes.get(column)
        days = self.entries.evidence[column].type is FieldType.DAYS
        told = (
            1 << code if code is not None else None,
            None if days and act.step not in self.several else code,
            code if column in self.each_day else None,
        )
        sets = (act.sets.get(one.partition(".")[2]) if one.partition(".")[0] == act.step else None for one in self.sets)
        there = act.step in self.several
        return ("act", act.step, act.outcome, act.period, act.slots, span, False, there, *told, *sets)

    def _of_other(
        self, kind: str, step: str, period: int, slots: int | None, *, past: bool | None = None
    ) -> tuple[int | str | bool | None, ...]:
        blank = (None,) * (3 + len(self.sets))
        return (kind, step, "", period, slots, None, past, step in self.several, *blank)

    @cached_property
    def _once(self) -> dict[str, int | None]:
        """Return the bits of an opening, and of each step taken over from a past: once; None where none are left."""
        steps = (step for period in self.periods for step in period.edition.steps)
        found: dict[str, int | None] = dict.fromkeys(("", *steps))
        for act in self.plain:
            found[act.step] = (found[act.step] or 0) | act.slots
        free = max((act.slots.bit_length() for act in self.plain), default=0)
        for step, bits in found.items():
            if not bits:
                found[step] = 1 << free if free <= MOST_SLOTS else None
                free += 1
        return found

    # --- statements ----------------------------------------------------------------------------------------------

    def statement(self, entries: str, there: Collection[str]) -> str:
        """Return the statement that gives ``case``, ``organization``, ``_odd`` and the columns.

        ``entries``: a relation with all columns; ``there``: those in which anything can stand.
        """
        lines = [self._line(column, column in there) for column in self.columns]
        stands = "".join(f", {line.stands} AS {name(line.column)}" for line in lines)
        judged = f'judged AS (SELECT "case", organization, _odd, _brought, _steps{stands} FROM sorted)'
        columns = "".join(f", {name(column)}" for column in self.columns)
        return (
            f"WITH {self._lined(entries)}, {self._gathered(lines, there)}, {_SORTED}, {judged} "
            f'SELECT "case", organization, {self._odd(lines)} AS _odd{columns} FROM judged'
        )

    def _lined(self, entries: str) -> str:
        """Return the rows of entries with what is asked of their act."""
        starts = [period.since for period in self.periods if period.since is not None]
        period = " + ".join(f"CAST({DATED} >= {literal(day)} AS INTEGER)" for day in starts) or "0"
        step = "CASE WHEN kind IN ('act', 'attested') THEN COALESCE(step, '') ELSE '' END"
        outcome = "CASE WHEN kind = 'act' THEN COALESCE(outcome, '') ELSE '' END"
        keys = f"_kind = kind AND _step = {step} AND _outcome = {outcome} AND _period = {period}"
        return f"lined AS (SELECT * FROM {entries} LEFT JOIN acts ON {keys})"

    def _gathered(self, lines: Sequence[Line], there: Collection[str]) -> str:
        """Return a row a case: what its entries bring, and the numbers by which a plain history is known."""
        bits = "COALESCE(sum(_slots) <> bit_or(_slots), TRUE)"  # one bit twice
        kinds = "COALESCE(bool_or(_past) <> bool_and(_past), FALSE)"  # lived after it was taken over
        odd = f"bool_or({self._odd_line(there)}) OR min(organization) <> max(organization) OR {bits} OR {kinds}"
        together = [line.brought for line in lines if line.column.partition(".")[0] in self.several and line.gathered]
        counted = " + ".join(
            f"CAST({one} AS INTEGER)" for one in ("COALESCE(_several AND _mask IS NOT NULL, FALSE)", *together)
        )
        day = f"CAST((_day << {DAY_BITS}) + (occurred_on - {FIRST_DAY}) AS INTEGER)"
        found = [
            '"case"',
            "max(organization) AS organization",
            f"({odd}) AS _odd",
            f"sum({counted}) AS _brought",
            f"list((CAST(number AS BIGINT) << {3 * STATES}) + _span) FILTER (WHERE _span IS NOT NULL) AS _acts",
            "bit_or(_mask) AS _masks",
            f"list({day}) FILTER (WHERE _day IS NOT NULL) AS _days",
            *(f"{line.gathered} AS {name(line.column)}" for line in lines if line.gathered),
        ]
        return f'gathered AS (SELECT {", ".join(found)} FROM lined GROUP BY "case")'

    def _odd(self, lines: Iterable[Line]) -> str:
        """Return that a case is odd: for its lines, for what overlaps, for an act that its state did not allow."""
        counted = (line.column for line in lines if line.column.partition(".")[0] in self.several)
        there = " + ".join(f"CAST({name(column)} IS NOT NULL AS INTEGER)" for column in counted) or "0"
        return f"(_odd OR COALESCE(_brought, 0) <> {there} OR COALESCE({_WALKED} < 0, FALSE))"

    def _odd_line(self, there: Collection[str]) -> str:
        """Return that an entry is not plain in itself."""
        marks = [f"{mark} IS NOT NULL" for mark in (*MARKS, "supersedes") if mark in there]
        gathering = (column for column, one in self.entries.evidence.items() if one.type is FieldType.DAYS)
        lived = " OR ".join(["occurred_on IS NULL", *(f"{name(one)} IS NOT NULL" for one in gathering if one in there)])
        against = [f"COALESCE({name(one)} <> {name(_set(one))}, FALSE)" for one in self.sets if one in there]
        unknown = [_unknown(one) for column, one in self.entries.evidence.items() if one.codes and column in there]
        return " OR ".join(["_slots IS NULL", *marks, f"(kind = 'act' AND ({lived}))", *against, *unknown])

    # --- one column ----------------------------------------------------------------------------------------------

    def _line(self, column: str, there: bool) -> Line:  # noqa: FBT001 - of a set
        one, code = self.entries.evidence[column], self.codes.get(column)
        if one.type is FieldType.DAYS:
            return self._of_days(column, there, code)
        blank = f"CAST(NULL AS {one.sql_type})"
        value = self._in_time(column)
        gathered = f"{'bool_or' if one.sql_type == 'BOOLEAN' else 'max'}({value})" if there else ""
        if column in self.sets:
            set_ = name(_set(column))
            gathered = f"COALESCE({gathered}, max({set_}))" if there else f"max({set_})"
            brought = f"({value} IS NOT NULL OR {set_} IS NOT NULL)" if there else f"({set_} IS NOT NULL)"
            return Line(column, name(column), gathered, brought)
        stands = name(column) if there else blank
        if one.presence:
            stands, value = f"NULLIF({stands}, FALSE)", f"NULLIF({value}, FALSE)"
        brought = (
            f"COALESCE({name(column)}, FALSE)"
            if one.presence and value.startswith('NULLIF("')
            else f"({value} IS NOT NULL)"
        )
        if code is not None:
            stands = f"COALESCE({stands}, {_day_of(code)})" if there else _day_of(code)
            brought = f"({value} IS NOT NULL AND _day IS DISTINCT FROM {code})"
        return Line(column, stands, gathered, brought)

    def _in_time(self, column: str) -> str:
        """Return what a row brings of a column, NULL where the law of its day does not know it."""
        known = [str(place) for place, period in enumerate(self.periods) if column in period.edition.fields]
        if len(known) == len(self.periods) or column in self.entries.of_opening:
            return name(column)
        return f"CASE WHEN _period IN ({', '.join(known)}) THEN {name(column)} END"

    def _of_days(self, column: str, there: bool, code: int | None) -> Line:  # noqa: FBT001 - the same
        """Return a column of several days: all of them where each is asked for, else TRUE where there is one."""
        value = self._in_time(column)
        stored = f"CASE WHEN len({value}) > 0 THEN {value} END"
        brought = f"({stored} IS NOT NULL AND _mask IS NULL)" if there else "FALSE"
        if column in self.each_day:
            lived = f"list(occurred_on) FILTER (WHERE _gathers = {code})"
            kept = f"any_value({stored})" if there else "CAST(NULL AS DATE[])"
            return Line(column, name(column), f"COALESCE({kept}, {lived})" if code is not None else kept, brought)
        acted = f"(_masks & {1 << code}) <> 0" if code is not None else "FALSE"
        gathered = f"bool_or({stored} IS NOT NULL)" if there else ""
        return Line(
            column, f"CASE WHEN {f'{name(column)} OR ' if there else ''}{acted} THEN TRUE END", gathered, brought
        )


_SORTED = (
    "sorted AS (SELECT * EXCLUDE (_days, _acts), list_sort(_days) AS _days, list_sort(_acts) AS _steps FROM gathered)"
)
# From the first state on, act by act in the order of recording: the place of the state reached, -1 where one was not
# possible in the state that it met.
_WALKED = (
    f"list_reduce(_steps, lambda stood, act: CASE WHEN stood < ((act >> {2 * STATES}) & {NOWHERE}) "
    f"OR stood > ((act >> {STATES}) & {NOWHERE}) THEN -1 "
    f"WHEN (act & {NOWHERE}) < {NOWHERE} THEN (act & {NOWHERE}) ELSE stood END, CAST(0 AS BIGINT))"
)


def _day_of(code: int) -> str:
    """Return the day of the act with a bit: days stand in the order of their bits, so that counting finds them."""
    place = f"1 + bit_count(_masks & {(1 << code) - 1})"
    return f"CASE WHEN (_masks & {1 << code}) <> 0 THEN {FIRST_DAY} + (_days[{place}] & {(1 << DAY_BITS) - 1}) END"


def _unknown(one: Evidence) -> str:
    """Return that a column holds a word that no edition knows there."""
    return f"COALESCE({name(one.column)} NOT IN ({', '.join(map(literal, sorted(one.codes)))}), FALSE)"


def _set(column: str) -> str:
    return f"_set_{column}"
