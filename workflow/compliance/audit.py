"""Judge every case of a ledger: findings, what could not be read, what could not be judged, and how much was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from workflow.calendar import WorkingCalendar
from workflow.case.facts import SomeoneNotFull, SomeonePenalised
from workflow.case.values import ABSENT, UNREADABLE, Value
from workflow.compliance.cases import LedgerCases
from workflow.compliance.finding import Finding
from workflow.compliance.names import NameHider
from workflow.errors import Text
from workflow.law.kinds import WorkingDays
from workflow.law.model import Edition, Force
from workflow.law.timeline import Law, Period
from workflow.ledger import CellProblem, Ledger, LedgerRow
from workflow.plain import name_key
from workflow.rules.explain import Explainer, basis_text
from workflow.rules.rulebook import Judged, Rulebook
from workflow.rules.verdict import Verdict, VerdictState

Progress = Callable[[int, int], None]
STRIDE = 200
OF_LEDGERS = "ledger conventions"  # in the basis of a convention


@dataclass(frozen=True, slots=True)
class RuleCount:
    """One code at one step over all cases: how many cases it applied to, and what came of it."""

    code: str
    step: int
    rule: str
    text: Text
    basis: Text
    applied: int
    violated: int
    undecidable: int


@dataclass(frozen=True, slots=True)
class Undecidable:
    """A rule that could not be judged for one row, and the cells on which it turns."""

    row: int
    person: str
    branch: str
    code: str
    step: int
    missing: tuple[str, ...]  # headers


@dataclass(frozen=True, slots=True)
class Audit:
    """The result of one run. With ``names_hidden`` no name of a person stands anywhere in it; branches are numbered."""

    title: Text
    source: str  # name of the file, empty when names are hidden: a file may be named after a person
    as_of: date
    periods: tuple[Period, ...]  # which edition, with which overlays, was law on which days; oldest first
    people: int
    branches: Mapping[str, int]  # cases a branch
    findings: tuple[Finding, ...]
    counts: tuple[RuleCount, ...]
    undecidable: tuple[Undecidable, ...]
    problems: tuple[CellProblem, ...]
    not_kept: tuple[Text, ...]  # rules of which the source keeps no record
    absent: tuple[str, ...]  # sheets and headers of the form that the file does not have
    estimated: bool  # a working day was counted in a year whose calendar is not published (暂估)
    names_hidden: bool = False
    local: Mapping[str, Text] = field(default_factory=dict)  # titles of the overlays in the periods
    conventions: tuple[Text, ...] = ()  # how it was judged where the text of the law is silent
    of_branches: Mapping[str, Mapping[tuple[str, int], int]] = field(default_factory=dict)  # applied, by code and step
    whose: tuple[str | None, ...] = ()  # of each problem the branch in whose row it stands; None: it concerns all

    @property
    def editions(self) -> tuple[Edition, ...]:
        """Return the edition of each period."""
        return tuple(period.edition for period in self.periods)

    @property
    def hard(self) -> int:
        """Return how many findings are hard."""
        return sum(finding.force is Force.HARD for finding in self.findings)

    @property
    def complete(self) -> bool:
        """Tell whether all that the form asks for stands in the source and could be read, and every verdict be made."""
        return not (self.problems or self.absent or self.undecidable)

    def check_pseudonymous(self, *, pseudonymous: bool) -> None:
        """Raise ValueError where it holds names and is to be handed out without: they stand in its evidence."""
        if pseudonymous and not self.names_hidden:
            raise ValueError("the audit holds names: make it with hide_names=True to hand it out without")


@dataclass(slots=True)
class _Totals:
    applied: Counter[tuple[str, int]] = field(default_factory=Counter)
    violated: Counter[tuple[str, int]] = field(default_factory=Counter)
    undecidable: Counter[tuple[str, int]] = field(default_factory=Counter)
    of_branches: dict[str, Counter[tuple[str, int]]] = field(default_factory=dict)
    shown: dict[tuple[str, int], Judged] = field(default_factory=dict)
    noted: set[Judged] = field(default_factory=set)
    not_kept: dict[str, Text] = field(default_factory=dict)
    estimated: bool = False


class LedgerAudit:
    """One run over one ledger."""

    def __init__(
        self,
        ledger: Ledger,
        book: Rulebook,
        calendar: WorkingCalendar,
        as_of: date,
        *,
        hide_names: bool = False,
        law: Law | None = None,
    ) -> None:
        """Take the ledger as read and the rules; days are judged as of ``as_of``, the whole file is used.

        ``hide_names``: the audit holds no name of a person. ``law``: where the report finds the titles of overlays and
        the conventions; without it overlays go by their ids.
        """
        self.ledger, self.book, self.as_of, self.calendar = ledger, book, as_of, calendar
        self.cases = LedgerCases(ledger, book, calendar)
        numbers = book.builder.numbers
        self.keys = {  # code and step of what each rule can find; what has no code is no matter for an audit
            judged: tuple((code, numbers.get(judged.step, 0)) for code in sorted(judged.rule.codes))
            for judged in book.judged
            if judged.rule.codes
        }
        self.headers = {column.column: column.header for column in ledger.form.columns}
        self.explainer = Explainer(book, self.headers, hide_names=hide_names)
        self.hider = NameHider(ledger) if hide_names else None
        self.law = law
        self.people = {fact.name for fact in book.builder.facts if isinstance(fact, SomeoneNotFull | SomeonePenalised)}
        self.behind: dict[tuple[str, ...], tuple[frozenset[str], tuple[str, ...], bool]] = {}
        self.totals = _Totals()

    def run(self, source: str, progress: Progress | None = None) -> Audit:
        """Judge every row of ``source`` (its name, for the report); ``progress`` hears how many of how many."""
        findings: list[Finding] = []
        undecidable: list[Undecidable] = []
        branch_of: dict[int, str] = {}
        rows = self.ledger.rows
        for number, row in enumerate(rows, start=1):
            columns = self.cases.columns(row)
            branch_of[row.row] = self._branch(columns)
            findings.extend(self._row(row, columns, undecidable))
            if progress and (number % STRIDE == 0 or number == len(rows)):
                progress(number, len(rows))
        return Audit(
            title=self.ledger.form.title,
            source="" if self.hider else source,
            as_of=self.as_of,
            periods=self.book.periods,
            people=len(rows),
            branches=dict(Counter(branch_of.values())),
            findings=tuple(sorted(findings, key=lambda finding: finding.order)),
            counts=tuple(self._counts()),
            undecidable=tuple(undecidable),
            problems=tuple(map(self.hider.problem, self.ledger.problems)) if self.hider else self.ledger.problems,
            not_kept=tuple(dict.fromkeys(self.totals.not_kept.values())),
            absent=self._absent(),
            estimated=self.totals.estimated,
            names_hidden=self.hider is not None,
            local=self._local(),
            conventions=self._conventions(),
            of_branches=self.totals.of_branches,
            whose=tuple(self._whose(branch_of)),
        )

    def _whose(self, branch_of: Mapping[int, str]) -> Iterable[str | None]:
        """Yield of each cell that could not be read the branch of its row; None for those of the roster."""
        form = self.ledger.form.roster
        roster = name_key(form.sheet) if form else None
        for problem in self.ledger.problems:
            yield None if name_key(problem.sheet) == roster else branch_of.get(problem.row)

    def _absent(self) -> tuple[str, ...]:
        form = self.ledger.form
        roster = (form.roster.sheet,) if form.roster and self.ledger.roster is None else ()
        return (*roster, *(header for name, header in self.headers.items() if name in self.ledger.absent))

    def _local(self) -> Mapping[str, Text]:
        names = dict.fromkeys(name for period in self.book.periods for name in period.edition.overlays)
        overlays = self.law.overlays(names) if self.law else ()
        return {overlay.overlay: Text(overlay.title.zh, overlay.title.en) for overlay in overlays}

    def _conventions(self) -> tuple[Text, ...]:
        """Return the conventions that concern ledgers: those that name a point of the ledger conventions."""
        known = self.law.definitions.conventions.values() if self.law else ()
        return tuple(Text(convention.zh, convention.en) for convention in known if OF_LEDGERS in convention.basis)

    def _row(self, row: LedgerRow, columns: dict[str, Value], undecidable: list[Undecidable]) -> Iterable[Finding]:
        found: dict[tuple[str, int], Finding] = {}
        applied: set[tuple[str, int]] = set()
        for judged, keys in self.keys.items():
            verdict = judged.judge(columns, self.as_of)
            if verdict.state is VerdictState.NOT_APPLICABLE:
                continue
            if verdict.state is VerdictState.VIOLATED:
                finding = self._finding(row, judged, verdict, columns)
                key = (finding.code, finding.step)
                if key not in found or found[key].force is Force.SOFT:
                    found[key] = finding
            elif verdict.state is VerdictState.UNDECIDABLE:
                self._undecided(row, judged, columns, undecidable)
                continue
            self.totals.estimated = self.totals.estimated or self._estimated(judged, columns)
            applied.update(keys)
            self._note(judged)
        self.totals.applied.update(applied)
        self.totals.of_branches.setdefault(self._branch(columns), Counter()).update(applied)
        self.totals.violated.update(found.keys())
        return found.values()

    def _note(self, judged: Judged) -> None:
        if judged not in self.totals.noted:
            self.totals.noted.add(judged)
            for key in self.keys[judged]:
                self.totals.shown.setdefault(key, judged)

    def _estimated(self, judged: Judged, columns: Mapping[str, Value]) -> bool:
        """Tell whether working days were counted in a year whose calendar is not published (暂估)."""
        demand = judged.rule.definition.demand
        if not isinstance(demand, WorkingDays):
            return False
        start, end = columns[demand.start], columns[demand.end]
        return isinstance(start, date) and isinstance(end, date) and self.calendar.estimated(start, end)

    def _person(self, row: LedgerRow) -> str:
        return "" if self.hider else row.person

    def _branch(self, columns: Mapping[str, Value]) -> str:
        """Return the branch, empty when blank or unreadable."""
        branch = columns["case.branch"]
        if not isinstance(branch, str):
            return ""
        return self.hider.branch(branch) if self.hider else branch

    def _number(self, judged: Judged) -> int:
        return self.book.builder.numbers.get(judged.step, 0)

    def _finding(self, row: LedgerRow, judged: Judged, verdict: Verdict, columns: Mapping[str, Value]) -> Finding:
        assert verdict.outcome is not None  # noqa: S101 - a violated verdict names its outcome
        period, wording = judged.rule.wording_on(judged.governing_on(columns, self.as_of))
        remedy = wording.remedy
        return Finding(
            row=row.row,
            person=self._person(row),
            branch=self._branch(columns),
            code=wording.code(verdict.outcome),
            step=self._number(judged),
            force=wording.force_of(verdict.outcome),
            rule=judged.rule.id,
            round=verdict.round,
            outcome=verdict.outcome,
            basis=basis_text(period, wording),
            what=Text(wording.text.zh, wording.text.en),
            evidence=self.explainer.evidence(judged, verdict, columns, self.as_of),
            remedy=Text(remedy.zh, remedy.en) if remedy else None,
            edition=period.edition.edition,
            due=verdict.due,
        )

    def _undecided(self, row: LedgerRow, judged: Judged, columns: Mapping[str, Value], into: list[Undecidable]) -> None:
        """Tell a rule that this kind of ledger can never show from one that an unreadable cell hides."""
        behind, direct, people = self._behind(judged.missing(columns))
        unkept = any(columns[name] is ABSENT for name in direct)
        if unkept or (people and self.ledger.roster is None):
            text = judged.rule.definition.text
            self.totals.not_kept[judged.rule.id] = Text(text.zh, text.en)
            return
        unread = tuple(
            header for name, header in self.headers.items() if name in behind and columns[name] is UNREADABLE
        )
        roster = (self.ledger.form.roster.sheet,) if people and self.ledger.form.roster else ()
        self._note(judged)
        for code, step in self.keys[judged]:
            self.totals.undecidable[code, step] += 1
            into.append(Undecidable(row.row, self._person(row), self._branch(columns), code, step, unread or roster))

    def _behind(self, missing: tuple[str, ...]) -> tuple[frozenset[str], tuple[str, ...], bool]:
        """Return the recorded columns behind ``missing``, those of them that can be absent, and if people are meant.

        Whether a step was reached never turns on what is absent. Most rows miss the same: it is looked up once.
        """
        if missing not in self.behind:
            evidence = self.book.builder.evidence
            self.behind[missing] = (
                frozenset(inner for name in missing for inner in evidence(name)),
                tuple(inner for name in missing for inner in evidence(name, reached=False)),
                any(name in self.people for name in missing),
            )
        return self.behind[missing]

    def _counts(self) -> Iterable[RuleCount]:
        totals = self.totals
        for key in sorted(totals.shown, key=lambda key: (key[1], key[0])):
            judged = totals.shown[key]
            period, wording = judged.rule.wording_on(self.as_of)
            yield RuleCount(
                code=key[0],
                step=key[1],
                rule=judged.rule.id,
                text=Text(wording.text.zh, wording.text.en),
                basis=basis_text(period, wording),
                applied=totals.applied[key],
                violated=totals.violated[key],
                undecidable=totals.undecidable[key],
            )
