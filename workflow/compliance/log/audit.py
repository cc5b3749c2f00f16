"""An event log judged: read into entries, made a table of cases, and asked every rule of a procedure.

All of it happens in a folder of its own, which goes with the run; what is broken is read from it while it is open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from importlib.resources.abc import Traversable
from pathlib import Path

import duckdb

from workflow.bulk.layout import Layout
from workflow.calendar import WorkingCalendar
from workflow.compliance.bases import Grouping
from workflow.compliance.country import audit_view
from workflow.compliance.engines.duckdb import parquet, write_parquet
from workflow.compliance.judged import Judged
from workflow.compliance.log.entries import Entries, LogCount
from workflow.compliance.log.naming import LogUnreadable, columns_of_log
from workflow.compliance.log.table import read_log
from workflow.compliance.progress import Report
from workflow.compliance.rates import Part, RuleRate, rates
from workflow.compliance.runs import Run
from workflow.compliance.view.build import Builder, Source
from workflow.compliance.view.tables import opened
from workflow.compliance.working_folder import working_folder
from workflow.errors import Text
from workflow.law.loader import Definitions, load_edition_file
from workflow.law.model import Edition, FieldDef, FieldType
from workflow.law.timeline import Law
from workflow.rules.formula import Column, Compare, Formula, OneOf, children
from workflow.rules.rulebook import Rulebook

MEMORY = "600MB"
TEXTS = (FieldType.TEXT, FieldType.PAPER)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line asks of a log. ``columns``: the names of columns by part; ``zone``: empty, the procedure's.

    ``as_of``: None, the last day that the log says, but no later than ``today``.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    zone: str = ""
    as_of: date | None = None
    other_steps: bool = True  # a step that the procedure does not know is reported
    by_month: bool = False
    bases: bool = False  # how often a rule was decided in each organization


@dataclass(frozen=True)
class LogAudit:
    """What came of it. ``folder``: where breaches, cases and bad rows stand as Parquet, while the run is open."""

    source: str
    procedure: Edition
    layout: Layout
    zone: str
    as_of: date
    count: LogCount
    bad: Mapping[str, int]  # by the word for what is wrong
    run: Run
    folder: Path

    @cached_property
    def rates(self) -> tuple[RuleRate, ...]:
        """Return every rule with its population: read of the breaches, which may be many, and so only once."""
        return rates(self.parts)

    @property
    def parts(self) -> tuple[Part, ...]:
        """Return all its cases: they are under one law."""
        return (Part(self.layout, self.run, self.folder / "run", self.folder / "view"),)

    @property
    def judged(self) -> Judged:
        """Return its tables, under the names that the log gives its cases."""
        return Judged(self.parts, self.as_of, self.folder / "cases.parquet")


def procedure_law(path: Traversable) -> Law:
    """Return the law of one file of steps and rules; raises DefinitionError, OSError, LogUnreadable for states."""
    edition, source = load_edition_file(path)
    if edition.states:
        raise LogUnreadable(
            Text(f"“{path.name}”有状态", f"“{path.name}” has states"),
            Text(
                "事件日志只按步骤和规则审查，请去掉 states",
                "a log is judged by steps and rules alone: leave states out",
            ),
        )
    return Law(Definitions(edition.procedure, [edition], sources={edition.edition.isoformat(): source}))


def in_bulk(law: Law) -> Layout:
    """Return the layout of a procedure; of texts that rules compare only sameness is kept, like that of people.

    Raises LogUnreadable where a rule asks for the words of a text.
    """
    layout = Layout(Rulebook(law, law.timeline()))
    edition = law.editions[-1]
    formulas = [formula for clause in layout.clauses for formula in clause.formulas]
    texts = {name for name, one in edition.fields.items() if one.type in TEXTS}
    worded = sorted(texts & {name for formula in formulas for name in _worded(formula)})
    if worded:
        shown = "、".join(worded)
        raise LogUnreadable(
            Text(f"规则要求文字 {shown} 的内容", f"rules ask for the words of {shown}"),
            Text("请把它写成 choice，并列出取值", "make it a choice and list its values"),
        )
    compared = texts & {name for formula in formulas for name in _compared(formula)}
    if not compared:
        return layout
    opaque = _retyped(edition, compared)
    again = Law(Definitions(opaque.procedure, [opaque], sources=law.definitions.sources))
    return Layout(Rulebook(again, again.timeline()))


def _worded(formula: Formula) -> Iterator[str]:
    """Yield the columns of which a formula asks whether they hold a certain word."""
    if isinstance(formula, OneOf) and isinstance(formula.of, Column) and any(one is not None for one in formula.values):
        yield formula.of.name
    for part in children(formula):
        yield from _worded(part)


def _compared(formula: Formula) -> Iterator[str]:
    """Yield the columns that a formula compares with others."""
    if isinstance(formula, Compare):
        yield from (side.name for side in (formula.left, formula.right) if isinstance(side, Column))
    for part in children(formula):
        yield from _compared(part)


def _retyped(edition: Edition, columns: set[str]) -> Edition:
    """Return an edition in which some texts are like people: the same or another, and no more."""

    def fields(part: str, of: Mapping[str, FieldDef]) -> dict[str, FieldDef]:
        number = {"type": FieldType.PERSON}
        return {key: one.model_copy(update=number) if f"{part}.{key}" in columns else one for key, one in of.items()}

    record = {part: fields(part, of) for part, of in edition.record.items()}
    steps = {
        name: step.model_copy(update={"evidence": fields(name, step.evidence)}) for name, step in edition.steps.items()
    }
    opaque = edition.model_copy(update={"steps": steps, "record": record})
    opaque.__dict__.pop("fields", None)  # computed of the old steps
    return opaque


@contextmanager
def audited_log(
    path: Path,
    law: Law,
    calendar: WorkingCalendar,
    asked: Asked,
    today: date,
    progress: Callable[[str], Report] = lambda _: lambda _done, _of: None,
) -> Iterator[LogAudit]:
    """Give the audit of a log; its folder is removed afterwards. ``progress``: starts a line for a part of the work.

    Raises LogUnreadable, OSError, duckdb.Error for a damaged Parquet file.
    """
    layout = in_bulk(law)
    edition = layout.book.newest
    with working_folder("jishi-log-") as folder:
        zone = asked.zone or edition.log.zone
        as_of, count, bad, cases = _entries(path, edition, zone, asked, today, folder)
        made = progress("排列 / laying out")
        source = Source([folder / "entries.parquet"], recorded_until=as_of)
        Builder(layout, calendar).build(source, folder / "view", lambda done: made(done.cases, cases))
        tell = progress("检查 / judging")
        bases = Grouping(parquet(folder / "cases.parquet")) if asked.bases else None
        months = asked.by_month
        run = audit_view(folder / "view", layout, calendar, as_of, folder / "run", tell, by_month=months, bases=bases)
        yield LogAudit(path.name, edition, layout, zone, as_of, count, bad, run, folder)


def _entries(
    path: Path, edition: Edition, zone: str, asked: Asked, today: date, folder: Path
) -> tuple[date, LogCount, Mapping[str, int], int]:
    """Write entries, cases and bad rows; return the day as of which is judged, the counts, what is wrong, the cases."""
    with opened(memory=MEMORY) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        _check_zone(connection, zone)
        columns = read_log(connection, path, lambda there: columns_of_log(there, edition, asked.columns))
        made = Entries(connection, edition, columns, zone)
        count = made.read(other_steps=asked.other_steps)
        as_of = asked.as_of or min(count.last or today, today)
        count = replace(count, later=made.write(folder, as_of))
        write_parquet(connection, "SELECT * FROM bad ORDER BY line", folder / "bad.parquet")
        bad = dict(connection.execute("SELECT why, count(*) FROM bad GROUP BY why ORDER BY why").fetchall())
        cases = int(connection.execute("SELECT count(*) FROM cases").fetchall()[0][0])
    return as_of, count, bad, cases


def _check_zone(connection: duckdb.DuckDBPyConnection, zone: str) -> None:
    known = connection.execute("SELECT count(*) FROM pg_timezone_names() WHERE name = ?", [zone]).fetchall()[0][0]
    if not known:
        raise LogUnreadable(
            Text(f"没有时区“{zone}”", f"there is no time zone “{zone}”"),
            Text("请写 Asia/Shanghai 之类的名称", "write a name such as Europe/Amsterdam"),
        )
