"""Shorter stories: a refusal understood, an irregular meeting, an import put right, the first sign-in, two offices."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import insert

from tests.engine.office import LONG_AGO
from tests.engine.stages import until
from tests.ledger_import.institute import person, workbook
from tests.web.browser.test_journeys import ADMITTED
from tests.web.browser.town import Town
from tests.web.site import PASSWORD
from workflow.store.tables import Office

pytestmark = pytest.mark.browser

D = date


def test_a_refusal_is_understood_and_mended(town: Town) -> None:
    case = until(town.bureau, "fill_form")
    town.it_is("2027-09-06")
    secretary = town.person("secretary").comes_to(case, "admit passed")
    secretary.fills(接收大会时间=town.today, **ADMITTED).fills(接收表决方式="其他方式").presses("核对")
    secretary.sees("还不能办理", "没有登记任何内容", "采取无记名投票方式表决", "怎么办：", "第20条")
    assert secretary.page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    secretary.presses("返回修改").fills(接收表决方式="无记名投票").presses("核对").presses("提交")
    secretary.sees("已登记", "支部大会通过接收")


def test_what_was_done_against_the_rules_is_told_as_it_was(town: Town) -> None:
    case = until(town.bureau, "fill_form")
    town.it_is("2027-09-06")
    secretary = town.person("secretary").comes_to(case, "admit passed")
    secretary.fills(接收大会时间=town.today, **ADMITTED).fills(接收表决方式="其他方式").presses("核对")
    secretary.presses("登记为不合规").sees("将如实登记为不合规").presses("提交复核").sees("请写明理由")
    secretary.fills(理由="会已开过").presses("提交复核").sees("已提交，等待第二人复核")
    town.person("commissioner").confirms("示例一").sees("不合规，不产生效力", "预审合格", "会已开过")


def test_a_ledger_is_imported_and_what_is_wrong_in_it_put_right(town: Town, tmp_path) -> None:
    town.it_is("2026-11-22")
    rows = (person("张伟", 所在党支部="一支部", 入党申请时间=D(2026, 6, 1), 派人谈话时间=D(2026, 5, 10)),)
    ledger = workbook(tmp_path / "台账.xlsx", *rows)
    organizer = town.person("organizer").goes_to("/").follows("导入").fills(台账文件=str(ledger)).presses("上传并核对")
    organizer.page.locator(".confirm-bar").wait_for()
    organizer.presses("确认导入").page.get_by_text("台账已导入").first.wait_for()
    secretary = town.person("secretary").goes_to("/compliance").sees("张伟", "各步骤按规定的先后顺序进行")
    secretary.goes_to("/ledger").follows("张伟").sees("不合规定之处")
    case = secretary.path.removeprefix("/cases/")
    organizer.proposes_to_correct(case, "党组织派人谈话", reason="年月写错", 派人谈话时间="2026-06-10")
    town.person("approver").confirms("张伟").does_not_see("不合规定之处")
    secretary.goes_to("/compliance").does_not_see("张伟")


def test_a_one_time_password_opens_nothing_but_the_door_to_a_new_one(town: Town) -> None:
    administrator = town.person("administrator").goes_to("/accounts?name=watcher").follows("watcher")
    administrator.follows("一次性密码").presses("发放")
    given = administrator.page.locator(".password").inner_text()
    newcomer = town.newcomer().goes_to("/sign-in").fills(登录名="watcher", 密码=given).presses("登录")
    newcomer.sees("现在的密码是他人代设的").goes_to("/ledger").sees("现在的密码是他人代设的")
    newcomer.fills(现在的密码=given, 新密码="quite another 词句", 再输一次新密码="quite another 词句")
    newcomer.presses("修改密码").sees("密码已修改").goes_to("/ledger").sees("台账")


def test_whoever_holds_two_offices_chooses_and_changes(town: Town) -> None:
    mine = town.bureau.people["secretary"]
    with town.bureau.database.write() as connection:
        home = town.bureau.organizations["二支部"][0]
        connection.execute(insert(Office), {"account_id": mine.account_id, "organization_id": home,
                                            "role": "branch_secretary", "from_on": LONG_AGO})  # fmt: skip
    town.bureau.open(D(2026, 5, 20), who="elsewhere", name="周平")
    secretary = town.newcomer().goes_to("/sign-in").fills(登录名="secretary", 密码=PASSWORD).presses("登录")
    choice = secretary.sees("我的职务").page.locator("main li")
    secretary.clicks(choice.filter(has_text="二支部").get_by_role("button"))
    secretary.sees("周平").goes_to("/offices").clicks(choice.filter(has_text="一支部").get_by_role("button"))
    secretary.goes_to("/").does_not_see("周平")
