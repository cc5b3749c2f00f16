"""One meeting that settles several people: told once, counted person by person, nobody settled twice."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.engine.office import LAWS
from tests.engine.stages import record, submissions, until, values
from tests.web.forms import given, part
from tests.web.site import Site
from tests.web.visitor import Page
from workflow.engine.meetings import days_of_each

D = date
HELD = D(2027, 9, 6)
MET = D(2026, 7, 1)
TOGETHER: dict[str, Any] = {"e.due": "20", "e.present": "18", "e.ballot": "secret", "e.singly": "yes"}


def waiting_for_the_meeting(site: Site, number: int = 2) -> list[str]:
    """Return people who are to be discussed at a meeting, as of its day."""
    cases = [until(site.bureau, "fill_form") for _ in range(number)]
    site.bureau.clock.day = HELD
    return cases


def sheet(site: Site, login: str = "secretary", step: str = "admit", on: date = HELD) -> Page:
    """Open the sheet of a meeting as one who chooses step and day."""
    visitor = site.visitor(login)
    return visitor.submit(visitor.get("/meetings/new"), "/meetings/new", step=step, on=on.isoformat())


def tally(case: str, in_favour: int, against: int, outcome: str = "passed", **more: str) -> dict[str, Any]:
    """Return the row of one person as it is typed."""
    row = {"in": "yes", "outcome": outcome, "in_favour": str(in_favour), "against": str(against), "resolution": "决1"}
    return {f"p.{case}.{name}": text for name, text in (row | more).items()}


def test_two_people_are_settled_at_one_meeting(site: Site) -> None:
    first, second = waiting_for_the_meeting(site)
    secretary = site.visitor("secretary")
    typed = {**TOGETHER, **tally(first, 17, 1), **tally(second, 5, 13, "not_passed", reason="票数未过半")}
    check = secretary.submit(sheet(site), "/meetings/new", button="do=check", **typed)
    assert "可以提交 2 人，不能办理 0 人" in check.text
    assert "接收赞成 17" in check.text
    done = secretary.submit(check, "/meetings/new", button="do=submit")
    assert done.path == "/meetings"
    assert "已登记 2 人" in done.text
    assert values(site.bureau, first)["admit.in_favour"] == 17
    assert record(site.bureau, second).row.state == "target"


def applicants(site: Site) -> list[str]:
    """Return two applicants who have been talked to, as of the day on which the branch committee meets."""
    cases = [site.bureau.open(D(2026, 5, 20), name=name).case for name in ("示例一", "示例二")]
    for case in cases:
        site.bureau.take("secretary", case, "talk held", D(2026, 6, 1), evidence={"talker": "甲", "paper": "谈1"})
    site.bureau.clock.day = MET
    return cases


def chosen(case: str, outcome: str = "confirmed", **more: str) -> dict[str, Any]:
    """Return the row of somebody whom the branch committee discusses."""
    row = {"in": "yes", "outcome": outcome, "recommended_by": "党员推荐"} | more
    return {f"p.{case}.{name}": text for name, text in row.items()}


def looked_over(site: Site, *rows: dict[str, Any], expect: int = 200, on: str = "2026-06-20") -> Page:
    """Fill in the sheet of the branch committee and look it over."""
    typed: dict[str, Any] = {"e.recommended_on": on}
    for row in rows:
        typed |= row
    page = sheet(site, step="activist", on=MET)
    return site.visitor("secretary").submit(page, "/meetings/new", expect=expect, button="do=check", **typed)


def test_whoever_is_refused_is_mended_and_sent_again_without_touching_the_others(site: Site) -> None:
    first, second = applicants(site)
    secretary = site.visitor("secretary")
    site.bureau.take("commissioner", second, "talk again", D(2026, 7, 1))
    check = looked_over(site, chosen(first), chosen(second))
    site.bureau.take("commissioner", second, "talk again", D(2026, 7, 1))
    left = secretary.submit(check, "/meetings/new", expect=422, button="do=submit")
    assert "办理结果：1 人完成，1 人没有登记" in left.text
    assert "在您打开之后有了变化" in left.text
    assert record(site.bureau, first).row.state == "activist"
    assert left.soup.find("input", attrs={"name": f"p.{first}.in"}) is None
    assert part(left, f'[name="p.{second}.recommended_by"]')["value"] == "党员推荐"
    before = len(submissions(site.bureau))
    again = secretary.submit(left, "/meetings/new", button="do=check")
    done = secretary.submit(again, "/meetings/new", button="do=submit")
    assert (done.path, len(submissions(site.bureau))) == ("/meetings", before + 1)
    assert len({record(site.bureau, case).entries[-1].body["meeting"] for case in (first, second)}) == 1


def test_who_cannot_be_settled_stays_on_the_sheet_while_the_others_are_handed_in(site: Site) -> None:
    first, second = applicants(site)
    site.bureau.clock.day = D(2026, 7, 2)
    secretary = site.visitor("secretary")
    check = looked_over(site, chosen(first), chosen(second), on="2026-07-02")
    assert "可以提交 0 人，不能办理 2 人" in check.text  # recommended after the meeting
    assert "先推荐，后由支部委员会研究确定" in check.text
    assert check.soup.find("button", attrs={"value": "submit"}) is None
    back = secretary.submit(check, "/meetings/new", button="do=edit")
    assert part(back, f'[name="p.{first}.in"]').has_attr("checked")
    rows = {**chosen(second, "not_confirmed", reason="再考察一段"), "e.recommended_on": "2026-06-20"}
    check = secretary.submit(back, "/meetings/new", button="do=check", **rows)
    assert "可以提交 2 人" in check.text
    secretary.submit(check, "/meetings/new", button="do=submit")
    assert [record(site.bureau, case).row.state for case in (first, second)] == ["activist", "applicant"]
    assert record(site.bureau, second).entries[-1].reason == "再考察一段"


def test_a_day_of_ones_own_is_told_in_ones_own_row(site: Site) -> None:
    first, second = applicants(site)
    secretary = site.visitor("secretary")
    check = looked_over(site, chosen(first), chosen(second, recommended_on="2026-06-25"))
    assert "可以提交 2 人" in check.text
    assert "推荐时间 2026-06-25" in part(check, f"section[aria-labelledby=who-{second}]").get_text()
    assert "推荐时间" not in part(check, f"section[aria-labelledby=who-{first}]").get_text()
    secretary.submit(check, "/meetings/new", button="do=submit")
    assert [values(site.bureau, case)["activist.recommended_on"] for case in (first, second)] == [
        D(2026, 6, 20), D(2026, 6, 25),
    ]  # fmt: skip


def test_a_day_that_everybody_has_of_their_own_need_not_be_told_for_all(site: Site) -> None:
    first, second = applicants(site)
    page = looked_over(site, chosen(first, recommended_on="2026-06-20"), chosen(second), expect=422, on="")
    assert {a["href"] for a in part(page, ".error-summary").find_all("a")} == {"#f-e-recommended_on"}
    given_all = [chosen(case, recommended_on="2026-06-20") for case in (first, second)]
    assert "可以提交 2 人" in looked_over(site, *given_all, on="").text
    wrong = looked_over(site, chosen(first, recommended_on="六月"), chosen(second), expect=422)
    assert {a["href"] for a in part(wrong, ".error-summary").find_all("a")} == {f"#f-p-{first}-recommended_on"}


def test_which_days_are_ones_own_follows_from_the_definition() -> None:
    edition = LAWS.law.editions[-1]
    assert {"heard_on", "examined_on"} <= days_of_each(edition, "convert")
    assert "written_by_on" not in days_of_each(edition, "convert")  # when the last vote in writing came in
    assert "recommended_on" in days_of_each(edition, "activist")


def test_the_same_click_twice_settles_nobody_twice(site: Site) -> None:
    cases = applicants(site)
    secretary = site.visitor("secretary")
    check = looked_over(site, *map(chosen, cases))
    secretary.submit(check, "/meetings/new", button="do=submit")
    entries = [record(site.bureau, case).row.head.entries for case in cases]
    again = secretary.submit(check, "/meetings/new", button="do=submit")
    assert "此前已登记 2 人" in again.text
    assert [record(site.bureau, case).row.head.entries for case in cases] == entries == [4, 4]


def test_everything_wrong_is_told_at_its_field_and_kept(site: Site) -> None:
    first, second = applicants(site)
    secretary = site.visitor("secretary")
    page = looked_over(
        site, chosen(first, recommended_by="", reason="备注"), chosen(second, "returned"), expect=422, on="六月"
    )
    links = {a["href"] for a in part(page, ".error-summary").find_all("a")}
    assert links == {"#f-e-recommended_on", f"#f-p-{first}-recommended_by", f"#f-p-{second}-reason"}
    assert part(page, f'[name="p.{first}.reason"]')["value"] == "备注"
    nobody = secretary.submit(sheet(site, step="activist", on=MET), "/meetings/new", expect=422, button="do=check")
    assert "请至少选择一人" in nobody.text


def test_what_needs_a_second_person_waits_and_shows_among_the_meetings(site: Site) -> None:
    case = site.bureau.open(D(2026, 5, 20)).case
    site.bureau.clock.day = MET
    secretary = site.visitor("secretary")
    check = looked_over(site, chosen(case))  # nobody talked to the applicant in time
    for words in ("可以提交 1 人", "须说明理由并由第二人复核", "commissioner（一支部 组织委员）"):
        assert words in check.text, words
    blank = secretary.submit(check, "/meetings/new", expect=422, button="do=submit")
    assert "没有登记" in blank.text
    check = secretary.submit(blank, "/meetings/new", button="do=check", **given({f"p.{case}.reason": "谈话未作记录"}))
    done = secretary.submit(check, "/meetings/new", button="do=submit")
    assert "等待复核 1 人" in done.text
    proposal = done.link("等待复核")
    confirm = site.visitor("commissioner")
    page = confirm.get(proposal)
    assert "2026-07-01-activist-" in page.text
    confirm.submit(page, proposal, button="do=confirm")
    assert "第 3 条" in secretary.get("/meetings").text


def test_the_page_of_meetings_shows_them_with_their_people(site_on_both: Site) -> None:
    site = site_on_both
    secretary = site.visitor("secretary")
    assert "没有登记过一次讨论几个人的会议" in secretary.get("/meetings").text
    first, second = applicants(site)
    del site.visitors["secretary"]  # the session has ended since
    secretary = site.visitor("secretary")
    check = looked_over(site, chosen(first), chosen(second, "not_confirmed", reason="再考察"))
    secretary.submit(check, "/meetings/new", button="do=submit")
    for login in ("secretary", "auditor", "approver"):
        page = site.visitor(login).get("/meetings")
        assert "2026年7月1日 推荐和确定入党积极分子 2 人" in page.text, login
        for words in ("确定为入党积极分子", "暂不确定", "第 4 条", "一支部"):
            assert words in page.text, words
    assert "没有登记过" in site.visitor("elsewhere").get("/meetings").text
    site.bureau.withdraw("secretary", first, 4)
    assert "已撤回" in secretary.get("/meetings").text
    assert "这一段没有会议" in site.visitor("auditor").get("/meetings?before=1").text


def test_step_and_day_are_asked_for_and_who_records_nothing_is_turned_away(site: Site) -> None:
    site.bureau.clock.day = HELD
    secretary = site.visitor("secretary")
    choice = secretary.get("/meetings/new")
    assert "支部大会讨论" in choice.text
    assert "党组织派人谈话" not in choice.text  # nobody meets for it
    late = secretary.submit(choice, "/meetings/new", expect=422, step="admit", on="2027-09-07")
    assert "只能登记已经召开的会议" in late.text
    assert "请写明会议日期" in secretary.submit(choice, "/meetings/new", expect=422, step="admit", on="九月").text
    assert "没有可以在会上讨论这一事项的人" in sheet(site).text
    assert "上级党委预审" in site.visitor("approver").get("/meetings/new").text
    assert site.visitor("watcher").get("/meetings/new", expect=403).status == 403


def test_somebody_elsewhere_is_no_row_and_cannot_be_slipped_in(site: Site) -> None:
    case = site.bureau.open(D(2026, 5, 20)).case
    site.bureau.clock.day = MET
    elsewhere = site.visitor("elsewhere")
    page = sheet(site, "elsewhere", "activist", MET)
    assert case not in page.text
    token = part(page, 'input[name="csrf_token"]')["value"]
    sent = {"csrf_token": token, "step": "activist", "on": "2026-07-01", "do": "submit", "key": "k",
            "e.recommended_on": "2026-06-20", **chosen(case), f"p.{case}.seen": "2"}  # fmt: skip
    answer = elsewhere.client.post("/meetings/new", data=sent)
    assert answer.status_code == 422
    assert "没有编号为" in answer.get_data(as_text=True)
    assert "示例一" not in answer.get_data(as_text=True)


def test_a_committee_settles_the_people_of_its_branches_in_english_too(site: Site) -> None:
    case = until(site.bureau, "examine")
    approver = site.visitor("approver")
    approver.client.set_cookie("jishi_lang", "en")
    page = sheet(site, "approver", "pre_review", site.bureau.clock.day)
    typed: dict[str, Any] = {f"p.{case}.in": "yes"}
    check = approver.submit(page, "/meetings/new", button="do=check", **typed)
    assert "Look it over" in check.heading


def converting(case: str, in_favour: int, outcome: str, **more: str) -> dict[str, Any]:
    """Return the sheet of a meeting on one conversion."""
    together = {"e.due": "20", "e.present": "18", "e.ballot": "secret", "e.heard_on": "2028-09-01",
                "e.examined_on": "2028-09-02"}  # fmt: skip
    row = {"in": "yes", "outcome": outcome, "in_favour": str(in_favour), "against": str(18 - in_favour)} | more
    return together | {f"p.{case}.{name}": text for name, text in row.items()}


def test_after_a_vote_that_fell_short_nothing_is_concluded_and_the_meeting_is_held_again(site: Site) -> None:
    # art. 32: more than half of those due; what falls short adopts nothing, whatever had been moved
    case = until(site.bureau, "request")
    site.bureau.clock.day = D(2028, 9, 10)
    secretary = site.visitor("secretary")
    page = sheet(site, step="convert", on=site.bureau.clock.day)
    typed = converting(case, 10, "not_passed", reason="赞成未过半")
    check = secretary.submit(page, "/meetings/new", button="do=check", **typed)
    secretary.submit(check, "/meetings/new", button="do=submit")
    kept = values(site.bureau, case)
    assert kept["convert.result"] == "not_passed"
    assert (kept.get("convert.conclusion"), kept.get("convert.on")) == (None, None)
    assert record(site.bureau, case).row.state == "probationary"
    site.bureau.clock.day = D(2028, 9, 20)
    site.visitors.clear()
    again = sheet(site, step="convert", on=site.bureau.clock.day)
    offered = {one["value"] for one in again.soup.select(f'[name="p.{case}.outcome"] option, [name="p.{case}.outcome"]')
               if one.get("value")}  # fmt: skip
    assert offered == {"converted", "extended", "revoked", "not_passed"}


def test_a_meeting_that_is_held_again_can_resolve_the_revocation(site: Site) -> None:
    # art. 31: convert, extend or revoke; each takes the general meeting
    case = until(site.bureau, "request")
    for day, typed in (
        (D(2028, 9, 10), converting(case, 10, "not_passed", reason="赞成未过半")),
        (D(2028, 9, 20), converting(case, 15, "revoked", reason="不具备党员条件")),
    ):
        site.bureau.clock.day = day
        site.visitors.clear()
        secretary = site.visitor("secretary")
        page = sheet(site, step="convert", on=day)
        check = secretary.submit(page, "/meetings/new", button="do=check", **typed)
        assert "可以提交 1 人" in check.text
        secretary.submit(check, "/meetings/new", button="do=submit")
    kept = values(site.bureau, case)
    assert (kept["convert.conclusion"], kept["convert.on"]) == ("revoked", D(2028, 9, 20))
