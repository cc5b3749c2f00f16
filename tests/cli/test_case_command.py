"""``jishi case`` as people meet it: whole recruitments by several people, refusals understood, two databases."""

from __future__ import annotations

import json

import pytest

from tests.cli.jishi import in_a_process, jishi
from tests.cli.record import Counter, counter, lawful
from workflow.clock import today_at_office
from workflow.store.database import Database

ACTIVIST = ("activist", "--outcome", "confirmed", "--on", "2018-07-01")
RECOMMENDED = ("--set", "推荐方式=共青团推优", "--set", "推荐时间=2018-06-20")
TALLY = "--set", "接收表决方式=无记名投票"


@pytest.fixture
def office(database: Database) -> Counter:
    return counter(database)


@pytest.fixture
def small(sqlite_database: Database) -> Counter:
    return counter(sqlite_database)


def test_a_whole_recruitment_with_a_return_a_correction_and_an_extension(office):
    first, *rest = lawful()
    case = office.open(first["on"].isoformat())
    for raw in rest:
        step = raw["do"].split()[0]
        if step == "file_activist":  # returned first, then filed
            done = office.case(
                "approver", "take", case, step, "--outcome", "退回补充材料", "--on", "2018-07-02", code=1
            )
            assert "理由" in done.err
            office.case("approver", "take", case, step, "--outcome", "退回补充材料", "--on", "2018-07-02",
                        "--reason", "报告未附推荐材料")  # fmt: skip
        if step == "convert":  # extended first: half a year later the meeting is held again
            hearing = ("--set", "heard_on=2020-11-01", "--set", "支委会审查转正时间=2020-11-02")
            votes = ("--set", "due=9", "--set", "present=9", "--set", "in_favour=9", "--set", "ballot=secret")
            office.until("2020-11-08")
            office.case("secretary", "take", case, 23, "--outcome", "延长预备期", "--on", "2020-11-06", *hearing,
                        *votes, "--set", "延长至=2021-05-06", "--set", "延长次数=1", "--set", "reported_on=2020-11-08",
                        "--reason", "仍需考察")  # fmt: skip
            office.case("approver", "take", case, 24, "--outcome", "延长预备期", "--on", "2021-01-08",
                        "--set", "conclusion=extended", "--reason", "同意延长")  # fmt: skip
            assert office.data("secretary", "show", case)["state"]["code"] == "extended"
            office.until("2021-05-08")
            hearing = ("--set", "heard_on=2021-05-05", "--set", "examined_on=2021-05-06")
            office.case("secretary", "take", case, 23, "--outcome", "按期转正", "--on", "2021-05-07", *hearing, *votes,
                        "--set", "reported_on=2021-05-08")  # fmt: skip
        elif step == "approve_conversion":
            office.case("approver", "take", case, step, "--outcome", "converted", "--on", "2021-07-08",
                        "--set", "conclusion=converted")  # fmt: skip
        elif step == "archive":
            office.act(case, {**raw, "on": raw["on"].replace(month=8)})
        else:
            office.act(case, raw)
    shown = office.data("secretary", "show", case)
    assert shown["state"] == {"code": "full", "zh": "正式党员", "en": "full member"}
    assert [step["number"] for step in shown["steps"]] == list(range(1, 26))
    ahead = [step["code"] for step in shown["steps"] if step["progress"] != "done"]
    assert ahead == ["observe"]  # nobody recorded it in this life
    assert {stage["progress"] for stage in shown["stages"]} == {"done"}
    assert shown["next"] == []
    assert next(step for step in shown["steps"] if step["code"] == "file_activist")["rounds"] == 2
    assert shown["version"] == len(shown["entries"])


def test_a_refusal_is_understood_and_mended(small):
    case = small.open()
    small.case("secretary", "take", case, "派人谈话", "--on", "2018-06-10", code=2)
    small.case("secretary", "take", case, 2, "--on", "2018-06-10")
    refused = small.case("secretary", "take", case, *ACTIVIST, code=1)
    assert refused.out == ""
    for words in ("推荐方式", "第8条", "怎么办", "--irregular --reason"):
        assert words in refused.err
    assert "推荐时间 未登记；确定积极分子时间 2018-07-01" in refused.err
    told = small.data("secretary", "take", case, *ACTIVIST, code=1)
    assert (told["status"], told["error"], told["may_be_irregular"]) == ("refused", "StepRefused", True)
    assert "activist.required" in told["rules"]
    assert {"rule", "step", "what", "demand", "basis", "remedy", "earliest", "redo"} == set(told["reasons"][0])
    tried = small.case("secretary", "take", case, *ACTIVIST, *RECOMMENDED, "--dry-run")
    assert "未登记" in tried.out
    assert small.data("secretary", "show", case)["version"] == 3
    done = small.case("secretary", "take", case, *ACTIVIST, *RECOMMENDED)
    assert "入党积极分子" in done.out
    assert "接下来" in done.out


def test_a_day_that_is_too_early_says_on_which_it_will_pass(small):
    (case,) = small.live("cultivate", "示例一")
    refused = small.data("secretary", "take", case, "choose_target", "--outcome", "proposed", "--on", "2018-08-01",
                          "--set", "听取意见时间=2018-07-30")  # fmt: skip
    assert refused["status"] == "recorded"  # the discussion may come early; the listing may not
    told = small.data("secretary", "take", case, "list_target", "--outcome", "listed", "--on", "2018-08-20", code=1)
    early = next(
        one for one in told["reasons"] if one["rule"] == "list_target.a_year_of_cultivation" or one["earliest"]
    )
    assert early["earliest"] == "2019-07-01"


def test_what_comes_late_needs_a_reason_and_a_second_person(office):
    case = office.open()
    late = ("take", case, "talk", "--on", "2018-08-10")
    told = office.data("secretary", *late, code=1)
    assert (told["error"], told["rules"]) == ("ReasonNeeded", ["talk.within_a_month"])
    assert "--reason" in told["remedy"]["zh"]
    assert "commissioner（一支部组织委员）" in told["remedy"]["zh"]
    tried = office.data("secretary", *late, "--dry-run")
    assert [one["rule"] for one in tried["concerns"]] == ["talk.within_a_month"]
    done = office.case("secretary", *late, "--reason", "工作疏忽")
    assert "commissioner" in done.out
    assert f"jishi case confirm {case}" in done.out
    assert "收到入党申请书后一个月内" in done.out
    (waiting,) = office.data("commissioner", "waiting")["waiting"]
    assert (waiting["case"], waiting["request"]["reason"], waiting["mine"]) == (case, "工作疏忽", False)
    assert "本人可以撤回" in office.case("secretary", "waiting", case).out
    assert office.data("secretary", "confirm", case, code=1)["error"] == "ConflictOfDuties"
    assert office.data("commissioner", "confirm", case, waiting["proposal"])["status"] == "recorded"
    assert office.data("secretary", "waiting")["waiting"] == []
    shown = office.case("watcher", "show", case).out
    assert "commissioner复核" in shown
    assert "理由：工作疏忽" in shown


def test_what_waits_can_be_declined_or_taken_back(small):
    case = small.open()
    for who in ("commissioner", "secretary"):
        small.case("secretary", "take", case, "talk", "--on", "2018-08-10", "--reason", "工作疏忽")
        assert "已处理" in small.case(who, "decline", case).out
    small.case("secretary", "decline", case, code=2)
    assert small.data("secretary", "show", case)["version"] == 2


def test_an_irregular_act_is_kept_and_moves_nothing(small):
    case = small.open()
    small.case("secretary", "take", case, "talk", "--on", "2018-06-10")
    small.case("secretary", "take", case, *ACTIVIST, "--irregular", "--reason", "未推荐即研究确定")
    assert small.data("commissioner", "confirm", case)["state"]["code"] == "applicant"
    shown = small.data("secretary", "show", case)
    assert shown["entries"][-1]["outcome"]["code"] == "irregular"
    assert "activist.recommended" in shown["entries"][-1]["findings"]
    assert "确已办理，但不合规" in small.case("secretary", "show", case).out


def test_a_correction_shows_both_versions_side_by_side(small):
    (case,) = small.live("contacts", "示例一")
    told = small.data("secretary", "correct", case, 4, "--set", "推荐时间=2018-06-25", "--reason", "笔误")
    assert told["status"] == "waiting"
    assert [one["account"] for one in told["confirmers"]] == ["approver", "member", "organizer"]
    assert "更正第4条：推荐时间 → 2018-06-25" in small.case("watcher", "waiting", case).out
    assert small.case(
        "commissioner", "confirm", case, code=1
    ).err  # the committee has filed on it: the committee confirms
    small.case("organizer", "confirm", case)
    shown = small.data("secretary", "show", case)
    assert shown["entries"][3]["corrected_by"] == [shown["version"]]
    assert shown["entries"][-1]["changes"] == [
        {"field": "recommended_on", "before": "2018-06-20", "after": "2018-06-25"}
    ]
    assert "推荐时间  2018-06-20 → 2018-06-25" in small.case("secretary", "show", case).out


def test_a_move_takes_the_case_out_of_sight_and_counts_time_on(office):
    (case,) = office.live("contacts", "示例一")
    office.case("elsewhere", "show", case, code=1)
    office.case("secretary", "offer", case, "--to", "三支部", "--on", "2018-09-01", code=2)
    office.case("secretary", "offer", case, "--to", "二支部", "--on", "2018-09-01", "--reason", "工作调动")
    assert "二支部" in office.case("secretary", "show", case).out
    office.case("elsewhere", "return", case, "--on", "2018-09-02", "--reason", "缺培养登记表")
    office.case("secretary", "offer", case, "--to", "二支部", "--on", "2018-09-03")
    taken = office.data("elsewhere", "accept", case, "--on", "2018-09-04", "--set", "已审核有关材料=是",
                        "--set", "counted_from=2018-07-01")  # fmt: skip
    assert taken["status"] == "recorded"
    assert office.data("secretary", "show", case, code=1)["error"] == "UnknownCase"
    assert office.data("elsewhere", "show", case)["branch"] == "二支部"
    listed = office.data("elsewhere", "plan", case)["plan"]
    assert next(one for one in listed if one["code"] == "list_target")["earliest"]["day"] >= "2019-07-01"


def test_the_own_last_entry_is_taken_back(small):
    case = small.open()
    small.case("secretary", "take", case, "talk", "--on", "2018-06-10")
    small.case("commissioner", "withdraw", case, "--reason", "登记错误", code=1)
    assert "撤回" in small.case("secretary", "withdraw", case, "--reason", "登记错误").out
    shown = small.data("secretary", "show", case)
    assert (shown["entries"][2]["withdrawn_by"], shown["steps"][1]["progress"]) == (4, "now")


def test_who_looked_at_an_older_version_is_told_what_is_new(small):
    case = small.open()
    small.case("commissioner", "take", case, "talk", "--on", "2018-06-10")
    told = small.data("secretary", "take", case, "talk", "--on", "2018-06-11", "--seen", 2, code=1)
    assert (told["error"], told["entries"]) == ("CaseChanged", [3])
    assert "派人谈话" in told["what"]["zh"]


def test_the_same_key_twice_gets_the_first_answer(office):
    opening = ("open", "--name", "示例一", "--on", "2018-05-20", "--key", "k-1")
    first, again = (office.data("secretary", *opening) for _ in range(2))
    assert (first["again"], again["again"], again["case"]) == (False, True, first["case"])
    talk = ("take", first["case"], "talk", "--on", "2018-06-10", "--key", "k-2")
    once, twice = (office.data("secretary", *talk) for _ in range(2))
    assert (once["entry"], twice["entry"], twice["again"]) == (3, 3, True)
    other = office.data("secretary", "take", first["case"], "talk", "--on", "2018-06-11", "--key", "k-2", code=2)
    assert other["error"] == "KeyReused"


def test_lists_are_paged_and_filtered(small):
    numbers = [small.open(name=name) for name in ("示例一", "示例二", "示例·三")]
    small.case("secretary", "take", numbers[1], "talk", "--on", "2018-06-10")
    page = small.data("secretary", "list", "--limit", 2)
    assert [one["case"] for one in page["cases"]] == [numbers[2], numbers[1]]
    rest = small.data("secretary", "list", "--limit", 2, "--after", page["after"])
    assert ([one["case"] for one in rest["cases"]], rest["after"]) == ([numbers[0]], None)
    assert [one["name"] for one in small.data("secretary", "list", "--name", "例 二")["cases"]] == ["示例二"]
    assert len(small.data("approver", "list", "--state", "入党申请人", "--organization", "一支部")["cases"]) == 3
    assert small.data("elsewhere", "list")["cases"] == []
    assert "没有符合条件的档案" in small.case("administrator", "list").out
    small.case("secretary", "list", "--organization", "二支部", code=2)
    small.case("secretary", "list", "--state", "某种身份", code=2)


def test_a_plan_can_be_asked_with_assumed_days(small):
    (case,) = small.live("contacts", "示例一")
    assert "列为发展对象" in small.case("secretary", "plan", case).out
    assert "（假设）" in small.case("secretary", "plan", case, "--what-if", "支部大会讨论=2030-01-02").out
    small.case("secretary", "plan", case, "--what-if", "支部大会讨论=明天", code=2)
    assert "earliest" in small.case("secretary", "plan", case, "--lang", "en").out


def test_english_is_spoken_throughout(small):
    case = small.open()
    refused = small.case("secretary", "take", case, *ACTIVIST, "--lang", "en", code=1).err
    assert "Refused (" in refused
    assert "what to do: " in refused
    done = small.case("secretary", "take", case, "talk", "--on", "2018-08-10", "--reason", "slip", "--lang", "en").out
    assert "Who may confirm: commissioner (organization commissioner, 一支部)" in done
    shown = small.case("secretary", "show", case, "--lang", "en").out
    assert "What comes next:" in shown
    assert not any(words in shown for words in ("接下来", "身份", "登记"))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["take", "CASE", "no-such-step", "--on", "2018-06-10"], "没有叫“no-such-step”"),
        (["take", "CASE", "activist", "--on", "2018-07-01"], "confirmed（确定为入党积极分子）"),
        (["take", "CASE", "talk", "--on", "June"], "2026-05-11"),
        (["take", "CASE", "talk", "--on", "2018-06-10", "--set", "谈话人"], "--set 谈话人=张三"),
        (["take", "CASE", "talk", "--on", "2018-06-10", "--set", "颜色=红"], "谈话人"),
        (["take", "CASE", "talk", "--on", "2018-06-10", "--set", "paper=1", "--set", "谈话记录编号=2"], "给了两次"),
        (["take", "CASE", "apply", "--on", "2018-06-10", "--set", "ground=月球"], "工作、学习单位"),
        (["open", "--name", "某人", "--on", "2018-06-10", "--born", "昨天"], "2026-05-11"),
        (["confirm", "CASE"], "没有等待复核的事项"),
    ],
)
def test_what_cannot_be_understood_says_what_can_and_ends_with_2(small, arguments, says):
    case = small.open()
    done = small.case("secretary", *(case if one == "CASE" else one for one in arguments), code=2)
    assert done.out == ""
    assert says in done.err


def test_nobody_acts_without_saying_who(small):
    assert "--as" in jishi("case", "list", "--database", small.url, env={"JISHI_AS": None}).err
    small.case("nobody", "list", code=2)
    assert small.data("nobody", "list", code=2)["status"] == "failed"
    small.case("secretary", "list", "--office", 999, code=1)


def test_a_database_that_is_not_there_is_named(tmp_path):
    done = jishi("case", "list", "--data", tmp_path / "none", "--as", "x")
    assert done.code == 2
    assert "jishi init" in done.err


def test_a_process_of_its_own_does_the_same_by_the_clock(small):
    today = today_at_office().isoformat()
    case = small.open(today)
    done = in_a_process("case", "take", case, "talk", "--on", today, "--json", "--database", small.url,
                        JISHI_AS="secretary")  # fmt: skip
    assert (done.code, done.err) == (0, "")
    told = json.loads(done.out)
    assert (told["status"], told["entry"]) == ("recorded", 3)
    assert set(told) == {"status", "case", "state", "entry", "proposal", "rules", "again", "confirmers", "next"}


def test_a_letter_that_is_recorded_late_opens_a_case_all_the_same(small):
    small.until("2018-08-01")
    late = ("open", "--name", "示例一", "--born", "1992-02-10", "--on", "2018-05-20")
    assert small.data("secretary", *late, code=1)["error"] == "ReasonNeeded"
    assert small.data("secretary", *late, "--dry-run")["status"] == "possible"
    told = small.data("secretary", *late, "--reason", "移交时才收到")
    assert told["status"] == "waiting"
    settled = small.data("commissioner", "confirm", told["case"])
    assert (settled["status"], settled["state"]["code"]) == ("recorded", "applicant")
