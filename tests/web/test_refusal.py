"""A refusal understood: every reason with its article and what to do; what did take place is told as it was."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.engine.stages import bodies, broken, record, submissions, until, values
from tests.web.forms import form_of, given, hidden, part
from tests.web.site import Site
from tests.web.visitor import Page, Visitor
from workflow.case.history import IRREGULAR
from workflow.engine.requests import Confirm

D = date
BROKEN: dict[str, Any] = {
    "e.on": "2027-09-21", "e.due": "20", "e.present": "10", "e.in_favour": "10", "e.against": "5", "e.ballot": "open",
    "e.singly": "no", "e.reported_on": "2027-09-20",
}  # fmt: skip
RIGHT: dict[str, Any] = {"e.on": "2026-07-01", "e.recommended_by": "党员推荐", "e.recommended_on": "2026-06-20"}


def broken_meeting(site: Site) -> tuple[str, Visitor, str, Page]:
    """Look over a meeting that broke everything: return the case, who does, the address, and the refusal."""
    case = until(site.bureau, "fill_form")
    site.bureau.clock.day = D(2027, 9, 21)
    secretary, address = site.visitor("secretary"), form_of(case, "admit", "passed")
    page = secretary.submit(secretary.get(address), address, expect=422, button="do=check", **BROKEN)
    return case, secretary, address, page


def early_listing(site: Site) -> tuple[str, Visitor, str, Page]:
    """Look over a listing as activist whose recommendation came after it."""
    case = until(site.bureau, "talk")
    site.bureau.clock.day = D(2026, 7, 1)
    secretary, address = site.visitor("secretary"), form_of(case, "activist", "confirmed")
    late: dict[str, Any] = {**RIGHT, "e.on": "2026-06-15"}
    return case, secretary, address, secretary.submit(
        secretary.get(address), address, expect=422, button="do=check", **late
    )  # fmt: skip


# ------------------------------------------------------------------ understood and mended


def test_what_a_rule_demands_is_marked_and_its_want_is_refused_with_every_other_reason(site: Site) -> None:
    case = until(site.bureau, "request")
    site.bureau.clock.day = D(2028, 9, 6)
    secretary, address = site.visitor("secretary"), form_of(case, "convert", "converted")
    form = secretary.get(address)
    assert "必填" in part(form, 'label[for="f-e-heard_on"]').get_text()
    assert hidden(form, "e.heard_on")["aria-required"] == "true"
    typed = {"e.on": "2028-09-06", "e.examined_on": "2028-09-03", "e.due": "20", "e.present": "8", "e.in_favour": "8",
             "e.ballot": "open"}  # fmt: skip
    page = secretary.submit(form, address, expect=422, button="do=check", **given(typed))
    assert page.heading == "还不能办理"
    for words in ("听取党小组、党员和群众意见时间 未登记", "先听取意见并登记", "至少须 11", "采取无记名投票方式表决"):
        assert words in page.text, words
    assert len(page.soup.select(".reasons > li")) == 4
    assert "第32条" in part(page, ".reasons > li .articles").get_text()
    check = secretary.submit(page, address, button="do=irregular")
    assert "将如实登记为不合规" in check.text


def test_every_reason_stands_there_with_its_article_and_its_remedy(site: Site) -> None:
    case, secretary, _, page = broken_meeting(site)
    assert page.heading == "还不能办理"
    found = page.soup.select(".reasons > li")
    assert len(found) == 8
    assert f"原因 （{len(found)} 条）" in page.text or f"原因（{len(found)} 条）" in page.text
    majority = next(
        one for one in found if "超过应到会有表决权的正式党员的半数" in one.get_text() or "半数" in one.get_text()
    )
    article = next(a for a in majority.find_all("a") if str(a["href"]).startswith("/basis/articles/2026-05-11/"))
    assert secretary.get(str(article["href"])).status == 200
    assert "怎么办：" in page.text
    assert page.link("重新办理“上级党委预审”") == f"/cases/{case}/steps/pre_review"
    assert "没有登记任何内容" in page.text
    assert [row[:2] for row in submissions(site.bureau)][-1] != ("take", "refused")  # it was only looked over


def test_a_refusal_is_mended_and_what_was_typed_is_still_there(site: Site) -> None:
    case, secretary, address, page = early_listing(site)
    back = secretary.submit(page, address, button="do=edit")
    assert hidden(back, "e.recommended_by")["value"] == "党员推荐"
    check = secretary.submit(back, address, button="do=check", **given({"e.on": "2026-07-01"}))
    secretary.submit(check, address, button="do=submit")
    assert record(site.bureau, case).row.state == "activist"


def test_what_is_too_early_says_from_which_day_it_passes(site: Site) -> None:
    case = until(site.bureau, "file_activist")
    site.bureau.clock.day = D(2027, 6, 30)
    secretary, address = site.visitor("secretary"), form_of(case, "list_target", "listed")
    page = secretary.submit(
        secretary.get(address), address, expect=422, button="do=check", **given({"e.on": "2027-06-30"})
    )
    assert "◆ 最早可办日：2027年7月1日" in page.text


def test_what_is_handed_in_past_the_check_is_refused_alike_and_so_is_the_second_click(site: Site) -> None:
    case = until(site.bureau, "talk")
    site.bureau.clock.day = D(2026, 7, 1)
    secretary, address = site.visitor("secretary"), form_of(case, "activist", "confirmed")
    check = secretary.submit(secretary.get(address), address, button="do=check", **RIGHT)
    hidden(check, "e.on")["value"] = "2026-06-15"  # somebody alters what was looked over
    one, other = (secretary.submit(check, address, expect=422, button="do=submit") for _ in range(2))
    assert part(one, ".reasons") == part(other, ".reasons")
    assert [row[1] for row in submissions(site.bureau)][-1] == "refused"
    keys = {str(hidden(page, "key")["value"]) for page in (check, one, other)}
    assert len(keys) == 3  # what was refused is on record under its key: the next attempt is a new one
    back = secretary.submit(other, address, button="do=edit")
    again = secretary.submit(back, address, button="do=check", **RIGHT)
    secretary.submit(again, address, button="do=submit")
    assert record(site.bureau, case).row.state == "activist"


def test_a_refusal_speaks_english(site: Site) -> None:
    _, secretary, address, page = early_listing(site)
    secretary.client.set_cookie("jishi_lang", "en")
    back = secretary.submit(page, address, button="do=edit")
    page = secretary.submit(back, address, expect=422, button="do=check")
    assert page.heading == "This cannot be done yet"
    assert "Article 8" in page.text
    assert "A day is never altered to make it fit." in page.text


# ------------------------------------------------------------------ told as it was


def test_what_did_take_place_is_told_as_irregular_with_a_reason_and_a_second_person(site: Site) -> None:
    case, secretary, address, page = broken_meeting(site)
    assert "不得改动日期使其合格" in page.text
    check = secretary.submit(page, address, button="do=irregular")
    for words in (
        "将如实登记为不合规",
        "接收大会时间 2027年9月21日",
        "身份不变，仍为“预审合格",
        "commissioner（一支部 组织委员）",
    ):
        assert words in check.text, words
    blank = secretary.submit(check, address, expect=422, button="do=submit")
    assert "请写明理由" in blank.text
    assert "将如实登记为不合规" in blank.text
    waits = secretary.submit(blank, address, button="do=submit", reason="会议确已召开")
    assert "支部大会讨论：通过接收（如实登记为不合规）" in waits.text or "不合规" in waits.text
    seen, proposal = record(site.bureau, case).row.head.entries, int(waits.path.rpartition("/")[2])
    site.bureau.submit("commissioner", Confirm(key="c-1", case=case, seen=seen, proposal=proposal))
    last = record(site.bureau, case).entries[-1]
    assert (last.recorded.outcome, last.recorded.occurred_on) == (IRREGULAR, D(2027, 9, 21))
    assert bodies(site.bureau, case)[-1]["claimed"] == "passed"
    assert record(site.bureau, case).row.state == "pre_reviewed"


def test_what_left_no_figures_behind_is_told_as_irregular_instead_of_invented(site: Site) -> None:
    case = until(site.bureau, "fill_form")
    site.bureau.clock.day = D(2027, 9, 6)
    secretary, address = site.visitor("secretary"), form_of(case, "admit", "passed")
    page = secretary.submit(
        secretary.get(address), address, expect=422, button="do=check", **given({"e.on": "2027-09-06"})
    )
    assert "不要补编" in page.text
    check = secretary.submit(page, address, button="do=irregular")
    assert "缺：接收应到" in check.text
    waits = secretary.submit(check, address, button="do=submit", reason="票数没有留存")
    assert "/proposals/" in waits.path


def test_a_day_is_needed_even_for_what_was_irregular(site: Site) -> None:
    case = until(site.bureau, "fill_form")
    secretary, address = site.visitor("secretary"), form_of(case, "admit", "passed")
    page = secretary.submit(secretary.get(address), address, expect=422, button="do=check")
    assert "不要补编" not in page.text


def test_a_step_out_of_its_time_can_only_be_told_as_irregular(site: Site) -> None:
    case = until(site.bureau, "talk")
    site.bureau.clock.day = D(2026, 7, 1)
    secretary, address = site.visitor("secretary"), form_of(case, "contacts", "assigned")
    choice = secretary.get(f"/cases/{case}/steps/contacts")
    assert "现在不能办理" in choice.text
    page = secretary.get(choice.link("指定培养联系人：已指定"))
    assert not page.form(address).find("button", value="check")
    check = secretary.submit(page, address, button="do=irregular", **given({"e.on": "2026-07-01", "e.name_1": "甲"}))
    assert "当前状态为“入党申请人”，不能办理“指定培养联系人”" in check.text
    secretary.submit(check, address, button="do=submit", reason="确已指定")
    assert submissions(site.bureau)[-1][1] == "waiting"
    assert broken(site.bureau, case) == set()  # nothing is on record before the second person confirms
    assert "contacts.on" not in {name for name, value in values(site.bureau, case).items() if value is not None}


def test_what_breaks_nothing_is_not_told_as_irregular(site: Site) -> None:
    _, secretary, address, page = early_listing(site)
    hidden(page, "e.on")["value"] = "2026-07-01"
    said = secretary.submit(page, address, expect=422, button="do=irregular")
    assert "此次办理不违反任何规定" in said.text
