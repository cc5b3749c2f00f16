"""``jishi case meeting``: one meeting, many people, a tally each; whoever is refused does not stop the others."""

from __future__ import annotations

import pytest

from tests.cli.record import Counter, counter
from workflow.store.database import Database

MEETING = ("--step", "15", "--on", "2019-11-06", "--outcome", "通过接收")
PAPERS = ("--set", "接收表决方式=无记名投票", "--set", "支部大会决议编号=决9", "--set", "singly=yes")
YAML = """
step: 支部大会讨论
on: 2019-11-06
outcome: passed
set: {接收表决方式: 无记名投票, 支部大会决议编号: 决9, singly: true}
people:
  - {case: %s, 接收应到: 9, 接收实到: 8, 接收赞成: 8}
  - {case: %s, due: 9, present: 4, in_favour: 4}
  - {case: %s, due: 9, present: 8, in_favour: 3, outcome: 未获通过, reason: 赞成票未过半数}
"""


@pytest.fixture
def small(sqlite_database: Database) -> Counter:
    return counter(sqlite_database)


@pytest.fixture
def people(small: Counter) -> list[str]:
    """Three people who stand before the meeting on their admission."""
    people = small.live("fill_form", "示例一", "示例二", "示例三")
    small.until("2019-11-10")
    return people


def test_one_meeting_settles_many_people_and_a_refusal_stops_nobody(small, people, tmp_path):
    file = tmp_path / "meeting.yaml"
    file.write_text(YAML % tuple(people), "utf-8")
    done = small.case("secretary", "meeting", file, code=1)
    assert "已登记 2，未办理 1" in done.out
    assert "依据：" in done.out  # of the one that was refused: too few were present
    told = small.data("secretary", "meeting", file, code=1)
    assert [(one["status"], one["before"]) for one in told["people"]] == [
        ("recorded", True), ("refused", False), ("recorded", True)]  # fmt: skip
    assert told["people"][1]["error"]["error"] == "StepRefused"
    states = [small.data("secretary", "show", case)["state"]["code"] for case in people]
    assert states == ["meeting_passed", "pre_reviewed", "target"]
    entries = [small.data("secretary", "show", case)["entries"][-1] for case in people]
    assert entries[0]["meeting"] == entries[2]["meeting"] != entries[1]["meeting"]
    tallies = [{one["field"]: one["value"] for one in entry["evidence"]} for entry in entries]
    assert (tallies[0]["in_favour"], tallies[2]["in_favour"]) == (8, 3)
    assert all(tally["resolution"] == "决9" for tally in (tallies[0], tallies[2]))


def test_tallies_can_be_typed_and_are_only_tried_first(small, people):
    tallies = [text for case in people for text in ("--person", f"{case}=9,8,8")]
    tried = small.data("secretary", "meeting", *MEETING, *PAPERS, *tallies, "--dry-run")
    assert {one["status"] for one in tried["people"]} == {"possible"}
    assert small.data("secretary", "show", people[0])["state"]["code"] == "pre_reviewed"
    assert "已登记 3" in small.case("secretary", "meeting", *MEETING, *PAPERS, *tallies).out


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_table_from_a_spreadsheet_is_read(small, tmp_path, encoding):
    case = small.open()
    file = tmp_path / "talks.csv"
    file.write_bytes(f"编号,谈话人,结果\r\n{case},甲,已谈话\r\n".encode(encoding))
    small.case("secretary", "meeting", file, "--step", "talk", "--on", "2018-06-10", "--meeting", "m-1")
    assert small.data("secretary", "show", case)["entries"][-1]["meeting"] == "m-1"


def test_what_waits_for_a_second_person_is_said_and_not_handed_in_twice(small):
    case = small.open()
    late = ("meeting", "--step", "talk", "--on", "2018-08-10", "--reason", "疏忽", "--person", f"{case}=")
    small.case("secretary", *late, code=2)  # a talk has no tally
    late = (*late[:-1], case)
    small.case("secretary", *late, code=2)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("m.yaml", "people: []\nstep: admit\non: 2019-11-06", "没有人员"),
        ("m.yaml", "people: [{due: 9}]\nstep: admit\non: 2019-11-06", "m.yaml:1：没有档案编号"),
        ("m.yaml", "step: admit", "people"),
        ("m.yaml", "people: [{case: a}]\nvoters: 9", "voters"),
        ("m.yaml", "people: [{case: a}, {case: a}]\nstep: admit\non: 2019-11-06", "出现两次"),
        ("m.yaml", "people: [{case: a}]\npeople: []", "重复的键"),
        ("m.yaml", "people: [{case: a}]", "--step"),
        ("m.yaml", "\ufffe\x00", "YAML"),
        ("m.csv", "编号,谈话人\r\nA,甲,乙\r\n", "第2行"),
        pytest.param("m.csv", f"编号,谈话人\r\nA,{'甲' * 131_073}\r\n", "不是可以读取的CSV", id="a cell without end"),
    ],
)
def test_a_file_that_cannot_be_read_says_where(small, tmp_path, name, content, says):
    file = tmp_path / name
    file.write_text(content, "utf-8")
    done = small.case("secretary", "meeting", file, code=2)
    assert done.out == ""
    assert says in done.err


def test_a_long_file_in_which_everybody_stands_twice_is_refused_at_once(small, tmp_path):
    file = tmp_path / "m.csv"
    file.write_text("编号\r\n" + "".join(f"{number // 2}\r\n" for number in range(100_000)), "utf-8")
    done = small.case("secretary", "meeting", file, *MEETING, code=2)
    assert "出现两次" in done.err
    assert len(done.err) < 500
