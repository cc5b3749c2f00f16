"""What somebody has done and submitted, whom a meeting can settle, and under which editions cases live."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import event, select

from tests.engine.stages import VOTE, until
from tests.engine.test_agenda import brought
from tests.engine.test_looking import looking
from workflow.case.record import EntryKind
from workflow.engine import by_edition as editions
from workflow.engine.by_edition import ByEdition, by_edition
from workflow.engine.meeting_view import meeting_candidates
from workflow.engine.mine import Done, done, proposed
from workflow.engine.scope import UnknownOrganization
from workflow.engine.task import Task
from workflow.store.tables import Account, Case, Entry

D = date
FIRST, SECOND = D(2014, 5, 28), D(2026, 5, 11)


def all_done(task: Task, limit: int = 3) -> list[Done]:
    """Return everything that somebody has done, page by page."""
    found: list[Done] = []
    after = None
    while True:
        page = done(task, after, limit)
        found += page.rows
        if page.next is None:
            return found
        assert len(page.rows) == limit
        after = page.next


def test_what_one_wrote_and_what_one_confirmed_the_newest_first(office):
    case = office.open(D(2026, 6, 1)).case
    waiting = office.take("secretary", case, "talk held", D(2026, 7, 20), reason="迟了")
    with looking(office, "secretary") as task:
        (mine,) = proposed(task)
        assert (mine.number, mine.proposal, mine.action) == (case, waiting.proposal, "take")
        assert mine.rules == waiting.rules
        assert "谈话" in mine.words.zh
        assert [one.step for one in all_done(task) if one.number == case] == ["apply", None]
    for who in ("commissioner", "approver"):
        with looking(office, who) as task:
            assert proposed(task) == ()
    office.confirm("commissioner", waiting)
    with looking(office, "secretary") as task:
        assert proposed(task) == ()
        own = [one for one in all_done(task) if one.number == case]
        assert [(one.step, one.kind, one.confirmed) for one in own] == [
            ("talk", EntryKind.ACT, False), ("apply", EntryKind.ACT, False), (None, EntryKind.OPENED, False),
        ]  # fmt: skip
        assert [one.entry for one in own] == [3, 2, 1]
    with looking(office, "commissioner") as task:
        (second,) = [one for one in all_done(task) if one.number == case]
        assert (second.entry, second.confirmed, second.occurred_on) == (3, True, D(2026, 7, 20))
    with looking(office, "approver") as task:
        assert [one for one in all_done(task) if one.number == case] == []


def test_a_correction_that_waits_is_named_by_the_step_that_it_changes(office):
    case = office.open(D(2026, 6, 1)).case
    office.take("secretary", case, "talk held", D(2026, 6, 10))
    office.correct("secretary", case, 3, {"talker": "甲"})
    with looking(office, "secretary") as task:
        (mine,) = [one for one in proposed(task) if one.number == case]
    assert (mine.action, mine.occurred_on) == ("correct", None)
    assert "谈话" in mine.words.zh


def test_what_left_the_scope_is_no_longer_listed(office):
    case = until(office, "activist")
    office.offer("secretary", case, "二支部", office.clock.day)
    office.take("elsewhere", case, "move handed_over", office.clock.day)
    with looking(office, "secretary") as task:
        assert case not in {one.number for one in all_done(task, 50)}
    with looking(office, "elsewhere") as task:
        assert [one.step for one in all_done(task) if one.number == case] == ["move"]


def test_every_entry_of_the_desk_is_somebodys_own(office):
    case = until(office, "examine")
    expected = {}
    with office.database.read() as connection:
        for login in office.people:
            account = select(Account.id).where(Account.login == login).scalar_subquery()
            query = select(Entry.id).join(Case, Case.id == Entry.case_id).where(Case.number == case)
            expected[login] = set(connection.scalars(query.where(Entry.account_id == account)))
    for who in ("secretary", "commissioner", "approver", "organizer", "member"):
        with looking(office, who) as task:
            assert {one.id for one in all_done(task, 50) if one.number == case} == expected[who]
    assert sum(map(bool, expected.values())) > 1


def test_a_meeting_is_offered_those_whom_it_can_settle_and_told_what_the_others_lack(office):
    other, early = until(office, "activist"), until(office, "pre_review")
    ready = until(office, "fill_form")
    day = office.clock.day
    with looking(office, "secretary") as task:
        found = {one.number: one for one in meeting_candidates(task, "admit", "passed", day)}
        said: list[str] = []
        event.listen(task.connection, "before_cursor_execute", lambda *args: said.append(args[2]))
        meeting_candidates(task, "admit", "passed", day)
        assert len(said) <= 7
    assert other not in found
    assert found[ready].ready
    assert found[ready].record.row.head.entries == office.seen(ready)
    assert [one.rule for one in found[early].missing] == ["fill_form.filled"]
    numbers = list(found)
    assert numbers.index(ready) < numbers.index(early)
    office.take("secretary", ready, "admit passed", day, evidence=VOTE)  # and so it is
    with looking(office, "elsewhere") as task:
        assert meeting_candidates(task, "admit", "passed", day) == ()


def test_a_committee_is_offered_those_of_whom_the_step_is_asked_of_it(office):
    case = until(office, "superior_talk")
    with looking(office, "approver") as task:
        found = {one.number: one for one in meeting_candidates(task, "approve", "approved", office.clock.day)}
    assert found[case].ready
    with looking(office, "department") as task:
        assert meeting_candidates(task, "approve", "approved", office.clock.day) == ()


def test_cases_are_counted_by_the_editions_they_began_and_acted_under(fresh_office):
    office = fresh_office
    brought(office, "applicant", {"apply": {"on": D(2020, 1, 1)}})  # without a day of its own: recorded in 2026
    office.open(D(2019, 1, 1), name="示例早")
    office.open(D(2026, 5, 10), name="示例旧")
    crossing = office.open(D(2026, 5, 1), name="示例过").case
    office.take("secretary", crossing, "talk held", D(2026, 5, 12))
    office.open(D(2026, 5, 11), name="示例新")
    office.open(D(2026, 6, 11), name="示例别", who="elsewhere")
    ended = until(office, "archive")
    with looking(office, "approver") as task:
        found = by_edition(task)
        assert found == ByEdition({(FIRST, FIRST): 2, (FIRST, SECOND): 1, (SECOND, SECOND): 3}, cut=False)
        assert found.begun() == {FIRST: 3, SECOND: 3}
        assert found.acted() == {FIRST: 2, SECOND: 4}
        branch = UUID(office.organizations["二支部"][1])
        assert by_edition(task, branch).counts == {(SECOND, SECOND): 1}
    with looking(office, "secretary") as task:
        assert sum(by_edition(task).counts.values()) == 5
        with pytest.raises(UnknownOrganization):
            by_edition(task, branch)
    with looking(office, "administrator") as task:
        assert by_edition(task) == ByEdition({}, cut=False)
    with office.database.read() as connection:
        assert connection.scalar(select(Case.state).where(Case.number == ended)) == "full"


def test_more_cases_than_can_be_counted_are_said_to_be_cut(office, monkeypatch):
    office.open(D(2026, 6, 1))
    office.open(D(2026, 6, 1), name="示例二")
    monkeypatch.setattr(editions, "MOST", 1)
    with looking(office, "secretary") as task:
        assert by_edition(task).cut
