"""What a finding of an audit in bulk says in words: the rule as it stood, where it stands, what to do, which step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from workflow.compliance.rates import Part, joined, newest
from workflow.errors import Text
from workflow.law.model import RuleDef
from workflow.law.timeline import Period
from workflow.rules.explain import basis_text

Key = tuple[str, date, str]  # rule, edition, article as a run writes it


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
    ruled: dict[Key, Ruled] = field(default_factory=dict)
    newest: dict[str, Ruled] = field(default_factory=dict)

    def now(self, rule: str) -> Ruled:
        """Return a rule as it is worded now, for all parts together (``workflow.compliance.rates.newest``).

        A rule that this audit does not ask, as an earlier list may hold, is told by its id.
        """
        return self.newest.get(rule) or Ruled(Text(rule, rule), Text("", ""), None)

    def of(self, rule: str, edition: date | None, article: str | None) -> Ruled:
        """Return a rule as worded where a finding says to have it from; if nothing is worded so, as it is now.

        One edition may word a rule twice, for itself and under local practice: ``article`` is what the run wrote.
        """
        found = self.ruled.get((rule, edition, article)) if edition and article else None
        return found or self.now(rule)

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


def rule_words(parts: Sequence[Part]) -> RuleWords:
    """Return the words of the rules that the parts of an audit ask."""
    words = RuleWords()
    worded: dict[Key, list[tuple[Period, RuleDef]]] = {}
    for part in parts:
        numbers = part.layout.book.builder.numbers
        for period in part.layout.book.periods:
            for name, step in period.edition.steps.items():
                words.steps[name] = (numbers.get(name, 0), Text(step.zh, step.en))
        for clause in part.layout.clauses:
            rule = clause.judged.rule
            words.rules.setdefault(rule.id, clause.judged.step)
            for period, wording in rule.wordings:
                worded.setdefault((rule.id, period.edition.edition, wording.basis), []).append((period, wording))
    words.ruled.update({key: _ruled(each) for key, each in worded.items()})
    words.newest.update({rule: _ruled(each) for rule, each in newest(parts).items()})
    return words


def _ruled(wordings: Sequence[tuple[Period, RuleDef]]) -> Ruled:
    """Return wordings as one: two local practices may word a rule of the same name, and cite nothing but themselves."""
    remedies = [Text(one.remedy.zh, one.remedy.en) for _, one in wordings if one.remedy]
    return Ruled(
        joined(Text(one.text.zh, one.text.en) for _, one in wordings),
        joined(basis_text(period, one) for period, one in wordings),
        joined(remedies) if remedies else None,
    )
