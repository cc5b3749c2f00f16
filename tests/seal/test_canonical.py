"""Canonical bytes are those of RFC 8785, and what has no such writing is refused when it is written."""

import json

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from workflow.seal import NotCanonical, canonical
from workflow.seal.canonical import LARGEST

texts = st.text(st.characters(exclude_categories=["Cs"]))
plain = st.none() | st.booleans() | st.integers(-LARGEST, LARGEST) | texts
keys = st.text(st.characters(max_codepoint=127))
values = st.recursive(plain, lambda inner: st.lists(inner) | st.dictionaries(keys, inner), max_leaves=20)


@given(values)
def test_the_bytes_are_those_of_the_scheme(value):
    assert canonical(value) == rfc8785.dumps(value)


@given(values)
def test_nothing_is_lost(value):
    assert json.loads(canonical(value)) == value


@given(st.dictionaries(keys, plain))
def test_the_order_of_keys_makes_no_difference(value):
    assert canonical(dict(reversed(value.items()))) == canonical(value)


def test_tuples_are_arrays():
    assert canonical(("甲", (1,))) == '["甲",[1]]'.encode()


@pytest.mark.parametrize(
    ("value", "place"),
    [
        (1.0, "$"),
        (float("nan"), "$"),
        ({"days": [0, LARGEST + 1]}, "$.days[1]"),
        ([-LARGEST - 1], "$[0]"),
        ({"姓名": 1}, "$"),
        ({1: 1}, "$"),
        ({"a": {"é": 1}}, "$.a"),
        (b"bytes", "$"),
        ({1, 2}, "$"),
        ([object()], "$[0]"),
    ],
)
def test_what_lies_outside_the_profile_is_refused_with_its_place(value, place):
    with pytest.raises(
        NotCanonical, match=f"^{place.replace('$', '[$]').replace('[0]', '.0.').replace('[1]', '.1.')}:"
    ):
        canonical(value)


@pytest.mark.parametrize("value", ["\ud800", ["a\udfff"], {"a": "\udc00b"}])
def test_a_lone_surrogate_is_refused(value):
    with pytest.raises(NotCanonical, match="surrogate"):
        canonical(value)


def test_the_largest_numbers_pass():
    assert canonical([LARGEST, -LARGEST]) == b"[9007199254740991,-9007199254740991]"
