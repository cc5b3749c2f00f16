"""Rules over time: one substance one rule, the day that governs, and kinds that nobody taught to judge."""

from dataclasses import replace
from datetime import date

import pytest

from tests.regulation.case import BOOK, LAW, LIVED_2014, WORLD, read_values
from tests.rules.procedure import TEXT, small_law
from workflow.law.kinds import KINDS, Age, Kind
from workflow.law.model import LocalChoice
from workflow.law.timeline import Law
from workflow.rules.clause import BUILDERS, clauses_of
from workflow.rules.rulebook import Rulebook
from workflow.rules.verdict import VerdictState

D = date


def test_every_kind_of_the_vocabulary_has_formulas() -> None:
    assert [kind for kind in KINDS if kind not in BUILDERS] == []


def test_a_kind_without_formulas_fails_at_the_start_and_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "workflow.rules.rule.BUILDERS", {kind: made for kind, made in BUILDERS.items() if kind is not Age}
    )
    with pytest.raises(TypeError, match="kinds without formulas: Age"):
        Rulebook(LAW, LAW.timeline())


def test_a_kind_outside_the_vocabulary_has_none() -> None:
    with pytest.raises(KeyError):
        clauses_of(Kind())


def test_a_rule_of_one_substance_in_both_editions_is_one_rule() -> None:
    spans = {rule.id: [(one.since, one.until) for one in BOOK.rules if one.id == rule.id] for rule in BOOK.rules}
    assert spans["apply.age"] == [(None, None)]
    assert spans["list_target.consent"] == [(D(2026, 5, 11), None)]
    assert spans["list_target.filed"] == [(None, D(2026, 5, 11))]
    assert [rule for rule, found in spans.items() if len(found) > 1] == []


def test_a_rule_speaks_in_the_wording_of_the_day() -> None:
    quorum = next(rule for rule in BOOK.rules if rule.id == "admit.quorum")
    assert quorum.wording_on(D(2026, 5, 10))[1].basis == "art. 20"
    assert quorum.wording_on(D(2026, 5, 11))[1].basis == "art. 19"
    assert quorum.wording_on(None)[1].basis == "art. 19"
    assert quorum.edition is BOOK.newest
    assert quorum.codes == {"V21"}


def test_the_edition_of_a_day() -> None:
    assert BOOK.edition_on(D(1999, 1, 1)).edition == D(2014, 5, 28)
    assert BOOK.edition_on(D(2026, 5, 10)).edition == D(2014, 5, 28)
    assert BOOK.edition_on(D(2026, 5, 11)).edition == D(2026, 5, 11)


def test_an_undecidable_verdict_names_what_it_turns_on() -> None:
    columns = BOOK.columns(read_values("apply.on=unreadable; talk.on=unreadable; activist.on=2026-07-01"), WORLD)
    judged = next(one for one in BOOK.judged if one.rule.id == "talk.within_a_month")
    assert judged.judge(columns, D(2026, 7, 2)).state is VerdictState.UNDECIDABLE
    assert set(judged.missing(columns)) == {"apply.on", "talk.on"}


@pytest.mark.parametrize(
    ("rule", "changes", "expected"),
    [
        ("apply.age", "person.born_on=2008-06-01", D(2026, 6, 1)),
        ("apply.age", "person.born_on=unreadable", None),
        ("choose_target.a_year_of_cultivation", "activist.on=2026-07-01", D(2027, 7, 1)),
        ("list_target.after_notice", "list_target.notice_to=2026-06-01", D(2026, 6, 2)),
        ("list_target.notice", "list_target.notice_from=2026-09-28", D(2026, 10, 9)),  # holidays until 7 October
        ("list_target.notice", "list_target.notice_from=unreadable", None),
        ("admit.quorum", "", None),
    ],
)
def test_the_first_lawful_day_is_known_where_waiting_helps(rule, changes, expected) -> None:
    judged = next(one for one in BOOK.judged if one.rule.id == rule)
    assert judged.earliest_on(BOOK.columns(read_values(changes), WORLD), D(2026, 7, 2), WORLD) == expected


@pytest.mark.parametrize(
    ("rule", "changes", "expected"),
    [
        ("talk.within_a_month", "apply.on=2026-04-11", D(2026, 5, 11)),  # the due day
        ("list_target.consent_before_notice", "list_target.on=2026-06-01", D(2026, 6, 1)),  # as the rule names it
        ("cultivate.half_yearly", "", D(2026, 7, 2)),  # a duty that runs on: the as-of day
        ("cultivate.half_yearly", "list_target.on=2026-06-01", D(2026, 6, 1)),
        ("examine.held", "pre_review.on=2026-06-10; admit.on=2026-07-01", D(2026, 6, 10)),  # what presupposes it
        ("examine.held", "", D(2026, 7, 2)),
        ("superior_talk.held", "observe.reviews=2026-06-10", D(2026, 7, 2)),  # a list of days is no day
        ("list_target.consent_before_notice", "list_target.on=unreadable", None),
    ],
)
def test_the_day_that_governs_a_rule(rule, changes, expected) -> None:
    judged = next(one for one in BOOK.judged if one.rule.id == rule)
    assert judged.governing_on(BOOK.columns(read_values(changes), WORLD), D(2026, 7, 2)) == expected


def chosen(rule: str, governed_by: str, since: str) -> Rulebook:
    """Return the rulebook of the law with a local choice of the day that governs a rule."""
    assert LAW.definitions.transitions is not None
    raw = {
        "rule": rule,
        "governed_by": governed_by,
        "from": since,
        "author": "县委组织部",
        "document": "组通〔2026〕0号",
    }
    transitions = LAW.definitions.transitions.model_copy(update={"local_choices": (LocalChoice.model_validate(raw),)})
    law = Law(replace(LAW.definitions, transitions=transitions))
    return Rulebook(law, law.timeline())


def states(book: Rulebook, rule: str, changes: str) -> list[VerdictState]:
    columns = book.columns(LIVED_2014 | read_values(changes), WORLD)
    return [one.judge(columns, D(2027, 1, 1)).state for one in book.judged if one.rule.id == rule]


def test_a_local_choice_changes_the_day_that_governs() -> None:
    changes = "pre_review.on=2026-04-10; admit.on=2026-07-10"
    assert states(BOOK, "admit.within_a_month", changes) == [VerdictState.NOT_APPLICABLE]
    book = chosen("admit.within_a_month", "act", "2026-05-11")
    assert states(book, "admit.within_a_month", changes) == [VerdictState.VIOLATED]


def test_a_missing_step_may_be_governed_by_what_presupposes_it_alone() -> None:
    book = chosen("archive.six_papers", "presupposing", "2026-05-11")
    judged = next(one for one in book.judged if one.rule.id == "archive.six_papers")
    columns = book.columns(read_values("archive.on=2026-06-01"), WORLD)
    assert judged.governing_on(columns, D(2027, 1, 1)) == D(2026, 6, 1)
    assert judged.judge(columns, D(2027, 1, 1)).state is VerdictState.VIOLATED


def test_a_rule_that_pauses_in_between_is_two_rules() -> None:
    law = small_law()
    (first,) = law.timeline()
    book = Rulebook(law, (replace(first, until=D(2021, 1, 1)), replace(first, since=D(2021, 1, 1))))
    assert len(book.rules) == len(first.edition.rules)
    without, _ = (
        small_law(TEXT.replace("      two_people: {kind: distinct", "      other_people: {kind: distinct")),
        law,
    )
    (other,) = without.timeline()
    periods = (
        replace(first, until=D(2021, 1, 1)),
        replace(other, since=D(2021, 1, 1), until=D(2022, 1, 1)),
        replace(first, since=D(2022, 1, 1)),
    )
    found = [(one.since, one.until) for one in Rulebook(law, periods).rules if one.id == "lend.two_people"]
    assert found == [(None, D(2021, 1, 1)), (D(2022, 1, 1), None)]
