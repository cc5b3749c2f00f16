"""No rule without a row that keeps it and one that breaks it; no enforced article without a file of its own."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest

from tests.regulation.case import BOOK, LAW, SATISFIED, Row
from tests.regulation.tables import FILES, ROWS, article
from workflow.law.model import How
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


def in_2026(number: str, edition: str | date) -> int:
    """Return the number that an article has in 2026: from article 19 on those of 2014 are one higher."""
    return int(number) - (str(edition) == "2014-05-28" and int(number) > 18)


def enforced() -> set[int]:
    """Return the articles that a rule of one of the editions enforces."""
    coverage = LAW.definitions.coverage
    assert coverage
    articles = [(day, *item) for day, edition in coverage.editions.items() for item in edition.articles.items()]
    return {in_2026(number, day) for day, number, one in articles if one.how is How.ENFORCED}


def astray(files: Iterable[Path]) -> list[int]:
    """Return the articles that are enforced and have no file, are not and have one, or have two."""
    filed, wanted = Counter(map(article, files)), Counter(enforced())
    return sorted((filed - wanted) + (wanted - filed))


def test_every_enforced_article_has_its_own_file_and_no_other_article_has_one() -> None:
    assert astray(FILES) == []


def test_an_article_without_its_file_and_a_file_without_its_article_are_found() -> None:
    assert astray(file for file in FILES if article(file) != 15) == [15]
    assert astray([*FILES, Path("test_art_06_where.py"), Path("test_art_05_again.py")]) == [5, 6]
    with pytest.raises(AssertionError, match="one article a file"):
        astray([Path("test_art_12_34_moves.py")])


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_table_stands_under_an_article_that_its_rule_cites(file: Path) -> None:
    assert ROWS[file]
    for row in ROWS[file]:
        for period, wording in next(rule for rule in BOOK.rules if rule.id == row.rule).wordings:
            cited = {in_2026(number, period.edition.edition) for number in wording.articles}
            assert article(file) in cited, f"{row.rule} cites {wording.basis}"


def test_titles_are_unique_within_a_rule() -> None:
    titles = [(row.rule, row.step, row.title) for found in ROWS.values() for row in found]
    assert len(titles) == len(set(titles))
