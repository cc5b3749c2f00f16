"""The traces of the regulation at the desk: what is permitted is never refused, what is forbidden moves nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

from tests.engine.office import LAWS, LONG_AGO, Bureau, bureau
from tests.engine.origins import seat
from tests.engine.soundness import faults, snapshot
from tests.engine.test_lives import apart, plain, recorded_on
from tests.regulation.members import ROSTER
from tests.regulation.trace import accepted, traces
from workflow.case.history import IRREGULAR
from workflow.engine.requests import OpenCase
from workflow.engine.task import Answer, ReasonNeeded
from workflow.errors import WorkflowError
from workflow.law.model import Edition, FieldType
from workflow.rules.judge import StepRefused
from workflow.seal import Plain
from workflow.store.database import Database
from workflow.store.tables import Case, Member, Organization, Penalty, SubmissionStatus, Transfer

SECOND = {
    "secretary": "commissioner",
    "elsewhere": "elsewhere2",
    "approver": "member",
    "member": "approver",
    "organizer": "approver",
}
BY_RIGHT = {"training.organized"}  # whoever has not the right is refused before any rule is asked
TIMES = int(os.environ.get("JISHI_WALKS", "1"))
UNDATED = "on a day that is not recorded"  # at the desk every act has its day
COUNTS = {"due": 20, "present": 18, "in_favour": 17}


@pytest.fixture
def office(database: Database) -> Bureau:
    """Give the small office with the roster of the regulation tests."""
    made = bureau(database)
    people = dict(made.people)
    with database.write() as connection:
        connection.execute(delete(Member))
        rows = connection.execute(select(Organization.name, Organization.id)).all()
        branches = {row.name: row.id for row in rows}
        for one in (member for member in ROSTER.members() if member.branch in branches):
            standing, full_on = (str(one.standing), one.full_on) if isinstance(one.standing, str) else ("？", None)
            values = {
                "organization_id": branches[one.branch],
                "name": one.name,
                "name_key": one.name,
                "standing": standing,
                "full_on": full_on,
            }
            member_id = connection.execute(insert(Member).returning(Member.id), values).scalar_one()
            for penalty in one.penalties:
                connection.execute(
                    insert(Penalty),
                    {
                        "member_id": member_id,
                        "kind": str(penalty.kind),
                        "from_on": penalty.from_on,
                        "until_on": penalty.until_on,
                    },
                )
    return replace(made, people=people)


@dataclass(slots=True)
class Life:
    """A trace being lived through the desk. ``completed``: steps with evidence that the trace leaves out."""

    office: Bureau
    given: Mapping[str, Any]
    case: str = ""
    completed: set[str] = field(default_factory=set)
    hands: str = ""  # who handed in the last act

    def hand_in(self, raw: Mapping[str, Any], *, complete: bool, reason: str | None = None) -> Answer:
        """Hand in one act, as somebody of the body that it names; ``complete``: with all that the desk asks for."""
        edition = edition_on(raw["on"])
        step, outcome = raw["do"].split()
        irregular = outcome == IRREGULAR
        outcome = next(iter(edition.steps[step].outcomes)) if irregular else outcome
        evidence = {name: listed(plain(step, name, value)) for name, value in raw.get("with", {}).items()}
        if complete:
            evidence = self.complete(edition, step, outcome, evidence, raw["on"])
        who = self.hands = self.who(raw, evidence.get("body"))
        self.office.clock.day = max(self.office.clock.day, recorded_on(step, raw))
        if not self.case:
            request = OpenCase(
                key=self.office.key(),
                name="示例一",
                born_on=str(self.given.get("person.born_on") or "") or None,
                floating=self.given.get("case.floating"),
                step=step,
                outcome=outcome,
                occurred_on=raw["on"].isoformat(),
                evidence=evidence,
                reason=reason,
                branch=None if step == "apply" else self.office.organizations["一支部"][1],
            )
            return self.office.submit(who, request)
        self.prepare(raw, who)
        return self.office.take(
            who, self.case, f"{step} {outcome}", raw["on"], evidence=evidence, reason=reason, irregular=irregular
        )

    def complete(
        self, edition: Edition, step: str, outcome: str, evidence: Mapping[str, Plain], on: date
    ) -> dict[str, Plain]:
        """Return evidence with all that the desk requires of a step, and without a body that may not act.

        The work committee may not: a committee with the power is nearer.
        """
        definition = edition.steps[step]
        chosen = definition.outcomes[outcome]
        able = set(definition.by) - {"work_committee"}
        kept = {name: value for name, value in evidence.items() if name != "body" or value in able}
        if chosen.fills or chosen.reason:
            return kept
        days = {other.fills or definition.day for other in definition.outcomes.values()} | chosen.sets.keys()
        wanted = [name for name, one in definition.evidence.items() if one.required and name not in days | kept.keys()]
        added = {name: some(definition.evidence[name].type, name, on) for name in wanted}
        self.completed |= {step} if any(added.values()) else set()
        return {**added, **kept}

    def who(self, raw: Mapping[str, Any], body: Plain = None) -> str:
        """Return who hands it in: the branch that has the case, or that it is offered to, or whom the edition names."""
        edition, (step, outcome) = edition_on(raw["on"]), raw["do"].split()
        outcomes = edition.steps[step].outcomes
        named = seat(edition, step, outcome if outcome in outcomes else next(iter(outcomes)), body)
        if named != "secretary" or not self.case:
            return named
        with self.office.database.read() as connection:
            holder = connection.scalar(select(Case.organization_id).where(Case.number == self.case))
        away = holder == self.office.organizations["二支部"][0]
        return "elsewhere" if away != (step == "move") else "secretary"

    def prepare(self, raw: Mapping[str, Any], who: str) -> None:
        """Before a move: offer the case to the branch that is to take it over, unless that is done."""
        if not raw["do"].startswith("move "):
            return
        with self.office.database.read() as connection:
            query = select(Transfer.case_id).join(Case, Case.id == Transfer.case_id).where(Case.number == self.case)
            offered = connection.scalar(query)
        there, here = ("二支部", "secretary") if who == "elsewhere" else ("一支部", "elsewhere")
        if offered is None:
            self.office.offer(here, self.case, there, raw["on"])

    def permitted(self, raw: Mapping[str, Any]) -> None:
        """Hand in what is permitted: recorded at once, or a concern with a reason and a second person's word."""
        expected = set(raw.get("concern", [])) - BY_RIGHT
        step, outcome = raw["do"].split()
        chosen = edition_on(raw["on"]).steps[step].outcomes.get(outcome)
        reasoned = chosen is None or chosen.reason
        needed: tuple[str, ...] = ()
        try:
            answer = self.hand_in(raw, complete=True, reason="按规定" if reasoned else None)
        except ReasonNeeded as error:
            needed = error.rules
            answer = self.hand_in(raw, complete=True, reason="情况属实")
        assert not needed or expected or self.office.clock.day > raw["on"], raw  # late: a limit may have run out since
        assert set(needed or answer.rules) >= expected, raw
        if answer.status is SubmissionStatus.WAITING:
            answer = self.office.confirm(SECOND[self.hands], answer)
        assert answer.status is SubmissionStatus.RECORDED, raw
        self.case = answer.case

    def forbidden(self, raw: Mapping[str, Any]) -> None:
        """Hand in what is forbidden: refused, by the rules that the trace names, and nothing has changed."""
        if self.case:
            self.prepare(raw, self.who(raw))
        before = self.standing()
        expected = set(raw.get("refused", ()))
        if expected and {rule.split(".")[0] for rule in expected} <= self.completed - {raw["do"].split()[0]}:
            return  # the desk did not let the gap arise
        with pytest.raises(WorkflowError) as refused:
            self.hand_in(raw, complete=False, reason="按规定")
        assert self.standing() == before, raw
        if isinstance(refused.value, StepRefused):
            rules = {refusal.rule for refusal in refused.value.refusals}
            assert rules >= expected, raw
            assert {rule.split(".")[-1] for rule in rules - expected} <= {"required"}, raw

    def standing(self) -> Any:
        """Return what stands in the tables of the case, or which cases there are."""
        with self.office.database.read() as connection:
            return snapshot(connection, self.case) if self.case else connection.execute(select(Case.id)).all()


def edition_on(day: date) -> Edition:
    """Return the edition in force on a day."""
    return next((one for one in reversed(LAWS.law.editions) if one.edition <= day), LAWS.law.editions[0])


def listed(value: Any) -> Plain:
    """Return a value of a trace as JSON holds it."""
    return [day.isoformat() for day in value] if isinstance(value, list) else value


def some(kind: FieldType, name: str, on: date) -> Plain:
    """Return something that the desk wants to know and the rules do not ask about."""
    by_type: dict[FieldType, Plain] = {
        FieldType.DAY: on.isoformat(),
        FieldType.COUNT: COUNTS.get(name, 0),
        FieldType.BODY: None,
        FieldType.PERSON: "丙",
        FieldType.DAYS: [on.isoformat()],
        FieldType.YES_NO: True,
    }
    chosen: dict[str, Plain] = {"ballot": "secret", "conclusion": None, "body": "committee"}
    return chosen.get(name, by_type.get(kind, "有"))


def history(name: str) -> tuple[Mapping[str, Any], list[Mapping[str, Any]], list[Mapping[str, Any]]]:
    """Return what is given, what was accepted before the trace begins, and its own entries."""
    trace = traces()[name]
    if "after" not in trace:
        return trace["given"], [], trace["entries"]
    given, earlier, entries = history(trace["after"]["trace"])
    origin = {"entries": entries}
    return (
        {**given, **trace.get("given", {})},
        [*earlier, *accepted(origin, trace["after"]["through"])],
        trace["entries"],
    )


def to_live() -> Iterator[Any]:
    """Yield every trace to be lived on SQLite, and some on PostgreSQL, too; JISHI_WALKS above 1: all on both."""
    for place, name in enumerate(name for name in traces() if UNDATED not in name):
        yield pytest.param("sqlite", name)
        if place % 8 == 7 or TIMES > 1:
            yield pytest.param("postgresql", name)


@pytest.mark.parametrize(("database", "name"), list(to_live()), indirect=["database"])
def test_a_trace_ends_at_the_desk_as_the_regulation_says(office: Bureau, name: str) -> None:
    given, earlier, entries = history(name)
    if given.get("case.has_committee") is not True:
        with office.database.write() as connection:
            here = Organization.name == given.get("case.branch", "一支部")
            connection.execute(update(Organization).where(here).values(has_committee=given.get("case.has_committee")))
    life = Life(office, given)
    office.clock.day = LONG_AGO
    for raw in (*earlier, *entries):
        if raw.get("refused") or raw.get("impossible"):
            life.forbidden(raw)
            continue
        *parts, last = apart(raw)
        for part in parts:
            life.permitted(part)
        life.permitted({**raw, "with": last.get("with", {})})
        if "person.leaves_on" in given and len(office.kinds(life.case)) == 2:
            told = office.correct(
                "secretary", life.case, 1, {"person.leaves_on": given["person.leaves_on"].isoformat()}
            )
            office.confirm("commissioner", told)
        assert "state" not in raw or office.state(life.case) == raw["state"], raw
    assert faults(office.database) == []
