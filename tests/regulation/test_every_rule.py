"""No rule of the law without a row that keeps it and a row that breaks it; no table under the wrong article."""

import re
from pathlib import Path

import pytest

from tests.regulation.case import BOOK, SATISFIED, Row
from tests.regulation.tables import FILES, ROWS
from workflow.rules.verdict import VerdictState

TRIED = {rule: [row for found in ROWS.values() for row in found if row.rule == rule] for rule in
         {row.rule for found in ROWS.values() for row in found}}  # fmt: skip


def lacking(rules: dict[str, list[Row]]) -> set[str]:
    """Return the rules of the law that lack a satisfied or a violated row."""
    states = {rule: {row.expected.state for row in found} for rule, found in rules.items()}
    wanted = {SATISFIED.state, VerdictState.VIOLATED}
    return {rule.id for rule in BOOK.rules if not wanted <= states.get(rule.id, set())}


def test_every_rule_has_a_row_that_keeps_it_and_one_that_breaks_it() -> None:
    assert lacking(TRIED) == set()


def test_a_rule_without_its_rows_is_found() -> None:
    kept = [row for row in TRIED["apply.age"] if row.expected == SATISFIED]
    assert lacking(TRIED | {"apply.age": kept}) == {"apply.age"}


def test_every_rule_is_tried_under_every_edition_that_has_it() -> None:
    tried = {(row.rule, row.base is not None) for found in ROWS.values() for row in found}
    wanted = {(rule.id, period.since is None) for rule in BOOK.rules for period, _ in rule.wordings}
    assert wanted - tried == set()


def test_every_outcome_of_every_rule_is_tried() -> None:
    tried = {(row.rule, row.expected.outcome) for found in ROWS.values() for row in found}
    wanted = {(judged.rule.id, outcome) for judged in BOOK.judged for outcome, _ in judged.clause.broken}
    assert wanted - tried == set()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_table_stands_under_an_article_that_its_rule_cites(file: Path) -> None:
    articles = {str(int(number)) for number in re.findall(r"_(\d\d)", file.stem)}
    for row in ROWS[file]:
        period, wording = next(rule for rule in BOOK.rules if rule.id == row.rule).wordings[-1]
        shift = 1 if period.since is None else 0
        cited = {str(int(article) - (shift if int(article) > 18 else 0)) for article in wording.articles}
        assert cited & articles, f"{row.rule} cites {wording.basis}"


def test_titles_are_unique_within_a_rule() -> None:
    titles = [(row.rule, row.step, row.title) for found in ROWS.values() for row in found]
    assert len(titles) == len(set(titles))
