"""What is kept beside the entries of a case, compared with what its entries say when they are replayed.

State, place, person, open offer, to-do list and findings can be made anew from the entries at any time; the entries
cannot.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.exc import NoResultFound

from workflow.calendar.office import office_day
from workflow.case.history import CaseView
from workflow.case.record import EntryKind
from workflow.case.values import Unreadable
from workflow.engine.acting import line_of
from workflow.engine.agenda import open_steps, todo_rows
from workflow.engine.breaches import Breach, breaches, finding_rows, keep
from workflow.engine.judging import world_for
from workflow.engine.laws import Laws
from workflow.engine.name_parts import endings, keep_parts
from workflow.engine.reading import BRANCH, HANDED_OVER, MOVE, CaseRecord, CaseRow, read_record, read_row
from workflow.engine.transfer import open_offer
from workflow.engine.writing import NAME
from workflow.errors import Text, WorkflowError
from workflow.keep.chain import CaseFault
from workflow.plain import name_key
from workflow.store.tables import Case, Finding, NamePart, Organization, Person, Todo, Transfer

FINDING = (Finding.rule, Finding.step, Finding.round, Finding.outcome, Finding.force, Finding.due_on, Finding.path,
           Finding.state)  # fmt: skip
TODO = (Todo.case_id, Todo.step, Todo.outcome, Todo.organization_id, Todo.branch_id, Todo.path, Todo.state, Todo.due_on)


def projected(connection: Connection, laws: Laws, case_id: int) -> Iterator[CaseFault]:
    """Yield where the projection of a case differs from its entries; its chain must be whole."""
    try:
        row = read_row(connection, case_id)
    except NoResultFound:  # the file check names the reference that leads nowhere
        number = connection.scalar(select(Case.number).where(Case.id == case_id))
        yield CaseFault(str(number), None, "place", Text("所在组织不存在", "its organization is not there"))
        return
    columns = select(Organization.uid, Organization.path, Case.procedure).join(Case)
    place = connection.execute(columns.where(Case.id == case_id)).one()
    if place.path != row.path:
        yield _fault(row, "place", "所在组织的路径不符", "the path is not that of its organization")
        return  # which law binds it depends on the path
    try:
        record = read_record(connection, laws, row)
        view = record.view()
    except (WorkflowError, ValueError) as error:
        said = error.what if isinstance(error, WorkflowError) else Text(str(error), str(error))
        yield _fault(row, "replay", f"条目不能重放：{said.zh}", f"its entries cannot be replayed: {said.en}")
        return
    if view.state != row.state:
        yield _fault(
            row, "state", f"档案所记身份为 {row.state}，条目得出 {view.state}",
            f"its row says {row.state}, its entries {view.state}",
        )  # fmt: skip
    yield from _held(record, place.uid)
    yield from called(record, place.procedure)
    yield from _person(connection, row, view)
    yield from _offered(connection, record)
    todo, findings = _fitting(connection, laws, record, view)
    if not todo:
        yield _fault(row, "todo", "待办与条目不符", "its to-do list differs from its entries")
    elif not findings:
        yield _fault(row, "todo", "所记违规与条目不符", "its findings differ from its entries")


def renew(connection: Connection, laws: Laws, case_id: int, today: date) -> None:
    """Make to-do list, findings and what the name is found by anew, the case's row locked; nothing else ever is."""
    connection.execute(select(Case.id).where(Case.id == case_id).with_for_update(key_share=True))
    record = read_record(connection, laws, read_row(connection, case_id))
    view = record.view()
    todo, found = judged_of(connection, laws, record, view, today)
    connection.execute(delete(Todo).where(Todo.case_id == case_id))
    if todo:
        connection.execute(insert(Todo), todo)
    keep(connection, record.row, view.state, found)
    key = connection.scalar(select(Person.name_key).where(Person.case_id == case_id))
    keep_parts(connection, {case_id: key or ""}, new=False)


def judged_of(
    connection: Connection, laws: Laws, record: CaseRecord, view: CaseView, on: date
) -> tuple[list[dict[str, object]], tuple[Breach, ...]]:
    """Return to-do list and findings that a case has on a day; none where nothing is in effect."""
    if not view.state:
        return [], ()
    book = record.book
    edition = book.edition_on(on)
    world = world_for(connection, laws, record, *view.every_round)
    columns = book.columns(view.values, world)
    verdicts = book.judge_all(columns, on)
    steps = open_steps(edition, view, verdicts, columns)
    todo = todo_rows(line_of(connection, record.row.path, on), laws, record.row, view.state, edition, steps)
    return todo, breaches(book, view, world, (columns, verdicts), on)


def _fitting(connection: Connection, laws: Laws, record: CaseRecord, view: CaseView) -> tuple[bool, bool]:
    """Tell whether to-do list and findings are those of the day when they were made: with an entry, no offer.

    Of a breach without a limit the day on which it began may be that on which it was seen.
    """
    made = [office_day(one.recorded_at) for one in record.entries if one.recorded.kind is not EntryKind.OFFERED]
    if not made:
        return False, False
    todo, found = judged_of(connection, laws, record, view, made[-1])
    there = {tuple(row) for row in connection.execute(select(*TODO).where(Todo.case_id == record.row.id))}
    kept = {tuple(row) for row in connection.execute(select(*FINDING).where(Finding.case_id == record.row.id))}
    return there == _rows(TODO, todo), kept == _rows(FINDING, finding_rows(record.row, view.state, found))


def _rows(columns: Sequence[Any], rows: list[dict[str, object]]) -> set[tuple[object, ...]]:
    return {tuple(row[column.key] for column in columns) for row in rows}


def _held(record: CaseRecord, branch: UUID) -> Iterator[CaseFault]:
    """Yield whether the case stands with another branch than the one that took it over last, or that it began in."""
    moves = [
        entry
        for entry in record.entries
        if (entry.recorded.kind, entry.recorded.step, entry.recorded.outcome) == (EntryKind.ACT, MOVE, HANDED_OVER)
    ]
    if moves:
        if moves[-1].organization_id != record.row.organization_id:
            yield _fault(
                record.row, "place", "不在最后接收它的党支部", "it is not with the branch that took it over last"
            )  # fmt: skip
        return
    for opened in record.entries[:1]:
        begun_in = opened.body.get(BRANCH)  # where a superior began it
        if (begun_in != branch.hex) if begun_in else (opened.organization_id != record.row.organization_id):
            yield _fault(record.row, "place", "不在立案时的党支部", "it is not with the branch that it began in")


def called(record: CaseRecord, procedure: str) -> Iterator[CaseFault]:
    """Yield whether the case has another number or procedure than its opening says; the first openings say none."""
    said = record.entries[0].body if record.entries else {}
    if said.get("number", record.row.number) != record.row.number:
        yield _fault(record.row, "number", "编号与立案时不同", "its number is not the one that it began with")
    if said.get("procedure", procedure) != procedure:
        yield _fault(record.row, "procedure", "程序与立案时不同", "its procedure is not the one that it began with")


def _person(connection: Connection, row: CaseRow, view: CaseView) -> Iterator[CaseFault]:
    """Yield whether what is searched for is not what was recorded; erased values cannot be compared."""
    person = connection.execute(select(Person.name, Person.name_key, Person.born_on).where(Person.case_id == row.id))
    found = person.one_or_none()
    yield from _found_by(connection, row, found.name_key if found else "")
    if found is None:
        return
    name, born_on = view.values.get(NAME), view.values.get("person.born_on")
    if isinstance(name, str) and (found.name, found.name_key) != (name, name_key(name)):
        yield _fault(row, "person", "姓名与条目不符", "the name is not the one in its entries")
    if NAME in view.values and not isinstance(born_on, Unreadable) and found.born_on != born_on:
        yield _fault(row, "person", "出生日期与条目不符", "the day of birth is not the one in its entries")


def _found_by(connection: Connection, row: CaseRow, key: str) -> Iterator[CaseFault]:
    """Yield whether what the name is found by does not fit it: with the lists it is made anew."""
    parts = select(NamePart.part).where(NamePart.case_id == row.id)
    if set(connection.scalars(parts)) != set(endings(key)):
        yield _fault(row, "todo", "查找姓名所用的与姓名不符", "what its name is found by does not fit the name")


def _offered(connection: Connection, record: CaseRecord) -> Iterator[CaseFault]:
    """Yield whether the open offer is not the one that the entries leave open."""
    number = open_offer(record)
    columns = (Transfer.entry_number, Transfer.to_path, Organization.uid, Organization.path)
    joined = select(*columns).join(Organization, Organization.id == Transfer.to_id)
    there = connection.execute(joined.where(Transfer.case_id == record.row.id)).one_or_none()
    if (there.entry_number if there else None) != number:
        yield _fault(record.row, "offer", "转出状态与条目不符", "its open offer is not the one in its entries")
        return
    offered = record.entry(number) if number else None
    if there and offered and (offered.body.get("to"), there.path) != (there.uid.hex, there.to_path):
        yield _fault(record.row, "offer", "接收党支部与条目不符", "it is offered to another branch than its entry says")


def _fault(row: CaseRow, kind: str, zh: str, en: str) -> CaseFault:
    return CaseFault(row.number, None, kind, Text(zh, en))
