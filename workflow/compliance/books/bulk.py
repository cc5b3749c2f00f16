"""The workbooks of an audit in bulk: figures with their bases, rule by rule, every finding with what shows it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from workflow.compliance.books.gathered import OF_BOOKS, Figures, Gathered, Row, gather, gathered
from workflow.compliance.books.shelf import FOUND_HERE, Figure, check_shelf, figures, kind_of, notes, shelf
from workflow.compliance.lives import Life
from workflow.compliance.places import BRANCH
from workflow.compliance.rates import rates
from workflow.compliance.result import Result
from workflow.compliance.result_words import WORDS as LIVES
from workflow.compliance.ruled import RuleWords, rule_words, title_of
from workflow.compliance.sheets import Cell, Table, columns
from workflow.compliance.words import FORCE_NOTE, pick
from workflow.engine.hiding import Shown
from workflow.errors import Text
from workflow.law.kinds import Outcome
from workflow.law.model import Force
from workflow.law.words import OUTCOMES

NOBODY = Text("（未填）", "(none given)")
NOT_PROVED = Text(
    "按登记的日期和数字检查；材料是否齐全、内容是否属实，须查阅档案。",
    "Judged by the days and numbers on record; whether the papers are there and true has to be seen in the files.",
)

OWN_CASES = Text("本组织和下级组织的全部案卷", "all cases of this organization and those below it")
PAPER = Text(
    "工作底稿：列出每件案卷，不作隐去，只供本组织和检查机关使用，不作排名之用。",
    "A working paper: it lists every case and hides nothing, is for this organization and those who audit it, and "
    "ranks nobody.",
)


@dataclass(frozen=True, slots=True)
class Books:
    """Which workbooks are asked for. ``level``: of the organizations, as ``by_place`` has it."""

    folder: Path
    language: str
    level: int = BRANCH

    def check(self) -> None:
        """Refuse, before the work begins, a folder that could not be filled; raises NotWritten."""
        check_shelf(self.folder)


def write_books(result: Result, wanted: Books, source: str, remarks: Sequence[Text] = ()) -> int:
    """Write a workbook for every organization that has cases, and an index; return how many.

    ``source``: what was judged; ``remarks``: what a reader must know before relying on it.

    The rates by rule have bases where the runs were asked for them (``country``).

    Raises NoTree, TooManyBooks, NotWritten.
    """
    language, title = wanted.language, title_of(result.judged.parts)
    number = gather(result, wanted.level)
    words = _Words(rule_words(result.judged.parts), language, compared=result.compared is not None)
    lines = (title, *remarks, FORCE_NOTE, NOT_PROVED, PAPER)
    with shelf(wanted.folder, language, result.judged.as_of) as made:
        for one in gathered(result):
            name = one.figures.organization or NOBODY.of(language)
            tables = _tables(one, words, result.judged.as_of, lines)
            made.add(name, one.figures.above or "", one.figures.counted, tables)
        made.index(title.of(language), _of_all(result, words, source, made.whole()), remarks)
    return number


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of the rules in one language. ``compared``: findings have lives."""

    rules: RuleWords
    language: str
    compared: bool

    def pick(self, zh: str, en: str) -> str:
        return pick(self.language, zh, en)

    def of(self, text: Text) -> str:
        return text.of(self.language)

    def step(self, name: str) -> str:
        number, words = self.rules.step(name)
        return f"{number} {self.of(words)}" if number else self.of(words)


def _tables(one: Gathered, words: _Words, as_of: date, lines: Sequence[Text]) -> Iterator[Table]:
    """Yield the sheets of an organization, each to be written before the next is asked for."""
    yield _figures(one.figures, words, as_of)
    yield _by_rule(words, one.rules)
    yield _findings(words, words.pick("发现的问题", "Findings"), one.found)
    if words.compared:
        yield _findings(words, words.pick("这次未发现的", "Not found this time"), one.lost)
    yield notes(words.language, list(map(words.of, lines)))


def _figures(one: Figures, words: _Words, as_of: date) -> Table:
    rows: list[Figure] = [
        (Text("组织", "Organization"), one.organization or words.of(NOBODY), None, None),
        (Text("上级", "Above"), one.above, None, None),
        (Text("检查截止日", "As of"), as_of.isoformat(), None, None),
        (Text("案卷", "Cases"), one.cases, None, None),
        (Text("有问题的案卷", "Cases with findings"), one.people, one.cases, OWN_CASES),
        (Text("问题", "Findings"), one.findings, None, None),
        (kind_of(Force.HARD), one.hard, one.findings, FOUND_HERE),
        (kind_of(Force.SOFT), one.findings - one.hard, one.findings, FOUND_HERE),
        (Text("无法判断（既不算符合也不算违反）", "Undecided (neither kept nor broken)"), one.undecided, None, None),
    ]
    rows += [(LIVES[life], one.lives[life], None, None) for life in Life if life in one.lives]
    return figures(words.language, rows)


def _by_rule(words: _Words, rows: Iterator[Row]) -> Table:
    """Return the rules of an organization in the order of the procedure, each against how often it was decided."""
    order = {rule: place for place, rule in enumerate(words.rules.rules)}
    listed = sorted(rows, key=lambda row: (order.get(row[0], len(order)), row[0]))
    return _rules(words, listed)


def _rules(words: _Words, rows: Iterable[Row]) -> Table:
    head = columns(
        words.language, ("步骤", "Step", 24), ("规则代号", "Rule", 26), ("规定要求", "Demand", 50),
        ("依据", "Basis", 40),
        ("作出判断", "Decided", 10), ("违反", "Broken", 9), ("比例", "Share", 9), ("涉及案卷", "Cases", 9),
        ("无法判断", "Undecided", 10),
    )  # fmt: skip
    told = (
        (
            words.step(words.rules.step_of(rule)), rule, words.of(words.rules.now(rule).text),
            words.of(words.rules.now(rule).basis), decided, found, _share(found, decided), cases, undecided,
        )
        for rule, decided, found, cases, undecided in rows
    )  # fmt: skip
    return Table(words.pick("按规则统计", "By rule"), head, told, frozen=2, percent=frozenset({6}))


def _findings(words: _Words, title: str, rows: Iterator[Row]) -> Table:
    lives = [("情况", "Standing", 12), ("首次发现", "First seen", 11), ("销号", "Gone", 11)] if words.compared else []
    head = columns(
        words.language, ("案卷", "Case", 16), ("组织", "Organization", 26), ("步骤", "Step", 22), ("轮次", "Round", 6),
        ("程度", "Force", 9), ("怎样违反", "How", 12), ("规定要求", "Demand", 40), ("行为日", "Done on", 11),
        ("起算日", "Counted from", 11), ("期限", "Due", 11), ("超过天数", "Days over", 9), ("依据", "Article", 40),
        ("版本", "Edition", 11), ("代码", "Code", 13), ("规则代号", "Rule", 26), *lives,
    )  # fmt: skip
    return Table(title, head, (_finding(words, dict(zip(OF_BOOKS, row, strict=True))) for row in rows), frozen=1)


def _finding(words: _Words, row: dict[str, Any]) -> Sequence[Cell]:
    ruled = words.rules.of(row["rule"], row["edition"], row["article"])
    days = {key: _day(row[key]) for key in ("acted_on", "from_on", "due_on", "edition", "first_seen", "gone_on")}
    lives = (words.of(LIVES[Life(row["life"])]), days["first_seen"], days["gone_on"]) if words.compared else ()
    return (
        _text(row["case"]), _text(row["organization"]), words.step(row["step"]), row["round"],
        words.of(kind_of(Force(row["force"]))), OUTCOMES[Outcome(row["outcome"])].of(words.language),
        words.of(ruled.text), days["acted_on"], days["from_on"], days["due_on"], row["days_over"],
        words.of(ruled.basis) or _text(row["article"]), days["edition"], _text(row["code"]), _text(row["rule"]), *lives,
    )  # fmt: skip


def _of_all(result: Result, words: _Words, source: str, whole: Shown) -> Iterator[Table]:
    """Yield the sheets of the index: what was judged, and every rule over all organizations.

    ``whole``: the figures of all together as they are told; where they are hidden the rules are, too.
    """
    parts = result.judged.parts
    rows: list[Figure] = [
        (Text("来源", "Source"), source, None, None),
        (Text("检查截止日", "As of"), result.judged.as_of.isoformat(), None, None),
        (Text("案卷", "Cases"), whole.cases, None, None),
        (Text("问题", "Findings"), whole.findings, None, None),
        (Text("无法判断", "Undecided"), sum(part.run.undecidable for part in parts), None, None),
        (
            Text("无法重演、未审查的案卷", "Cases that could not be replayed"),
            sum(one.run.bad for one in parts),
            None,
            None,
        ),
    ]
    yield figures(words.language, rows)
    if whole.findings is not None:
        found = rates(parts)
        yield _rules(words, ((one.rule, one.decided, one.broken, one.cases, one.undecidable) for one in found))


def _share(part: int, base: int) -> float | None:
    return part / base if base else None


def _day(day: object) -> str | None:
    return day.isoformat() if isinstance(day, date) else None


def _text(value: object) -> str | None:
    return None if value is None else str(value)
