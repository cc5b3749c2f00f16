"""What codes, fields and values of the record are called, in the words of the edition that governs them."""

from __future__ import annotations

import re

from workflow.case.history import IRREGULAR
from workflow.case.record import EntryKind
from workflow.case.values import Value
from workflow.engine.evidence import field_of
from workflow.errors import Text
from workflow.law.model import Edition, FieldType
from workflow.rules.explain import articles_text, shown

KINDS = {
    EntryKind.OPENED: Text("立案", "opened"),
    EntryKind.ACT: Text("办理", "act"),
    EntryKind.ATTESTED: Text("补充证明", "attested"),
    EntryKind.CUTOVER: Text("导入截止", "end of what was imported"),
    EntryKind.CORRECTION: Text("更正", "correction"),
    EntryKind.WITHDRAWAL: Text("撤回", "withdrawal"),
    EntryKind.OFFERED: Text("提出转出", "offered to another branch"),
}
AS_IRREGULAR = Text("确已办理，但不合规", "took place, but irregular")
PERSON = {"person.name": Text("姓名", "name"), "case.branch": Text("所在党支部", "branch")}


def state_text(edition: Edition, state: str) -> Text:
    """Return what a state is called; a code that the edition does not know stands for itself.

    Without a state: nothing of the case is in effect, as its import was undone.
    """
    if not state:
        return Text("导入已撤销，个人信息已删除", "import undone, the person erased")
    known = edition.states.get(state)
    return Text(known.zh, known.en) if known else Text(state, state)


def step_text(edition: Edition, step: str | None) -> Text | None:
    """Return what a step is called, with its number; None where an entry is of no step."""
    if step is None:
        return None
    known = edition.steps.get(step)
    return Text(known.zh, known.en) if known else Text(step, step)


def outcome_text(edition: Edition, step: str | None, outcome: str | None) -> Text | None:
    """Return what an outcome is called; of a cutover the state in which the case stands."""
    if outcome is None:
        return None
    if outcome == IRREGULAR:
        return AS_IRREGULAR
    definition = edition.steps.get(step or "")
    known = definition.outcomes.get(outcome) if definition else None
    return Text(known.zh, known.en) if known else state_text(edition, outcome)


def field_text(edition: Edition, step: str | None, name: str) -> Text:
    """Return what a field of a step, or of what is recorded besides, is called."""
    field = field_of(edition, step, name)
    return Text(field.zh, field.en) if field else PERSON.get(name, Text(name, name))


def value_text(edition: Edition, step: str | None, name: str, value: Value) -> Text:
    """Return a value as people write it: choices and bodies by their names, days as days."""
    field = field_of(edition, step, name)
    if field is not None and isinstance(value, str):
        if value in field.values:
            return Text(field.values[value].zh, field.values[value].en)
        if field.type is FieldType.BODY and value in edition.bodies:
            return Text(edition.bodies[value].zh, edition.bodies[value].en)
    return Text(shown(value, "zh"), shown(value, "en"))


def without_birth(edition: Edition, words: Text) -> Text:
    """Return a sentence in which a day of birth shows its year only: whoever needs the day asks for it."""
    label = edition.record["person"]["born_on"]
    return Text(_year_only(words.zh, label.zh), _year_only(words.en, label.en))


def _year_only(sentence: str, label: str) -> str:
    return re.sub(rf"({re.escape(label)}\s*)(\d{{4}})-\d\d-\d\d", r"\1\2-··-··", sentence)


def rule_text(edition: Edition, rule: str) -> Text:
    """Return a rule in our own words; a rule of the state machine or of completeness by the step it speaks of."""
    known = edition.rules.get(rule)
    if known is not None:
        return Text(known[1].text.zh, known[1].text.en)
    step = step_text(edition, rule.split(".", maxsplit=1)[0]) or Text(rule, rule)
    return {
        "state": Text(f"当时的身份不能办理“{step.zh}”", f"“{step.en}” could not be taken where the case stood"),
        "required": Text(f"“{step.zh}”的材料不全", f"“{step.en}” left less on record than it must"),
    }.get(rule.rpartition(".")[2], Text(rule, rule))


def rule_basis(edition: Edition, rule: str) -> Text:
    """Return the articles on which a rule rests; of the state machine and of completeness those of the step."""
    known = edition.rules.get(rule)
    if known is not None:
        return articles_text(edition, known[1].basis)
    step = edition.steps.get(rule.split(".", maxsplit=1)[0])
    return articles_text(edition, step.basis) if step else Text("", "")
