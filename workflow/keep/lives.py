"""The life of findings, compared with its events: stages follow from them, and words are those that were committed to.

The day on which a finding was last seen is told by runs alone and cannot be made anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, select

from workflow.calendar.office import office_day
from workflow.engine.finding_stages import AsItWas, EventKind, Folded, Identity, Told, folded
from workflow.errors import Text
from workflow.keep.chain import CaseFault, CaseHead
from workflow.seal import commitment
from workflow.store.tables import AuditRun, FindingEvent, FindingLife, FindingText

KINDS = frozenset(EventKind)
_EVENTS = (
    select(
        FindingEvent.id, FindingEvent.case_id, FindingEvent.rule, FindingEvent.step, FindingEvent.round,
        FindingEvent.kind, FindingEvent.at, FindingEvent.until_on, FindingEvent.commitments, FindingEvent.outcome,
        FindingEvent.due_on, FindingEvent.broken_on, AuditRun.as_of,
    )
    .outerjoin(AuditRun, AuditRun.id == FindingEvent.run_id)
    .where(FindingEvent.case_id.in_(bindparam("cases", expanding=True)))
    .order_by(FindingEvent.id)
)  # fmt: skip


def lives(connection: Connection, cases: Sequence[CaseHead]) -> Iterator[CaseFault]:
    """Yield where the lives of findings of some cases differ from their events, in three queries."""
    numbers = {case.id: case.number for case in cases}
    rows = connection.execute(_EVENTS, {"cases": list(numbers)}).all()
    told: dict[Identity, list[Told]] = {}
    for row in rows:
        if row.kind not in KINDS:
            yield _fault(
                numbers[row.case_id], "处理经过中有无法识别的记录", "an event of a finding is of no known kind"
            )
            continue
        event = Told(row.id, EventKind(row.kind), row.as_of or office_day(row.at), row.until_on, AsItWas.of(row))
        told.setdefault(_identity(row), []).append(event)
    kept = _kept(connection, numbers)
    for finding in dict.fromkeys((*told, *kept)):
        if finding not in told or kept.get(finding) != folded(told[finding]):
            number = numbers[finding.case]
            yield _fault(number, "问题的处理情况与经过不符", "the life of a finding differs from its events")
    yield from _words(connection, numbers, rows)


def _identity(row: Any) -> Identity:  # noqa: ANN401 - a row
    return Identity(row.case_id, row.rule, row.step, row.round)


def _kept(connection: Connection, numbers: Mapping[int, str]) -> dict[Identity, Folded]:
    """Return what the projection says, as far as the events tell it."""
    rows = connection.execute(select(*FindingLife.__table__.columns).where(FindingLife.case_id.in_(numbers)))
    return {
        _identity(row): Folded(
            row.stage, row.first_on, row.reopened_on, row.closed_on, row.answer_id, row.asked_id, row.waiver_id,
            row.waived_until,
        )
        for row in rows
    }  # fmt: skip


def _words(connection: Connection, numbers: Mapping[int, str], rows: Sequence[Any]) -> Iterator[CaseFault]:
    """Yield words that are not those that an event committed itself to; those that were erased are no fault."""
    said = {row.id: row for row in rows}
    text = FindingText
    mine = select(text.event_id, text.field, text.salt, text.value).join(FindingEvent).where(
        FindingEvent.case_id.in_(numbers)
    )  # fmt: skip
    for key, field, salt, value in connection.execute(mine):
        event = said[key]
        if (event.commitments or {}).get(field) != commitment(salt, value):
            yield _fault(numbers[event.case_id], "说明的文字被改动", "the words about a finding were altered")


def _fault(number: str, zh: str, en: str) -> CaseFault:
    return CaseFault(number, None, "life", Text(zh, en))
