"""How the report begins: what was judged, when, by which law; the result; the figures; the way to the rest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from workflow.compliance.audit import Audit
from workflow.compliance.report.markup import Html, dated, element, joined
from workflow.compliance.words import (
    ESTIMATED,
    FORCES,
    MARKS,
    NAMES_HIDDEN,
    law_line,
    people_concerned,
    pick,
    result_sentence,
)  # fmt: skip
from workflow.law.model import Force


def heading(language: str) -> str:
    """Return the title of every report."""
    return pick(language, "发展党员程序检查报告", "Audit of the procedure of admitting Party members")


def in_chinese(text: str, language: str) -> Html | str:
    """Return a text of the ledger; on a page in another language it is marked as Chinese."""
    return text if language == "zh" else element("span", text, lang="zh-CN")


def header(audit: Audit, language: str) -> Html:
    """Return the title and what was judged, as of when, under which law."""
    hidden = element("em", pick(language, "（文件名已隐去）", "(name of the file left out)"))
    source = in_chinese(audit.source, language) if audit.source else hidden
    what = joined([audit.title.of(language), pick(language, "：", ": "), source])
    return headed(what, audit.as_of, (law_line(audit, period, language) for period in audit.periods), language)


def headed(what: Html | str, as_of: date, laws: Iterable[str], language: str) -> Html:
    """Return the title of a report and what it is of."""
    facts = (
        (pick(language, "检查对象", "What"), what),
        (pick(language, "检查截止日", "As of"), dated(as_of.isoformat())),
        (pick(language, "依据", "Law"), element("ul", *(element("li", dated(law)) for law in laws))),
    )
    listed = (element("div", element("dt", name), element("dd", fact)) for name, fact in facts)
    return element("header", element("h1", heading(language)), element("dl", *listed, class_="facts"))


def result(audit: Audit, language: str) -> Html:
    """Return the result in words, what limits it, and its figures."""
    clean = not audit.findings and audit.complete
    return concluded(
        result_sentence(audit, language), _notes(audit, language), _figures(audit, language), language, clean=clean
    )


def concluded(sentence: str, notes: Iterable[str], numbers: Html, language: str, *, clean: bool) -> Html:
    """Return a result; ``clean``: nothing was found and everything could be judged."""
    return element(
        "section",
        element("h2", pick(language, "结论", "Result")),
        element("p", dated(sentence), class_="sentence clean" if clean else "sentence"),
        *(element("p", note, class_="note") for note in notes),
        numbers,
        id="result",
    )


def _notes(audit: Audit, language: str) -> Iterator[str]:
    """Yield what a reader must know before relying on the figures."""
    if audit.absent:
        names = "、".join(audit.absent)
        yield pick(
            language,
            f"◇ 检查不完整：文件中没有“{names}”，与之有关的规定没有检查。",
            f"◇ Incomplete: the file has no “{names}”. The rules that turn on it were not judged.",
        )
    if audit.problems:
        yield pick(
            language,
            "◇ 检查不完整：有单元格读不出，与之有关的规定没有判断，既不算违反也不算符合。改正这些单元格后请再查一次。",
            "◇ Incomplete: some cells could not be read. What turns on them was not judged, neither as kept nor as "
            "broken. Correct them and run the audit again.",
        )
    if audit.estimated:
        yield ESTIMATED.of(language)
    if audit.names_hidden:
        yield NAMES_HIDDEN.of(language)
    if audit.people and not audit.findings:
        yield pick(
            language,
            "凡这本台账记载、并且能够判断的规定都已逐人检查。纸质材料是否齐全、内容是否属实，仍须查阅档案。",
            "Every rule that this ledger shows and that could be decided was judged for everybody. Whether the papers "
            "are there and true still has to be seen in the files.",
        )
    if not audit.people:
        yield pick(
            language,
            "台账没有带序号的行。请确认“序号”列填了整数，并且选对了工作簿。",
            "No row of the ledger carries a number. Please check the column 序号, and that this is the right workbook.",
        )


def _figures(audit: Audit, language: str) -> Html:
    soft = len(audit.findings) - audit.hard
    hard_name, soft_name = FORCES[Force.HARD].of(language), FORCES[Force.SOFT].of(language)
    kinds = pick(language, "问题", " findings")
    return figures((
        ("", pick(language, "检查人数", "people judged"), audit.people),
        ("", pick(language, "有问题的人", "people concerned"), people_concerned(audit)),
        ("hard", f"{MARKS[Force.HARD]} {hard_name}{kinds}", audit.hard),
        ("soft", f"{MARKS[Force.SOFT]} {soft_name}{kinds}", soft),
        ("open", pick(language, "◇ 读不出的单元格", "◇ unreadable cells"), len(audit.problems)),
        ("open", pick(language, "○ 无法判断", "○ undecided"), len(audit.undecidable)),
    ))  # fmt: skip


def figures(shown: Iterable[tuple[str, str, int]]) -> Html:
    """Return figures: how grave, what is counted, how many."""
    listed = (
        element(
            "div", element("dt", name), element("dd", f"{number:,}"), class_=f"figure {kind if number else ''}".strip()
        )
        for kind, name, number in shown
    )
    return element("dl", *listed, class_="figures")


def contents(audit: Audit, language: str) -> Html:
    """Return the way to the sections."""
    sections = (
        ("rules", "按规定统计", "By rule", True),
        ("branches", "按党支部统计", "By branch", True),
        ("findings", "发现的问题", "Findings", True),
        ("cells", "读不出的单元格", "Unreadable cells", bool(audit.problems)),
        ("undecided", "无法判断的规定", "Undecided", bool(audit.undecidable)),
        ("not-kept", "台账不记载的规定", "Not kept by this ledger", bool(audit.not_kept)),
        ("how", "怎样检查", "How it was judged", True),
        ("words", "用语", "Words", True),
    )
    return ways(((name, pick(language, zh, en)) for name, zh, en, there in sections if there), language)


def ways(sections: Iterable[tuple[str, str]], language: str) -> Html:
    """Return links to sections."""
    links = (element("li", element("a", title, href=f"#{name}")) for name, title in sections)
    return element("nav", element("ul", *links), aria_label=pick(language, "目录", "Contents"))
