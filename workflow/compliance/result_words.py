"""What was asked beside the breaches, as a terminal shows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from workflow.compliance.columns import table_lines
from workflow.compliance.country import UNDATED
from workflow.compliance.lives import Compared, Life
from workflow.compliance.places import PlaceRate
from workflow.compliance.result import Result
from workflow.compliance.sample import Drawn, Strata
from workflow.compliance.trend import Count, Trend
from workflow.compliance.words import many, pick
from workflow.engine.hiding import FEWEST
from workflow.errors import Text
from workflow.plain import harmless

WORDS: Mapping[Life, Text] = {
    Life.NEW: Text("新发现", "new"),
    Life.UNCHANGED: Text("仍存在", "as before"),
    Life.REOPENED: Text("再次发现", "back"),
    Life.OTHER_RULE: Text("规则不同、不比较", "not compared, by other rules"),
    Life.GONE: Text("已销号", "gone"),
    Life.CLOSED: Text("以前已销号", "gone before"),
    Life.UNDECIDED: Text("这次无法判断", "not to be decided this time"),
    Life.ABSENT: Text("案卷这次未审查", "of cases not judged this time"),
    Life.NOT_ASKED: Text("规则不同、这次未问", "no longer asked alike"),
}
MOST_PLACES = 40  # organizations that are shown
MOST_MONTHS = 24  # that are shown one by one
WIDTH = 100
ALWAYS = (Life.NEW, Life.UNCHANGED, Life.REOPENED, Life.GONE)


def result_lines(result: Result, language: str) -> Iterator[str]:
    """Yield a line or two for each thing that was asked."""
    if result.compared is not None:
        yield from map(harmless, _lives(result.compared, language))
    if result.drawn is not None:
        yield harmless(_sample(result.drawn, language))
    if result.trend is not None:
        yield from _months(result.trend, language)
    if result.places is not None:
        yield from map(harmless, _places(result.places, language))


def _lives(compared: Compared, language: str) -> Iterator[str]:
    before, counts = compared.earlier, compared.counts
    shown = [life for life in Life if life in ALWAYS or counts.get(life)]
    numbers = [f"{WORDS[life].of(language)} {counts.get(life, 0):,}" for life in shown]
    zh = f"与“{before.label}”（截至 {before.as_of}）相比：{'，'.join(numbers)}"
    yield pick(language, zh, f"Since “{before.label}” (as of {before.as_of}): {', '.join(numbers)}")
    if rules := compared.other_rules:
        yield pick(language, f"未比较的规则：{'、'.join(rules)}", f"Rules not compared: {', '.join(rules)}")


def _months(trend: Trend, language: str) -> Iterator[str]:
    """Yield the newest months, and in one line what lies before them."""
    dated = [month for month in trend.months if month != UNDATED]
    newest, before = dated[-MOST_MONTHS:], dated[:-MOST_MONTHS]
    rows = [_month_row(month, [trend.whole(month)]) for month in newest]
    if before:
        earlier = pick(language, f"{newest[0]} 以前", f"before {newest[0]}")
        rows.insert(0, _month_row(earlier, [trend.whole(month) for month in before]))
    if UNDATED in trend.months:
        rows.append(_month_row(pick(language, "无从定月", "no month"), [trend.whole(UNDATED)]))
    yield pick(
        language,
        "按月（行为发生之月；未办的，期限届满之月）",
        "By month (of the act; of what was not done, the month in which its time ran out)",
    )
    if rows:
        yield from table_lines(pick(language, "月 已定 违反 比例", "month decided broken rate").split(), rows, WIDTH, 0)


def _month_row(label: str, counts: Sequence[Count]) -> tuple[str | int, ...]:
    count = Count(sum(one.decided for one in counts), sum(one.broken for one in counts))
    return (label, count.decided, count.broken, "—" if count.rate is None else f"{count.rate:.1%}")


def _places(places: Sequence[PlaceRate], language: str) -> Iterator[str]:
    yield pick(
        language,
        f"按组织（小于 {FEWEST} 的人数不显示，能由此推出的也不显示）",
        f"By organization (numbers of people below {FEWEST} are not told, nor what gives them away)",
    )
    rows = [_place_row(one, language) for one in places[:MOST_PLACES]]
    if rows:
        headers = pick(
            language, "组织 上级 人数 有问题 问题 比例", "organization above cases with-findings findings rate"
        )
        yield from table_lines(headers.split(), rows, WIDTH, 0)
    if len(places) > MOST_PLACES:
        more = len(places) - MOST_PLACES
        yield pick(language, f"…… 还有 {more:,} 个，见 --json", f"… and {more:,} more: --json has them")


def _place_row(one: PlaceRate, language: str) -> tuple[str, ...]:
    shown, nobody = one.shown, pick(language, "（未填）", "(none given)")
    numbers = ("·" if number is None else f"{number:,}" for number in (shown.cases, shown.people, shown.findings))
    rate = "·" if shown.share is None else f"{float(shown.share):.1%}"
    return (one.organization or nobody, one.above or "", *numbers, rate)


def _sample(drawn: Drawn, language: str) -> str:
    number, of, strata = sum(drawn.shares.values()), sum(drawn.sizes.values()), len(drawn.sizes)
    by = Text("规则", "rule") if drawn.lots.strata is Strata.RULE else Text("组织", "organization")
    zh = f"抽查 {number:,} 件（共 {of:,} 件，按{by.zh}分 {strata:,} 层，种子“{drawn.lots.seed}”）"
    en = f"Sample: {number:,} of {many(of, 'case')}, {strata:,} strata by {by.en}, seed “{drawn.lots.seed}”"
    return pick(language, zh, en)
