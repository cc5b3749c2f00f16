"""Taking the names of people out of an audit, and with them every text in which a name could hide."""

from __future__ import annotations

import re
from dataclasses import replace

from workflow.errors import Text
from workflow.ledger import CellProblem, Ledger

HIDDEN = "〔…〕"
_DAY = re.compile(r"(?!2024-0?3-0?5)[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}")  # not the example of how to write one


class NameHider:
    """Numbers the branches of a ledger, and shows cells without what stands in them."""

    def __init__(self, ledger: Ledger) -> None:
        """Take the names of sheets that the form knows: others may name anybody."""
        self._sheets = {form.sheet for form in (ledger.form, ledger.form.roster) if form is not None}
        self._branches: dict[str, str] = {}

    def branch(self, branch: str) -> str:
        """Return the branch by its number, in the order in which they are first asked for.

        What was written may hold a name or a number of somebody: a branch named after a person, a slip of the column.
        """
        return self._branches.setdefault(branch, f"支部{len(self._branches) + 1}")

    def problem(self, problem: CellProblem) -> CellProblem:
        """Return an unreadable cell without what stands there: a name or the number of a person may, in any cell."""
        sheet = problem.sheet if problem.sheet in self._sheets else HIDDEN
        return replace(unseen(problem), sheet=sheet)


def unseen(problem: CellProblem) -> CellProblem:
    """Return an unreadable cell with its place alone."""
    reason = Text(_DAY.sub(HIDDEN, problem.reason.zh), _DAY.sub(HIDDEN, problem.reason.en))
    return replace(problem, shown=HIDDEN if problem.shown else "", reason=reason)
