"""What a stranger may cost, what an address may hold, in which office a form comes in, and that reading is noted."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from uuid import UUID

import pytest
from sqlalchemy import insert, select, update

from tests.engine.office import LAWS, LONG_AGO
from web.limits import REQUEST
from workflow.access.trail import LogAct
from workflow.engine.naming import without_birth
from workflow.errors import Text
from workflow.store.tables import Case, LogEntry, Office


@pytest.fixture
def case(site):
    """Open a case in the first branch."""
    return site.bureau.open(date(2026, 11, 2)).case


def noted(site, act=LogAct.CASE_READ):
    with site.bureau.database.read() as connection:
        return [about.get("page") for about in connection.scalars(select(LogEntry.about).where(LogEntry.act == act))]


def test_a_body_that_is_too_large_is_not_read(site):
    body = BytesIO(b"a=&" * (REQUEST // 2))  # as many parts as this took seconds of the processor when they were read
    answer = site.newcomer().client.post("/sign-in", input_stream=body, content_length=REQUEST + 1,
                                         content_type="application/x-www-form-urlencoded")  # fmt: skip
    assert answer.status_code == 413
    assert body.tell() == 0


@pytest.mark.parametrize("path", ["/cases/%00", "/ledger?name=%00", "/records?act=a%00b", "/?%00=1"])
def test_a_sign_that_no_database_holds_is_refused(site, path):
    site.visitor("watcher").get(path, expect=400)


@pytest.mark.parametrize("path", ["/done?after={}", "/meetings?before={}", "/ledger?after={}", "/cases/x/proposals/{}",
                                  "/cases/x/entries/{}/correct", "/roster/{}"])  # fmt: skip
@pytest.mark.parametrize("number", ["9999999999", "1" * 30, "-1"])
def test_a_number_that_no_database_holds_is_no_fault_of_ours(site, path, number):
    assert site.visitor("secretary").get(path.format(number), expect=None).status in (200, 400, 404)


@pytest.mark.parametrize("number", ["2147483648", "9" * 18])
def test_a_line_that_no_roster_can_have_is_not_there(site_on_both, number):
    branch = UUID(site_on_both.bureau.organizations["一支部"][1])
    visitor = site_on_both.visitor("secretary")
    assert "名册" in visitor.get(f"/organizations/{branch}/roster?after=2147483647").text
    visitor.get(f"/organizations/{branch}/roster?after={number}", expect=404)
    visitor.get(f"/roster/{number}", expect=404)


def test_a_form_comes_in_only_in_the_office_in_which_it_was_opened(site):
    people, kept = site.bureau.people, site.bureau.organizations
    with site.bureau.database.write() as connection:
        second = {"account_id": people["secretary"].account_id, "organization_id": kept["二支部"][0],
                  "role": "branch_secretary", "from_on": LONG_AGO}  # fmt: skip
        other = connection.execute(insert(Office).returning(Office.id), second).scalar_one()
    visitor = site.visitor("secretary")
    page = visitor.get("/offices")
    forms = {form.find("input", attrs={"name": "office"})["value"]: form
             for form in page.soup.find_all("form", action="/offices")}  # fmt: skip
    token = {"csrf_token": forms[str(other)].find("input", attrs={"name": "csrf_token"})["value"]}
    visitor.client.post("/offices", data={"office": people["secretary"].office_id, **token})
    opened = visitor.get("/cases/new")
    visitor.client.post("/offices", data={"office": other, **token})
    refused = visitor.submit(opened, "/cases/new", expect=409, button="do=check")
    assert "已切换到另一职务" in refused.text
    with site.bureau.database.read() as connection:
        assert connection.scalar(select(Case.id)) is None


def test_whose_office_has_ended_does_not_slip_into_another(site):
    people, kept = site.bureau.people, site.bureau.organizations
    visitor = site.visitor("secretary")
    with site.bureau.database.write() as connection:
        second = {"account_id": people["secretary"].account_id, "organization_id": kept["二支部"][0],
                  "role": "branch_secretary", "from_on": LONG_AGO}  # fmt: skip
        connection.execute(insert(Office), second)
        ended = update(Office).where(Office.id == people["secretary"].office_id)
        connection.execute(ended.values(until_on=date(2026, 11, 1)))
    assert visitor.get("/").heading == "我的职务"


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("/cases/{}/entries/2/withdraw", "amend.withdraw"),
        ("/cases/{}/entries/2/correct", "amend.correct"),
        ("/cases/{}/offer", "amend.offer"),
        ("/cases/{}/steps", "act.steps"),
        ("/cases/{}/steps/talk/held", "act.form"),
    ],
)
def test_every_page_of_a_person_is_noted(site, case, path, page):
    site.visitor("secretary").get(path.format(case))
    assert noted(site) == [page]


def test_a_page_that_notes_itself_is_noted_once_and_a_foreign_one_never(site, case):
    site.visitor("secretary").get(f"/cases/{case}")
    site.visitor("elsewhere").get(f"/cases/{case}/steps", expect=404)
    assert len(noted(site)) == 1


def test_a_list_of_names_is_noted(site, case):
    assert case in site.visitor("watcher").get("/ledger").text
    assert len(noted(site, LogAct.CASES_LISTED)) == 1


def test_a_day_of_birth_shows_its_year_only_among_findings():
    what = Text("出生日期 2000-02-10；入党申请时间 2018-01-05", "day of birth 2000-02-10; application 2018-01-05")
    shown = without_birth(LAWS.book().newest, what)
    assert shown == Text(
        "出生日期 2000-··-··；入党申请时间 2018-01-05", "day of birth 2000-··-··; application 2018-01-05"
    )


def test_who_is_refused_or_led_on_after_the_case_was_read_has_seen_something_of_it(site, case):
    visitor = site.visitor("secretary")
    for path, status in (
        (f"/cases/{case}/entries/99/correct", 404),  # it tells how many entries there are not
        (f"/cases/{case}/steps/talk", 302),  # where it leads tells where the case stands
    ):
        before = len(noted(site))
        assert visitor.client.get(path).status_code == status
        assert len(noted(site)) == before + 1, path
