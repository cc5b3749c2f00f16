"""Who approves a waiver, what it covers, and where it ends: nobody lets rest what concerns the own house."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

from tests.engine.office import LONG_AGO, Bureau
from tests.engine.stages import LIFE, until
from tests.engine.test_audit_runs import as_judged, changes, taken, totals
from tests.engine.test_finding_acts import (
    OPENED,
    TODAY,
    about,
    answered,
    asked,
    broken,
    identity,
    life,
    listed,
    number,
    settled,
)
from tests.engine.test_lives import act, live
from tests.engine.test_looking import looking
from tests.regulation.trace import accepted, traces
from workflow.engine.acting import NotEntitled
from workflow.engine.desk import Login
from workflow.engine.duties import ConflictOfDuties
from workflow.engine.finding_acts import Unfit, UnknownFinding, settle_waiver
from workflow.engine.finding_stages import AsItWas, Standing
from workflow.engine.findings_view import FindingFilters, findings
from workflow.engine.waiving import LONGEST_WAIVER, NobodyAbove, NotWaivable
from workflow.keep.chain import heads
from workflow.keep.lives import lives as keep_lives
from workflow.store.tables import Account, Case, Finding, Office, Organization

WHOLE = "lived under the edition of 2026"
CONSENT, MONTHS = "list_target.notice", "approve.within_three_months"


@pytest.fixture
def office(fresh_office: Bureau) -> Iterator[Bureau]:
    """Give an office in which nobody talked with an applicant in time, and a second one above the committee."""
    fresh_office.open(OPENED, name="甲一")
    fresh_office.clock.day = TODAY
    appoint(fresh_office, "leader", "工委", "committee_secretary")
    appoint(fresh_office, "leader2", "工委", "committee_member")
    yield fresh_office
    as_judged(fresh_office)
    with fresh_office.database.read() as connection:
        assert list(keep_lives(connection, heads(connection, 0, 100))) == []


def appoint(office: Bureau, login: str, organization: str, role: str, **more: Any) -> None:
    """Let somebody hold an office; ``of``: who holds another one already, ``stands_in``: for whom a deputy does."""
    with office.database.write() as connection:
        account = office.people[more["of"]].account_id if "of" in more else None
        if account is None:
            made = {"login": login, "name": login, "name_key": login, "created_at": office.clock()}
            account = connection.execute(insert(Account).returning(Account.id), made).scalar_one()
        home = connection.scalar(select(Organization.id).where(Organization.name == organization))
        principal = office.people[more["stands_in"]].office_id if "stands_in" in more else None
        seat = {"account_id": account, "organization_id": home, "role": role, "from_on": LONG_AGO,
                "deputy_for": principal}  # fmt: skip
        held = connection.execute(insert(Office).returning(Office.id), seat).scalar_one()
    office.people = {**office.people, login: Login(account, held)}


def probationary(office: Bureau) -> str:
    """Let somebody live until the approval, a step each by who does it; return the number of the case."""
    entries = [raw for raw in traces()[WHOLE]["entries"] if not raw.get("refused") and not raw.get("impossible")]
    last = next(place for place, raw in enumerate(entries) if raw["do"].startswith("approve "))
    return live(office, entries[: last + 1])


def breaks(office: Bureau, rule: str, name: str) -> None:
    """Let a rule be broken in the case of somebody."""
    with office.database.write() as connection:
        of = identity(office, name, rule)
        path, state = connection.execute(select(Case.path, Case.state).where(Case.id == of.case)).one()
        row = {**of.columns(), "outcome": "late", "force": "hard", "due_on": None, "broken_on": OPENED, "path": path}
        row |= {"state": state}
        connection.execute(insert(Finding), row)


def becomes(office: Bureau, **values: object) -> None:
    """Let the finding be another."""
    with office.database.write() as connection:
        connection.execute(update(Finding).where(identity(office).of(Finding)).values(**values))


# nobody waives what concerns the own house


def test_what_a_branch_asks_for_its_committee_approves(office):
    asked(office, "secretary")
    settled(office, "approver")
    assert life(office).standing is Standing.WAIVED


def test_what_a_committee_asks_for_nobody_of_that_committee_approves_but_the_one_above_does(office):
    asked(office, "approver")
    for who in ("approver", "member"):
        with pytest.raises(NotEntitled) as refused:
            settled(office, who)
        assert "工委" in str(refused.value.remedy)  # who may is named
    settled(office, "leader")
    assert life(office).standing is Standing.WAIVED


def test_nobody_of_the_own_committee_declines_either_but_who_asked_takes_it_back(office):
    asked(office, "approver")
    with pytest.raises(NotEntitled):
        settled(office, "member", agreed=False)
    settled(office, "approver", agreed=False)
    assert life(office).standing is Standing.OPEN


def test_whoever_asked_does_not_approve_in_another_office_nor_does_who_stands_in_for_them(office):
    appoint(office, "both", "党委", "committee_member", of="commissioner")
    appoint(office, "deputy", "党委", "committee_member", stands_in="both")
    asked(office, "commissioner")
    for who in ("both", "deputy"):
        with pytest.raises(ConflictOfDuties, match="that they asked for"):
            settled(office, who)
    settled(office, "approver")


def test_whoever_wrote_or_confirmed_an_entry_of_the_step_does_not_approve(office):
    case = number(office)
    late = office.take("secretary", case, "talk held", TODAY, reason="谈话人出差")
    office.confirm("approver", late)
    assert broken(office)["outcome"] == "late"
    asked(office, "secretary")
    with pytest.raises(ConflictOfDuties, match="confirmed"):
        settled(office, "approver")
    settled(office, "member")
    assert life(office).standing is Standing.WAIVED


def test_what_a_committee_did_itself_its_superior_approves(office):
    probationary(office)
    breaks(office, CONSENT, "示例一")  # the committee consented to the listing
    more: dict[str, Any] = {"name": "示例一", "rule": CONSENT}
    asked(office, "secretary", **more)
    for who in ("approver", "member"):
        with pytest.raises(NotEntitled, match="took this step"):
            settled(office, who, **more)
    settled(office, "leader", **more)
    assert life(office, **more).standing is Standing.WAIVED


def test_a_decision_that_takes_power_and_its_delay_are_not_waived_by_who_decides_them(office):
    breaks(office, MONTHS, "甲一")  # nothing was approved yet: the committee is late
    more: dict[str, Any] = {"name": "甲一", "rule": MONTHS}
    asked(office, "secretary", **more)
    with pytest.raises(NotEntitled, match="decides it"):
        settled(office, "member", **more)
    settled(office, "leader", **more)


def test_where_nobody_above_could_approve_the_request_is_refused_and_says_what_to_do(office):
    with pytest.raises(NobodyAbove) as refused:
        asked(office, "leader")
    assert "书面报上级党委" in str(refused.value.remedy)
    with office.database.write() as connection:  # an installation of a committee alone
        connection.execute(update(Organization).where(Organization.name == "工委").values(until_on=OPENED))
    with pytest.raises(NobodyAbove):
        asked(office, "approver")
    asked(office, "secretary")
    breaks(office, MONTHS, "甲一")
    with pytest.raises(NobodyAbove):
        asked(office, "secretary", rule=MONTHS)


def test_a_branch_to_which_a_case_is_only_offered_does_not_ask(office):
    office.offer("secretary", number(office), "二支部", TODAY)
    with pytest.raises(NotEntitled, match="taken over"):
        asked(office, "elsewhere")
    asked(office, "secretary")


def test_for_whom_a_deputy_asked_may_take_it_back(office):
    appoint(office, "deputy", "一支部", "organization_commissioner", stands_in="commissioner")
    asked(office, "deputy")
    settled(office, "commissioner", agreed=False)
    assert life(office).standing is Standing.OPEN
    asked(office, "secretary")
    with pytest.raises(NotEntitled):
        settled(office, "commissioner", agreed=False)


# what cannot be waived


@pytest.mark.parametrize("rule", ["admit.quorum", "admit.one_by_one", "convert.carried", "approve.power", "apply.age"])
def test_votes_ages_and_powers_are_not_waived(office, rule):
    breaks(office, rule, "甲一")
    with pytest.raises(NotWaivable, match="votes, age or power"):
        asked(office, rule=rule)


@pytest.mark.parametrize("rule", ["admit.required", "admit.state", "talk.odd"])
def test_what_lacks_or_was_done_out_of_turn_is_not_waived(office, rule):
    breaks(office, rule, "甲一")
    with pytest.raises(NotWaivable, match="out of turn"):
        asked(office, rule=rule)


# a waiver covers the breach as it was when it was granted


@pytest.mark.parametrize(
    "change",
    [
        {"outcome": "late"},
        {"due_on": OPENED + timedelta(60)},
        {"due_on": None},
        {"broken_on": OPENED + timedelta(3)},
    ],
)
def test_what_has_become_another_breach_is_open_again_and_says_what_was_waived(office, change):
    row = broken(office)
    assert row["outcome"] != "late"
    taken(office)
    asked(office)
    settled(office)
    assert listed(office, Standing.WAIVED) == {"甲一"}
    taken(office)
    assert totals(office).waived == 1
    becomes(office, **change)
    assert listed(office, Standing.OPEN) == {"甲一"}
    assert listed(office, Standing.WAIVED) == set()
    assert _told(office).granted_for == AsItWas(row["outcome"], row["due_on"], row["broken_on"])
    taken(office)
    assert (totals(office).waived, totals(office).people_left) == (0, 1)


def test_what_is_found_to_be_broken_from_a_later_day_on_is_no_other(office):
    asked(office)
    settled(office)
    becomes(office, broken_on=TODAY)
    assert listed(office, Standing.WAIVED) == {"甲一"}


def test_what_has_become_another_can_be_answered_and_asked_for_anew(office):
    asked(office)
    settled(office)
    becomes(office, outcome="late")
    answered(office)
    assert life(office).standing is Standing.ANSWERED
    asked(office)
    settled(office)
    assert listed(office, Standing.WAIVED) == {"甲一"}
    answered(office)
    assert listed(office, Standing.WAIVED) == {"甲一"}


def test_what_became_another_while_it_waited_is_declined_and_not_approved(office):
    asked(office)
    becomes(office, outcome="late")
    with pytest.raises(Unfit, match="has become another"):
        settled(office)
    settled(office, agreed=False)
    asked(office)
    settled(office)


# a waiver of a gap between regular acts covers what had been missed when it was asked for, and nothing later


GAP: dict[str, Any] = {"name": "示例一", "rule": "cultivate.half_yearly"}
MISSED, NEXT = date(2027, 1, 1), date(2027, 7, 1)  # half years after somebody became an activist


def waived_gap(office: Bureau, until_on: date) -> None:
    """Ask that a missed review may rest until a day, and approve it."""
    asked(office, days=(until_on - office.clock.day).days, **GAP)
    settled(office, **GAP)
    assert standings(office, until_on) == [Standing.WAIVED]


def standings(office: Bureau, on: date) -> list[Standing]:
    """Return where the findings about reviews stand on a day."""
    today, office.clock.day = office.clock.day, on
    with looking(office, "approver") as task:
        office.clock.day = today
        return [one.life.standing for one in findings(task, FindingFilters(rule=GAP["rule"])).rows]


def unreviewed(office: Bureau) -> str:
    """Let the first review be missed; return the number of the case."""
    case = until(office, "contacts")
    office.clock.day = MISSED + timedelta(9)
    return case


def test_a_gap_that_runs_on_is_waived_until_the_next_review_is_due_and_no_longer(office):
    unreviewed(office)
    with pytest.raises(Unfit, match=f"between tomorrow and {NEXT}"):
        asked(office, days=(NEXT - office.clock.day).days + 1, **GAP)
    waived_gap(office, NEXT)
    assert standings(office, NEXT + timedelta(1)) == [Standing.EXPIRED]
    office.clock.day = date(2028, 7, 1)  # two more were missed, and one is due today
    with pytest.raises(Unfit, match="due by today"):
        asked(office, days=1, **GAP)
    office.clock.day += timedelta(1)
    waived_gap(office, date(2029, 1, 1))


def test_a_gap_that_has_ended_is_waived_until_the_next_review_is_due(office):
    case = unreviewed(office)
    held = office.take("secretary", case, "cultivate reviewed", date(2027, 3, 1), reason="负责人调离")
    office.confirm("commissioner", held)
    due = date(2027, 9, 1)
    with pytest.raises(Unfit, match=f"between tomorrow and {due}"):
        asked(office, days=(due - office.clock.day).days + 1, **GAP)
    waived_gap(office, due)


def test_where_no_further_act_is_due_a_gap_is_waived_like_anything_else(office):
    case = unreviewed(office)
    held = office.take("secretary", case, "cultivate reviewed", date(2027, 7, 5), reason="负责人调离")
    office.confirm("commissioner", held)
    entries = [raw for raw in accepted(traces()[LIFE], "list_target") if raw["on"] > date(2027, 7, 5)]
    for raw in entries:
        act(office, case, raw)
    waived_gap(office, office.clock.day + timedelta(LONGEST_WAIVER))


def _told(office: Bureau) -> Any:
    """Return where the finding stands as the list of findings tells it."""
    with looking(office, "approver") as task:
        (row,) = findings(task, FindingFilters()).rows
        return row.life


def test_nothing_is_settled_of_what_is_no_more_broken(office):
    asked(office)
    waiting = life(office).asked or 0
    with office.database.write() as connection:
        connection.execute(delete(Finding))
    here = about(office)
    with pytest.raises(UnknownFinding):
        changes(office, "approver").make(lambda task: settle_waiver(task, here, waiting, "key", agreed=True))
