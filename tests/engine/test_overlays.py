"""Local practice at the desk: the overlays of a branch and of all above it bind while a case stands there."""

from __future__ import annotations

from datetime import date
from functools import partial

import pytest
from sqlalchemy import Connection, insert, select, update

from tests.engine.office import LAWS, Bureau
from tests.engine.stages import bodies, broken, refusals, until, values
from workflow.engine.agenda import renew
from workflow.engine.offices import Actor, actor_of
from workflow.engine.task import Task
from workflow.machine import StepImpossible
from workflow.store.tables import Case, Organization, OrganizationOverlay, SubmissionStatus

D = date
RECORDED = SubmissionStatus.RECORDED
WAIT = "activist.three_months_after_application"
PUT_FORWARD = {"recommended_by": "党员推荐", "recommended_on": "2026-06-05"}


@pytest.fixture
def office(fresh_office: Bureau) -> Bureau:
    """Give every test an office of its own: its overlays bind all its cases."""
    return fresh_office


def lay(office: Bureau, organization: str, from_on: date, until_on: date | None = None) -> None:
    """Let the sample overlay of a procurator's office bind an organization; both days are counted."""
    with office.database.write() as connection:
        connection.execute(insert(OrganizationOverlay), {
            "organization_id": office.organizations[organization][0], "overlay": "procuratorate", "from_on": from_on,
            "until_on": until_on})  # fmt: skip


def applied(office: Bureau) -> str:
    """Return somebody who applied on 2026-05-20 and with whom somebody has talked."""
    case = office.open(D(2026, 5, 20)).case
    office.take("secretary", case, "talk held", D(2026, 6, 2))
    return case


@pytest.mark.parametrize("organization", ["一支部", "党委", "工委"])
def test_it_binds_a_branch_and_all_below_whoever_laid_it(office: Bureau, organization: str) -> None:
    lay(office, organization, D(2026, 6, 1))
    case = applied(office)
    found = refusals(lambda: office.take("secretary", case, "activist confirmed", D(2026, 8, 19), evidence=PUT_FORWARD))
    assert set(found) == {WAIT}
    assert found[WAIT].earliest == D(2026, 8, 20)
    done = office.take("secretary", case, "activist confirmed", D(2026, 8, 20), evidence=PUT_FORWARD)
    assert done.state == "activist"
    assert bodies(office, case)[-1]["overlays"] == ["procuratorate"]


@pytest.mark.parametrize("organization", ["二支部", "组织部"])
def test_it_does_not_bind_beside(office: Bureau, organization: str) -> None:
    lay(office, organization, D(2026, 6, 1))
    case = applied(office)
    assert office.take("secretary", case, "activist confirmed", D(2026, 7, 1), evidence=PUT_FORWARD).state == "activist"
    assert "overlays" not in bodies(office, case)[-1]


def test_it_binds_from_its_first_day_to_its_last(office: Bureau) -> None:
    lay(office, "党委", D(2026, 7, 1), D(2026, 7, 31))
    for on, refused in ((D(2026, 6, 30), False), (D(2026, 7, 1), True), (D(2026, 7, 31), True), (D(2026, 8, 1), False)):
        attempt = partial(office.take, "secretary", applied(office), "activist confirmed", evidence=PUT_FORWARD)
        if refused:
            assert set(refusals(partial(attempt, on))) == {WAIT}
        else:
            assert attempt(on).state == "activist"


def test_it_binds_no_day_before_it_is_in_force(office: Bureau) -> None:
    lay(office, "党委", D(2026, 1, 1))  # the overlay itself is in force from 2026-06-01
    case = office.open(D(2026, 5, 12)).case
    office.take("secretary", case, "talk held", D(2026, 5, 15))
    early = {"recommended_by": "党员推荐", "recommended_on": "2026-05-20"}
    assert office.take("secretary", case, "activist confirmed", D(2026, 5, 31), evidence=early).state == "activist"


def test_its_own_steps_exist_where_it_binds(office: Bureau) -> None:
    notice = {"from_on": "2026-07-02"}
    case = until(office, "activist")
    with pytest.raises(StepImpossible):
        office.take("secretary", case, "activist_notice given", D(2026, 7, 8), evidence=notice)
    lay(office, "党委", D(2026, 7, 2))
    assert office.take("secretary", case, "activist_notice given", D(2026, 7, 8), evidence=notice).status is RECORDED
    early = refusals(lambda: office.take("organizer", case, "file_activist filed", D(2026, 7, 8)))
    assert set(early) == {"activist_notice.filing_after_notice"}
    assert office.take("organizer", case, "file_activist filed", D(2026, 7, 9)).status is RECORDED


def test_what_was_recorded_under_it_is_read_as_it_was_when_it_binds_no_longer(office: Bureau) -> None:
    lay(office, "党委", D(2026, 7, 2))
    case = until(office, "activist")
    office.take("secretary", case, "activist_notice given", D(2026, 7, 8), evidence={"from_on": "2026-07-02"})
    with office.database.write() as connection:
        connection.execute(update(OrganizationOverlay).values(until_on=D(2026, 7, 31)))
    office.clock.day = D(2026, 9, 1)
    office.confirm("commissioner", office.correct("secretary", case, 5, {"from_on": "2026-07-01"}))
    assert values(office, case)["activist_notice.from_on"] == D(2026, 7, 1)


def move(office: Bureau, case: str) -> None:
    """Move the case to the second branch on 2026-08-01."""
    office.offer("secretary", case, "二支部", D(2026, 7, 31))
    evidence = {"checked": True}
    office.take("elsewhere", case, "move handed_over", D(2026, 8, 1), evidence=evidence)


def test_a_case_that_moved_under_it_is_not_judged_by_it_for_its_past(office: Bureau) -> None:
    lay(office, "二支部", D(2026, 6, 1))
    case = applied(office)
    office.take("secretary", case, "activist confirmed", D(2026, 7, 1), evidence=PUT_FORWARD)
    office.take("organizer", case, "file_activist filed", D(2026, 7, 3))  # without the notice of the other branch
    move(office, case)
    done = office.take("elsewhere", case, "contacts assigned", D(2026, 8, 3), evidence={"name_1": "丁"})
    assert done.status is RECORDED
    assert WAIT not in {rule for rule, _ in broken(office, case)}


def test_a_case_that_moved_away_stays_judged_by_it_for_the_time_under_it(office: Bureau) -> None:
    lay(office, "一支部", D(2026, 6, 1))
    case = applied(office)
    waiting = office.take("secretary", case, "activist confirmed", D(2026, 7, 1), evidence=PUT_FORWARD, irregular=True,
                          reason="提前确定")  # fmt: skip
    office.confirm("commissioner", waiting)
    move(office, case)
    assert WAIT in {rule for rule, _ in broken(office, case)}
    done = office.take("elsewhere", case, "activist confirmed", D(2026, 8, 2), evidence=PUT_FORWARD)
    assert done.state == "activist"  # no three months in the second branch
    assert (WAIT, 1) in broken(office, case)


def test_a_case_is_still_read_when_local_practice_is_lifted_from_before_an_act_under_it(office):
    lay(office, "党委", D(2026, 7, 2))
    case = until(office, "activist")
    office.take("secretary", case, "activist_notice given", D(2026, 7, 8), evidence={"from_on": "2026-07-02"})
    with office.database.write() as connection:
        connection.execute(update(OrganizationOverlay).values(until_on=D(2026, 7, 5)))
    assert office.take("organizer", case, "file_activist filed", D(2026, 7, 9)).status is RECORDED


def test_a_case_is_still_read_when_its_branch_was_moved_from_under_local_practice(office):
    lay(office, "党委", D(2026, 7, 2))
    case = until(office, "activist")
    office.take("secretary", case, "activist_notice given", D(2026, 7, 8), evidence={"from_on": "2026-07-02"})
    branch, work = office.organizations["一支部"][0], office.organizations["工委"][0]
    with office.database.write() as connection:  # as move_organization does
        connection.execute(update(Organization).where(Organization.id == branch).values(path=f"{work}.{branch}."))
        connection.execute(update(Case).values(path=f"{work}.{branch}."))
    assert values(office, case)["activist.on"] == D(2026, 7, 1)
    with office.database.write() as connection:
        renew(
            Task(connection, LAWS, actor(office, connection), office.clock()), list(connection.scalars(select(Case.id)))
        )


def actor(office: Bureau, connection: Connection) -> Actor:
    login = office.people["secretary"]
    return actor_of(connection, LAWS.organizations, login.account_id, login.office_id, office.clock.day)
