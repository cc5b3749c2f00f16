"""The audit of many cases: part by part, what is broken written beside what it is to be seen against.

A run is a folder: ``breaches-00001.parquet`` a part, a row a breach, ``undecided-00001.parquet``, a row a verdict that
could not be made, where it is asked for ``bases-00001.parquet`` (``bases``), and ``run.json`` with what has been judged
so far. A run that was broken off goes on where it stopped; one of other cases, rules, parts or another day is refused.
DuckDB judges, unless another engine is given; what is found is the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from workflow.bulk.dialects import DUCKDB, Dialect
from workflow.bulk.evidence import ACTED, DUE, FROM, OVER, WORDING, Shown
from workflow.bulk.layout import CASE, ORGANIZATION, ROUND, STEP, Layout
from workflow.bulk.months import Months, month_named
from workflow.bulk.statement import VIOLATED, judging
from workflow.calendar import WorkingCalendar
from workflow.compliance.asking import asked_by
from workflow.compliance.bases import Grouping
from workflow.compliance.engines import FileEngine
from workflow.compliance.engines.duckdb import DuckDbEngine, rows_of_cases
from workflow.compliance.files import PRIVATE, write_whole
from workflow.compliance.view.manifest import OtherView, digest_of, read_manifest
from workflow.compliance.view_audit import BREACHES, NUMBERS, UNDECIDED, Population, ViewAudit
from workflow.errors import Text, WorkflowError

RUN = "run.json"
UNDATED = ""
TELLING = "telling"  # the temporary table of what a number says
BASES = "bases"  # that of how often a rule was decided, by organization


class OtherRun(WorkflowError):  # noqa: N818 - errors are named as facts
    """The folder holds a run of something else."""

    def __init__(self, folder: Path) -> None:
        """Name the folder."""
        super().__init__(
            Text(f"{folder} 中是另一次审查的结果", f"{folder} holds another audit"),
            Text("请另选文件夹，或者清空后再运行", "choose another folder, or empty it first"),
        )


class LaterThanRecorded(WorkflowError):  # noqa: N818 - errors are named as facts
    """An audit as of a day of which the view does not know all: what was done since would count as not done."""

    def __init__(self, until: date) -> None:
        """Name the day until which it does."""
        super().__init__(
            Text(f"视图只含 {until} 及以前登记的内容", f"the view holds what was recorded until {until}"),
            Text(
                f"检查截止日最晚为 {until}，或者重新生成视图", f"audit it as of {until} at the latest, or make it anew"
            ),
        )


@dataclass(frozen=True, slots=True)
class Origin:
    """Where cases come from: a digest of it, and how many cases of it could not be replayed."""

    digest: str = ""
    bad: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """Cases and their earlier rounds, each as a table of the engine; ``name``: by which the run knows them."""

    name: str
    cases: str
    rounds: str | None = None


@dataclass(slots=True)
class Run:
    """What has been judged so far.

    ``of``: what tells this run from any other; ``parts``: how many there are; ``asked``: see ``asking``; ``done``:
    breaches by part; ``by_rule``: and by rule; ``bad``: cases that could not be replayed: no rule was asked of them;
    ``months``: by rule and month (UNDATED: none can be told) how many verdicts were made, and how many broken.
    """

    of: dict[str, str]
    parts: int = 0
    asked: dict[str, str] = field(default_factory=dict)
    done: dict[str, int] = field(default_factory=dict)
    by_rule: dict[str, int] = field(default_factory=dict)
    cases: int = 0
    bad: int = 0
    populations: dict[int, Population] = field(default_factory=dict)
    months: dict[str, dict[str, list[int]]] = field(default_factory=dict)

    @property
    def breaches(self) -> int:
        """Return how many were found."""
        return sum(self.done.values())

    @property
    def undecidable(self) -> int:
        """Return how many verdicts turn on what cannot be read."""
        return sum(one.undecidable for one in self.populations.values())


def audit_parts(  # noqa: PLR0913 - what, how, where; the rest have defaults
    parts: Sequence[Part],
    layout: Layout,
    as_of: date,
    folder: Path,
    *,
    origin: Origin = Origin(),
    tell: Callable[[int, int], None] = lambda _done, _of: None,
    engine: FileEngine | None = None,
    by_month: bool = False,
    bases: Grouping | None = None,
) -> Run:
    """Judge every part as of a day into ``folder`` and return the run; ``tell``: how many parts of how many.

    ``engine``: in the place of DuckDB; its temporary tables are let go at the end. ``by_month``: count verdicts by
    month, too, which takes half as long again; ``bases``: and by organization. Raises OtherRun.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    of = {"as_of": as_of.isoformat(), "source": origin.digest, "asked": _asked(layout, as_of)}
    of["parts"] = " ".join(part.name for part in parts)
    of |= {"by": "month"} if by_month else {}
    of |= {"bases": "organization"} if bases else {}
    run = _begun(folder, of) or Run(of, len(parts), asked_by(layout), bad=origin.bad)
    engine = engine or DuckDbEngine(folder=str(folder))
    beside = _Beside(engine, layout, run, Months(layout, engine.dialect) if by_month else None, bases)
    try:
        _write(run, folder)
        _tell_numbers(engine, layout)
        for place, part in enumerate(parts, start=1):
            if part.name not in run.done:
                _judge(beside, as_of, part, folder)
                _write(run, folder)
            tell(place, len(parts))
    finally:
        engine.close()
    return run


def audit_view(  # noqa: PLR0913 - the same
    view: Path,
    layout: Layout,
    calendar: WorkingCalendar,
    as_of: date,
    folder: Path,
    tell: Callable[[int, int], None] = lambda _done, _of: None,
    *,
    engine: FileEngine | None = None,
    at_once: int = 1,
    by_month: bool = False,
    bases: Grouping | None = None,
) -> Run:
    """Judge a view, as ``workflow.compliance.view`` makes it, into a folder.

    ``engine``: in the place of DuckDB; ``at_once``: how many buckets it judges together.

    Raises OtherView for a view made under other definitions, LaterThanRecorded, OtherRun for a folder with another
    run, OSError for no view.
    """
    manifest = read_manifest(view)
    if manifest.definitions != digest_of(layout, calendar):
        raise OtherView
    if manifest.recorded_until is not None and as_of > manifest.recorded_until:
        raise LaterThanRecorded(manifest.recorded_until)
    table = engine.files if engine else rows_of_cases
    parts = [
        Part(group.name, table(group.cases, group.superseded), table(group.rounds, group.superseded))
        for group in manifest.groups(view, at_once)
    ]
    origin = Origin(manifest.digest, len(manifest.bad))
    return audit_parts(
        parts, layout, as_of, folder, origin=origin, tell=tell, engine=engine, by_month=by_month, bases=bases
    )


def read_run(folder: Path) -> Run:
    """Return the run that a folder holds; raises FileNotFoundError."""
    stored: dict[str, Any] = json.loads((folder / RUN).read_text("utf-8"))
    populations = {int(place): Population(**one) for place, one in stored.pop("populations").items()}
    return Run(**stored, populations=populations)


def _write(run: Run, folder: Path) -> None:
    write_whole(folder / RUN, json.dumps(asdict(run), ensure_ascii=False).encode(), PRIVATE)


def _begun(folder: Path, of: dict[str, str]) -> Run | None:
    try:
        run = read_run(folder)
    except FileNotFoundError:
        return None
    if run.of != of:
        raise OtherRun(folder)
    return run


def _asked(layout: Layout, as_of: date) -> str:
    """Return a digest of all that is asked of a case: the same rules as of the same day, and nothing else, have it."""
    statements = [judging(layout.clauses, "cases", (), as_of, DUCKDB, careful=careful) for careful in (False, True)]
    return sha256("\n".join(statements).encode()).hexdigest()


@dataclass(slots=True)
class _Beside:
    """What is counted of each table of cases while its numbers are there: months and bases, if asked for."""

    engine: FileEngine
    layout: Layout
    run: Run
    months: Months | None
    bases: Grouping | None
    begun: bool = False  # the bases of the part at hand

    def count(self) -> None:
        """Count the numbers of a table."""
        if self.months is not None:
            _add_months(self.engine, self.layout, self.months, self.run)
        if self.bases is not None:
            put = self.engine.add if self.begun else self.engine.keep
            put(BASES, self.bases.counted(self.layout, NUMBERS, self.engine.dialect))
            self.begun = True

    def write(self, path: Path) -> None:
        """Write the bases of a part, and begin those of the next."""
        if self.begun:
            self.engine.write(f"SELECT * FROM {BASES}", path)
        self.begun = False


def _judge(beside: _Beside, as_of: date, part: Part, folder: Path) -> None:
    engine, layout, run = beside.engine, beside.layout, beside.run
    columns = beside.months.columns if beside.months else ()
    audit = ViewAudit(engine, layout, as_of, beside=columns, then=beside.count)
    audit.part(part.cases, part.rounds)
    engine.write(_told(layout, as_of, part, engine.dialect), folder / f"breaches-{part.name}.parquet")
    engine.write(_undecided(part, engine.dialect), folder / f"undecided-{part.name}.parquet")
    beside.write(folder / f"bases-{part.name}.parquet")
    newest = f"(SELECT DISTINCT clause, number, rule FROM {TELLING})"
    counted = f"SELECT rule, COUNT(*) FROM {BREACHES} JOIN {newest} USING (clause, number) GROUP BY rule"
    by_rule: dict[str, int] = dict(engine.rows(counted))
    run.done[part.name] = sum(by_rule.values())
    for rule, number in by_rule.items():
        run.by_rule[rule] = run.by_rule.get(rule, 0) + number
    run.cases += audit.populations.cases
    for place, one in audit.populations.clauses.items():
        run.populations.setdefault(place, Population()).add(one)


def _add_months(engine: FileEngine, layout: Layout, months: Months, run: Run) -> None:
    rules = {clause.place: clause.judged.rule.id for clause in layout.clauses}
    for place, month, decided, broken in engine.rows(months.counted(NUMBERS)):
        lines = run.months.setdefault(rules[place], {})
        line = lines.setdefault(month_named(month) if month else UNDATED, [0, 0])
        line[0] += decided
        line[1] += broken


def _tell_numbers(engine: FileEngine, layout: Layout) -> None:
    """Make the table that says which rule, step and way of breaking it a clause, a number and a wording mean."""
    rows: list[tuple[int | str, ...]] = []
    for clause in layout.clauses:
        rule, step = clause.judged.rule, clause.judged.step
        for place, (outcome, _) in enumerate(clause.judged.clause.broken):
            for which, (period, wording) in enumerate(rule.wordings):
                words = (rule.id, step, str(outcome), wording.code(outcome), str(wording.force_of(outcome)))
                edition = period.edition.edition.isoformat()
                rows.append((clause.place, VIOLATED + place, which, *words, wording.basis, edition))
    names = ("clause", "number", "which", "rule", "step", "outcome", "code", "force", "article", "edition")
    kinds = ("INTEGER", "INTEGER", "INTEGER", *["VARCHAR"] * 7)
    engine.load(TELLING, tuple(zip(names, kinds, strict=True)), rows)


def _told(layout: Layout, as_of: date, part: Part, dialect: Dialect) -> str:
    """Return the query for the breaches with words, days, article and edition."""
    shown = Shown(layout, as_of, dialect)
    columns = "".join(f", {sql} AS {column}" for column, sql in shown.columns().items())
    keys = list(map(dialect.quoted, (ORGANIZATION, CASE, STEP, ROUND)))
    days = ", ".join((*keys, *shown.days()))
    rows = " UNION ALL ".join(f"SELECT {days} FROM {table}" for table in (part.cases, part.rounds) if table)
    same = " AND ".join(f"b.{key} IS NOT DISTINCT FROM s.{key}" for key in keys)
    own = ", ".join(f"b.{key} AS {key}" for key in keys)
    found = f"SELECT {own}, clause, number{columns} FROM {BREACHES} b JOIN ({rows}) s ON {same}"
    organization, case, _, _ = keys
    return (
        f"SELECT found.{organization} AS organization, found.{case} AS {dialect.quoted('case')}, rule, told.step,"
        f" {_round(dialect)} AS round, outcome, code,"
        f" force, {ACTED}, {FROM}, {DUE}, {OVER}, article, CAST(edition AS DATE) AS edition"
        f" FROM ({found}) found JOIN {TELLING} AS told ON told.clause = found.clause AND told.number = found.number"
        f" AND told.which = found.{WORDING} {_latest(part, dialect)}"
    )


def _undecided(part: Part, dialect: Dialect) -> str:
    """Return the query for what could not be decided: the same four that a finding is known by."""
    steps = f"(SELECT DISTINCT clause, rule, step FROM {TELLING})"
    return (
        f"SELECT found.{dialect.quoted(CASE)} AS {dialect.quoted('case')}, rule, told.step, {_round(dialect)} AS round"
        f" FROM {UNDECIDED} found JOIN {steps} told ON told.clause = found.clause {_latest(part, dialect)}"
    )


def _round(dialect: Dialect) -> str:
    return f"COALESCE(found.{dialect.quoted(ROUND)}, later.ended + 1, 1)"


def _latest(part: Part, dialect: Dialect) -> str:
    """Return the join that says of the step of a finding how many of its rounds have ended: they are numbered from 1.

    The table of cases does not number the latest round; without a number what is said of it today would be taken for
    what is said of another round next month.
    """
    case, step, round_ = map(dialect.quoted, (CASE, STEP, ROUND))
    rounds = part.rounds or f"(SELECT * FROM {part.cases} WHERE 1 = 0)"
    columns = f"{case} AS of_case, {step} AS of_step, max({round_}) AS ended"
    ended = f"SELECT {columns} FROM {rounds} GROUP BY {case}, {step}"
    return f"LEFT JOIN ({ended}) later ON later.of_case = found.{case} AND later.of_step = told.step"
