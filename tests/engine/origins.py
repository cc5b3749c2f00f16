"""Where a walk may begin besides a fresh case, and how a program started anew finds an office."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import Any

from sqlalchemy import insert

from tests.engine.office import LAWS, Bureau
from tests.engine.soundness import verdicts
from tests.engine.test_lives import SEATS
from tests.regulation.case import LIVED_2026
from workflow.case.facts import World
from workflow.case.record import EntryKind, furthest
from workflow.engine.acting import line_of
from workflow.engine.agenda import open_steps, todo_rows
from workflow.engine.breaches import breaches, keep
from workflow.engine.desk import Desk
from workflow.engine.judging import world_for
from workflow.engine.name_parts import keep_parts
from workflow.engine.offices import actor_of
from workflow.engine.reading import read_record, read_row
from workflow.engine.writing import Author, Draft, Head, append
from workflow.law.model import Edition
from workflow.seal import ORIGIN, Plain
from workflow.store.database import Database
from workflow.store.tables import Batch, Case, Person, Todo


def seat(edition: Edition, step: str, outcome: str, body: Plain) -> str:
    """Return who records an act as a rule: somebody of the body named, else of the first that may."""
    definition = edition.steps[step]
    return SEATS.get(str(body or (definition.outcomes[outcome].by or definition.by)[0]), "department")


def url_of(database: Database) -> str:
    """Return the application's URL, so that another process, or another life of this one, opens the same."""
    return database._url.render_as_string(hide_password=False)  # noqa: SLF001 - nothing else needs it


def reopened(office: Bureau) -> Bureau:
    """Return the office as a program started anew finds it: nothing is known but what the database holds."""
    office.database.close()
    database = Database(url_of(office.database))
    return replace(office, database=database, desk=Desk(database, LAWS, office.clock))


def attested(office: Bureau, through: str) -> str:
    """Write a case of which the past up to a step was taken over from a ledger; return its number."""
    edition = LAWS.law.editions[-1]
    steps = edition.numbered[: edition.numbered.index(through) + 1]
    login = office.people["commissioner"]
    office.clock.day = max(office.clock.day, date(2030, 1, 1))
    now = office.clock()
    with office.database.write() as connection:
        actor = actor_of(connection, LAWS.organizations, login.account_id, login.office_id, office.clock.day)
        row = connection.execute(
            insert(Batch).returning(Batch.id, Batch.uid),
            {
                "account_id": login.account_id,
                "organization_id": actor.organization_id,
                "form": "branch-ledger",
                "file_hash": sha256(office.key().encode()).hexdigest(),
                "made_at": now,
            },
        ).one()
        batch, number = (row.id, row.uid), f"导入-{row.id}"
        case_id, uid = connection.execute(
            insert(Case).returning(Case.id, Case.uid),
            {
                "number": number,
                "procedure": edition.procedure,
                "organization_id": actor.organization_id,
                "path": actor.path,
                "state": edition.initial,
                "entries": 0,
                "head": ORIGIN,
            },
        ).one()
        connection.execute(insert(Person), {"case_id": case_id, "name": "导入者", "name_key": "导入者"})
        keep_parts(connection, {case_id: "导入者"}, new=True)
        evidence: list[tuple[str, dict[str, Any]]] = [
            (step, {name.split(".")[1]: value for name, value in LIVED_2026.items() if name.split(".")[0] == step})
            for step in steps
        ]
        drafts = [
            Draft(
                kind=EntryKind.OPENED,
                edition=edition,
                batch=batch,
                evidence={"person.born_on": LIVED_2026["person.born_on"]},
            ),
            *(
                Draft(kind=EntryKind.ATTESTED, edition=edition, step=step, evidence=values, batch=batch)
                for step, values in evidence
                if values
            ),
            Draft(
                kind=EntryKind.CUTOVER,
                edition=edition,
                batch=batch,
                outcome=furthest(
                    edition, {f"{step}.{name}": value for step, values in evidence for name, value in values.items()}
                ),
            ),
        ]
        author = Author(
            (actor.account_id, actor.account_uid), (actor.organization_id, actor.organization_uid), actor.role
        )
        append(connection, Head(case_id, uid, 0, ORIGIN), drafts, author, now, state=drafts[-1].outcome)
        record = read_record(connection, LAWS, read_row(connection, case_id))
        view = record.view()
        columns = record.book.columns(view.values, World(LAWS.calendar, None))
        judged = verdicts(connection, LAWS, record, view.values, office.clock.day)
        found = open_steps(edition, view, judged, columns)
        line = line_of(connection, record.row.path, office.clock.day)
        if rows := todo_rows(line, LAWS, record.row, view.state, edition, found):
            connection.execute(insert(Todo), rows)
        world = world_for(connection, LAWS, record, *view.every_round)
        seen = (record.book.columns(view.values, world), judged)
        keep(connection, record.row, view.state, breaches(record.book, view, world, seen, office.clock.day))
    return number
