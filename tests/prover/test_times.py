"""Times: chains of waits and limits that cannot be kept together are found, named and shown on their line."""

from __future__ import annotations

import pytest

from tests.prover.laws import COVERAGE, EDITION, OVERLAY, Files, line_of, places, proof_of, said, with_

NAME = "all times can be kept together"
FRAME = "        basis: art. 3\n        text: {zh: 规则, en: rule}\n"


def rule(name: str, body: str) -> str:
    """Return one more rule of the last step, ``grant``."""
    lines = "".join(f"        {line}\n" for line in body.strip().splitlines())
    return f"      {name}:\n{lines}{FRAME}"


WAIT = "kind: not_before\nfrom: file.on\nact: grant.on\n"
LIMIT = "kind: within\nfrom: file.on\nact: grant.on\n"


@pytest.mark.parametrize(
    ("rules", "where"),
    [
        # A month has 28 days at least.
        ({"wait": f"{WAIT}days: 28", "month": f"{LIMIT}months: 1"}, None),
        ({"wait": f"{WAIT}days: 29", "month": f"{LIMIT}months: 1"}, "month"),
        # Two months are kept with a wait of two months, not of 62 days.
        ({"wait": f"{WAIT}months: 2"}, None),
        ({"wait": f"{WAIT}days: 62"}, "in_time"),
        # The normal limit counts, not only the six months in special circumstances.
        ({"wait": f"{WAIT}months: 3"}, "in_time"),
        # Waits add up.
        ({"half": "kind: not_before\nfrom: file.on\nact: notice.on\ndays: 30", "rest": "kind: not_before\nfrom: notice.on\nact: grant.on\ndays: 30"}, "in_time"),
        # Five working days take 17 days at the worst, weekends and holidays included; the decision comes a day later.
        ({"soon": f"{LIMIT}days: 17"}, None),
        ({"soon": f"{LIMIT}days: 16"}, "soon"),
        ({"long_notice": "kind: working_days\nfrom: notice.from_on\nto: notice.on\nact: grant.on\nat_least: 30"}, None),
        ({"long_notice": "kind: working_days\nfrom: notice.from_on\nto: notice.on\nact: grant.on\nat_least: 36"}, "in_time"),
        # A derived day: the permit lapses twelve months after the filing.
        ({"lapse": "kind: order\nchain: [lapses_on, grant.on]"}, "in_time"),
        ({"lapse": "kind: order\nchain: [grant.on, lapses_on]"}, None),
        # The first filled of two, read as either: the start of the notice, or the filing.
        ({"known": "kind: within\nfrom: known_on\nact: notice.on\ndays: 3"}, "known"),
        ({"known": "kind: not_before\nfrom: known_on\nact: grant.on\ndays: 60"}, "in_time"),
        # The same day in two places.
        ({"same": "kind: consistent\ncolumns: [site.free_from, lapses_on]", "free": "kind: order\nchain: [site.free_from, grant.on]"}, "in_time"),
        ({"same": "kind: consistent\ncolumns: [site.free_from, grant.on, site.kind, late_notice]"}, None),
        ({"same": "kind: consistent\ncolumns: [known_on, lapses_on]"}, "same"),
        # A number of days in a period, both ends counted.
        ({"short": "kind: count\ndays: [file.on, grant.on]\nmin: 60"}, None),
        ({"short": "kind: count\ndays: [file.on, grant.on]\nmin: 61"}, "in_time"),
        ({"short": "kind: count\ndays: [notice.from_on, notice.on]\nmax: 17"}, None),
        ({"short": "kind: count\ndays: [notice.from_on, notice.on]\nmax: 15"}, "short"),
        # Written down within days, and not before a month has passed.
        ({"written": "kind: recorded_within\nact: grant.on\nrecorded: site.free_from\ndays: 20", "free": "kind: not_before\nfrom: grant.on\nact: site.free_from\nmonths: 1"}, "written"),
        # Soft rules count too.
        ({"wait": f"{WAIT}months: 3\nforce: soft"}, "in_time"),
        # Beyond the calendar.
        ({"wait": f"{WAIT}months: 120000"}, "in_time"),
    ],
)  # fmt: skip
def test_waits_and_limits(rules, where):
    text = EDITION + "".join(rule(name, body) for name, body in rules.items())
    found = places(proof_of(Files(text).law(), NAME))
    assert found == ([("edition.yaml", line_of(text, f"      {where}:"))] if where else [])


def test_the_chain_is_named_with_its_rules_columns_and_lengths():
    text = EDITION + rule("wait", f"{WAIT}months: 3")
    assert said(Files(text).law(), NAME) == (
        "with file.on on 2024-02-26 these cannot all be kept: "
        "grant.wait (grant.on at least 3 months after file.on); "
        "grant.in_time (grant.on at most 2 months after file.on)"
    )


def test_working_days_and_strict_orders_are_named_as_what_they_are():
    text = EDITION + rule("soon", f"{LIMIT}days: 3")
    message = said(Files(text).law(), NAME)
    assert "grant.notice (notice.on at least 5 working days (both ends, long holidays) after notice.from_on)" in message
    assert "grant.after_notice (grant.on at least 1 days after notice.on)" in message
    assert "notice.after_filing (notice.from_on at least 0 days after file.on)" in message


def test_two_chains_are_both_reported():
    text = EDITION + rule("wait", f"{WAIT}months: 3") + rule("short", "kind: count\ndays: [notice.from_on, notice.on]\nmax: 2")
    lines = [line_of(text, f"      {name}:") for name in ("in_time", "short")]
    assert places(proof_of(Files(text).law(), NAME)) == [("edition.yaml", line) for line in lines]


def test_a_chain_in_an_overlay_is_shown_in_the_overlay():
    text = with_(OVERLAY, "months: 1", "days: 20")
    edition = with_(EDITION, "months: 2\n        extension: {months: 6, reason: grant.longer}", "days: 40")
    wait = with_(OVERLAY, "chain: [visit.on, grant.on]", "chain: [visit.on, grant.on]").replace("kind: order\n        chain: [visit.on, grant.on]", "kind: not_before\n        from: file.on\n        act: grant.on\n        days: 50")
    assert places(proof_of(Files(edition, overlays={"town": text}).law(), NAME)) == []
    assert places(proof_of(Files(edition, overlays={"town": wait.replace("months: 1", "days: 20")}).law(), NAME)) == [("town.yaml", line_of(wait, "      in_time:"))]


@pytest.mark.parametrize(
    ("when", "also", "where"),
    [
        ("[shop]", "", None),  # houses wait, shops have the limit: nobody has both
        ("[shop, house]", "", "limit"),
        ("[shop]", "both", "limit"),  # a limit for everybody stands beside that for shops
    ],
)
def test_rules_that_exclude_each_other_are_not_asked_for_together(when, also, where):
    text = EDITION + rule("wait", f"{WAIT}days: 40\nwhen: {{site.kind: [house]}}")
    text += rule("shops", f"{LIMIT}days: 30\nwhen: {{site.kind: {when}}}")
    text += rule("limit", f"{LIMIT}days: 35") if also else ""
    expected = "shops" if where and not also else where
    found = places(proof_of(Files(text).law(), NAME))
    assert found == ([("edition.yaml", line_of(text, f"      {expected}:"))] if expected else [])


def test_derived_columns_that_go_round_push_each_other_for_ever():
    old = "lapses_on: {zh: 失效之日, en: day of lapse, basis: art. 2, how: {plus: file.on, months: 12}}"
    new = "one: {zh: 一, en: one, basis: art. 2, how: {plus: lapses_on, months: 1}}\n  lapses_on: {zh: 失效之日, en: lapse, basis: art. 2, how: {plus: one, months: 1}}"
    text = with_(EDITION, old, new) + rule("out", "kind: order\nchain: [file.on, one]") + rule("back", "kind: within\nfrom: file.on\nact: one\nmonths: 36")
    assert places(proof_of(Files(text).law(), NAME)) == [("edition.yaml", line_of(text, "  one:"))]


def test_coverage_of_these_laws_is_another_proof():
    assert proof_of(Files(EDITION + rule("wait", f"{WAIT}days: 1"), coverage=COVERAGE).law(), NAME).holds
