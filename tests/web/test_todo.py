"""待办: what there is to do, by urgency and by office; what waits, what is offered, what was done."""

from __future__ import annotations

from datetime import date, timedelta

from tests.engine.stages import VOTE, until
from tests.web.visitor import texts, words

D = date.fromisoformat
APPLIED = D("2026-06-01")


def group(page, name):
    """Return the lines of a group of the list; none where the group is not there."""
    heading = page.soup.find(id=f"group-{name}")
    return heading.find_parent("section").find_all("li", class_="task") if heading else []


def tab(page, name):
    """Return the words of the tab that begins so."""
    (found,) = [words(a) for a in page.soup.select(".tabs a") if words(a).startswith(name)]
    return found


def test_what_is_overdue_stands_first_with_shape_words_and_the_day(site):
    late = site.bureau.open(APPLIED, name="李芳").case
    site.bureau.open(D("2026-06-04"), name="王磊")
    site.bureau.clock.day = D("2026-07-02")
    page = site.visitor("secretary").get("/")
    (line,) = group(page, "overdue")
    assert "■ 超期 1 天" in words(line)
    assert "李芳" in words(line)
    assert "党组织派人谈话" in words(line)
    assert "最迟 2026年7月1日" in words(line)
    assert "细则第7条" in words(line)
    (soon,) = group(page, "soon")
    assert "▲ 2 天内到期" in words(soon)
    assert page.heading == "待办 (4)"
    assert tab(page, "待我办") == "待我办 4"
    (button,) = line.select(".task-do a")
    assert words(button) == "办理 李芳 党组织派人谈话"
    assert button["href"] == f"/cases/{late}/steps/talk/held"
    assert not line.find("a", href=f"/cases/{late}/steps/talk")  # a further talk comes after the first
    assert line.find("a", class_="task-person")["href"] == f"/cases/{late}"


def test_the_button_leads_to_the_form_where_there_is_but_one_outcome(site):
    case = until(site.bureau, "file_activist")
    lines = group(site.visitor("secretary").get("/"), "open")
    (only,) = [one for one in lines if "指定培养联系人" in words(one)]
    (button,) = only.select(".task-do a")
    assert button["href"] == f"/cases/{case}/steps/contacts/assigned"


def test_where_the_first_lawful_day_of_what_nothing_limits_stands_is_said(site):
    case = until(site.bureau, "request")  # months before the end of probation
    site.bureau.clock.day = D("2028-08-20")
    secretary = site.visitor("secretary")
    page = secretary.get("/")
    (line,) = [one for one in group(page, "open") if "支部大会讨论转正" in words(one)]
    assert "不限期" in words(line)
    assert "还没有到最早可办日的，在此人的全程纪实和办理页面上写明" in page.text
    assert "尚不能办的 ◆ 太早（最早可办 2028年9月6日） 支部大会讨论转正" in secretary.get(f"/cases/{case}").text
    form = secretary.get(f"/cases/{case}/steps/convert/converted")
    assert "◆ 最早可办日：2028年9月6日" in form.text


def test_what_others_have_to_do_says_who_and_has_no_button(site):
    case = until(site.bureau, "activist")
    (line,) = [one for one in group(site.visitor("secretary").get("/"), "others") if "上级党委备案" in words(one)]
    assert "由党委办理" in words(line)
    assert not line.select(".task-do a")
    (theirs,) = [one for one in group(site.visitor("approver").get("/"), "open") if "上级党委备案" in words(one)]
    assert theirs.select_one(".task-do a")["href"] == f"/cases/{case}/steps/file_activist/filed"


def test_whoever_may_not_decide_sees_no_button_for_a_decision(site):
    until(site.bureau, "superior_talk")
    for login, may in (("approver", True), ("organizer", False)):
        page = site.visitor(login).get("/")
        (line,) = [one for one in page.soup.select("li.task") if "上级党委审批" in words(one)]
        assert bool(line.select(".task-do a")) is may, login
        assert line in group(page, "open" if may else "colleagues"), login
        assert (page.heading == "待办 (0)") is not may, login
        assert tab(page, "待我办").endswith("0") is not may, login


def test_a_line_names_the_part_of_a_step_that_is_wanted_and_leads_to_its_form(site):
    case = until(site.bureau, "pre_review")
    site.bureau.take("secretary", case, "fill_form filled", D("2027-08-20"))
    vote = {name: value for name, value in VOTE.items() if name != "reported_on"}
    site.bureau.take("secretary", case, "admit passed", D("2027-09-01"), evidence=vote)
    lines = site.visitor("secretary").get("/").soup.select("li.task")
    (line,) = [one for one in lines if "支部大会讨论" in words(one)]
    assert "支部大会讨论 · 上报决议" in words(line)
    assert line.select_one(".task-do a")["href"] == f"/cases/{case}/steps/admit/reported"


LISTING = "报上级党委同意、公示并列为发展对象"


def test_a_step_of_several_parts_names_the_one_that_comes_next_and_not_the_one_that_is_done(site):
    case = until(site.bureau, "choose_target")
    line = asked_of(site, LISTING, "approver")
    assert act_of(line) == f"{LISTING} · 研究是否同意"
    assert line.select_one(".task-do a")["href"] == f"/cases/{case}/steps/list_target/consented"
    assert line.find("a", href=f"/cases/{case}/steps/list_target")  # or refused, or sent back
    line = asked_of(site, LISTING)
    assert act_of(line) == f"{LISTING} · 研究是否同意"  # it waits for others, in the same words
    assert not line.select(".task-do a")
    site.bureau.take("approver", case, "list_target consented", site.bureau.clock.day)
    line = asked_of(site, LISTING)
    assert act_of(line) == f"{LISTING} · 公示"
    assert line.select_one(".task-do a")["href"] == f"/cases/{case}/steps/list_target/notice_given"


def test_after_the_notice_the_listing_is_asked_for(site):
    case, today = until(site.bureau, "choose_target"), site.bureau.clock.day
    site.bureau.take("approver", case, "list_target consented", today)
    notice = {"notice_to": (today + timedelta(9)).isoformat(), "notice_result": "clear"}
    site.bureau.clock.day = today + timedelta(10)
    site.bureau.take("secretary", case, "list_target notice_given", today, evidence=notice)
    line = asked_of(site, LISTING)
    assert act_of(line) == f"{LISTING} · 列为发展对象"
    assert line.select_one(".task-do a")["href"] == f"/cases/{case}/steps/list_target/listed"


def test_what_was_sent_back_is_for_the_branch_to_choose(site):
    case, today = until(site.bureau, "choose_target"), site.bureau.clock.day
    site.bureau.take("approver", case, "list_target returned", today, reason="材料不全")
    line = asked_of(site, LISTING)
    assert act_of(line) == LISTING  # the superior's answer is not the branch's to give
    assert line.select_one(".task-do a")["href"] == f"/cases/{case}/steps/list_target"


def test_after_a_meeting_on_conversion_what_is_asked_for_is_its_report(site):
    case = until(site.bureau, "request")
    site.bureau.clock.day = D("2028-09-20")
    vote = {"due": 20, "present": 18, "in_favour": 17, "ballot": "secret", "heard_on": "2028-09-01",
            "examined_on": "2028-09-03"}  # fmt: skip
    line = asked_of(site, "支部大会讨论转正")
    assert act_of(line) == "支部大会讨论转正"  # how it ends is not told beforehand
    site.bureau.take("secretary", case, "convert converted", D("2028-09-15"), evidence=vote)
    line = asked_of(site, "支部大会讨论转正")
    assert act_of(line) == "支部大会讨论转正 · 上报决议"
    assert line.select_one(".task-do a")["href"] == f"/cases/{case}/steps/convert/reported"


def test_what_the_person_does_is_asked_of_the_branch_as_something_to_record(site):
    until(site.bureau, "pre_review")
    line = asked_of(site, "填写入党志愿书")
    assert act_of(line) == "填写入党志愿书 · 本人填好后登记"


def asked_of(site, step, login="secretary"):
    """Return the line of somebody's list on a step."""
    (line,) = [one for one in site.visitor(login).get("/").soup.select("li.task") if step in words(one)]
    return line


def act_of(line):
    """Return what a line says is to be done."""
    return words(line.find(class_="task-act"))


def test_an_empty_list_says_what_to_do_first(site):
    page = site.visitor("secretary").get("/")
    assert page.heading == "待办 (0)"
    assert "没有需要本组织办理的事项" in page.text
    assert "收到入党申请书后，点“立案”" in page.text
    assert page.link("立案") == "/cases/new"
    assert page.link("党员名册") == f"/organizations/{_uid(site, '一支部')}"


def test_an_empty_list_of_a_superior_says_what_is_due_next_below(site):
    site.bureau.open(APPLIED, name="李芳")
    page = site.visitor("approver").get("/")
    assert "没有需要本组织办理的事项" in page.text
    assert "下一个期限：李芳，党组织派人谈话，最迟 2026年7月1日（一支部）" in page.text
    assert not [a for a in page.soup.find_all("a") if "立案" in words(a)]


def test_an_auditor_sees_what_others_have_open_and_no_button(site):
    site.bureau.open(APPLIED, name="李芳")
    page = site.visitor("watcher").get("/")
    assert page.heading == "在办 (2)"
    assert tab(page, "在办") == "在办 2"
    assert len(group(page, "others")) == 2
    assert not page.soup.select(".task-do a")
    assert "立案" not in page.text


def test_an_administrator_is_led_to_organizations_and_accounts(site):
    site.bureau.open(APPLIED, name="李芳")
    page = site.visitor("administrator").get("/")
    assert page.heading == "组织与账号"
    assert "李芳" not in page.text
    assert {"/organizations", "/accounts"} <= {str(a["href"]) for a in page.soup.select("main a")}
    for path in ("/waiting", "/offers", "/done"):
        assert "不能使用这个页面" in site.visitor("administrator").get(path, expect=403).text


def test_the_list_is_complete_in_english(site):
    site.bureau.open(APPLIED, name="李芳")
    site.bureau.clock.day = D("2026-07-02")
    visitor = site.visitor("secretary")
    visitor.client.set_cookie("jishi_lang", "en")
    page = visitor.get("/")
    (line,) = group(page, "overdue")
    assert "■ 1 day overdue" in words(line)
    assert "Talk with the applicant" in words(line)
    assert "by 1 Jul 2026" in words(line)
    assert words(line.select_one(".task-do a")).startswith("Record ")  # as the button on the person's page says
    assert page.heading == "To do (2)"
    for path in ("/waiting", "/offers", "/done"):
        found = visitor.get(path)
        assert not any("\u4e00" <= letter <= "\u9fff" for letter in found.heading)


def test_a_proposal_waits_for_its_second_person(site):
    case = site.bureau.open(APPLIED, name="李芳").case
    answer = site.bureau.correct("secretary", case, 2, {"paper": "申1"})
    for login, state, button in (
        ("secretary", "○ 您提交的", "查看或者收回"),
        ("commissioner", "▲ 可以复核", "复核"),
        ("watcher", "○ 等他人复核", "查看"),
    ):
        page = site.visitor(login).get("/waiting")
        (line,) = page.soup.select("li.task")
        assert state in words(line), login
        assert "更正第2条：递交入党申请书" in words(line)
        (link,) = line.select(".task-do a")
        assert words(link).startswith(button)
        assert link["href"] == f"/cases/{case}/proposals/{answer.proposal}"
        assert page.heading == "等待复核 (1)"
    assert tab(site.visitor("secretary").get("/"), "等待复核") == "等待复核 1"
    nothing = site.visitor("elsewhere").get("/waiting")
    assert "没有等待复核的事项" in nothing.text


def test_an_offered_case_is_announced_to_the_branch_that_may_take_it_over(site):
    case = site.bureau.open(APPLIED, name="李芳").case
    site.bureau.offer("secretary", case, "二支部", D("2026-06-20"))
    page = site.visitor("elsewhere").get("/")
    assert "有 1 份档案转来，等待接收" in page.text
    offers = site.visitor("elsewhere").follow(page, "查看并接收或者退回")
    (line,) = offers.soup.select("li.task")
    assert "由一支部转来" in words(line)
    assert "入党申请人" in words(line)
    assert "提出转出 2026年6月20日" in words(line)
    assert line.select_one(".task-do a")["href"] == f"/cases/{case}/steps/move"
    (seen,) = site.visitor("watcher2").get("/offers").soup.select("li.task")
    assert not seen.select(".task-do a")
    assert "没有转来等待接收的档案" in site.visitor("secretary").get("/offers").text


def test_what_i_have_done_is_listed_with_its_entry(site):
    case = site.bureau.open(APPLIED, name="李芳").case
    site.bureau.confirm("commissioner", site.bureau.correct("secretary", case, 2, {"paper": "申1"}))
    page = site.visitor("commissioner").get("/done")
    (row,) = page.soup.select("tbody tr")
    assert "由我复核" in words(row)
    assert page.link("递交入党申请书") == f"/cases/{case}#entry-3"
    mine = texts(site.visitor("secretary").get("/done").soup.select("tbody tr"))
    assert len(mine) == 3
    assert "您还没有办理过事项" in site.visitor("elsewhere").get("/done").text


def test_more_than_fits_is_counted_and_can_be_listed(site):
    for number in range(28):
        site.bureau.open(APPLIED + timedelta(days=number % 3), name=f"甲{number}")
    page = site.visitor("secretary").get("/")
    assert page.heading == "待办 (56)"
    assert sum(len(group(page, name)) for name in ("overdue", "soon", "open")) == 25
    assert "这里列出最紧急的 25 项，共 56 项" in page.text
    more = site.visitor("secretary").follow(page, "多列一些")
    assert len(group(more, "open")) == 56


def test_an_organization_department_opens_cases_by_direct_admission(site):
    page = site.visitor("department").get("/")
    assert page.link("立案") == "/cases/new"
    assert "立案：直接接收" in page.text
    assert "收到入党申请书" not in page.text


def test_the_pages_read_alike_on_both_databases(site_on_both):
    case = until(site_on_both.bureau, "talk")
    site_on_both.bureau.correct("secretary", case, 3, {"talker": "乙"})
    site_on_both.bureau.offer("secretary", case, "二支部", site_on_both.bureau.clock.day)
    found = {}
    for login in ("secretary", "elsewhere"):
        for path in ("/", "/waiting", "/offers", "/done", f"/cases/{case}", f"/cases/{case}/plan"):
            found[login, path] = site_on_both.visitor(login).get(path).text
    assert "推荐和确定入党积极分子" in found["secretary", "/"]
    assert "等待复核 (1)" in found["secretary", "/waiting"]
    assert "示例一" in found["elsewhere", "/offers"]
    assert "已提出转往：二支部" in found["elsewhere", f"/cases/{case}"]


def _uid(site, name):
    from uuid import UUID  # noqa: PLC0415 - only here

    return str(UUID(site.bureau.organizations[name][1]))
