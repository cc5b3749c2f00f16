"""An entry goes in with what belongs to it, in one statement where the database takes it, and on both alike."""

import pytest
from sqlalchemy import event, select, update
from sqlalchemy.exc import IntegrityError

from tests.store.world import ROWS, chained, row, settle
from workflow.store.appending import append_entry
from workflow.store.tables import Base, Case, Entry, EntryValue, Outbox

ENTRY = Base.metadata.tables["entry"]
CASE, NEW = 2, ROWS["entry"] + 1
VALUES = [
    {"field": name, "salt": bytes([place]) * 32, "value": f'"{name}：“，{{}}”"'} for place, name in enumerate("abc")
]


@pytest.fixture
def settled(database):
    """Give a database with a row in every table; the case has no entry yet."""
    with database.write() as connection:
        settle(connection)
    return database


def first(**other):
    """Return every column of the first entry of the case, but its id."""
    made = dict.fromkeys(column.name for column in ENTRY.columns) | row(ENTRY, 1) | {"case_id": CASE} | other
    del made["id"]
    return made


def moved(number=1, **other):
    """Return what changes in the row of the case."""
    return {"entries": number, "head": chained(number), **other}


def told_of(connection):
    """Return the words to others that came with the new entries."""
    return connection.execute(select(Outbox.topic, Outbox.case_id, Outbox.entry_id).where(Outbox.case_id == CASE)).all()


@pytest.mark.parametrize("values", [[], VALUES[:1], VALUES])
def test_an_entry_brings_its_values_its_word_to_others_and_the_new_end(settled, values):
    with settled.write() as connection:
        assert append_entry(connection, first(), values, moved(state="applicant"))
    with settled.read() as connection:
        (written,) = connection.execute(select(Entry.__table__).where(Entry.case_id == CASE)).mappings().all()
        assert {name: value for name, value in written.items() if name != "id"} == first()
        kept = select(EntryValue.field, EntryValue.salt, EntryValue.value).where(EntryValue.entry_id == written["id"])
        assert [dict(one) for one in connection.execute(kept.order_by(EntryValue.field)).mappings()] == values
        assert told_of(connection) == [("entry", CASE, written["id"])]
        ends = select(Case.entries, Case.head, Case.state)
        assert connection.execute(ends.where(Case.id == CASE)).one() == (1, chained(1), "applicant")
        assert connection.execute(ends.where(Case.id == 1)).one() == (0, chained(0), "state1")


def test_entries_of_one_transaction_follow_each_other(settled):
    with settled.write() as connection:
        for number in (1, 2, 3):
            one = first(number=number, prev=chained(number - 1), hash=chained(number))
            assert append_entry(connection, one, VALUES[:number], moved(number))
    with settled.read() as connection:
        assert len(told_of(connection)) == 3
        assert connection.scalar(select(Case.entries).where(Case.id == CASE)) == 3


def test_a_case_that_has_gone_on_is_told(settled):
    with settled.write() as connection:
        connection.execute(update(Case).where(Case.id == CASE).values(entries=1))
    with settled.write() as connection:
        assert not append_entry(connection, first(), VALUES, moved())
        connection.rollback()


@pytest.mark.parametrize(
    ("faulty", "reason"),
    [
        (first(number=2), "next number"),
        (first(prev=chained(5)), "entry before it"),
        (first(hash="0"), "(?i)check"),
        (first(account_id=99), "(?i)foreign key"),
    ],
)
def test_the_database_refuses_in_it_what_it_refuses_alone(settled, faulty, reason):
    def forge():
        with settled.write() as connection:
            connection.execute(update(Case).where(Case.id == CASE).values(entries=faulty["number"] - 1))
            append_entry(connection, faulty, VALUES, moved())

    with pytest.raises(IntegrityError, match=reason):
        forge()
    with settled.read() as connection:
        assert not told_of(connection)
        assert connection.scalar(select(Case.entries).where(Case.id == CASE)) == 0


def test_the_server_is_asked_once(postgresql_database):
    said = []
    with postgresql_database.write() as connection:
        settle(connection)
    for engine in postgresql_database.engines:
        event.listen(engine, "before_cursor_execute", lambda *heard: said.append(heard[2]))
    with postgresql_database.write() as connection:
        assert append_entry(connection, first(), VALUES, moved())
    assert len(said) == 1
