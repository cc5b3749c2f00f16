"""Judge a whole case: the latest round of every step and every earlier one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from workflow.case.facts import World
from workflow.case.history import CaseView, Entry, lacking
from workflow.case.values import Value
from workflow.errors import Text, WorkflowError
from workflow.law.model import Force
from workflow.rules.columns import Columns
from workflow.rules.explain import Explainer, articles_text, basis_text
from workflow.rules.rulebook import Judged, Rulebook
from workflow.rules.verdict import Verdict, VerdictState


def judge_case(book: Rulebook, case: CaseView, world: World, as_of: date) -> list[Verdict]:
    """Return the verdicts on the latest rounds, then those of each earlier round on the rules of its own step."""
    verdicts = [
        verdict._replace(round=case.rounds.get(verdict.step, 1))
        for verdict in book.judge_all(book.columns(case.values, world), as_of)
    ]
    for earlier in case.earlier:
        columns = book.columns(earlier.values, world)
        own = (judged for judged in book.judged if judged.step == earlier.step)
        verdicts += [judged.judge(columns, as_of)._replace(round=earlier.number) for judged in own]
    return verdicts


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason why an act may not be taken, ready to be shown to the person who tried."""

    rule: str
    step: str
    what: Text  # the figures that fall short
    demand: Text  # the rule in our own words
    why: Text  # edition and articles
    remedy: Text | None
    earliest: date | None  # first lawful day, where waiting helps
    latest: date | None  # last lawful day, where there is one
    redo: str | None  # the step whose repetition makes it good again


@dataclass(frozen=True, slots=True)
class Concern:
    """One breach that is accepted but must be justified in writing and confirmed by a second person."""

    rule: str
    step: str
    force: Force
    what: Text
    demand: Text
    why: Text
    remedy: Text | None


class StepRefused(WorkflowError):  # noqa: N818 - errors are named as facts
    """The act may not be taken; ``refusals`` holds every reason."""

    def __init__(self, refusals: tuple[Refusal, ...]) -> None:
        """Keep all reasons as data; the message lists them."""
        self.refusals = refusals
        zh = "\n".join(_line(refusal, "zh") for refusal in refusals)
        en = "\n".join(_line(refusal, "en") for refusal in refusals)
        super().__init__(Text(f"不能办理：\n{zh}", f"refused:\n{en}"))


def _line(refusal: Refusal, language: str) -> str:
    """Return *what (why). remedy* and the day from which it will pass."""
    parts = [f"{refusal.demand.of(language)}（{refusal.why.of(language)}）：{refusal.what.of(language)}"]
    if refusal.remedy:
        parts.append(refusal.remedy.of(language))
    if refusal.earliest:
        parts.append(f"最早可办日：{refusal.earliest}" if language == "zh" else f"possible from {refusal.earliest}")
    return "。".join(parts) if language == "zh" else ". ".join(parts)


@dataclass(frozen=True, slots=True)
class Examination:
    """What a proposed act would break: reasons to refuse it, and breaches to justify.

    ``seen``: the columns of the case with the act, and the verdict of every clause on them, for whoever goes on.
    """

    refusals: tuple[Refusal, ...]
    concerns: tuple[Concern, ...]
    seen: tuple[Columns, list[Verdict]] | None = field(default=None, compare=False, repr=False)


class Examiner:
    """Judges proposed acts: the history with the act added, against the history without it."""

    def __init__(self, book: Rulebook, world: World) -> None:
        """Take the rules and the world that facts are computed from."""
        self.book, self.world = book, world

    @cached_property
    def explainer(self) -> Explainer:
        """Return what puts verdicts into words: most acts break nothing."""
        return Explainer(self.book, {})

    def incomplete(self, entry: Entry) -> tuple[Refusal, ...]:
        """Return why an entry cannot be taken for want of required evidence: one reason that names all that lacks."""
        edition = self.book.edition_on(entry.occurred_on)
        step = edition.steps[entry.step]
        fields = [step.evidence[name] for name in lacking(edition, entry)]
        if not fields:
            return ()
        zh, en = "、".join(field.zh for field in fields), ", ".join(field.en for field in fields)
        return (
            Refusal(
                rule=f"{entry.step}.required",
                step=entry.step,
                what=Text(f"缺：{zh}", f"lacking: {en}"),
                demand=Text(f"“{step.zh}”应当登记的材料齐全", f"all that “{step.en}” must leave on record is there"),
                why=articles_text(edition, step.basis),
                remedy=Text("补全所缺各项后再办理", "complete it and try again"),
                earliest=None,
                latest=None,
                redo=None,
            ),
        )

    def examine(
        self, before: Mapping[str, Value], after: Mapping[str, Value], entry: Entry, as_of: date
    ) -> Examination:
        """Return what ``after`` breaks and ``before`` did not: all of it at once.

        ``before``, ``after``: recorded values (``CaseView.values``) without and with ``entry``. What was broken already
        refuses nothing: it is a finding, and refusing further acts would not mend it; but whoever acts anew on what it
        turns on has to do it right. The act itself that comes too late is a concern though the limit had run out
        before; so is a breach that lies in an act which was on record
        already (the talk that comes to be recorded only after the decision): refusing the entry would not undo it.
        """
        new = self.book.columns(after, self.world)
        refusals: list[Refusal] = []
        concerns: list[Concern] = []
        verdicts = self.book.judge_all(new, as_of)
        told = zip(self.book.judged, verdicts, strict=True)
        broken = [(judged, verdict) for judged, verdict in told if verdict.state is VerdictState.VIOLATED]
        old = self.book.columns(before, self.world) if broken else new
        for judged, verdict in broken:
            excused = judged.judge(old, as_of)[3:5] == verdict[3:5] and not self._acts_anew(judged, entry)
            if excused and not _late_act(judged, old, new):
                continue
            if judged.rule.definition.online == "record" or _past_act(judged, entry, old, new):
                concerns.append(self._concern(judged, verdict, new, as_of))
            else:
                refusals.append(self._refusal(judged, verdict, new, as_of))
        return Examination(tuple(refusals), tuple(concerns), (new, verdicts))

    def _acts_anew(self, judged: Judged, entry: Entry) -> bool:
        """Tell whether the entry writes something that a clause about its own step turns on.

        An act of a rhythm adds to what is there: it does not begin anew.
        """
        step = self.book.edition_on(entry.occurred_on).steps.get(entry.step)
        about = (judged.rule.step, (judged.clause.act or "").split(".")[0])
        if step is None or step.repeats or entry.step not in about:
            return False
        outcome = step.outcomes.get(entry.outcome)
        own = {step.day} if outcome is None else {outcome.fills or step.day, *outcome.sets}
        written = {f"{entry.step}.{name}" for name in (*own, *entry.evidence)}
        return any(not written.isdisjoint(self.book.builder.evidence(name, reached=False)) for name in judged.reads)

    def _refusal(self, judged: Judged, verdict: Verdict, columns: Mapping[str, Value], as_of: date) -> Refusal:
        period, wording = judged.rule.wording_on(judged.governing_on(columns, as_of))
        online = wording.online
        return Refusal(
            rule=judged.rule.id,
            step=verdict.step,
            what=self.explainer.evidence(judged, verdict, columns, as_of),
            demand=Text(wording.text.zh, wording.text.en),
            why=basis_text(period, wording),
            remedy=Text(wording.remedy.zh, wording.remedy.en) if wording.remedy else None,
            earliest=judged.earliest_on(columns, as_of, self.world),
            latest=verdict.due,
            redo=online.removeprefix("redo: ") if online.startswith("redo: ") else None,
        )

    def _concern(self, judged: Judged, verdict: Verdict, columns: Mapping[str, Value], as_of: date) -> Concern:
        assert verdict.outcome is not None  # noqa: S101 - a violated verdict names its outcome
        period, wording = judged.rule.wording_on(judged.governing_on(columns, as_of))
        return Concern(
            rule=judged.rule.id,
            step=verdict.step,
            force=wording.force_of(verdict.outcome),
            what=self.explainer.evidence(judged, verdict, columns, as_of),
            demand=Text(wording.text.zh, wording.text.en),
            why=basis_text(period, wording),
            remedy=Text(wording.remedy.zh, wording.remedy.en) if wording.remedy else None,
        )


def _late_act(judged: Judged, old: Mapping[str, Value], new: Mapping[str, Value]) -> bool:
    """Tell whether the act of a limit that had run out is now there."""
    act = judged.clause.act
    return judged.rule.definition.demand.upper_bound and act is not None and old[act] is None and new[act] is not None


def _past_act(judged: Judged, entry: Entry, old: Mapping[str, Value], new: Mapping[str, Value]) -> bool:
    """Tell whether the breach lies in an act that was recorded before, by a rule of another step than the entry's."""
    act = judged.clause.act
    if act is None or entry.step in (judged.rule.step, act.split(".")[0]):
        return False
    return old[act] is not None and old[act] == new[act]
