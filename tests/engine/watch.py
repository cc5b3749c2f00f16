"""What must hold after everything that is submitted, whoever submits it and whatever comes of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import select

from tests.engine.office import LAWS, Bureau
from tests.engine.soundness import Snapshot, faults, snapshot, verdicts, violated
from workflow.case.history import IRREGULAR, CaseView
from workflow.case.record import EntryKind
from workflow.engine.reading import CaseRecord, read_record, read_row
from workflow.engine.requests import (
    Confirm,
    TakeStep,
    UnsoundRequest,
)
from workflow.engine.task import Answer
from workflow.errors import WorkflowError
from workflow.rules.judge import StepRefused
from workflow.rules.rulebook import Rulebook
from workflow.store.failures import DatabaseBusy, DatabaseUnavailable
from workflow.store.tables import Case, Submission, SubmissionStatus

GIVEN = ("case.branch", "case.has_committee")


@dataclass(slots=True)
class Watch:
    """The office, the cases in it, and what was known of each at the end of each day."""

    office: Bureau
    cases: list[str] = field(default_factory=list)
    known: dict[tuple[str, date], tuple[Any, ...]] = field(default_factory=dict)
    waiting: list[Answer] = field(default_factory=list)
    earliest: dict[str, tuple[TakeStep, str, date]] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)  # what came of each submission, for a reader of a failure

    def record(self, number: str) -> CaseRecord:
        """Return a case as it is recorded."""
        with self.office.database.read() as connection:
            case_id = connection.scalar(select(Case.id).where(Case.number == number))
            return read_record(connection, LAWS, read_row(connection, case_id or 0))

    def check(self) -> None:
        """Look at everything that must hold whenever nobody is writing."""
        assert faults(self.office.database) == [], self.told
        for number in self.cases:
            record = self.record(number)
            self.known[number, self.office.clock.day] = summary(record.view())
            for (known, day), then in self.known.items():
                if known == number:  # what was known at the end of a day stays known, whatever was amended since
                    assert summary(record.view(as_of=day)) == then, (number, day, self.told)

    def submit(self, who: str, request: Any, day: date) -> None:
        """Hand in a request on a day and look at what came of it."""
        office = self.office
        office.clock.day = max(office.clock.day, day)
        before = self.standing()
        try:
            answer = office.desk.submit(office.people[who], request)
        except WorkflowError as error:
            self.refused(who, request, error, before)
            return
        self.told.append(f"{who} {request} -> {answer}")
        self.accepted(request, answer, before)
        after = self.standing()
        assert office.desk.submit(office.people[who], request) == answer  # the same click gets the first answer
        assert self.standing() == after
        if answer.status is SubmissionStatus.WAITING:
            self.waiting.append(answer)

    def refused(self, who: str, request: Any, error: WorkflowError, before: Mapping[str, Snapshot]) -> None:
        """Look that nothing changed, and that the refusal is on record without anybody's words."""
        self.told.append(f"{who} {request} -> {error!r}")
        assert not isinstance(error, DatabaseBusy | DatabaseUnavailable), self.told
        assert self.standing() == before, self.told
        assert error.what.zh
        assert error.what.en
        with self.office.database.read() as connection:
            key = (Submission.account_id == self.office.people[who].account_id, Submission.key == request.key)
            found = connection.execute(select(Submission.status, Submission.answer).where(*key)).one_or_none()
        if isinstance(error, UnsoundRequest) or getattr(request, "reason", None) == "":  # no request at all
            assert found is None
            return
        assert found is not None, self.told[-1]
        status, kept = found
        assert status == SubmissionStatus.REFUSED
        assert set(kept) == {"error", "rules", "earliest"}
        assert json.dumps(kept, ensure_ascii=False).isascii(), kept
        if isinstance(error, StepRefused) and isinstance(request, TakeStep):
            days = [refusal.earliest for refusal in error.refusals if refusal.earliest]
            if days and max(days) > date.fromisoformat(request.occurred_on):
                self.earliest[request.case] = (request, who, max(days))

    def accepted(self, request: Any, answer: Answer, before: Mapping[str, Snapshot]) -> None:
        """Look that exactly one entry was made or none, and that no act was let pass that breaks a rule anew."""
        number = answer.case
        was, now = before[number], self.standing()[number]
        grown = len(now.entries) - len(was.entries)
        assert grown == (0 if answer.entry is None else 1), self.told
        assert now.entries[: len(was.entries)] == was.entries
        assert now.outbox == was.outbox + grown
        record = self.record(number)
        assert answer.state == record.row.state
        made = record.entries[-1]
        if not grown or made.recorded.kind is not EntryKind.ACT:
            return
        found = self.new_breaches(record)
        if made.recorded.outcome == IRREGULAR:
            assert record.row.state == replace(record, entries=record.entries[:-1]).view().state
            assert made.body["findings"], self.told
            return
        assert {rule for rule, _, _ in found} <= set(answer.rules), (found, answer, self.told)
        for rule, clause, online in found:
            assert made.confirmed_by is not None, (rule, self.told)
            assert made.reason, (rule, self.told)
            if online != "record":  # then the breach lies in another act, recorded before
                assert made.recorded.step not in clause, (rule, self.told)
        assert isinstance(request, TakeStep | Confirm)

    def new_breaches(self, record: CaseRecord) -> set[tuple[str, tuple[str, ...], str]]:
        """Return rules that the last entry breaks, by steps of rule and act, and what they ask for at the desk."""
        book: Rulebook = record.book
        earlier = replace(record, entries=record.entries[:-1])
        with self.office.database.read() as connection:
            sets = [
                violated(verdicts(connection, LAWS, record, one.view().values, self.office.clock.day))
                for one in (earlier, record)
            ]
        clauses = {(one.rule.id, one.step, one.number): one for one in book.judged}
        found = (clauses[breach[:3]] for breach in sets[1] - sets[0])
        return {
            (one.rule.id, (one.rule.step, (one.clause.act or "").split(".")[0]), one.rule.definition.online)
            for one in found
        }

    def standing(self) -> dict[str, Snapshot]:
        """Return what stands of every case."""
        with self.office.database.read() as connection:
            return {number: snapshot(connection, number) for number in self.cases}

    def seen(self, number: str) -> int:
        """Return how many entries a case has."""
        return self.office.seen(number)

    def login_of(self, number: str, entry: int) -> str:
        """Return the login of whoever wrote an entry."""
        account = self.record(number).entries[entry - 1].account_id
        return next(login for login, one in self.office.people.items() if one.account_id == account)


def summary(view: CaseView) -> tuple[Any, ...]:
    """Return where a case stood, without what depends on the branch that has it now."""
    return (
        view.state,
        without(view.values),
        dict(view.rounds),
        [(one.step, one.number, without(one.values)) for one in view.earlier],
    )


def without(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values but for those that no entry holds."""
    return {name: value for name, value in values.items() if name not in GIVEN}
