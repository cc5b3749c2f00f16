"""Times: chains of waits and limits that cannot be kept together are found, named and shown on their line."""

from __future__ import annotations

import pytest

from tests.prover.laws import EDITION, OVERLAY, Files, line_of, places, proof_of, replaced, rule, said

NAME = "all times can be kept together"
WAIT = "kind: not_before, from: file.on, act: grant.on"
NOTICE = "kind: working_days, from: notice.from_on, to: notice.on, act: grant.on"
LIMIT = "kind: within, from: file.on, act: grant.on"


@pytest.mark.parametrize(
    ("rules", "where"),
    [
        # A month has 28 days at least.
        ({"wait": f"{WAIT}, days: 28", "month": f"{LIMIT}, months: 1"}, None),
        ({"wait": f"{WAIT}, days: 29", "month": f"{LIMIT}, months: 1"}, "month"),
        # Two months are kept with a wait of two months, not of 62 days.
        ({"wait": f"{WAIT}, months: 2"}, None),
        ({"wait": f"{WAIT}, days: 62"}, "in_time"),
        # The normal limit counts, not only the six months in special circumstances.
        ({"wait": f"{WAIT}, months: 3"}, "in_time"),
        # Waits add up.
        (
            {
                "half": "kind: not_before, from: file.on, act: notice.on, days: 30",
                "rest": "kind: not_before, from: notice.on, act: grant.on, days: 30",
            },
            "in_time",
        ),
        # Five working days take 17 days at the worst, weekends and holidays included; the decision comes a day later.
        ({"soon": f"{LIMIT}, days: 17"}, None),
        ({"soon": f"{LIMIT}, days: 16"}, "soon"),
        ({"long": f"{NOTICE}, at_least: 30"}, None),
        ({"long": f"{NOTICE}, at_least: 36"}, "in_time"),
        # A derived day: the permit lapses twelve months after the filing.
        ({"lapse": "kind: order, chain: [lapses_on, grant.on]"}, "in_time"),
        ({"lapse": "kind: order, chain: [grant.on, lapses_on]"}, None),
        # The first filled of two, read as either: the start of the notice, or the filing.
        ({"known": "kind: within, from: known_on, act: notice.on, days: 3"}, "known"),
        ({"known": "kind: not_before, from: known_on, act: grant.on, days: 60"}, "in_time"),
        # The same day in two places.
        (
            {
                "same": "kind: consistent, columns: [site.free_from, lapses_on]",
                "free": "kind: order, chain: [site.free_from, grant.on]",
            },
            "in_time",
        ),
        ({"same": "kind: consistent, columns: [site.free_from, grant.on]"}, None),
        ({"same": "kind: consistent, columns: [late_notice, grant.late]"}, None),
        ({"same": "kind: consistent, columns: [known_on, lapses_on]"}, "in_time same"),
        # A number of days in a period, both ends counted.
        ({"short": "kind: count, days: [file.on, grant.on], min: 60"}, None),
        ({"short": "kind: count, days: [file.on, grant.on], min: 61"}, "in_time"),
        ({"short": "kind: count, days: [notice.from_on, notice.on], max: 17"}, None),
        ({"short": "kind: count, days: [notice.from_on, notice.on], max: 15"}, "short"),
        # Written down within days, and not before a month has passed.
        (
            {
                "written": "kind: recorded_within, act: grant.on, recorded: site.free_from, days: 20",
                "free": "kind: not_before, from: grant.on, act: site.free_from, months: 1",
            },
            "written",
        ),
        # Soft rules count too.
        ({"wait": f"{WAIT}, months: 3, force: soft"}, "in_time"),
    ],
)  # fmt: skip
def test_waits_and_limits(rules, where):
    text = EDITION + "".join(rule(name, body) for name, body in rules.items())
    found = dict.fromkeys(
        places(proof_of(Files(text).law(), NAME))
    )  # reading the first filled either way shows some twice
    assert list(found) == [("edition.yaml", line_of(text, f"      {name}:")) for name in (where or "").split()]


def test_the_chain_is_named_with_its_rules_columns_and_lengths():
    text = EDITION + rule("wait", f"{WAIT}, months: 3")
    assert said(Files(text).law(), NAME) == (
        "with file.on on 2024-02-26 these cannot all be kept: "
        "grant.wait (grant.on at least 3 months after file.on); "
        "grant.in_time (grant.on at most 2 months after file.on)"
    )


def test_working_days_and_strict_orders_are_named_as_what_they_are():
    text = EDITION + rule("soon", f"{LIMIT}, days: 3")
    message = said(Files(text).law(), NAME)
    assert "grant.notice (notice.on at least 5 working days (both ends, long holidays) after notice.from_on)" in message
    assert "grant.after_notice (grant.on at least 1 days after notice.on)" in message
    assert "notice.after_filing (notice.from_on at least 0 days after file.on)" in message


def test_two_chains_are_both_reported():
    text = (
        EDITION
        + rule("wait", f"{WAIT}, months: 3")
        + rule("short", "kind: count, days: [notice.from_on, notice.on], max: 2")
    )
    lines = [line_of(text, f"      {name}:") for name in ("in_time", "short")]
    assert places(proof_of(Files(text).law(), NAME)) == [("edition.yaml", line) for line in lines]


def test_a_chain_in_an_overlay_is_shown_in_the_overlay():
    wait = "kind: not_before\n        from: file.on\n        act: grant.on\n        days: 25"
    overlay = replaced(OVERLAY, "kind: order\n        chain: [visit.on, grant.on]", wait)
    assert places(proof_of(Files(overlays={"town": overlay}).law(), NAME)) == []
    overlay = replaced(overlay, "months: 1", "months: 1\n        extension: {months: 2, reason: grant.longer}")
    assert places(proof_of(Files(overlays={"town": overlay}).law(), NAME)) == []
    overlay = replaced(overlay, "days: 25", "days: 40")
    assert places(proof_of(Files(overlays={"town": overlay}).law(), NAME)) == [
        ("town.yaml", line_of(overlay, "      in_time:"))
    ]


@pytest.mark.parametrize(
    ("whose", "everybody", "where"),
    [
        ("[shop]", False, None),  # houses wait, shops have the limit: nobody has both
        ("[shop, house]", False, "shops"),
        ("[shop]", True, "limit"),  # a limit for everybody stands behind that for shops
    ],
)
def test_rules_that_exclude_each_other_are_not_asked_for_together(whose, everybody, where):
    text = EDITION + rule("wait", f"{WAIT}, days: 40, when: {{site.kind: [house]}}")
    text += rule("shops", f"{LIMIT}, days: 30, when: {{site.kind: {whose}}}")
    text += rule("limit", f"{LIMIT}, days: 35") if everybody else ""
    found = places(proof_of(Files(text).law(), NAME))
    assert found == ([("edition.yaml", line_of(text, f"      {where}:"))] if where else [])


def test_derived_columns_that_go_round_push_each_other_for_ever():
    old = "lapses_on: {zh: 失效之日, en: day of lapse, basis: art. 2, how: {plus: file.on, months: 12}}"
    new = (
        "one: {zh: 一, en: one, basis: art. 2, how: {plus: lapses_on, months: 1}}\n"
        "  lapses_on: {zh: 失效之日, en: lapse, basis: art. 2, how: {plus: one, months: 1}}"
    )
    text = (
        replaced(EDITION, old, new)
        + rule("out", "kind: order, chain: [file.on, one]")
        + rule("back", "kind: within, from: file.on, act: one, months: 36")
    )
    assert places(proof_of(Files(text).law(), NAME)) == [("edition.yaml", line_of(text, "  lapses_on:"))]
