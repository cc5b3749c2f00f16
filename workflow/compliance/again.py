"""An audit of a view that was renewed: only the cases that changed are judged, the rest is taken from an earlier run.

The earlier run judged the view as it stood before one of its changes, by the same rules and as of the same day. Its
breaches are taken over but for those of the cases that changed since; its populations, less what these cases counted
for as they stood then. What comes of it is what an audit of all cases gives, file by file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from workflow.bulk.dialects import DUCKDB
from workflow.bulk.layout import CASE, Layout
from workflow.bulk.marks import Marks
from workflow.bulk.statement import rows_of
from workflow.compliance.engines.duckdb import DuckDbEngine, parquet, rows_of_cases, words_listed
from workflow.compliance.runs import Run, read_run
from workflow.compliance.view.manifest import Kind, Manifest
from workflow.compliance.view_audit import Population, ViewAudit
from workflow.errors import Text, WorkflowError

KINDS: tuple[Kind, Kind] = ("cases", "rounds")
CASES, ROUNDS = "changed_cases", "changed_rounds"  # temporary tables: what changed and has to be read, as it stood


class OtherEarlier(WorkflowError):  # noqa: N818 - errors are named as facts
    """The run from which is to be taken over did not ask the same of the same cases."""

    def __init__(self, folder: Path) -> None:
        """Name its folder."""
        super().__init__(
            Text(
                f"{folder} 不是本视图更新前、同一截止日、同样规则、未按月也未按组织统计的完整审查",
                f"{folder} is no finished audit of this view before it was renewed, as of the same day, by the same"
                " rules, without months and without workbooks",
            ),
            Text("请另选一次审查，或者全部重新审查", "name another one, or audit all cases"),
        )


@dataclass(frozen=True, slots=True)
class Known:
    """An earlier run with the lists of the cases that changed since; ``cases``, ``rounds``: these as they stood.

    ``engine``: reads what was, and writes it again; to be closed.
    """

    folder: Path
    run: Run
    changed: tuple[Path, ...]
    cases: str
    rounds: str
    engine: DuckDbEngine

    def check(self, of: Mapping[str, str]) -> None:
        """Raise OtherEarlier unless the run that ``of`` tells asks the same, and has the earlier one's parts first."""
        parts = list(self.run.done)
        same = all(self.run.of[key] == of[key] for key in ("as_of", "asked"))
        counted = {"by", "bases"} & {*of, *self.run.of}  # what the earlier run counted is not taken over
        if not same or counted or len(parts) < self.run.parts or of["parts"].split(" ")[: len(parts)] != parts:
            raise OtherEarlier(self.folder)

    def begin(self, layout: Layout, as_of: date, run: Run) -> None:
        """Give a run the populations of the earlier one, less those of the cases that changed."""
        engine = self.engine
        read = rows_of(engine.dialect, careful=True)
        engine.keep(CASES, f"SELECT * FROM ({self.cases}) WHERE {read}")  # of all others their marks tell enough
        engine.keep(ROUNDS, self.rounds)
        then = ViewAudit(engine, layout, as_of)
        then.part(CASES, ROUNDS)
        cases, *counted = next(engine.rows(Marks(layout).counting(f"({self.cases})", as_of)))
        then.populations.cases += cases
        then.populations.add(layout.clauses, counted)
        run.cases = self.run.cases - then.populations.cases
        for place, whole in self.run.populations.items():
            run.populations[place] = whole.less(then.populations.clauses.get(place, Population()))

    def take_over(self, part: str, run: Run, folder: Path) -> None:
        """Write what the earlier run found in a part into a folder, but for the cases that changed, in its order."""
        for kind in ("undecided", "breaches"):
            path = folder / f"{kind}-{part}.parquet"
            found = self.folder / path.name
            left = rows_of_cases([found], self.changed, case="case")
            self.engine.copy(words_listed(self.engine.connection, left, parquet(found)), path)
        run.add(part, dict(self.engine.rows(f"SELECT rule, COUNT(*) FROM {parquet(path)} GROUP BY rule")))


def known_of(view: Path, manifest: Manifest, folder: Path, beside: Path) -> Known:
    """Return an earlier run of a view with what changed since; raises OtherEarlier for one of anything else.

    ``beside``: a folder where what does not fit into memory may stand meanwhile.
    """
    try:
        run = read_run(folder)
        unknown = len(manifest.changes) - len(manifest.before)  # how many changes were made before they were told apart
        place = manifest.before.index(run.of["source"]) + unknown
    except (FileNotFoundError, ValueError) as error:
        raise OtherEarlier(folder) from error
    changed = tuple(one.path(view, "superseded") for one in manifest.changes[place:])
    then = replace(manifest, changes=manifest.changes[:place])
    cases, rounds = (_rows(view, then, kind, changed) for kind in KINDS)
    return Known(folder, run, changed, cases, rounds, DuckDbEngine(folder=str(beside)))


def _rows(view: Path, then: Manifest, kind: Kind, changed: tuple[Path, ...]) -> str:
    """Return the query for the rows of some cases as a view had them."""
    case = DUCKDB.quoted(CASE)
    listed = f"WHERE {case} IN (SELECT {case} FROM {parquet(*changed)})"
    groups = (
        (one.cases if kind == "cases" else one.rounds, one.superseded)
        for one in then.groups(view, max(1, len(then.buckets)))
    )
    return " UNION ALL ".join(f"SELECT * FROM {rows_of_cases(*group)} {listed}" for group in groups)
