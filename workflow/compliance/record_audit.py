"""The living record judged in bulk: its entries written out, made a table of cases a law, and asked every rule.

What is found is what the pages show, with two exceptions that are told: what an irregular act was found to break when
it was recorded stands in the record alone, and of a case that moved all people are those of the branch that has it now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from workflow.bulk.layout import Layout
from workflow.compliance.bases import Grouping
from workflow.compliance.country import audit_view
from workflow.compliance.engines.duckdb import parquet
from workflow.compliance.judged import Judged
from workflow.compliance.progress import Report
from workflow.compliance.rates import Part, rates
from workflow.compliance.record_entries import Export, Law
from workflow.compliance.spanning.acts import Acts
from workflow.compliance.spanning.listed import beside_breaches, write_indicated
from workflow.compliance.spanning.told import Indicated, counted, indicated
from workflow.compliance.view.build import Builder, Source
from workflow.compliance.view.singly import BadCase
from workflow.compliance.view.tables import opened
from workflow.compliance.working_folder import working_folder
from workflow.engine.indication_numbers import Found
from workflow.engine.laws import Laws
from workflow.store.database import Database


@dataclass(frozen=True, slots=True)
class RecordAudit:
    """What came of it. ``place``: the database; ``bad``: cases that could not be replayed, and were not judged.

    ``counted``: what ``indicated`` tells, with nothing hidden: to be kept in the record, where it is hidden when told.
    """

    place: str
    as_of: date
    parts: tuple[Part, ...]
    bad: tuple[BadCase, ...]
    folder: Path
    indicated: tuple[Indicated, ...] = ()
    counted: Found = field(default_factory=dict)

    @property
    def cases(self) -> int:
        """Return how many were judged."""
        return sum(part.run.cases for part in self.parts)

    @property
    def breaches(self) -> int:
        """Return how many were found."""
        return sum(part.run.breaches for part in self.parts)

    @property
    def undecidable(self) -> int:
        """Return how many verdicts turn on what cannot be read."""
        return sum(part.run.undecidable for part in self.parts)

    @property
    def judged(self) -> Judged:
        """Return its tables, under the numbers of the cases."""
        return Judged(self.parts, self.as_of, self.folder / "cases.parquet", self.folder / "organizations.parquet")

    def head(self) -> dict[str, Any]:
        """Return all but the breaches themselves, as JSON has it."""
        return {
            "source": self.place,
            "as_of": self.as_of.isoformat(),
            "cases": self.cases,
            "found": self.breaches,
            "undecidable": self.undecidable,
            "not_replayed": [{"case": one.case, "zh": one.why.zh, "en": one.why.en} for one in self.bad],
            "rules": [one.told() for one in rates(self.parts)],
            "indications": [one.told() for one in self.indicated],
        }

    def write_indications(self, path: Path) -> None:
        """Write indications beside a list of breaches that does not hold them itself; raises NotWritten."""
        if (beside := beside_breaches(path)) is not None:
            write_indicated(self.indicated, beside, self.as_of.isoformat())


@contextmanager
def audited_record(  # noqa: PLR0913 - what, how, as of when; the rest have defaults
    database: Database,
    laws: Laws,
    as_of: date,
    beside: Path | None = None,
    progress: Callable[[str], Report] = lambda _: lambda _done, _of: None,
    *,
    by_month: bool = False,
    bases: Grouping | None = None,
) -> Iterator[RecordAudit]:
    """Give the audit of a database, of what was recorded by the end of a day.

    Its working folder, which holds codes, days and numbers and no name but those of branches, is made in ``beside``
    and removed afterwards. ``by_month``, ``bases``: see ``audit_parts``. Raises what reading the database raises.
    """
    with working_folder("jishi-audit-", beside) as folder:
        export = Export(laws, folder)
        with database.read() as connection:
            exported = export.write(connection, progress("读取 / reading"))
        together = _together(export, exported, as_of)
        parts: list[Part] = []
        bad: list[BadCase] = []
        judging = progress("检查 / judging")
        for place, law in enumerate(exported, start=1):
            layout = Layout(law.book)
            view, run = folder / f"view-{place}", folder / f"run-{place}"
            source = Source([law.entries], export.members, as_of)
            bad += Builder(layout, laws.calendar).build(source, view).bad
            law.entries.unlink()
            judged = audit_view(view, layout, laws.calendar, as_of, run, by_month=by_month, bases=bases)
            parts.append(Part(layout, judged, run, view))
            judging(place, len(exported))
        yield RecordAudit(database.place, as_of, tuple(parts), tuple(bad), folder, *together)


def _together(export: Export, laws: Iterable[Law], as_of: date) -> tuple[tuple[Indicated, ...], Found]:
    """Return what many cases together show, of all laws; nothing where the definitions know no indications."""
    given = export.laws.law.definitions.indications
    if given is None:
        return (), {}
    with opened() as connection:
        acts = Acts(connection, given, as_of)
        for law in laws:
            acts.add(law.entries, law.book.newest)
        names = f"SELECT id, name FROM {parquet(export.organizations)}"
        named = dict(connection.execute(names).fetchall())
        found = counted(connection, given, as_of)
        return indicated(found, given, as_of, named), found
