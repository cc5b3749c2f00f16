"""An audit of a view that was renewed: only the cases that changed are judged, the rest is taken from an earlier run.

The earlier run judged the view as it stood before one of its changes, by the same rules and as of the same day. Its
breaches are taken over but for those of the cases that changed since; its populations, less what these cases counted
for as they stood then. What comes of it is what an audit of all cases gives, file by file.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
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
from workflow.compliance.view_audit import Population, Populations, ViewAudit
from workflow.errors import Text, WorkflowError

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
    """An earlier run with the lists of the cases that changed since.

    ``cases``, ``rounds``: queries for these as they stood, empty where the view had none at all. ``engine``: copies
    what was found; whoever asked for it closes it.
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

    def begin(self, layout: Layout, as_of: date, run: Run, folder: Path) -> None:
        """Give a run, which is to stand in a folder, the populations of the earlier one less the changed cases'."""
        then = self._counted(layout, as_of, folder) if self.cases else Populations()
        run.cases = self.run.cases - then.cases
        for place, whole in self.run.populations.items():
            run.populations[place] = whole.less(then.clauses.get(place, Population()))

    def _counted(self, layout: Layout, as_of: date, folder: Path) -> Populations:
        """Return what the cases that changed counted for; what is kept meanwhile goes with its engine."""
        with closing(DuckDbEngine(folder=str(folder))) as engine:
            careful = rows_of(engine.dialect, careful=True)
            engine.keep(CASES, f"SELECT * FROM ({self.cases}) WHERE {careful}")  # of all others their marks tell enough
            engine.keep(ROUNDS, self.rounds)
            then = ViewAudit(engine, layout, as_of)
            then.part(CASES, ROUNDS)
            cases, *counted = next(engine.rows(Marks(layout).counting(f"({self.cases})", as_of)))
            then.populations.cases += cases
            then.populations.add(layout.clauses, counted)
            return then.populations

    def take_over(self, part: str, run: Run, folder: Path) -> None:
        """Write what the earlier run found in a part into a folder, but for the cases that changed."""
        for kind in ("undecided", "breaches"):
            path = folder / f"{kind}-{part}.parquet"
            found = self.folder / path.name
            left = rows_of_cases([found], self.changed, case="case")
            self.engine.write(words_listed(self.engine.connection, left, parquet(found)), path)
        run.add(part, dict(self.engine.rows(f"SELECT rule, COUNT(*) FROM {parquet(path)} GROUP BY rule")))


def known_of(view: Path, manifest: Manifest, folder: Path, beside: Path) -> Known:
    """Return an earlier run of a view with what changed since; raises OtherEarlier for one of anything else.

    Its engine is open then. ``beside``: the folder where that puts what does not fit into memory.
    """
    try:
        run = read_run(folder)
        unknown = len(manifest.changes) - len(manifest.before)  # how many changes were made before they were told apart
        place = manifest.before.index(run.of["source"]) + unknown
    except (FileNotFoundError, ValueError) as error:
        raise OtherEarlier(folder) from error
    changed = tuple(one.path(view, "superseded") for one in manifest.changes[place:])
    then = replace(manifest, changes=manifest.changes[:place])
    rows = (_rows(view, then, "cases", changed), _rows(view, then, "rounds", changed))
    return Known(folder, run, changed, *rows, DuckDbEngine(folder=str(beside)))


def _rows(view: Path, then: Manifest, kind: Kind, changed: tuple[Path, ...]) -> str:
    """Return the query for the rows of some cases as a view had them."""
    case = DUCKDB.quoted(CASE)
    listed = f"WHERE {case} IN (SELECT {case} FROM {parquet(*changed)})"
    groups = (
        (one.cases if kind == "cases" else one.rounds, one.superseded)
        for one in then.groups(view, max(1, len(then.buckets)))
    )
    return " UNION ALL ".join(f"SELECT * FROM {rows_of_cases(*group)} {listed}" for group in groups)
