"""A finding: one rule broken in one case, with its article, its figures and the cells that show it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from workflow.errors import Text
from workflow.law.kinds import Outcome
from workflow.law.model import Force


@dataclass(frozen=True, slots=True)
class Finding:
    """What an audit says of one row: identity is (row, code, step); the rule and round stand behind it."""

    row: int
    person: str
    branch: str
    code: str
    step: int
    force: Force
    rule: str
    round: int
    outcome: Outcome
    basis: Text
    what: Text  # the rule, in our own words
    evidence: Text  # the cells and figures that show it
    remedy: Text | None
    edition: date
    due: date | None

    @property
    def order(self) -> tuple[int, int, str]:
        """Return the key for sorting: by row, then along the procedure."""
        return (self.row, self.step, self.code)
