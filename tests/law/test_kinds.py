"""The closed vocabulary: what each kind reads, which days it binds, and when one rule is tighter than another."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, get_args

import pytest
from pydantic import ValidationError

from tests.law.small import demand
from workflow.law.kinds import KINDS, Bilingual, Kind, Presupposed, Quorum

Params = dict[str, Any]
BY: Params = {"filled": ["c.on"], "reached": "c"}
MORE: Params = {"filled": ["c.on", "d.on"], "reached": "c"}
ORDER: Params = {"kind": "order", "chain": ["a.on", "b.on"]}
NOT_BEFORE: Params = {"kind": "not_before", "from_": "a.on", "act": "b.on", "months": 3}
WITHIN: Params = {"kind": "within", "from_": "a.on", "act": "b.on", "months": 3}
FULL: Params = WITHIN | {
    "extension": {"months": 6, "reason": "b.why"},
    "presupposed_by": BY,
    "open_needs": ["d.on"],
    "open_unless": {"reached": "e"},
}
EVERY: Params = {"kind": "every", "from_": "a.on", "days": "b.days", "to": "c.on", "months": 3}
MONTHLY: Params = EVERY | {"months": 1, "calendar": True}
AGE: Params = {"kind": "age", "born": "p.born_on", "act": "a.on", "years": 18}
NAMES: Params = {"kind": "count", "of": ["a.one", "a.other"], "min": 2, "max": 4}
WHEN: Params = NAMES | {"presupposed_by": BY}
DISTINCT: Params = {"kind": "distinct", "of": ["a.one", "a.other"]}
MEMBERS: Params = {"kind": "standing", "people": ["a.one"], "on": "a.on", "must_be": "full_member"}
CLEAN: Params = {"kind": "standing", "people": ["a.one"], "on": "a.on", "not_under": ["warning"]}
QUORUM: Params = {"kind": "quorum", "due": "a.due", "present": "a.present"}
MAJORITY: Params = {"kind": "majority", "due": "a.due", "in_favour": "a.yes", "followed_by": {"reached": "b"}}
BALLOT: Params = {"kind": "ballot", "ballot": "a.way", "allowed": ["secret", "open"]}
TALLY: Params = {"kind": "tally", "present": "a.present", "written": "a.written", "cast": ["a.yes", "a.no"]}
NOTICE: Params = {"kind": "working_days", "from_": "a.from_on", "to": "a.on", "act": "b.on", "at_least": 5}
PAPERS: Params = {"kind": "evidence", "fields": ["a.paper"], "presupposed_by": BY}
OUTCOME: Params = {"kind": "outcome", "column": "a.conclusion", "forbidden": ["bad"], "presupposed_by": BY}
POWER: Params = {"kind": "decided_by", "body": "a.body", "allowed": ["desk", "board"]}
ONCE: Params = {"kind": "once", "times": "a.times", "at_most": 2}
SAME: Params = {"kind": "consistent", "columns": ["a.on", "b.on"]}
WRITTEN: Params = {"kind": "recorded_within", "act": "a.on", "recorded": "a.written_on", "days": 7}
EITHER: Params = {
    "kind": "any_of",
    "act": "b.on",
    "of": [
        {"kind": "count", "amount": "a.hours", "min": 24},
        {"kind": "not_before", "from": "a.on", "act": "b.on", "days": 3},
        {"kind": "evidence", "fields": ["a.paper"], "presupposed_by": {"reached": "b"}},
    ],
}
# A base, what an overlay says instead, and whether that is tighter; None: it cannot be compared.
TIGHTER: list[tuple[Params, Params, bool | None]] = [
    (ORDER, {}, True),
    (ORDER, {"strict": True}, True),
    (ORDER, {"chain": ["a.on", "x.on", "b.on"]}, True),
    (ORDER | {"strict": True}, {"strict": False}, False),
    (ORDER, {"chain": ["b.on", "a.on"]}, False),
    (NOT_BEFORE, {"months": 3}, True),
    (NOT_BEFORE, {"months": 4}, True),
    (NOT_BEFORE, {"months": 2}, False),
    (NOT_BEFORE, {"months": 0, "days": 200}, None),
    (NOT_BEFORE, {"from_": "x.on"}, None),
    (WITHIN, {}, True),
    (WITHIN, {"months": 2}, True),
    (WITHIN, {"months": 4}, False),
    (WITHIN, {"months": 0, "days": 7}, None),
    (WITHIN, {"act": "x.on"}, None),
    (WITHIN, {"extension": {"months": 4, "reason": "b.why"}}, False),
    (WITHIN, {"runs_open": False}, False),
    (WITHIN, {"presupposed_by": BY}, True),
    (WITHIN, {"open_needs": ["d.on"]}, False),
    (WITHIN, {"open_unless": {"reached": "e"}}, False),
    (FULL, {}, True),
    (FULL, {"extension": None}, True),
    (FULL, {"extension": {"months": 5, "reason": "b.why"}}, True),
    (FULL, {"extension": {"months": 7, "reason": "b.why"}}, False),
    (FULL, {"extension": {"months": 6, "reason": "b.other"}}, False),
    (FULL, {"presupposed_by": MORE}, True),
    (FULL, {"presupposed_by": {"reached": "c"}}, False),
    (FULL, {"presupposed_by": {"filled": ["c.on"], "reached": "d"}}, False),
    (FULL, {"presupposed_by": None}, False),
    (FULL, {"open_needs": []}, True),
    (FULL, {"open_unless": None}, True),
    (EVERY, {}, True),
    (EVERY, {"months": 1}, True),
    (EVERY, {"months": 6}, False),
    (EVERY, {"to": None}, None),
    (EVERY, {"open_unless": {"reached": "d"}}, False),
    (EVERY | {"open_unless": {"reached": "d"}}, {"open_unless": None}, True),
    (MONTHLY, {}, True),
    (MONTHLY | {"months": 3}, {"months": 1}, True),
    (MONTHLY, {"months": 3}, False),
    (MONTHLY | {"months": 4}, {"months": 3}, False),  # a third of the year with no whole quarter in it: May to August
    (MONTHLY, {"calendar": False}, None),
    (AGE, {"years": 19}, True),
    (AGE, {"years": 17}, False),
    (AGE, {"act": "b.on"}, None),
    (NAMES, {}, True),
    (NAMES, {"min": 3, "max": 3}, True),
    (NAMES, {"min": 1}, False),
    (NAMES, {"max": 5}, False),
    (NAMES, {"max": None}, False),
    (NAMES | {"max": None}, {"max": 4}, True),
    (NAMES, {"of": ["a.one"], "min": 1}, None),
    (NAMES, {"presupposed_by": BY}, False),
    (WHEN, {}, True),
    (WHEN, {"presupposed_by": None}, True),
    (WHEN, {"presupposed_by": MORE}, True),
    (WHEN, {"presupposed_by": BY | {"positive": ["c.hours"]}}, True),
    (WHEN | {"presupposed_by": BY | {"positive": ["c.hours"]}}, {"presupposed_by": BY}, False),
    (WHEN, {"presupposed_by": {"reached": "d"}}, False),
    (DISTINCT, {"of": ["a.one", "a.other", "b.one"]}, True),
    (DISTINCT, {"of": ["a.one", "b.one"]}, False),
    (MEMBERS, {"people": ["a.one", "a.other"]}, True),
    (MEMBERS, {"people": ["a.other"]}, False),
    (MEMBERS, {"on": "b.on"}, None),
    (CLEAN, {"not_under": ["warning", "removal"]}, True),
    (CLEAN, {"not_under": ["removal"]}, False),
    (CLEAN, {"must_be": "full_member", "not_under": []}, None),
    (QUORUM, {"more_than": "2/3"}, True),
    (QUORUM, {"more_than": "1/3"}, False),
    (QUORUM, {"present": "b.present"}, None),
    (MAJORITY, {"more_than": "2/3"}, True),
    (MAJORITY, {"more_than": "1/3"}, False),
    (MAJORITY, {"followed_by": {"reached": "c"}}, False),
    (MAJORITY, {"due": "b.due"}, None),
    (BALLOT, {"allowed": ["secret"]}, True),
    (BALLOT, {"allowed": ["secret", "shown"]}, False),
    (BALLOT, {"ballot": "b.way"}, None),
    (TALLY, {}, True),
    (TALLY, {"cast": ["a.yes"]}, None),
    (NOTICE, {"at_least": 7}, True),
    (NOTICE, {"at_least": 4}, False),
    (NOTICE, {"act": "c.on"}, None),
    (PAPERS, {"fields": ["a.paper", "a.on"]}, True),
    (PAPERS, {"fields": ["a.on"]}, False),
    (PAPERS, {"presupposed_by": {"reached": "d"}}, None),
    (OUTCOME, {"forbidden": ["bad", False]}, True),
    (OUTCOME, {"forbidden": ["worse"]}, False),
    (OUTCOME, {"column": "b.conclusion"}, None),
    (OUTCOME, {"presupposed_by": {"reached": "d"}}, None),
    (POWER, {"allowed": ["board"]}, True),
    (POWER, {"allowed": ["board", "anybody"]}, False),
    (POWER, {"body": "b.body"}, None),
    (ONCE, {"at_most": 1}, True),
    (ONCE, {"at_most": 3}, False),
    (ONCE, {"times": "b.times"}, None),
    (SAME, {"columns": ["a.on", "b.on", "c.on"]}, True),
    (SAME, {"columns": ["a.on", "c.on"]}, False),
    (WRITTEN, {"days": 3}, True),
    (WRITTEN, {"days": 8}, False),
    (WRITTEN, {"recorded": "b.written_on"}, None),
    (EITHER, {}, True),
    (EITHER, {"of": EITHER["of"][:2]}, True),
    (EITHER, {"of": [EITHER["of"][0] | {"min": 30}, EITHER["of"][1]]}, True),
    (EITHER, {"of": [EITHER["of"][0] | {"min": 8}, EITHER["of"][1]]}, False),
    (EITHER, {"of": [*EITHER["of"], EITHER["of"][0]]}, None),
    (EITHER, {"act": "c.on"}, None),
]
ALL = (
    ORDER, NOT_BEFORE, WITHIN, EVERY, AGE, NAMES, DISTINCT, MEMBERS, QUORUM, MAJORITY, BALLOT, TALLY,
    NOTICE, PAPERS, OUTCOME, POWER, ONCE, SAME, WRITTEN, EITHER,
)  # fmt: skip


@pytest.mark.parametrize(("base", "change", "expected"), TIGHTER)
def test_tighter_equal_looser_or_not_comparable(base, change, expected):
    assert demand(**(base | change)).tighter(demand(**base)) is expected


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind["kind"])
def test_every_kind_is_as_tight_as_itself_and_compared_with_no_other(kind):
    one = demand(**kind)
    assert one.tighter(one) is True
    assert all(one.tighter(demand(**other)) is None for other in ALL if other["kind"] != kind["kind"])


def test_every_kind_has_a_row_for_tighter_and_one_against_it():
    rows = {base["kind"] for base, _, expected in TIGHTER if expected is True}
    against = {base["kind"] for base, _, expected in TIGHTER if expected is not True}
    known = {get_args(kind.model_fields["kind"].annotation)[0] for kind in KINDS}
    assert rows == against == known


@pytest.mark.parametrize(
    ("kind", "columns", "act", "reached"),
    [
        (ORDER, "a.on b.on", "b.on", ""),
        (NOT_BEFORE, "a.on b.on", "b.on", ""),
        (WITHIN, "a.on b.on", "b.on", ""),
        (FULL, "a.on b.on b.why c.on d.on", "b.on", "c e"),
        (EVERY, "a.on b.days c.on", "c.on", ""),
        (EVERY | {"to": None, "open_unless": {"reached": "d"}}, "a.on b.days", None, "d"),
        (EVERY | {"open_unless": {"filled": ["d.on"]}}, "a.on b.days c.on", "c.on", ""),
        (AGE, "p.born_on a.on", "a.on", ""),
        (NAMES, "a.one a.other", None, ""),
        (WHEN, "a.one a.other c.on", None, "c"),
        ({"kind": "count", "days": ["a.from_on", "a.on"], "max": 9}, "a.from_on a.on", None, ""),
        ({"kind": "count", "amount": "a.hours", "min": 1}, "a.hours", None, ""),
        (DISTINCT, "a.one a.other", None, ""),
        (MEMBERS, "a.one a.on", "a.on", ""),
        (QUORUM, "a.due a.present", None, ""),
        (MAJORITY, "a.due a.yes", None, "b"),
        (MAJORITY | {"followed_by": {"filled": ["b.on"]}}, "a.due a.yes b.on", None, ""),
        (BALLOT, "a.way", None, ""),
        (TALLY, "a.present a.written a.yes a.no", None, ""),
        (NOTICE, "a.from_on a.on b.on", "b.on", ""),
        (PAPERS, "a.paper c.on", None, "c"),
        (OUTCOME, "a.conclusion c.on", None, "c"),
        (POWER, "a.body", None, ""),
        (ONCE, "a.times", None, ""),
        (SAME, "a.on b.on", None, ""),
        (WRITTEN, "a.on a.written_on", "a.on", ""),
        (EITHER, "a.hours a.on b.on a.paper", "b.on", "b"),
    ],
)
def test_what_a_kind_reads_and_when_it_acts(kind, columns, act, reached):
    one = demand(**kind)
    assert (" ".join(one.columns()), one.act(), " ".join(one.reached())) == (columns, act, reached)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (ORDER, [("a.on", "b.on", 0, 0, False)]),
        (ORDER | {"chain": ["a.on", "b.on", "c.on"], "strict": True},
         [("a.on", "b.on", 0, 1, False), ("b.on", "c.on", 0, 1, False)]),
        (NOT_BEFORE, [("a.on", "b.on", 3, 0, False)]),
        (WITHIN, [("a.on", "b.on", 3, 0, True)]),
        (WITHIN | {"months": 0, "days": 0}, [("a.on", "b.on", 0, 0, True)]),  # the limit is itself a day on record
        (FULL, [("a.on", "b.on", 6, 0, True)]),
        (AGE, [("p.born_on", "a.on", 216, 0, False)]),
        (NOTICE, [("a.from_on", "a.on", 0, 4, False)]),
        (PAPERS, []),
    ],
)  # fmt: skip
def test_the_days_that_a_kind_binds(kind, expected):
    assert [tuple(bound.model_dump().values()) for bound in demand(**kind).bounds()] == expected


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        (NOT_BEFORE | {"days": 3}, "either months or days"),
        (NOT_BEFORE | {"months": 0}, "either months or days"),
        (NOT_BEFORE | {"months": 0, "days": 0}, "either months or days"),
        (WITHIN | {"months": 0}, "either months or days"),
        (NOT_BEFORE | {"months": 100_000}, "less than or equal to 1200"),
        (WITHIN | {"extension": {"months": 3, "reason": "b.why"}}, "longer than the limit"),
        (WITHIN | {"months": 0, "days": 5, "extension": {"months": 0, "reason": "b.why"}}, "longer than the limit"),
        (WITHIN | {"presupposed_by": {}}, "which step was reached"),
        (NAMES | {"amount": "a.hours"}, "count one thing"),
        ({"kind": "count", "min": 1}, "count one thing"),
        (NAMES | {"max": 1}, "max is below min"),
        (MEMBERS | {"not_under": ["warning"]}, "either must_be or not_under"),
        (QUORUM | {"more_than": "1"}, "lies below 1"),
        (QUORUM | {"more_than": "1/0"}, "written 1/2"),
        (QUORUM | {"more_than": "1e9999999"}, "written 1/2"),
        (QUORUM | {"more_than": [1]}, "written 1/2"),
        (ORDER | {"chain": ["a.on"]}, "at least 2"),
        (ORDER | {"chain": ["a.on", "B"]}, "match pattern"),
        (ORDER | {"stricter": True}, "Extra inputs"),
        (MONTHLY | {"months": 5}, "those of a year"),
        ({"kind": "unheard_of"}, "does not match any"),
    ],
)
def test_parameters_that_make_no_sense_are_refused(kind, message):
    with pytest.raises(ValidationError, match=message):
        demand(**kind)


def test_a_share_is_exact():
    half, more = demand(**QUORUM), demand(**QUORUM, more_than="2/3")
    assert isinstance(half, Quorum)
    assert isinstance(more, Quorum)
    assert (half.more_than, more.more_than) == (Fraction(1, 2), Fraction(2, 3))


def test_only_last_days_count_as_upper_bounds():
    assert {kind.__name__ for kind in KINDS if kind.upper_bound} == {"Within", "Every", "RecordedWithin"}


def test_what_is_presupposed_reads_its_columns():
    assert Presupposed.model_validate(MORE).columns() == ("c.on", "d.on")


def test_a_text_speaks_both_languages():
    text = Bilingual(zh="规则", en="rule")
    assert (text.of("zh"), text.of("en")) == ("规则", "rule")


def test_a_kind_must_say_what_it_reads():
    with pytest.raises(NotImplementedError):
        Kind().columns()
