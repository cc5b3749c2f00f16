"""What a rule says of a case: five states, never guessed into one another."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import NamedTuple

from workflow.law.kinds import Outcome


class VerdictState(StrEnum):
    """The five states."""

    SATISFIED = "satisfied"
    VIOLATED = "violated"
    PENDING = "pending"
    NOT_APPLICABLE = "not_applicable"
    UNDECIDABLE = "undecidable"


class Verdict(NamedTuple):
    """One rule's word on one round of one step."""

    rule: str  # id, ``step.name``
    step: str  # the step at which a finding stands
    round: int  # 1 is the first attempt
    state: VerdictState
    outcome: Outcome | None = None  # how it is broken
    due: date | None = None  # last lawful day of a running or broken limit; pending turns on the day after
    clause: int = 0  # which of the rule's clauses speaks (a chain has one a link)
