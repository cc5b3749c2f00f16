"""What a password must be: every reason at once, in each profile."""

import math
import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.access.passwords import GROUPS, SIGNS, expired, one_time
from workflow.access.profiles import LONGEST, PROFILES, Profile, WeakPassword, check, demand, plain

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
REASONS = {
    "short": "fewer than {} characters",
    "long": "more than 128",
    "unseen": "cannot be seen",
    "kinds": "capital letters",
    "named": "login or the name",
    "common": "common one",
}


def reasons(profile, password, login="zb1.shuji", name="赵示甲"):
    """Return which reasons are given against a password."""
    try:
        check(profile, password, login, name)
    except WeakPassword as error:
        return {
            key
            for key, words in REASONS.items()
            if any(words.format(PROFILES[profile].shortest) in one.en for one in error.reasons)
        }
    return set()


@pytest.mark.parametrize(
    ("profile", "password", "expected"),
    [
        ("plain", "correct horse battery", set()),
        ("plain", "早春二月江南杏花烟雨中人", set()),
        ("plain", "elevensigns", {"short"}),
        ("plain", "", {"short", "common"}),
        ("plain", "twelve signs", set()),
        ("plain", "x" * LONGEST + "yzabcd", {"long"}),
        ("plain", "with\x00a null inside", {"unseen"}),
        ("plain", "with\u202ea mark inside", {"unseen"}),
        ("plain", "my zb1.shuji password", {"named"}),
        ("plain", "ZB1.Shuji-password", {"named"}),
        ("plain", "ｚｂ１．ｓｈｕｊｉ-password", {"named"}),  # full-width signs are the same signs
        ("plain", "我叫赵示甲今年春天入职的", {"named"}),
        ("plain", "Password1234", {"common"}),
        ("plain", "p-a-s-s-w-o-r-d-1234", {"common"}),
        ("plain", "1qaz2wsx3edc", {"common"}),
        ("plain", "abcabcabcabc", {"common"}),
        ("plain", "zb1", {"short", "common"}),
        ("graded", "Riverbank 7", set()),
        ("graded", "riverbanks7", {"kinds"}),
        ("graded", "riverbanks 7", set()),
        ("graded", "Riverb 77", {"short"}),
        ("graded", "riverside", {"short", "kinds"}),
        ("graded", "江南烟雨中的杏花二月", {"kinds"}),
        ("graded", "Admin123456", {"common"}),
    ],
)
def test_each_fault_of_a_password_is_named(profile, password, expected):
    assert reasons(profile, password) == expected


@pytest.mark.parametrize(
    ("password", "login", "name", "expected"),
    [
        ("one zb two three", "zb", "赵", set()),  # too short a login to be found by chance
        ("the wang li password", "wl", "Wang Li", set()),
        ("thewanglipassword", "wl", "Wang Li", {"named"}),
        ("zb", "ZB", "赵示甲", {"short", "named", "common"}),
        ("赵示甲", "zb", "赵 示甲", {"short", "named", "common"}),
    ],
)
def test_login_and_name_are_no_password(password, login, name, expected):
    assert reasons("plain", password, login, name) == expected


def test_all_reasons_are_said_in_one_message():
    with pytest.raises(WeakPassword) as refused:
        check("graded", "aaa", "zb1.shuji", "赵示甲")
    assert len(refused.value.reasons) == 3
    assert all(one.zh in refused.value.what.zh and one.en in refused.value.what.en for one in refused.value.reasons)
    assert refused.value.remedy is not None
    assert "10" in refused.value.remedy.zh


def test_the_form_says_what_is_asked():
    assert "12" in demand("plain").zh
    assert "90" not in demand("plain").en
    graded = demand("graded")
    assert all(word in graded.zh for word in ("10", "3 类", "90 天"))
    assert all(word in graded.en for word in ("10", "3 of these", "90 days"))


@pytest.mark.parametrize(("shortest", "classes"), [(0, 1), (129, 1), (10, 0), (10, 5)])
def test_a_profile_that_nothing_fulfils_does_not_exist(shortest, classes):
    with pytest.raises(ValueError, match="no password"):
        Profile(shortest, classes)


@pytest.mark.parametrize(
    ("profile", "age", "expected"),
    [
        ("plain", timedelta(days=4000), False),
        ("plain", None, False),
        ("graded", timedelta(days=89), False),
        ("graded", timedelta(days=90), True),
        ("graded", None, True),
    ],
)
def test_a_graded_password_lasts_ninety_days(profile, age, expected):
    assert expired(profile, None if age is None else NOW - age, NOW) is expected


def test_a_one_time_password_is_readable_and_cannot_be_guessed():
    made = [one_time() for _ in range(50)]
    assert all(re.fullmatch(r"[a-hjkmnp-z2-9]{4}(-[a-hjkmnp-z2-9]{4}){3}", one) for one in made)
    assert len(set(made)) == len(made)
    assert not set("ilo01") & set(SIGNS)
    assert GROUPS * 4 * math.log2(len(set(SIGNS))) >= 60


@given(st.text(alphabet=st.characters(codec=None, exclude_categories=()), max_size=200))
def test_whatever_is_typed_is_judged_and_can_be_hashed(password):
    reasons("graded", password)
    plain(password).encode()
    assert plain(plain(password)) == plain(password)
