"""Irregular acts: they stand in the record as findings, and open the way to nothing (art. 8, 19, 32; the design)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from tests.engine.office import LAWS, Bureau
from tests.engine.soundness import faults
from tests.engine.stages import broken, imported, record, refusals, until
from tests.engine.test_looking import broken_now, looking
from workflow.case.values import Value
from workflow.engine.findings_view import FindingFilters, findings
from workflow.engine.showing import show
from workflow.keep.projection import projected
from workflow.rules.judge import StepRefused
from workflow.rules.verdict import VerdictState

D = date
NO_QUORUM: Mapping[str, Any] = {
    "due": 20, "present": 10, "written": 6, "in_favour": 15, "against": 1, "ballot": "secret", "singly": True,
    "resolution": "决3", "reported_on": "2027-09-10", "written_by_on": "2027-09-01",
}  # fmt: skip


def held(office: Bureau, case: str, do: str, on: date, evidence: Mapping[str, Any]) -> None:
    """Record an act as irregular, confirmed by the second person."""
    answer = office.take("secretary", case, do, on, evidence=evidence, irregular=True, reason="确已召开")
    office.confirm("commissioner", answer)


def test_the_same_breach_is_refused_again_after_it_was_kept_as_irregular(office: Bureau) -> None:
    case = until(office, "fill_form")
    office.clock.day = D(2027, 9, 10)
    held(office, case, "admit passed", D(2027, 9, 3), NO_QUORUM)
    assert office.state(case) == "pre_reviewed"
    assert "admit.quorum" in refusals(
        lambda: office.take("secretary", case, "admit passed", D(2027, 9, 6), evidence=NO_QUORUM)
    )
    assert ("admit.quorum", 1) in broken(office, case)


def test_an_irregular_resolution_is_none_to_approve(office: Bureau) -> None:
    case = until(office, "fill_form")
    office.clock.day = D(2027, 9, 10)
    held(office, case, "admit passed", D(2027, 9, 3), NO_QUORUM)
    values = record(office, case).view().values
    assert values.get("admit.on") is None
    assert values.get("admit.in_favour") is None


def test_an_irregular_act_far_ahead_excuses_nothing_on_the_way(office: Bureau) -> None:
    case = until(office, "choose_target")
    papers = ("admission_form", "application_letter", "cultivation_record", "political_review", "probation_record",
              "conversion_request")  # fmt: skip
    held(office, case, "archive filed", D(2027, 7, 7), dict.fromkeys(papers, "1"))
    office.take("approver", case, "list_target consented", D(2027, 7, 8))
    office.clock.day = D(2027, 7, 15)
    office.take("secretary", case, "list_target notice_given", D(2027, 7, 9), evidence={"notice_to": "2027-07-15"})
    office.take("secretary", case, "list_target listed", D(2027, 7, 16), evidence={"notice_result": "clear"})
    reasons = refusals(
        lambda: office.take("secretary", case, "examine passed", D(2027, 8, 10), evidence={"body": "branch_committee"})
    )
    assert {"sponsors.two", "political_review.concluded"} <= set(reasons)


def test_an_irregular_act_stays_found_against_every_rule_that_it_was_kept_for(office: Bureau) -> None:
    case = until(office, "sponsors")
    day = office.clock.day
    held(office, case, "archive filed", day, {"admission_form": "1"})
    held(office, case, "examine passed", day, {"body": "branch_committee"})
    entries = record(office, case).entries[-2:]
    noted = {(rule, one.recorded.step, one.recorded.number) for one in entries for rule in one.body["findings"]}
    assert ("archive.state", "archive", entries[0].recorded.number) in noted
    assert ("political_review.concluded", "examine", entries[1].recorded.number) in noted
    with looking(office, "secretary") as task:
        listed = [one for one in findings(task, FindingFilters()).rows if one.number == case]
        own = [one for one in show(task, case).findings if one.state is VerdictState.VIOLATED]
        assert not list(projected(task.connection, LAWS, record(office, case).row.id))
    assert noted <= {(one.rule, one.step, one.entry) for one in listed}
    assert {(one.rule, one.step, one.round) for one in listed} == {(one.rule, one.step, one.round) for one in own}
    words = {one.rule: (one.outcome, one.force, one.demand, one.basis, one.what) for one in own}
    assert all(words[one.rule] == (one.outcome, one.force, one.demand, one.basis, one.what) for one in listed)
    assert all(one.demand.zh and one.demand.en and one.basis.zh and one.what.en for one in listed)


def test_an_irregular_act_is_found_no_more_once_it_is_withdrawn(office: Bureau) -> None:
    case = until(office, "choose_target")
    before = broken_now(office, case)
    held(office, case, "archive filed", D(2027, 7, 7), {"admission_form": "1"})
    assert broken_now(office, case) > before
    number = record(office, case).entries[-1].recorded.number
    office.confirm("commissioner", office.withdraw("secretary", case, number))
    assert broken_now(office, case) == before


def test_what_was_found_of_an_irregular_act_is_made_good_by_the_true_facts(office: Bureau) -> None:
    case = until(office, "fill_form")
    office.clock.day = D(2027, 9, 10)
    held(office, case, "admit passed", D(2027, 9, 3), NO_QUORUM)
    number = record(office, case).entries[-1].recorded.number
    noted = set(record(office, case).entries[-1].body["findings"])
    assert "admit.quorum" in noted <= broken_now(office, case)
    office.confirm("commissioner", office.correct("secretary", case, number, {"present": 18, "written": 0}))
    assert "admit.quorum" not in broken_now(office, case)


WHOLE: Mapping[str, Any] = {
    "due": 20, "present": 16, "in_favour": 15, "against": 1, "ballot": "secret", "singly": True, "resolution": "决3",
}  # fmt: skip


def corrected(office: Bureau, case: str, number: int, evidence: Mapping[str, Any]) -> set[str]:
    """Correct an entry, confirmed by the second person; return what the case is shown to break then."""
    office.confirm("commissioner", office.correct("secretary", case, number, evidence))
    with looking(office, "secretary") as task:
        assert not list(projected(task.connection, LAWS, record(office, case).row.id))
    assert faults(office.database) == []
    return broken_now(office, case)


def test_what_lacked_of_an_irregular_act_is_made_good_once_all_of_it_is_there(office: Bureau) -> None:
    case = until(office, "fill_form")
    office.clock.day = D(2027, 9, 10)
    less = {name: value for name, value in WHOLE.items() if name not in ("ballot", "singly")}
    held(office, case, "admit passed", D(2027, 9, 3), less)
    number = record(office, case).entries[-1].recorded.number
    assert "admit.required" in broken_now(office, case)
    assert "admit.required" in corrected(office, case, number, {"ballot": "secret"})
    assert "admit.required" not in corrected(office, case, number, {"singly": True})
    assert "admit.required" in corrected(office, case, number, {"due": None})


def test_a_rule_that_does_not_apply_to_the_true_facts_of_an_irregular_act_is_found_no_more(office: Bureau) -> None:
    case = until(office, "fill_form")
    office.clock.day = D(2027, 9, 10)
    held(office, case, "admit passed", D(2027, 9, 3), {**WHOLE, "written": 3, "against": 4})
    number = record(office, case).entries[-1].recorded.number
    assert "admit.opinions_dated" in broken_now(office, case)
    assert "admit.opinions_dated" in corrected(office, case, number, {"resolution": "决4"})
    assert "admit.opinions_dated" not in corrected(office, case, number, {"written": None, "against": 1})
    assert "admit.opinions_dated" in corrected(office, case, number, {"written": 3, "against": 4})


def test_a_correction_that_a_rule_does_not_turn_on_makes_nothing_good(office: Bureau) -> None:
    case = until(office, "sponsors")
    held(office, case, "archive filed", office.clock.day, {"admission_form": "1"})
    number = record(office, case).entries[-1].recorded.number
    noted = set(record(office, case).entries[-1].body["findings"])
    assert "archive.state" in noted <= corrected(office, case, number, {"admission_form": "2"})


def test_a_step_begun_goes_on_after_an_irregular_act_of_it(office: Bureau) -> None:
    case = until(office, "choose_target")
    office.take("approver", case, "list_target consented", D(2027, 7, 8))
    held(office, case, "list_target listed", D(2027, 7, 9), {})
    view = record(office, case).view()
    assert view.values["list_target.consented_on"] == D(2027, 7, 8)
    assert view.rounds["list_target"] == 2


def test_who_acts_anew_on_what_was_broken_in_an_imported_past_has_to_do_it_right(office: Bureau) -> None:
    past: Mapping[str, Mapping[str, Value]] = {"apply": {"on": D(2026, 5, 20)}, "list_target": {"on": D(2027, 7, 16)},
            "sponsors": {"name_1": "外人一", "name_2": "外人二"}}  # fmt: skip
    office.clock.day = D(2027, 7, 20)
    case = imported(office, "target", past)
    with pytest.raises(StepRefused) as caught:
        office.take(
            "secretary", case, "sponsors determined", D(2027, 7, 20), evidence={"name_1": "外人三", "name_2": "甲"}
        )
    assert "sponsors.full_members" in {one.rule for one in caught.value.refusals}
    office.take("secretary", case, "sponsors determined", D(2027, 7, 20), evidence={"name_1": "甲", "name_2": "乙"})
