"""The audit of many cases: part by part, what is broken written beside what it is to be seen against.

A run is a folder: ``breaches-….parquet`` a part, a row a breach, ``undecided-….parquet``, a row a verdict that
could not be made, where it is asked for ``bases-….parquet`` (``bases``), and ``run.json`` with what has been judged so
far. A run that was broken off goes on where it stopped; one of other cases, rules, parts or another day is refused.
DuckDB judges, unless another engine is given; what is found is the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, nullcontext
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path

from workflow.bulk.dialects import Dialect
from workflow.bulk.evidence import ACTED, COUNTED, DAYS, DUE, FROM, OVER, WORDING, Shown, unpacked_day
from workflow.bulk.layout import CASE, ROUND, STEP, BulkClause, Layout
from workflow.bulk.months import Months, month_named
from workflow.bulk.statement import VIOLATED
from workflow.bulk.totals import KEYS
from workflow.calendar import WorkingCalendar
from workflow.compliance.again import Known, known_of
from workflow.compliance.asking import asked_by
from workflow.compliance.bases import Grouping
from workflow.compliance.engines import FileEngine
from workflow.compliance.engines.duckdb import DuckDbEngine, rows_of_cases
from workflow.compliance.runs import Origin, Part, Run, begun_run, write_run
from workflow.compliance.view.manifest import OtherView, digest_of, read_manifest
from workflow.compliance.view_audit import BREACHES, NUMBERS, UNDECIDED, Population, ViewAudit
from workflow.errors import Text, WorkflowError

UNDATED = ""
TOGETHER = 4  # buckets judged at once: a million cases; planning a statement costs as much as judging 20,000 of them
UNTOLD = Origin()
TELLING = "telling"  # the temporary table of what a number says
NUMBERED = 4  # its columns that are numbers: before those of words, and the day of an edition
BASES = "bases"  # that of how often a rule was decided, by organization


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


def audit_parts(  # noqa: PLR0913 - what, how, where; the rest have defaults
    parts: Sequence[Part],
    layout: Layout,
    as_of: date,
    folder: Path,
    *,
    origin: Origin = UNTOLD,
    tell: Callable[[int, int], None] = lambda _done, _of: None,
    engine: FileEngine | None = None,
    by_month: bool = False,
    bases: Grouping | None = None,
    known: Known | None = None,
) -> Run:
    """Judge every part as of a day into ``folder`` and return the run; ``tell``: how many parts of how many.

    ``engine``: in the place of DuckDB; its temporary tables are let go at the end. ``by_month``: count verdicts by
    month, too, which takes half as long again; ``bases``: and by organization. ``known``: what is taken over from an
    earlier run. Raises OtherRun, and OtherEarlier where that run judged something else.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    rules = asked_by(layout)
    of = {"as_of": as_of.isoformat(), "source": origin.digest, "asked": _asked(layout, as_of, rules)}
    of["parts"] = " ".join(part.name for part in parts)
    of |= {"by": "month"} if by_month else {}
    of |= {"bases": "organization"} if bases else {}
    if known is not None:
        known.check(of)
        of |= {"earlier": known.run.of["source"]}  # its populations begin elsewhere: it goes on in the same way only
    run = begun_run(folder, of)
    engine = engine or DuckDbEngine(folder=str(folder))
    try:
        if run is None:
            run = Run(of, len(parts), rules, bad=origin.bad)
            if known is not None:
                known.begin(layout, as_of, run, folder)
        write_run(run, folder)
        beside = _Beside(engine, layout, run, Months(layout, engine.dialect) if by_month else None, bases)
        _tell_numbers(engine, layout)
        for place, part in enumerate(parts, start=1):
            if part.name not in run.done:
                if known is not None and part.name in known.run.done:
                    known.take_over(part.name, run, folder)
                else:
                    _judge(beside, as_of, part, folder)
                write_run(run, folder)
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
    at_once: int = TOGETHER,
    by_month: bool = False,
    bases: Grouping | None = None,
    earlier: Path | None = None,
) -> Run:
    """Judge a view, as ``workflow.compliance.view`` makes it, into a folder.

    ``engine``: in the place of DuckDB; ``at_once``: how many buckets it judges together. ``earlier``: the run of this
    view as it stood before it was renewed; what it found of the cases that did not change since is taken over.

    Raises OtherView for a view made under other definitions, LaterThanRecorded, OtherRun for a folder with another
    run, OtherEarlier, OSError for no view.
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
    known = known_of(view, manifest, earlier, folder) if earlier else None
    with closing(known.engine) if known else nullcontext():
        return audit_parts(
            parts, layout, as_of, folder,
            origin=origin, tell=tell, engine=engine, by_month=by_month, bases=bases, known=known,
        )  # fmt: skip


def _asked(layout: Layout, as_of: date, rules: Mapping[str, str]) -> str:
    """Return a digest of all that is asked of a case: the same rules as of the same day, and nothing else, have it.

    ``rules``: see ``asked_by``. By their places populations are told apart.
    """
    places = [(clause.place, clause.judged.rule.id) for clause in layout.clauses]
    return sha256(json.dumps([as_of.isoformat(), rules, places]).encode()).hexdigest()


@dataclass(slots=True)
class _Beside:
    """What is counted of each table of cases while its numbers are there: months and bases, if asked for."""

    engine: FileEngine
    layout: Layout
    run: Run
    months: Months | None
    bases: Grouping | None
    begun: bool = False  # the bases of the part at hand

    def __bool__(self) -> bool:
        """Tell whether anything is."""
        return self.months is not None or self.bases is not None

    def count(self, clauses: Sequence[BulkClause]) -> None:
        """Count the numbers of a table, which are of these clauses."""
        if self.months is not None:
            _add_months(self.engine, self.months, self.run, clauses)
        if self.bases is not None:
            put = self.engine.add if self.begun else self.engine.keep
            put(BASES, self.bases.counted(self.layout, clauses, NUMBERS, self.engine.dialect))
            self.begun = True

    def write(self, path: Path) -> None:
        """Write the bases of a part, and begin those of the next."""
        if self.begun:
            self.engine.write(f"SELECT * FROM {BASES}", path)
        self.begun = False


def _judge(beside: _Beside, as_of: date, part: Part, folder: Path) -> None:
    engine, layout, run = beside.engine, beside.layout, beside.run
    columns = beside.months.columns if beside.months else ()
    audit = ViewAudit(engine, layout, as_of, beside=columns, then=beside.count if beside else None)
    audit.part(part.cases, part.rounds)
    engine.write(_told(engine, layout, as_of, part), folder / f"breaches-{part.name}.parquet")
    engine.write(_undecided(part, engine.dialect), folder / f"undecided-{part.name}.parquet")
    beside.write(folder / f"bases-{part.name}.parquet")
    newest = f"(SELECT DISTINCT clause, number, rule FROM {TELLING})"
    counted = f"SELECT rule, COUNT(*) FROM {BREACHES} JOIN {newest} USING (clause, number) GROUP BY rule"
    by_rule: dict[str, int] = dict(engine.rows(counted))
    run.add(part.name, by_rule)
    run.cases += audit.populations.cases
    for place, one in audit.populations.clauses.items():
        run.populations.setdefault(place, Population()).add(one)


def _add_months(engine: FileEngine, months: Months, run: Run, clauses: Sequence[BulkClause]) -> None:
    rules = {clause.place: clause.judged.rule.id for clause in clauses}
    for place, month, decided, broken in engine.rows(months.counted(clauses, NUMBERS)):
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
                counted = int(outcome in COUNTED)
                rows.append((clause.place, VIOLATED + place, which, counted, *words, wording.basis, edition))
    names = ("clause", "number", "which", "counted", "rule", "step", "outcome", "code", "force", "article", "edition")
    listed = (engine.dialect.type_of(str(row[place]) for row in rows) for place in range(NUMBERED, len(names) - 1))
    kinds = (*["INTEGER"] * NUMBERED, *listed, "DATE")
    engine.load(TELLING, tuple(zip(names, kinds, strict=True)), rows)


def _told(engine: FileEngine, layout: Layout, as_of: date, part: Part) -> str:
    """Return the query for the breaches with words, days, article and edition."""
    dialect = engine.dialect
    places = {place for (place,) in engine.rows(f"SELECT DISTINCT clause FROM {BREACHES}")}
    shown = Shown(layout, as_of, dialect, places=places)
    columns = "".join(f", {sql} AS {column}" for column, sql in shown.columns().items())
    keys = ", ".join(map(dialect.quoted, KEYS))
    days = "".join(f", {unpacked_day(column, dialect)} AS {column}" for column in DAYS)
    packed = f"SELECT {keys}, clause, number{columns} FROM ({_broken(part, tuple(shown.read), dialect)}) broken"
    found = f"SELECT {keys}, clause, number, {WORDING}{days} FROM ({packed}) packed"
    organization, case, _, _ = map(dialect.quoted, KEYS)
    return (
        f"SELECT found.{organization} AS organization, found.{case} AS {dialect.quoted('case')}, rule, told.step,"
        f" {_round(dialect)} AS round, outcome, code,"
        f" force, {ACTED}, {FROM}, {DUE}, {shown.over('counted = 1')} AS {OVER}, article, edition"
        f" FROM ({found}) found JOIN {TELLING} AS told ON told.clause = found.clause AND told.number = found.number"
        f" AND told.which = found.{WORDING} {_latest(part, dialect)}"
    )


def _broken(part: Part, columns: Sequence[str], dialect: Dialect) -> str:
    """Return the query for BREACHES with columns of the row that each was found in: a case's own, or a round's."""
    organization, case, step, round_ = map(dialect.quoted, KEYS)
    own = f"SELECT b.{organization}, b.{case}, b.{step}, b.{round_}, clause, number"
    own += "".join(f", s.{column}" for column in columns)
    latest = f"{own} FROM {BREACHES} b JOIN {part.cases} s ON b.{case} = s.{case} WHERE b.{step} IS NULL"
    if part.rounds is None:
        return latest
    same = " AND ".join(f"b.{key} = s.{key}" for key in (case, step, round_))
    return f"{latest} UNION ALL {own} FROM {BREACHES} b JOIN {part.rounds} s ON {same}"


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
