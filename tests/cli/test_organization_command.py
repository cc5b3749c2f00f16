"""From ``jishi init`` to the first open case; the tree, accounts and rosters as those who keep them meet them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tests.cli.jishi import Done, jishi
from tests.cli.record import Counter, counter
from tests.engine.office import LAWS
from tests.engine.stages import until
from workflow.access.sessions import Limits, session_of
from workflow.access.signing import SignIn, sign_in
from workflow.clock import now
from workflow.keep.projection import renew
from workflow.store.database import Database
from workflow.store.tables import Case, Organization, Todo

INIT = ("--organization", "某学院党委", "--kind", "committee", "--administrator", "admin", "--name", "王示一")


@dataclass(frozen=True)
class Shell:
    """An installation that ``jishi init`` has just made, and who gives commands in it."""

    data: Path

    def run(self, *arguments: object, who: str = "admin", code: int = 0) -> Done:
        done = jishi(*arguments, "--data", self.data, env={"JISHI_AS": who})
        assert done.code == code, f"{' '.join(map(str, arguments))}\n{done.out}{done.err}"
        assert "程序出错" not in done.err
        return done

    def told(self, *arguments: object, who: str = "admin", code: int = 0) -> Any:
        return json.loads(self.run(*arguments, "--json", who=who, code=code).out)


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    made = Shell(tmp_path / "data")
    made.run("init", *INIT)
    return made


@pytest.fixture
def office(database: Database) -> Counter:
    found = counter(database)
    found.until("2026-11-22")
    return found


def told(office: Counter, who: str, *arguments: object, code: int = 0) -> Any:
    return json.loads(office.run(who, *arguments, "--json", code=code).out)


def asked(office: Counter) -> list[tuple[Any, ...]]:
    """Return the to-do lists of all cases."""
    with office.office.database.read() as connection:
        columns = (Todo.case_id, Todo.step, Todo.organization_id, Todo.due_on)
        return [tuple(row) for row in connection.execute(select(*columns).order_by(*columns))]


def sound(office: Counter) -> bool:
    """Tell whether the to-do lists are what the doctor would make of the entries."""
    before = asked(office)
    with office.office.database.write() as connection:
        for case in list(connection.scalars(select(Case.id))):
            renew(connection, LAWS, case, office.clock.day)
    return asked(office) == before


def test_a_committee_is_set_up_from_the_shell_to_its_first_open_case(shell):
    assert "下面还没有组织。接下来：jishi organization add" in shell.run("organization", "list").out
    assert "还没有其他人。接下来：jishi account add" in shell.run("account", "list").out
    added = shell.run("organization", "add", "第一党支部", "--kind", "党支部", "--committee").out
    assert "已增设：第一党支部（党支部）　上级：某学院党委" in added
    assert "设有职务：支部书记、组织委员" in added
    attached = shell.run("organization", "add", "党委组织部", "--kind", "organization_department").out
    assert "已附设：党委组织部" in attached
    shell.run("organization", "overlay", "某学院党委", "高校", "--from", "2026-09-01")
    tree = shell.run("organization", "list").out.splitlines()
    assert tree[1].startswith("某学院党委")
    assert "高校发展党员工作办法（示例） 2026-09-01 起" in tree[1]
    assert tree[2].startswith("  第一党支部")
    assert len(tree) == 4
    for login, name, role in (("zb1.shuji", "赵示甲", "支部书记"), ("zb1.zuzhi", "钱示乙", "组织委员")):
        place = ("--organization", "第一党支部", "--from", "2026-01-01")
        made = shell.run("account", "add", login, "--name", name, "--role", role, *place)
        assert f"已建立账号：{login}（{name}）" in made.out
    shell.run("account", "add", "dw.zuzhiyuan", "--name", "李示丁", "--role", "organizer")
    assert "还没有其他人" not in shell.run("account", "list").out
    assert "名册上还没有人。接下来：jishi member add" in shell.run("member", "list", who="zb1.shuji").out
    shell.run("member", "add", "赵示甲", "--standing", "正式党员", "--full-on", "2010-07-01", who="zb1.shuji")
    born = ("--born", "2003-04-05", "--not-floating")
    opened = shell.run("case", "open", "--name", "周示例", *born, "--on", "2026-01-05", "--reason", "补登",
                       who="zb1.shuji")  # fmt: skip
    assert "周示例" in opened.out
    assert "周示例" in shell.run("case", "list", who="dw.zuzhiyuan").out
    assert "周示例" not in shell.run("case", "list").out  # an administrator sees no case


def test_an_administrator_keeps_no_roster_and_links_no_case(office):
    case = office.open("2026-11-02")
    for arguments in (("member", "list"), ("member", "add", "某人", "--branch", "一支部"), ("member", "remove", "甲"),
                      ("account", "own", case, "secretary")):  # fmt: skip
        refused = office.run("administrator", *arguments, code=1)
        assert "请由担任下列职务的人办理" in refused.err
        assert "系统管理员" not in refused.err
    with office.office.database.read() as connection:
        assert connection.scalar(select(Case.own_account_id)) is None


@pytest.mark.parametrize("who", ["secretary", "approver", "auditor", "department"])
@pytest.mark.parametrize(
    "arguments",
    [
        ("organization", "add", "三支部", "--kind", "branch"),
        ("organization", "rename", "一支部", "别名"),
        ("account", "add", "someone", "--name", "某人", "--organization", "一支部", "--role", "branch_secretary"),
        ("account", "disable", "commissioner"),
    ],
)
def test_nobody_else_administers(office, who, arguments):
    tree, accounts = (told(office, "administrator", one, "list") for one in ("organization", "account"))
    told(office, who, *arguments, code=1)
    assert told(office, "administrator", "organization", "list") == tree
    assert told(office, "administrator", "account", "list") == accounts


def test_an_administrator_is_not_their_own(office):
    own = told(office, "administrator", "account", "list")["accounts"][0]["offices"][0]["office"]
    for arguments in (("appoint", "administrator", "--role", "organization_commissioner", "--organization", "一支部"),
                      ("disable", "administrator"), ("dismiss", own)):  # fmt: skip
        assert told(office, "administrator", "account", *arguments, code=1)["error"] == "ConflictOfDuties"


def test_what_lies_outside_the_scope_is_answered_as_what_does_not_exist(office):
    office.run("administrator", "account", "add", "small", "--name", "某人", "--organization", "一支部",
               "--role", "administrator")  # fmt: skip
    assert [one["name"] for one in told(office, "small", "organization", "list")["organizations"]] == ["一支部"]
    logins = {one["login"] for one in told(office, "small", "account", "list")["accounts"]}
    assert logins == {"secretary", "commissioner", "watcher", "small"}
    elsewhere = office.office.organizations["二支部"][1]
    for foreign, none in (("二支部", "没有的支部"), (elsewhere, "0" * 32)):
        answers = [told(office, "small", "organization", "rename", one, "别名", code=1) for one in (foreign, none)]
        assert str(answers[0]).replace(foreign, none) == str(answers[1])
    foreign, none = (told(office, "small", "account", "disable", one, code=1) for one in ("elsewhere", "nobody"))
    assert foreign == none


def test_a_name_that_several_bear_asks_for_the_id(shell):
    for general in ("教工党总支", "学生党总支"):
        shell.run("organization", "add", general, "--kind", "党总支")
        shell.run("organization", "add", "第一党支部", "--kind", "branch", "--under", general)
    several = shell.run("organization", "rename", "第一党支部", "教工第一党支部", code=2).err
    assert "有几个组织叫“第一党支部”" in several
    assert "某学院党委 / 学生党总支 / 第一党支部" in several
    ids = {one["id"]: one["above"] for one in shell.told("organization", "list")["organizations"]}
    which = [key for key in ids if f"{key} 某学院党委 / 教工党总支 / 第一党支部" in several]
    assert len(which) == 1
    assert which[0] in shell.run("organization", "list", "--ids").out
    assert "已更名：第一党支部 → 教工第一党支部" in shell.run("organization", "rename", which[0], "教工第一党支部").out
    shell.run("organization", "rename", "第一党支部", "学生第一党支部")  # the other one bears it alone now


def test_of_namesakes_the_open_one_is_meant(shell):
    shell.run("organization", "add", "第一党支部", "--kind", "branch")
    shell.run("organization", "close", "第一党支部", "--until", "2026-01-01")
    shell.run("organization", "add", "第一党支部", "--kind", "branch")
    shell.run("organization", "committee", "第一党支部", "no")
    shown = shell.told("organization", "list", "--all")["organizations"]
    assert [(one["until"], one["has_committee"]) for one in shown[1:]] == [("2026-01-01", None), (None, False)]
    assert len(shell.told("organization", "list")["organizations"]) == 2


def test_kinds_offices_and_practice_are_named_or_listed(shell):
    assert "党总支" in shell.run("organization", "add", "某", "--kind", "车间", code=2).err
    assert (
        "organization_department"
        in shell.run("organization", "add", "某", "--kind", "部门的", "--lang", "en", code=2).err
    )
    shell.run("organization", "add", "第一党支部", "--kind", "branch")
    place = ("--name", "某人", "--organization", "第一党支部")
    several = shell.run("account", "add", "someone", *place, "--role", "党委书记", code=2).err
    assert "支部书记" in several
    assert "committee_secretary" not in several  # no office of a branch
    assert "university" in shell.run("organization", "overlay", "第一党支部", "工厂", code=2).err
    refused = shell.run("organization", "add", "第二党支部", "--kind", "branch", "--under", "第一党支部", code=1)
    assert refused.err.startswith("未办理：党支部不能设在党支部之下")


def test_local_practice_renews_the_lists_of_the_cases_that_it_binds(database):
    office = counter(database)
    until(office.office, "activist")
    office.until("2026-11-22")
    before = asked(office)
    laid = told(office, "administrator", "organization", "overlay", "党委", "university", "--from", "2026-09-01")
    assert laid["renewed"] == 1
    assert laid["organization"]["overlays"][0]["from"] == "2026-09-01"
    assert "thought_report" in {step for _, step, _, _ in asked(office)}
    assert asked(office) != before
    assert sound(office)
    taken = office.run("administrator", "organization", "lift", "党委", "university", "--until", "2026-08-31")
    assert "已重新生成 1 份待办" in taken.out
    assert asked(office) == before


def test_a_move_a_committee_and_what_is_attached_renew_the_lists(database):
    office = counter(database)
    until(office.office, "activist")
    before = asked(office)
    run = ("administrator", "organization")
    for arguments in (
        ("add", "新党委", "--kind", "committee", "--under", "工委"),
        ("move", "一支部", "--under", "新党委"),
        ("committee", "一支部", "no"),
        ("add", "新组织部", "--kind", "organization_department", "--under", "新党委"),
        ("close", "新组织部", "--until", "2026-07-10"),
    ):
        office.until("2026-07-20")
        number = told(office, *run, *arguments)["renewed"]
        assert number == (0 if arguments[1] == "新党委" else 1), arguments
        assert sound(office), arguments
    assert asked(office) != before  # another committee files it
    with office.office.database.read() as connection:
        above = connection.scalar(select(Organization.path).where(Organization.name == "新党委"))
        assert str(connection.scalar(select(Case.path))).startswith(str(above))


def test_a_deputy_stands_in_until_the_office_ends(office):
    listed = told(office, "administrator", "account", "list")["accounts"]
    number = next(one["offices"][0]["office"] for one in listed if one["login"] == "secretary")
    office.run("administrator", "account", "appoint", "commissioner", "--organization", "一支部", "--role", "支部书记",
               "--deputy-for", number)  # fmt: skip
    assert f"（代理 {number}）" in office.run("administrator", "account", "list").out
    office.run("administrator", "account", "dismiss", number, "--until", "2026-11-20")
    assert "secretary" not in {one["login"] for one in told(office, "administrator", "account", "list")["accounts"]}
    everything = told(office, "administrator", "account", "list", "--all")["accounts"]
    ended = next(one["offices"][0] for one in everything if one["login"] == "secretary")
    assert (ended["office"], ended["until"]) == (number, "2026-11-20")
    assert told(office, "administrator", "account", "dismiss", 10**6, code=1)["error"] == "UnknownAccount"


def test_an_office_that_has_not_begun_is_taken_back(office):
    made = told(office, "administrator", "account", "add", "late", "--name", "某人", "--organization", "一支部",
                "--role", "branch_secretary", "--from", "2027-01-01")  # fmt: skip
    number = made["account"]["offices"][0]["office"]
    done = told(office, "administrator", "account", "dismiss", number)
    assert (done["account"]["login"], done["account"]["offices"]) == ("late", [])


def test_a_disabled_account_does_nothing(office):
    assert "已停用：secretary" in office.run("administrator", "account", "disable", "secretary").out
    assert office.run("secretary", "organization", "list", code=1).err.startswith("未办理")


def test_the_own_account_is_linked_from_above(office):
    case = office.open("2026-11-02")
    assert f"{case}：本人账号 commissioner" in office.run("organizer", "account", "own", case, "commissioner").out
    assert (
        office.data("commissioner", "take", case, "talk", "--on", "2026-11-10", code=1)["error"] == "ConflictOfDuties"
    )
    assert told(office, "organizer", "account", "own", case, "--nobody") == {
        "status": "done", "case": case, "own_account": None
    }  # fmt: skip
    assert told(office, "secretary", "account", "own", case, "commissioner", code=1)["error"] == "NotEntitled"
    assert office.run("organizer", "account", "own", case, code=2).err


def test_a_roster_is_kept_with_its_penalties(office):
    added = told(office, "secretary", "member", "add", "己", "--standing", "预备党员")["member"]
    changed = told(office, "secretary", "member", "change", "己", "--standing", "full", "--full-on", "2026-07-01")
    assert changed["member"] == {**added, "standing": {"code": "full", "zh": "正式党员", "en": "full member"},
                                 "full_on": "2026-07-01"}  # fmt: skip
    noted = told(office, "secretary", "member", "penalty", "己", "--kind", "严重警告", "--from", "2026-08-01")
    number = noted["member"]["penalties"][0]["penalty"]
    ended = told(office, "organizer", "member", "penalty", "己", "--change", number, "--until", "2026-10-01")
    assert ended["member"]["penalties"] == [
        {"penalty": number, "kind": {"code": "serious_warning", "zh": "严重警告", "en": "serious warning"},
         "from": "2026-08-01", "until": "2026-10-01"}
    ]  # fmt: skip
    assert told(office, "secretary", "member", "penalty", "甲", "--remove", number, code=1)["error"] == "UnknownMember"
    assert not told(office, "secretary", "member", "penalty", "己", "--remove", number)["member"]["penalties"]
    said = office.run("secretary", "member", "list", "--lang", "en").out
    assert "full member" in said
    assert len(told(office, "secretary", "member", "list")["members"]) == 4
    assert len(told(office, "organizer", "member", "list")["members"]) == 6  # both branches
    assert len(told(office, "organizer", "member", "list", "--branch", "二支部")["members"]) == 2
    office.run("secretary", "member", "remove", "己")
    assert len(told(office, "watcher", "member", "list")["members"]) == 3
    told(office, "watcher", "member", "remove", "甲", code=1)
    assert told(office, "secretary", "member", "remove", "丁", code=1)["error"] == "UnknownMember"  # another branch's


def test_members_of_one_name_are_told_apart_by_number(office):
    second = told(office, "secretary", "member", "add", "甲", "--standing", "unknown")["member"]["member"]
    several = office.run("secretary", "member", "remove", "甲", code=2).err
    assert "名册上有几个“甲”" in several
    assert f"{second} 甲 一支部" in several
    office.run("secretary", "member", "remove", second)
    office.run("secretary", "member", "change", "甲", "--name", "甲二")


@pytest.mark.parametrize(
    "arguments",
    [
        ("member", "change", "甲"),
        ("member", "penalty", "甲", "--kind", "警告"),
        ("member", "penalty", "甲", "--remove", "1", "--kind", "警告"),
        ("member", "penalty", "甲", "--change", "1"),
        ("member", "add", "庚", "--standing", "群众"),
        ("member", "add", "庚", "--full-on", "去年"),
        ("account", "dismiss", "secretary"),
    ],
)
def test_what_is_not_clear_changes_nothing(office, arguments):
    before = told(office, "secretary", "member", "list")
    assert office.run("secretary", *arguments, code=2).err
    assert told(office, "secretary", "member", "list") == before


def test_english(shell):
    shell.run("organization", "add", "第一党支部", "--kind", "Party branch", "--lang", "en")
    assert "branch committee not known" in shell.run("organization", "list", "--lang", "en").out
    made = shell.run("account", "add", "zb", "--name", "赵示甲", "--organization", "第一党支部",
                     "--role", "branch secretary", "--lang", "en").out  # fmt: skip
    assert "Account made: zb" in made
    assert "branch secretary" in made
    assert "Nobody is on the roster yet" in shell.run("member", "list", "--lang", "en", who="zb").out
    assert shell.run("account", "add", "zb", "--name", "别人", "--role", "organizer", "--lang", "en",
                     code=1).err.startswith("Refused: this login is taken")  # fmt: skip


ONE_TIME = re.compile(r"[a-z2-9]{4}(-[a-z2-9]{4}){3}")


def opens(shell: Shell, login: str, password: str) -> bool:
    """Tell whether somebody comes in with a password, and has to change it first."""
    database = Database(f"sqlite:///{shell.data}/jishi.db")
    try:
        token = sign_in(database, b"secret", SignIn(login, password, ""), "plain", now())
        with database.read() as connection:
            session = session_of(connection, token, Limits(), now())
            return session is not None and session.must_change
    finally:
        database.close()


def test_one_time_passwords_are_printed_once_and_open_the_door(shell: Shell) -> None:
    who = ("zb1", "--name", "赵示甲", "--role", "organizer")
    added = shell.told("account", "add", *who, "--password")
    assert opens(shell, "zb1", added["password"])
    given = shell.run("account", "password", "zb1").out
    assert "只显示这一次" in given
    password = ONE_TIME.search(given)
    assert password is not None
    assert opens(shell, "zb1", password[0])
    own = shell.told("account", "password", "admin")["password"]
    assert opens(shell, "admin", own)
    assert "password" not in shell.told("account", "list")
    assert "password" not in shell.told("account", "add", "zb2", "--name", "钱示乙", "--role", "organizer")
    for login, by in (("zb1", "zb1"), ("admin", "zb1"), ("nobody", "admin")):
        refused = shell.run("account", "password", login, who=by, code=1)
        assert not ONE_TIME.search(refused.out)
