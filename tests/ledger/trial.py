"""Brings examples before the product: a workbook for each day of audit, and what is found for each row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

from tests.ledger import product, workbooks
from tests.ledger.cases import ROSTER, Case

Found = frozenset[tuple[str, int, str]]


def audits(examples: Sequence[Case], folder: Path, random: Random | None = None) -> Iterator[tuple[str, Found]]:
    """Write the examples and yield title and findings (code, step, force) of each; untidily if ``random`` is given."""
    by_day = defaultdict(list)
    for one in examples:
        by_day[one.as_of].append(one)
    for as_of, of_day in by_day.items():
        path = folder / f"{as_of}.xlsx"
        rows = list(workbooks.write(path, [one.row for one in of_day], ROSTER, random))
        found = product.audit(path, as_of).findings
        assert {one.row for one in found} <= set(rows), "a finding for a row that is nobody's"
        for row, one in zip(rows, of_day, strict=True):
            yield one.title, frozenset(f[1:] for f in found if f.row == row)
