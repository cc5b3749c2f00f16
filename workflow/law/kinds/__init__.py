"""The closed vocabulary of rules: the parameters of every kind, and when one rule is tighter than another.

A kind says *what can be demanded*; the rooms above say how it is judged. Column names are those of the edition
(``step.field``). Months are calendar months; a limit "within" includes its last day.
"""

from __future__ import annotations

from workflow.law.kinds.alternatives import AnyOf
from workflow.law.kinds.base import Bilingual, Bound, ColumnName, Days, Kind, Months, Name, Outcome, Presupposed, Strict
from workflow.law.kinds.evidence import Consistent, Evidence, Once, OutcomeOf
from workflow.law.kinds.people import Count, DecidedBy, Distinct, StandingOf
from workflow.law.kinds.timing import Age, Every, Extension, NotBefore, Order, RecordedWithin, Span, Within, WorkingDays
from workflow.law.kinds.voting import Ballot, Majority, Quorum, Share, Tally

__all__ = [
    "KINDS",
    "Age",
    "AnyKind",
    "AnyOf",
    "Ballot",
    "Bilingual",
    "Bound",
    "ColumnName",
    "Consistent",
    "Count",
    "Days",
    "DecidedBy",
    "Distinct",
    "Every",
    "Evidence",
    "Extension",
    "Kind",
    "Majority",
    "Months",
    "Name",
    "NotBefore",
    "Once",
    "Order",
    "Outcome",
    "OutcomeOf",
    "Presupposed",
    "Quorum",
    "RecordedWithin",
    "Share",
    "Span",
    "StandingOf",
    "Strict",
    "Tally",
    "Within",
    "WorkingDays",
]

AnyKind = (
    Order | NotBefore | Within | Every | Age | Count | Distinct | StandingOf | Quorum | Majority | Ballot | Tally
    | WorkingDays | Evidence | OutcomeOf | DecidedBy | Once | Consistent | RecordedWithin | AnyOf
)  # fmt: skip
KINDS: tuple[type[Kind], ...] = (
    Order, NotBefore, Within, Every, Age, Count, Distinct, StandingOf, Quorum, Majority, Ballot, Tally,
    WorkingDays, Evidence, OutcomeOf, DecidedBy, Once, Consistent, RecordedWithin, AnyOf,
)  # fmt: skip
