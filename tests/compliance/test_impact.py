"""What a draft would change in live cases: written from what revisions of the law do, on either database."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import insert

from tests.compliance.drafts import (
    LONGER_CULTIVATION,
    LONGER_TALK,
    NOTICE_RULE,
    NOTICE_STEP,
    SHORTER_TALK,
    drafted,
    without_month_for_talk,
)
from tests.engine.office import LAWS, Bureau, bureau
from workflow.compliance.impact import study
from workflow.compliance.impact.study import BeforeTheDraft, UnknownOrganizationName, check_day, studied
from workflow.law.draft import Drafted
from workflow.law.timeline import Law
from workflow.store.tables import OrganizationOverlay

D = date
DECEMBER = D(2026, 12, 20)  # the month for the talk ends on 2027-01-20
PUT_FORWARD = {"recommended_by": "党员推荐", "recommended_on": "2026-06-20"}
COLUMNS = ("kind", "step", "rule", "before", "before_on", "after", "after_on")
WAIT, TALK = "choose_target.a_year_of_cultivation", "talk.within_a_month"


@pytest.fixture
def office(database) -> Bureau:
    """Give the small office on either database."""
    return bureau(database)


def applicant(office, on=DECEMBER, **more):
    """Return somebody whose letter was received on a day, and with whom nobody has talked."""
    return office.open(on, **more).case


def activist(office, **more):
    """Return somebody who was confirmed as an activist on 2026-07-01."""
    case = office.open(D(2026, 6, 1), **more).case
    office.take("secretary", case, "talk held", D(2026, 6, 10), evidence={"talker": "甲"})
    office.take("secretary", case, "activist confirmed", D(2026, 7, 1), evidence=PUT_FORWARD)
    return case


def found(office, draft, on=None, organization=None):
    """Return the study as JSON has it, with its rows."""
    with studied(office.database, LAWS, draft, on or draft.day, organization) as result:
        result.connection.execute("SELECT * FROM changes ORDER BY place")
        names = [one[0] for one in result.connection.description]
        rows = [dict(zip(names, row, strict=True)) for row in result.connection.fetchall()]
        return result.head(), rows


def rows(office, draft, case, **more):
    """Return the differences in a case."""
    return [tuple(row[one] for one in COLUMNS) for row in found(office, draft, **more)[1] if row["case"] == case]


def test_a_draft_that_says_the_same_changes_nothing(office):
    applicant(office)
    activist(office)
    head, told = found(office, drafted())
    assert (told, head["looked"], head["touched"], head["rules"]) == ([], 2, 0, [])


def test_a_longer_cultivation_moves_the_first_day_of_the_listing_and_nothing_else(office):
    case, other = activist(office), applicant(office)
    draft = drafted(LONGER_CULTIVATION)
    assert rows(office, draft, case) == [
        ("earliest", "list_target", WAIT, WAIT, D(2027, 7, 1), WAIT, D(2028, 1, 1)),
    ]
    assert rows(office, draft, other) == []
    head, (row,) = found(office, draft)
    assert (head["looked"], head["touched"], head["kinds"]["earliest"]) == (2, 1, 1)
    assert (row["organization"], row["article"], row["round"]) == ("一支部", "art. 13; art. 12", None)


def test_who_has_waited_long_enough_already_is_not_touched(office):
    case = activist(office)
    draft = drafted(LONGER_CULTIVATION)
    office.take("approver", case, "file_activist filed", D(2026, 7, 3))
    assert rows(office, draft, case, on=D(2027, 9, 1)) == [
        ("earliest", "list_target", WAIT, "list_target.after_notice", D(2027, 9, 8), WAIT, D(2028, 1, 1)),
    ]  # now five working days of notice from 1 September and the day after, then the rest of the eighteen months
    assert rows(office, draft, case, on=D(2028, 1, 1)) == []


def test_a_longer_limit_gives_those_in_whom_it_runs_another_last_day(office):
    case = applicant(office)
    told = rows(office, drafted(LONGER_TALK), case)
    assert told == [
        ("verdict", "talk", TALK, "running", D(2027, 1, 20), "running", D(2027, 2, 20)),
        ("latest", "talk", TALK, TALK, D(2027, 1, 20), TALK, D(2027, 2, 20)),
    ]


def test_a_limit_that_ran_out_before_the_draft_stays_broken(office):
    late = applicant(office, D(2026, 11, 22))  # its month ended on 22 December
    told = rows(office, drafted(LONGER_TALK), late)
    assert [row for row in told if row[0] == "verdict"] == []


def test_a_shorter_limit_makes_late_who_would_have_been_in_time(office):
    case = applicant(office)
    draft = drafted(SHORTER_TALK)
    verdict = rows(office, draft, case, on=D(2027, 1, 9))[0]
    assert verdict == ("verdict", "talk", TALK, "running", D(2027, 1, 20), "running", D(2027, 1, 9))
    verdict = rows(office, draft, case, on=D(2027, 1, 10))[0]
    assert verdict == ("verdict", "talk", TALK, "running", D(2027, 1, 20), "broken", D(2027, 1, 9))


def test_a_longer_limit_saves_who_would_have_been_late(office):
    case = applicant(office)
    verdict = rows(office, drafted(LONGER_TALK), case, on=D(2027, 2, 1))[0]
    assert verdict == ("verdict", "talk", TALK, "broken", D(2027, 1, 20), "running", D(2027, 2, 20))
    head, _ = found(office, drafted(LONGER_TALK), D(2027, 2, 1))
    assert {"step": "talk", "rule": TALK, "kind": "verdict", "after": "running", "cases": 1} in head["rules"]


def test_a_limit_shortened_past_its_end_binds_under_neither_edition(office):
    case = applicant(office, D(2026, 12, 5))  # twenty days end before the draft, a month after it began
    verdict = rows(office, drafted(SHORTER_TALK), case)[0]
    assert verdict == ("verdict", "talk", TALK, "running", D(2027, 1, 5), "none", None)


def test_a_step_that_the_draft_adds_is_possible_and_what_it_demands_of_the_next_is_told(office):
    case, other = applicant(office), activist(office)
    office.take("secretary", case, "talk held", D(2026, 12, 21), evidence={"talker": "甲"})
    draft = drafted(NOTICE_STEP, NOTICE_RULE)
    assert rows(office, draft, case) == [
        ("step", "notice_of_activist", None, "none", None, "possible", None),
        ("demand", "activist", "activist.notice_before", "none", None, "demanded", None),
    ]
    assert rows(office, draft, other) == []  # confirmed before the draft, and past that step


def test_a_way_to_end_a_step_that_goes_is_told(office):
    case = applicant(office)
    gone = ("  talk:\n", "      again: {zh: 再次谈话, en: talked again, from: [applicant], fills: again_on}\n", "")
    only = ("  talk:\n", ", only: [held], zh: 派人谈话时间", ", zh: 派人谈话时间")
    people = ("  talk:\n", "again_talker: {type: person, only: [again],", "again_talker: {type: person,")
    papers = ("  talk:\n", "again_paper: {type: paper, only: [again],", "again_paper: {type: paper,")
    told = rows(office, drafted(gone, only, people, papers), case)
    assert told == [("step", "talk", None, "next: again, held", None, "next: held", None)]


def test_what_the_next_step_must_leave_on_record_is_a_demand(office):
    case = applicant(office)
    more = ("  talk:\n", "talker: {type: person, only: [held], zh: 谈话人, en: who held the talk}",
            "talker: {type: person, only: [held], zh: 谈话人, en: who held the talk, required: true}")  # fmt: skip
    assert rows(office, drafted(more), case) == [
        ("demand", "talk", "talk.required", "demanded", None, "otherwise", None)
    ]


def test_a_demand_is_told_once_by_the_day_that_it_sets(office):
    case = applicant(office)
    office.take("secretary", case, "talk held", D(2026, 12, 21), evidence={"talker": "甲"})
    week = ("      after_recommendation:\n", "      after_recommendation:\n", """\
      a_week_after_recommendation:
        kind: not_before
        from: activist.recommended_on
        act: activist.on
        days: 7
        basis: art. 8
        online: refuse
        text: {zh: 推荐七日之后, en: a week after the recommendation}
      after_recommendation:
""")  # fmt: skip
    rule = "activist.a_week_after_recommendation"
    assert rows(office, drafted(week), case) == [
        ("earliest", "activist", rule, "none", D(2027, 1, 1), rule, D(2027, 1, 8)),
    ]


def test_a_rule_that_goes_has_no_article_in_the_draft(office):
    case = applicant(office)
    head, told = found(office, drafted(without_month_for_talk()))
    assert [(row["case"], row["rule"], row["after"], row["article"]) for row in told if row["kind"] == "verdict"] == [
        (case, TALK, "none", None)
    ]
    assert head["touched"] == 1


def test_a_case_that_has_ended_is_not_looked_at(office):
    case = applicant(office)
    office.take("secretary", case, "leave withdrew", D(2026, 12, 21))
    assert office.state(case) == "withdrawn"
    head, told = found(office, drafted(LONGER_TALK))
    assert (head["looked"], told) == (0, [])


def test_only_cases_below_the_organization_that_is_named_are_looked_at(office):
    here = applicant(office)
    there = office.open(D(2026, 12, 21), who="elsewhere", name="示例二").case
    draft = drafted(LONGER_TALK)
    assert {row["case"] for row in found(office, draft)[1]} == {here, there}
    assert {row["case"] for row in found(office, draft, organization="二支部")[1]} == {there}
    assert {row["case"] for row in found(office, draft, organization="党委")[1]} == {here, there}
    with pytest.raises(UnknownOrganizationName):
        found(office, draft, organization="三支部")


def test_local_practice_is_taken_to_go_on(office):
    case = activist(office)
    with office.database.write() as connection:
        connection.execute(insert(OrganizationOverlay), {
            "organization_id": office.organizations["党委"][0], "overlay": "procuratorate", "from_on": D(2026, 12, 1),
            "until_on": None})  # fmt: skip
    assert rows(office, drafted(), case) == []
    (row,) = rows(office, drafted(LONGER_CULTIVATION), case)
    assert row[:2] == ("earliest", "list_target")


def test_local_practice_that_ends_with_the_draft_would_be_seen(office):
    """The fault that the test above would miss: a draft under which local practice is lost."""
    applicant(office)
    with office.database.write() as connection:
        connection.execute(insert(OrganizationOverlay), {
            "organization_id": office.organizations["党委"][0], "overlay": "procuratorate", "from_on": D(2026, 12, 1),
            "until_on": None})  # fmt: skip
    draft = drafted()
    bare = {name: LAWS.law.definitions.overlays[name] for name in draft.law.definitions.overlays}
    law = Law(replace(draft.law.definitions, overlays=bare))
    assert found(office, Drafted(law, draft.edition))[0]["touched"] == 1


def test_acts_since_the_first_day_of_a_draft_are_read_by_the_law_of_their_day(office):
    activist(office)
    case = activist(office, name="示例二")
    draft = drafted(LONGER_CULTIVATION, day="2026-06-20")  # between the talk and the decision
    assert rows(office, draft, case, on=D(2026, 12, 1)) == [
        ("earliest", "list_target", WAIT, WAIT, D(2027, 7, 1), WAIT, D(2028, 1, 1)),
    ]


def test_a_case_that_cannot_be_replayed_under_the_draft_is_told_and_not_judged(office):
    case, other = activist(office), applicant(office)
    later = ("  talk:\n", "from: [applicant, activist,", "from: [activist,")
    again = ("  talk:\n", "from: [applicant], fills: again_on", "from: [activist], fills: again_on")
    draft = drafted(later, again, day="2026-06-05")  # the talk of 10 June came while this was an applicant
    head, told = found(office, draft, D(2026, 12, 31))
    assert [one["case"] for one in head["not_replayed"]] == [case]
    assert head["looked"] == 1
    assert {row["case"] for row in told} == {other}


def test_no_name_of_a_person_is_told(office, tmp_path):
    applicant(office, name="欧阳示曌")
    activist(office)
    for ending in ("csv", "json", "parquet"):
        with studied(office.database, LAWS, drafted(LONGER_TALK), D(2027, 1, 1)) as result:
            result.write(tmp_path / f"out.{ending}")
            whole = (tmp_path / f"out.{ending}").read_bytes() + json.dumps(result.head(), ensure_ascii=False).encode()
        for name in ("欧阳示曌", "甲", "示例一"):
            assert name.encode() not in whole


def test_cases_are_held_some_at_a_time_and_none_is_passed_over(office, monkeypatch):
    monkeypatch.setattr(study, "TOGETHER", 2)
    cases = [applicant(office, name=f"示例{number}") for number in range(5)]
    told = []
    with studied(
        office.database, LAWS, drafted(LONGER_TALK), D(2027, 1, 1), progress=lambda *how: told.append(how)
    ) as result:
        numbers = result.connection.execute(
            "SELECT \"case\" FROM changes WHERE kind = 'verdict' ORDER BY place"
        ).fetchall()
    assert [number for (number,) in numbers] == cases
    assert told == [(2, 5), (4, 5), (5, 5)]


def test_a_day_before_the_draft_is_refused():
    draft = drafted()
    assert check_day(draft, None) == check_day(draft, D(2027, 1, 1)) == D(2027, 1, 1)
    assert check_day(draft, D(2027, 5, 1)) == D(2027, 5, 1)
    with pytest.raises(BeforeTheDraft):
        check_day(draft, D(2026, 12, 31))
