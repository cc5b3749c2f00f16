"""The report of an audit in bulk: figures against their bases, what was asked beside them, and the first findings.

The parts are those of the report of a ledger. A country's findings do not fit on a page: the first stand there, and it
says how many there are and where the rest is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from workflow.compliance.audit import RuleCount
from workflow.compliance.files import check_target, whole
from workflow.compliance.lives import Life
from workflow.compliance.ours import check_replaced
from workflow.compliance.rates import rates
from workflow.compliance.report import beside, closing, opening, tables
from workflow.compliance.report.findings import COLUMNS, parts
from workflow.compliance.report.markup import Html, body, cell, dated, element, group_row, row, table
from workflow.compliance.report.opening import in_chinese
from workflow.compliance.report.page import page
from workflow.compliance.result import Result
from workflow.compliance.result_words import WORDS as LIVES
from workflow.compliance.ruled import RuleWords, rule_words, title_of
from workflow.compliance.spanning.told import Indicated
from workflow.compliance.words import FORCE_NOTE, FORCES, MARKS, branch_name, by_name, many, pick, step_label
from workflow.compliance.write import check_page
from workflow.errors import Text
from workflow.law.kinds import Outcome
from workflow.law.model import Force
from workflow.law.words import OUTCOMES

Found = Mapping[str, Any]  # a finding of the list, by column
MOST = 500  # findings that stand on the page
STATEMENTS = (
    *closing.STATEMENTS[:2],
    Text(
        "“比例”是违反数与作出判断的次数之比；期限未到的和无法判断的不在其中。",
        "The rate is how often a rule was broken of how often it was decided: what still runs or is undecidable is not "
        "in it.",
    ),
    Text(
        "按登记的日期和数字检查；材料是否齐全、内容是否属实，须查阅档案。",
        "Judged by the days and numbers on record; whether the papers are there and true has to be seen in the files.",
    ),
)
SAID = ("硬性 ■", "软性 ▲", "无法判断 ○", "适用")  # of the glossary
DAYS = (
    ("acted_on", Text("行为日 ", "done on ")),
    ("from_on", Text("起算日 ", "counted from ")),
    ("due_on", Text("期限 ", "due ")),
)


@dataclass(frozen=True, slots=True)
class Told:
    """An audit in bulk as it is told to people. ``notes``: what a reader must know before relying on it."""

    result: Result
    source: str
    notes: tuple[Text, ...] = ()
    indicated: tuple[Indicated, ...] = ()


@dataclass(frozen=True, slots=True)
class _Totals:
    cases: int
    concerned: int
    hard: int
    soft: int
    undecided: int
    bad: int


def check_bulk_page(path: Path) -> None:
    """Refuse, before the work begins, a page that could not be written; raises NotWritten."""
    check_page(path)
    check_target(path)
    check_replaced(path)


def write_bulk_page(told: Told, path: Path, language: str) -> None:
    """Write the report as one file that needs nothing else; raises NotWritten."""
    check_bulk_page(path)
    data = render_bulk(told, language).encode()
    with whole(path) as file:
        file.write(data)


def render_bulk(told: Told, language: str) -> str:
    """Return the report in one language."""
    judged = told.result.judged
    title = title_of(judged.parts).of(language)
    words, totals = rule_words(judged.parts), _totals(told.result)
    editions = {period.edition.edition: period.edition for part in judged.parts for period in part.layout.book.periods}
    laws = [f"{one.title.of(language)}（{day}）" if language == "zh" else f"{one.title.of(language)} ({day})"
            for day, one in sorted(editions.items())]  # fmt: skip
    sections = [
        ("since", pick(language, "与上次相比", "Since the earlier"), beside.since(told.result.compared, language)),
        ("rules", pick(language, "按规定统计", "By rule"), _rules(told.result, words, language)),
        ("places", pick(language, "按组织统计", "By organization"), beside.places(told.result.places, language)),
        ("months", pick(language, "按月统计", "By month"), beside.months(told.result.trend, language)),
        ("together", pick(language, "线索", "Indications"), beside.indications(told.indicated, language)),
        ("findings", pick(language, "发现的问题", "Findings"), _findings(told.result, words, totals, language)),
        ("how", pick(language, "怎样检查", "How it was judged"), _how(language)),
        ("words", pick(language, "用语", "Words"), _glossary(language)),
    ]  # fmt: skip
    there = [(name, what, shown) for name, what, shown in sections if shown]
    return page(
        language,
        f"{opening.heading(language)} · {title} · {judged.as_of}",
        opening.headed(in_chinese(told.source, language), judged.as_of, laws, language),
        _result(told, totals, language),
        opening.ways(((name, what) for name, what, _ in there), language),
        *(shown for _, _, shown in there),
    )


def _totals(result: Result) -> _Totals:
    runs = [part.run for part in result.judged.parts]
    grave = "count(*) FILTER (force = 'hard'), count(*) FILTER (force <> 'hard')"
    query = f"SELECT count(DISTINCT place), {grave} FROM {result.judged.findings()}"  # noqa: S608 - tables of our own
    concerned, hard, soft = result.connection.execute(query).fetchall()[0]
    undecided, bad = sum(run.undecidable for run in runs), sum(run.bad for run in runs)
    return _Totals(sum(run.cases for run in runs), concerned, hard, soft, undecided, bad)


def _result(told: Told, totals: _Totals, language: str) -> Html:
    found = totals.hard + totals.soft
    names = {force: f"{MARKS[force]} {FORCES[force].of(language)}" for force in Force}
    kinds = pick(language, "问题", " findings")
    shown = opening.figures((
        ("", pick(language, "检查案卷", "cases judged"), totals.cases),
        ("", pick(language, "有问题的案卷", "cases with findings"), totals.concerned),
        ("hard", names[Force.HARD] + kinds, totals.hard),
        ("soft", names[Force.SOFT] + kinds, totals.soft),
        ("open", pick(language, "◇ 未能审查的案卷", "◇ cases not judged"), totals.bad),
        ("open", pick(language, "○ 无法判断", "○ undecided"), totals.undecided),
    ))  # fmt: skip
    clean = not (found or totals.bad or totals.undecided or told.notes)
    return opening.concluded(
        _sentence(totals, told, language), _notes(told, totals, language), shown, language, clean=clean
    )


def _sentence(totals: _Totals, told: Told, language: str) -> str:
    day, found = told.result.judged.as_of, totals.hard + totals.soft
    zh = f"截至 {day}：检查 {totals.cases:,} 份案卷，"
    zh += f"其中 {totals.concerned:,} 份有问题，共 {found:,} 条。" if found else "没有发现问题。"
    en = f"As of {day}: {many(totals.cases, 'case')} judged, "
    en += f"{many(found, 'finding')} in {totals.concerned} of them." if found else "no findings."
    return pick(language, zh, en)


def _notes(told: Told, totals: _Totals, language: str) -> Iterator[str]:
    if totals.bad:
        yield pick(
            language,
            f"◇ 检查不完整：{totals.bad:,} 份案卷无法重演，没有检查。",
            f"◇ Incomplete: {many(totals.bad, 'case')} could not be replayed and were not judged.",
        )
    if totals.undecided:
        yield pick(
            language,
            f"○ {totals.undecided:,} 项因没有登记或者读不出而无法判断，既不算违反也不算符合。",
            f"○ {many(totals.undecided, 'point')} could not be decided, for something is not on record or "
            f"cannot be read: neither kept nor broken.",
        )
    yield from (note.of(language) for note in told.notes)


def _rules(result: Result, words: RuleWords, language: str) -> Html:
    counts = [
        RuleCount(
            code=one.rule, step=words.step(words.step_of(one.rule))[0], rule=one.rule, text=one.text,
            basis=words.now(one.rule).basis, applied=one.decided, violated=one.broken, undecidable=one.undecidable,
        )
        for one in rates(result.judged.parts)
    ]  # fmt: skip
    caption = pick(
        language,
        "“适用”是这条规定适用并且作出判断的次数，“比例”是其中违反的份额；有违反的行以粗线和粗体标出。依据栏写现行条文。",
        "“Judged” counts how often the rule applied and could be decided, “rate” the share that broke it; rows with a "
        "breach have a thick line and bold figures. The articles are those in force now.",
    )
    return tables.rules(counts, dict(words.steps.values()), caption, language)


def _findings(result: Result, words: RuleWords, totals: _Totals, language: str) -> Html:
    """Return the first findings by organization and case; one without any is told what that means."""
    title, found = pick(language, "发现的问题", "Findings"), totals.hard + totals.soft
    if not found:
        return tables.section("findings", title, element("p", pick(language, "没有发现问题。", "Nothing was found.")))
    shown = (_organization(name, of, words, language) for name, of in _by_organization(result))
    more = pick(
        language,
        f"按案卷次序列出前 {MOST} 条，共 {found:,} 条；其余见清单或者各组织的工作簿。",
        f" The first {MOST} of {found:,} in the order of cases: the others stand in the list and the workbooks.",
    )
    note = FORCE_NOTE.of(language) + (more if found > MOST else "")
    return tables.section("findings", title, element("p", note), *shown)


def _by_organization(result: Result) -> Iterator[tuple[tuple[str, str], list[Found]]]:
    """Yield the first findings by organization, in the order of names: its name, and what it stands below.

    What stands above an organization is told where another on the page has the same name.
    """
    rows = result.first(MOST)
    where = result.organizations(one["case"] for one in rows)
    of: dict[tuple[str, str, int], list[Found]] = {}
    for one in rows:
        unit, above = where.get(str(one["case"]), (None, None))
        of.setdefault((_name(one["organization"]), above or "", unit or 0), []).append(one)
    same = Counter(name for name, _, _ in of)
    for name, above, unit in sorted(of, key=lambda key: (by_name(key[0]), by_name(key[1]), key[2])):
        yield (name, above if same[name] > 1 else ""), of[name, above, unit]


def _organization(place: tuple[str, str], found: list[Found], words: RuleWords, language: str) -> Html:
    columns = tables.headers(language, *COLUMNS)
    bodies = (
        body(
            group_row(len(columns), element("span", str(case), class_="who")),
            *(_finding(one, words, language) for one in of),
        )
        for case, of in groupby(found, key=lambda one: one["case"])
    )
    name, above = branch_name(place[0], language), place[1]
    head = in_chinese(f"{name} · {above}" if above else name, language)
    caption = pick(language, f"{len(found)} 条", many(len(found), "finding"))
    return element("section", element("h3", head), table("findings bulk", caption, columns, *bodies), class_="branch")


def _finding(one: Found, words: RuleWords, language: str) -> Html:
    ruled = words.of(one["rule"], one["edition"], one["article"])
    number, step = words.step(one["step"])
    remedy = ruled.remedy.of(language) if ruled.remedy else pick(language, "核对档案", "check the files")
    return row(
        cell(tables.force_mark(Force(one["force"]), language), " ", element("code", one["code"] or one["rule"])),
        cell(
            element("span", step_label(number, {number: step}, language), class_="step"), " ", ruled.text.of(language)
        ),
        cell(*parts(_evidence(one, language), pick(language, "；", "; ")), class_="evidence"),
        cell(dated(ruled.basis.of(language) or str(one["article"])), class_="basis"),
        cell(remedy),
    )


def _evidence(one: Found, language: str) -> str:
    """Return what shows a breach: how it is broken, the days, and since when it is known."""
    said = [OUTCOMES[Outcome(one["outcome"])].of(language)]
    said += [words.of(language) + one[key].isoformat() for key, words in DAYS if one[key]]
    if one["days_over"]:
        said.append(pick(language, f"超过 {one['days_over']} 天", f"{many(one['days_over'], 'day')} over"))
    if (life := one.get("life")) is not None:
        first = one["first_seen"]
        said.append(LIVES[Life(life)].of(language) + pick(language, f"，首次发现 {first}", f", first seen {first}"))
    return pick(language, "；", "; ").join(said)


def _how(language: str) -> Html:
    return tables.section("how", pick(language, "怎样检查", "How it was judged"), closing.said(STATEMENTS, language))


def _glossary(language: str) -> Html:
    return closing.words([pair for pair in closing.GLOSSARY if pair[0].zh in SAID], language)


def _name(organization: object) -> str:
    return "" if organization is None else str(organization)
