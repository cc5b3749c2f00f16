"""``jishi audit run`` and ``runs`` as people meet them: what a run says, who may take one, and for scripts."""

from __future__ import annotations

import json

import pytest

from tests.cli.record import Counter, counter
from workflow.store.database import Database


@pytest.fixture
def office(database: Database) -> Counter:
    return counter(database)


def test_a_run_says_what_is_new_and_the_next_what_is_as_before_and_gone(office):
    case = office.open("2018-05-20", "示例一")
    office.open("2018-05-20", "示例二")
    office.until("2018-07-20")
    assert "还没有检查过" in office.run("approver", "audit", "runs").out
    office.run("approver", "audit", "run")
    office.case("secretary", "correct", case, "2", "--on", "2018-07-18", "--reason", "笔误")
    office.case("commissioner", "confirm", case)
    said = json.loads(office.run("approver", "audit", "run", "--json").out)["runs"]
    assert [(one["findings"], one["new"], one["unchanged"], one["gone"]) for one in said] == [(1, 0, 1, 1)]
    both = json.loads(office.run("approver", "audit", "runs", "--json").out)["runs"]
    assert [one["findings"] for one in both] == [1, 2]
    assert {one["cases"] for one in both} == {2}
    assert "已销号" in office.run("department", "audit", "runs", "--organization", "一支部").out


def test_a_branch_is_told_that_runs_come_from_above(office):
    refused = office.run("secretary", "audit", "run", code=1)
    assert "上级组织" in refused.err


def test_the_same_key_is_the_same_run(office):
    first, again = (office.run("approver", "audit", "run", "--key", "monthly", "--json").out for _ in range(2))
    assert first == again


def test_the_same_key_tells_of_its_own_run_though_there_is_a_newer_one(office):
    office.open("2018-05-20", "示例一")
    office.until("2018-07-20")
    first = office.run("approver", "audit", "run", "--key", "2018-07", "--json").out
    office.open("2018-07-21", "示例二")
    office.until("2018-08-20")
    newest = office.run("approver", "audit", "run", "--key", "2018-08", "--json").out
    assert office.run("approver", "audit", "run", "--key", "2018-07", "--json").out == first != newest
    assert json.loads(first)["runs"][0]["as_of"] == "2018-07-20"


def test_the_same_key_for_another_organization_is_another_run(office):
    for name in ("一支部", "二支部"):
        (said,) = json.loads(
            office.run("department", "audit", "run", "--key", "2026-12", "--organization", name, "--json").out
        )["runs"]
        assert said["organization"] == name


def test_a_key_with_a_space_is_refused_and_says_what_a_key_is(office):
    refused = office.run("approver", "audit", "run", "--key", "2026 12", code=2)
    assert "1至64个字母、数字或者连字符" in refused.err
    assert "Traceback" not in refused.err


def test_help_is_that_of_the_run(office):
    assert "销号" in office.run("approver", "audit", "run", "--help").out
