"""What the opening of a case says of the person, corrected: the facts themselves, the search, whose case it is."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import exists, select, update

from workflow.case.history import UnknownEvidence
from workflow.case.values import Value
from workflow.engine.accounts import own_account_for
from workflow.engine.evidence import LONGEST_NAME, text_of
from workflow.engine.name_parts import keep_parts
from workflow.engine.reading import CaseRow
from workflow.engine.task import Task
from workflow.engine.writing import NAME
from workflow.errors import Text
from workflow.plain import harmless, name_key
from workflow.store.tables import Account, Case, Person

ABOUT_THE_PERSON = frozenset({NAME, "person.born_on", "person.leaves_on", "case.floating"})


def about_the_person(values: Mapping[str, Value]) -> None:
    """Raise UnknownEvidence for anything in the correction of an opening that is no fact about the person."""
    if isinstance(name := values.get(NAME), str):
        text_of(name, Text("姓名", "name"), LONGEST_NAME)
    unknown = sorted(values.keys() - ABOUT_THE_PERSON)
    if unknown or values.get(NAME, "") is None:
        names = ", ".join(harmless(name) for name in unknown) or NAME
        raise UnknownEvidence(
            Text(f"立案登记没有这些可更正的内容：{names}", f"an opening holds nothing of the kind: {names}"),
            Text("可以更正：" + "、".join(sorted(ABOUT_THE_PERSON)), "known: " + ", ".join(sorted(ABOUT_THE_PERSON))),
        )


def keep_person(task: Task, row: CaseRow, values: Mapping[str, Value]) -> None:
    """Bring the searchable facts about the person up to date with a correction, and which account is the own one."""
    changed: dict[str, object] = {}
    if isinstance(name := values.get(NAME), str):
        changed |= {"name": name, "name_key": name_key(name)}
        _keep_own_account(task, row, name_key(name))
    if "person.born_on" in values:
        changed["born_on"] = values["person.born_on"]
    if changed:
        task.connection.execute(update(Person).where(Person.case_id == row.id).values(**changed))
    if isinstance(name, str):
        keep_parts(task.connection, {row.id: name_key(name)}, new=False)


def _keep_own_account(task: Task, row: CaseRow, key: str) -> None:
    """Look anew for the person's own account under the true name, unless the known one was linked by hand.

    It was where the account bears another name than the case did.
    """
    former = select(Person.name_key).where(Person.case_id == row.id).scalar_subquery()
    found = exists().where(Account.id == row.own_account_id, Account.name_key == former)
    if row.own_account_id is None or task.connection.scalar(select(found)):
        own = own_account_for(task.connection, row.organization_id, key)
        task.connection.execute(update(Case).where(Case.id == row.id).values(own_account_id=own))
