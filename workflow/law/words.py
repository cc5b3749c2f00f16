"""The law in people's words: names of columns, bodies, states, steps and articles, in one language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from workflow.law.kinds import Bilingual, Outcome, Presupposed
from workflow.law.model import Edition, FieldType

LANGUAGES = ("zh", "en")
Answer = str | bool | None  # what a condition compares with
ARTICLE = re.compile(r"art\. (\d+)(?:\((\d+)\))?")
TYPES = {
    FieldType.DAY: Bilingual(zh="日期", en="day"),
    FieldType.PLAN: Bilingual(zh="日期，不算已经办到", en="day that does not show the step as reached"),
    FieldType.DAYS: Bilingual(zh="多个日期", en="several days"),
    FieldType.COUNT: Bilingual(zh="数目", en="number"),
    FieldType.TEXT: Bilingual(zh="文字", en="text"),
    FieldType.PERSON: Bilingual(zh="人名", en="person"),
    FieldType.CHOICE: Bilingual(zh="选择", en="choice"),
    FieldType.YES_NO: Bilingual(zh="是或者否", en="yes or no"),
    FieldType.BODY: Bilingual(zh="机构", en="body"),
    FieldType.PAPER: Bilingual(zh="材料编号，不存内容", en="file number of a paper, never its content"),
}
OUTCOMES = {
    Outcome.OUT_OF_ORDER: Bilingual(zh="次序颠倒", en="out of order"),
    Outcome.EARLY: Bilingual(zh="过早", en="too early"),
    Outcome.LATE: Bilingual(zh="超期", en="late"),
    Outcome.OVERDUE: Bilingual(zh="到期未办", en="overdue"),
    Outcome.REASON: Bilingual(zh="缺少书面理由", en="no written reason"),
    Outcome.MISSING: Bilingual(zh="缺少", en="missing"),
    Outcome.GAP: Bilingual(zh="间隔过长", en="gap too long"),
    Outcome.SHORT: Bilingual(zh="时间不足", en="too short"),
    Outcome.BROKEN: Bilingual(zh="不符合", en="not kept"),
}
YES_NO = {True: Bilingual(zh="是", en="yes"), False: Bilingual(zh="否", en="no")}


@dataclass(frozen=True, slots=True)
class Words:
    """How an edition is spoken of in a language; ``step``: the one at hand, whose columns need no address."""

    edition: Edition
    language: str
    step: str = ""
    other_basis: Mapping[str, Bilingual] = field(default_factory=dict)  # what rules cite beside articles

    def at(self, step: str) -> Words:
        """Return the same words, spoken while looking at ``step``."""
        return replace(self, step=step)

    def pick(self, zh: str, en: str) -> str:
        """Return the sentence in the language at hand."""
        return en if self.language == "en" else zh

    def of(self, text: Bilingual) -> str:
        """Return a text of the definition in the language at hand."""
        return text.of(self.language)

    def listed(self, items: Iterable[str]) -> str:
        """Return items side by side."""
        return self.pick("、", ", ").join(items)

    def either(self, items: Iterable[str]) -> str:
        """Return items of which one is enough."""
        return self.pick("或者", " or ").join(items)

    def both(self, items: Iterable[str]) -> str:
        """Return items that belong together."""
        return self.pick("和", " and ").join(items)

    def column(self, name: str) -> str:
        """Return a column by its label, in quotes; with its step where the label alone could be mistaken."""
        if name in self.edition.derived:
            derived = self.edition.derived[name]
            return f"“{self.pick(derived.zh, derived.en)}”"
        step = name.split(".", maxsplit=1)[0]
        label = self._label(name)
        return f"“{label}”" if self._clear(name, step, label) else f"“{label}”{self._address(step)}"

    def columns(self, names: Iterable[str]) -> str:
        """Return several columns side by side."""
        return self.listed(map(self.column, names))

    def _label(self, name: str) -> str:
        found = self.edition.fields[name]
        return self.pick(found.zh, found.en)

    def _clear(self, name: str, step: str, label: str) -> bool:
        if step == self.step or step not in self.edition.steps:
            return True
        same = [other for other in self.edition.fields if other != name and self._label(other) == label]
        return self.language == "zh" and not same

    def _address(self, step: str) -> str:
        number = self.edition.steps[step].number
        if number is None:
            return self.pick(f"（{self.edition.steps[step].zh}）", f" ({self.edition.steps[step].en})")
        return self.pick(f"（第{number}步）", f" (step {number})")

    def body(self, name: str) -> str:
        """Return a body by its name."""
        found = self.edition.bodies.get(name)
        return self.pick(found.zh, found.en) if found else name

    def bodies(self, names: Iterable[str]) -> str:
        """Return several bodies side by side."""
        return self.listed(map(self.body, names))

    def state(self, name: str) -> str:
        """Return a state by its name."""
        found = self.edition.states[name]
        return self.pick(found.zh, found.en)

    def states(self, names: Iterable[str]) -> str:
        """Return several states side by side."""
        return self.listed(map(self.state, names))

    def step_name(self, step: str) -> str:
        """Return the official name of a step."""
        found = self.edition.steps[step]
        return self.pick(found.zh, found.en)

    def numbered(self, step: str) -> str:
        """Return a step with its number, where it has one."""
        number, name = self.edition.steps[step].number, self.step_name(step)
        if number is None:
            return f"“{name}”"
        return self.pick(f"第{number}步“{name}”", f"step {number} “{name}”")

    def value(self, column: str, value: Answer) -> str:
        """Return what stands in a column as people read it, in quotes; a blank has none."""
        if value is None:
            return self.pick("空白", "blank")
        if isinstance(value, bool):
            return f"“{self.of(YES_NO[value])}”"
        found = self.edition.fields.get(column)
        label = found.values.get(value) if found else None
        return f"“{self.of(label) if label else self.body(value)}”"

    def values(self, column: str, values: Iterable[Answer]) -> str:
        """Return several values of which one is enough."""
        return self.either(self.value(column, value) for value in values)

    def presupposed(self, by: Presupposed) -> str:
        """Return what shows that the case went on."""
        parts = [self.pick(f"登记了{self.column(name)}", f"{self.column(name)} is recorded") for name in by.filled]
        parts += [self.pick(f"{self.column(name)}大于 0", f"{self.column(name)} is above 0") for name in by.positive]
        if by.reached:
            step = self.numbered(by.reached)
            parts.append(self.pick(f"办到{step}或者更后的步骤", f"{step} or a later step is reached"))
        return self.either(parts)

    def length(self, months: int, days: int) -> str:
        """Return a length in months or days."""
        if months:
            return self.pick(f"{months} 个月", f"{months} month{'s' if months > 1 else ''}")
        return self.pick(f"{days} 天", f"{days} day{'s' if days != 1 else ''}")

    def basis(self, basis: str) -> str:
        """Return a citation: ``art. 13(2); local`` as 第13条第2款、当地规定."""
        return self.listed(self._cited(part.strip()) for part in basis.split(";"))

    def _cited(self, part: str) -> str:
        found = ARTICLE.fullmatch(part)
        if found is None:
            other = self.other_basis.get(part)
            return self.of(other) if other else self.pick("当地规定", "local rule") if part == "local" else part
        article, paragraph = found.groups()
        return self.pick(f"第{article}条" + (f"第{paragraph}款" if paragraph else ""), part)
