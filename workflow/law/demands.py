"""What a rule demands, spelled out from its parameters: a sentence a kind."""

from __future__ import annotations

from fractions import Fraction
from functools import singledispatch

from workflow.law.kinds import (
    Age,
    AnyOf,
    Ballot,
    Bilingual,
    Consistent,
    Count,
    DecidedBy,
    Distinct,
    Every,
    Evidence,
    Kind,
    Majority,
    NotBefore,
    Once,
    Order,
    OutcomeOf,
    Quorum,
    RecordedWithin,
    Share,
    StandingOf,
    Tally,
    Within,
    WorkingDays,
)  # fmt: skip
from workflow.law.words import Words

PENALTIES = {
    "warning": Bilingual(zh="警告", en="warning"),
    "serious_warning": Bilingual(zh="严重警告", en="serious warning"),
    "removal": Bilingual(zh="撤销党内职务", en="removal from Party posts"),
    "probation_within_party": Bilingual(zh="留党察看", en="probation within the Party"),
}
PAIR = 2
PERIODS = {1: ("公历月", "month"), 3: ("季度", "quarter"), 6: ("半年", "half-year"), 12: ("公历年", "year")}


@singledispatch
def sentence(demand: Kind, words: Words) -> str:  # noqa: ARG001 - every kind has its own
    """Return what ``demand`` asks for as one sentence, in the language of ``words``."""
    raise TypeError(f"no sentence for {type(demand).__name__}")


@sentence.register
def _order(demand: Order, words: Words) -> str:
    if len(demand.chain) > PAIR:
        chain = " → ".join(map(words.column, demand.chain))
        zh = "每个日期都晚于前一个已登记的日期" if demand.strict else "每个日期都不早于前一个已登记的日期（可以同一天）"
        en = "later than" if demand.strict else "no earlier than"
        same = "" if demand.strict else " (the same day will do)"
        return words.pick(f"{zh}：{chain}", f"each day is {en} the nearest recorded day before it{same}: {chain}")
    earlier, later = map(words.column, demand.chain)
    if demand.strict:
        return words.pick(f"{later}晚于{earlier}（不能同一天）", f"{later} is later than {earlier}, not the same day")
    return words.pick(
        f"{later}不早于{earlier}（可以同一天）", f"{later} is no earlier than {earlier} (the same day will do)"
    )


@sentence.register
def _not_before(demand: NotBefore, words: Words) -> str:
    act, start, length = words.column(demand.day), words.column(demand.start), words.length(demand.months, demand.days)
    return words.pick(
        f"{act}不早于{start}后 {length}（满期当日可以）", f"{act} is no earlier than {length} after {start}"
    )


@sentence.register
def _within(demand: Within, words: Words) -> str:
    act, start, length = words.column(demand.day), words.column(demand.start), words.length(demand.months, demand.days)
    parts = [words.pick(f"{act}不晚于{start}后 {length}（含当日）", f"{act} is no later than {length} after {start}")]
    if demand.on_the_day():
        parts = [words.pick(f"{act}不晚于{start}", f"{act} is no later than {start}")]
    if demand.extension:
        reason, longer = words.column(demand.extension.reason), words.length(demand.extension.months, 0)
        zh = f"特殊情况登记了{reason}的，可以到 {longer}"
        parts.append(words.pick(zh, f"in special circumstances up to {longer}, with {reason} on file"))
    parts += _while_open(demand, words)
    return words.pick("；", "; ").join(parts)


def _while_open(demand: Within, words: Words) -> list[str]:
    """Return what holds while the act has not happened."""
    parts = []
    if demand.presupposed_by:
        later = words.presupposed(demand.presupposed_by)
        parts.append(words.pick(f"{later}而它仍空白的，为缺少", f"while blank it is missing once {later}"))
    if not demand.runs_open:
        return [*parts, words.pick("只在登记之后判断", "judged only once it is recorded")]
    needs, unless = demand.open_needs, demand.open_unless
    zh = f"登记了{words.columns(needs)}之后，" if needs else ""
    en = f"with {words.columns(needs)} recorded, " if needs else ""
    done = words.presupposed(unless) if unless else ""
    zh_done, en_done = (f"（已经{done}的除外）", f" (unless {done})") if unless else ("", "")
    return [*parts, words.pick(f"{zh}到期仍未办的，为逾期{zh_done}", f"{en}overdue once that day has passed{en_done}")]


@sentence.register
def _every(demand: Every, words: Words) -> str:
    if demand.calendar:
        return _every_period(demand, words)
    start, days, length = words.column(demand.start), words.column(demand.days), words.length(demand.months, 0)
    zh_end = f"到{words.column(demand.end)}（未到的到审计日）" if demand.end else "到审计日"
    en_end = (
        f"to {words.column(demand.end)} (before it: to the day of the audit)"
        if demand.end
        else "to the day of the audit"
    )
    return words.pick(
        f"从{start}{zh_end}，{days}前后相隔不超过 {length}",
        f"from {start} {en_end}, {days} are never more than {length} apart",
    )


def _every_period(demand: Every, words: Words) -> str:
    start, days = words.column(demand.start), words.column(demand.days)
    zh_each, en_each = PERIODS.get(demand.months, (f"公历 {demand.months} 个月期", f"period of {demand.months} months"))
    zh_end = f"到{words.column(demand.end)}" if demand.end else "起"
    en_end = f" to {words.column(demand.end)}" if demand.end else " on"
    return words.pick(
        f"从{start}{zh_end}，其间每个完整的{zh_each}内都有{days}",
        f"from {start}{en_end}, every whole calendar {en_each} has one of {days}",
    )


@sentence.register
def _age(demand: Age, words: Words) -> str:
    act, born = words.column(demand.day), words.column(demand.born)
    zh = f"到{act}已满 {demand.years} 周岁（按{born}，生日当天算满）"
    return words.pick(zh, f"on {act} the person is {demand.years} full years old by {born}; the birthday counts")


@sentence.register
def _count(demand: Count, words: Words) -> str:
    if demand.of:
        columns = words.columns(demand.of)
        limits = _limits(demand, words, "名", "")
        text = words.pick(f"{columns}中有{limits}不同的人", f"{limits} different people stand in {columns}")
    elif demand.days:
        first, last = map(words.column, demand.days)
        limits = _limits(demand, words, "天", " days")
        text = words.pick(f"从{first}到{last}（首尾都算）{limits}", f"from {first} to {last}, both counted, {limits}")
    else:
        assert demand.amount is not None  # noqa: S101 - the model lets one of the three through
        limits = _limits(demand, words, "", "")
        amount = words.column(demand.amount)
        text = words.pick(f"{amount}{limits}", f"{amount} is {limits}")
    if demand.presupposed_by is None:
        return text
    later = words.presupposed(demand.presupposed_by)
    return words.pick(f"{later}时，{text}", f"once {later}, {text}")


def _limits(demand: Count, words: Words, zh: str, en: str) -> str:
    low, high = demand.min, demand.max
    if high is None:
        return words.pick(f"不少于 {low} {zh}".rstrip(), f"at least {low}{en}")
    if low == high:
        return words.pick(f"恰好 {low} {zh}".rstrip(), f"exactly {low}{en}")
    return words.pick(f" {low} 至 {high} {zh}".rstrip(), f"{low} to {high}{en}")


@sentence.register
def _distinct(demand: Distinct, words: Words) -> str:
    columns = words.columns(demand.of)
    return words.pick(f"{columns}不重复", f"nobody stands twice among {columns}")


@sentence.register
def _standing(demand: StandingOf, words: Words) -> str:
    people, on = words.columns(demand.people), words.column(demand.on)
    if demand.must_be:
        return words.pick(f"{people}在{on}当日是正式党员", f"on {on} each of {people} is a full member")
    penalties = words.either(words.of(PENALTIES[name]) for name in demand.not_under)
    zh = f"{people}在{on}当日没有正在影响期内的{penalties}处分"
    return words.pick(zh, f"on {on} none of {people} is under a penalty in effect: {penalties}")


def _share(share: Fraction, words: Words) -> str:
    half = share == Fraction(1, 2)
    return words.pick("半数", "half") if half else words.pick(f"{share.denominator} 分之 {share.numerator}", str(share))


@sentence.register
def _quorum(demand: Quorum, words: Words) -> str:
    text = _more_than(demand, demand.present, words)
    return words.pick(f"{text}；书面意见不算到会", f"{text}; written opinions do not make a presence")


@sentence.register
def _majority(demand: Majority, words: Words) -> str:
    text, later = _more_than(demand, demand.in_favour, words), words.presupposed(demand.followed_by)
    return words.pick(f"{later}时，{text}", f"once {later}, {text}")


def _more_than(demand: Share, part: str, words: Words) -> str:
    some, due, share = words.column(part), words.column(demand.due), _share(demand.more_than, words)
    zh = f"{some}超过{due}的{share}（恰好{share}不够）"
    return words.pick(zh, f"{some} exceed {share} of {due} (exactly {share} is not enough)")


@sentence.register
def _ballot(demand: Ballot, words: Words) -> str:
    ballot, ways = words.column(demand.ballot), words.values(demand.ballot, demand.allowed)
    return words.pick(f"{ballot}是{ways}（空白不判断）", f"{ballot} is {ways} (a blank is not judged)")


@sentence.register
def _tally(demand: Tally, words: Words) -> str:
    cast, most = words.columns(demand.cast), words.both(map(words.column, demand.most()))
    if demand.written is None:
        return words.pick(f"{cast}之和不超过{most}", f"the sum of {cast} is no more than {most}")
    return words.pick(f"{cast}之和不超过{most}之和", f"the sum of {cast} is no more than the sum of {most}")


@sentence.register
def _working_days(demand: WorkingDays, words: Words) -> str:
    act, first, last = map(words.column, (demand.day, demand.start, demand.end))
    return words.pick(
        f"登记了{act}时，从{first}到{last}（首尾都算）不少于 {demand.at_least} 个工作日",
        f"once {act} is recorded, {first} to {last}, both counted, hold at least {demand.at_least} working days",
    )


@sentence.register
def _evidence(demand: Evidence, words: Words) -> str:
    fields, later = words.columns(demand.fields), words.presupposed(demand.presupposed_by)
    return words.pick(f"{later}时，应当已有{fields}", f"once {later}, there must be {fields}")


@sentence.register
def _outcome(demand: OutcomeOf, words: Words) -> str:
    column, later = words.column(demand.column), words.presupposed(demand.presupposed_by)
    forbidden = words.values(demand.column, demand.forbidden)
    return words.pick(f"{later}时，{column}不得为{forbidden}", f"once {later}, {column} must not be {forbidden}")


@sentence.register
def _decided_by(demand: DecidedBy, words: Words) -> str:
    body, allowed = words.column(demand.body), words.either(map(words.body, demand.allowed))
    return words.pick(f"{body}是{allowed}（空白不判断）", f"{body} is the {allowed} (a blank is not judged)")


@sentence.register
def _once(demand: Once, words: Words) -> str:
    times = words.column(demand.times)
    return words.pick(f"{times}不超过 {demand.at_most} 次", f"{times} is {demand.at_most} at most")


@sentence.register
def _consistent(demand: Consistent, words: Words) -> str:
    columns = words.both(map(words.column, demand.columns()))
    return words.pick(f"{columns}一致（空白不比较）", f"{columns} agree (blanks are not compared)")


@sentence.register
def _recorded_within(demand: RecordedWithin, words: Words) -> str:
    recorded, act, length = words.column(demand.recorded), words.column(demand.day), words.length(0, demand.days)
    return words.pick(
        f"{recorded}不晚于{act}后 {length}（含当日）", f"{recorded} is no later than {length} after {act}"
    )


@sentence.register
def _any_of(demand: AnyOf, words: Words) -> str:
    parts = words.pick("；或者", "; or ").join(sentence(part, words) for part in demand.of)
    act = words.column(demand.day)
    return words.pick(f"登记了{act}时，至少做到一项：{parts}", f"once {act} is recorded, at least one holds: {parts}")
