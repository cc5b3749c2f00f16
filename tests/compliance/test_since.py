"""An audit set against an earlier one: what is new, as before, back and gone, and what is not said to be any of it."""

from __future__ import annotations

import json
from datetime import date

import pytest

from tests.compliance.logs import SHORT, law, rows
from tests.compliance.results import listed, lives, read
from workflow.compliance.earlier import NotEarlier
from workflow.compliance.lives import LaterThanThis, OtherCases, OtherRules

MAY, JUNE, JULY, AUGUST = date(2025, 5, 31), date(2025, 6, 30), date(2025, 7, 31), date(2025, 8, 31)
LATE = "in_eight_weeks"  # of an application of 8 January: until 5 March
FORMS = ("json", "csv", "parquet")
BEFORE = rows(
    "as before,Register,2025-01-08", "as before,Grant,2025-03-06",
    "put right,Register,2025-01-08",
    "kept,Register,2025-01-08", "kept,Grant,2025-03-05",
    "unreadable,Register,2025-01-08", "unreadable,Grant,2025-03-10",
    "left out,Register,2025-01-08", "left out,Grant,2025-03-10",
)  # fmt: skip
AFTER = rows(
    "left out no more,Register,2025-06-01",
    "unreadable,Grant,soon", "unreadable,Register,2025-01-08",
    "kept,Grant,2025-03-07", "kept,Register,2025-01-08",
    "put right,Register,2025-01-08", "put right,Grant,2025-03-04",
    "as before,Grant,2025-03-06", "as before,Register,2025-01-08",
)  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_each_finding_is_told_by_what_the_earlier_list_knows_of_it(tmp_path, form):
    before = listed(tmp_path, BEFORE, MAY, tmp_path / f"may.{form}")
    assert {row["case"] for row in before} == {"as before", "put right", "unreadable", "left out"}
    found = listed(tmp_path, AFTER, JUNE, tmp_path / f"june.{form}", tmp_path / f"may.{form}")
    assert lives(found) == {
        ("as before", LATE, 1): "unchanged",
        ("kept", LATE, 1): "new",
        ("put right", LATE, 1): "gone",
        ("unreadable", LATE, 1): "undecided",
        ("left out", LATE, 1): "absent",
    }
    days = {row["case"]: (row["first_seen"], row["gone_on"]) for row in found}
    assert days["as before"] == (str(MAY), None)
    assert days["kept"] == (str(JUNE), None)
    assert days["put right"] == (str(MAY), str(JUNE))


def test_the_same_log_judged_again_has_nothing_new_and_nothing_gone(tmp_path):
    listed(tmp_path, BEFORE, MAY, tmp_path / "may.json")
    shuffled = rows(*sorted(BEFORE.splitlines()[1:], reverse=True))
    again = listed(tmp_path, shuffled, MAY, tmp_path / "again.json", tmp_path / "may.json")
    assert len(again) == 4
    assert set(lives(again).values()) == {"unchanged"}


@pytest.mark.parametrize("form", FORMS)
def test_what_was_gone_and_is_found_again_is_back_with_the_day_it_was_first_seen(tmp_path, form):
    paths = [tmp_path / f"{number}.{form}" for number in range(4)]
    listed(tmp_path, BEFORE, MAY, paths[0])
    listed(tmp_path, AFTER, JUNE, paths[1], paths[0])
    third = listed(tmp_path, AFTER, JULY, paths[2], paths[1])
    closed = next(row for row in third if row["case"] == "put right")
    assert (closed["life"], closed["gone_on"]) == ("closed", str(JUNE))
    assert lives(third)["unreadable", LATE, 1] == "undecided"  # still known, and still not gone
    last = listed(tmp_path, BEFORE, AUGUST, paths[3], paths[2])
    told = {row["case"]: (row["life"], row["first_seen"], row["gone_on"]) for row in last}
    assert told["put right"] == ("reopened", str(MAY), None)
    assert told["unreadable"] == ("unchanged", str(MAY), None)
    assert told["left out"] == ("unchanged", str(MAY), None)
    assert told["kept"] == ("gone", str(JUNE), str(AUGUST))


def test_another_round_of_a_step_is_another_finding_and_the_earlier_round_stays_itself(tmp_path):
    first = ("A,Register,2025-01-08", "A,Refuse,2025-03-10")
    listed(tmp_path, rows(*first), MAY, tmp_path / "may.json")
    second = ("A,Register,2025-03-20", "A,Refuse,2025-06-20")
    found = listed(tmp_path, rows(*first, *second), JUNE, tmp_path / "june.json", tmp_path / "may.json")
    assert lives(found) == {("A", LATE, 1): "unchanged", ("A", LATE, 2): "new"}


def test_the_counts_add_up_to_what_is_found(tmp_path):
    listed(tmp_path, BEFORE, MAY, tmp_path / "may.json")
    listed(tmp_path, AFTER, JUNE, tmp_path / "june.json", tmp_path / "may.json")
    told = json.loads((tmp_path / "june.json").read_text("utf-8"))
    counts = told["lives"]
    assert (counts["earlier"], counts["as_of"]) == ("may.json", str(MAY))
    assert {key: counts[key] for key in ("new", "unchanged", "reopened", "gone", "undecided", "absent")} == {
        "new": 1, "unchanged": 1, "reopened": 0, "gone": 1, "undecided": 1, "absent": 1,
    }  # fmt: skip
    assert counts["new"] + counts["unchanged"] + counts["reopened"] + counts["other_rule"] == told["found"]


@pytest.mark.parametrize("form", FORMS)
def test_cases_that_look_like_formulas_or_hold_hidden_characters_are_known_again(tmp_path, form):
    names = ("=1+1", "a\u200bb", "-7", "plain", "工〔2025〕1号")
    lines = rows(*(f"{case},Register,2025-01-08" for case in names))
    listed(tmp_path, lines, MAY, tmp_path / f"may.{form}")
    found = listed(tmp_path, lines, JUNE, tmp_path / "june.json", tmp_path / f"may.{form}")
    assert [row["life"] for row in found] == ["unchanged"] * len(names)
    put_right = rows(*(f"{case},Register,2025-06-08" for case in names))
    found = listed(tmp_path, put_right, JULY, tmp_path / "july.json", tmp_path / f"may.{form}")
    assert {row["case"] for row in found if row["life"] == "gone"} == set(names)


def test_an_audit_by_other_rules_is_refused_and_names_them(tmp_path):
    listed(tmp_path, BEFORE, MAY, tmp_path / "may.json")
    longer = law(tmp_path, SHORT.replace("56", "63"))
    with pytest.raises(OtherRules, match=r"decision\.in_eight_weeks") as caught:
        listed(tmp_path, AFTER, JUNE, tmp_path / "june.json", tmp_path / "may.json", of=longer)
    assert "(1)" in caught.value.what.en
    assert not (tmp_path / "june.json").exists()


def test_with_leave_the_rules_that_are_the_same_are_compared_and_of_the_others_nothing_is_said(tmp_path):
    plots = "case,step,day,plot"
    before = rows("A,Register,2025-01-08,1", "A,Grant,2025-02-01,2", "B,Register,2025-01-08,1", columns=plots)
    listed(tmp_path, before, MAY, tmp_path / "may.json")
    now = rows("A,Register,2025-01-08,1", "A,Grant,2025-02-01,1", "B,Register,2025-05-30,1",
               "C,Register,2025-01-08,1", columns=plots)  # fmt: skip
    longer = law(tmp_path, SHORT.replace("56", "63"))
    paths = (tmp_path / "june.json", tmp_path / "may.json")
    found = listed(tmp_path, now, JUNE, *paths, of=longer, other_rules=True)
    assert lives(found) == {("C", LATE, 1): "other_rule", ("A", "same_plot", 1): "gone", ("B", LATE, 1): "not_asked"}
    told = json.loads((tmp_path / "june.json").read_text("utf-8"))["lives"]
    assert told["rules_not_compared"] == [f"decision.{LATE}"]


def test_other_words_for_the_same_rule_are_no_other_rule(tmp_path):
    listed(tmp_path, BEFORE, MAY, tmp_path / "may.json")
    title = next(line for line in SHORT.splitlines() if line.startswith("title"))
    reworded = law(tmp_path, SHORT.replace(title, title.replace("{zh: ", "{zh: 新")))
    found = listed(tmp_path, AFTER, JUNE, tmp_path / "june.json", tmp_path / "may.json", of=reworded)
    assert "unchanged" in lives(found).values()


def test_a_later_audit_is_no_earlier_one(tmp_path):
    listed(tmp_path, BEFORE, JUNE, tmp_path / "june.json")
    with pytest.raises(LaterThanThis):
        listed(tmp_path, BEFORE, MAY, tmp_path / "may.json", tmp_path / "june.json")


def test_a_list_of_other_cases_altogether_is_refused(tmp_path):
    listed(tmp_path, BEFORE, MAY, tmp_path / "may.json")
    with pytest.raises(OtherCases):
        listed(tmp_path, rows("X,Register,2025-01-08"), JUNE, tmp_path / "june.json", tmp_path / "may.json")


def test_a_list_without_findings_makes_all_new(tmp_path):
    listed(tmp_path, rows("A,Register,2025-05-30"), MAY, tmp_path / "may.csv")
    found = listed(tmp_path, rows("A,Register,2025-01-08"), JUNE, tmp_path / "june.csv", tmp_path / "may.csv")
    assert lives(found) == {("A", LATE, 1): "new"}


def test_what_does_not_say_by_which_rules_it_was_made_is_refused(tmp_path):
    for form in ("csv", "parquet"):
        listed(tmp_path, BEFORE, MAY, tmp_path / f"may.{form}")
        (tmp_path / f"may.{form}.summary.json").unlink()
    listed(tmp_path, BEFORE, MAY, tmp_path / "may.json")
    whole = (tmp_path / "may.json").read_text("utf-8")
    (tmp_path / "short.json").write_text(whole.rsplit("\n ]", 1)[0], encoding="utf-8")
    (tmp_path / "other.json").write_text(json.dumps(json.loads(whole)), encoding="utf-8")
    told = {key: value for key, value in json.loads(whole).items() if key != "asked"}
    unsaid = json.dumps(told, ensure_ascii=False, indent=1).replace('"findings": [\n  {', '"findings": [\n{')
    (tmp_path / "unsaid.json").write_text(unsaid.split(' "findings"', 1)[0] + ' "findings": [\n ]\n}\n', "utf-8")
    (tmp_path / "list.txt").write_text("x", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    for name in ("may.csv", "may.parquet", "short.json", "other.json", "unsaid.json", "list.txt", "empty"):
        with pytest.raises(NotEarlier, match=r"summary\.json"):
            listed(tmp_path, BEFORE, JUNE, tmp_path / "june.json", tmp_path / name)
    assert not (tmp_path / "june.json").exists()


def test_without_an_earlier_list_nothing_is_said_of_lives(tmp_path):
    listed(tmp_path, BEFORE, MAY, tmp_path / "may.csv")
    assert all("life" not in row for row in read(tmp_path / "may.csv"))
    summary = json.loads((tmp_path / "may.csv.summary.json").read_text("utf-8"))
    assert (summary["as_of"], "lives" in summary, summary["found"]) == (str(MAY), False, 4)


def test_a_list_of_another_time_never_keeps_the_summary_of_this_one(tmp_path):
    listed(tmp_path, BEFORE, MAY, tmp_path / "found.csv")
    listed(tmp_path, rows("A,Register,2025-06-08"), JUNE, tmp_path / "found.csv")
    summary = json.loads((tmp_path / "found.csv.summary.json").read_text("utf-8"))
    assert (summary["as_of"], summary["found"]) == (str(JUNE), 0)
