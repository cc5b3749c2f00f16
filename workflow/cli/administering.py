"""What the commands about organizations, accounts and rosters share: one transaction, names, who may, answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from workflow.cli.case_options import print_lines
from workflow.cli.desk import Options, Seat, print_json
from workflow.engine.acting import NotEntitled
from workflow.engine.changing import Changes
from workflow.engine.laws import Laws
from workflow.engine.scope import OrganizationRow, UnknownOrganization, organizations_in_scope
from workflow.engine.task import Task
from workflow.engine.typed_in import Unclear, called
from workflow.errors import Text
from workflow.law.organizations import Right
from workflow.plain import harmless

Result = TypeVar("Result")
Plain = dict[str, Any]
WIDTH = 110  # places on a line


def dealt(seat: Seat, right: Right, work: Callable[[Task], Result]) -> Result:
    """Do something in one transaction, as whoever acts is in office at that moment; raises what ``work`` raises."""
    with _named_who_may(seat.laws, right):
        return Changes(seat.database, seat.laws, seat.desk.clock, seat.login).make(work)


@contextmanager
def looking(seat: Seat, right: Right) -> Iterator[Task]:
    """Give what a look asks for; who may not is told which offices may."""
    with _named_who_may(seat.laws, right), seat.looking() as task:
        yield task


@contextmanager
def _named_who_may(laws: Laws, right: Right) -> Iterator[None]:
    """Let a refusal for want of a right say which offices give it."""
    try:
        yield
    except NotEntitled as error:
        if not error.who:
            roles = [role for role in laws.organizations.roles.values() if right in role.rights]
            zh, en = "、".join(role.zh for role in roles), ", ".join(role.en for role in roles)
            error.remedy = Text(f"请由担任下列职务的人办理：{zh}", f"somebody in one of these offices does it: {en}")
        raise


def organization_named(task: Task, name: str) -> OrganizationRow:
    """Return the organization of the scope that a name or id means; of namesakes the one that is open.

    Raises UnknownOrganization where none is called so, for one outside the scope too; Unclear where several are.
    """
    rows = organizations_in_scope(task.connection, task.actor)
    plain = " ".join(name.split())
    uid = _uid(plain)
    found = [row for row in rows if (row.uid == uid if uid else row.name == plain)]
    still = [row for row in found if is_open(row, task.today)]
    if len(found) == 1 or len(still) == 1:
        return (still or found)[0]
    shown = harmless(plain)[:80]
    if not found:
        raise UnknownOrganization(
            Text(f"没有叫“{shown}”的组织", f"there is no organization “{shown}”"),
            Text(
                "请用 jishi organization list 核对；不在您权限范围内的也查不到",
                "see jishi organization list; what lies outside your scope is not found",
            ),
        )
    names = {row.id: row.name for row in rows}
    listed = "; ".join(f"{row.uid.hex} {place_of(row, names)}" for row in still or found)
    raise Unclear(
        Text(f"有几个组织叫“{shown}”", f"several organizations are called “{shown}”"),
        Text(f"请改写编号：{listed}", f"write the id instead: {listed}"),
    )


def place_of(row: OrganizationRow, names: Mapping[int, str]) -> str:
    """Return the names from the root of the scope down to an organization."""
    return " / ".join(names[key] for key in map(int, row.path.split(".")[:-1]) if key in names)


def is_open(row: OrganizationRow, today: date) -> bool:
    """Tell whether an organization is not closed; its last day is counted."""
    return row.until_on is None or row.until_on >= today


def _uid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def kind_called(laws: Laws, name: str) -> str:
    """Return the kind of organization that a code or a name means."""
    known = [(code, Text(kind.zh, kind.en)) for code, kind in laws.organizations.kinds.items()]
    return called(Text("组织类别", "kind of organization"), name, known)


def role_called(laws: Laws, name: str, kind: str) -> str:
    """Return the role that a code or a name means, among those of a kind of organization."""
    roles = laws.organizations.roles.items()
    known = [(code, Text(role.zh, role.en)) for code, role in roles if kind in role.kinds]
    return called(Text("职务", "office"), name, known)


def overlay_called(laws: Laws, name: str) -> str:
    """Return the local practice that a code or a title means."""
    overlays = laws.law.definitions.overlays.items()
    known = [(code, Text(one.title.zh, one.title.en)) for code, one in overlays]
    return called(Text("地方规定", "local practice"), name, known)


def title_of(laws: Laws, overlay: str) -> Text:
    """Return what local practice is called; one that no file defines any more stands for itself."""
    known = laws.law.definitions.overlays.get(overlay)
    return Text(known.title.zh, known.title.en) if known else Text(overlay, overlay)


def kind_text(laws: Laws, kind: str) -> Text:
    """Return what a kind of organization is called."""
    known = laws.organizations.kinds.get(kind)
    return Text(known.zh, known.en) if known else Text(kind, kind)


def role_text(laws: Laws, role: str) -> Text:
    """Return what an office is called."""
    known = laws.organizations.roles.get(role)
    return Text(known.zh, known.en) if known else Text(role, role)


def named(code: str, words: Text) -> Plain:
    """Return a code beside its names, for scripts."""
    return {"code": code, "zh": words.zh, "en": words.en}


def day_plain(day: date | None) -> str | None:
    """Return a day for scripts."""
    return day.isoformat() if day else None


def days_text(from_on: date | None, until_on: date | None, lang: str) -> str:
    """Return the days between which something holds."""
    begin = str(from_on) if from_on else "?"
    if until_on is None:
        return Text(f"{begin} 起", f"from {begin}").of(lang)
    return Text(f"{begin} 至 {until_on}", f"{begin} to {until_on}").of(lang)


def tell(options: Options, plain: Plain, done: Text, *more: Text | None) -> None:
    """Say what was done and what comes next, to people or to scripts."""
    if options.as_json:
        print_json({"status": "done", **plain})
    else:
        print_lines([one.of(options.lang) for one in (done, *more) if one is not None])


def renewed_text(number: int) -> Text | None:
    """Return how many to-do lists were made anew; None where there were none."""
    return Text(f"已重新生成 {number} 份待办", f"to-do lists made anew: {number}") if number else None
