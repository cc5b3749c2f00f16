"""A rule's statement as an auditor may read it: its words under each edition, its days, its numbers, what it asks."""

from __future__ import annotations

from datetime import date

from tests.regulation.case import BOOK
from workflow.bulk.dialects import DIALECTS, DUCKDB
from workflow.bulk.layout import Layout
from workflow.bulk.shown import statements

LAYOUT = Layout(BOOK)
TODAY = date(2026, 11, 22)


def test_a_rule_of_both_editions_names_the_article_of_each():
    shown = statements(LAYOUT, "admit.quorum", TODAY, DUCKDB, "en")
    assert shown.count("-- admit.quorum: ") == 2
    assert "2014" in shown
    assert "as of 2026-11-22" in shown
    assert shown.rstrip().endswith('WHERE "#unread" IS NULL;')


def test_a_rule_that_is_law_from_a_day_on_says_so_in_both_languages():
    assert "自 2026-05-11 起" in statements(LAYOUT, "admit.within_a_month", TODAY, DUCKDB, "zh")
    assert "law from 2026-05-11" in statements(LAYOUT, "admit.within_a_month", TODAY, DUCKDB, "en")


def test_a_rule_that_is_law_no_longer_says_until_when():
    gone = [clause.judged.rule for clause in LAYOUT.clauses if clause.judged.rule.until]
    assert gone
    for language, words in (("zh", "至 2026-05-11 前"), ("en", "law until before 2026-05-11")):
        assert words in statements(LAYOUT, gone[0].id, TODAY, DUCKDB, language)


def test_every_rule_can_be_shown_for_every_database():
    rules = dict.fromkeys(clause.judged.rule.id for clause in LAYOUT.clauses)
    for dialect in DIALECTS.values():
        for rule in rules:
            assert "AS verdict" in statements(LAYOUT, rule, TODAY, dialect, "zh", careful=dialect.name == "spark")


def test_an_unknown_rule_has_no_statement():
    assert statements(LAYOUT, "no.rule", TODAY, DUCKDB, "zh") == ""
