"""The entries of a case as its page shows them, and the record sheet that is printed and signed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from web.words import change_text, entry_text, joined, value_words
from workflow.case.history import IRREGULAR
from workflow.case.record import EntryKind, Recorded, effective
from workflow.engine.acting import bodies_of, entitled_in
from workflow.engine.amend import CORRECTABLE
from workflow.engine.entries_view import Change, Line
from workflow.engine.forms import BODY
from workflow.engine.naming import field_text, outcome_text, rule_text, step_text
from workflow.engine.offices import Actor
from workflow.engine.reading import MOVE
from workflow.engine.showing import Shown
from workflow.errors import Text
from workflow.law.model import Edition
from workflow.law.organizations import Organizations, Right

Pair = tuple[Text, Text]
PERSONAL = frozenset({"person.born_on"})
HIDDEN = Text("〔已隐去〕", "[hidden]")


@dataclass(frozen=True, slots=True)
class Event:
    """An entry as it is shown. ``changes``: field, before, after; ``correctable``, ``withdrawable``: by the actor.

    ``others``: who corrects it, where the branch that has the case does not.
    """

    number: int
    what: Text
    on: date | None
    at: datetime
    line: Line
    held: tuple[Pair, ...]
    changes: tuple[tuple[Text, Text, Text], ...]
    findings: tuple[Text, ...]
    irregular: bool
    correctable: bool
    withdrawable: bool
    others: Text | None


def history_of(
    shown: Shown, actor: Actor, organizations: Organizations, *, revealed: bool = False
) -> tuple[Event, ...]:
    """Return the entries, the newest first; with the day of birth only if ``revealed``."""
    last = _last_own(shown, actor)
    hidden = frozenset() if revealed else PERSONAL
    return tuple(
        Event(
            number=line.written.recorded.number,
            what=entry_text(line),
            on=line.written.recorded.occurred_on,
            at=line.written.recorded_at,
            line=line,
            held=tuple(_held(line, hidden)) if not line.changes else (),
            changes=tuple(_change(line, one, hidden) for one in line.changes),
            findings=tuple(rule_text(line.edition, rule) for rule in line.findings),
            irregular=line.written.recorded.outcome == IRREGULAR,
            correctable=_correctable(shown, line, actor, organizations),
            withdrawable=line.written.recorded.number == last,
            others=_others(shown, line, actor, organizations),
        )
        for line in reversed(shown.lines)
    )


def _held(line: Line, hidden: frozenset[str]) -> Iterator[Pair]:
    """Yield the evidence of an entry by its names."""
    entry = line.written.recorded
    for name, pair in _named(line.edition, entry):
        yield (pair[0], HIDDEN) if name in hidden else pair


def _change(line: Line, change: Change, hidden: frozenset[str]) -> tuple[Text, Text, Text]:
    field, before, after = change_text(line, change)
    return (field, HIDDEN, HIDDEN) if change.field in hidden else (field, before, after)


def _correctable(shown: Shown, line: Line, actor: Actor, organizations: Organizations) -> bool:
    """Tell whether the actor's organization may propose a correction: of its own entries, or of a former branch's."""
    entry = line.written.recorded
    if entry.kind not in CORRECTABLE or line.withdrawn_by or Right.RECORD not in actor.rights:
        return False
    if line.written.organization_id == actor.organization_id:
        return True
    role = organizations.roles.get(str(line.written.body.get("role", "")))
    by_a_branch = role is not None and any(kind in organizations.case_kinds for kind in role.kinds)
    return shown.row.organization_id == actor.organization_id and by_a_branch


def _others(shown: Shown, line: Line, actor: Actor, organizations: Organizations) -> Text | None:
    """Return who corrects what another organization recorded, for whoever records in the branch of the case.

    Nobody is named who does not stand above the case any more.
    """
    above = str(line.written.organization_id) in shown.row.path.split(".")
    amendable = above and line.written.recorded.kind in CORRECTABLE and not line.withdrawn_by
    records = shown.row.organization_id == actor.organization_id and Right.RECORD in actor.rights
    if not (amendable and records) or _correctable(shown, line, actor, organizations):
        return None
    return entitled_in(organizations, line.organization, line.kind, Right.RECORD).words


def _last_own(shown: Shown, actor: Actor) -> int | None:
    """Return the entry that the actor can take back: the last in effect, if nobody else has written since."""
    standing = effective(line.written.recorded for line in shown.lines)
    if not standing:
        return None
    last = standing[-1]
    since = shown.lines[last.number - 1 :]
    own = all(line.written.account_id == actor.account_id for line in since)
    open_offer = last.kind is EntryKind.OFFERED and shown.offered_to is not None
    if open_offer and shown.row.organization_id == actor.organization_id and Right.RECORD in actor.rights:
        return last.number
    return last.number if own and last.kind is EntryKind.ACT and last.step != MOVE else None


@dataclass(frozen=True, slots=True)
class SheetAct:
    """One act of a step on the sheet.

    ``name``: of the step, by the law of that day; ``body``: blank where nothing says who acted; ``by``: who typed it,
    ``place``: of whom, where that is not whoever acted.
    """

    name: Text
    on: date | None
    body: Text
    result: Text
    held: tuple[Pair, ...]
    by: str
    place: str | None
    second: str | None


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A numbered step on the sheet with its acts, none if it is still to come."""

    number: int
    stage: Text
    first: bool  # of its stage
    name: Text
    acts: tuple[SheetAct, ...]


def sheet_of(shown: Shown) -> tuple[SheetRow, ...]:
    """Return the numbered steps with what is in effect of them, corrections laid over."""
    lines = {line.written.recorded.number: line for line in shown.lines}
    acts: dict[str, list[SheetAct]] = {}
    for entry in effective(line.written.recorded for line in shown.lines):
        if entry.kind in (EntryKind.ACT, EntryKind.ATTESTED) and entry.step:
            acts.setdefault(entry.step, []).append(_sheet_act(shown, lines[entry.number], entry))
    edition = shown.edition
    in_stage: dict[str, list[str]] = {}
    for name in edition.numbered:
        in_stage.setdefault(edition.steps[name].stage or "", []).append(name)
    return tuple(
        SheetRow(
            number=edition.steps[name].number or 0,
            stage=Text(edition.stages[stage].zh, edition.stages[stage].en),
            first=name == names[0],
            name=_row_name(edition, name, acts.get(name, ())),
            acts=tuple(acts.get(name, ())),
        )
        for stage, names in in_stage.items()
        for name in names
    )


def _row_name(edition: Edition, step: str, acts: Sequence[SheetAct]) -> Text:
    """Return what a step was called when it was taken; by every name where the law changed between its acts."""
    names = dict.fromkeys(act.name for act in acts)
    return joined(names, "／", " / ") if names else step_text(edition, step) or Text(step, step)


def _sheet_act(shown: Shown, line: Line, entry: Recorded) -> SheetAct:
    edition = line.edition
    on = entry.occurred_on or _day_of(edition, entry)
    held = tuple(pair for name, pair in _named(edition, entry) if name not in (BODY, _own_day(edition, entry)))
    result = outcome_text(edition, entry.step, entry.outcome) or Text("按原始材料补充", "attested from papers")
    return SheetAct(
        name=_name_then(shown, line, entry, on),
        on=on,
        body=_body(edition, entry, line),
        result=result,
        held=held,
        by=line.account,
        place=line.organization if entry.kind is EntryKind.ATTESTED else None,
        second=line.confirmed_by,
    )


def _name_then(shown: Shown, line: Line, entry: Recorded, on: date | None) -> Text:
    """Return what the law of its day calls the step of an act; that of the record where it knew no such step."""
    step = entry.step or ""
    then = shown.book.edition_on(on) if on else line.edition
    return step_text(then if step in then.steps else line.edition, step) or Text(step, step)


def _named(edition: Edition, entry: Recorded) -> Iterator[tuple[str, Pair]]:
    """Yield what an entry holds in the order of the definition, which is that in time."""
    step = edition.steps.get(entry.step or "")
    order = [name for name in (step.evidence if step else ()) if name in entry.evidence]
    for name in dict.fromkeys((*order, *entry.evidence)):
        value = entry.evidence[name]
        if value is not None:
            words = value_words(edition, entry.step, name, value)
            yield name, (field_text(edition, entry.step, name), words)


def _own_day(edition: Edition, entry: Recorded) -> str:
    step = edition.steps.get(entry.step or "")
    return step.day if step else ""


def _day_of(edition: Edition, entry: Recorded) -> date | None:
    """Return the day of an attested act, which stands among its evidence."""
    value = entry.evidence.get(_own_day(edition, entry))
    days = value if isinstance(value, tuple) else (value,)
    return max((day for day in days if isinstance(day, date)), default=None)


def _body(edition: Edition, entry: Recorded, line: Line) -> Text:
    """Return who acted: the body on record, else the first that the outcome names, and the organization.

    What was attested says only what its papers say: whoever typed it need not be whoever acted.
    """
    step = edition.steps.get(entry.step or "")
    code = entry.evidence.get(BODY)
    if entry.kind is EntryKind.ATTESTED:
        return value_words(edition, entry.step, BODY, code) if isinstance(code, str) else Text("", "")
    if not isinstance(code, str) and step is not None:
        code = next(iter(bodies_of(step, step.outcomes.get(entry.outcome or ""))), None)
    known = edition.bodies.get(code) if isinstance(code, str) else None
    words = Text(known.zh, known.en) if known else Text("", "")
    return (
        Text(f"{line.organization}（{words.zh}）", f"{line.organization} ({words.en})")
        if known
        else Text(line.organization, line.organization)
    )
