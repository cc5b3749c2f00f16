"""Random walks through the desk: what somebody might submit, plausible or odd."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st
from sqlalchemy import select

from tests.engine.office import LAWS, LONG_AGO, MEMBERS, PEOPLE
from tests.engine.origins import attested, reopened, seat
from tests.engine.test_lives import LIVES, live
from tests.engine.watch import Watch
from tests.regulation.trace import traces
from workflow.case.history import IRREGULAR
from workflow.engine.requests import (
    Confirm,
    Correct,
    Offer,
    OpenCase,
    Request,
    Supplement,
    TakeStep,
    Withdraw,
)
from workflow.law.model import Edition, FieldDef, FieldType
from workflow.machine import possible
from workflow.seal import Plain
from workflow.store.tables import Case, Todo

GAPS = st.one_of(
    st.integers(0, 40),
    st.sampled_from([-400, -31, -7, -1, 0, 1, 5, 7, 31, 61, 92, 120, 183, 200, 366, 500]),
)
COUNTS = {"due": 20, "present": 18, "in_favour": 17, "against": 1, "hours": 24}
CHOICES = {"ballot": "secret", "notice_result": "clear"}
ODD: tuple[Any, ...] = (
    "",
    None,
    "不是日期",
    "2026-02-30",
    "0001-01-01",
    "9999-12-31",
    -1,
    10**9,
    True,
    "yes",
    [],
    ["2026-01-01", "x"],
    "甲",
    "查无此人",
    "a\u0000b",
    "\u202e",
    "x" * 3000,
    {"a": 1},
    "committee",
    "branch",
)
TO = ("一支部", "二支部", "党委")


@dataclass(slots=True)
class Walk(Watch):
    """A walk: whatever is drawn is done, and everything is looked at after each step."""

    data: st.DataObject = field(kw_only=True)

    def draw(self, strategy: st.SearchStrategy[Any]) -> Any:
        """Draw a value."""
        return self.data.draw(strategy)

    def choose(self, *options: Any) -> Any:
        """Draw one of several; a failure is shown with the first that still shows it."""
        return self.draw(st.sampled_from(options))

    def begin(self) -> None:
        """Begin a case: new, some way into a lawful life, or taken over from a ledger."""
        origin = self.choose("new", "late", *LIVES, "ledger")
        if origin == "ledger":
            number = attested(self.office, self.draw(st.sampled_from(LAWS.law.editions[-1].numbered)))
        elif origin == "late":  # the letter was received long ago: that waits for a second person
            self.office.clock.day = date(2026, 11, 22)
            request = OpenCase(
                key=self.office.key(), name="示例一", born_on="2000-02-10", occurred_on="2026-05-20", reason="补登"
            )
            self.waiting.append(self.office.submit("secretary", request))
            number = self.waiting[0].case
        elif origin == "new":
            number = self.office.open(date(2026, 5, 20)).case
        else:
            entries = [
                raw for raw in traces()[origin]["entries"] if not raw.get("refused") and not raw.get("impossible")
            ]
            number = live(self.office, entries[: self.draw(st.integers(1, len(entries)))])
        self.cases.append(number)
        self.check()

    def step(self) -> None:
        """Do one thing, and look whether all still fits together for a program that starts anew."""
        number = self.choose(*self.cases)
        doing = self.choose(
            "take",
            "take",
            "take",
            "take",
            "take_odd",
            "correct",
            "withdraw",
            "offer",
            "supplement",
            "again",
            *["confirm"] * (4 if self.waiting else 0),
        )
        getattr(self, doing)(number)
        self.office = reopened(self.office)
        self.check()

    def take(self, number: str) -> None:
        """Take a step that the case asks for, as somebody who may, a while after the last act."""
        record = self.record(number)
        last = max((one.recorded.occurred_on or LONG_AGO for one in record.entries), default=LONG_AGO)
        last = last if last > LONG_AGO else self.office.clock.day
        on = last + timedelta(days=self.draw(GAPS))
        edition = record.book.edition_on(on)
        can = possible(edition, record.view().state)
        if not can:
            return
        step = self.choose(*(self.asked(number, can) or can), *can)
        outcome = self.choose(*can[step])
        evidence = self.evidence(edition, step, outcome, on)
        who = self.choose(
            seat(edition, step, outcome, evidence.get("body")), *(PEOPLE if self.draw(st.integers(0, 9)) == 9 else ())
        )
        request = TakeStep(
            key=self.office.key(),
            case=number,
            seen=record.row.head.entries,
            step=step,
            outcome=outcome,
            evidence=evidence,
            occurred_on=on.isoformat(),
            reason=self.choose(None, "情况属实"),
            irregular=self.choose(*[False] * 7, True),
            meeting=self.choose(None, "meeting-1"),
        )
        if self.draw(st.booleans()) and number in self.earliest:  # wait until the day on which it will pass
            request, who, on = self.earliest.pop(number)
            request = replace(request, key=self.office.key(), seen=record.row.head.entries, occurred_on=on.isoformat())
        self.submit(who, request, max(on, self.office.clock.day) + timedelta(self.choose(0, 0, 0, 8, 40, -3)))

    def asked(self, number: str, can: Mapping[str, Any]) -> list[str]:
        """Return the steps on the to-do list of a case that its state allows."""
        with self.office.database.read() as connection:
            query = select(Todo.step).join(Case).where(Case.number == number).order_by(Todo.due_on, Todo.step)
            return [step for step in connection.scalars(query) if step in can]

    def evidence(self, edition: Edition, step: str, outcome: str, on: date) -> dict[str, Plain]:
        """Return what somebody would fill in: all that is required, some of the rest."""
        definition = edition.steps[step]
        days = {other.fills or definition.day for other in definition.outcomes.values()}
        chosen = definition.outcomes[outcome]
        complete = not (chosen.fills or chosen.reason)
        return {
            name: self.value(name, one, edition, on)
            for name, one in definition.evidence.items()
            if name not in days
            and name not in chosen.sets
            and ((one.required and complete) or self.choose(False, True))
        }

    def value(self, name: str, one: FieldDef, edition: Edition, on: date) -> Plain:
        """Return a plausible value of a field."""
        day = [(on + timedelta(days)).isoformat() for days in (-1, -8, 0, 6, 30, 365)]
        plausible: dict[FieldType, tuple[Plain, ...]] = {
            FieldType.DAY: (*day,),
            FieldType.PLAN: (*day,),
            FieldType.DAYS: ([on.isoformat()],),
            FieldType.COUNT: (COUNTS.get(name, 0), 10, 3),
            FieldType.YES_NO: (True, False),
            FieldType.CHOICE: (CHOICES.get(name, next(iter(one.values), "")), *one.values),
            FieldType.PERSON: (*MEMBERS, "丁", "查无此人"),
            FieldType.BODY: ("committee", "branch_committee", "general_meeting", *edition.bodies),
        }
        chosen: Plain = self.choose(*plausible.get(one.type, ("甲〔2026〕3号", "党员推荐")))
        return chosen

    def take_odd(self, number: str) -> None:
        """Submit something that makes little sense: any step of any edition, by anybody, with odd evidence."""
        edition = LAWS.law.editions[self.choose(0, 1)]
        step = self.draw(st.sampled_from(sorted(edition.steps)))
        outcome = self.choose(*edition.steps[step].outcomes, IRREGULAR, "none")
        on = self.office.clock.day + timedelta(self.draw(GAPS))
        names = st.sampled_from([*edition.steps[step].evidence, "no_such", "person.name", "unread", "reason"])
        evidence = self.draw(st.dictionaries(names, st.sampled_from(ODD), max_size=3))
        request = TakeStep(
            key=self.office.key(),
            case=self.choose(number, number, "2026-999999"),
            seen=self.seen(number) + self.choose(0, 0, 0, -1, 1, -(10**6)),
            step=self.choose(step, step, step, "none"),
            outcome=outcome,
            occurred_on=self.choose(on.isoformat(), "昨天", "2026-2-3", "0001-01-01"),
            evidence=evidence,
            reason=self.choose(None, "", "情况属实"),
            irregular=self.choose(False, True),
        )
        self.submit(self.choose(*PEOPLE), request, self.office.clock.day)

    def correct(self, number: str) -> None:
        """Propose other facts for any entry."""
        record = self.record(number)
        wrong = self.choose(*(one.recorded for one in record.entries))
        edition = record.book.edition_on(wrong.occurred_on or wrong.recorded_on)
        on = (wrong.occurred_on or self.office.clock.day) + timedelta(self.draw(GAPS))
        evidence: dict[str, Plain] = {}
        if wrong.step in edition.steps:
            fields = edition.steps[wrong.step].evidence
            evidence = {
                name: self.choose(self.value(name, fields[name], edition, on), None)
                for name in self.draw(st.lists(st.sampled_from(sorted(fields)), max_size=2, unique=True))
            }
        else:
            evidence = {"person.born_on": self.choose("1999-09-09", "2010-01-01", None)}
        author = self.login_of(number, wrong.number)
        request = Correct(
            key=self.office.key(),
            case=number,
            seen=self.seen(number),
            number=wrong.number,
            occurred_on=self.choose(None, on.isoformat()),
            evidence=evidence,
            reason="笔误",
        )
        self.submit(
            self.choose(author, author, *PEOPLE), request, self.office.clock.day + timedelta(self.choose(0, 1, 30))
        )

    def withdraw(self, number: str) -> None:
        """Take back the last entry, or another."""
        last = self.seen(number)
        chosen = self.choose(last, last, last, max(1, last - 1), 1, last + 1)
        who = self.choose(*[self.login_of(number, min(chosen, last))] * 3, *PEOPLE)
        request = Withdraw(key=self.office.key(), case=number, seen=last, number=chosen, reason="登记错误")
        self.submit(who, request, self.office.clock.day + timedelta(self.choose(0, 2)))

    def confirm(self, number: str) -> None:
        """Confirm or decline what waits, or what does not."""
        waits = [one for one in self.waiting if one.case == number] or self.waiting
        chosen = self.choose(*waits) if waits else None
        case = chosen.case if chosen else number
        proposal = chosen.proposal if chosen and chosen.proposal else 10**6
        request = Confirm(
            key=self.office.key(),
            case=case,
            seen=self.seen(case),
            proposal=proposal,
            agreed=self.choose(True, True, True, False),
            reason=self.choose(None, "同意"),
        )
        who = self.choose("commissioner", "secretary", "member", "organizer", "approver", "elsewhere2", *PEOPLE)
        self.submit(who, request, self.office.clock.day + timedelta(self.choose(0, 1)))

    def offer(self, number: str) -> None:
        """Offer a case to another branch, or answer an offer."""
        on = self.office.clock.day
        if self.draw(st.booleans()):
            request: Request = Offer(
                key=self.office.key(),
                case=number,
                seen=self.seen(number),
                to=self.office.organizations[self.choose(*TO)][1],
                occurred_on=on.isoformat(),
            )
        else:
            request = TakeStep(
                key=self.office.key(),
                case=number,
                seen=self.seen(number),
                step="move",
                outcome=self.choose("handed_over", "handed_over", "returned"),
                occurred_on=on.isoformat(),
                evidence={"checked": True},
                reason="经核查",
            )
        self.submit(
            self.choose("secretary", "secretary", "elsewhere", "elsewhere", "elsewhere", "commissioner", *PEOPLE),
            request,
            on,
        )

    def supplement(self, number: str) -> None:
        """Attest something that the imported past may lack."""
        edition = self.record(number).book.newest
        step = self.draw(st.sampled_from(edition.numbered))
        on = self.office.clock.day - timedelta(self.choose(100, 1000, 2000))
        request = Supplement(
            key=self.office.key(),
            case=number,
            seen=self.seen(number),
            step=step,
            evidence=self.evidence(edition, step, next(iter(edition.steps[step].outcomes)), on),
            occurred_on=self.choose(None, on.isoformat()),
            reason="有原始记录",
        )
        self.submit(self.choose("commissioner", "secretary", "elsewhere", *PEOPLE), request, self.office.clock.day)

    def again(self, number: str) -> None:
        """Open a second case, so that two go on side by side."""
        if len(self.cases) < 2:
            self.cases.append(self.office.open(self.office.clock.day, name="示例二").case)
        assert number in self.cases
