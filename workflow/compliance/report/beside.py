"""What was asked of an audit in bulk beside breaches, as sections of its report; nothing where it was not asked."""

from __future__ import annotations

from collections.abc import Sequence

from workflow.compliance.country import UNDATED
from workflow.compliance.lives import Compared, Life
from workflow.compliance.places import PlaceRate
from workflow.compliance.report.markup import Html, body, cell, element, head_cell, row, table
from workflow.compliance.report.opening import in_chinese
from workflow.compliance.report.tables import NOTHING, headers, nobody, rate, section
from workflow.compliance.result_words import ALWAYS, WORDS
from workflow.compliance.spanning.told import Indicated
from workflow.compliance.trend import Trend
from workflow.compliance.words import branch_name, many, pick
from workflow.engine.hiding import FEWEST
from workflow.engine.indication_numbers import Told
from workflow.law.words import ARTICLE

MOST_PLACES = 500  # organizations that stand on the page
MOST_MONTHS = 60


def since(compared: Compared | None, language: str) -> Html:
    """Return what has become of findings since an earlier audit."""
    if compared is None:
        return NOTHING
    earlier, counts = compared.earlier, compared.counts
    shown = [life for life in Life if life in ALWAYS or counts.get(life)]
    rows = (row(head_cell(WORDS[one].of(language)), cell(f"{counts.get(one, 0):,}", class_="number")) for one in shown)
    caption = pick(
        language,
        f"与“{earlier.label}”（截至 {earlier.as_of}）相比。已销号：案卷再次审查，按同一规则不再发现。",
        f"Against “{earlier.label}” (as of {earlier.as_of}). Gone: the case was judged again, by the same rule, and "
        f"nothing was found.",
    )
    columns = headers(language, ("情况", "What became of it"), ("问题", "Findings"))
    rules = "、".join(compared.other_rules)
    other = element("p", pick(language, f"未比较的规则：{rules}", f"Rules not compared: {rules}"), class_="note")
    title = pick(language, "与上次相比", "Since the earlier audit")
    return section("since", title, table("since", caption, columns, body(*rows)), *([other] if rules else []))


def places(found: Sequence[PlaceRate] | None, language: str) -> Html:
    """Return organizations with their base; small numbers are hidden, as they come."""
    if found is None:
        return NOTHING
    columns = headers(
        language, ("组织", "Organization"), ("上级", "Above"), ("案卷", "Cases"), ("有问题的案卷", "With findings"),
        ("问题", "Findings"), ("比例", "Rate"),
    )  # fmt: skip
    caption = pick(
        language,
        f"按组织层级或者名称排列，不是排名。本表中小于 {FEWEST} 的数不显示（·），能由本表推出的也不显示；"
        f"本页“发现的问题”逐件列出，不作隐去：对外只提供本表，不提供整页。",
        f"In the order of the tree or of names: no ranking. In this table numbers below {FEWEST} are not told (·), nor "
        f"what in it gives them away; the findings on this page name each case and hide nothing: hand on the table, "
        f"not the page.",
    )
    more = many(len(found) - MOST_PLACES, "organization")
    rest = pick(language, f"另有 {len(found) - MOST_PLACES:,} 个组织，见 JSON。", f"{more} more: JSON has them.")
    shown = table("places", caption, columns, body(*(_place(one, language) for one in found[:MOST_PLACES])))
    left = [element("p", rest, class_="note")] if len(found) > MOST_PLACES else []
    title = pick(language, "按组织统计", "By organization")
    return section("places", title, shown if found else nobody(language), *left)


def _place(one: PlaceRate, language: str) -> Html:
    shown = one.shown
    numbers = (cell(_number(number), class_="number") for number in (shown.cases, shown.people, shown.findings))
    told = rate(shown.people, shown.cases) if shown.people is not None and shown.cases else ("·",)
    return row(
        head_cell(in_chinese(branch_name(one.organization or "", language), language)),
        cell(in_chinese(one.above or "", language)),
        *numbers,
        cell(*told, class_="rate"),
    )


def months(trend: Trend | None, language: str) -> Html:
    """Return the newest months, each with its base and its share as a bar."""
    if trend is None:
        return NOTHING
    dated = [month for month in trend.months if month != UNDATED][-MOST_MONTHS:]
    columns = headers(language, ("月", "Month"), ("适用", "Judged"), ("违反", "Broken"), ("比例", "Rate"))
    rows = []
    for month in (*dated, *([UNDATED] if UNDATED in trend.months else [])):
        one = trend.whole(month)
        rows.append(
            row(
                head_cell(month or pick(language, "无从定月", "no month")),
                cell(f"{one.decided:,}", class_="number"),
                cell(f"{one.broken:,}", class_="number"),
                cell(*rate(one.broken, one.decided), class_="rate"),
            )
        )
    caption = pick(
        language,
        f"行为发生之月；未办的，期限届满之月。最近 {MOST_MONTHS} 个月。",
        f"The month of the act; of what was not done, that in which its time ran out. The newest {MOST_MONTHS} months.",
    )
    shown = table("months", caption, columns, body(*rows)) if rows else nobody(language)
    return section("months", pick(language, "按月统计", "By month"), shown)


def indications(found: Sequence[Indicated], language: str) -> Html:
    """Return what many cases show together: no findings, by branch, never by person."""
    if not found:
        return NOTHING
    note = pick(
        language,
        f"线索不是问题：没有条文规定多少人、多少天算多，每条都依据一项约定。按党支部，不按个人；小于 {FEWEST} 的数"
        "不显示（·），能由此推出的也不显示。",
        f"Indications are no findings: no article says how many people or days are too many, each rests on a "
        f"convention. By branch, never by person; numbers below {FEWEST} are not told (·), nor what gives them away.",
    )
    title = pick(language, "线索", "Indications")
    return section("together", title, element("p", note), *(_indication(one, language) for one in found))


def _indication(one: Indicated, language: str) -> Html:
    columns = headers(language, ("党支部", "Branch"), ("有此情形", "Shown"), ("基数", "Base"), ("比例", "Rate"))
    shown = [(name, told) for name, told in one.branches if told.shown or told.some or told.shown is None]
    rows = [_indicated(in_chinese(name, language), told, language) for name, told in shown[:MOST_PLACES]]
    every = _indicated(pick(language, "全部党支部", "All branches"), one.every, language, "total")
    caption = pick(language, f"基数：{one.words.base.zh}", f"Base: {one.words.base.en}")
    return element(
        "section",
        element("h3", f"{one.words.title.of(language)} · {_cited(one.words.basis, language)}"),
        element("p", one.words.says.of(language)),
        element("p", one.words.silent.of(language), class_="basis"),
        table("together", caption, columns, body(*rows), body(every)),
    )


def _cited(basis: str, language: str) -> str:
    return ARTICLE.sub(r"第\1条", basis) if language == "zh" else basis


def _indicated(name: Html | str, told: Told, language: str, class_: str | None = None) -> Html:
    share = (
        rate(told.shown, told.base) if told.shown is not None and told.base else ("·" if told.shown is None else "–",)
    )
    flag = pick(language, "是", "yes") if told.some and told.shown is None else _number(told.shown)
    return row(
        head_cell(name), cell(flag, class_="number"), cell(_number(told.base), class_="number"),
        cell(*share, class_="rate"), class_=class_,
    )  # fmt: skip


def _number(number: int | None) -> str:
    return "·" if number is None else f"{number:,}"
