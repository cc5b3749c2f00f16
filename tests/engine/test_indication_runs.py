"""Indications that an audit kept: summed up the tree, told in the own scope, hidden where few people are meant."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import DBAPIError

from tests.engine.indicated import AS_OF, GIVEN, NAMES, kept
from tests.engine.office import Bureau
from tests.engine.test_audit_runs import place
from tests.engine.test_looking import looking
from tests.statements import statements
from workflow.engine import indication_runs
from workflow.store.tables import IndicationCount, Organization

FIRST, SECOND, THIRD = "一支部", "二支部", "三支部"
RUSH = {FIRST: (20, 12), SECOND: (40, 10)}


@pytest.fixture
def office(fresh_office: Bureau) -> Bureau:
    """Give an office of its own to each test."""
    return fresh_office


def told(office, who="approver", at=None):
    """Return what somebody is told."""
    where = place(office, at) if at else None
    with looking(office, who) as task:
        return indication_runs.kept(task, where)


def here(found, name="rush"):
    """Return of how many of how many an indication shows, here and in the scope."""
    one = found.indicated[NAMES.index(name)]
    return (one.here.shown, one.here.base), (one.scope.shown, one.scope.base)


def below(found, name="rush"):
    """Return the same of each organization right below."""
    return {one.name: one.told[NAMES.index(name)] for one in found.places}


def test_what_was_counted_by_branch_is_summed_up_the_tree(office):
    kept(office, {"rush": RUSH, "late": {FIRST: (9, 0)}})
    with office.database.read() as connection:
        query = select(Organization.name, IndicationCount.indication, IndicationCount.base, IndicationCount.shown)
        rows = {tuple(row) for row in connection.execute(query.join(Organization))}
    assert rows == {
        (FIRST, "rush", 20, 12), (SECOND, "rush", 40, 10), ("党委", "rush", 60, 22), ("工委", "rush", 60, 22),
        (FIRST, "late", 9, 0), ("党委", "late", 9, 0), ("工委", "late", 9, 0),
    }  # fmt: skip


def test_each_is_told_of_the_own_scope_beside_its_base_rate_and_of_nothing_else(office):
    kept(office, {"rush": RUSH})
    assert here(told(office, "secretary")) == ((12, 20), (12, 20))
    assert here(told(office, "department")) == ((22, 60), (22, 60))
    assert [one.name for one in told(office, "department").places] == ["党委"]
    above = told(office, "approver", FIRST)
    assert here(above) == ((12, 20), (22, 60))
    assert above.places == ()
    found = told(office)
    assert {name: (one.shown, one.base, one.some) for name, one in below(found).items()} == {
        FIRST: (12, 20, None), SECOND: (10, 40, None),
    }  # fmt: skip
    assert float(below(found)[SECOND].rate) == 0.25
    assert here(found, "late") == ((0, 0), (0, 0))
    assert set(below(found, "late").values()) == {None}
    assert told(office, "administrator") is None


def test_few_people_are_not_told_nor_what_would_give_them_away(office):
    kept(office, {"rush": {FIRST: (40, 3), SECOND: (50, 12)}, "late": {FIRST: (40, 20), SECOND: (12, 9)}})
    found = told(office)
    assert here(found) == ((15, 90), (15, 90))
    assert {name: (one.shown, one.base, one.rate) for name, one in below(found).items()} == {
        FIRST: (None, 40, None), SECOND: (None, 50, None),
    }  # fmt: skip
    assert here(told(office, at=FIRST))[0] == (None, 40)
    assert [one.shown for one in below(found, "late").values()] == [None, None]  # three of the second would be left


def test_that_a_branch_is_idle_is_told_however_few_wait_and_above_that_some_branch_is(office):
    kept(office, {"idle": {FIRST: (2, 2), SECOND: (3, 0)}, "rush": {FIRST: (2, 2)}})
    found = told(office, "department")
    assert [(one.shown, one.base, one.some) for one in below(found, "idle").values()] == [(None, None, True)]
    branches = below(told(office), "idle")
    assert {name: (one.shown, one.base, one.some) for name, one in branches.items()} == {
        FIRST: (None, None, True), SECOND: (None, None, False),
    }  # fmt: skip
    assert below(told(office))[FIRST].some is None


@pytest.mark.parametrize(
    ("counts", "flags"),
    [
        ({FIRST: (3, 3), SECOND: (8, 0), THIRD: (10, 10)}, [True, False, True]),  # 13 - 10 would be three
        ({FIRST: (3, 0), SECOND: (8, 8), THIRD: (10, 0)}, [False, True, False]),  # 21 - 8 - 10 would
    ],
)
def test_beside_the_flags_of_branches_no_number_is_told_where_one_is_hidden(office, counts, flags):
    with office.database.write() as connection:
        above = place(office, "党委")
        values = {"kind": "branch", "name": THIRD, "parent_id": above.id, "path": "third"}
        made = connection.execute(insert(Organization).values(values).returning(Organization.id)).scalar_one()
        connection.execute(update(Organization).where(Organization.id == made).values(path=f"{above.path}{made}."))
    office.organizations[THIRD] = (made, "")
    kept(office, {"idle": counts})
    found = told(office)
    assert found.indicated[NAMES.index("idle")].here.base == 21
    assert [(one.shown, one.base, one.some) for one in below(found, "idle").values()] == [
        (None, None, flag) for flag in flags
    ]


def test_where_nothing_is_small_the_numbers_stand_beside_the_flags(office):
    kept(office, {"idle": {FIRST: (8, 8), SECOND: (10, 0)}})
    assert [(one.shown, one.base, one.some) for one in below(told(office), "idle").values()] == [
        (8, 8, True), (0, 10, False),
    ]  # fmt: skip


def test_an_organization_that_has_moved_since_leaves_no_small_number_behind(office):
    kept(office, {"rush": {FIRST: (20, 12), SECOND: (6, 3)}})
    with office.database.write() as connection:
        above = place(office, "工委").id
        connection.execute(update(Organization).where(Organization.name == SECOND).values(parent_id=above))
    assert below(told(office))[FIRST].shown is None


def test_the_newest_is_told_with_its_day_and_nothing_once_something_else_is_asked(office):
    assert told(office) is None
    kept(office, {"rush": RUSH})
    run = kept(office, {"rush": {FIRST: (30, 15)}})
    found = told(office)
    assert (found.run, found.as_of, found.made_at) == (run, AS_OF, office.clock())
    assert here(found)[0] == (15, 30)
    assert found.indicated[0].words.says.en == "their branch admitted 5 people or more within 7 days"
    kept(office, {"rush": RUSH}, GIVEN.model_copy(update={"admissions": GIVEN.admissions[:1]}))
    assert told(office) == indication_runs.Outdated(AS_OF)


def test_a_look_at_an_earlier_day_does_not_take_the_place_of_the_newest(office):
    run = kept(office, {"rush": RUSH})
    kept(office, {"rush": {FIRST: (30, 15)}}, as_of=AS_OF - timedelta(400))
    assert told(office).run == run


def test_what_was_kept_is_never_rewritten(office):
    kept(office, {"rush": RUSH})
    for statement in (
        "UPDATE indication_run SET as_of = '2020-01-01'",
        "DELETE FROM indication_run",
        "UPDATE indication_count SET shown = 0",
        "DELETE FROM indication_count",
    ):
        with pytest.raises(DBAPIError), office.database.write() as connection:
            connection.execute(text(statement))


def test_a_long_list_is_cut_and_hides_as_if_it_were_whole(office, monkeypatch):
    monkeypatch.setattr(indication_runs, "MOST_PLACES", 1)
    kept(office, {"rush": {FIRST: (20, 12), SECOND: (40, 3)}})
    found = told(office)
    assert found.more
    assert {name: one.shown for name, one in below(found).items()} == {FIRST: None}


def test_it_is_told_with_two_questions(office):
    kept(office, dict.fromkeys(NAMES, RUSH))
    with looking(office, "approver") as task, statements(task.connection) as said:
        indication_runs.kept(task, None)
    assert len(said) == 2, said
