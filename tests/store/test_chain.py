"""An entry goes in only as the next of its case, naming the one before it; whoever writes, whatever he writes with."""

import pytest
from sqlalchemy import UniqueConstraint, func, insert, select
from sqlalchemy.exc import IntegrityError

from tests.store.world import ROWS, chained, row, settle
from workflow.store import guards_0001 as guards
from workflow.store.tables import APPEND_ONLY, NEVER_UPDATED, Base, Entry

ENTRY = Base.metadata.tables["entry"]
NEXT = ROWS["entry"] + 1


@pytest.fixture
def settled(database):
    """Give a database with a row in every table."""
    with database.write() as connection:
        settle(connection)
    return database


def entry(number, /, **other):
    """Return the entry ``number`` of case 1 with other values."""
    return row(ENTRY, number) | other


@pytest.mark.parametrize(
    ("faulty", "reason"),
    [
        (entry(NEXT + 1), "next number"),
        (entry(NEXT, number=NEXT - 1), "next number"),
        (entry(NEXT, number=0), "next number"),
        (entry(NEXT, number=-1), "next number"),
        (entry(NEXT, prev=chained(0)), "entry before it"),
        (entry(NEXT, prev=chained(NEXT)), "entry before it"),
        (entry(NEXT, case_id=2), "next number"),
        (entry(NEXT, case_id=2, number=1), "entry before it"),
        (entry(NEXT, id=1), "there already"),
        (entry(NEXT, case_id=99, number=1, prev=chained(0)), "(?i)foreign key"),
        (entry(NEXT, prev="0"), "entry before it"),
        (entry(NEXT, hash="0"), "(?i)check"),
        (entry(NEXT, kind="correction"), "(?i)check"),
    ],
)
@pytest.mark.parametrize("owner", [False, True])
def test_anything_but_the_next_entry_is_refused(settled, owner, faulty, reason):
    def forge():
        with settled.owner() if owner else settled.write() as connection:
            connection.execute(insert(Entry).values(faulty))

    with pytest.raises(IntegrityError, match=reason):
        forge()
    with settled.read() as connection:
        assert connection.scalar(select(func.count()).select_from(Entry)) == ROWS["entry"]


def test_many_entries_go_in_at_once_in_their_order(settled):
    many = [entry(number) for number in range(NEXT, NEXT + 50)]
    with settled.write() as connection:
        connection.execute(insert(Entry), many)
        connection.execute(insert(Entry).values([entry(NEXT + 50), entry(NEXT + 51)]))
    with pytest.raises(IntegrityError, match="next number"), settled.write() as connection:
        connection.execute(insert(Entry).values([entry(NEXT + 53), entry(NEXT + 52)]))
    with settled.read() as connection:
        assert connection.scalar(select(func.max(Entry.number))) == NEXT + 51


def test_the_number_of_an_entry_may_be_left_to_the_database(settled):
    without = entry(NEXT)
    del without["id"]
    with settled.write() as connection:
        connection.execute(insert(Entry).values(without))
        connection.execute(insert(Entry).values(without | {"number": NEXT + 1, "prev": chained(NEXT)}))


def test_every_unique_key_of_what_is_kept_is_guarded_against_replacement():
    assert {*APPEND_ONLY} == {*guards.APPEND_ONLY}
    assert {*NEVER_UPDATED} == {*guards.NEVER_UPDATED}
    for name, keys in guards.KEYS.items():
        table = Base.metadata.tables[name]
        unique = [each for each in table.constraints if isinstance(each, UniqueConstraint)]
        declared = {frozenset(column.name for column in each.columns) for each in (table.primary_key, *unique)}
        guarded = {frozenset(part.split(" = ")[0] for part in key.split(" AND ")) for key in keys}
        assert guarded == declared
