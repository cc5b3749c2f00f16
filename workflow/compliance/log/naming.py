"""Which column of a log holds what: what the command line says, else the definition, else a name that is usual."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from workflow.errors import Text, WorkflowError
from workflow.law.model import Edition
from workflow.plain import harmless

CASE, STEP, DAY, OUTCOME, ORGANIZATION = "case", "step", "day", "outcome", "organization"
PARTS = (CASE, STEP, DAY, OUTCOME, ORGANIZATION)
NEEDED = (CASE, STEP, DAY)
USUAL: Mapping[str, tuple[str, ...]] = {
    CASE: ("case:concept:name", "case", "case_id", "case id", "caseid", "案件编号", "案号", "案件"),
    STEP: ("concept:name", "step", "activity", "步骤", "环节", "活动"),
    DAY: ("time:timestamp", "day", "date", "timestamp", "日期", "时间"),
    OUTCOME: ("outcome", "结果", "办理结果"),
    ORGANIZATION: ("organization", "case:organization", "机构", "单位"),
}
WORDS: Mapping[str, Text] = {
    CASE: Text("案件编号", "the case"),
    STEP: Text("步骤", "the step"),
    DAY: Text("日期或者时间", "the day or instant"),
    OUTCOME: Text("结果", "the outcome"),
    ORGANIZATION: Text("机构", "the organization"),
}


class LogUnreadable(WorkflowError):  # noqa: N818 - errors are named as facts
    """A log that cannot be read at all: no such column, no header, damaged, of another form."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a log by what they hold; ``evidence``: by column of the case, those that the log has.

    ``written``: what the log calls a column where it is called otherwise here.
    """

    of: Mapping[str, str]
    evidence: Mapping[str, str]
    only: Mapping[str, tuple[str, ...]]
    written: Mapping[str, str] = field(default_factory=dict)

    @property
    def read(self) -> tuple[str, ...]:
        """Return every column that is read, each once."""
        return tuple(dict.fromkeys((*self.of.values(), *self.evidence.values(), *self.only)))

    @property
    def stored(self) -> Columns:
        """Return the same under names of our own: a log may call its columns what our tables call theirs."""
        own = {written: f"c{place}" for place, written in enumerate(self.read)}
        return Columns(
            {part: own[one] for part, one in self.of.items()},
            {column: own[one] for column, one in self.evidence.items()},
            {own[one]: words for one, words in self.only.items()},
            {name: written for written, name in own.items()},
        )


def columns_of_log(there: Sequence[str], edition: Edition, asked: Mapping[str, str]) -> Columns:
    """Return what is read of a log that has the columns ``there``.

    ``asked``: by part, what the command line names. Raises LogUnreadable for a column that is named and not there, and
    for a case, step or day of which none is found.
    """
    log = edition.log
    named = {part: asked.get(part) or getattr(log, part) for part in PARTS}
    of = {part: found for part in PARTS if (found := named[part] or _usual(part, there))}
    for part in NEEDED:
        if part not in of:
            what = WORDS[part]
            raise _absent(Text(f"找不到{what.zh}所在的列", f"no column holds {what.en}"), there)
    columns = Columns(of, _evidence(edition, there, of), log.only)
    _all_there((*columns.of.values(), *log.attributes.values(), *log.only), there)
    return columns


def _usual(part: str, there: Iterable[str]) -> str:
    lower = {name.strip().lower(): name for name in reversed(list(there))}
    return next((lower[name] for name in USUAL[part] if name in lower), "")


def _evidence(edition: Edition, there: Sequence[str], taken: Mapping[str, str]) -> dict[str, str]:
    """Return where evidence stands: where the definition says, under its full name, or under that of the field."""
    free = [name for name in there if name not in taken.values()]
    found = dict(edition.log.attributes)
    for column in edition.fields:
        part, _, field = column.partition(".")
        own = part in edition.steps and field not in _days(edition, part)
        names = (column, field) if own else (column,)
        name = next((one for one in names if one in free), None)
        if name is not None and column not in found:
            found[column] = name
    return found


def _days(edition: Edition, step: str) -> set[str]:
    """Return the fields of a step that take the day of an act: a column of that name alone is not meant for them."""
    definition = edition.steps[step]
    return {definition.day, *(one.fills for one in definition.outcomes.values() if one.fills)}


def _all_there(names: Iterable[str], there: Sequence[str]) -> None:
    lacking = [name for name in dict.fromkeys(names) if name not in there]
    if lacking:
        shown = "、".join(f"“{harmless(name)}”" for name in lacking)
        raise _absent(Text(f"没有列{shown}", f"there is no column {shown}"), there)


def _absent(what: Text, there: Sequence[str]) -> LogUnreadable:
    shown = "、".join(map(harmless, there)) or "—"
    return LogUnreadable(what, Text(f"现有的列：{shown}", f"it has: {shown}"))


def activities(edition: Edition) -> dict[str, tuple[str, str]]:
    """Return step and outcome by what a log may write: what the definition lists, else ids and names.

    A step that stands alone means its first outcome; what could mean two steps means none.
    """
    found: dict[str, tuple[str, str] | None] = {}

    def say(word: str, meant: tuple[str, str]) -> None:
        found[word] = meant if found.get(word, meant) == meant else None

    for name, step in edition.steps.items():
        first = next(iter(step.outcomes))
        for word in dict.fromkeys((name, step.zh, step.en)):
            say(word, (name, first))
        for outcome in step.outcomes:
            say(f"{name}:{outcome}", (name, outcome))
    listed = {word: _target(edition, target) for word, target in edition.log.activities.items()}
    return {word: meant for word, meant in found.items() if meant} | listed


def _target(edition: Edition, target: str) -> tuple[str, str]:
    step, _, outcome = target.partition(":")
    return step, outcome or next(iter(edition.steps[step].outcomes))


def outcomes(edition: Edition) -> dict[tuple[str, str], str]:
    """Return the outcome by step and by what a log may write for it: its id or either name."""
    return {
        (name, word): outcome
        for name, step in edition.steps.items()
        for outcome, definition in reversed(step.outcomes.items())
        for word in (definition.en, definition.zh, outcome)
    }
