"""How the report ends: what the ledger cannot show, how it was judged, what the words mean."""

from __future__ import annotations

from collections.abc import Iterable

from workflow.compliance.audit import Audit
from workflow.compliance.report.markup import Html, element, joined
from workflow.compliance.report.tables import NOTHING, section
from workflow.compliance.words import pick
from workflow.errors import Text

STATEMENTS = (
    Text(
        "每一步按办理当日有效的规定检查，新规定不追究施行以前的行为；缺少的步骤按应办之日或者后一步骤之日。",
        "Each step is judged under the rules in force on its own day, so a new rule does not reach back; a missing "
        "step by the day it was due, or of the step that followed.",
    ),
    Text(
        "期限未到的不是问题；空白的步骤，只有后面的步骤已经办了或者期限已过，才算缺少。",
        "A limit that still runs is no finding; a blank step is missing only when a later one was taken or its limit "
        "passed.",
    ),
    Text(
        "台账以外的情况一概不推断：读不出的不猜，备注栏和与程序无关的栏目不读。",
        "Nothing beyond the ledger is inferred: what cannot be read is not guessed, remarks and columns that the "
        "procedure does not need are not read.",
    ),
    Text(
        "一个事实违反几条规定的，分别列出；同一行、同一代码、同一步骤只列一条。",
        "One fact may break several rules, each is listed; a row, code and step stand together once.",
    ),
)

GLOSSARY = (
    (Text("硬性 ■", "Hard ■"), Text("条文规定必须做到。", "The text says must.")),
    (
        Text("软性 ▲", "Soft ▲"),
        Text(
            "条文写“一般”“不宜”或者留有余地；有正当理由并有书面记载的，可以不作为问题。",
            "The text says “generally” or leaves room; with good reasons in writing it may be in order.",
        ),
    ),
    (
        Text("读不出 ◇", "Unreadable ◇"),
        Text("单元格里有内容，但不是规定的写法。", "Something stands in the cell, but in no form that may be read."),
    ),
    (
        Text("无法判断 ○", "Undecided ○"),
        Text("要看的单元格读不出，所以没有结论。", "It turns on a cell that could not be read; there is no answer."),
    ),
    (
        Text("适用", "Judged"),
        Text("这条规定对该人适用，并且能够判断。", "The rule applied to the person and could be decided."),
    ),
    (
        Text("暂估", "Estimated"),
        Text(
            "当年放假安排尚未公布，工作日按周一至周五计算。",
            "The year's holidays are not published; Monday to Friday count as working days.",
        ),
    ),
    (
        Text("代码", "Code"),
        Text(
            "问题的编号：late 超期，early 过早，missing 缺少，order 次序颠倒，count 人数不符，short 不足。",
            "The number of a kind of finding, with late, early, missing, order, count or short.",
        ),
    ),
)


def not_kept(audit: Audit, language: str) -> Html:
    """Return the rules that nobody can judge from this kind of ledger; nothing when there are none."""
    if not audit.not_kept:
        return NOTHING
    note = pick(
        language,
        "以下规定要看的内容这种台账不记载，没有检查，须查阅档案：",
        "What these rules turn on is not recorded in this kind of ledger. They were not judged: see the files.",
    )
    listed = element("ul", *(element("li", text.of(language)) for text in audit.not_kept), class_="columns")
    title = pick(language, "台账不记载的规定", "Not kept by this ledger")
    return section("not-kept", title, element("p", note), listed)


def how_judged(audit: Audit, language: str) -> Html:
    """Return how it was judged, with the conventions where the text of the law is silent."""
    statements = said(STATEMENTS, language)
    conventions = joined(
        [
            element("h3", pick(language, "条文没有写明之处的检查口径", "Conventions where the text is silent")),
            element("ol", *(element("li", text.of(language)) for text in audit.conventions), class_="columns"),
        ]
    )
    title = pick(language, "怎样检查", "How it was judged")
    return section("how", title, statements, conventions if audit.conventions else NOTHING)


def said(statements: Iterable[Text], language: str) -> Html:
    """Return statements as a list."""
    return element("ul", *(element("li", text.of(language)) for text in statements))


def glossary(audit: Audit, language: str) -> Html:  # noqa: ARG001 - one signature for all sections
    """Return what the words of the report mean."""
    return words(GLOSSARY, language)


def words(known: Iterable[tuple[Text, Text]], language: str) -> Html:
    """Return what words mean."""
    listed = (
        element("div", element("dt", term.of(language)), element("dd", meaning.of(language))) for term, meaning in known
    )
    return section("words", pick(language, "用语", "Words"), element("dl", *listed, class_="facts"))


def footer(language: str) -> Html:
    """Return what the report is not."""
    text = pick(
        language,
        "本报告只检查程序是否依规履行，不对任何人作出评价，不用于排名；以条文和有权解释的机关为准。含个人信息的，按台账的要求保管。"
        "由纪实（Jishi）生成。",
        "This report says whether the procedure was kept. It judges nobody, ranks nobody, and gives way to the text "
        "of the law and those who interpret it. Keep it as you keep the ledger. Made by Jishi (纪实).",
    )
    return element("footer", element("p", text))
