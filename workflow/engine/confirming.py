"""Which organization's word amends the record: the branch's own second person, or a superior's.

Each function returns the organizations, name by id, of which one has to confirm; none: whoever may confirm at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import takewhile

from sqlalchemy import select

from workflow.case.values import Value
from workflow.engine.acting import acting_for, acting_on, bodies_of, line_of
from workflow.engine.judging import Judged
from workflow.engine.offices import Actor
from workflow.engine.reading import CaseRecord, CaseRow, Written
from workflow.engine.scope import OrganizationRow, superiors_of
from workflow.engine.task import NotForThisOrganization, Task
from workflow.errors import Text
from workflow.law.model import Edition, StepDef
from workflow.law.organizations import Right
from workflow.rules.rulebook import Rulebook
from workflow.store.tables import Organization

Names = dict[int, str]  # of organizations, by id


def for_correction(task: Task, record: CaseRecord, edition: Edition, amended: Written, judged: Judged) -> Names:
    """Return who has to confirm a correction.

    Of what a former branch recorded: the nearest organization above both branches. Of what would have refused an act:
    the superior that decides next. Else any superior that has acted on the entry since.
    """
    row = record.row
    branch = by_a_branch(task, row, amended.organization_id)
    former = branch and amended.organization_id != row.organization_id
    above = [superior_of_both(task, row, amended.organization_id)] if former else []
    if branch and breaks_refusing(record.book, judged):
        above.append(decides_next(task, row, edition))
    if highest := min((one for one in above if one), key=lambda one: len(one.path), default=None):
        return {highest.id: highest.name}
    since = acted_since(record, amended)
    return superiors_of(task.connection, amended.organization_id, since) if since and not above else {}


def for_supplement(
    task: Task, record: CaseRecord, edition: Edition, name: str, values: Mapping[str, Value], judged: Judged
) -> Names:
    """Return who has to confirm what is attested late: whoever acts as the body that did it, if that is not the branch.

    Where the attested past would have refused an act, the superior that decides next.
    """
    step, row = edition.steps[name], record.row
    for field in values:
        bodies = _bodies(step, field)
        acting = acting_for(task.connection, task.laws.organizations, row.path, step, bodies, task.today).values()
        if row.organization_id not in {one.id for one in acting}:
            return {one.id: one.name for one in acting} or _named(decides_next(task, row, edition))
    return _named(decides_next(task, row, edition)) if breaks_refusing(record.book, judged) else {}


def confirmed_by(confirmed: Actor, names: Names) -> None:
    """Raise NotForThisOrganization unless the second person sits in one of the organizations, where any are named."""
    if names and confirmed.organization_id not in names:
        zh, en = "、".join(names.values()), ", ".join(names.values())
        raise NotForThisOrganization(
            Text("此事项由上级或者作出决定的组织确认", "a superior, or the body that decided, confirms this"),
            Text(f"请由{zh}确认", f"to be confirmed by {en}"),
        )


def decides_next(task: Task, row: CaseRow, edition: Edition) -> OrganizationRow | None:
    """Return the nearest organization above the branch that has the power to approve (art. 22); None: nobody here."""
    bodies = dict.fromkeys(body for name in edition.numbered for body in edition.steps[name].power)
    kinds, line = task.laws.organizations, line_of(task.connection, row.path, task.today)
    acting = acting_on(kinds, line, bodies, recorders=False).values()
    return next((one for one in line if one in acting), None)


def superior_of_both(task: Task, row: CaseRow, former: int) -> OrganizationRow | None:
    """Return the nearest open organization above the branch of a case and a former one, in which somebody confirms.

    Where no such stands above both, the nearest above the branch that has the case.
    """
    path = task.connection.scalar(select(Organization.path).where(Organization.id == former)) or ""
    pairs = zip(row.path.split("."), path.split("."), strict=False)
    shared = ".".join(part for part, _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    return _confirming(task, shared) or _confirming(task, row.path)


def breaks_refusing(book: Rulebook, judged: Judged) -> bool:
    """Tell whether what is judged breaks a rule that would have refused an act."""
    return not refusing(book).isdisjoint(judged.rules)


@lru_cache(maxsize=64)
def refusing(book: Rulebook) -> frozenset[str]:
    """Return the rules that refuse an act or send it back instead of being recorded as broken."""
    return frozenset(one.rule.id for one in book.judged if one.rule.definition.online != "record")


def acted_since(record: CaseRecord, amended: Written) -> tuple[int, ...]:
    """Return the other organizations that have acted on the case after an entry."""
    later = (one.organization_id for one in record.entries[amended.recorded.number :])
    return tuple(dict.fromkeys(one for one in later if one != amended.organization_id))


def by_a_branch(task: Task, row: CaseRow, organization: int) -> bool:
    """Tell whether an organization is one that holds cases, as the one that has this case does."""
    if organization == row.organization_id:
        return True
    kind = task.connection.scalar(select(Organization.kind).where(Organization.id == organization))
    return kind in task.laws.organizations.case_kinds


def _confirming(task: Task, path: str) -> OrganizationRow | None:
    """Return the nearest organization on the line at or above a path that holds no cases and in which one confirms."""
    kinds = task.laws.organizations
    for one in line_of(task.connection, path, task.today):
        if one.serves_id is None and one.kind not in kinds.case_kinds and kinds.roles_with(one.kind, Right.CONFIRM):
            return one
    return None


def _named(one: OrganizationRow | None) -> Names:
    return {one.id: one.name} if one else {}


def _bodies(step: StepDef, field: str) -> tuple[str, ...]:
    """Return the bodies of the outcomes that fill a field, of what no outcome fills those of all outcomes."""
    outcomes = step.outcomes.values()
    filling = [one for one in outcomes if (one.fills or step.day) == field] or outcomes
    return _once(body for one in filling for body in bodies_of(step, one))


def _once(bodies: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(bodies))
