"""What a finding of an audit in bulk says in words: the rule as it stood, where it stands, what to do, which step."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from workflow.compliance.rates import Part
from workflow.errors import Text
from workflow.rules.explain import basis_text


@dataclass(frozen=True, slots=True)
class Ruled:
    """A rule in the wording of an edition."""

    text: Text
    basis: Text
    remedy: Text | None


@dataclass(slots=True)
class RuleWords:
    """The words of all rules of an audit, and of the steps at which they stand.

    ``rules``: in the order of the procedure; ``steps``: number (0: none) and name.
    """

    rules: dict[str, str] = field(default_factory=dict)  # its step
    steps: dict[str, tuple[int, Text]] = field(default_factory=dict)
    _ruled: dict[tuple[str, date], Ruled] = field(default_factory=dict)
    _newest: dict[str, Ruled] = field(default_factory=dict)

    def of(self, rule: str, edition: date | None = None) -> Ruled:
        """Return a rule as an edition words it; without one, or if it does not know the rule, as the newest does.

        A rule that this audit does not ask, as an earlier list may hold, is told by its id.
        """
        found = self._ruled.get((rule, edition)) if edition else None
        return found or self._newest.get(rule) or Ruled(Text(rule, rule), Text("", ""), None)

    def step(self, name: str) -> tuple[int, Text]:
        """Return number and name of a step."""
        return self.steps.get(name, (0, Text(name, name)))

    def step_of(self, rule: str) -> str:
        """Return the step at which a rule stands."""
        return self.rules.get(rule, "")


def title_of(parts: Sequence[Part]) -> Text:
    """Return the title of the law by which was judged, in its newest edition; where nothing was, of any audit."""
    if not parts:
        return Text("检查", "Audit")
    title = parts[0].layout.book.newest.title
    return Text(title.zh, title.en)


def rule_words(parts: Iterable[Part]) -> RuleWords:
    """Return the words of the rules that the parts of an audit ask."""
    words = RuleWords()
    for part in parts:
        numbers = part.layout.book.builder.numbers
        for period in part.layout.book.periods:
            for name, step in period.edition.steps.items():
                words.steps[name] = (numbers.get(name, 0), Text(step.zh, step.en))
        for clause in part.layout.clauses:
            rule = clause.judged.rule
            words.rules.setdefault(rule.id, clause.judged.step)
            for period, wording in rule.wordings:
                remedy = Text(wording.remedy.zh, wording.remedy.en) if wording.remedy else None
                text = Text(wording.text.zh, wording.text.en)
                ruled = Ruled(text, basis_text(period, wording), remedy)
                words._ruled[rule.id, period.edition.edition] = words._newest[rule.id] = ruled  # noqa: SLF001 - its own
    return words
