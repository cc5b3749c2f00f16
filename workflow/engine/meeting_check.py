"""What would come of the submissions of one meeting: each judged like an act of its own, all read at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from workflow.engine.around import Around, around_each
from workflow.engine.batches import require_in_effect
from workflow.engine.judging import Judged
from workflow.engine.looking import Waiting, waiting_in_each
from workflow.engine.meetings import settled_before
from workflow.engine.reading import CaseRecord, read_records
from workflow.engine.requests import TakeStep
from workflow.engine.scope import find_cases, unknown_case
from workflow.engine.settling import Confirmer, confirmers_in_each
from workflow.engine.steps import weigh
from workflow.engine.task import Task
from workflow.errors import WorkflowError


@dataclass(frozen=True, slots=True)
class Checked:
    """What would come of one submission.

    ``settled``: the person was settled at this meeting before, or waits; ``refused``: why it cannot be taken;
    ``judged``: else what the law says of it; ``who``: who could confirm what takes a second person.
    """

    record: CaseRecord | None = None
    settled: bool = False
    refused: WorkflowError | None = None
    judged: Judged | None = None
    who: tuple[Confirmer, ...] = ()


def checked(task: Task, asked: Sequence[TakeStep]) -> dict[str, Checked]:
    """Return what would come of each submission, by the number of its case; nothing is written.

    A flat number of queries, and some more for each case that was handed over.
    """
    rows = find_cases(task.connection, task.actor, [one.case for one in asked])
    records = {one.row.number: one for one in read_records(task.connection, task.laws, list(rows.values()))}
    known = [(records[one.case], one) for one in asked if one.case in records]
    around = around_each(task, known)
    waits = waiting_in_each(task, list(records.values()))
    found = {one.case: _checked(task, record, one, around[one.case], waits[one.case]) for record, one in known}
    second = [records[number].row for number, one in found.items() if one.judged and one.judged.rules]
    who = confirmers_in_each(task, second)
    found |= {row.number: replace(found[row.number], who=who[row.id]) for row in second}
    return {one.case: found.get(one.case) or Checked(refused=unknown_case(one.case)) for one in asked}


def _checked(task: Task, record: CaseRecord, request: TakeStep, around: Around, waits: Sequence[Waiting]) -> Checked:
    if settled_before(task, record, request.step, request.meeting or "", waits) is not None:
        return Checked(record, settled=True)
    try:
        require_in_effect(record.row)
        return Checked(record, judged=weigh(task, record, request, around))
    except WorkflowError as error:
        return Checked(record, refused=error)
