"""How often each rule could be decided in each organization: what the breaches there are to be seen against.

Counted while the numbers of a part are there, and written beside its breaches as ``bases-00001.parquet``: a row an
organization and table of cases, a column a rule, ``r0`` and on in the order of ``rules_of``: ids of rules have signs
that not every engine takes in a name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workflow.bulk.dialects import Dialect
from workflow.bulk.layout import CASE, ORGANIZATION, BulkClause, Layout
from workflow.bulk.statement import SATISFIED, VIOLATED, number_of

UNIT = "unit"
NONE = "CAST(0 AS BIGINT)"


def rules_of(layout: Layout) -> tuple[str, ...]:
    """Return the rules that a layout asks, each once."""
    return tuple(dict.fromkeys(clause.judged.rule.id for clause in layout.clauses))


@dataclass(frozen=True, slots=True)
class Grouping:
    """By what is counted. ``units``: a table (case, unit); empty: by the organization that the view gives a case."""

    units: str = ""

    def counted(self, layout: Layout, clauses: Sequence[BulkClause], table: str, dialect: Dialect) -> str:
        """Return a query for a row an organization of the numbers in ``table``: UNIT, then by rule how often decided.

        Decided is what was found kept or broken: neither still running nor undecidable. ``clauses``: those of which
        ``table`` holds numbers; the rules of all others were decided never.
        """
        of_rule: dict[str, list[str]] = {rule: [] for rule in rules_of(layout)}
        for clause in clauses:
            number = f"n.{number_of(clause)}"
            told = f"COUNT(CASE WHEN {number} = {SATISFIED} OR {number} >= {VIOLATED} THEN 1 END)"
            of_rule[clause.judged.rule.id].append(told)
        counts = ", ".join(f"{' + '.join(told) or NONE} AS r{place}" for place, told in enumerate(of_rule.values()))
        if not self.units:
            unit = f"n.{dialect.quoted(ORGANIZATION)}"
            return f"SELECT {unit} AS {UNIT}, {counts} FROM {table} n GROUP BY {unit}"
        joined = f"{table} n JOIN {self.units} u ON u.{dialect.quoted('case')} = n.{dialect.quoted(CASE)}"
        return f"SELECT u.{UNIT} AS {UNIT}, {counts} FROM {joined} GROUP BY u.{UNIT}"
