"""What cannot be read is never guessed: in no row does it turn a breach into none, or none into a breach."""

from dataclasses import replace
from datetime import date

import pytest

from tests.regulation.case import BOOK, UNDECIDABLE, Row, verdict
from tests.regulation.tables import FILES, ROWS
from workflow.case.values import UNREADABLE

READ = {
    rule.id: {
        inner
        for judged in BOOK.judged
        if judged.rule is rule
        for column in judged.reads
        for inner in (*BOOK.builder.evidence(column), "case.branch")
    }
    for rule in BOOK.rules
}


def guessed(row: Row) -> list[str]:
    """Return the columns that, made unreadable, leave the rule with another word than before or undecided.

    That a limit runs on may be known while its last day is not.
    """
    values, as_of = row.values(), date.fromisoformat(row.as_of)
    return [
        name
        for name in sorted(READ[row.rule])
        if verdict(row.rule, values | {name: UNREADABLE}, as_of, row.step)
        not in (row.expected, replace(row.expected, due=None), UNDECIDABLE)
    ]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_an_unreadable_column_leaves_a_rule_as_it_was_or_undecided(file) -> None:
    assert {str(row): guessed(row) for row in ROWS[file] if guessed(row)} == {}


def test_a_guess_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreadable_is_blank(names: tuple[str, ...], columns, answer):
        return answer or any(isinstance(columns[name], date) for name in names)

    row = next(row for rows in ROWS.values() for row in rows if str(row) == "examine.held not examined, pre-reviewed")
    assert guessed(row) == []
    monkeypatch.setattr("workflow.rules.columns._stands", unreadable_is_blank)
    assert guessed(row) == ["pre_review.on"]
