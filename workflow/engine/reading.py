"""Reading a case: its entries with their erasable values, as the record that the law is judged on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, bindparam, select

from workflow.calendar.office import office_day
from workflow.case.history import IRREGULAR, CaseView, Round
from workflow.case.record import AMENDING, EntryKind, Recorded, effective, known_part, replay, replay_with
from workflow.case.values import ABSENT, Value
from workflow.engine.evidence import restored
from workflow.engine.laws import Held, Laws, laid_over
from workflow.engine.writing import REASON, Head
from workflow.errors import WorkflowError
from workflow.law.model import Edition
from workflow.rules.rulebook import Rulebook
from workflow.seal import commitment
from workflow.store.tables import Case, Entry, EntryValue, Organization

_read_json = json.JSONDecoder().raw_decode
_KINDS: dict[str, EntryKind] = {str(kind): kind for kind in EntryKind}
MOVE, HANDED_OVER = "move", "handed_over"  # the step and outcome by which another branch takes a case over
UNKEPT = "absent"  # note of an imported opening: the columns that its source does not keep
HAS_COMMITTEE = "has_committee"  # note of an act: whether the branch that had the case had a committee then
BRANCH = "branch"  # note of an opening recorded by a superior: the uid of the branch that has the case


@dataclass(frozen=True, slots=True)
class CaseRow:
    """The projection of a case as it stands in the database."""

    id: int
    number: str
    organization_id: int
    path: str
    own_account_id: int | None
    state: str
    head: Head
    branch: str
    has_committee: bool | None


@dataclass(frozen=True, slots=True)
class Written:
    """An entry as it was written: what is judged, and who wrote it when and why."""

    recorded: Recorded
    id: int
    recorded_at: datetime
    account_id: int
    organization_id: int
    confirmed_by: int | None
    body: Mapping[str, Any]
    reason: str | None
    principal_id: int | None


class _Line(NamedTuple):
    """An entry as it stands in the database, in the order of ``_LINE``: its columns are asked for again and again."""

    id: int
    number: int
    kind: str
    step: str | None
    outcome: str | None
    occurred_on: date | None
    recorded_at: datetime
    account_id: int
    organization_id: int
    confirmed_by: int | None
    supersedes: int | None
    body: bytes
    principal_id: int | None


@dataclass(frozen=True, slots=True)
class Holder:
    """A branch that had the case, from an entry on (0: from the beginning)."""

    since: int
    organization_id: int
    name: str
    has_committee: bool | None


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """A case with all its entries, in the order of recording."""

    row: CaseRow
    entries: tuple[Written, ...]
    book: Rulebook  # of the overlays that bind the case
    held: tuple[Holder, ...] = ()  # of a case that moved: which branches had it, in their order

    def recorded(self) -> tuple[Recorded, ...]:
        """Return the entries as the history sees them."""
        return tuple(entry.recorded for entry in self.entries)

    def entry(self, number: int) -> Written | None:
        """Return an entry by its number in the case."""
        return self.entries[number - 1] if 1 <= number <= len(self.entries) else None

    def holder(self, number: int) -> Holder:
        """Return the branch that had the case when its entry of this number was written, or is to be."""
        row = self.row
        present = Holder(0, row.organization_id, row.branch, row.has_committee)
        return next((one for one in reversed(self.held) if one.since < number), present)

    def given(self, as_of: date | None = None, *, present: bool = False) -> dict[str, Value]:
        """Return the columns that no entry holds: those of the branch that has the case, and what a ledger lacks.

        ``as_of``: of the branch that had it by the end of that day. Whether there is a branch committee is what was so
        when the decisions that turn on it were recorded, blank where it changed between them; ``present``: what is so.
        """
        known = [one for one in self.entries if as_of is None or one.recorded.recorded_on <= as_of]
        unkept = self.entries[0].body.get(UNKEPT, ()) if self.entries else ()
        holder = self.holder(known[-1].recorded.number + 1 if known else 1)
        noted = holder.has_committee if present else self._had_committee(known, holder)
        return given_of(holder.name, noted, unkept)

    def _had_committee(self, known: Sequence[Written], holder: Holder) -> bool | None:
        withdrawn = {one.recorded.supersedes for one in known if one.recorded.kind is EntryKind.WITHDRAWAL}
        turning = _turning_on_committee(self.book)
        noted: dict[str | None, bool | None] = {}
        for one in known:
            entry = one.recorded
            if entry.step not in turning or entry.number in withdrawn or entry.outcome == IRREGULAR:
                continue
            if entry.kind is EntryKind.ACT:
                noted[entry.step] = one.body.get(HAS_COMMITTEE)
            elif entry.kind is EntryKind.ATTESTED and "body" in entry.evidence:
                noted[entry.step] = self.holder(entry.number).has_committee
        settings = set(noted.values()) or {holder.has_committee}
        return settings.pop() if len(settings) == 1 else None

    def view(self, *more: Recorded, as_of: date | None = None, present: bool = False) -> CaseView:
        """Return where the case stands, with ``more`` entries if they were added; raises as ``replay`` does.

        Of what was recorded before, only what the law of its day still knows counts; what is proposed must be known.
        ``present``: as ``given`` has it.
        """
        proposed = frozenset(number for one in more for number in (one.number, one.supersedes))
        given = self.given(as_of, present=present)
        return self._fold(effective((*self.recorded(), *more), as_of), proposed, given)

    def views(self, entry: Recorded, *, present: bool = False) -> tuple[CaseView, CaseView]:
        """Return the case as it stands and as it would with one more entry, each as ``view`` gives it."""
        if entry.kind in AMENDING:
            return self.view(present=present), self.view(entry, present=present)
        given = self.given(present=present)
        known = self._known(effective(self.recorded()))
        before, after = replay_with(known, (entry,), self.book.edition_on, given)
        return self._told(before, known, given), self._told(after, [*known, entry], given)

    def fold(self, entries: Iterable[Recorded], proposed: frozenset[int | None] = frozenset()) -> CaseView:
        """Return the case that effective entries make; those numbered in ``proposed`` must be known to the law."""
        return self._fold(entries, proposed, self.given())

    def _fold(
        self, entries: Iterable[Recorded], proposed: frozenset[int | None], given: Mapping[str, Value]
    ) -> CaseView:
        known = self._known(entries, proposed)
        return self._told(replay(known, self.book.edition_on, given), known, given)

    def _told(self, view: CaseView, known: Sequence[Recorded], given: Mapping[str, Value]) -> CaseView:
        """Return a view of known entries with what its irregular acts were when they were recorded."""
        irregular = [one for one in known if one.kind is EntryKind.ACT and one.outcome == IRREGULAR]
        if not irregular:
            return view
        acts = iter(irregular)  # in the order of their rounds
        told = (self._as_first(one, next(acts), known, given) if one.on else one for one in view.earlier)
        return replace(view, earlier=tuple(told))

    def _known(self, entries: Iterable[Recorded], proposed: frozenset[int | None] = frozenset()) -> list[Recorded]:
        known: list[Recorded] = []
        for entry in entries:
            edition = self.book.edition_on(entry.occurred_on or entry.recorded_on)
            part = entry if entry.number in proposed else known_part(entry, edition)
            known += [part] if part else []
        return known

    def _as_first(
        self, irregular: Round, act: Recorded, known: Sequence[Recorded], given: Mapping[str, Value]
    ) -> Round:
        """Return the round of an irregular act with its values as first recorded, where they were corrected since.

        What was withdrawn since is none of them; where what is left could never have been done, nothing is told.
        """
        now = [one for one in known if one.number <= act.number]
        standing = {one.number for one in now}
        told = (one for one in self.recorded() if one.number < act.number or one.kind not in AMENDING)
        first = self._known(one for one in effective(told) if one.number in standing)
        if first == now or not first or first[-1].number != act.number:
            return irregular
        with suppress(WorkflowError):
            return replace(irregular, first=replay(first, self.book.edition_on, given).earlier[-1].values)
        return irregular


@lru_cache(maxsize=64)
def _turning_on_committee(book: Rulebook) -> frozenset[str]:
    """Return the steps of which a rule turns on whether the branch has a committee."""
    rules = (rule for period in book.periods for rule in period.edition.rules.values())
    return frozenset(step for step, rule in rules if "case.has_committee" in rule.conditions())


def given_of(branch: str, has_committee: bool | None, unkept: Iterable[str] = ()) -> dict[str, Value]:  # noqa: FBT001 - a column's value
    """Return the columns of a case that no entry holds."""
    known: dict[str, Value] = {"case.branch": branch, "case.has_committee": has_committee}
    return known | {name: ABSENT for name in unkept if known.get(name) is None}


def case_columns() -> tuple[Any, ...]:
    """Return the columns of which a CaseRow is made, from cases joined with their organization."""
    return (
        Case.id, Case.number, Case.organization_id, Case.path, Case.own_account_id, Case.state,
        Case.uid, Case.entries, Case.head, Organization.name, Organization.has_committee,
    )  # fmt: skip


def case_row(row: Row[Any] | tuple[Any, ...]) -> CaseRow:
    """Return the case of a row of ``case_columns``."""
    number, organization, path, own, state, uid, entries, head, branch, has_committee = tuple(row)[1:]
    chain = Head(row[0], uid, entries, head)
    return CaseRow(row[0], number, organization, path, own, state, chain, branch, has_committee)


def read_row(connection: Connection, case_id: int) -> CaseRow:
    """Return a case by its id, for whoever has found and locked it already."""
    return case_row(connection.execute(_ROW, {"case": case_id}).one())


_ROW = (
    select(*case_columns())
    .join(Organization, Organization.id == Case.organization_id)
    .where(Case.id == bindparam("case"))
)
_LINE: tuple[Any, ...] = (
    Entry.id, Entry.number, Entry.kind, Entry.step, Entry.outcome, Entry.occurred_on, Entry.recorded_at,
    Entry.account_id, Entry.organization_id, Entry.confirmed_by, Entry.supersedes, Entry.body, Entry.principal_id,
)  # fmt: skip
_LINES = select(*_LINE).where(Entry.case_id == bindparam("case")).order_by(Entry.number)
_VALUE: tuple[Any, ...] = (EntryValue.entry_id, EntryValue.field, EntryValue.salt, EntryValue.value)
_KEPT = select(*_VALUE).join(Entry).where(Entry.case_id == bindparam("case"))

_OF = Entry.case_id.in_(bindparam("cases", expanding=True))
_LINES_OF = select(Entry.case_id, *_LINE).where(_OF).order_by(Entry.case_id, Entry.number)
_KEPT_OF = select(*_VALUE).join(Entry).where(_OF)


def read_record(connection: Connection, laws: Laws, row: CaseRow) -> CaseRecord:
    """Return a case with its entries and the law that binds it, in three queries (one more if it moved)."""
    values = _kept(connection.execute(_KEPT, {"case": row.id}).all())
    lines = [_Line._make(line) for line in connection.execute(_LINES, {"case": row.id}).all()]
    spans, held = _spans(connection, row, lines)
    return _record(row, lines, values, laws.book_of(connection, spans), held)


def _record(
    row: CaseRow,
    lines: Sequence[_Line],
    values: Mapping[int, dict[str, tuple[bytes, Any]]],
    book: Rulebook,
    held: tuple[Holder, ...],
) -> CaseRecord:
    days = _days(lines)
    entries = (_written(line, values.get(line.id, {}), book.edition_on(days[line.number])) for line in lines)
    return CaseRecord(row, tuple(entries), book, held)


def _days(lines: Sequence[_Line]) -> dict[int, date]:
    """Return the day under whose law each entry was written: of a correction, that of the act as it then stood."""
    days: dict[int, date] = {}
    for line in lines:
        days[line.number] = line.occurred_on or days.get(line.supersedes or 0) or office_day(line.recorded_at)
        if line.supersedes is not None:
            days[line.supersedes] = days[line.number]
    return days


def read_records(connection: Connection, laws: Laws, rows: Sequence[CaseRow]) -> Iterator[CaseRecord]:
    """Yield cases with their entries, in the order of ``rows``: each as ``read_record`` does, in as many queries."""
    ids = [row.id for row in rows]
    values = _kept(connection.execute(_KEPT_OF, {"cases": ids}).all())
    lines: dict[int, list[_Line]] = {}
    for case_id, *line in connection.execute(_LINES_OF, {"cases": ids}):
        lines.setdefault(case_id, []).append(_Line._make(line))
    placed = {row.id: _spans(connection, row, lines.get(row.id, [])) for row in rows}
    laid = laid_over(connection, (span for spans, _ in placed.values() for span in spans))
    books: dict[tuple[Held, ...], Rulebook] = {}
    for row in rows:
        spans, held = placed[row.id]
        if spans not in books:
            books[spans] = laws.book_under(laid, spans)
        yield _record(row, lines.pop(row.id, []), values, books[spans], held)


def _spans(connection: Connection, row: CaseRow, lines: Sequence[_Line]) -> tuple[tuple[Held, ...], tuple[Holder, ...]]:
    """Return which branch had the case when, by day and by entry: the one that opened it, each that took it over."""
    moves = [line for line in lines if (line.step, line.outcome) == (MOVE, HANDED_OVER) and line.kind == EntryKind.ACT]
    if not moves:
        return (Held(row.path, None, None),), ()
    offered = next((line.organization_id for line in lines if line.kind == EntryKind.OFFERED), None)  # by who had it
    holders = [offered or lines[0].organization_id, *(line.organization_id for line in moves)]
    columns = select(Organization.id, Organization.path, Organization.name, Organization.has_committee)
    places = {place.id: place for place in connection.execute(columns.where(Organization.id.in_(holders)))}
    days = (None, *(line.occurred_on for line in moves), None)
    spans = tuple(Held(places[holder].path, *span) for holder, span in zip(holders, pairwise(days), strict=True))
    numbers = (0, *(line.number for line in moves))
    held = (
        Holder(number, holder, places[holder].name, places[holder].has_committee)
        for number, holder in zip(numbers, holders, strict=True)
    )
    return spans, tuple(held)


def _kept(rows: Iterable[Any]) -> dict[int, dict[str, tuple[bytes, Any]]]:
    """Return the erasable values by entry and field, each with its salt."""
    values: dict[int, dict[str, tuple[bytes, Any]]] = {}
    for entry_id, name, salt, value in rows:
        values.setdefault(entry_id, {})[name] = (salt, _decoded(value))
    return values


def _decoded(text: str) -> Any:  # noqa: ANN401 - whatever was written
    """Return what a canonical text says: nothing may stand around it. Raises ValueError."""
    value, end = _read_json(text)
    if end != len(text):
        raise ValueError(f"a stored text goes on after its value, at {end}")
    return value


def _committed(body: Mapping[str, Any], values: Mapping[str, tuple[bytes, Any]]) -> dict[str, Any]:
    """Return the values that the entry committed itself to; whatever else stands beside it says nothing."""
    commits = body.get("commit")
    if not commits:  # most entries: nothing of them can be erased
        return {}
    return {
        name: value
        for name, (salt, value) in values.items()
        if name in commits and commitment(salt, value) == commits[name]
    }


def _written(line: _Line, values: Mapping[str, tuple[bytes, Any]], edition: Edition) -> Written:
    body = _decoded(line.body.decode())
    kept = _committed(body, values)
    reason = kept.pop(REASON, None)
    erased = [name for name in body.get("commit", {}) if name not in kept and name != REASON]
    recorded = Recorded(
        number=line.number,
        kind=_KINDS[line.kind],
        recorded_on=office_day(line.recorded_at),
        step=line.step,
        outcome=line.outcome,
        occurred_on=line.occurred_on,
        evidence=restored(edition, line.step, {**kept, **body.get("evidence", {})}, erased),
        supersedes=line.supersedes,
        broken=tuple(body.get("findings", ())) if line.outcome == IRREGULAR else (),
        claimed=body.get("claimed"),
    )
    return Written(
        recorded, line.id, line.recorded_at, line.account_id, line.organization_id, line.confirmed_by, body,
        reason, line.principal_id,
    )  # fmt: skip
