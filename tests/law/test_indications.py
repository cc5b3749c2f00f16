"""Indications as data: dated thresholds, articles by edition, conventions; what does not exist is a fault."""

from __future__ import annotations

from datetime import date

import pytest

from workflow.law.indications import Indications, RushLimit, in_force, thresholds
from workflow.law.loader import definitions_root, load_definitions
from workflow.law.model import How
from workflow.law.source import DefinitionError

OLD, NEW = date(2014, 5, 28), date(2026, 5, 11)
FILE = "recruitment/indications.yaml"


@pytest.fixture(scope="module")
def shipped():
    """Return the definitions as shipped."""
    return load_definitions(definitions_root())


def text_of(name):
    """Return a shipped file."""
    return definitions_root().joinpath(name).read_text(encoding="utf-8")


def refused(folder, *changes):
    """Return where the loader finds faults in the shipped definitions with a planted one: file, path, words."""
    (folder / "recruitment").mkdir()
    for name in ("2014-05-28", "2026-05-11", "coverage", "conventions", "transitions", "indications"):
        text = text_of(f"recruitment/{name}.yaml")
        for old, new in changes if name == "indications" else ():
            assert old in text, old
            text = text.replace(old, new)
        (folder / "recruitment" / f"{name}.yaml").write_text(text, encoding="utf-8")
    try:
        load_definitions(folder)
    except DefinitionError as error:
        return [(fault.file, fault.where, fault.what.en) for fault in error.faults]
    return []


def test_each_of_the_six_has_words_articles_and_thresholds(shipped):
    assert list(shipped.indications.named) == ["rush", "idle", "late", "at_once", "one_day", "differing"]
    for one in shipped.indications.named.values():
        assert one.convention in shipped.conventions
        for words in (one.base, one.says, one.silent):
            assert words.zh
            assert words.en


def test_each_says_its_article_in_the_edition_of_the_day(shipped):
    idle = shipped.indications.idle
    assert [idle.basis_on(day) for day in (date(2001, 1, 1), OLD, date(2026, 5, 10), NEW, date(2030, 1, 1))] == [
        "art. 38", "art. 38", "art. 38", "art. 37", "art. 37",
    ]  # fmt: skip


def test_the_coverage_says_of_each_article_where_it_is_looked_at(shipped):
    for one in shipped.indications.named.values():
        for edition, basis in one.basis.items():
            articles = shipped.coverage.editions[edition].articles
            for number in (part.removeprefix("art. ") for part in basis.split("; ")):
                article = articles[number]
                if article.how is not How.ENFORCED:
                    assert "indications.yaml" in article.why.zh, (edition, number)
                    assert "indications.yaml" in article.why.en, (edition, number)


@pytest.mark.parametrize(
    ("day", "people"), [(date(2020, 1, 1), 5), (date(2024, 12, 31), 5), (date(2025, 1, 1), 8), (date(2027, 6, 1), 8)]
)
def test_the_thresholds_are_those_of_the_latest_row_that_has_begun(day, people):
    rows = [
        RushLimit.model_validate({"from": since, "people": number, "days": 7, "months": 36})
        for since, number in (("2025-01-01", 8), ("2020-06-01", 5))
    ]
    assert in_force(rows, day).people == people
    assert thresholds(in_force(rows, day)) == {"people": people, "days": 7, "months": 36}


def test_the_shipped_file_has_no_fault(tmp_path):
    assert refused(tmp_path) == []


@pytest.mark.parametrize(
    ("old", "new", "where", "words"),
    [
        ('moved: "move:handed_over"', 'moved: "move:handed"', "", "no step and outcome “move:handed”"),
        ('"leave:died"', '"quit:died"', "", "no step and outcome “quit:died”"),
        ("before_admission: [new,", "before_admission: [newest,", "before_admission", "no state “newest”"),
        ("papers: [admit.on,", "papers: [admit.day,", "differing", "no column “admit.day”"),
        (
            "unless_filled: convert.extended_to",
            "unless_filled: convert.until",
            "differing",
            "no column “convert.until”",
        ),
        ("convention: idle_branch", "convention: idleness", "idle", "no convention “idleness”"),
        ('{"2014-05-28": art. 38, ', "{", "idle", "no basis or no edition “2014-05-28”"),
        ('{"2014-05-28": art. 38', '{"2015-05-28": art. 38', "idle", "no basis or no edition “2014-05-28”"),
        ("at least one of these acts was recorded more than {days}", "{weeks}", "late", "no threshold “'weeks'”"),
    ],
)
def test_what_does_not_exist_is_a_fault(tmp_path, old, new, where, words):
    assert (FILE, where, words) in refused(tmp_path, (old, new))


def test_a_column_that_makes_two_days_of_a_milestone_may_be_left_out(shipped):
    first, second, _ = shipped.indications.differing.milestones
    assert first.columns() == ("admit.on", "approve.probation_from")
    assert second.columns() == ("approve.probation_to", "approve_conversion.full_from", "convert.extended_to")


def test_what_is_looked_at_is_named_once(shipped):
    marks = shipped.indications.marks()
    assert isinstance(shipped.indications, Indications)
    assert len(marks) == len(set(marks))
    assert {"admit:passed", "move:handed_over", "activist:confirmed", "apply:received"} <= set(marks)
