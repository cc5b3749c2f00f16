"""Whole admissions, from the letter to the archive, by the people who take part in them."""

from __future__ import annotations

import pytest

from tests.engine.stages import until
from tests.web.browser.looking import overflow
from tests.web.browser.town import PHONE, Town

pytestmark = pytest.mark.browser

ADMITTED = {"接收应到": "20", "接收实到": "18", "接收赞成": "17", "接收反对": "1", "接收表决方式": "无记名投票",
            "逐个讨论、逐个表决": "是", "支部大会决议编号": "决3"}  # fmt: skip
HEARD = "听取党小组、党员和群众意见时间"
EXTENDED = {"转正应到": "20", "转正实到": "18", "转正赞成": "15", "转正反对": "3", "转正表决方式": "无记名投票",
            HEARD: "2028-09-05", "支委会审查转正时间": "2028-09-05", "延长至": "2029-03-06", "延长次数": "1",
            "理由": "需要继续考察"}  # fmt: skip
CONVERTED = {"转正应到": "20", "转正实到": "19", "转正赞成": "18", "转正反对": "1", "转正表决方式": "无记名投票",
             HEARD: "2029-03-05", "支委会审查转正时间": "2029-03-05", "转正上报时间": "2029-03-06"}  # fmt: skip
PAPERS = {"入党志愿书": "档1", "入党申请书": "档2", "入党积极分子培养考察登记表": "档3", "政治审查材料": "档4",
          "预备党员教育考察登记表": "档5", "转正申请书": "档6"}  # fmt: skip


def test_from_the_letter_to_the_archive(town: Town) -> None:
    li = _becomes_an_activist(town)
    _moves_to_another_branch(town, li)
    _becomes_a_target(town, li)
    _is_examined_twice(town, li)
    _is_admitted(town, li)
    _goes_through_a_longer_probation(town, li)


def _becomes_an_activist(town: Town) -> str:
    """Letter, talk, decision, filing, contacts: one of them written wrong, and put right by two people."""
    secretary, commissioner, approver = map(town.person, ("secretary", "commissioner", "approver"))
    li = secretary.opens_a_case("李明", born="2000年2月10日", 流动人员="否")
    town.it_is("2026-06-10")
    secretary.takes(li, "talk held", 谈话人="甲")
    town.it_is("2026-07-01")
    secretary.takes(li, "activist confirmed", 推荐方式="党员推荐", 推荐时间="2026-06-20")
    town.it_is("2026-07-03")
    approver.takes(li, "file_activist filed")
    town.it_is("2026-07-05")
    secretary.takes(li, "contacts assigned", 培养联系人1="甲", 培养联系人2="乙")
    secretary.proposes_to_correct(li, "指定培养联系人", reason="名字写错", 培养联系人2="丙")
    commissioner.confirms("李明")
    secretary.goes_to(f"/cases/{li}").sees("名字写错", "复核 commissioner", "已更正")
    return li


def _moves_to_another_branch(town: Town, li: str) -> None:
    secretary, neighbour = town.person("secretary"), town.person("elsewhere")
    town.it_is("2026-12-14")
    secretary.offers(li, to="二支部")
    town.it_is("2026-12-15")
    neighbour.takes_over("李明", 已审核有关材料="是", 转出组织="一支部")
    secretary.goes_to(f"/cases/{li}").sees("没有编号为")  # it is the other branch's now
    neighbour.takes(li, "contacts assigned", 培养联系人1="丁")
    town.it_is("2026-12-28")
    neighbour.takes(li, "cultivate reviewed")
    town.it_is("2027-06-25")
    neighbour.takes(li, "cultivate reviewed")


def _becomes_a_target(town: Town, li: str) -> None:
    secretary, approver = town.person("elsewhere"), town.person("approver")
    town.it_is("2027-07-06")
    secretary.takes(li, "choose_target proposed", 听取意见时间="2027-07-05")
    town.it_is("2027-07-08")
    approver.takes(li, "list_target consented")
    town.it_is("2027-07-15")
    secretary.takes(li, "list_target notice_given", 公示开始="2027-07-09", 公示结束="2027-07-15")
    town.it_is("2027-07-16")
    secretary.takes(li, "list_target listed", 公示结果="不影响列为发展对象").sees("发展对象")
    town.it_is("2027-07-18")
    secretary.takes(li, "sponsors determined", 入党介绍人1="丁", 入党介绍人2="戊")
    town.it_is("2027-08-01")
    secretary.takes(li, "political_review passed", 结论性材料编号="政审3")
    town.it_is("2027-08-06")
    approver.takes(li, "training completed", 培训开始="2027-08-04", 培训学时="24")


def _is_examined_twice(town: Town, li: str) -> None:
    """Have the papers returned by the committee, and examine again, in a second round."""
    secretary, approver = town.person("elsewhere"), town.person("approver")
    town.it_is("2027-08-10")
    secretary.takes(li, "examine passed")
    town.it_is("2027-08-12")
    approver.takes(li, "pre_review returned", 理由="政审材料缺一份").sees("政审材料缺一份")
    town.it_is("2027-08-18")
    secretary.takes(li, "examine passed").sees("第 2 次")
    town.it_is("2027-08-20")
    approver.takes(li, "pre_review passed", 书面预审意见编号="预审3")
    town.it_is("2027-08-25")
    secretary.takes(li, "fill_form filled")


def _is_admitted(town: Town, li: str) -> None:
    """Vote at the meeting; talk, approve and file above; then the branch takes the person in, with an oath."""
    secretary, approver = town.person("elsewhere"), town.person("approver")
    town.it_is("2027-09-06")
    secretary.takes(li, "admit passed", **ADMITTED)
    town.it_is("2027-09-10")
    secretary.takes(li, "admit reported")
    town.it_is("2027-09-20")
    town.person("organizer").takes(li, "superior_talk held")
    town.it_is("2027-10-08")
    approver.takes(li, "approve approved", 志愿书注明的预备期起="2027-09-06", 志愿书注明的预备期止="2028-09-06")
    town.it_is("2027-10-12")
    town.person("department").takes(li, "file_admission filed")
    town.it_is("2027-10-13")
    secretary.takes(li, "assign assigned")
    town.it_is("2027-10-25")
    secretary.takes(li, "oath sworn")


def _goes_through_a_longer_probation(town: Town, li: str) -> None:
    secretary, approver = town.person("elsewhere"), town.person("approver")
    for day in ("2028-03-01", "2028-08-20"):
        town.it_is(day)
        secretary.takes(li, "observe observed")
    town.it_is("2028-08-28")
    secretary.takes(li, "request received")
    town.it_is("2028-09-06")
    secretary.takes(li, "convert extended", **EXTENDED)
    town.it_is("2028-09-08")
    secretary.takes(li, "convert reported")
    town.it_is("2028-10-20")
    approver.takes(li, "approve_conversion extended").sees("延长预备期")
    town.it_is("2029-02-20")
    secretary.takes(li, "observe observed")
    town.it_is("2029-03-06")
    secretary.takes(li, "convert converted", **CONVERTED)
    town.it_is("2029-04-01")
    approver.takes(li, "approve_conversion converted", 成为正式党员之日="2029-03-06").sees("正式党员")
    town.it_is("2029-04-10")
    approver.takes(li, "archive filed", **PAPERS)
    approver.sees("没有要办的事")


def test_from_the_letter_to_the_meeting_on_a_phone(town: Town) -> None:
    town.size = PHONE
    secretary, approver = town.person("secretary"), town.person("approver")
    li = secretary.opens_a_case("李明", born="20000210", 流动人员="否")
    town.it_is("2026-06-10")
    secretary.takes(li, "talk held", 谈话人="甲")
    assert overflow(secretary.page) == []
    town.it_is("2026-07-01")
    secretary.takes(li, "activist confirmed", 推荐方式="党员推荐", 推荐时间="2026-06-20")
    town.it_is("2026-07-03")
    approver.takes(li, "file_activist filed")

    wang = until(town.bureau, "fill_form")  # somebody who has come further
    town.it_is("2027-09-06")
    secretary.comes_to(wang, "admit passed")
    assert overflow(secretary.page) == []
    secretary.takes(wang, "admit passed", **ADMITTED).sees("支部大会通过接收")
    town.it_is("2027-09-10")
    secretary.takes(wang, "admit reported")


def test_a_meeting_is_recorded_without_scripts(town: Town) -> None:
    wang = until(town.bureau, "fill_form")
    town.it_is("2027-09-06")
    town.scripts = False
    secretary = town.person("secretary").comes_to(wang, "admit passed")
    secretary.fills(**ADMITTED, 接收弃权="5").presses("核对票数").sees("计票 23，可投 18")
    secretary.takes(wang, "admit passed", **ADMITTED).sees("支部大会通过接收")
