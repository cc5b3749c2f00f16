"""Imports as they are listed, who may undo which, and that nobody acts on a case whose import was undone."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Select, func, or_, select
from sqlalchemy.orm import aliased

from workflow.calendar.office import office_day
from workflow.engine.acting import Entitled, NotEntitled, line_of
from workflow.engine.offices import Actor
from workflow.engine.reading import CaseRow
from workflow.engine.scope import within
from workflow.engine.task import Task
from workflow.engine.trust import may_attest
from workflow.engine.writing import REASON
from workflow.errors import Text, WorkflowError
from workflow.law.organizations import Right
from workflow.plain import harmless
from workflow.store.tables import Account, Batch, Entry, EntryValue, Organization

LONGEST = 40  # characters of a batch's name in a message
PAGE = 20


class UnknownBatch(WorkflowError):  # noqa: N818 - errors are named as facts
    """There is no such import for this actor."""


class NothingToUndo(WorkflowError):  # noqa: N818 - errors are named as facts
    """The batch is itself the undoing of one."""


class ImportUndone(WorkflowError):  # noqa: N818 - errors are named as facts
    """The import with which a case came was undone: nothing of it is in effect, nothing is done about it."""


@dataclass(frozen=True, slots=True)
class BatchRow:
    """An import, or the undoing of one. ``undone_by``, ``undoes``: the number of the other one.

    ``cases``, ``entries``: how many it wrote; None: not counted. ``reason``: why it was undone, or undoes another.
    """

    id: int
    uid: UUID
    made_at: datetime
    account: str
    organization: str
    form: str
    file_hash: str
    undoes: int | None
    undone_by: int | None
    cases: int | None = None
    entries: int | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The batch that is to be undone."""

    id: int
    form: str
    file_hash: str
    undone: bool


def batches(connection: Connection, actor: Actor) -> tuple[BatchRow, ...]:
    """Return the imports in the actor's scope, the newest first."""
    may_attest(actor)
    counted = (
        select(Entry.batch_id, func.count(Entry.case_id.distinct()).label("cases"), func.count().label("entries"))
        .where(Entry.batch_id.is_not(None)).group_by(Entry.batch_id).subquery()
    )  # fmt: skip
    counts = (func.coalesce(counted.c.cases, 0), func.coalesce(counted.c.entries, 0))
    query = _rows(*counts).outerjoin(counted, counted.c.batch_id == Batch.id).where(_in_scope(actor))
    return tuple(BatchRow(*row) for row in connection.execute(query.order_by(Batch.id.desc())))


def recent(connection: Connection, actor: Actor, before: int | None = None, limit: int = PAGE) -> tuple[BatchRow, ...]:
    """Return some imports in the actor's scope, the newest first, not counted; ``before``: only those before this."""
    may_attest(actor)
    query = _rows().where(_in_scope(actor), *(() if before is None else (Batch.id < before,)))
    return tuple(BatchRow(*row) for row in connection.execute(query.order_by(Batch.id.desc()).limit(limit)))


def read_batch(connection: Connection, actor: Actor, name: str) -> BatchRow:
    """Return one import in the actor's scope, given by its number or uid, not counted; raises UnknownBatch."""
    may_attest(actor)
    key = _key(name)
    row = connection.execute(_rows().where(_in_scope(actor), key)).one_or_none() if key is not None else None
    if row is None:
        raise _unknown(name)
    found = BatchRow(*row)
    undoing = found.id if found.undoes else found.undone_by
    return replace(found, reason=_reason(connection, undoing)) if undoing else found


def _reason(connection: Connection, undoing: int) -> str | None:
    """Return why an import was undone: each withdrawal says it."""
    said = select(EntryValue.value).join(Entry, Entry.id == EntryValue.entry_id)
    said = said.where(Entry.batch_id == undoing, EntryValue.field == REASON).order_by(Entry.id).limit(1)
    value = connection.scalar(said)
    return json.loads(value) if value else None


def _rows(*more: Any) -> Select[Any]:  # noqa: ANN401 - columns
    """Return the query of batches with who made them, and which undoes which."""
    undo = aliased(Batch)
    columns: tuple[Any, ...] = (
        Batch.id, Batch.uid, Batch.made_at, Account.name, Organization.name, Batch.form, Batch.file_hash, Batch.undoes,
        undo.id, *more,
    )  # fmt: skip
    return (
        select(*columns).join(Account, Account.id == Batch.account_id)
        .join(Organization, Organization.id == Batch.organization_id)
        .outerjoin(undo, undo.undoes == Batch.id)
    )  # fmt: skip


def _unknown(name: str) -> UnknownBatch:
    shown = harmless(name)[:LONGEST]
    return UnknownBatch(
        Text(f"没有编号为“{shown}”的导入", f"there is no import “{shown}”"),
        Text("请在导入清单中核对（jishi ledger batches）", "see the list of imports (jishi ledger batches)"),
    )


def find_batch(task: Task, name: str) -> Found:
    """Return the batch that is to be undone, given by its number or uid.

    Raises UnknownBatch, NothingToUndo, and NotEntitled for whoever is neither the importer on the same day nor above.
    """
    actor = task.actor
    undo = aliased(Batch)
    columns = select(
        Batch.id, Batch.form, Batch.file_hash, Batch.undoes, undo.id.label("undone"), Batch.account_id,
        Batch.organization_id, Batch.made_at, Organization.path, Organization.parent_id,
    )  # fmt: skip
    query = columns.join(Organization, Organization.id == Batch.organization_id)
    query = query.outerjoin(undo, undo.undoes == Batch.id).where(_in_scope(actor))
    key = _key(name)
    row = task.connection.execute(query.where(key)).one_or_none() if key is not None else None
    if row is None:
        raise _unknown(name)
    if row.undoes is not None:
        raise NothingToUndo(
            Text("这一批次本身就是撤销", "this batch is itself the undoing of one"),
            Text("请重新导入该台账", "import the ledger again"),
        )
    if not _may_undo(actor, row):
        raise NotEntitled(
            Text("导入只能由导入人当日撤销，其后由上级撤销", "an import is undone by whoever made it, on the same"
                 " day, or by an organization above"),
            who=_who(task, row),
        )  # fmt: skip
    return Found(row.id, row.form, row.file_hash, undone=row.undone is not None)


def _may_undo(actor: Actor, batch: Any) -> bool:  # noqa: ANN401 - a row of the query above
    """Tell whether the actor stands above whoever imported, or imported it today.

    At the top of an installation, where nobody stands above, somebody else in the same organization may.
    """
    same = batch.organization_id == actor.organization_id
    above = not same and batch.path != actor.path
    own = same and batch.account_id == actor.account_id
    today = own and office_day(batch.made_at) == actor.on
    top = batch.parent_id is None and batch.account_id not in actor.persons
    return above or today or top


def _who(task: Task, batch: Any) -> list[Entitled]:  # noqa: ANN401 - a row of the query above
    """Return who may undo an import later: the nearest organization above, else another person where it was made."""
    line = [row for row in line_of(task.connection, batch.path, task.today) if row.serves_id is None]
    nearest = [row for row in line if row.path != batch.path] or line
    kinds = task.laws.organizations
    return [
        Entitled(Text(row.name, row.name), tuple(
            Text(kinds.roles[role].zh, kinds.roles[role].en)
            for role in kinds.roles_with(row.kind, Right.RECORD) if Right.CONFIRM in kinds.roles[role].rights
        ))
        for row in nearest[:1]
    ]  # fmt: skip


def _in_scope(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that a batch was made in the actor's scope, or in its own organization."""
    return or_(within(Organization.path, actor.path), Organization.id == actor.organization_id)


def _key(name: str) -> ColumnElement[bool] | None:
    """Return the condition that a batch bears this number or uid."""
    if name.isascii() and name.isdigit() and len(name) < 10:  # noqa: PLR2004 - what an integer column holds
        return Batch.id == int(name)
    try:
        return Batch.uid == UUID(name)
    except ValueError:
        return None


def require_in_effect(case: CaseRow) -> None:
    """Raise ImportUndone for a case of which no entry is in effect."""
    if not case.state:
        raise ImportUndone(
            Text("此档案的导入已经撤销，个人信息已经删除", "the import of this case was undone, and the person erased"),
            Text("请重新导入台账，或者重新立案", "import the ledger again, or open a case anew"),
        )
