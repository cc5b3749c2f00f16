"""Cases that a superior begins: direct admission into a named branch (art. 26)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import insert, select

from tests.engine.office import LAWS, LONG_AGO, Bureau
from tests.engine.stages import bodies, record, values
from workflow.engine.acting import NotEntitled
from workflow.engine.desk import Login
from workflow.engine.looking import preview
from workflow.engine.offices import actor_of
from workflow.engine.requests import OpenCase
from workflow.engine.scope import UnknownCase, UnknownOrganization
from workflow.engine.task import NotForThisOrganization, Task
from workflow.store.tables import Account, Case, Office, SubmissionStatus

D = date
DAY = D(2026, 7, 1)
DIRECT: dict[str, Any] = {"step": "direct_admission", "outcome": "admitted"}


def admitted(office: Bureau, who: str = "department", branch: str = "一支部", **more) -> str:
    """Return a case that the organization department began in a branch by a direct admission."""
    return office.open(DAY, who=who, branch=office.organizations[branch][1], **{**DIRECT, **more}).case


def test_a_direct_admission_begins_a_case_in_the_branch_that_is_named(office: Bureau) -> None:
    case = admitted(office)
    assert office.state(case) == "probationary"
    assert office.kinds(case) == [("opened", None, None), ("act", "direct_admission", "admitted")]
    row = record(office, case).row
    assert (row.organization_id, row.branch) == (office.organizations["一支部"][0], "一支部")
    opened = bodies(office, case)[0]
    assert opened["branch"] == office.organizations["一支部"][1]
    assert values(office, case)["direct_admission.on"] == DAY


def test_the_branch_goes_on_with_it(office: Bureau) -> None:
    case = admitted(office)
    assert office.take("secretary", case, "assign assigned", D(2026, 7, 2)).status is SubmissionStatus.RECORDED
    assert office.take("secretary", case, "oath sworn", D(2026, 7, 5)).state == "probationary"
    with pytest.raises(UnknownCase):
        office.take("elsewhere", case, "observe observed", D(2026, 12, 28))


def test_it_moves_on_like_any_other(office: Bureau) -> None:
    case = admitted(office)
    office.offer("secretary", case, "二支部", D(2026, 7, 10))
    office.take("elsewhere", case, "move handed_over", D(2026, 7, 11), evidence={"checked": True})
    assert record(office, case).row.branch == "二支部"


def test_it_lies_with_whoever_records_for_the_provincial_committee(office: Bureau) -> None:
    for who in ("approver", "organizer", "secretary"):
        with pytest.raises(NotEntitled):
            admitted(office, who)
    with pytest.raises(NotEntitled):
        office.open(DAY, **DIRECT)
    with pytest.raises(NotEntitled):  # and the letter of an applicant with the branch
        admitted(office, step="apply", outcome="received")
    with pytest.raises(UnknownOrganization):  # an auditor of the committee sees no other branch by this way
        admitted(office, "secretary", "二支部")


def test_a_branch_has_to_be_named_and_is_one(office: Bureau) -> None:
    with pytest.raises(NotForThisOrganization) as caught:
        office.open(DAY, who="department", **DIRECT)
    assert caught.value.remedy is not None
    for branch in ("x", "", "0" * 32, office.organizations["党委"][1], office.organizations["组织部"][1]):
        with pytest.raises(UnknownOrganization):
            office.open(DAY, who="department", branch=branch, **DIRECT)
    with office.database.read() as connection:
        assert connection.scalar(select(Case.id).where(Case.number.like("2026-%"), Case.entries == 0)) is None


def test_nobody_admits_themselves(office: Bureau) -> None:
    with office.database.write() as connection:
        values = {"login": "same", "name": "同名", "name_key": "同名", "created_at": office.clock()}
        account = connection.execute(insert(Account).returning(Account.id), values).scalar_one()
        seats = [("组织部", "department_officer"), ("一支部", "organization_commissioner")]
        held = [
            {
                "account_id": account,
                "organization_id": office.organizations[place][0],
                "role": role,
                "from_on": LONG_AGO,
            }
            for place, role in seats
        ]
        ids = [connection.execute(insert(Office).returning(Office.id), one).scalar_one() for one in held]
    request = OpenCase(
        key="own", name="同名", occurred_on="2026-07-01", branch=office.organizations["一支部"][1], **DIRECT
    )
    office.clock.day = DAY
    with pytest.raises(Exception, match="本人"):
        office.desk.submit(Login(account, ids[0]), request)


def test_it_is_tried_without_writing_anything(office: Bureau) -> None:
    office.clock.day = DAY
    login = office.people["department"]
    request = OpenCase(
        key="try", name="示例", occurred_on="2026-07-01", branch=office.organizations["一支部"][1], **DIRECT
    )
    with office.database.read() as connection:
        actor = actor_of(connection, LAWS.organizations, login.account_id, login.office_id, DAY)
        found, judged = preview(Task(connection, LAWS, actor, office.clock()), request)
    assert (found.row.branch, judged.after.state) == ("一支部", "probationary")
