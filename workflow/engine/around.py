"""What stands around a case when an act in it is weighed: who is above it, who did what in it, whom it names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workflow.case.values import Value
from workflow.engine.acting import line_of, lines_of
from workflow.engine.duties import Deeds, deeds_in_each, deeds_of
from workflow.engine.judging import Worlds
from workflow.engine.reading import CaseRecord, CaseRow
from workflow.engine.requests import TakeStep
from workflow.engine.scope import OrganizationRow
from workflow.engine.task import Task


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around a case. ``line``: as ``line_of``; ``deeds``: of the actor's persons; ``worlds``: people."""

    line: tuple[OrganizationRow, ...]
    deeds: Deeds
    worlds: Worlds


def around_case(task: Task, row: CaseRow) -> Around:
    """Return what stands around one case; whom it names is read when it is judged."""
    line = line_of(task.connection, row.path, task.actor.on)
    return Around(line, deeds_of(task.connection, row, task.actor.persons), Worlds(task, ()))


def around_each(task: Task, asked: Sequence[tuple[CaseRecord, TakeStep]]) -> dict[str, Around]:
    """Return what stands around several cases, each by its number, read for all at once; what each act names, too."""
    rows = [record.row for record, _ in asked]
    lines = lines_of(task.connection, {row.path for row in rows}, task.actor.on)
    deeds = deeds_in_each(task.connection, rows, task.actor.persons)
    worlds = Worlds(task, ((record, _naming(record, request)) for record, request in asked))
    return {row.number: Around(lines[row.path], deeds[row.id], worlds) for row in rows}


def _naming(record: CaseRecord, request: TakeStep) -> Sequence[Mapping[str, Value]]:
    """Return the values in which a case and an act name people."""
    told = {f"{request.step}.{name}": text for name, text in request.evidence.items() if isinstance(text, str)}
    return (*record.view(present=True).every_round, told)
