"""Which fields the form of an act has, and what is wrong with the figures of a vote: both from the definitions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from workflow.case.facts import World
from workflow.case.values import Value
from workflow.engine.evidence import UnreadableEvidence
from workflow.engine.foreseen import NOTHING_KNOWN, Foreseen
from workflow.engine.laws import Laws
from workflow.engine.typed_in import Named, choices_of, typed_field
from workflow.errors import Text
from workflow.law.kinds import Majority, Quorum, Tally, WorkingDays
from workflow.law.model import Edition, FieldDef, FieldType, LapsedVote, OutcomeDef, RuleDef, StepDef
from workflow.rules.columns import Columns
from workflow.rules.figures import figures
from workflow.rules.rulebook import Judged, Rulebook
from workflow.rules.verdict import VerdictState
from workflow.seal import Plain

BODY = "body"  # the field into which the desk writes who acts
ONCE_ENDED = Text("结束以后登记，起止日期一并填写", "recorded once it has ended, with its first and its last day")


@dataclass(frozen=True, slots=True)
class FormField:
    """A field of a form. ``is_day``: it takes the day of the act itself; ``help``: what the rules that read it ask.

    ``required``: by the definition; ``demanded``: by a rule, which refuses this very act without it and says why.
    """

    name: str
    type: FieldType
    label: Text
    required: bool
    choices: tuple[Named, ...]
    help: tuple[Text, ...]
    is_day: bool = False
    demanded: bool = False


def form_fields(
    edition: Edition, step: str, outcome: str | None, case: Foreseen = NOTHING_KNOWN
) -> tuple[FormField, ...]:
    """Return the fields that the form of an outcome has, in the order of the definition, which is that in time.

    Left out is what others record (days that other outcomes fill), what belongs to other outcomes only, what follows
    from the outcome, and the body that acts, which the desk writes itself. Without an outcome, for a correction or an
    attested act: every field of the step, nothing required. ``case``: what the case says of the act.
    """
    definition = edition.steps[step]
    chosen = definition.outcomes[outcome] if outcome is not None else None
    own = (chosen.fills if chosen else None) or definition.day
    asked = {
        name: field
        for name, field in definition.evidence.items()
        if chosen is None or name == own or _asked(edition, step, chosen, name)
    }
    columns = frozenset(f"{step}.{name}" for name in asked)
    return tuple(
        FormField(
            name=name,
            type=field.type,
            label=Text(field.zh, field.en),
            required=name == own or _required(chosen, field),
            choices=choices_of(edition, field),
            help=tuple(_help(definition, f"{step}.{name}", columns, case)),
            is_day=name == own,
            demanded=name in case.demanded,
        )
        for name, field in asked.items()
    )


def record_fields(edition: Edition) -> tuple[FormField, ...]:
    """Return what is recorded of a person or case besides any step, as ``part.field``."""
    return tuple(
        FormField(
            f"{part}.{name}", field.type, Text(field.zh, field.en), field.required, choices_of(edition, field), ()
        )
        for part, fields in edition.record.items()
        for name, field in fields.items()
    )


def _asked(edition: Edition, step: str, outcome: OutcomeDef, name: str) -> bool:
    """Tell whether a field, other than the day of the act, is asked for with an outcome.

    An outcome that adds to a round, the report of a meeting, does not ask for the meeting once more.
    """
    definition = edition.steps[step]
    field, outcomes = definition.evidence[name], definition.outcomes
    theirs = {other.fills or definition.day for other in outcomes.values() if not other.adds}
    code = next(key for key, other in outcomes.items() if other is outcome)
    if name in (*theirs, *outcome.sets, BODY) or (field.only and code not in field.only):
        return False
    concluded = {key for other in outcomes.values() for key in other.sets}
    return not (outcome.adds and (field.required or name in concluded or name in vote_fields(edition, step)))


def _required(outcome: OutcomeDef | None, field: FieldDef) -> bool:
    """Tell whether an act is refused without a field: as ``lacking`` of the case has it."""
    return outcome is not None and field.required and not (outcome.fills or outcome.incomplete)


def _help(step: StepDef, column: str, asked: frozenset[str], case: Foreseen) -> Iterator[Text]:
    """Yield what the rules that read a field ask for; of a period whose first and last day are told, when it is."""
    for name, rule in step.rules.items():
        if column not in rule.demand.columns() or name in case.idle:
            continue
        yield _sentence(rule)
        if isinstance(rule.demand, WorkingDays) and column in {rule.demand.start, rule.demand.end} <= asked:
            yield ONCE_ENDED


def _sentence(rule: RuleDef) -> Text:
    """Return a rule in our own words with its articles."""
    zh = "、".join(f"第{article}条" for article in rule.articles)
    en = ", ".join(f"art. {article}" for article in rule.articles)
    return Text(f"{rule.text.zh}（{zh}）", f"{rule.text.en} ({en})") if zh else Text(rule.text.zh, rule.text.en)


def vote_fields(edition: Edition, step: str) -> tuple[str, ...]:
    """Return the fields of a step that hold the figures of a vote, in the order of the form; empty: it does not vote.

    Those due, present and in writing; in favour, against, abstained, invalid.
    """
    counted = {
        column
        for rule in edition.steps[step].rules.values()
        if isinstance(rule.demand, Quorum | Majority | Tally)
        for column in rule.demand.columns()
    }
    evidence = edition.steps[step].evidence
    return tuple(
        name for name, field in evidence.items() if field.type is FieldType.COUNT and f"{step}.{name}" in counted
    )


def vote_check(
    laws: Laws, book: Rulebook, act: tuple[str, str], on: date, given: Mapping[str, str | int]
) -> tuple[Text, ...]:
    """Return what is wrong with the figures of a vote so far: quorum, majority of those due, tally, as the rules judge.

    ``act``: step and outcome; ``given``: figures by field, as typed; blank ones are not judged. Only the figures are
    looked at: whether the act may be taken is asked of the desk.
    """
    step, outcome = act
    edition = book.edition_on(on)
    definition = edition.steps[step]
    values: dict[str, Value] = {f"{step}.{key}": value for key, value in definition.outcomes[outcome].sets.items()}
    values[edition.main_day(step)] = on
    said: list[Text] = []
    for name in vote_fields(edition, step):
        try:
            values[f"{step}.{name}"] = _figure(edition, definition.evidence[name], given.get(name, ""))
        except UnreadableEvidence as error:
            label = definition.evidence[name]
            said.append(Text(f"{label.zh}：{error.what.zh}", f"{label.en}: {error.what.en}"))
    columns = book.columns(values, World(laws.calendar, None))
    for judged in book.judged:
        shown = _turns_on(edition, judged)
        if judged.step == step and shown and judged.judge(columns, on).state is VerdictState.VIOLATED:
            said.append(_wrong(edition, judged, columns, on, shown))
    return tuple(said)


def _wrong(edition: Edition, judged: Judged, columns: Columns, on: date, shown: tuple[str, ...]) -> Text:
    """Return the rule that figures break, with the figures: which there are, and how many would be needed."""
    sentence = _sentence(judged.rule.wording_on(on)[1])
    there = [(edition.fields[name], columns[name]) for name in shown if columns[name] is not None]
    needed = tuple(figures(judged.rule.definition.demand, columns))
    zh = "，".join((*(f"{field.zh} {value}" for field, value in there), *(text.zh for text in needed)))
    en = ", ".join((*(f"{field.en} {value}" for field, value in there), *(text.en for text in needed)))
    return Text(f"{sentence.zh}：{zh}", f"{sentence.en}: {en}")


def _figure(edition: Edition, field: FieldDef, typed: str | int) -> int | None:
    value: Plain = typed_field(edition, field, str(typed))
    return value if isinstance(value, int) else None


def _turns_on(edition: Edition, judged: Judged) -> tuple[str, ...]:
    """Return the figures on which a rule turns, none where it turns on something else."""
    demand = judged.rule.definition.demand
    if isinstance(demand, Quorum | Majority | Tally):
        return tuple(name for name in demand.columns() if edition.fields[name].type is FieldType.COUNT)
    derived = (edition.derived.get(column) for column in demand.columns())
    return next((one.how.votes() for one in derived if one and isinstance(one.how, LapsedVote)), ())
