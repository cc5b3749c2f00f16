"""What entries and requests are called on pages: one wording wherever they are shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from web.language import MONTHS
from workflow.case.record import EntryKind
from workflow.case.values import Value
from workflow.engine.entries_view import Change, Line
from workflow.engine.lights import Light, light_of
from workflow.engine.looking import Waiting
from workflow.engine.naming import KINDS, field_text, outcome_text, step_text, value_text
from workflow.engine.requests import Correct, OpenCase, Supplement, TakeStep, Withdraw
from workflow.errors import Text
from workflow.law.model import Edition, cited

DAY_OF_THE_ACT = Text("办理日期", "day of the act")


def cited_text(basis: str) -> Text:
    """Return the articles that a basis names, without the title of the edition; a basis without articles: 依据."""
    articles = cited(basis)
    if not articles:
        return Text("依据", "rules")
    return Text(f"细则{'、'.join(f'第{one}条' for one in articles)}", ", ".join(f"art. {one}" for one in articles))


def joined(parts: Iterable[Text | None], zh: str = "；", en: str = "; ") -> Text:
    """Return several phrases as one, those that are there."""
    there = [one for one in parts if one is not None]
    return Text(zh.join(one.zh for one in there), en.join(one.en for one in there))


def act_text(edition: Edition, step: str | None, outcome: str | None) -> Text:
    """Return a step with how it ended: “支部大会讨论接收：同意接收”."""
    return joined((step_text(edition, step), outcome_text(edition, step, outcome)), "：", ": ")


def wanted_text(edition: Edition, step: str, outcome: str | None) -> Text:
    """Return what is to be done: the step, and the act that comes next in it where the definition names it apart."""
    named = step_text(edition, step) or Text("", "")
    definition = edition.steps.get(step)
    wanted = definition.outcomes.get(outcome or "") if definition else None
    if wanted is None or wanted.asked is None:
        return named
    return joined((named, Text(wanted.asked.zh, wanted.asked.en)), " · ", " · ")


def entry_text(line: Line) -> Text:
    """Return what an entry is: the step and its outcome, or what an amendment does to which entry."""
    entry = line.written.recorded
    said = act_text(line.edition, entry.step, entry.outcome)
    if entry.kind is EntryKind.ACT:
        return said
    about = KINDS[entry.kind]
    if entry.supersedes is not None:
        about = Text(f"{about.zh}第{entry.supersedes}条", f"{about.en} of entry {entry.supersedes}")
    return joined((about, said if said.zh else None), "：", ": ")


def day_text(value: date) -> Text:
    """Return a day as people write it, in both languages."""
    zh = f"{value.year}年{value.month}月{value.day}日"
    return Text(zh, f"{value.day} {MONTHS[value.month - 1]} {value.year}")


def value_words(edition: Edition, step: str | None, name: str, value: Value) -> Text:
    """Return a value by its name, days as people write them; nothing there is said so."""
    if isinstance(value, date):
        return day_text(value)
    if isinstance(value, tuple) and value:
        return joined(map(day_text, value), "、", ", ")
    return value_text(edition, step, name, value)


def change_text(line: Line, change: Change) -> tuple[Text, Text, Text]:
    """Return what a correction changed: which field, what stood there, what stands there now."""
    step = line.written.recorded.step
    if change.field is None:
        before, after = (value_words(line.edition, None, "", one) for one in (change.before, change.after))
        return DAY_OF_THE_ACT, before, after
    before, after = (value_words(line.edition, step, change.field, one) for one in (change.before, change.after))
    return field_text(line.edition, step, change.field), before, after


def request_text(waiting: Waiting) -> Text:
    """Return what somebody asks for, in one line."""
    request, edition = waiting.request, waiting.edition
    about = step_text(edition, waiting.about)
    match request:
        case TakeStep():
            return _act_asked(edition, request)
        case Correct():
            what, after = Text(f"更正第{request.number}条", f"correct entry {request.number}"), about
        case Withdraw():
            what, after = Text(f"撤回第{request.number}条", f"withdraw entry {request.number}"), about
        case Supplement():
            what, after = Text("补充证明", "attest a past act"), about
        case OpenCase():
            what, after = Text("立案", "open a case"), Text(request.name, request.name)
        case _:
            what, after = Text("提出转出", "offer to another branch"), None
    return joined((what, after), "：", ": ")


def _act_asked(edition: Edition, request: TakeStep) -> Text:
    said = act_text(edition, request.step, request.outcome)
    marked = Text("（如实登记为不合规）", " (as irregular)") if request.irregular else Text("", "")
    return Text(
        f"{said.zh}{marked.zh}（{_day(request.occurred_on).zh}）",
        f"{said.en}{marked.en} ({_day(request.occurred_on).en})",
    )


def _day(plain: str) -> Text:
    """Return a day of a request that waits; it was read when it was handed in."""
    try:
        return day_text(date.fromisoformat(plain))
    except ValueError:
        return Text(plain, plain)


@dataclass(frozen=True, slots=True)
class Urgency:
    """How urgent something is: the kind of light and its words."""

    kind: Light
    words: Text


def urgency(due_on: date | None, today: date, earliest: date | None = None) -> Urgency:
    """Return the light of an open step with its words: overdue, due soon, in order, too early."""
    light = light_of(due_on, today, earliest)
    left = (due_on - today).days if due_on else None
    if light is Light.EARLY:
        return Urgency(light, _too_early(earliest))
    if left is None:
        return Urgency(light, Text("不限期", "no limit"))
    if left < 0:
        return Urgency(light, Text(f"超期 {-left} 天", f"{_days(-left)} overdue"))
    if left == 0:
        return Urgency(light, Text("今天到期", "due today"))
    if light is Light.SOON:
        return Urgency(light, Text(f"{left} 天内到期", f"due in {_days(left)}"))
    return Urgency(light, Text(f"还有 {left} 天", f"{_days(left)} left"))


def _too_early(earliest: date | None) -> Text:
    if earliest is None:
        return Text("太早", "too early")
    day = day_text(earliest)
    return Text(f"太早（最早可办 {day.zh}）", f"too early (not before {day.en})")


def _days(days: int) -> str:
    return f"{days} day" if days == 1 else f"{days} days"
