"""Writing: what is hashed, what is kept apart, and what remains when it is erased."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import given
from sqlalchemy import delete, insert, select, text
from sqlalchemy.exc import IntegrityError

from tests.engine.office import LAWS, Bureau, bureau
from tests.engine.soundness import faults
from tests.engine.stages import record, submissions, until
from tests.engine.test_evidence import TEXTS, evidence
from workflow.case.record import EntryKind
from workflow.case.values import UNREADABLE
from workflow.engine.evidence import field_of, personal
from workflow.engine.writing import Author, CaseMoved, Draft, Head, append, lines
from workflow.errors import WorkflowError
from workflow.seal import ORIGIN, canonical, commitment, leaf_hash
from workflow.store.database import Database
from workflow.store.tables import Entry, EntryValue

D = date
EDITION = LAWS.law.editions[-1]
NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
AUTHOR = Author((1, UUID(int=1)), (2, UUID(int=2)), "branch_secretary")
START = Head(7, UUID(int=7), 0, ORIGIN)
MARK = "〔〕"  # stands in every text that must be found nowhere


def draft(step="talk", **more):
    """Return an act of the edition of 2026."""
    return Draft(kind=EntryKind.ACT, edition=EDITION, step=step, outcome="held", occurred_on=D(2026, 6, 10), **more)


def marked(values):
    """Mark all texts among values."""
    words = {name for name, value in values.items() if isinstance(value, str) and not value.isascii()}
    return {name: MARK + str(value) if name in words else value for name, value in values.items()}


# ------------------------------------------------------------------ pure: rows of entries


@given(evidence(), TEXTS)
def test_neither_name_nor_text_stands_in_an_entry_and_commitments_hold(drawn, reason):
    step, values = drawn
    ((line,), end) = lines(START, [draft(step, evidence=marked(values), reason=MARK + reason)], AUTHOR, NOW)
    body = json.loads(line.row["body"])
    assert MARK not in line.row["body"].decode()
    assert canonical(body) == line.row["body"]
    assert line.row["hash"] == leaf_hash(line.row["body"]) == end.hash
    inside = body.get("evidence", {}).keys() - {"unread"}
    there = {name for name, value in values.items() if value is not None and value is not UNREADABLE}
    apart = {name for name in there if personal(field_of(EDITION, step, name), name)}
    assert not inside & apart
    assert {value["field"] for value in line.values} == apart | {"reason"} == body["commit"].keys()
    for value in line.values:
        assert body["commit"][value["field"]] == commitment(value["salt"], json.loads(value["value"]))


def test_equal_values_are_committed_to_differently_each_time():
    twice = [lines(START, [draft(evidence={"talker": "甲"})], AUTHOR, NOW)[0][0].row["body"] for _ in range(2)]
    assert json.loads(twice[0])["commit"] != json.loads(twice[1])["commit"]


def test_a_chain_is_numbered_and_each_entry_names_the_one_before():
    made, end = lines(START, [draft(), draft(), draft()], AUTHOR, NOW)
    assert [line.row["number"] for line in made] == [1, 2, 3]
    assert [line.row["prev"] for line in made] == [ORIGIN, made[0].row["hash"], made[1].row["hash"]]
    assert (end.entries, end.hash) == (3, made[2].row["hash"])


WRITTEN = [
    ({}, {"step": "talk", "outcome": "held", "on": "2026-06-10", "edition": "2026-05-11"}),
    ({"notes": {"round": 2, "findings": ["talk.within_a_month"]}}, {"round": 2, "findings": ["talk.within_a_month"]}),
    ({"evidence": {"on": D(2026, 6, 10), "talker": None}}, {"evidence": {"on": "2026-06-10", "talker": None}}),
    ({"evidence": {"talker": UNREADABLE}}, {"evidence": {"unread": ["talker"]}}),
]


@pytest.mark.parametrize(("more", "said"), WRITTEN)
def test_what_stands_in_an_entry(more, said):
    ((line,), _) = lines(START, [draft(**more)], AUTHOR, NOW)
    body = json.loads(line.row["body"])
    assert {name: body[name] for name in said} == said
    assert (body["v"], body["n"], body["by"], body["org"], body["role"]) == (
        1, 1, UUID(int=1).hex, UUID(int=2).hex, "branch_secretary",
    )  # fmt: skip
    assert "confirmed" not in body
    assert "for" not in body


def test_second_person_and_deputy_are_named_by_what_never_changes():
    author = Author(
        (1, UUID(int=1)),
        (2, UUID(int=2)),
        "organizer",
        principal=(4, UUID(int=4)),
        confirmed=(3, UUID(int=3)),
        confirmed_in=(5, UUID(int=5)),
        confirmed_as="branch_secretary",
    )
    ((line,), _) = lines(START, [draft()], author, NOW)
    body = json.loads(line.row["body"])
    assert {name: body[name] for name in ("for", "confirmed", "confirmed_in", "confirmed_as")} == {
        "for": UUID(int=4).hex, "confirmed": UUID(int=3).hex, "confirmed_in": UUID(int=5).hex,
        "confirmed_as": "branch_secretary"}  # fmt: skip
    assert (line.row["principal_id"], line.row["confirmed_by"], line.row["confirmed_in"]) == (4, 3, 5)


# ------------------------------------------------------------------ in a database


def test_nothing_is_written_behind_an_older_end(office: Bureau) -> None:
    case = office.open(D(2026, 5, 20)).case
    head = record(office, case).row.head
    old = Head(head.case_id, head.uid, head.entries - 1, ORIGIN)
    with pytest.raises((CaseMoved, IntegrityError)), office.database.write() as connection:
        append(connection, old, [draft()], AUTHOR, NOW)
    assert office.seen(case) == 2


def test_names_and_texts_stand_nowhere_but_where_they_can_be_erased(office: Bureau) -> None:
    case = office.open(D(2026, 5, 20), name=f"{MARK}某", evidence={"paper": f"{MARK}申1"}).case
    evidence = {"talker": f"{MARK}甲", "paper": f"{MARK}谈1"}
    waiting = office.take("secretary", case, "talk held", D(2026, 6, 21), reason=f"{MARK}出差", evidence=evidence)
    office.confirm("commissioner", waiting)
    declined = office.correct("secretary", case, 3, {"talker": f"{MARK}乙"}, reason=f"{MARK}误")
    office.confirm("commissioner", declined, agreed=False)
    office.confirm("commissioner", office.correct("secretary", case, 3, {"talker": f"{MARK}乙"}, reason=f"{MARK}误"))
    attempts = (
        {"do": f"talk {MARK}"}, {"do": f"{MARK} held"}, {"do": "talk held", "evidence": {MARK: MARK}},
        {"do": "activist returned", "evidence": {"on": MARK}, "reason": MARK},
        {"do": "activist confirmed", "evidence": {"body": MARK, "recommended_by": MARK}},
    )  # fmt: skip
    for more in attempts:
        with pytest.raises(WorkflowError):
            office.take("secretary", case, on=D(2026, 7, 1), **more)
    assert len(submissions(office)) == 6 + len(attempts)
    with office.database.read() as connection:
        for table in ("entry", "submission", "outbox", "proposal", "cases", "todo"):
            rows = connection.execute(text(f"SELECT * FROM {table}")).all()  # noqa: S608 - the names above
            written = "".join(str(bytes(cell).decode()) if isinstance(cell, bytes | memoryview) else repr(cell)
                              for row in rows for cell in row)  # fmt: skip
            assert MARK not in written.encode().decode("unicode_escape", "ignore") + written, table
        kept = connection.scalars(select(EntryValue.value)).all()
    assert sum(MARK in value for value in kept) >= 6


def test_what_was_erased_is_unreadable_and_everything_else_holds(database: Database) -> None:
    office = bureau(database)
    case = until(office, "contacts")
    with database.write() as connection:
        connection.execute(delete(EntryValue))
    found = [fault for fault in faults(database) if "values are gone" not in fault and "to do" not in fault]
    assert found == []
    kept = record(office, case)
    now = kept.view()
    assert now.state == "activist"
    assert now.values["contacts.name_1"] is UNREADABLE
    assert now.values["activist.recommended_by"] is UNREADABLE
    assert now.values["activist.recommended_on"] == D(2026, 6, 20)
    assert all(entry.reason is None for entry in kept.entries)
    assert office.take("secretary", case, "cultivate reviewed", D(2026, 12, 28)).state == "activist"


def test_an_erased_value_cannot_be_put_back_as_another_one(database: Database) -> None:
    office = bureau(database)
    until(office, "contacts")
    with database.write() as connection:
        first = EntryValue.field == "name_1"
        entry, salt = connection.execute(select(EntryValue.entry_id, EntryValue.salt).where(first)).one()
        connection.execute(delete(EntryValue).where(first))
        connection.execute(insert(EntryValue), {"entry_id": entry, "field": "name_1", "salt": salt, "value": '"丙"'})
    assert any("name_1 is not the value that was committed to" in fault for fault in faults(database))


def test_every_entry_tells_the_others_once(fresh_office: Bureau) -> None:
    office = fresh_office
    case = until(office, "contacts")
    with office.database.read() as connection:
        told = connection.execute(text("SELECT entry_id FROM outbox ORDER BY entry_id")).scalars().all()
        assert told == connection.scalars(select(Entry.id).order_by(Entry.id)).all()
    assert len(told) == office.seen(case)
