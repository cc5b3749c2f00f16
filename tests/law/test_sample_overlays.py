"""The sample overlays at work: a case that keeps local practice, and each rule of it broken by one change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

import pytest

from workflow.calendar import read_calendar
from workflow.case.facts import World
from workflow.case.values import Value
from workflow.law.loader import definitions_root
from workflow.law.timeline import load_law
from workflow.rules.rule import Rule
from workflow.rules.rulebook import Rulebook
from workflow.rules.verdict import VerdictState

AS_OF = date(2029, 12, 31)
D = date.fromisoformat
KEPT: dict[str, Value] = {
    "apply.on": D("2026-10-08"),
    "activist.on": D("2027-01-08"),
    "activist.league_member": True,
    "activist.league_on": D("2027-01-07"),
    "activist_notice.from_on": D("2027-01-11"),
    "activist_notice.on": D("2027-01-15"),
    "file_activist.on": D("2027-01-18"),
    "thought_report.handed_in": tuple(map(D, ("2027-04-08", "2027-07-08", "2027-10-08", "2028-01-08"))),
    "list_target.on": D("2028-01-20"),
    "political_review.on": D("2028-02-01"),
    "training.body": "work_committee",
    "training.on": D("2028-02-20"),
    "admit.on": D("2028-04-03"),
    "superior_talk.on": D("2028-04-04"),
    "admission_notice.from_on": D("2028-04-10"),
    "admission_notice.on": D("2028-04-14"),
    "leading_group.on": D("2028-04-17"),
    "approve.on": D("2028-04-18"),
    "request.on": D("2029-03-27"),
    "convert.on": D("2029-04-03"),
    "convert.conclusion": "converted",
    "conversion_notice.from_on": D("2029-04-09"),
    "conversion_notice.on": D("2029-04-13"),
    "approve_conversion.on": D("2029-04-16"),
    "archive.on": D("2029-04-23"),
}
BREACHES = [
    ("PRO-wait UNI-wait", "apply.on", D("2026-10-09")),
    ("PRO-activist-notice", "activist_notice.from_on", D("2027-01-12")),
    ("PRO-activist-notice", "activist_notice.from_on", None),
    ("PRO-activist-notice", "file_activist.on", D("2027-01-15")),
    ("PRO-activist-notice", "activist_notice.from_on", D("2027-01-07")),
    ("PRO-training", "training.body", "committee"),
    ("PRO-leading-group", "leading_group.on", None),
    ("PRO-leading-group", "leading_group.on", D("2028-04-19")),
    ("PRO-leading-group", "leading_group.on", D("2028-04-02")),
    ("PRO-admission-notice", "admission_notice.from_on", D("2028-04-11")),
    ("PRO-admission-notice", "admission_notice.on", D("2028-04-18")),
    ("PRO-admission-notice", "admission_notice.from_on", D("2028-04-02")),
    ("PRO-conversion-notice", "conversion_notice.from_on", D("2029-04-10")),
    ("PRO-conversion-notice", "conversion_notice.on", D("2029-04-16")),
    ("PRO-conversion-notice", "conversion_notice.from_on", D("2029-04-02")),
    ("UNI-league", "activist.league_on", None),
    ("UNI-league", "activist.league_on", D("2027-01-09")),
    (
        "UNI-reports",
        "thought_report.handed_in",
        tuple(map(D, ("2027-04-09", "2027-07-08", "2027-10-08", "2028-01-08"))),
    ),
    ("UNI-review", "political_review.on", D("2027-04-02")),
    ("UNI-talk", "superior_talk.on", D("2028-04-03")),
    ("UNI-request", "request.on", D("2029-03-28")),
    ("UNI-archive-late", "archive.on", D("2029-04-24")),
    ("UNI-archive-overdue", "archive.on", None),
]


@pytest.fixture(scope="module")
def books() -> tuple[Rulebook, ...]:
    """Give the law with each overlay alone, as an organization would carry it."""
    law = load_law(definitions_root())
    return tuple(Rulebook(law, law.timeline([name])) for name in ("procuratorate", "university"))


@pytest.fixture(scope="module")
def world() -> World:
    text = (definitions_root() / "calendar" / "cn.yaml").read_text(encoding="utf-8")
    return World(read_calendar(text, "cn.yaml"))


def local_codes(books: tuple[Rulebook, ...], world: World, values: Mapping[str, Value]) -> set[str]:
    """Return the codes of local practice that a case breaks."""
    return {code for book in books for code in broken_in(book, book.columns(values, world))}


def broken_in(book: Rulebook, columns: Mapping[str, Value]) -> Iterator[str]:
    """Yield the codes of one overlay that a case breaks."""
    local = {rule.id: rule.definition for rule in local_rules(book)}
    for verdict in book.judge_all(columns, AS_OF):
        if verdict.rule in local and verdict.state is VerdictState.VIOLATED and verdict.outcome:
            yield local[verdict.rule].code(verdict.outcome)


def local_rules(book: Rulebook) -> list[Rule]:
    """Return the rules that rest on local practice."""
    return [rule for rule in book.rules if rule.definition.basis.startswith("local")]


def test_a_case_that_keeps_local_practice_breaks_none_of_it(books, world):
    assert local_codes(books, world, KEPT) == set()


@pytest.mark.parametrize(("codes", "column", "value"), BREACHES)
def test_one_change_breaks_one_rule_of_local_practice(books, world, codes, column, value):
    assert local_codes(books, world, KEPT | {column: value}) == set(codes.split())


def test_an_activist_is_listed_within_three_years(books, world):
    begun = {"activist.on": D("2026-09-01")}
    assert "UNI-three-years" in local_codes(books, world, begun)
    assert "UNI-three-years" not in local_codes(books, world, begun | {"list_target.on": D("2029-09-01")})


def test_every_code_of_local_practice_is_shown(books):
    shown = {code for codes, _, _ in BREACHES for code in codes.split()} | {"UNI-three-years"}
    assert {code for book in books for rule in local_rules(book) for code in rule.codes} == shown


def test_before_its_first_day_an_overlay_binds_nobody(books, world):
    early = {"apply.on": D("2026-05-01"), "activist.on": D("2026-05-31")}
    assert local_codes(books, world, early) & {"PRO-wait", "UNI-wait"} == set()
    assert local_codes(books, world, early | {"activist.on": D("2026-06-01")}) & {"PRO-wait", "UNI-wait"} == {
        "PRO-wait"
    }


def test_conversion_notices_are_not_asked_for_a_revocation(books, world):
    revoked = KEPT | {"convert.conclusion": "revoked", "conversion_notice.from_on": None, "conversion_notice.on": None}
    assert local_codes(books, world, revoked | {"archive.on": None}) == set()
