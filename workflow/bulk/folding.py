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
    "_key": "INTEGER",  # which kind, step, outcome and period of law: one number (``Folding.key``)
    "_period": "INTEGER",
    "_slots": "BIGINT",
    "_bits": "INTEGER",  # how many of them
    "_span": "BIGINT",  # from which to which state it is possible, and to which it leads: their places, six bits each
    "_past": "BOOLEAN",  # of a history that was taken over; blank: of either
    "_several": "BOOLEAN",  # of a step of which several acts may be on record
    "_mask": "BIGINT",  # the bit of the column that takes its day
    "_lane": "INTEGER",  # where its day is gathered, if it may come once: which number, and from which bit of it on
    "_from": "INTEGER",
    "_gathers": "INTEGER",  # the place of that bit, where every day of several is asked for
    "_sets": "BIGINT",  # which words it sets
}
# The kinds that a plain history holds, by their place in a key from 1 on.
KINDS = ("act", "attested", "opened", "offered", "cutover")
OF_A_STEP = KINDS[:2]
DATED = "COALESCE(occurred_on, recorded_on)"
STATES = 6  # bits of the place of a state; that of the first, 0, is led to by what leads nowhere: no act goes back
NOWHERE = (1 << STATES) - 1  # a place that no state has
ANYWHERE = NOWHERE << STATES  # possible in every state
DAY_BITS, DAYS_A_LANE = 21, 3  # of a day as a number, and how many of them one whole number holds
DAY_ZERO = "DATE '1000-01-01'"  # a day from the next one on fits; of other days a case is odd
SET_BITS = 62  # of the words that acts set, all together


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
        self.sets = _words_set(possible)
        self.plain = tuple(act for act in possible if self._told(act))

    def _coded(self, acts: Iterable[PlainAct]) -> dict[str, int]:
        """Return the place of a bit for each column that takes the day of an act; those of single days come first."""
        filled = dict.fromkeys(f"{act.step}.{act.fills}" for act in acts)
        asked = [column for column in filled if column in self.columns]
        days = sorted(asked, key=lambda column: self.entries.evidence[column].type is FieldType.DAYS)
        return {column: place for place, column in enumerate(days)}

    def _told(self, act: PlainAct) -> bool:
        """Tell whether there is a bit left for the day of an act, and room for the states and for what it sets."""
        sets = all(f"{act.step}.{field}" in self.sets for field in act.sets)
        return sets and self.codes.get(f"{act.step}.{act.fills}", 0) < MOST_SLOTS and act.highest < NOWHERE

    # --- the table of plain acts -------------------------------------------------------------------------------

    @cached_property
    def _steps(self) -> list[str]:
        return sorted({step for period in self.periods for step in period.edition.steps})

    @cached_property
    def _outcomes(self) -> list[str]:
        return sorted({act.outcome for act in self.plain})

    def acts_rows(self) -> list[tuple[int | bool | None, ...]]:
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

    def _of_act(self, act: PlainAct) -> tuple[int | bool | None, ...]:
        span = (act.lowest << 2 * STATES) + (act.highest << STATES) + (act.target or 0)
        column = f"{act.step}.{act.fills}"
        code = self.codes.get(column)
        days = self.entries.evidence[column].type is FieldType.DAYS
        lane, first = (None, None) if code is None or (days and act.step not in self.several) else _place_of(code)
        sets = sum(self.sets[f"{act.step}.{field}"].number(word) for field, word in act.sets.items())
        return (
            self._key("act", act.step, act.outcome, act.period),
            *(act.period, act.slots, act.slots.bit_count(), span, False, act.step in self.several),
            *(1 << code if code is not None else None, lane, first, code if column in self.each_day else None),
            sets or None,
        )

    def _of_other(
        self, kind: str, step: str, period: int, slots: int | None, *, past: bool | None = None
    ) -> tuple[int | bool | None, ...]:
        bits = None if slots is None else slots.bit_count()
        key = self._key(kind, step, "", period)
        return (key, period, slots, bits, ANYWHERE, past, step in self.several, None, None, None, None, None)

    def _key(self, kind: str, step: str, outcome: str, period: int) -> int:
        """Return the number of an act: its kind, step, outcome and period of law by their places."""
        what = self._steps.index(step) + 1 if step else 0
        how = self._outcomes.index(outcome) + 1 if outcome else 0
        which = (KINDS.index(kind) + 1) * (len(self._steps) + 1) + what
        return (which * (len(self._outcomes) + 1) + how) * len(self.periods) + period

    def _key_of_row(self) -> str:
        """Return the same of an entry; of a word that nobody knows a number that no act has.

        Each word is looked up by itself: DuckDB does it once for all rows where a file lists its words (a dictionary).
        """
        kind, step, outcome = (
            f"COALESCE(list_position([{', '.join(map(literal, words))}], {column}), 0)"
            for column, words in (("kind", KINDS), ("step", self._steps), ("outcome", self._outcomes))
        )
        what = f"CASE WHEN {kind} <= {len(OF_A_STEP)} THEN {step} ELSE 0 END"
        how = f"CASE WHEN {kind} = 1 THEN {outcome} ELSE 0 END"
        starts = [period.since for period in self.periods if period.since is not None]
        period = " + ".join(f"CAST({DATED} >= {literal(day)} AS INTEGER)" for day in starts) or "0"
        which = f"{kind} * {len(self._steps) + 1} + {what}"
        return f"CAST((({which}) * {len(self._outcomes) + 1} + {how}) * {len(self.periods)} + {period} AS INTEGER)"

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
        lined = f"lined AS (SELECT * FROM {entries} LEFT JOIN acts ON _key = {self._key_of_row()})"
        columns = "".join(f", {line.stands} AS {name(line.column)}" for line in lines)
        return (
            f"WITH {lined}, {self._gathered(lines, there)} "
            f'SELECT "case", organization, {self._odd(lines, there)} AS _odd{columns} FROM gathered'
        )

    def _gathered(self, lines: Sequence[Line], there: Collection[str]) -> str:
        """Return a row a case: what its entries bring, and the numbers by which a plain history is known."""
        bits = "COALESCE(sum(_bits) <> bit_count(bit_or(_slots)), TRUE)"  # one bit twice
        kinds = "COALESCE(bool_or(_past) <> bool_and(_past), FALSE)"  # lived after it was taken over
        line = f"COALESCE(bool_or({self._odd_line(there)}), FALSE)"
        odd = f"{line} OR min(organization) <> max(organization) OR {bits} OR {kinds}"
        together = [line.brought for line in lines if line.column.partition(".")[0] in self.several]
        counted = " + ".join(f"CAST({one} AS INTEGER)" for one in ("_mask IS NOT NULL", *together))
        day = f"((CAST(occurred_on - {DAY_ZERO} AS BIGINT) & {(1 << DAY_BITS) - 1}) << _from)"
        lanes = sorted({_place_of(code)[0] for code in self.codes.values()})
        found = [
            '"case"',
            "max(organization) AS organization",
            f"({odd}) AS _odd",
            f"sum(CASE WHEN _several THEN {counted} ELSE 0 END) AS _brought",
            f"list(CAST(number AS BIGINT) * {1 << 3 * STATES} + _span) AS _acts",
            "bit_or(_mask) AS _masks",
            "bit_or(_sets) AS _words",
            *(f"bit_or(CASE WHEN _lane = {lane} THEN {day} END) AS _days_{lane}" for lane in lanes),
            *(f"{line.gathered} AS {name(line.column)}" for line in lines if line.gathered),
        ]
        return f'gathered AS (SELECT {", ".join(found)} FROM lined GROUP BY "case")'

    def _odd(self, lines: Iterable[Line], there: Collection[str]) -> str:
        """Return that a case is odd: for its lines, for what overlaps, for an act that its state did not allow.

        What a column holds is asked of the case, not of each entry: where two entries bring the same, it is odd anyway.
        """
        counted = (line for line in lines if line.column.partition(".")[0] in self.several)
        brought = " + ".join(f"CAST(({line.stands}) IS NOT NULL AS INTEGER)" for line in counted) or "0"
        known = [column for column in self.columns if column in there]
        unknown = [_unknown(self.entries.evidence[one]) for one in known if self.entries.evidence[one].codes]
        against = [f"COALESCE({name(one)} <> {self.sets[one].said}, FALSE)" for one in known if one in self.sets]
        asked = ["_odd", f"COALESCE(_brought, 0) <> {brought}", f"COALESCE({_IMPOSSIBLE}, FALSE)", *against, *unknown]
        return f"({' OR '.join(asked)})"

    def _odd_line(self, there: Collection[str]) -> str:
        """Return that an entry is not plain in itself."""
        marks = [f"{mark} IS NOT NULL" for mark in (*MARKS, "supersedes") if mark in there]
        gathering = (column for column, one in self.entries.evidence.items() if one.type is FieldType.DAYS)
        lived = " OR ".join(["occurred_on IS NULL", *(f"{name(one)} IS NOT NULL" for one in gathering if one in there)])
        days = f"occurred_on <= {DAY_ZERO} OR occurred_on >= {DAY_ZERO} + {1 << DAY_BITS}"
        return " OR ".join(["_slots IS NULL", *marks, days, f"(NOT _past AND ({lived}))"])

    # --- one column ----------------------------------------------------------------------------------------------

    def _line(self, column: str, there: bool) -> Line:  # noqa: FBT001 - of a set
        one, code = self.entries.evidence[column], self.codes.get(column)
        if one.type is FieldType.DAYS:
            return self._of_days(column, there, code)
        blank = f"CAST(NULL AS {one.sql_type})"
        value = self._in_time(column)
        gathered = f"{'bool_or' if one.sql_type == 'BOOLEAN' else 'max'}({value})" if there else ""
        if column in self.sets:
            said = self.sets[column]
            stands = f"COALESCE({name(column)}, {said.said})" if there else said.said
            brought = f"COALESCE({said.told}, FALSE)"
            return Line(column, stands, gathered, f"({value} IS NOT NULL OR {brought})" if there else brought)
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
            brought = f"({value} IS NOT NULL AND _mask IS DISTINCT FROM {1 << code})"
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


# From the first state on, act by act in the order of recording: number and place of the state reached, the greatest
# number where one was not possible in the state that it met, or does not stand behind the one recorded before it.
_NEVER = (1 << 63) - 1
_WALKED = (
    f"list_reduce({{acts}}, lambda stood, act: CASE WHEN act < stood "
    f"OR (stood & {NOWHERE}) < ((act >> {2 * STATES}) & {NOWHERE}) "
    f"OR (stood & {NOWHERE}) > ((act >> {STATES}) & {NOWHERE}) THEN {_NEVER} "
    f"ELSE (act & -{NOWHERE + 1}) + GREATEST(stood & {NOWHERE}, act & {NOWHERE}) END, CAST(0 AS BIGINT)) = {_NEVER}"
)
# Acts stand as they were read, nearly always in order; only where they do not they are sorted.
_IMPOSSIBLE = f"CASE WHEN {_WALKED.format(acts='_acts')} THEN {_WALKED.format(acts='list_sort(_acts)')} ELSE FALSE END"


def _place_of(code: int) -> tuple[int, int]:
    """Return where the day of a column with a bit is gathered: in which number, from which bit of it on."""
    lane, place = divmod(code, DAYS_A_LANE)
    return lane, place * DAY_BITS


def _day_of(code: int) -> str:
    """Return the day of the act with a bit, NULL where there is none."""
    lane, first = _place_of(code)
    return f"({DAY_ZERO} + CAST(NULLIF((_days_{lane} >> {first}) & {(1 << DAY_BITS) - 1}, 0) AS INTEGER))"


def _unknown(one: Evidence) -> str:
    """Return that a column holds a word that no edition knows there."""
    return f"COALESCE({name(one.column)} NOT IN ({', '.join(map(literal, sorted(one.codes)))}), FALSE)"


@dataclass(frozen=True, slots=True)
class _Set:
    """A column whose word follows from an act: from which bit on its place among ``words`` stands in ``_sets``."""

    first: int
    words: tuple[str, ...]

    def number(self, word: str) -> int:
        """Return what an act that sets a word brings."""
        return (self.words.index(word) + 1) << self.first

    @property
    def told(self) -> str:
        """Return that an entry sets a word."""
        return f"(_sets & {self._mask << self.first}) <> 0"

    @property
    def said(self) -> str:
        """Return the word that was set in a case, NULL if none."""
        return f"[{', '.join(map(literal, self.words))}][(_words >> {self.first}) & {self._mask}]"

    @property
    def _mask(self) -> int:
        return (1 << len(self.words).bit_length()) - 1


def _words_set(acts: Iterable[PlainAct]) -> dict[str, _Set]:
    """Return the columns that acts set, as far as there is room for their words."""
    words: dict[str, set[str]] = {}
    for act in acts:
        for field, word in act.sets.items():
            words.setdefault(f"{act.step}.{field}", set()).add(word)
    found, first = {}, 0
    for column, some in words.items():
        if first + len(some).bit_length() <= SET_BITS:
            found[column] = _Set(first, tuple(sorted(some)))
            first += len(some).bit_length()
    return found
