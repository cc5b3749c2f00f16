"""What the pages of an act show: effects of an outcome, reasons with their articles, what would be recorded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from web.language import day, say, t
from workflow.case.facts import World
from workflow.engine.agenda import Open, open_steps
from workflow.engine.forms import FormField
from workflow.engine.judging import Judged
from workflow.engine.laws import Laws
from workflow.engine.naming import field_text, state_text, step_text, value_text
from workflow.engine.reading import CaseRecord
from workflow.errors import Text, WorkflowError
from workflow.law.model import Edition, cited
from workflow.machine import possible
from workflow.plan import make_plan
from workflow.rules.judge import Concern, Refusal
from workflow.rules.rulebook import Rulebook

MOST_NEXT = 3  # of what comes next, in one sentence


@dataclass(frozen=True, slots=True)
class Article:
    """An article on which something rests, and what it says in one line."""

    edition: str
    number: str
    gist: Text


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an act may not be taken, or must be justified, with what to do; ``redo``: the step to be taken again."""

    what: Text
    demand: Text | None
    why: Text | None
    remedy: Text | None
    earliest: date | None = None
    latest: date | None = None
    articles: tuple[Article, ...] = ()
    redo: str | None = None
    redo_name: Text | None = None


def reasons(laws: Laws, book: Rulebook, found: Iterable[Refusal | Concern]) -> tuple[Reason, ...]:
    """Return refusals or concerns with the articles on which they rest."""
    return tuple(_reason(laws, book, one) for one in found)


def reason_of(error: WorkflowError) -> Reason:
    """Return an error that is no breach of a rule as the one reason."""
    return Reason(error.what, None, None, error.remedy)


def _reason(laws: Laws, book: Rulebook, one: Refusal | Concern) -> Reason:
    redo = one.redo if isinstance(one, Refusal) else None
    edition = _edition_of(book, one)
    again = (edition or book.newest).steps.get(redo or "")
    return Reason(
        what=one.what,
        demand=one.demand,
        why=one.why,
        remedy=one.remedy,
        earliest=one.earliest if isinstance(one, Refusal) else None,
        latest=one.latest if isinstance(one, Refusal) else None,
        articles=articles(laws, edition, _basis(edition, one)) if edition else (),
        redo=redo if again else None,
        redo_name=Text(again.zh, again.en) if again else None,
    )


def _edition_of(book: Rulebook, one: Refusal | Concern) -> Edition | None:
    """Return the edition that a reason names; None: it rests on local practice alone."""
    editions = (period.edition for period in book.periods)
    return next((edition for edition in editions if one.why.zh.startswith(edition.title.zh)), None)


def _basis(edition: Edition | None, one: Refusal | Concern) -> str:
    """Return the basis of the rule, or of the step where nothing but its required evidence lacks."""
    if edition is None:
        return ""
    known = edition.rules.get(one.rule)
    step = edition.steps.get(one.step)
    return known[1].basis if known else step.basis if step else ""


def articles(laws: Laws, edition: Edition, basis: str) -> tuple[Article, ...]:
    """Return the articles that a basis names, each with what it says."""
    coverage = laws.law.definitions.coverage
    found = coverage.editions.get(edition.edition.isoformat()) if coverage else None
    known = found.articles if found else {}
    return tuple(
        Article(edition.edition.isoformat(), number, Text(known[number].zh, known[number].en))
        for number in dict.fromkeys(cited(basis))
        if number in known
    )


def effect(edition: Edition, state: str, step: str, outcome: str) -> Text:
    """Return in a sentence or two what an outcome does to a case that stands in ``state``."""
    definition = edition.steps[step]
    chosen = definition.outcomes[outcome]
    parts = list(_moves(edition, state, chosen.to))
    if chosen.ends:
        zh = "、".join(edition.steps[name].zh for name in chosen.ends if name in edition.steps)
        en = ", ".join(edition.steps[name].en for name in chosen.ends if name in edition.steps)
        parts.append(Text(f"此前的{zh}不再有效，须重新办理。", f"What was done before has to be done anew: {en}."))
    if chosen.adds and chosen.fills:
        parts.append(Text("补记在同一次办理上。", "It is added to what was recorded before."))
    if chosen.reason:
        parts.append(Text("须写明理由。", "A reason has to be given."))
    return Text("".join(one.zh for one in parts), " ".join(one.en for one in parts))


def _moves(edition: Edition, state: str, to: str | None) -> Iterator[Text]:
    here = state_text(edition, state)
    if to is None or to == state:
        yield Text(f"身份不变，仍为“{here.zh}”。", f"The case stays at “{here.en}”.")
        return
    there = state_text(edition, to)
    yield Text(f"身份由“{here.zh}”变为“{there.zh}”。", f"The case moves from “{here.en}” to “{there.en}”.")
    if not possible(edition, to):
        yield Text("程序到此结束。", "The procedure ends there.")


def limits(laws: Laws, record: CaseRecord, column: str, today: date) -> tuple[Text, ...]:
    """Return the first and last lawful day of an act that is still to come, each with what determines it."""
    planned = make_plan(record.book, record.view().values, World(laws.calendar, None), today)
    found = next((one for one in planned if one.column == column), None)
    if found is None:
        return ()
    first, last = found.earliest, found.latest
    said = []
    if first.day > today:
        on = day(first.day)
        said.append(Text(f"◆ 最早可办日：{on}（{first.text.zh}）", f"◆ Possible from {on} ({first.text.en})"))
    if last is not None:
        on, late = day(last.day), last.day < today
        zh, en = ("■ 已超期，最迟应在", "■ Overdue, it was due by ") if late else ("最迟：", "By ")
        said.append(Text(f"{zh}{on}（{last.text.zh}）", f"{en}{on} ({last.text.en})"))
    return tuple(said)


def pairs(judged: Judged, edition: Edition) -> list[tuple[Text, str | Text]]:
    """Return what an entry will say, field by field: the day of the act first."""
    entry, step = judged.entry, edition.steps[judged.entry.step or ""]
    chosen = step.outcomes.get(entry.claimed or entry.outcome or "")
    own = (chosen.fills if chosen else None) or step.day
    said: list[tuple[Text, str | Text]] = [(field_text(edition, entry.step, own), day(entry.occurred_on))]
    for name in step.evidence:
        if name in entry.evidence and name != own:
            value = entry.evidence[name]
            words = day(value) if isinstance(value, date) else value_text(edition, entry.step, name, value)
            said.append((field_text(edition, entry.step, name), words))
    return said


def what_follows(judged: Judged, book: Rulebook, today: date) -> tuple[Open, ...]:
    """Return the steps that the case asks for once an entry is recorded, the most urgent first."""
    edition = book.edition_on(today)
    columns = book.columns(judged.after.values, judged.world)
    return tuple(open_steps(edition, judged.after, book.judge_all(columns, today), columns)[:MOST_NEXT])


def next_words(edition: Edition, steps: Sequence[Open]) -> str:
    """Return what comes next, as one phrase."""
    each = []
    for one in steps:
        name = say(step_text(edition, one.step))
        each.append(t(f"{name}（最迟 {day(one.due_on)}）", f"{name} (by {day(one.due_on)})") if one.due_on else name)
    return t("、", ", ").join(each)


def blocks(fields: Sequence[FormField], votes: Sequence[str]) -> list[tuple[FormField, ...]]:
    """Return the fields of a form in their order, the figures of a vote together where the first of them stands.

    Each rule is told once: at the first field, other than the day of the act, that it reads; those of a vote above it.
    """
    told = {rule for field in fields if field.name in votes for rule in field.help}
    elsewhere = {rule for field in fields if not field.is_day for rule in field.help}
    said: list[FormField] = []
    for field in fields:
        known = elsewhere if field.is_day else told
        own = () if field.name in votes else tuple(rule for rule in field.help if rule not in known)
        told |= set(own)
        said.append(replace(field, help=own))
    figures = tuple(field for field in said if field.name in votes)
    return [figures if field in figures else (field,) for field in said if field not in figures or field is figures[0]]


def vote_rules(fields: Sequence[FormField], votes: Sequence[str]) -> tuple[Text, ...]:
    """Return the rules that read the figures of a vote, each once."""
    return tuple(dict.fromkeys(rule for field in fields if field.name in votes for rule in field.help))
