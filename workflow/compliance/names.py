"""Taking the names of people out of an audit, and with them every text in which a name could hide."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from workflow.law.model import FieldDef, FieldType
from workflow.ledger import CellProblem, Ledger
from workflow.ledger.cells import name_key
from workflow.rules.explain import HIDDEN_NAME

HIDDEN = "…"
_LETTERS = re.compile(r"(?:(?!(?<=\d)[年月日])[^\W\d_])+")  # but not the signs of a written date


class NameHider:
    """Knows who is named in a ledger, and shows cells without the words in them."""

    def __init__(self, ledger: Ledger, fields: Mapping[str, FieldDef]) -> None:
        """Gather the names in the ledger's own column of names and in the columns of people."""
        people = {name for name, field in fields.items() if field.type is FieldType.PERSON}
        self._names: set[object] = {row.person for row in ledger.rows}
        for row in ledger.rows:
            cells = zip(row.columns, row.cells, strict=True)
            self._names |= {cell for column, cell in cells if column in people}
        self._roster = ledger.roster
        self._sheets = {form.sheet for form in (ledger.form, ledger.form.roster) if form is not None}
        self._branches: dict[str, str] = {}

    def branch(self, branch: str) -> str:
        """Return the branch; where a name slipped into its column, only that one stands there."""
        if branch not in self._branches:
            name = name_key(branch)
            named = name in self._names or bool(self._roster and self._roster.find(name, None))
            self._branches[branch] = HIDDEN_NAME.zh if named else branch
        return self._branches[branch]

    def problem(self, problem: CellProblem) -> CellProblem:
        """Return an unreadable cell without its words: a name may stand in any cell, or name the sheet."""
        sheet = problem.sheet if problem.sheet in self._sheets else HIDDEN
        return replace(problem, sheet=sheet, shown=without_words(problem.shown))


def without_words(text: str) -> str:
    """Return ``text`` with its digits and marks, every run of letters made “…”."""
    return _LETTERS.sub(HIDDEN, text)
