"""An indication in the words of a day; the digest changes with what is asked, and not with how it is said."""

from __future__ import annotations

from datetime import date

import pytest

from workflow.law.indication_words import digest_of, worded
from workflow.law.indications import Indications, RushLimit
from workflow.law.loader import definitions_root, load_definitions

DAY, LATER = date(2026, 11, 22), date(2027, 1, 1)


@pytest.fixture(scope="module")
def given() -> Indications:
    """Return the indications as shipped."""
    found = load_definitions(definitions_root()).indications
    assert found is not None
    return found


def with_rush(given, **changes):
    """Return the indications with another rush."""
    return given.model_copy(update={"rush": given.rush.model_copy(update=changes)})


def rows(given):
    """Return the limits of rush with another row from 2027 on."""
    return (*given.rush.limits, RushLimit.model_validate({"from": LATER, "people": 7, "days": 7, "months": 36}))


def test_the_words_name_the_thresholds_of_the_day_and_since_when_they_serve(given):
    found = with_rush(given, limits=rows(given))
    now, then = worded(found.rush, DAY), worded(found.rush, LATER)
    assert (now.says.en, then.says.en) == (
        "their branch admitted 5 people or more within 7 days",
        "their branch admitted 7 people or more within 7 days",
    )
    assert (now.since, then.since) == (date(2014, 5, 28), LATER)
    assert (now.thresholds["people"], then.thresholds["people"]) == (5, 7)
    assert (now.title.zh, now.basis, now.convention) == ("集中接收", "art. 3", "rush_recruiting")
    assert now.base.zh == "近 36 个月接收的人"
    assert "换届日期" in now.silent.zh
    assert worded(given.idle, date(2026, 5, 10)).basis == "art. 38"


def test_the_digest_is_that_of_what_is_counted(given):
    same = digest_of(given, DAY)
    assert len(same) == 64
    assert digest_of(with_rush(given, limits=rows(given)), DAY) == same  # a row that does not serve yet
    assert digest_of(with_rush(given, zh="突击", silent=given.idle.silent, convention="idle_branch"), DAY) == same
    assert digest_of(given, LATER) == same  # which day it was stands beside it


def test_another_threshold_mark_paper_or_state_is_another_digest(given):
    differing = given.differing.model_copy(update={"milestones": given.differing.milestones[1:]})
    others = [
        digest_of(with_rush(given, limits=rows(given)), LATER),
        digest_of(given.model_copy(update={"differing": differing}), DAY),
        digest_of(given.model_copy(update={"moved": "move:offered"}), DAY),
        digest_of(given.model_copy(update={"before_admission": given.before_admission[1:]}), DAY),
        digest_of(given.model_copy(update={"admissions": given.admissions[:1]}), DAY),
        digest_of(given.model_copy(update={"idle": given.idle.model_copy(update={"ended": ()})}), DAY),
    ]
    assert len({*others, digest_of(given, DAY)}) == len(others) + 1
