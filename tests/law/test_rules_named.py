"""The rules that a name means: itself, all of a step, all that rest on an article; each once."""

from __future__ import annotations

import pytest

from workflow.law.loader import definitions_root
from workflow.law.lookup import find, rules_named
from workflow.law.timeline import load_law

LAW = load_law(definitions_root())


def named(name: str) -> tuple[str, ...]:
    return rules_named(find(LAW, LAW.editions, name), LAW.editions)


def test_a_rule_means_itself():
    assert named("admit.quorum") == ("admit.quorum",)


def test_a_step_means_its_rules_in_any_edition():
    rules = named("admit")
    assert {"admit.quorum", "admit.within_a_month"} <= set(rules)
    assert all(rule.startswith("admit.") for rule in rules)
    assert len(rules) == len(set(rules))


@pytest.mark.parametrize("name", ["art. 19", "第十九条"])
def test_an_article_means_all_that_rests_on_it_whatever_the_step(name):
    rules = named(name)
    assert {"admit.within_a_month", "admit.quorum"} <= set(rules)
    assert "apply.age" not in rules


def test_an_article_on_which_nothing_rests_means_none():
    assert named("art. 1") == ()
