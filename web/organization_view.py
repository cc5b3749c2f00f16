"""What pages of organizations say of a kind: as which bodies it acts, whether it approves, in which steps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from workflow.case.roster import PenaltyKind, Standing
from workflow.engine.acting import bodies_of
from workflow.engine.laws import Laws
from workflow.engine.naming import step_text
from workflow.engine.place_view import Choice, Incumbency
from workflow.engine.scope import OrganizationRow
from workflow.errors import Text
from workflow.law.demands import PENALTIES
from workflow.law.model import Edition

POWER = "22"  # the article on who approves
SPONSORS = "14"  # the article on sponsors
COMMITTEE = {
    "yes": (True, Text("设支部委员会", "with a branch committee")),
    "no": (False, Text("不设支部委员会", "without a branch committee")),
    "unknown": (None, Text("不详", "not known")),
}
STANDINGS = {
    Standing.FULL: Text("正式党员", "full member"),
    Standing.PROBATIONARY: Text("预备党员", "probationary member"),
}
KINDS = {str(kind): Text(PENALTIES[kind].zh, PENALTIES[kind].en) for kind in PenaltyKind}


@dataclass(frozen=True, slots=True)
class Ability:
    """What an organization does: as which bodies, whose acts it writes down, in which steps; whether it approves."""

    bodies: tuple[Text, ...]
    writes_for: tuple[Text, ...]
    approves: bool
    steps: tuple[tuple[str, Text | None, bool], ...]  # name, words, whether it decides there


def ability(laws: Laws, edition: Edition, row: OrganizationRow) -> Ability:
    """Return what an organization may do, as its kind and the edition say; a kind no longer defined does nothing."""
    kind = laws.organizations.kinds.get(row.kind)
    if kind is None:
        return Ability((), (), approves=False, steps=())
    bodies = set(laws.organizations.bodies(row.kind, has_committee=row.has_committee))
    acts = set(bodies) | set(kind.records_for)
    steps = tuple(
        (name, step_text(edition, name), bool(step.power))
        for name, step in edition.steps.items()
        if acts & set(bodies_of(step))
    )
    approves = any(bodies & set(step.power) for step in edition.steps.values())
    return Ability(_bodies(edition, bodies), _bodies(edition, kind.records_for), approves, steps)


def _bodies(edition: Edition, names: Iterable[str]) -> tuple[Text, ...]:
    return tuple(Text(one.zh, one.en) for name, one in edition.bodies.items() if name in set(names))


def kind_words(laws: Laws, kind: str) -> Text:
    """Return what a kind of organization is called."""
    known = laws.organizations.kinds.get(kind)
    return Text(known.zh, known.en) if known else Text(kind, kind)


def role_words(laws: Laws, role: str) -> Text:
    """Return what an office is called."""
    known = laws.organizations.roles.get(role)
    return Text(known.zh, known.en) if known else Text(role, role)


def kinds_below(laws: Laws, kind: str) -> list[tuple[str, Text]]:
    """Return the kinds of organization that may stand under, or be attached to, one of a kind."""
    known = laws.organizations
    return [(name, kind_words(laws, name)) for name in known.kinds if known.may_stand(name, kind)]


def roles_of(laws: Laws, kind: str) -> list[tuple[str, Text]]:
    """Return the offices that a kind of organization has, with what each may do."""
    known = laws.organizations
    found = []
    for name, role in known.roles.items():
        if kind in role.kinds:
            rights = [known.rights[right] for right in role.rights]
            zh, en = "、".join(one.zh for one in rights), ", ".join(one.en for one in rights)
            found.append((name, Text(f"{role.zh}：{zh}", f"{role.en}: {en}")))
    return found


def overlay_choices(laws: Laws) -> list[tuple[str, Text]]:
    """Return the local practice that can be laid on an organization."""
    overlays = laws.law.definitions.overlays.items()
    return [(name, Text(one.title.zh, one.title.en)) for name, one in overlays]


def place_choices(laws: Laws, found: Iterable[Choice]) -> list[tuple[str, Text]]:
    """Return organizations to choose from, with their kind and what each stands under."""
    return [(one.uid.hex, _placed(laws, one)) for one in found]


def _placed(laws: Laws, one: Choice) -> Text:
    kind = kind_words(laws, one.kind)
    above = Text(f"，上级 {one.above}", f", under {one.above}") if one.above else Text("", "")
    return Text(f"{one.name}（{kind.zh}{above.zh}）", f"{one.name} ({kind.en}{above.en})")


def deputised(laws: Laws, offices: Sequence[Incumbency], today: date) -> list[tuple[str, Text]]:
    """Return the offices of an organization for which a deputy can be appointed."""
    found = []
    for one in offices:
        if one.principal is None and not one.over(today):
            role = role_words(laws, one.role)
            found.append((str(one.id), Text(f"{one.name}（{role.zh}）", f"{one.name} ({role.en})")))
    return found
