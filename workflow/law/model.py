"""Editions, overlays, coverage and conventions as frozen values; what a definition file may say.

Every class is the shape of a part of a YAML file; the loader adds file and line to what pydantic finds.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Annotated, Any, Literal, Never

from pydantic import BeforeValidator, Discriminator, Field, Tag, ValidationInfo, model_validator
from pydantic_core import PydanticKnownError

from workflow.law.kinds import AnyKind, Bilingual, ColumnName, Name, Outcome, Presupposed, Strict
from workflow.law.log import LogDef

KIND_FREE = frozenset(
    {"basis", "codes", "force", "governed_by", "governed_on", "online", "remedy", "text", "unless", "waivable", "when"}
)
Condition = dict[ColumnName, tuple[str | bool | None, ...]]
IN_A_FILE = {"in_a_file": True}  # what is validated was read from a file, where a rule is flat


def _no_such_key(_: object) -> Never:
    """Refuse a value that somebody wrote: the program sets it when it lays an overlay."""
    raise PydanticKnownError("extra_forbidden")


Unwritten = BeforeValidator(_no_such_key)


class Force(StrEnum):
    """How grave a breach is: hard, or soft where the text says "generally" or leaves room."""

    HARD = "hard"
    SOFT = "soft"


class GovernedBy(StrEnum):
    """The day whose edition governs a rule."""

    ACT = "act"
    DUE = "due"
    PRESUPPOSING = "presupposing"


class FieldType(StrEnum):
    """The types of evidence."""

    DAY = "day"
    PLAN = "plan"  # a day to come: it does not show that the step was reached
    DAYS = "days"
    COUNT = "count"
    TEXT = "text"
    PERSON = "person"
    CHOICE = "choice"
    YES_NO = "yes_no"
    BODY = "body"
    PAPER = "paper"  # the file number of a paper, never its content


class FieldDef(Strict):
    """A typed piece of evidence."""

    type: FieldType
    zh: str
    en: str
    values: dict[str, Bilingual] = {}
    required: bool = False
    kept_in: Name | None = None  # while the case stands in this state the value outlives the round that left it behind
    only: tuple[Name, ...] = ()  # the outcomes that bring it; none named: any of the step
    added_by: Annotated[str, Unwritten] = ""  # the overlay that added it; set when the overlay is laid

    @property
    def dates_an_act(self) -> bool:
        """Tell whether a value says when something was done; a plan may lie ahead."""
        return self.type in (FieldType.DAY, FieldType.DAYS)

    @model_validator(mode="after")
    def _values_for_choices(self) -> FieldDef:
        if (self.type is FieldType.CHOICE) != bool(self.values):
            message = "values belong to a choice, and a choice needs them"
            raise ValueError(message)
        return self


class OutcomeDef(Strict):
    """One way in which a step can end; ``to`` absent: the state stays."""

    zh: str
    en: str
    to: Name | None = None
    start: tuple[Name, ...] = Field(default=(), alias="from")  # narrower than the step's own
    by: tuple[Name, ...] = ()
    reason: bool = False
    incomplete: bool = False  # what is required of the step need not be there: it came to nothing
    fills: Name | None = None  # the day field that takes the day of this outcome; absent: the step's own day
    sets: dict[Name, str] = {}  # choices of the step's evidence that follow from this outcome
    adds: bool = False  # it adds to the round as it stands, even to one that has ended, and never begins one
    ends: tuple[Name, ...] = ()  # steps of which it ends the round, in this order: they must be held again
    asked: Bilingual | None = None  # what is to be done, as an act, where the name of the step does not tell


class State(Strict):
    """A standing of the person; ``final``: the case may rest here for good."""

    zh: str
    en: str
    final: bool = False


class Stage(Strict):
    """A chapter of the procedure as the trade counts them."""

    zh: str
    en: str


class Body(Strict):
    """A kind of organization or person that acts."""

    zh: str
    en: str


@lru_cache(maxsize=1024)  # as many as definitions hold, asked for with every line of a list
def cited(basis: str) -> tuple[str, ...]:
    """Return the numbers of the articles that a basis names, without paragraphs."""
    parts = (part.strip() for part in basis.split(";"))
    return tuple(part[5:].split("(")[0] for part in parts if part.startswith("art. "))


class RuleDef(Strict):
    """One demand, with its article, its gravity and what happens online."""

    text: Bilingual
    basis: str = Field(pattern=r"^(art\. \d+(\(\d+\))?|local|[a-z_]+)(; (art\. \d+(\(\d+\))?|[a-z_]+))*$")
    force: Force | dict[Outcome, Force] = Force.HARD
    codes: str | dict[Outcome, str] = ""
    online: str = Field(default="record", pattern=r"^(refuse|record|redo: [a-z][a-z0-9_]*)$")
    governed_by: GovernedBy = GovernedBy.ACT
    governed_on: ColumnName | None = None
    when: Condition = {}
    unless: tuple[Condition, ...] = ()
    remedy: Bilingual | None = None
    waivable: bool = True  # whether a superior may let a finding rest for a time
    demand: Annotated[AnyKind, Field(discriminator="kind")]
    added_by: Bilingual | None = None  # the title of the overlay that set it; set when the overlay is laid

    @model_validator(mode="before")
    @classmethod
    def _gather_demand(cls, raw: Any, info: ValidationInfo) -> Any:  # noqa: ANN401 - pydantic hands in what stands there
        if not isinstance(raw, dict) or ("demand" in raw and info.context != IN_A_FILE):
            return raw
        demand = {key: value for key, value in raw.items() if key not in KIND_FREE}
        return {key: value for key, value in raw.items() if key in KIND_FREE} | {"demand": demand}

    def code(self, outcome: Outcome) -> str:
        """Return the audit code of an outcome, empty where none is assigned."""
        return self.codes if isinstance(self.codes, str) else self.codes.get(outcome, "")

    def force_of(self, outcome: Outcome) -> Force:
        """Return how grave an outcome is."""
        return self.force if isinstance(self.force, Force) else self.force.get(outcome, Force.HARD)

    @cached_property
    def articles(self) -> tuple[str, ...]:
        """Return the numbers of the articles cited, without paragraphs."""
        return cited(self.basis)

    def substance(self) -> tuple[object, ...]:
        """Return all that decides a verdict: two rules of equal substance are one rule under two editions."""
        return (
            self.demand, str(self.force), str(self.codes), self.online, self.governed_by, self.governed_on,
            str(self.when), str(self.unless),
        )  # fmt: skip

    def conditions(self) -> tuple[str, ...]:
        """Return the columns that ``when`` and ``unless`` read."""
        return tuple(dict.fromkeys((*self.when, *(column for part in self.unless for column in part))))


class StepDef(Strict):
    """One step or side act: who acts, from which states, how it can end, what it leaves behind, what binds it."""

    zh: str
    en: str
    number: int | None = Field(default=None, ge=1)
    stage: Name | None = None
    basis: str
    by: tuple[Name, ...] = Field(min_length=1)
    start: tuple[Name, ...] = Field(default=(), alias="from")
    power: tuple[Name, ...] = ()
    day: Name = "on"
    opens: bool = False  # the step may begin a case
    recorded_only: bool = False
    repeats: bool = False  # every further entry adds to the round instead of opening a new one
    outcomes: dict[Name, OutcomeDef] = Field(min_length=1)
    evidence: dict[Name, FieldDef] = {}
    rules: dict[Name, RuleDef] = {}
    note: Bilingual | None = None


WAYS = {"first_filled": "FirstFilled", "plus": "Plus", "before": "Before", "lapsed_vote": "LapsedVote"}


class FirstFilled(Strict):
    """The first of several columns that is filled."""

    kind: Literal["first_filled"] = "first_filled"
    first_filled: tuple[ColumnName, ...] = Field(min_length=2)

    def columns(self) -> tuple[str, ...]:
        """Return the columns, in the order in which they are asked."""
        return self.first_filled


class Plus(Strict):
    """A day so many calendar months after another."""

    kind: Literal["plus"] = "plus"
    plus: ColumnName
    months: int = Field(ge=-1200, le=1200)

    def columns(self) -> tuple[str, ...]:
        """Return the day from which is counted."""
        return (self.plus,)


class Before(Strict):
    """Whether one day lies before another; no when either is blank."""

    kind: Literal["before"] = "before"
    before: tuple[ColumnName, ColumnName]

    def columns(self) -> tuple[str, ...]:
        """Return both days."""
        return self.before


class LapsedVote(Strict):
    """Whether a vote fell short of the majority of those due and nothing followed: then nothing was adopted."""

    kind: Literal["lapsed_vote"] = "lapsed_vote"
    lapsed_vote: Name
    unless: Presupposed

    def votes(self) -> tuple[str, str]:
        """Return the columns of the vote: how many were due, how many in favour."""
        return (f"{self.lapsed_vote}.due", f"{self.lapsed_vote}.in_favour")

    def columns(self) -> tuple[str, ...]:
        """Return the vote and what shows that something followed."""
        return (*self.votes(), *self.unless.columns())


def _way(how: object) -> str | None:
    """Return the way in which a column is computed, told from the key that only that way has."""
    return next((way for key, way in WAYS.items() if key in how), None) if isinstance(how, dict) else None


class Derived(Strict):
    """A column computed from others, under a name that rules can use."""

    zh: str
    en: str
    basis: str
    how: Annotated[
        Annotated[FirstFilled, Tag("FirstFilled")]
        | Annotated[Plus, Tag("Plus")]
        | Annotated[Before, Tag("Before")]
        | Annotated[LapsedVote, Tag("LapsedVote")],
        Discriminator(
            _way,
            custom_error_type="unknown_way",
            custom_error_message="one of the ways is asked for: first_filled, plus, before, lapsed_vote",
        ),
    ]


class ProcedureDef(Strict):
    """What editions and procedures of steps alone have in common."""

    procedure: Name
    edition: date
    title: Bilingual
    source: Bilingual
    bodies: dict[Name, Body]
    stages: dict[Name, Stage] = {}
    states: dict[Name, State] = {}
    initial: Name | None = None
    record: dict[Name, dict[Name, FieldDef]] = {}
    derived: dict[Name, Derived] = {}
    steps: dict[Name, StepDef] = Field(min_length=1)


class Edition(ProcedureDef):
    """A procedure in the wording in force from a day; procedures without states have steps and rules alone."""

    overlays: Annotated[tuple[str, ...], Unwritten] = ()
    log: LogDef = LogDef()

    @cached_property
    def fields(self) -> dict[str, FieldDef]:
        """Return every recorded column, ``step.field``, in the order of the file."""
        columns = {f"{part}.{name}": field for part, fields in self.record.items() for name, field in fields.items()}
        for step_id, step in self.steps.items():
            columns |= {f"{step_id}.{name}": field for name, field in step.evidence.items()}
        return columns

    @cached_property
    def rules(self) -> dict[str, tuple[str, RuleDef]]:
        """Return every rule by its id ``step.rule``, with its step."""
        return {
            f"{step_id}.{name}": (step_id, rule)
            for step_id, step in self.steps.items()
            for name, rule in step.rules.items()
        }

    @cached_property
    def numbered(self) -> tuple[str, ...]:
        """Return the numbered steps in the order of their numbers."""
        numbered = [(step.number, step_id) for step_id, step in self.steps.items() if step.number is not None]
        return tuple(step_id for _, step_id in sorted(numbered))

    def day_columns(self, step_id: str) -> tuple[str, ...]:
        """Return the columns of a step whose being filled shows that the step was reached."""
        evidence = self.steps[step_id].evidence
        return tuple(f"{step_id}.{name}" for name, field in evidence.items() if field.dates_an_act)

    def main_day(self, step_id: str) -> str:
        """Return the column of the day on which a step was done."""
        return f"{step_id}.{self.steps[step_id].day}"


class StepAddition(Strict):
    """What an overlay adds to a step."""

    evidence: dict[Name, FieldDef] = {}
    rules: dict[Name, RuleDef] = {}


class Overlay(Strict):
    """Local practice on top of the law: it adds steps, evidence and rules, or tightens; it never loosens."""

    overlay: Name
    procedure: Name
    title: Bilingual
    source: Bilingual
    extends: tuple[date, ...] = Field(min_length=1)
    in_force: date
    until: date | None = None
    add_steps: dict[Name, StepDef] = {}
    steps: dict[Name, StepAddition] = {}
    bodies: dict[Name, Body] = {}

    @model_validator(mode="after")
    def _some_days(self) -> Overlay:
        if self.until is not None and self.until <= self.in_force:
            message = "until lies after in_force"
            raise ValueError(message)
        return self


class How(StrEnum):
    """What a program can do about an article."""

    ENFORCED = "enforced"
    RECORDED = "recorded"
    GUIDANCE = "guidance"
    UNREAD = "unread"


class ArticleDef(Strict):
    """An article in one line, in our own words, and what becomes of it here."""

    zh: str
    en: str
    how: How
    rules: tuple[str, ...] = ()
    steps: tuple[Name, ...] = ()
    why: Bilingual | None = None
    source: str


class EditionCoverage(Strict):
    """Every article of one edition; ``last``: the number of its last article, so that none is forgotten at the end."""

    last: int = Field(ge=1)
    articles: dict[str, ArticleDef]
    other_basis: dict[Name, Bilingual] = {}


class Coverage(Strict):
    """Every article of every edition, and which source it rests on."""

    sources: dict[Name, Bilingual]
    editions: dict[str, EditionCoverage]


class Convention(Strict):
    """A point on which the text is silent: what is done here, why, and what else could be done."""

    zh: str
    en: str
    reason: Bilingual
    alternatives: Bilingual
    basis: str


class LocalChoice(Strict):
    """A competent body's dated choice of the day that governs a rule."""

    rule: str
    governed_by: GovernedBy
    in_force: date = Field(alias="from")
    author: str
    document: str


class Transitions(Strict):
    """How the change from one edition to the next is handled."""

    procedure: Name
    before_first: Bilingual
    governed_by: dict[GovernedBy, Bilingual]
    cut_overs: dict[str, Bilingual]
    local_choices: tuple[LocalChoice, ...] = ()
