"""The cells of a row against the record of the person: what is new, what is to be corrected, and by what request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

from workflow.case.history import CaseView
from workflow.case.record import EntryKind, Recorded, effective
from workflow.case.values import UNREADABLE, Value
from workflow.engine import amend
from workflow.engine.attesting import BORN_ON, lived
from workflow.engine.duties import separation
from workflow.engine.evidence import stored
from workflow.engine.reading import CaseRecord, CaseRow
from workflow.engine.requests import Correct
from workflow.engine.task import Task
from workflow.engine.trust import past_until, since
from workflow.errors import Text, WorkflowError
from workflow.law.model import StepDef
from workflow.ledger.import_report import CellReport, What
from workflow.ledger.written import Writing
from workflow.seal import Plain

REASON = "按导入的台账更正"  # of a proposed correction
BY_OUTCOME = Text("由办理结果得出，不能更正", "it follows from the outcome, which is never corrected")
ONE_BY_ONE = Text("是逐次登记的，请在系统中逐条更正", "recorded one by one: correct the entries at the desk")


@dataclass(frozen=True, slots=True)
class Proposed:
    """A correction of one entry: what the file says instead."""

    number: int
    occurred_on: str | None
    evidence: Mapping[str, Plain]
    columns: tuple[str, ...]

    def request(self, row: CaseRow, seen: int) -> Correct:
        """Return it as a request of its own: what waits already is found by what it says, what was declined may return.

        The key is kept for ever and tells nothing of what stands in the cells.
        """
        return Correct(
            key=uuid4().hex, case=row.number, seen=seen, number=self.number, occurred_on=self.occurred_on,
            evidence=dict(self.evidence), reason=REASON,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody who has a case: its record, where it stands, the requests that wait for a second person in it."""

    record: CaseRecord
    view: CaseView
    waiting: Sequence[Mapping[str, Any]]


class CellChanges:
    """The cells of a row against the record of the person."""

    def __init__(
        self, task: Task, person: Known, columns: Mapping[str, Writing], said: Mapping[str, Value], *, powered: bool
    ) -> None:
        """``said``: what the row says, by column, as the record would keep it.

        ``powered``: an organization that decides on the branch's people imports, and may carry their past on.
        """
        self.task, self.person, self.record, self.powered = task, person, person.record, powered
        self.columns, self.said, self.values = columns, said, person.view.values
        self.lived = lived(self.record, (request["action"] for request in person.waiting))
        self.entries = effective(self.record.recorded())
        self.facts: dict[str, Value] = {}
        self.wrong: dict[int, dict[str, Value]] = {}  # what is to be corrected, by the number of the entry

    def all(self) -> tuple[tuple[CellReport, ...], Mapping[str, Value], tuple[Proposed, ...]]:
        """Return the cells that differ, what is to be attested, and what is to be proposed."""
        found = {column: self._cell(column, value) for column, value in self.said.items() if column != BORN_ON}
        found |= self._not_past()
        proposed: list[Proposed] = []
        for number, values in self.wrong.items():
            correction = self._proposed(number, values)
            what, why = self._prospect(correction)
            found |= {column: self._report(column, value, what, why) for column, value in values.items()}
            proposed += [correction] if what is What.CORRECTION else []
        return tuple(cell for cell in found.values() if cell is not None), self.facts, tuple(proposed)

    def _cell(self, column: str, value: Value) -> CellReport | None:
        """Compare one cell; None: the record says the same, or what stands there cannot be read."""
        writing = self.columns[column]
        recorded = writing.as_read(self.values.get(column))
        if value == recorded or value is UNREADABLE:
            return None
        if value is None:
            return self._report(column, None, What.GONE)
        if recorded is None or self._adds(recorded, value):
            if self.lived:
                return self._report(column, value, What.AT_DESK)
            self.facts[column] = value
            return self._report(column, value, What.FACT)
        return self._differs(column, value)

    def _not_past(self) -> dict[str, CellReport | None]:
        """Take back what happened after the past was taken over, with all that the row says of such a step.

        Whoever has the power to decide takes over the sheet of the next month as well: it is its own past.
        """
        if self.powered:
            return {}
        until = past_until(self.record)
        late = since(self.record.book.edition_on(self.task.today), self.facts, until)
        columns = [column for column in self.facts if column.partition(".")[0] in late]
        why = Text(f"在首次导入（{until}）之后", f"later than the first import ({until})")
        return {column: self._report(column, self.facts.pop(column), What.AT_DESK, why) for column in columns}

    def _adds(self, recorded: Value, value: Value) -> bool:
        """Tell whether a cell of several days holds all that are recorded, and more."""
        return isinstance(recorded, tuple) and isinstance(value, tuple) and set(recorded) < set(value)

    def _differs(self, column: str, value: Value) -> CellReport:
        """Note a correction of the entry from which the recorded value comes, where it can be corrected."""
        step, name = column.split(".", 1)
        for entry in reversed(self.entries):
            if entry.step == step and (why := self._held(entry, name)) is not None:
                if isinstance(why, Text):
                    return self._report(column, value, What.REFUSED, why)
                self.wrong.setdefault(entry.number, {})[column] = value
                break
        return self._report(column, value, What.REFUSED, BY_OUTCOME)  # replaced where a correction was noted

    def _held(self, entry: Recorded, name: str) -> Text | bool | None:
        """Tell whether an entry holds a field and may be corrected (True), why it may not, or that it does not."""
        if entry.kind is EntryKind.ATTESTED:
            return True if name in entry.evidence else None
        step = self._step(entry)
        outcome = step.outcomes.get(entry.outcome or "")
        if outcome and name in outcome.sets:
            return BY_OUTCOME
        if name == ((outcome.fills if outcome else None) or step.day):
            return ONE_BY_ONE if step.repeats else True
        return True if name in entry.evidence else None

    def _step(self, entry: Recorded) -> StepDef:
        book = self.record.book
        return book.edition_on(entry.occurred_on or entry.recorded_on).steps[entry.step or ""]

    def _proposed(self, number: int, values: Mapping[str, Value]) -> Proposed:
        """Return the correction of one entry; the day of an act is corrected as such, not as evidence."""
        entry = next(one for one in self.entries if one.number == number)
        step = self._step(entry)
        outcome = step.outcomes.get(entry.outcome or "")
        day = (outcome.fills if outcome else None) or step.day
        evidence = {column.split(".", 1)[1]: value for column, value in values.items()}
        new = evidence.get(day)
        if isinstance(new, date):
            del evidence[day]
        on = new.isoformat() if isinstance(new, date) else None
        return Proposed(number, on, stored(evidence), tuple(values))

    def _prospect(self, proposed: Proposed) -> tuple[What, Text | None]:
        """Return what would become of a correction: whether it waits already, and whether the desk would take it."""
        row = self.record.row
        request = proposed.request(row, row.head.entries)
        if not self.facts and any(_same(request, waiting) for waiting in self.person.waiting):
            return What.WAITING, None
        task = self.task
        try:
            separation(task.connection, task.laws.organizations, task.actor, row)
            amend.correct(task, row, request)
        except WorkflowError as error:
            return What.REFUSED, error.what
        return What.CORRECTION, None

    def _report(self, column: str, value: Value, what: What, why: Text | None = None) -> CellReport:
        writing: Writing = self.columns[column]
        recorded = self.values.get(column)
        return CellReport(writing.form.header, what, writing.shown(recorded), writing.shown(value), why)


def _same(request: Correct, waiting: Mapping[str, Any]) -> bool:
    """Tell whether the same correction of the same version of the case waits."""
    known = (request.action, request.seen, request.number, request.occurred_on, dict(request.evidence))
    return known == tuple(waiting.get(name) for name in ("action", "seen", "number", "occurred_on", "evidence"))
