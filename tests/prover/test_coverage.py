"""Coverage: every article, every rule under every article that it cites, and nothing that does not exist."""

from __future__ import annotations

import pytest

from tests.prover.laws import BOTH, COVERAGE, EDITION, NEWER, OVERLAY, TRANSITIONS, Files, line_of, refuted, replaced

NAME = "every article is accounted for"
FIRST = '      "1": {zh'
MORE = "{zh: 附, en: more, how: guidance, source: gazette}"


@pytest.mark.parametrize(
    ("old", "new", "marks"),
    [
        ("notice.after_filing, grant.notice", "grant.notice", ["        rules:"]),  # cites article 2, not listed
        ("[grant.in_time]", "[grant.in_time, grant.notice]", ['"3":']),  # listed, does not cite article 3
        ("[grant.in_time]", "[grant.in_time, grant.nowhere]", ['"3":']),  # listed, does not exist
        ("how: recorded, steps: [file]", "how: recorded, steps: [fly]", ['"1":']),
        ("how: recorded, steps: [file]", "how: enforced", ['"1":']),  # enforced by nothing
        ("en: time, how: enforced", "en: time, how: recorded", ['"3":']),  # recorded, with a rule
        ("rules: [grant.in_time], source: gazette", "rules: [grant.in_time], source: rumour", ['"3":']),
        ("last: 3", "last: 4", ["    articles:"]),  # article 4 is left out
        (FIRST, f'      "4": {MORE}\n{FIRST}', ['"4":']),  # beyond the last one
        (FIRST, f'      "1a": {MORE}\n{FIRST}', ['"1a":']),
        ('  "2020-01-01":', '  "2019-01-01": {last: 1, articles: {}}\n  "2020-01-01":', ['"2019-01-01"']),
    ],
)
def test_a_mistake_in_the_coverage_is_found_on_its_line(old, new, marks):
    text = replaced(COVERAGE, old, new)
    assert refuted(Files(coverage=text)) == {NAME: [("coverage.yaml", line_of(text, mark)) for mark in marks]}


@pytest.mark.parametrize(
    ("old", "new", "mark"),
    [
        ("basis: art. 3\n", "basis: art. 3; art. 9\n", ("      in_time:", "basis:")),  # a rule
        ("basis: art. 2; art. 3", "basis: art. 2; art. 9(1)", ("  grant:", "basis:")),  # a step
        ("basis: art. 1, how: {first", "basis: custom, how: {first", ("  known_on:",)),  # a derived column
        ("basis: art. 2; art. 3", "basis: art. 2; local", ("  grant:", "basis:")),  # local practice is for overlays
    ],
)
def test_a_basis_that_does_not_exist_is_found_where_it_is_cited(old, new, mark):
    text = replaced(EDITION, old, new)
    assert refuted(Files(text)) == {NAME: [("edition.yaml", line_of(text, *mark))]}


@pytest.mark.parametrize(
    ("old", "new", "mark"),
    [
        ("basis: local; art. 3", "basis: local; art. 9", ("      before_grant:", "basis:")),  # a rule of its own step
        ("months: 1\n        basis: local", "months: 1\n        basis: custom", ("      in_time:", "basis:")),
        ("basis: local\n    by", "basis: custom\n    by", ("  visit:", "basis:")),  # its own step
    ],
)
def test_an_overlay_may_cite_local_practice_and_articles_that_exist(old, new, mark):
    text = replaced(OVERLAY, old, new)
    assert refuted(Files(overlays={"town": OVERLAY})) == {}
    assert refuted(Files(overlays={"town": text})) == {NAME: [("town.yaml", line_of(text, *mark))]}


def test_a_basis_that_is_no_article_is_named_in_the_coverage():
    text = replaced(EDITION, "basis: art. 1, how: {first", "basis: custom, how: {first")
    coverage = f"{COVERAGE}    other_basis:\n      custom: {{zh: 惯例, en: custom}}\n"
    assert refuted(Files(text, coverage=coverage)) == {}


def test_an_edition_that_the_coverage_leaves_out():
    files = Files(newer=NEWER, transitions=TRANSITIONS)
    assert refuted(files) == {NAME: [("newer.yaml", line_of(NEWER, "edition:"))]}
    overlay = replaced(OVERLAY, '["2020-01-01"]', '["2022-01-01"]')
    files.overlays = {"town": overlay}
    assert refuted(files) == {NAME: [("newer.yaml", line_of(NEWER, "edition:"))]}
    files.coverage = BOTH
    assert refuted(files) == {}


def test_a_law_without_coverage_is_not_proved():
    assert refuted(Files(coverage="")) == {NAME: [("permit/coverage.yaml", 1)]}
