"""What a case asks for next: the right step, of the right organization, by the right day; and nothing that must wait.

Wherever a case is left by these tests, the office of the tests compares the stored list with what replay gives.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from tests.engine.office import LAWS, Bureau
from tests.engine.stages import VOTE, imported, until
from workflow.case.values import ABSENT
from workflow.engine.agenda import NOTHING_URGES, renew
from workflow.engine.offices import actor_of
from workflow.engine.showing import Shown, show
from workflow.engine.task import Task
from workflow.store.tables import Case, Organization, Todo

D = date
BRANCH, COMMITTEE = "一支部", "党委"
HEARD = {"heard_on": "2028-09-01", "examined_on": "2028-09-03"}
RESOLVED = {"due": 20, "present": 19, "in_favour": 18, "ballot": "secret", "reported_on": "2028-09-06", **HEARD}
ACTIVIST: Mapping[str, Mapping[str, Any]] = {
    "apply": {"on": D(2025, 1, 1)},
    "talk": {"on": D(2025, 1, 10)},
    "activist": {"on": D(2025, 6, 1), "recommended_by": "推优", "recommended_on": D(2025, 5, 1)},
}
MEMBER: Mapping[str, Mapping[str, Any]] = {
    "admit": {"on": D(2024, 5, 26), "result": "passed", "reported_on": D(2024, 5, 27), "resolution": "1"},
    "approve": {"on": D(2024, 7, 1)},
    "assign": {"on": D(2024, 7, 5)},
    "oath": {"on": D(2024, 7, 6)},
    "file_admission": {"on": D(2024, 7, 7)},
    "request": {"on": D(2025, 5, 20)},
    "convert": {"on": D(2025, 5, 26), "due": 20, "present": 19, "in_favour": 18, "conclusion": "extended",
                "extended_to": D(2026, 5, 26), "reported_on": D(2025, 5, 27)},
    "approve_conversion": {"on": D(2025, 6, 10)},
}  # fmt: skip


def asked(office: Bureau, case: str) -> dict[str, tuple[str | None, date | None]]:
    """Return what a case asks for: by step who has to act and by when."""
    with office.database.read() as connection:
        columns = select(Todo.step, Organization.name, Todo.due_on).join(Case, Case.id == Todo.case_id)
        rows = connection.execute(
            columns.outerjoin(Organization, Organization.id == Todo.organization_id).where(Case.number == case)
        )
        return {step: (name, None if due == NOTHING_URGES else due) for step, name, due in rows}


def shown(office: Bureau, case: str) -> Shown:
    """Return the case as the secretary of the branch looks at it."""
    with office.database.read() as connection:
        return show(task(office, connection), case)


def brought(office: Bureau, state: str, past: Mapping[str, Mapping[str, Any]], absent: tuple[str, ...] = ()) -> str:
    """Put a case whose past was taken over into the first branch, with its list."""
    case = imported(office, state, past, absent)
    with office.database.write() as connection:
        renew(task(office, connection), connection.scalars(select(Case.id).where(Case.number == case)).all())
    return case


def task(office: Bureau, connection: Any) -> Task:
    """Return what the secretary of the branch needs."""
    login = office.people["secretary"]
    actor = actor_of(connection, LAWS.organizations, login.account_id, login.office_id, office.clock.day)
    return Task(connection, LAWS, actor, office.clock())


def anew(office: Bureau, case: str, today: date) -> dict[str, tuple[str | None, date | None]]:
    """Return what a case asks for on a later day; nothing was recorded in between."""
    office.clock.day = today
    with office.database.read() as connection:
        found = show(task(office, connection), case).now
    return {one.step: (one.acts, one.due_on) for one in found}


def ripe(office: Bureau, case: str) -> dict[str, date]:
    """Return what nothing limits but cannot be done yet: by step the first lawful day."""
    return {one.step: one.earliest for one in shown(office, case).now if one.earliest and one.due_on is None}


def progress(office: Bureau, case: str) -> dict[str, str]:
    """Return how far each numbered step has come."""
    return {one.step: str(one.progress) for one in shown(office, case).steps}


def test_the_listing_goes_from_hand_to_hand(office: Bureau) -> None:
    case = until(office, "cultivate")
    assert "list_target" not in asked(office, case)  # it is discussed first
    office.take("secretary", case, "choose_target proposed", D(2027, 7, 6), evidence={"heard_on": "2027-07-05"})
    assert asked(office, case)["list_target"] == (COMMITTEE, None)
    office.take("approver", case, "list_target consented", D(2027, 7, 8))
    assert asked(office, case)["list_target"] == (BRANCH, None)
    office.clock.day = D(2027, 7, 15)
    office.take("secretary", case, "list_target notice_given", D(2027, 7, 9), evidence={"notice_to": "2027-07-15"})
    assert asked(office, case)["list_target"] == (BRANCH, None)
    assert progress(office, case)["list_target"] == "now"
    assert progress(office, case)["choose_target"] == "done"


def test_a_refused_consent_is_for_the_branch_until_it_has_discussed_again(office: Bureau) -> None:
    case = until(office, "choose_target")
    office.take("approver", case, "list_target refused", D(2027, 7, 8), reason="条件尚不成熟")
    assert asked(office, case)["list_target"] == (BRANCH, None)
    office.take("secretary", case, "choose_target proposed", D(2027, 7, 20), evidence={"heard_on": "2027-07-19"})
    assert asked(office, case)["list_target"] == (COMMITTEE, None)
    office.take("approver", case, "list_target consented", D(2027, 7, 21))
    assert asked(office, case)["list_target"] == (BRANCH, None)


def test_what_was_returned_is_for_the_branch(office: Bureau) -> None:
    case = until(office, "activist")
    assert asked(office, case)["file_activist"] == (COMMITTEE, None)
    office.take("approver", case, "file_activist returned", D(2026, 7, 3), reason="缺推荐材料")
    assert asked(office, case)["file_activist"] == (BRANCH, None)
    assert progress(office, case)["file_activist"] == "now"
    (one,) = (one for one in shown(office, case).now if one.step == "file_activist")
    assert (one.acts, one.mine) == (BRANCH, True)
    office.take("approver", case, "file_activist filed", D(2026, 7, 8))
    assert "file_activist" not in asked(office, case)


def test_a_pre_review_gone_stale_is_asked_for_again(office: Bureau) -> None:
    case = until(office, "fill_form")
    assert asked(office, case) == {"admit": (BRANCH, D(2027, 9, 20))}
    assert anew(office, case, D(2027, 9, 20)) == {"admit": (BRANCH, D(2027, 9, 20))}
    assert anew(office, case, D(2027, 9, 21)) == {"pre_review": (COMMITTEE, D(2027, 9, 20))}
    (one,) = shown(office, case).now
    assert "第19条" in one.basis.zh
    office.take("approver", case, "pre_review passed", D(2027, 9, 22), evidence={"paper": "预2"})
    assert asked(office, case) == {"fill_form": (BRANCH, None), "admit": (BRANCH, D(2027, 10, 22))}


def test_a_resolution_is_reported_before_it_is_approved(office: Bureau) -> None:
    case = until(office, "fill_form")
    office.take("secretary", case, "admit passed", D(2027, 9, 6), evidence=VOTE)
    found = asked(office, case)
    assert found["admit"] == (BRANCH, None)
    assert found["approve"] == (COMMITTEE, D(2027, 12, 6))  # its time runs, whatever comes first
    assert progress(office, case)["admit"] == "done"
    office.take("secretary", case, "admit reported", D(2027, 9, 10))
    assert "admit" not in asked(office, case)
    assert asked(office, case)["approve"] == (COMMITTEE, D(2027, 12, 10))


def test_a_conversion_ripens_at_the_end_of_probation_and_is_approved_when_resolved(office: Bureau) -> None:
    case = until(office, "oath")
    found = asked(office, case)
    assert found["convert"] == (BRANCH, None)  # a first day (art. 31), no last one
    assert ripe(office, case) == {"convert": D(2028, 9, 6)}
    assert found["request"] == (BRANCH, None)
    assert "approve_conversion" not in found
    case = until(office, "request")
    office.take("secretary", case, "convert converted", D(2028, 9, 6), evidence=RESOLVED)
    assert asked(office, case).keys() == {"approve_conversion", "observe"}
    assert asked(office, case)["approve_conversion"] == (COMMITTEE, D(2028, 12, 6))


def test_an_extended_probation_is_converted_in_its_turn(office: Bureau) -> None:
    case = until(office, "request")
    extension = {**RESOLVED, "extended_to": "2029-03-06"}
    office.take("secretary", case, "convert extended", D(2028, 9, 6), reason="仍需考察", evidence=extension)
    assert asked(office, case).keys() == {"approve_conversion", "observe"}
    office.take("approver", case, "approve_conversion extended", D(2028, 10, 1))
    assert asked(office, case) == {"convert": (BRANCH, None), "observe": (BRANCH, None)}
    assert ripe(office, case) == {"convert": D(2029, 3, 6)}
    office.clock.day = D(2029, 3, 6)
    assert "convert" not in ripe(office, case)
    assert progress(office, case)["convert"] == "now"
    office.clock.day = D(2029, 3, 8)
    again = {**RESOLVED, "heard_on": "2029-03-01", "examined_on": "2029-03-02", "reported_on": "2029-03-08"}
    office.take("secretary", case, "convert converted", D(2029, 3, 7), evidence=again)
    assert asked(office, case) == {"approve_conversion": (COMMITTEE, D(2029, 6, 8)), "observe": (BRANCH, None)}


def test_an_imported_extension_is_converted_in_its_turn(office: Bureau) -> None:
    office.clock.day = D(2026, 5, 20)
    case = brought(office, "extended", MEMBER)
    found = asked(office, case)
    assert found["convert"] == (BRANCH, None)
    assert ripe(office, case) == {"convert": D(2026, 5, 26)}
    (convert,) = (one for one in shown(office, case).now if one.step == "convert")
    assert "第31条" in convert.basis.zh
    assert "approve_conversion" not in found


def test_a_vote_that_adopted_nothing_is_held_again(office: Bureau) -> None:
    case = until(office, "request")
    lost = {**{name: value for name, value in RESOLVED.items() if name != "reported_on"}, "in_favour": 5}
    office.take("secretary", case, "convert not_passed", D(2028, 9, 6), reason="赞成不过半数", evidence=lost)
    found = asked(office, case)
    assert found["convert"] == (BRANCH, None)
    assert "approve_conversion" not in found


def test_people_who_are_named_without_a_day_are_named(office: Bureau) -> None:
    office.clock.day = D(2026, 6, 1)
    case = brought(office, "activist", {**ACTIVIST, "contacts": {"name_1": "甲"}})
    assert progress(office, case)["contacts"] == "done"
    assert "contacts" not in asked(office, case)
    nobody = brought(office, "activist", ACTIVIST)
    assert progress(office, nobody)["contacts"] == "now"
    assert asked(office, nobody)["contacts"] == (BRANCH, None)
    half = brought(office, "target", {**ACTIVIST, "list_target": {"on": D(2026, 5, 1)}, "sponsors": {"name_1": "甲"}})
    assert progress(office, half)["sponsors"] == "now"


def test_a_conclusion_that_stands_in_the_way_leaves_the_step_open(office: Bureau) -> None:
    step, case = "political_review", until(office, "sponsors")
    office.take(
        "secretary", case, "political_review failed", D(2027, 8, 1), reason="结论性材料载明", evidence={"paper": "政1"}
    )
    assert asked(office, case)[step][0] == BRANCH
    assert progress(office, case)[step] == "now"
    assert "examine" not in asked(office, case)


def test_what_is_to_be_approved_is_what_the_meeting_resolved(office: Bureau) -> None:
    office.clock.day = D(2028, 9, 7)
    vote = {"heard_on": "2028-08-30", "examined_on": "2028-09-01", "due": 20, "present": 18, "in_favour": 17,
            "against": 1, "ballot": "secret"}  # fmt: skip
    offered = {}
    for resolved, more in (("converted", {}), ("extended", {"extended_to": "2029-06-06"}), ("revoked", {})):
        case = until(office, "request")
        office.take(
            "secretary", case, f"convert {resolved}", D(2028, 9, 6), reason="决议所载", evidence={**vote, **more}
        )
        office.take("secretary", case, "convert reported", D(2028, 9, 7))
        offered[resolved] = next(one.outcome for one in shown(office, case).now if one.step == "approve_conversion")
    assert offered == {"converted": "converted", "extended": "extended", "revoked": None}


def test_a_vote_that_was_not_carried_is_asked_for_anew(office: Bureau) -> None:
    office.clock.day = D(2026, 6, 1)
    vote: dict[str, Any] = {"on": D(2026, 5, 10), "due": 30, "present": 19, "in_favour": 14, "ballot": "secret",
            "reported_on": D(2026, 5, 12)}  # fmt: skip
    past: dict[str, Mapping[str, Any]] = {
        "pre_review": {"on": D(2026, 4, 28)},
        "fill_form": {"on": D(2026, 5, 5)},
        "admit": vote,
    }
    lost = brought(office, "pre_reviewed", past)
    assert asked(office, lost)["admit"][0] == BRANCH
    assert progress(office, lost)["admit"] == "now"
    carried = brought(office, "meeting_passed", {**past, "admit": {**vote, "in_favour": 17}})
    assert "admit" not in asked(office, carried)
    assert progress(office, carried)["admit"] == "done"


def test_what_the_ledger_of_an_imported_case_does_not_keep_limits_nothing(office: Bureau) -> None:
    office.clock.day = D(2025, 4, 1)
    past = {step: MEMBER[step] for step in ("admit", "approve", "assign", "oath", "file_admission")}
    case = brought(office, "probationary", past, ("postpone.on", "postpone.until"))
    assert shown(office, case).view.values["postpone.on"] is ABSENT
    plans = {one.step: one for one in shown(office, case).planned}
    assert plans["convert"].earliest.day == D(2025, 5, 26)
    assert plans["convert"].latest is None  # art. 36 speaks of people who moved: it is not known that anybody did


def test_the_plan_leaves_out_what_is_done_without_a_day_and_what_lies_behind(office: Bureau) -> None:
    office.clock.day = D(2026, 6, 1)
    named = {
        one.step
        for one in shown(office, brought(office, "activist", {**ACTIVIST, "contacts": {"name_1": "甲"}})).planned
    }
    blank = {one.step for one in shown(office, brought(office, "activist", ACTIVIST)).planned}
    assert ("contacts" in named, "contacts" in blank) == (False, True)
    assert {"list_target", "admit", "convert", "archive"} <= named & blank
    left = {one.step for one in shown(office, brought(office, "extended", MEMBER)).planned}
    assert left.isdisjoint({"activist", "contacts", "list_target", "examine", "pre_review"})
    assert "archive" in left
