"""What many cases of a branch show together: each indication planted, and a neighbour that just does not show it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.compliance.drawn_record import AS_OF, Record, days
from workflow.case.record import EntryKind
from workflow.case.values import UNREADABLE
from workflow.compliance.spanning.lines import indication_lines

MEETING = date(2026, 6, 1)
LONG_AGO = date(2024, 11, 22)  # 24 months before the audit


# --- rush recruiting (art. 3): five or more of a branch within seven days on end


def admitted(record, spread, branch=1):
    for life, on in zip(record.crowd(len(spread), branch), days(MEETING, *spread), strict=True):
        life.act("admit:passed", on)


def test_five_admitted_within_seven_days_are_a_rush(tmp_path):
    record = Record()
    admitted(record, (0, 1, 1, 6, 6))
    admitted(record, (0, 1, 1, 6, 7), branch=2)  # the last one is the eighth day
    admitted(record, (0, 0, 0, 0), branch=3)
    assert record.found(tmp_path)["rush"] == {1: (5, 5), 2: (0, 5), 3: (0, 4)}


def test_who_was_admitted_long_before_or_after_is_in_the_base_alone(tmp_path):
    record = Record()
    admitted(record, (0, 0, 0, 0, 0, 20, -20, -400))
    assert record.found(tmp_path)["rush"] == {1: (5, 8)}


def test_a_chain_of_days_is_one_rush_only_where_seven_days_hold_five(tmp_path):
    record = Record()
    admitted(record, (0, 3, 6, 9, 12, 15, 18))  # three in any seven days
    admitted(record, (0, 1, 2, 3, 4, 9, 10, 11), branch=2)  # the last three are in no seven days with five
    assert record.found(tmp_path)["rush"] == {1: (0, 7), 2: (5, 8)}


def test_admissions_of_three_years_are_looked_at_and_votes_that_failed_are_none(tmp_path):
    record = Record()
    for life in record.crowd(6):
        life.act("admit:passed", date(2023, 11, 22))
    for life in record.crowd(6, branch=2):
        life.act("admit:not_passed", MEETING)
        life.act("admit:irregular", MEETING)
    for life in record.crowd(6, branch=3):
        life.act("admit:passed", date(2023, 11, 23))
    assert record.found(tmp_path)["rush"] == {3: (6, 6)}


def test_admissions_from_a_ledger_count_where_the_case_went_on_from_them(tmp_path):
    record = Record()
    for state, branch in (("probationary", 1), ("target", 2)):
        for life in record.crowd(5, branch):
            life.attest("admit", AS_OF, on=MEETING)
            life.write(EntryKind.CUTOVER, AS_OF, outcome=state)
    for life in record.crowd(5, branch=3):
        life.attest("admit", AS_OF, on=MEETING, result="not_passed")
    assert record.found(tmp_path)["rush"] == {1: (5, 5)}


def test_who_is_admitted_after_the_past_was_taken_over_counts(tmp_path):
    record = Record()
    for life in record.crowd(5):
        life.write(EntryKind.CUTOVER, date(2026, 1, 5), outcome="target")
        life.act("admit:passed", MEETING)
    assert record.found(tmp_path)["rush"] == {1: (5, 5)}


def test_a_day_counts_as_it_was_corrected_and_nothing_that_was_withdrawn(tmp_path):
    record = Record()
    *rest, last = record.crowd(5)
    for life in rest:
        life.act("admit:passed", MEETING)
    number = last.act("admit:passed", MEETING + timedelta(40))
    assert record.found(tmp_path)["rush"] == {1: (0, 5)}
    correction = last.correct(number, "admit", AS_OF, on=MEETING)
    assert record.found(tmp_path)["rush"] == {1: (5, 5)}
    assert record.found(tmp_path, AS_OF - timedelta(1))["rush"] == {1: (0, 5)}  # the correction was not known yet
    last.withdraw(correction, AS_OF)
    assert record.found(tmp_path)["rush"] == {1: (0, 5)}
    last.withdraw(number, AS_OF)
    assert record.found(tmp_path)["rush"] == {1: (0, 4)}


def test_who_moves_on_still_counts_for_the_branch_that_admitted(tmp_path):
    record = Record()
    for life in record.crowd(5):
        life.act("admit:passed", MEETING)
        life.move(2, MEETING + timedelta(30))
    assert record.found(tmp_path)["rush"] == {1: (5, 5)}


# --- idle branches (art. 37): somebody waits for 24 months, and nobody is admitted in them


def waiting(record, branch, since=LONG_AGO):
    life = record.life(branch)
    life.act("activist:confirmed", since)
    return life


def test_a_branch_that_admits_nobody_while_somebody_waits_is_idle(tmp_path):
    record = Record()
    for branch in (1, 1, 2, 3, 4):
        waiting(record, branch)
    record.life(2).act("admit:passed", LONG_AGO + timedelta(1))
    record.life(3).act("admit:passed", LONG_AGO)  # the last one, 24 months ago
    record.life(4).act("direct_admission:admitted", MEETING)
    waiting(record, 5, LONG_AGO + timedelta(1))  # has not waited for 24 months yet
    record.life(6).act("apply:received", date(2015, 1, 1))  # no activist
    assert record.found(tmp_path)["idle"] == {1: (2, 2), 2: (0, 1), 3: (1, 1), 4: (0, 1)}


@pytest.mark.parametrize("end", ["leave:withdrew", "leave:struck_off", "not_recognise:not_recognised"])
def test_who_has_left_waits_no_longer(tmp_path, end):
    record = Record()
    waiting(record, 1).act(end, MEETING)
    assert record.found(tmp_path)["idle"] == {}


def test_who_moved_in_waits_from_the_move_and_an_admission_stays_with_its_branch(tmp_path):
    record = Record()
    waiting(record, 1).move(2, MEETING)
    waiting(record, 1, date(2020, 1, 1)).move(3, LONG_AGO)
    waiting(record, 1)
    gone = record.life(1)
    gone.act("admit:passed", MEETING)
    gone.move(4, MEETING + timedelta(10))
    assert record.found(tmp_path)["idle"] == {1: (0, 1), 3: (1, 1)}


def test_an_admission_whose_day_nobody_can_read_leaves_no_branch_idle(tmp_path):
    record = Record()
    for branch in (1, 2, 3):
        waiting(record, branch)
    record.life(1).attest("admit", AS_OF, on=UNREADABLE)
    record.life(2).write(EntryKind.CUTOVER, AS_OF, outcome="full")  # admitted, nobody knows when
    record.life(3).write(EntryKind.CUTOVER, AS_OF, outcome="activist")
    assert record.found(tmp_path)["idle"] == {1: (0, 1), 2: (0, 1), 3: (1, 1)}


# --- recorded long after it happened (art. 41): more than thirty days


def test_an_act_recorded_more_than_thirty_days_later_is_late(tmp_path):
    record = Record()
    for branch, later in ((1, 31), (2, 30), (3, 0)):
        life = record.life(branch)
        life.act("apply:received", MEETING, MEETING)
        life.act("talk:held", MEETING, MEETING + timedelta(later))
    assert record.found(tmp_path)["late"] == {1: (1, 1), 2: (0, 1), 3: (0, 1)}


def test_what_was_taken_over_or_recorded_more_than_a_year_ago_is_not_late(tmp_path):
    record = Record()
    record.life(1).attest("apply", AS_OF, on=date(2019, 1, 1))
    record.life(2).act("apply:received", date(2019, 1, 1), date(2025, 11, 22))
    record.life(3).act("apply:received", date(2019, 1, 1), date(2025, 11, 23))
    assert record.found(tmp_path)["late"] == {3: (1, 1)}


def test_the_receiving_branch_records_the_move(tmp_path):
    record = Record()
    life = record.life(1)
    life.branch = 2
    life.act("move:handed_over", MEETING, MEETING + timedelta(60))
    assert record.found(tmp_path)["late"] == {2: (1, 1)}


# --- many steps recorded at once (art. 41): five of a case on one day, ninety days apart

FIVE = ("apply:received", "talk:held", "activist:confirmed", "file_activist:filed", "contacts:assigned")


@pytest.mark.parametrize(
    ("recorded", "last", "shown"),
    [
        ((0, 0, 0, 0, 0), 90, 1),
        ((0, 0, 0, 0, 0), 89, 0),  # within a quarter
        ((0, 0, 0, 0, 1), 90, 0),  # four on a day
    ],
)
def test_five_steps_on_one_day_that_lie_ninety_days_apart(tmp_path, recorded, last, shown):
    record = Record()
    life, occurred = record.life(), (0, 1, 2, 3, last)
    for mark, on, later in zip(FIVE, occurred, recorded, strict=True):
        life.act(mark, date(2026, 1, 5) + timedelta(on), MEETING + timedelta(later))
    assert record.found(tmp_path)["at_once"] == {1: (shown, 1)}


def test_one_step_many_times_is_not_many_steps_and_a_ledger_is_no_recording(tmp_path):
    record = Record()
    life, past = record.life(1), record.life(2)
    for month in range(1, 7):
        life.act("cultivate:reviewed", date(2025, month, 1), MEETING)
    for mark in FIVE:
        past.attest(mark.partition(":")[0], MEETING, on=date(2025, 1, 1))
    assert record.found(tmp_path)["at_once"] == {}


def test_five_acts_of_two_steps_on_a_day_are_two_steps(tmp_path):
    record = Record()
    life = record.life()
    for mark in FIVE[:4]:
        life.act(mark, date(2026, 1, 5))
    for month in range(1, 6):
        life.act("cultivate:reviewed", date(2026, month, 5), MEETING)
    assert record.found(tmp_path)["at_once"] == {1: (0, 1)}


# --- one day for everybody (art. 3): five or more, eight in ten of the year, in steps that each takes alone


def letters(record, branch, *spread, mark="apply:received"):
    for life, on in zip(record.crowd(len(spread), branch), days(MEETING, *spread), strict=True):
        life.act(mark, on)


def test_one_day_for_four_fifths_of_a_year(tmp_path):
    record = Record()
    letters(record, 1, 0, 0, 0, 0, 9)  # four on a day
    letters(record, 2, 0, 0, 0, 0, 0, 9)  # five of six
    letters(record, 3, 0, 0, 0, 0, 0, 9, 9)  # five of seven are less than eight in ten
    letters(record, 4, 0, 0, 0, 0, 0, 9, -200, -200)  # those of the year before are another year's
    letters(record, 5, 0, 0, 0, 0, 0, 9, 9, -200)  # nor do they make five of seven more
    assert record.found(tmp_path)["one_day"] == {1: (0, 5), 2: (5, 6), 3: (0, 7), 4: (5, 8), 5: (0, 8)}


def test_what_a_meeting_decides_may_share_a_day(tmp_path):
    record = Record()
    letters(record, 1, 0, 0, 0, 0, 0, mark="activist:confirmed")
    letters(record, 2, 0, 0, 0, 0, 0, mark="superior_talk:held")
    for life in record.crowd(5, branch=3):
        life.attest("talk", AS_OF, on=MEETING)
    assert record.found(tmp_path)["one_day"] == {2: (5, 5), 3: (5, 5)}


# --- one milestone with differing days (art. 24, 31)


def approved(life, probation_from, meeting=MEETING, **more):
    life.act("admit:passed", meeting)
    life.act("approve:approved", date(2026, 7, 1), probation_from=probation_from, **more)
    return life


def test_two_papers_that_name_different_days_of_one_milestone(tmp_path):
    record = Record()
    approved(record.life(1), MEETING)
    approved(record.life(2), MEETING + timedelta(1))
    approved(record.life(3), None)
    record.life(4).act("admit:passed", MEETING)
    assert record.found(tmp_path)["differing"] == {1: (0, 1), 2: (1, 1)}


def test_the_end_of_probation_is_that_of_the_extension_where_there_is_one(tmp_path):
    record = Record()
    end, longer = date(2025, 6, 1), date(2025, 12, 1)
    for branch, extended_to, full_from in ((1, None, end), (2, None, longer), (3, longer, longer), (4, longer, end)):
        life = approved(record.life(branch), date(2024, 6, 1), date(2024, 6, 1), probation_to=end)
        if extended_to:
            life.act("convert:extended", date(2025, 6, 2), extended_to=extended_to)
        life.act("approve_conversion:converted", date(2026, 1, 9), full_from=full_from)
    assert record.found(tmp_path)["differing"] == {1: (0, 1), 2: (1, 1), 3: (0, 1), 4: (1, 1)}


def test_a_correction_of_either_paper_mends_it_and_what_is_taken_away_is_no_paper(tmp_path):
    record = Record()
    mended, bare = (approved(record.life(branch), MEETING + timedelta(1)) for branch in (1, 2))
    mended.correct(2, "approve", AS_OF, probation_from=MEETING + timedelta(2))
    mended.correct(2, "approve", AS_OF, probation_from=MEETING)  # the latest one holds
    bare.correct(2, "approve", AS_OF, probation_from=None)
    assert record.found(tmp_path)["differing"] == {1: (0, 1)}
    assert record.found(tmp_path, AS_OF - timedelta(1))["differing"] == {1: (1, 1), 2: (1, 1)}


def test_an_irregular_meeting_is_no_paper(tmp_path):
    record = Record()
    life = record.life()
    life.act("admit:passed", MEETING)
    life.act("approve:approved", date(2026, 7, 1), probation_from=MEETING)
    life.act("approve:irregular", date(2026, 7, 2), probation_from=MEETING + timedelta(9))
    assert record.found(tmp_path)["differing"] == {1: (0, 1)}


# --- how it is told


def test_the_base_rate_stands_beside_each_branch_and_nothing_small_is_told(tmp_path):
    record = Record()
    admitted(record, (0,) * 10)
    admitted(record, tuple(range(-270, 1, 30)), branch=2)
    admitted(record, (0, 50, 100), branch=3)
    admitted(record, tuple(range(-210, 1, 30)), branch=4)
    rush = record.told(tmp_path)["rush"]
    assert (rush.words.basis, rush.every.shown, rush.every.base) == ("art. 3", 10, 31)
    told = {name: (one.shown, one.base) for name, one in rush.branches}
    assert list(told) == ["第1支部", "第2支部", "第3支部", "第4支部"]  # in the order of names, never by rate
    assert told["第1支部"] == (10, 10)
    assert told["第3支部"] == (0, None)  # three people are not told, nor what would leave them over
    assert list(told.values()).count((0, None)) == 2


def test_few_who_show_it_are_hidden_with_their_share_in_the_branch_and_in_all(tmp_path):
    record = Record()
    for branch, late in ((1, 4), (2, 0)):
        for place, life in enumerate(record.crowd(10, branch)):
            life.act("apply:received", MEETING, MEETING + timedelta(60 if place < late else 0))
    told = record.told(tmp_path)["late"]
    assert (told.every.shown, told.every.base, told.every.rate) == (None, 20, None)
    assert [(one.shown, one.rate) for _, one in told.branches] == [(None, None), (None, None)]


def test_nothing_can_be_had_from_what_is_told_of_the_others(tmp_path):
    record = Record()
    for branch, late in ((1, 2), (2, 9), (3, 20), (4, 0)):
        for place, life in enumerate(record.crowd(30, branch)):
            life.act("apply:received", MEETING, MEETING + timedelta(60 if place < late else 0))
    told = record.told(tmp_path)["late"]
    assert told.every.shown == 31
    hidden = [name for name, one in told.branches if one.shown is None]
    assert hidden == ["第1支部", "第2支部"]  # 31 - 20 leaves eleven of two branches, not two of one


def test_that_a_branch_is_idle_is_told_of_the_branch_however_few_wait(tmp_path):
    record = Record()
    for branch in (1, 2, 3):
        waiting(record, branch)
    record.life(2).act("admit:passed", MEETING)
    idle = record.told(tmp_path)["idle"]
    assert [(one.shown, one.base) for _, one in idle.branches] == [(None, None)] * 3
    assert [(name, one.some) for name, one in idle.branches] == [
        ("第1支部", True), ("第2支部", False), ("第3支部", True),
    ]  # fmt: skip
    assert [one.some for _, one in record.told(tmp_path)["rush"].branches] == [None]


def test_the_article_is_that_of_the_edition_of_the_day(tmp_path):
    told = Record().told(tmp_path, date(2026, 5, 10))
    assert [told[name].words.basis for name in ("idle", "late", "rush")] == ["art. 38", "art. 42", "art. 3"]
    assert "24 months" in told["idle"].words.says.en


def test_on_the_terminal_a_branch_stands_under_what_it_shows(tmp_path):
    record = Record()
    admitted(record, (0,) * 10)
    admitted(record, tuple(range(-270, 1, 30)), branch=2)
    waiting(record, 1)
    waiting(record, 3)
    for language, says in (
        ("zh", "集中接收：所在支部在 7 日之内接收了至少 5 人"),
        ("en", "Rush recruiting: their branch admitted 5 people or more"),
    ):
        lines = list(indication_lines(tuple(record.told(tmp_path).values()), language, 120))
        place = next(number for number, line in enumerate(lines) if line.strip().startswith(says))
        assert lines[place + 1].split() == ["第1支部", "10/10", "100.0%"]
        assert [line.split() for line in lines if "第3支部" in line] == [["第3支部", "*/*", "—"]]
        assert not any("第2支部" in line for line in lines)
        assert "50.0%" in next(line for line in lines if "art. 3" in line)  # the base rate of all
