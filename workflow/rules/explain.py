"""Verdicts in people's words: which recorded values show it, under which article."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from workflow.case.values import Unreadable, Value
from workflow.errors import Text
from workflow.law.kinds import Outcome
from workflow.law.model import Edition, FieldType, RuleDef, cited
from workflow.law.timeline import Period
from workflow.rules.figures import figures
from workflow.rules.rulebook import Judged, Rulebook
from workflow.rules.verdict import Verdict

HIDDEN_NAME = Text("〔姓名〕", "[name]")
HIDDEN_TEXT = Text("〔文字〕", "[text]")
NOT_RECORDED, BLANK_CELL = Text("未登记", "not recorded"), Text("空", "blank")


class Explainer:
    """Puts verdicts into words: which cells show it, under which article."""

    def __init__(self, book: Rulebook, headers: Mapping[str, str], *, hide_names: bool = False) -> None:
        """Take the rulebook and how the source names its columns; others go by their name in the edition.

        Where a ledger names them, nothing in a cell is said to be blank; of a case it is said not to be recorded.

        ``hide_names``: people named in cells, and free text that may name people, are shown only as present or blank.
        """
        self.book = book
        self.headers = headers
        edition = book.newest
        self._zh = {name: field.zh for name, field in edition.fields.items()} | dict(headers)
        self._en = {name: field.en for name, field in edition.fields.items()}
        self._fields = edition.fields
        self._hide_names = hide_names
        self._nothing = BLANK_CELL if headers else NOT_RECORDED
        self._shows: dict[tuple[str, int, date | None], tuple[str, ...]] = {}

    def evidence(self, judged: Judged, verdict: Verdict, columns: Mapping[str, Value], as_of: date) -> Text:
        """Return the cells behind a verdict, and the day or limit that decided."""
        cells = [(name, columns[name]) for name in self._columns(judged, columns)]
        zh = [f"{self._zh.get(name, name)} {self._shown(name, value, 'zh')}" for name, value in cells]
        en = [f"{self._en.get(name, name)} {self._shown(name, value, 'en')}" for name, value in cells]
        for figure in figures(judged.rule.definition.demand, columns):
            zh.append(figure.zh)
            en.append(figure.en)
        if verdict.due is not None:
            zh.append(f"期限 {verdict.due}")
            en.append(f"due {verdict.due}")
        if verdict.outcome in (Outcome.OVERDUE, Outcome.GAP, Outcome.REASON):
            zh.append(f"截至 {as_of}")
            en.append(f"as of {as_of}")
        return Text("；".join(zh), "; ".join(en))

    def _shown(self, name: str, value: Value, language: str) -> str:
        """Return a value of a column: the label of a choice, what was written, or only that something was."""
        field = self._fields.get(name)
        if not isinstance(value, str):
            return shown(value, language, self._nothing)
        if field is not None and value in field.values:
            return field.values[value].of(language)
        if self._hide_names:
            return (HIDDEN_NAME if field and field.type is FieldType.PERSON else HIDDEN_TEXT).of(language)
        return value

    def _columns(self, judged: Judged, columns: Mapping[str, Value]) -> tuple[str, ...]:
        """Return the recorded columns to show, in the order of the procedure."""
        key = (judged.rule.id, judged.number, judged.rule.since)
        if key not in self._shows:
            recorded = {inner for name in judged.clause.shows for inner in self.book.builder.evidence(name)}
            recorded |= {name for name in judged.rule.definition.conditions() if name in self.book.builder.template}
            source = self.headers or self._zh  # a ledger shows its own cells, and no columns that it does not have
            self._shows[key] = tuple(name for name in self._zh if name in recorded and name in source)
        conditions = judged.rule.definition.conditions()
        shows = (name for name in self._shows[key] if columns[name] is not None or name not in conditions)
        return tuple(dict.fromkeys((*shows, *self._proof_of_reaching(judged, columns))))

    def _proof_of_reaching(self, judged: Judged, columns: Mapping[str, Value]) -> tuple[str, ...]:
        """Return, for every step the rule asks about, the first filled day that shows it was reached."""
        found = []
        for step in judged.rule.definition.demand.reached():
            days = (name for name in self.book.builder.days_from(step) if _filled(columns[name]))
            found += [name for name in [next(days, None)] if name is not None]
        return tuple(found)


def _filled(value: Value) -> bool:
    return value is not None and value != () and not isinstance(value, Unreadable)


def shown(value: Value, language: str, nothing: Text = NOT_RECORDED) -> str:
    """Return a value as people write it; ``nothing``: the words where there is none."""
    if value is None or value == ():
        return nothing.of(language)
    if isinstance(value, Unreadable):
        return "读不出" if language == "zh" else "unreadable"
    if isinstance(value, bool):
        return {("zh", True): "是", ("zh", False): "否", ("en", True): "yes", ("en", False): "no"}[language, value]
    if isinstance(value, tuple):
        return ("、" if language == "zh" else ", ").join(day.isoformat() for day in value)
    return value.isoformat() if isinstance(value, date) else str(value)


def articles_text(edition: Edition, basis: str) -> Text:
    """Return the title of an edition with the articles that a basis names, in both languages."""
    articles = cited(basis)
    zh = "、".join(f"第{article}条" for article in articles)
    en = ", ".join(f"art. {article}" for article in articles)
    return Text(f"{edition.title.zh}{zh}", f"{edition.title.en}, {en}" if en else edition.title.en)


def basis_text(period: Period, rule: RuleDef) -> Text:
    """Return what a rule rests on: the articles with their edition, the overlay that set it, or both."""
    law, added = articles_text(period.edition, rule.basis), rule.added_by
    if added is None:
        return law
    local = Text(f"地方规定：{added.zh}", f"local rule: {added.en}")
    return Text(f"{law.zh}；{local.zh}", f"{law.en}; {local.en}") if rule.articles else local
