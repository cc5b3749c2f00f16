"""The law over time: which edition, with which overlays, on which day; and what two editions must agree on."""

from __future__ import annotations

from datetime import date

import pytest

from tests.law.small import EDITION, OVERLAY, changed, folder, line_under
from workflow.law.model import GovernedBy
from workflow.law.source import DefinitionError
from workflow.law.timeline import Law, UnknownLaw, load_law

D = date.fromisoformat
LATER = EDITION.replace('"2020-01-01"', '"2022-05-11"').replace("months: 1\n", "months: 2\n")
BOTH = OVERLAY.replace('["2020-01-01"]', '["2020-01-01", "2022-05-11"]')
EXTRA = """\
steps:
  give_back:
    rules:
      in_order:
        kind: order
        chain: [lend.on, give_back.on]
        basis: local
        text: {zh: 先借后还, en: lent before given back}
"""
CHOICES = """\
procedure: lending
before_first: {zh: 以前, en: before}
governed_by: {act: {zh: 行为, en: act}}
cut_overs: {}
local_choices:
  - {rule: give_back.in_a_month, governed_by: due, from: "2023-01-01", author: 某馆, document: 〔2023〕1号}
  - {rule: give_back.in_a_month, governed_by: presupposing, from: "2024-01-01", author: 某馆, document: 〔2024〕1号}
"""


def law(root, **files: str) -> Law:
    """Return the law of two editions, with more files."""
    editions = {"lending__2020-01-01": EDITION, "lending__2022-05-11": LATER}
    return load_law(folder(root, **(editions | files)), "lending")


def said(law: Law, day: str, *overlays: str, only: str | None = None) -> tuple[str, tuple[str, ...]]:
    """Return the edition and the overlays in force on a day; on each day exactly one period holds."""
    periods = law.timeline(overlays, D(only) if only else None)
    (period,) = (period for period in periods if period.holds(D(day)))
    return period.edition.edition.isoformat(), period.edition.overlays


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("1949-10-01", "2020-01-01"),  # before the first edition it is judged under that edition
        ("2019-12-31", "2020-01-01"),
        ("2020-01-01", "2020-01-01"),
        ("2022-05-10", "2020-01-01"),
        ("2022-05-11", "2022-05-11"),
        ("2022-05-12", "2022-05-11"),
        ("2099-12-31", "2022-05-11"),
    ],
)
def test_an_edition_is_in_force_from_its_day_on(tmp_path, day, expected):
    assert said(law(tmp_path), day) == (expected, ())


@pytest.mark.parametrize("day", ["1949-10-01", "2022-05-10", "2022-05-11", "2099-12-31"])
@pytest.mark.parametrize("only", ["2020-01-01", "2022-05-11"])
def test_one_edition_can_be_asked_to_judge_every_day(tmp_path, only, day):
    assert said(law(tmp_path), day, only=only) == (only, ())


@pytest.mark.parametrize(
    ("extends", "head", "day", "expected"),
    [
        (BOTH, "", "2020-12-31", ("2020-01-01", ())),
        (BOTH, "", "2021-01-01", ("2020-01-01", ("town",))),
        (BOTH, "", "2022-05-10", ("2020-01-01", ("town",))),
        (BOTH, "", "2022-05-11", ("2022-05-11", ("town",))),
        (OVERLAY, "", "2022-05-10", ("2020-01-01", ("town",))),
        (OVERLAY, "", "2022-05-11", ("2022-05-11", ())),
        (BOTH, 'until: "2023-01-01"\n', "2022-12-31", ("2022-05-11", ("town",))),
        (BOTH, 'until: "2023-01-01"\n', "2023-01-01", ("2022-05-11", ())),
        (BOTH.replace('"2021-01-01"', '"2019-01-01"'), "", "2018-12-31", ("2020-01-01", ())),
        (BOTH.replace('"2021-01-01"', '"2019-01-01"'), "", "2019-01-01", ("2020-01-01", ("town",))),
    ],
)
def test_an_overlay_lies_on_its_editions_while_it_is_in_force(tmp_path, extends, head, day, expected):
    one = law(tmp_path, overlays__town=extends + head + EXTRA)
    assert said(one, day, "town") == expected
    assert said(one, day, "town", "town") == expected  # naming it twice changes nothing
    assert said(one, day)[1] == ()


def test_with_one_edition_alone_an_overlay_keeps_its_days(tmp_path):
    one = law(tmp_path, overlays__town=BOTH + EXTRA)
    assert said(one, "2020-12-31", "town", only="2022-05-11") == ("2022-05-11", ())
    assert said(one, "2021-01-01", "town", only="2022-05-11") == ("2022-05-11", ("town",))


def test_periods_follow_one_another_without_gap(tmp_path):
    periods = law(tmp_path, overlays__town=BOTH + EXTRA, lending__transitions=CHOICES).timeline(["town"])
    assert periods[0].since is None
    assert periods[-1].until is None
    assert [period.until for period in periods[:-1]] == [period.since for period in periods[1:]]


def test_overlays_that_cannot_lie_on_one_another_are_refused(tmp_path):
    village = BOTH.replace("overlay: town", "overlay: village").replace("2021-01-01", "2021-06-01")
    one = law(
        tmp_path, overlays__town=BOTH + EXTRA.replace("chain:", "strict: true\n        chain:"),
        overlays__village=village + EXTRA,
    )  # fmt: skip
    assert said(one, "2021-06-01", "village") == ("2020-01-01", ("village",))
    with pytest.raises(DefinitionError) as caught:
        one.timeline(["town", "village"])
    assert [fault.file for fault in caught.value.faults] == ["overlays/village.yaml"]


def test_an_unknown_edition_or_overlay_is_answered_with_those_that_exist(tmp_path):
    one = law(tmp_path, overlays__town=BOTH)
    with pytest.raises(UnknownLaw, match=r"there is no edition of 2021-01-01\n.*2020-01-01, 2022-05-11"):
        one.timeline(only=D("2021-01-01"))
    with pytest.raises(UnknownLaw, match=r"there is no overlay “city”\n.*town"):
        one.timeline(["city"])
    with pytest.raises(UnknownLaw, match="there is no overlay “city”"):
        law(tmp_path / "none").timeline(["city"])


def test_an_overlay_of_an_edition_that_does_not_exist_is_a_fault(tmp_path):
    text = OVERLAY.replace('["2020-01-01"]', '["2020-01-01", "2021-01-01", "2023-01-01"]')
    with pytest.raises(DefinitionError) as caught:
        law(tmp_path, overlays__town=text)
    assert [str(fault) for fault in caught.value.faults] == [
        "overlays/town.yaml:5: extends.1: 没有 2021-01-01 版 / there is no edition of 2021-01-01",
        "overlays/town.yaml:5: extends.2: 没有 2023-01-01 版 / there is no edition of 2023-01-01",
    ]


def test_an_overlay_that_loosens_is_a_fault_of_the_law(tmp_path):
    with pytest.raises(DefinitionError, match="there is no step “buy”"):
        law(tmp_path, overlays__town=OVERLAY + "steps:\n  buy: {}\n")


@pytest.mark.parametrize(
    ("old", "new", "where", "message"),
    [
        ("{plus: lend.on, months: 1}", "{plus: lend.on, months: 3}", "derived.due_on", "computed otherwise"),
        ("remark: {type: text", "remark: {type: paper", "steps.ask.evidence.remark", "of another type"),
        ("name: {type: person, zh", "name: {type: text, zh", "record.person.name", "of another type"),
    ],
)  # fmt: skip
def test_a_column_means_the_same_in_every_edition(tmp_path, old, new, where, message):
    text = changed(LATER, old, new)
    with pytest.raises(DefinitionError) as caught:
        law(tmp_path, **{"lending__2022-05-11": text})
    (fault,) = caught.value.faults
    assert (fault.file, fault.where, fault.line) == ("lending/2022-05-11.yaml", where, line_under(text, where))
    assert message in fault.what.en


def test_a_later_edition_may_bring_columns_of_its_own(tmp_path):
    text = changed(
        LATER, "derived:\n", "derived:\n  same_on: {zh: 日, en: day, basis: art. 1, how: {plus: ask.on, months: 1}}\n"
    )
    text = changed(
        text, "      remark: {type: text", "      note: {type: text, zh: 注, en: note}\n      remark: {type: text"
    )
    assert "ask.note" in law(tmp_path, **{"lending__2022-05-11": text}).editions[1].fields


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (None, GovernedBy.ACT),
        ("2022-12-31", GovernedBy.ACT),
        ("2023-01-01", GovernedBy.DUE),
        ("2023-12-31", GovernedBy.DUE),
        ("2024-01-01", GovernedBy.PRESUPPOSING),
    ],
)
def test_the_latest_local_choice_says_which_day_governs(tmp_path, day, expected):
    one = law(tmp_path, lending__transitions=CHOICES)
    asked = D(day) if day else None
    assert one.governed_by("give_back.in_a_month", asked, GovernedBy.ACT) is expected
    assert one.governed_by("lend.in_order", asked, GovernedBy.ACT) is GovernedBy.ACT


def test_a_local_choice_begins_a_period_of_the_law(tmp_path):
    days = [period.since for period in law(tmp_path, lending__transitions=CHOICES).timeline()]
    assert days == [None, D("2022-05-11"), D("2023-01-01"), D("2024-01-01")]


def test_without_a_file_on_transitions_there_are_no_choices(tmp_path):
    assert law(tmp_path).choices == ()
