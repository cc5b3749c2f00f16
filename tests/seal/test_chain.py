"""Hashes are those of RFC 6962; a commitment tells nothing without its salt and changes with every part."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.seal import ORIGIN, NotCanonical, commitment, leaf_hash

salts = st.binary(min_size=32, max_size=32)


def test_the_leaf_hash_of_nothing_is_the_known_one():
    # RFC 6962 gives the definition; the value stands in Certificate Transparency's reference tests.
    assert leaf_hash(b"") == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"


def test_the_second_known_leaf():
    assert leaf_hash(bytes([0])) == "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"


@given(st.binary(), st.binary())
def test_a_leaf_is_never_the_hash_of_a_node(left, right):
    assert leaf_hash(left + right) != sha256(b"\x01" + left + right).hexdigest()


def test_the_origin_has_the_form_of_a_hash():
    assert len(ORIGIN) == len(leaf_hash(b""))
    assert set(ORIGIN) == {"0"}


@given(salts, salts, st.text(st.characters(exclude_categories=["Cs"])))
def test_the_same_value_under_another_salt_is_another_commitment(one, other, value):
    assert (commitment(one, value) == commitment(other, value)) == (one == other)


def test_text_and_number_are_committed_apart():
    salt = bytes(32)
    assert commitment(salt, "1") != commitment(salt, 1)
    assert commitment(salt, "1") == sha256(salt + b'"1"').hexdigest()


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_salt_of_another_length_is_refused(length):
    with pytest.raises(ValueError, match=f"not {length}"):
        commitment(bytes(length), "甲")


def test_a_value_without_canonical_bytes_has_no_commitment():
    with pytest.raises(NotCanonical):
        commitment(bytes(32), 1.5)  # type: ignore[arg-type]  # of no known kind: that is what is tested
