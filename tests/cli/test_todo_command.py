"""``jishi todo`` as people meet it: whose turn it is, by when, and what waits for others."""

from __future__ import annotations

import json

import pytest

from tests.cli.record import Counter, counter
from workflow.store.database import Database


@pytest.fixture
def office(database: Database) -> Counter:
    return counter(database)


def test_the_urgent_comes_first_and_others_are_named(office):
    late = office.open("2018-05-20", "示例一")
    soon = office.open("2018-06-25", "示例二")
    office.until("2018-07-20")
    said = office.run("secretary", "todo").out
    overdue, rest = said.split("【一周之内】")
    assert overdue.startswith("【已超期】1")
    assert late in overdue
    assert "2018-06-20" in overdue
    assert soon in rest
    above = office.run("approver", "todo").out
    assert "【等待其他组织办理】" in above
    assert "一支部" in above
    assert "没有待办事项" in office.run("elsewhere", "todo").out
    assert "没有待办事项" in office.run("administrator", "todo").out


def test_what_waits_for_a_second_person_or_is_offered_is_counted(office):
    case = office.open()
    office.case("secretary", "take", case, "talk", "--on", "2018-08-10", "--reason", "疏忽")
    assert "等待第二人复核：1件" in office.run("commissioner", "todo").out
    office.case("commissioner", "confirm", case)
    office.case("secretary", "offer", case, "--to", "二支部", "--on", "2018-08-12")
    assert "转入待接收：1件" in office.run("elsewhere", "todo").out


def test_scripts_get_a_stable_shape(office):
    case = office.open()
    told = json.loads(office.run("secretary", "todo", "--json").out)
    assert set(told) == {"today", "own", "others", "proposals", "offers"}
    assert told["own"]["counts"] == {"overdue": 0, "soon": 0, "later": 2, "all": 2, "cut": False}
    assert set(told["own"]["items"][0]) == {"case", "name", "branch", "state", "step", "due_on", "acts"}
    assert (told["today"], told["own"]["items"][0]["case"]) == ("2018-05-20", case)
    assert told["own"]["items"][0]["step"]["code"] == "talk"


def test_english_and_a_limit(office):
    for number in range(3):
        office.open(name=f"示例{number}")
    said = office.run("secretary", "todo", "--lang", "en", "--limit", "2").out
    assert "[Open] 6" in said
    assert "and 4 more" in said
