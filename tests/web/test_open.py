"""Opening a case at the desk: with the letter by the applicant's branch, with a direct admission by a department."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.engine.stages import record, submissions, values
from tests.web.forms import hidden, kept, part
from tests.web.site import Site

LETTER: dict[str, Any] = {
    "name": "示例一",
    "person.born_on": "2000年2月10日",
    "case.floating": "no",
    "e.on": "2026.11.10",
    "e.paper": "申1",
}


def opened(site: Site, **changed: str) -> str:
    """Open a case through the pages; return its number."""
    secretary = site.visitor("secretary")
    check = secretary.submit(secretary.get("/cases/new"), "/cases/new", button="do=check", **{**LETTER, **changed})
    page = secretary.submit(check, "/cases/new", button="do=submit")
    assert page.path.startswith("/cases/2026-"), page.text
    return page.path.removeprefix("/cases/")


def test_a_letter_is_read_in_any_writing_looked_over_and_recorded(site_on_both: Site) -> None:
    site = site_on_both
    secretary = site.visitor("secretary")
    page = secretary.get("/cases/new")
    assert "递交入党申请书" in page.heading
    check = secretary.submit(page, "/cases/new", button="do=check", **LETTER)
    for words in (
        "示例一",
        "2000年2月10日",
        "2026年11月10日",
        "申1",
        "身份由“未立案”变为“入党申请人”",
        "接下来：党组织派人谈话",
    ):
        assert words in check.text, words
    assert submissions(site.bureau) == []  # nothing is handed in before
    done = secretary.submit(check, "/cases/new", button="do=submit")
    assert "已登记" in done.text or done.path.startswith("/cases/2026-")
    case = done.path.removeprefix("/cases/")
    held = values(site.bureau, case)
    assert (held["apply.on"], held["person.born_on"], held["case.floating"]) == (
        date(2026, 11, 10), date(2000, 2, 10), False,
    )  # fmt: skip
    assert [row[:2] for row in submissions(site.bureau)] == [("open", "recorded")]


def test_what_lacks_or_cannot_be_read_is_said_at_its_field_and_everything_typed_is_kept(site: Site) -> None:
    secretary = site.visitor("secretary")
    typed: dict[str, Any] = {**LETTER, "name": "", "e.on": "26-5-20", "person.born_on": "2000-02-30"}
    page = secretary.submit(secretary.get("/cases/new"), "/cases/new", expect=422, button="do=check", **typed)
    assert {a["href"] for a in part(page, ".error-summary").find_all("a")} == {
        "#f-name",
        "#f-e-on",
        "#f-person-born_on",
    }
    assert "年份要写四位数字" in page.text
    assert "没有 2000-2-30 这一天" in page.text or "2000-02-30" in page.text
    assert kept(page, "/cases/new").items() >= {(name, text) for name, text in typed.items() if "floating" not in name}
    assert submissions(site.bureau) == []


def test_somebody_of_the_same_name_is_shown_before_a_second_case_is_opened(site: Site) -> None:
    first = opened(site)
    secretary = site.visitor("secretary")
    check = secretary.submit(secretary.get("/cases/new"), "/cases/new", button="do=check", **LETTER)
    assert "已有同名的人" in check.text
    assert first in check.text
    other = secretary.submit(
        secretary.get("/cases/new"), "/cases/new", button="do=check", **{**LETTER, "name": "另一人"}
    )
    assert "已有同名的人" not in other.text


def test_an_applicant_of_seventeen_is_refused_with_the_day_from_which_it_passes(site: Site) -> None:
    secretary = site.visitor("secretary")
    young: dict[str, Any] = {**LETTER, "person.born_on": "2009-01-15"}
    page = secretary.submit(secretary.get("/cases/new"), "/cases/new", expect=422, button="do=check", **young)
    assert "还不能办理" in page.heading
    assert "最早可办日：2027年1月15日" in page.text
    assert page.link("第5条").startswith("/basis/articles/2026-05-11/")
    assert "登记为不合规" not in page.text  # there is no case yet in which to tell it
    back = secretary.submit(page, "/cases/new", button="do=edit")
    assert hidden(back, "person.born_on")["value"] == "2009-01-15"


def test_the_same_click_twice_opens_one_case(site: Site) -> None:
    secretary = site.visitor("secretary")
    check = secretary.submit(secretary.get("/cases/new"), "/cases/new", button="do=check", **LETTER)
    one, other = (secretary.submit(check, "/cases/new", button="do=submit") for _ in range(2))
    assert one.path == other.path
    assert len(record(site.bureau, one.path.removeprefix("/cases/")).entries) == 2


def test_a_superior_does_not_open_a_case_with_a_letter(site: Site) -> None:
    assert "立案由申请人所在党支部办理" in site.visitor("organizer").get("/cases/new", expect=403).text
    assert "这个页面" in site.visitor("auditor").get("/cases/new", expect=403).text


def test_a_department_records_a_direct_admission_into_a_branch_that_it_names(site: Site) -> None:
    department = site.visitor("department")
    page = department.get("/cases/new")
    assert "直接接收" in page.heading
    typed: dict[str, Any] = {"name": "示例二", "person.born_on": "1980-01-01", "e.on": "2026-06-01"}
    none = department.submit(page, "/cases/new", expect=422, button="do=check", branch="没有的支部", **typed)
    assert "没有这个党支部" in none.text
    odd = department.submit(none, "/cases/new", expect=422, button="do=check", branch="一支部\x07")
    assert "没有这个党支部" in odd.text
    check = department.submit(none, "/cases/new", button="do=check", branch="一支部")
    assert "党委 一支部" in check.text
    done = department.submit(check, "/cases/new", button="do=submit")
    assert record(site.bureau, done.path.removeprefix("/cases/")).row.branch == "一支部"


def test_all_of_it_in_english(site: Site) -> None:
    secretary = site.visitor("secretary")
    secretary.client.set_cookie("jishi_lang", "en")
    page = secretary.get("/cases/new")
    assert page.heading == "Open a case: letter of application submitted letter received" or "letter" in page.heading
    check = secretary.submit(page, "/cases/new", button="do=check", **LETTER)
    assert "What will be recorded" in check.text
    assert "10 Nov 2026" in check.text
    done = secretary.submit(check, "/cases/new", button="do=submit")
    assert done.path.startswith("/cases/2026-")
