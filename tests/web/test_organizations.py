"""组织与人员: the tree, offices and accounts, local practice, rosters; who may change what, and what follows."""

from __future__ import annotations

import re
from datetime import date

import pytest
from sqlalchemy import select

from tests.web.site import Site, signed_in
from tests.web.visitor import Page
from workflow.access.trail import LogAct
from workflow.store.tables import Account, Case, LogEntry, Member, Office, Organization, OrganizationOverlay, Penalty

PASSWORD = re.compile(r"[a-z2-9]{4}(?:-[a-z2-9]{4}){3}")
NEW = "a new password of enough signs"  # of invented people


def one(site: Site, query):
    with site.bureau.database.read() as connection:
        return connection.execute(query).one()


def uid(site: Site, name: str) -> str:
    return f"/organizations/{one(site, select(Organization.uid).where(Organization.name == name)).uid}"


def account(site: Site, login: str) -> str:
    return f"/accounts/{one(site, select(Account.uid).where(Account.login == login)).uid}"


def office(site: Site, login: str):
    query = select(Office).join(Account, Account.id == Office.account_id).where(Account.login == login)
    return one(site, query.with_only_columns(*Office.__table__.columns).order_by(Office.id.desc()).limit(1))


def change(
    site: Site, address: str, *, who: str = "administrator", expect: int = 200, do: str = "", more=None, **fields
) -> Page:
    """Open a page with a form and send it; ``more``: fields whose names are no names of Python."""
    fields |= more or {}
    visitor = site.visitor(who)
    page = visitor.get(address)
    return visitor.submit(page, address.partition("?")[0], expect=expect, button=f"do={do}" if do else None, **fields)


def test_everybody_sees_the_own_part_of_the_tree_and_nothing_else(site):
    page = site.visitor("secretary").get("/organizations")
    assert page.heading == "一支部"
    assert "没有审批权限" in page.text
    assert "增设" not in page.text
    site.visitor("secretary").get(uid(site, "二支部"), expect=404)
    top = site.visitor("administrator").get("/organizations")
    assert "有审批权限" in top.text
    committee = site.visitor("administrator").get(uid(site, "党委"))
    assert committee.heading == "党委"
    assert "二支部" in committee.text
    assert top.soup.select_one(".places").find("a", string="党委")["href"] == uid(site, "党委")
    assert site.visitor("administrator").follow(committee, "一支部").heading == "一支部"


def test_an_administrator_is_told_of_nobody_and_reads_no_roster(site):
    site.bureau.open(date(2026, 11, 2))
    branch = uid(site, "一支部")
    page = site.visitor("administrator").get(branch)
    assert "发展党员 1" not in page.text
    assert "名册" not in page.text
    site.visitor("administrator").get(f"{branch}/roster", expect=403)
    seen = site.visitor("approver").get(branch)
    assert "1 人 入党申请人" in seen.text


@pytest.mark.parametrize("what", ["add", "rename", "close", "appoint", "accounts/new", "practice", "move", "committee"])
def test_who_does_not_administer_changes_nothing(site, what):
    site.visitor("secretary").get(f"{uid(site, '一支部')}/{what}", expect=403)


def test_an_organization_is_added_renamed_and_closed(site):
    committee = uid(site, "党委")
    wrong = change(site, f"{committee}/add", expect=422, name=" ")
    assert "有 2 处需要改正 请选择类别 请填写名称" in wrong.text
    page = change(site, f"{committee}/add", name="三支部", kind="branch", committee="no")
    assert page.heading == "三支部"
    assert "不设支部委员会" in page.text
    third = uid(site, "三支部")
    page = change(site, f"{third}/rename", name="第三支部")
    assert "三支部 → 第三支部" in page.text
    unreadable = change(site, f"{third}/close", expect=422, do="check", until="26年11月")
    assert "止日：" in unreadable.text
    visitor = site.visitor("administrator")
    check = change(site, f"{third}/close", do="check", until="2026年11月30日")
    assert "任何人不能再以它的职务办理" in check.text
    assert one(site, select(Organization.until_on).where(Organization.name == "第三支部")).until_on is None
    page = visitor.submit(check, f"{third}/close", button="do=close")
    assert "已撤销：第三支部" in page.text
    assert one(site, select(Organization.until_on).where(Organization.name == "第三支部")).until_on == date(
        2026, 11, 30
    )


def test_the_same_click_twice_adds_one_organization(site):
    committee = uid(site, "党委")
    visitor = site.visitor("administrator")
    form = visitor.get(f"{committee}/add")
    typed = {"name": "三支部", "kind": "branch", "committee": "no"}
    assert visitor.submit(form, f"{committee}/add", **typed).heading == "三支部"
    again = visitor.submit(form, f"{committee}/add", expect=422, **typed)
    assert "其下已有同名的组织" in again.text
    with site.bureau.database.read() as connection:
        assert len(connection.scalars(select(Organization.id).where(Organization.name == "三支部")).all()) == 1


def test_what_stands_against_closing_is_said_before(site):
    site.bureau.open(date(2026, 11, 2))
    page = change(site, f"{uid(site, '一支部')}/close", do="check", expect=422)
    assert "还有未办结的档案" in page.text
    page = change(site, f"{uid(site, '党委')}/close", do="check", expect=422)
    assert "请先撤销或者移走下级组织" in page.text


def test_a_branch_moves_with_its_cases_once_that_is_confirmed(site):
    case = site.bureau.open(date(2026, 11, 2)).case
    change(site, f"{uid(site, '工委')}/add", name="另一党委", kind="committee")
    branch, target = uid(site, "一支部"), uid(site, "另一党委").rpartition("/")[2].replace("-", "")
    visitor = site.visitor("administrator")
    choose = visitor.get(f"{branch}/move")
    assert [option.get_text() for option in choose.soup.select("#f-to option")][1:] == [
        "工委（党的工作委员会）",
        "党委（具有审批权限的基层党委，上级 工委）",
        "另一党委（具有审批权限的基层党委，上级 工委）",
    ]
    found = visitor.get(f"{branch}/move?q=另一")
    assert "上级 工委" in found.text
    check = visitor.submit(found, "/move?q=", button="do=check", to=target)
    assert "重新生成 1 份待办" in check.text
    visitor.submit(check, f"{branch}/move", button="do=move")
    site.visitor("approver").get(f"/cases/{case}", expect=404)
    assert "一支部" in visitor.get(uid(site, "另一党委")).text


def test_local_practice_is_laid_and_lifted(site):
    branch = uid(site, "一支部")
    page = change(site, f"{branch}/practice", overlay="university", more={"from": "2026.11.1"})
    assert "适用" in page.text
    again = change(site, f"{branch}/practice", overlay="university", expect=422)
    assert "这些日子已经适用此规定" in again.text
    page = change(site, f"{branch}/practice/university/lift", until="2026-11-30")
    assert "停止适用" in page.text
    assert one(site, select(OrganizationOverlay.until_on)).until_on == date(2026, 11, 30)


def test_whether_a_branch_has_a_committee_is_said(site):
    site.bureau.open(date(2026, 11, 2))
    page = change(site, f"{uid(site, '一支部')}/committee", committee="no")
    assert "重新生成 1 份待办" in page.text
    assert one(site, select(Organization.has_committee).where(Organization.name == "一支部")).has_committee is False


def test_an_account_is_made_and_its_password_shown_this_once(site):
    branch = uid(site, "二支部")
    wrong = change(site, f"{branch}/accounts/new", expect=422, login="新人", name="新人一", role="branch_secretary")
    assert "登录名不合格" in wrong.text
    page = change(site, f"{branch}/accounts/new", login="newcomer", name="新人一", role="branch_secretary")
    found = PASSWORD.search(page.text)
    assert found, page.text
    assert found.group() not in site.visitor("administrator").get(account(site, "newcomer")).text
    visitor = site.newcomer()
    inside = visitor.submit(visitor.get("/sign-in"), "/sign-in", login="newcomer", password=found.group())
    signed_in(inside)
    changed = visitor.submit(inside, "/password", old=found.group(), new=NEW, again=NEW)
    assert "密码已修改" in changed.text


def test_a_new_password_ends_the_old_one(site):
    page = site.visitor("secretary").get("/")
    assert page.status == 200
    shown = change(site, f"{account(site, 'secretary')}/password")
    assert PASSWORD.search(shown.text)
    assert "/sign-in" in site.visitor("secretary").get("/").path


def test_somebody_is_appointed_as_deputy_and_dismissed(site):
    branch = uid(site, "一支部")
    number = office(site, "secretary").id
    visitor = site.visitor("administrator")
    places = visitor.get(f"{account(site, 'elsewhere')}/appoint?q=一支")
    assert "二支部" not in places.soup.table.get_text()
    chosen = visitor.follow(places, "一支部")
    unknown = visitor.submit(chosen, f"{branch}/appoint", expect=422, login="nobody", role="branch_secretary")
    assert "没有这个账号" in unknown.text
    page = visitor.submit(
        chosen, f"{branch}/appoint", role="branch_secretary", deputy_for=str(number), until="2026-12-31"
    )
    assert "代理 secretary" in page.text
    given = office(site, "elsewhere")
    assert (given.deputy_for, given.until_on) == (number, date(2026, 12, 31))
    form = visitor.get(f"{account(site, 'secretary')}/offices/{number}/dismiss")
    assert "代理人 elsewhere 的代理随之终止" in form.text
    visitor.submit(form, "/dismiss", until="2026-11-22")
    assert office(site, "secretary").until_on == date(2026, 11, 22)


def test_nobody_changes_the_own_account(site):
    own = account(site, "administrator")
    page = site.visitor("administrator").get(own)
    assert "由另一名管理员办理" in page.text
    assert not page.soup.find("a", href=f"{own}/disable")
    site.visitor("administrator").get(f"{own}/disable", expect=403)
    number = office(site, "administrator").id
    visitor = site.visitor("administrator")
    form = visitor.get(f"{own}/offices/{number}/dismiss")
    visitor.submit(form, "/dismiss", expect=403)
    visitor.get(f"{account(site, 'secretary')}/offices/{number}/dismiss", expect=404)


def test_an_account_is_disabled_after_it_is_said_what_follows(site):
    site.visitor("watcher").get("/")
    page = site.visitor("administrator").get(f"{account(site, 'watcher')}/disable")
    assert "无人办理，请另行任命" in page.text
    done = site.visitor("administrator").submit(page, "/disable")
    assert "已停用" in done.text
    assert "/sign-in" in site.visitor("watcher").get("/").path


def test_accounts_are_found_by_name_and_place(site):
    visitor = site.visitor("administrator")
    page = visitor.get("/accounts?name=secret")
    rows = page.soup.select("tbody tr")
    assert [row.th.get_text(strip=True) for row in rows] == ["secretary"]
    place = uid(site, "二支部").rpartition("/")[2].replace("-", "")
    assert "commissioner" not in visitor.get(f"/accounts?organization={place}").soup.table.get_text()
    assert "没有这样的账号" in visitor.get("/accounts?name=谁").text
    assert site.visitor("secretary").get("/accounts").status == 200
    site.visitor("secretary").get(account(site, "elsewhere"), expect=404)


def test_a_roster_is_kept_and_reading_it_is_noted(site):
    branch = uid(site, "一支部")
    wrong = change(site, f"{branch}/roster/new", who="secretary", expect=422, name="丁、戊", standing="full")
    assert "一行只能填一个姓名" in wrong.text
    day = change(site, f"{branch}/roster/new", who="secretary", expect=422, name="庚", full_on="去年")
    assert "需要改正" in day.text
    page = change(site, f"{branch}/roster/new", who="secretary", name="庚", standing="full", full_on="2019年7月1日")
    assert "2019年7月1日" in page.text
    visitor = site.visitor("secretary")
    line = page.link("庚")
    changed = change(site, line, who="secretary", standing="probationary", full_on="")
    assert "名册已更改" in changed.text
    change(site, f"{line}/penalties/new", who="secretary", kind="warning", more={"from": "2026-10-1"})
    listed = visitor.get(f"{branch}/roster?name=庚")
    assert "2026年10月1日 起" in listed.text
    kept = one(site, select(Penalty.id))
    assert change(site, f"{line}/penalties/{kept.id}", who="secretary", do="remove").status == 200
    visitor.get(f"{line}/penalties/{kept.id}", expect=404)
    gone = change(site, f"{line}/remove", who="secretary")
    assert "已从名册删除" in gone.text
    assert "庚" not in gone.text  # what was done is told through the cookie, which holds no names
    with site.bureau.database.read() as connection:
        assert connection.scalars(select(Member.name).where(Member.name == "庚")).all() == []
        assert LogAct.ROSTER_READ in connection.scalars(select(LogEntry.act)).all()


def test_who_only_reads_changes_no_roster(site):
    branch = uid(site, "一支部")
    page = site.visitor("watcher").get(f"{branch}/roster")
    assert "增加党员" not in page.text
    site.visitor("watcher").get(f"{branch}/roster/new", expect=403)
    site.visitor("elsewhere").get(f"{branch}/roster", expect=404)
    with site.bureau.database.read() as connection:
        line = connection.scalar(select(Member.id).join(Organization).where(Organization.name == "一支部").limit(1))
    site.visitor("elsewhere").get(f"/roster/{line}", expect=404)


def test_the_own_account_of_a_case_is_linked_from_above(site):
    case = site.bureau.open(date(2026, 11, 2)).case
    address = f"/cases/{case}/own-account"
    unknown = change(site, address, who="approver", do="link", expect=422, login="nobody")
    assert "没有这个账号" in unknown.text
    page = change(site, address, who="approver", do="link", login="commissioner")
    assert "commissioner（commissioner）" in page.text
    linked = one(site, select(Account.login).join(Case, Case.own_account_id == Account.id))
    assert linked.login == "commissioner"
    page = change(site, address, who="approver", do="nobody")
    assert "没有关联" in page.text
    change(site, address, who="secretary", do="nobody", expect=403)
    site.visitor("elsewhere").get(address, expect=404)


def test_every_page_speaks_english(site):
    visitor = site.visitor("administrator")
    visitor.client.set_cookie("jishi_lang", "en")
    branch, person = uid(site, "一支部"), account(site, "secretary")
    pages = [branch, *(f"{branch}/{one}" for one in ("add", "rename", "close", "move", "committee", "practice")),
             f"{branch}/appoint", f"{branch}/accounts/new", "/accounts", person, f"{person}/appoint",
             f"{person}/password", f"{person}/disable"]  # fmt: skip
    names = "一支部|二支部|党委|工委|组织部|中文"
    for address in pages:
        text = re.sub(names, "", visitor.get(address).soup.main.get_text(" "))
        assert not re.search(r"[\u4e00-\u9fff]", text), f"{address}: {text}"
