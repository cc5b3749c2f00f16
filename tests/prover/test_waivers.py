"""Rules on votes, age and power cannot be waived: the shipped law article by article, and laws that forget it."""

from __future__ import annotations

import pytest

from tests.prover.laws import OVERLAY, Files, line_of, places, proof_of, rule
from tests.prover.test_proof import NEWEST, SHIPPED
from workflow.law.loader import definitions_root
from workflow.law.model import Edition, RuleDef
from workflow.law.timeline import Law, load_law
from workflow.prover.waivers import never_waived, vote_columns

NAME = "votes, ages and powers cannot be waived"
FRAME = {"basis": "art. 1", "text": {"zh": "一", "en": "one"}}
VOTE = {"kind": "quorum", "due": "a.due", "present": "a.present"}
AGE = {"kind": "age", "born": "a.born", "act": "a.on", "years": 18}
POWER = {"kind": "decided_by", "body": "a.body", "allowed": ["committee"]}
OPINIONS = {"kind": "evidence", "fields": ["a.dated"], "presupposed_by": {"positive": ["a.written"]}}
ORDER = {"kind": "order", "chain": ["a.on", "b.on"]}

# From the articles of 2026-05-11, in brackets those of 2014-05-28: what no superior can let rest.
BY_ARTICLE = {
    "5 (5): eighteen full years": ("apply.age",),
    "8 (8): which meeting decides": ("activist.committee_decides", "activist.meeting_decides"),
    "13 (13): which meeting discusses": ("choose_target.committee_decides", "choose_target.meeting_decides"),
    "18 (19): which meeting examines": ("examine.committee_examines", "examine.meeting_examines"),
    "18 (19): the committee with the power pre-reviews": ("pre_review.power",),
    "19 (20): more than half of those due are present": ("admit.quorum",),
    "20 (21): secret ballot": ("admit.secret_ballot",),
    "20 (21): more than half of those due in favour, or it fell short": ("admit.majority", "admit.fell_short"),
    "20 (21): formal opinions in writing before the meeting count": ("admit.opinions_dated", "admit.opinions_in_time"),
    "20 (21): no more votes than voters": ("admit.tally", "admit.voters"),
    "20 (21): one by one": ("admit.one_by_one",),
    "21 (22): what is approved was resolved and reported": ("admit.reported",),
    "22 (23): who approves": ("approve.power",),
    "24 (25): one by one": ("approve.one_by_one",),
    "31, 32 (32, 33): the general meeting resolves": (
        "approve_conversion.resolved", "approve_conversion.as_resolved", "convert.resolution_there",
    ),
    "32 (33): presence and majority as for admission": ("convert.quorum", "convert.majority", "convert.carried"),
    "32 (33): the vote as for admission": (
        "convert.secret_ballot", "convert.tally", "convert.attendance", "convert.opinions_dated",
        "convert.opinions_in_time",
    ),
    "32 (33): who approves the conversion": ("approve_conversion.power",),
    "34 (35): who does not recognise": ("not_recognise.power",),
}  # fmt: skip


@pytest.fixture(scope="module")
def law() -> Law:
    """Give the shipped law."""
    return load_law(definitions_root())


def not_waivable(edition: Edition) -> set[str]:
    """Return the rules that an edition lets nobody waive."""
    return {name for name, (_, rule) in edition.rules.items() if not rule.waivable}


@pytest.mark.parametrize("article", BY_ARTICLE)
def test_every_edition_lets_nobody_waive_what_the_article_makes_the_vote_the_age_or_the_power(law, article):
    for edition in law.editions:
        assert set(BY_ARTICLE[article]) <= not_waivable(edition), edition.edition


def test_nothing_else_is_kept_from_being_waived(law):
    named = {rule for rules in BY_ARTICLE.values() for rule in rules}
    for edition in law.editions:
        assert not_waivable(edition) == named


def test_every_rule_of_a_voting_kind_is_among_them_whatever_happens_online(law):
    for edition in law.editions:
        kinds = {"quorum", "majority", "ballot", "tally", "age"}
        of_kind = {name for name, (_, rule) in edition.rules.items() if rule.demand.kind in kinds}
        assert of_kind
        assert of_kind <= not_waivable(edition)


@pytest.mark.parametrize(
    ("demand", "meant"),
    [(VOTE, True), (AGE, True), (POWER, True), (OPINIONS, True), (ORDER, False)],
)
def test_what_is_about_a_vote_an_age_or_a_power(demand, meant):
    votes = frozenset({"a.due", "a.present", "a.written"})
    assert never_waived(RuleDef.model_validate(FRAME | demand).demand, votes) is meant


def test_the_figures_of_a_vote_are_known_by_the_rules_that_count_them(law):
    found = set(vote_columns(law.editions[-1]))
    assert {"admit.due", "admit.written", "admit.ballot", "convert.in_favour", "admission_fell_short"} <= found
    assert not found & {"admit.on", "admit.result", "admit.reported_on", "convert.conclusion"}


@pytest.mark.parametrize("name", ["quorum", "opinions_dated", "fell_short"])
def test_a_vote_that_could_be_waived_is_found_where_it_stands(name):
    law = load_law(definitions_root())
    rules = law.editions[-1].steps["admit"].rules
    rules[name] = rules[name].model_copy(update={"online": "refuse", "waivable": True})
    law.editions[-1].__dict__.pop("rules", None)
    text = SHIPPED[NEWEST]
    (_, line), *_ = places(proof_of(law, NAME))
    assert text.splitlines()[line - 1] == "        waivable: false"  # where it says so, and the law no longer does
    assert line > line_of(text, f"      {name}:")


@pytest.mark.parametrize(("more", "found"), [("", ["town.yaml"]), (", waivable: false", [])])
def test_an_overlay_that_adds_a_rule_on_a_vote_says_so_too(more, found):
    counted = f"kind: tally, present: grant.fee, cast: [grant.fee], online: refuse{more}"
    files = Files(overlays={"town": OVERLAY + rule("counted", counted)})
    assert [file for file, _ in places(proof_of(files.law(), NAME))] == found


def test_who_decides_may_be_waived_where_a_breach_is_only_recorded(law):
    rules = law.editions[-1].rules
    assert rules["training.organized"][1].demand.kind == "decided_by"
    assert rules["training.organized"][1].waivable
    assert proof_of(Files().law(), NAME).faults == ()
