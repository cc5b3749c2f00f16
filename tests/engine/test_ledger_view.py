"""The ledger on the screen: each sees the own people, every filter is the list that it says, pages leave nobody out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, insert, update

from tests.engine.office import LAWS, Bureau
from tests.engine.test_looking import looking, statements
from workflow.engine import ledger_filters, ledger_view
from workflow.engine.agenda import NOTHING_URGES
from workflow.engine.laws import Laws
from workflow.engine.ledger_filters import LedgerFilters, Order, Urgency
from workflow.engine.ledger_view import Listed, filtered, people
from workflow.engine.lights import Light, light_of
from workflow.engine.name_parts import keep_parts
from workflow.engine.scope import UnknownOrganization
from workflow.engine.task import Task
from workflow.seal import ORIGIN
from workflow.store.tables import Case, Finding, Person, Todo, Transfer

D = date.fromisoformat
TODAY = D("2026-11-22")
ALL = LedgerFilters()
IDLE, OFFERED, ERASED, ABOVE = 40, 41, 42, 43  # of the only one who is a member nothing is asked
EVERYBODY = (*range(1, OFFERED + 1), ABOVE)
OWN: dict[str, Callable[[int], bool]] = {
    "secretary": lambda n: (n % 4 > 0 or n == OFFERED) and n != ABOVE,
    "elsewhere": lambda n: n % 4 == 0 or n == OFFERED,
    "approver": lambda n: n != ABOVE,
    "department": lambda _: True,
}


@pytest.fixture(scope="module")
def office(premises: Bureau) -> Bureau:
    """Give an office with forty people in two branches: what is asked of them is written straight into the tables.

    One more is offered by the second branch to the first, of one the person was erased, and one stands above both.
    """
    premises.clock.day = TODAY
    with premises.database.write() as connection:
        for number in (*EVERYBODY, ERASED):
            there = place_of(premises, BRANCHES[rank(number)])
            state = "full" if number == IDLE else "applicant" if number % 3 else "activist"
            row = {"id": number, "number": f"2026-{number:06d}", "procedure": "recruitment", **there,
                   "state": state, "entries": number % 7, "head": ORIGIN}  # fmt: skip
            connection.execute(insert(Case), row)
            name = f"示例{'·' if number % 5 else ''}{number:02d}"
            if number != ERASED:
                connection.execute(insert(Person), {"case_id": number, "name": name, "name_key": name})
                keep_parts(connection, {number: name}, new=True)
            for step, due in asked(number):
                line = {"case_id": number, "step": step, "branch_id": there["organization_id"], "state": state}
                connection.execute(insert(Todo), {**line, **there, "due_on": due})
            for place in range(number % 3):
                connection.execute(insert(Finding), {
                    "case_id": number, "rule": f"talk.rule_{place}", "step": "talk", "round": 1,
                    "path": there["path"], "outcome": "late", "force": "hard", "due_on": None,
                    "broken_on": TODAY + timedelta(place), "state": state,
                })  # fmt: skip
        to = place_of(premises, "一支部")
        offer = {"case_id": OFFERED, "to_id": to["organization_id"], "to_path": to["path"], "entry_number": 1}
        connection.execute(insert(Transfer), offer)
    return premises


BRANCHES = ("工委", "一支部", "二支部")


def rank(number: int) -> int:
    """Return where somebody is, in the order of paths."""
    return 0 if number == ABOVE else 1 if number % 4 and number <= IDLE else 2


def place_of(office: Bureau, branch: str) -> dict[str, Any]:
    """Return which branch it is and where it stands."""
    names = dict.fromkeys(("工委", "工委" if branch == "工委" else "党委", branch))
    line = [office.organizations[name][0] for name in names]
    return {"organization_id": line[-1], "path": "".join(f"{one}." for one in line)}


def asked(number: int) -> Iterator[tuple[str, date]]:
    """Yield what is asked of a person: nothing, one step or two, some of them on one day."""
    if number % 5:
        yield "talk", TODAY + timedelta(number % 9 - 4) if number % 2 else NOTHING_URGES
    if number % 5 == 2:
        yield "activist", TODAY + timedelta(number % 3 - 1)


def all_of(task: Task, filters: LedgerFilters, limit: int = 7) -> list[Listed]:
    """Return everybody, page by page."""
    found: list[Listed] = []
    after = None
    while True:
        page = people(task, filters, after, limit)
        assert len(page.rows) <= limit
        found += page.rows
        if page.next is None:
            assert page.total == len(found)
            return found
        assert len(page.rows) == limit
        after = page.next


@pytest.fixture(
    params=[(500, 100, 0), (500, 0, 0), (1, 0, 1000), (1, 0, 12), (1, 0, 0)],
    ids=["few branches", "branch by branch", "few of many", "few in some states", "many of many"],
)
def either(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Look for cases the ways of small scopes, and those of large ones."""
    small, few_branches, few = request.param
    monkeypatch.setattr(ledger_view, "FEW_BRANCHES", few_branches)
    monkeypatch.setattr(ledger_filters, "SMALL", small)
    monkeypatch.setattr(ledger_filters, "FEW", few)


@pytest.mark.parametrize("who", OWN)
@pytest.mark.usefixtures("either")
def test_pages_leave_nobody_out_and_show_nobody_twice_in_either_order(office, who):
    expected = [number for number in reversed(EVERYBODY) if OWN[who](number)]
    with looking(office, who) as task:
        newest = all_of(task, ALL)
        assert [int(one.number[5:]) for one in newest] == expected
        urgent = all_of(task, LedgerFilters(order=Order.DUE))
        days = {number: min(asked(number), key=lambda one: (one[1], one[0]), default=None) for number in expected}

        def place(number: int) -> tuple[bool, date, int, int]:
            line = days[number]
            if line is None:
                return True, NOTHING_URGES, 0, -number
            return False, line[1], rank(number), number

        due = sorted(expected, key=place)
        assert [int(one.number[5:]) for one in urgent] == due
        assert {one.number: one for one in urgent} == {one.number: one for one in newest}


FILTERS = {
    "state": (LedgerFilters(states=("activist",)), lambda n: n % 3 == 0),
    "states": (LedgerFilters(states=("activist", "applicant")), lambda n: n != IDLE),
    "states of some idle": (LedgerFilters(states=("full", "activist")), lambda n: n % 3 == 0 or n == IDLE),
    "name": (LedgerFilters(name="示例· 1"), lambda n: n % 5 and 10 <= n <= 19),
    "number": (LedgerFilters(name="２０２６-00001"), lambda n: 10 <= n <= 19),
    "percent": (LedgerFilters(name="%"), lambda _: False),
    "overdue": (LedgerFilters(urgency=Urgency.OVERDUE), lambda n: any(d < TODAY for _, d in asked(n))),
    "soon": (LedgerFilters(urgency=Urgency.SOON), lambda n: any(
        TODAY <= d < TODAY + timedelta(7) for _, d in asked(n))),
    "step": (LedgerFilters(step="activist"), lambda n: n % 5 == 2),
    "step overdue": (LedgerFilters(step="activist", urgency=Urgency.OVERDUE), lambda n: n % 5 == 2 and n % 3 == 0),
    "findings": (LedgerFilters(findings=True), lambda n: n % 3 > 0),
    "together": (LedgerFilters(states=("applicant",), findings=True, step="talk", name="2"),
                 lambda n: n % 3 and n % 5 and "2" in f"{n:02d}"),
}  # fmt: skip


@pytest.mark.parametrize("who", OWN)
@pytest.mark.usefixtures("either")
def test_a_filter_gives_those_whom_it_names(office, who):
    with looking(office, who) as task:
        for filters, holds in FILTERS.values():
            expected = {number for number in EVERYBODY if holds(number) and OWN[who](number)}
            assert {int(one[5:]) for one in filtered(task, filters)} == expected, filters
            for order in Order:
                found = {int(one.number[5:]) for one in all_of(task, replace(filters, order=order))}
                assert found == expected, filters


ASKED: dict[str, tuple[LedgerFilters, Callable[[str, date], bool]]] = {
    "step": (LedgerFilters(step="activist"), lambda step, _: step == "activist"),
    "step in states": (LedgerFilters(("activist", "applicant"), step="talk"), lambda step, _: step == "talk"),
    "step with findings": (LedgerFilters(step="talk", findings=True), lambda step, _: step == "talk"),
    "soon": (LedgerFilters(urgency=Urgency.SOON), lambda _, day: TODAY <= day < TODAY + timedelta(7)),
    "overdue in states": (
        LedgerFilters(("activist", "applicant"), urgency=Urgency.OVERDUE), lambda _, day: day < TODAY
    ),
}  # fmt: skip


@pytest.mark.parametrize("who", OWN)
@pytest.mark.parametrize(("filters", "counts"), ASKED.values(), ids=ASKED)
@pytest.mark.usefixtures("either")
def test_where_a_step_or_an_urgency_is_asked_for_its_lines_are_shown_and_their_days_make_the_order(
    office, who, filters, counts
):
    with looking(office, who) as task:
        rows = all_of(task, replace(filters, order=Order.DUE))
        assert {row.number: row for row in all_of(task, filters)} == {row.number: row for row in rows}
    shown = [(int(row.number[5:]), row.step, row.due_on or NOTHING_URGES) for row in rows]
    for number, step, day in shown:
        assert (day, step) in [(day, step) for step, day in asked(number) if counts(step, day)]
        assert day == min(day for step, day in asked(number) if counts(step, day))
        assert OWN[who](number)
    assert shown == sorted(shown, key=lambda row: (row[2], rank(row[0]), row[0]))


def test_a_state_in_which_few_have_findings_is_not_walked(office, monkeypatch):
    monkeypatch.setattr(ledger_filters, "SMALL", 0)
    monkeypatch.setattr(ledger_filters, "FEW", 12)
    both = LedgerFilters(("activist", "applicant"), findings=True, order=Order.DUE)
    with looking(office, "department") as task:
        search = ledger_filters.search_of(task, both)
        assert search.few.walks == {"activist": (), "applicant": None}
        named = ledger_filters.search_of(task, replace(both, name="01"))
        assert named.few == ledger_filters.Few(("activist", "applicant"), (1,))
        nobody = ledger_filters.search_of(task, replace(both, states=("full", "target"), findings=False))
        assert nobody.few.walks == {"full": None}


def test_nobody_is_looked_for_in_a_state_in_which_there_is_no_such_step(office, monkeypatch):
    monkeypatch.setattr(ledger_filters, "SMALL", 0)
    with looking(office, "department") as task:
        search = ledger_filters.search_of(task, LedgerFilters(("full", "activist"), step="talk", findings=True))
        assert (search.filters.states, search.few.cases) == (("activist",), ())


def test_a_row_says_what_is_next_and_how_many_rules_are_broken(office):
    with looking(office, "approver") as task:
        rows = {int(one.number[5:]): one for one in all_of(task, ALL)}
    number = LAWS.book().newest.steps
    for key, row in rows.items():
        line = min(asked(key), key=lambda one: (one[1], number[one[0]].number), default=None)
        due = line[1] if line and line[1] != NOTHING_URGES else None
        assert (row.step, row.due_on) == (line[0] if line else None, due)
        assert row.light is (light_of(due, TODAY) if line else Light.NONE)
        assert row.broken == min(key % 3, 1)  # the second one breaks tomorrow only
        assert row.entries == key % 7
    assert {row.light for row in rows.values()} >= {Light.LATE, Light.SOON, Light.OK, Light.NONE}


@pytest.mark.usefixtures("either")
def test_an_organization_with_all_below_it_can_be_chosen_but_none_outside(office):
    uid = {name: UUID(one[1]) for name, one in office.organizations.items()}
    with looking(office, "approver") as task:
        assert len(all_of(task, LedgerFilters(organization=uid["党委"]))) == OFFERED
        assert len(all_of(task, LedgerFilters(organization=uid["二支部"], order=Order.DUE))) == 11
    with looking(office, "secretary") as task:
        assert len(all_of(task, LedgerFilters(organization=uid["一支部"], order=Order.DUE))) == 30
        with pytest.raises(UnknownOrganization):
            people(task, LedgerFilters(organization=uid["二支部"]))


def test_an_administrator_sees_nobody_and_a_strange_place_is_the_beginning(office):
    with looking(office, "administrator") as task:
        assert people(task, ALL) == ledger_view.Page((), None, 0, task.actor.path)
        assert list(filtered(task, ALL)) == []
    with looking(office, "secretary") as task:
        for strange in ("", "2026", "~~", "~1~x", "9999-99-99~1.~1", "~1.~2147483648", "'"):
            assert people(task, ALL, strange).rows == people(task, ALL).rows
        asked = LedgerFilters(step="activist", order=Order.DUE)
        assert people(task, asked, "~1.~5").rows == people(task, asked).rows


def test_more_than_can_be_counted_is_said_so(office, monkeypatch):
    monkeypatch.setattr(ledger_view, "MOST", 39)
    with looking(office, "approver") as task:
        assert people(task, ALL, limit=5).total is None
        assert people(task, LedgerFilters(states=("activist",))).total == 13


@pytest.mark.usefixtures("either")
def test_a_page_takes_eight_queries_at_most_however_much_is_filtered_by(office):
    said: list[str] = []
    uid = UUID(office.organizations["党委"][1])
    with looking(office, "approver") as task:
        event.listen(task.connection, "before_cursor_execute", lambda *args: said.append(args[2]))
        for order in Order:
            every = LedgerFilters(("applicant",), uid, "示例", Urgency.OVERDUE, "talk", findings=True, order=order)
            states = LedgerFilters(("applicant", "full"), uid, order=order)
            for filters in (LedgerFilters(order=order), replace(every, name=None), every, states,
                            replace(states, findings=True)):  # fmt: skip
                for page in (None, *(people(task, filters, None, limit).next for limit in (5, 20, 23))):
                    said.clear()
                    people(task, filters, page, limit=5)
                    assert len(said) <= 8, said


@pytest.mark.parametrize(
    "filters",
    [ALL, LedgerFilters(urgency=Urgency.OVERDUE), LedgerFilters(("activist",)), LedgerFilters(findings=True)],
    ids=["all", "overdue", "activists", "findings"],
)
@pytest.mark.parametrize("premises", ["sqlite"], indirect=True)
def test_sqlite_walks_a_large_scope_from_the_newest_and_sorts_nothing(office, monkeypatch, filters):
    for name in ("SMALL", "FEW"):
        monkeypatch.setattr(ledger_filters, name, 0)
    with looking(office, "department") as task, statements(task.connection) as said:
        people(task, filters, limit=5)
        plan = plan_of(task, said, "ORDER BY cases.id DESC")
    assert not [line for line in plan if "TEMP B-TREE" in line]


@pytest.mark.parametrize("premises", ["sqlite"], indirect=True)
@pytest.mark.parametrize("filters", [LedgerFilters(("activist",)), LedgerFilters(step="talk")], ids=["state", "step"])
def test_sqlite_finds_the_lines_of_few_branches_by_branch_not_by_state_or_step(office, filters):
    with looking(office, "approver") as task, statements(task.connection) as said:
        people(task, replace(filters, order=Order.DUE), limit=5)
        plan = plan_of(task, said, "min(todo.due_on)")
    assert [line for line in plan if "ix_todo_branch" in line]
    assert not [line for line in plan if "ix_todo_state" in line or "ix_todo_step" in line]


@pytest.mark.usefixtures("either")
def test_a_line_that_says_it_lies_elsewhere_shows_nobody_to_a_stranger(office):
    def move(organization: str) -> None:
        with office.database.write() as connection:
            path = place_of(office, organization)["path"]
            connection.execute(update(Todo).where(Todo.case_id == ABOVE).values(path=path))

    move("一支部")
    try:
        with looking(office, "approver") as task:
            assert f"2026-{ABOVE:06d}" not in {one.number for one in all_of(task, LedgerFilters(order=Order.DUE))}
    finally:
        move("工委")


def test_the_states_of_every_edition_are_walked():
    law, gone = copy(LAWS.law), LAWS.book().newest.states["full"]
    first = law.editions[0]
    law.editions = (first.model_copy(update={"states": first.states | {"gone": gone}}), *law.editions[1:])
    assert set(Laws(law, LAWS.calendar, LAWS.organizations).states) == {*LAWS.states, "gone"}


@pytest.mark.parametrize("order", Order)
def test_those_who_bear_a_rare_name_are_looked_for_among_few(office, monkeypatch, order):
    monkeypatch.setattr(ledger_filters, "SMALL", 0)
    with looking(office, "department") as task, statements(task.connection) as said:
        assert len(people(task, LedgerFilters(name="示例·01", order=order)).rows) == 1
    listed = [statement for statement, _ in said if "organization.name AS branch" in statement]
    assert listed
    assert all("json_each" in one or "ANY(CAST" in one for one in listed)


@pytest.mark.parametrize("premises", ["sqlite"], indirect=True)
def test_sqlite_finds_the_lines_of_a_page_by_their_cases_not_by_the_step(office):
    with looking(office, "department") as task, statements(task.connection) as said:
        people(task, LedgerFilters(step="talk"), limit=5)
        plan = plan_of(task, said, "UNION ALL SELECT finding.case_id")
    assert not [line for line in plan if "ix_todo_step" in line]


def test_where_a_step_is_asked_for_nobody_is_looked_for_of_whom_nothing_is(office):
    with looking(office, "department") as task, statements(task.connection) as said:
        assert len(people(task, LedgerFilters(step="activist", order=Order.DUE)).rows) == 8
    assert not [statement for statement, _ in said if "ORDER BY cases.id" in statement]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (LedgerFilters(step="talk"), "ix_todo_step (step=? AND state=?)"),
        (LedgerFilters(("activist", "applicant"), step="talk"), "ix_todo_step (step=? AND state=?)"),
        (LedgerFilters(("activist", "applicant")), "ix_todo_state (state=?)"),
    ],
    ids=["a step", "a step in states", "states"],
)
@pytest.mark.parametrize("few", [0, 1000])
@pytest.mark.parametrize("premises", ["sqlite"], indirect=True)
def test_sqlite_walks_the_lines_of_each_state_in_their_order(office, monkeypatch, filters, found, few):
    monkeypatch.setattr(ledger_filters, "SMALL", 0)
    monkeypatch.setattr(ledger_filters, "FEW", few)
    with looking(office, "department") as task, statements(task.connection) as said:
        people(task, replace(filters, order=Order.DUE), limit=5)
        plan = plan_of(task, said, "UNION ALL SELECT anon")
    assert len([line for line in plan if found in line]) == 2
    assert not [line for line in plan if "ix_todo_due" in line]


@pytest.mark.parametrize("premises", ["sqlite"], indirect=True)
def test_sqlite_looks_for_a_more_urgent_line_last(office, monkeypatch):
    for name in ("SMALL", "FEW"):
        monkeypatch.setattr(ledger_filters, name, 0)
    with looking(office, "department") as task, statements(task.connection) as said:
        people(task, LedgerFilters(findings=True, order=Order.DUE), limit=5)
        plan = plan_of(task, said, "todo AS todo_1")
    sooner = min(place for place, line in enumerate(plan) if "todo_1" in line)
    assert [line for line in plan[:sooner] if "SEARCH cases" in line]


def plan_of(task: Task, said: list[tuple[str, Any]], part: str) -> list[str]:
    """Return how SQLite answers the one statement with a part."""
    [(statement, values)] = [one for one in said if part in one[0]]
    return [row[3] for row in task.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
