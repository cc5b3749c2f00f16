"""What is told of a draft, against what the to-do lists and findings of the pages would be under it."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from tests.compliance.drafts import LONGER_CULTIVATION, NOTICE_RULE, NOTICE_STEP, drafted
from tests.engine.office import LAWS
from tests.web.lively import lively
from workflow.compliance.impact.study import studied
from workflow.engine.agenda import renew
from workflow.engine.asking import goes_on
from workflow.engine.laws import Laws
from workflow.engine.offices import actor_of
from workflow.engine.task import Task
from workflow.store.tables import Case, Finding, Todo

OFTENER = ("      half_yearly:", "        months: 6\n", "        months: 4\n")
SOONER = ("      within_three_months:\n", "        months: 3\n", "        months: 2\n")
FILING_FIRST = ("      opinions_heard:\n", "      opinions_heard:\n", """\
      filed_first:
        kind: evidence
        fields: [file_activist.on]
        presupposed_by: {filled: [choose_target.on]}
        basis: art. 13
        online: refuse
        text: {zh: 先备案, en: the filing comes first}
      opinions_heard:
""")  # fmt: skip
DRAFT = (FILING_FIRST, LONGER_CULTIVATION, OFTENER, SOONER, NOTICE_STEP, NOTICE_RULE)
D = date


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    """Give the sample office on a working day."""
    office = lively(tmp_path_factory.mktemp("sample"))
    yield office
    office.database.close()


class NotKept(Exception):  # noqa: N818 - what is tried is undone
    """Nothing of it is to stay."""


def shown(office, laws, day):
    """Return what pages would show on a day under a law: findings with their state, and what each case asks for."""
    states = [state for state in laws.law.editions[-1].states if goes_on(laws.law.editions[-1], state)]
    login, now = office.people["admin"], datetime(day.year, day.month, day.day, 4, tzinfo=UTC)
    found, asked = {}, set()
    with suppress(NotKept), office.database.write() as connection:
        actor = actor_of(connection, laws.organizations, login.account_id, login.office_id, office.clock.day)
        live = connection.execute(select(Case.id, Case.number).where(Case.state.in_(states))).all()
        renew(Task(connection, laws, actor, now), [case for case, _ in live])
        numbers = dict(tuple(row) for row in live)
        for one in connection.execute(select(Finding.__table__).where(Finding.case_id.in_(numbers))):
            says = "broken" if one.broken_on <= day else "running"
            found[numbers[one.case_id], one.rule, one.step, one.round] = (says, one.due_on)
        for case, step in connection.execute(select(Todo.case_id, Todo.step).where(Todo.case_id.in_(numbers))):
            asked.add((numbers[case], step))
        raise NotKept
    return found, asked


@pytest.mark.parametrize("day", [D(2027, 1, 1), D(2027, 4, 15)])
def test_it_tells_what_differs_between_the_pages_under_either_law_and_no_more(sample, day):
    draft = drafted(*DRAFT)
    before, asked = shown(sample, LAWS, day)
    after, asks = shown(sample, Laws(draft.law, LAWS.calendar, LAWS.organizations), day)
    expected = {key: (before.get(key), after.get(key)) for key in before | after if before.get(key) != after.get(key)}
    assert expected
    assert asked ^ asks
    with studied(sample.database, LAWS, draft, day) as result:
        rows = result.connection.execute(
            "SELECT * EXCLUDE (place, organization) FROM changes ORDER BY place"
        ).fetchall()
    told, moved = {}, set()
    for case, kind, step, rule, round_, was, was_on, now, now_on, _ in rows:
        if kind == "verdict":
            told[case, rule, step, round_] = (said(was, was_on), said(now, now_on))
        elif kind == "step" and "next" in (was, now):
            moved.add((case, step))
    assert told == expected
    assert moved == asked ^ asks


def said(says, due):
    """Return what a rule says, None for nothing."""
    return None if says == "none" else (says, due)
