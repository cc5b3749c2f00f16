"""What a draft changes, on a terminal: rule by rule and branch by branch, the result last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from workflow.compliance.columns import table_lines
from workflow.compliance.impact.changes import Kind
from workflow.compliance.impact.study import Study
from workflow.compliance.words import by_name, many, pick
from workflow.errors import Text
from workflow.law.draft import Drafted
from workflow.law.model import Edition
from workflow.law.source import Fault
from workflow.law.words import Words
from workflow.plain import harmless

INDENT = "  "
SHOWN = 10  # cases that could not be replayed, and are named
MOST = 30  # branches that are listed
TURNS: Mapping[tuple[Kind, str], Text] = {
    (Kind.VERDICT, "broken"): Text("变为违反", "now broken"),
    (Kind.VERDICT, "running"): Text("期限有变", "limit runs anew"),
    (Kind.VERDICT, "undecidable"): Text("变为无法判断", "now undecidable"),
    (Kind.VERDICT, "none"): Text("不再违反、不再计时", "no more broken or running"),
    (Kind.STEP, "none"): Text("不能再办理", "possible no more"),
    (Kind.STEP, "next"): Text("成为下一步", "now next"),
    (Kind.STEP, "possible"): Text("可以办理", "now possible"),
    (Kind.DEMAND, "demanded"): Text("下一步新增要求", "newly demanded of the next step"),
    (Kind.DEMAND, "otherwise"): Text("对下一步的要求有变", "demanded otherwise of the next step"),
    (Kind.DEMAND, "none"): Text("下一步不再要求", "demanded no more of the next step"),
}
KINDS = {
    Kind.VERDICT: Text("判断结果", "verdict"),
    Kind.STEP: Text("下一步", "step"),
    Kind.EARLIEST: Text("最早日期", "earliest day"),
    Kind.LATEST: Text("最迟日期", "latest day"),
    Kind.DEMAND: Text("要求", "demand"),
}


def note_lines(drafted: Drafted, notes: Iterable[Fault], language: str) -> Iterator[str]:
    """Yield what was taken for granted, and what the draft still lacks: nothing of it stops the comparison."""
    note = pick(language, "注意：", "note: ")
    for overlay in drafted.carried:
        zh, en = (
            f"地方规定“{overlay.title.zh}”视为继续适用于草案",
            f"local practice “{overlay.title.en}” is taken to go on",
        )
        yield note + pick(language, zh, en)
    for fault in drafted.dropped:
        zh, en = (
            "这项地方规定不能叠加在草案上，自草案施行之日起不再计入：",
            "local practice that cannot be laid over the draft, and is left out from its first day: ",
        )
        yield note + pick(language, zh, en) + _placed(fault, language)
    for fault in notes:
        yield note + _placed(fault, language)


def _placed(fault: Fault, language: str) -> str:
    where = f"{fault.where}: " if fault.where else ""
    return f"{fault.file}:{fault.line}: {where}{fault.what.of(language)}"


def study_lines(study: Study, language: str, width: int = 100) -> list[str]:
    """Return the study as lines of at most ``width`` places; the last one is the result in one sentence."""
    parts = (_rules(study, language, width), _branches(study, language, width), _unread(study, language))
    lines = [harmless(line) for part in parts if part for line in (*part, "")]
    return [*lines, _result(study, language)]


def _rules(study: Study, language: str, width: int) -> list[str]:
    """Return how many cases each rule, or step where no rule is named, touches in which way."""
    if not study.rules:
        return []
    headers = pick(language, "规定或者步骤|说明|变化|案卷", "rule or step|what it says|change|cases").split("|")
    rows = [
        (rule or step, _says(study, rule, step, language), _turned(kind, after, language), number)
        for (step, rule, kind, after), number in sorted(study.rules.items(), key=lambda one: _order(study, *one))
    ]
    title = pick(language, "按规定", "By rule")
    return [title, *(INDENT + line for line in table_lines(headers, rows, width - len(INDENT), stretch=1))]


def _order(study: Study, key: tuple[str, str, Kind, str], _: int) -> tuple[int, str, str, int, str]:
    """Return the key for sorting: by step, then by rule, in the order in which differences are told."""
    step, rule, kind, after = key
    return _number(study, step), step, rule, list(Kind).index(kind), after


def _number(study: Study, step: str) -> int:
    known = next((one.steps[step] for one in _editions(study) if step in one.steps), None)
    return (known.number or 0) if known else 0


def _editions(study: Study) -> tuple[Edition, ...]:
    """Return the draft and the newest edition before it."""
    return study.drafted.law.editions[:-3:-1]


def _says(study: Study, rule: str, step: str, language: str) -> str:
    """Return a rule or a step in words; of local practice, which no edition holds, there are none here."""
    for edition in _editions(study):
        if rule in edition.rules:
            return Words(edition, language).of(edition.rules[rule][1].text)
        if step in edition.steps and (not rule or rule.endswith(".required")):
            return Words(edition, language).step_name(step)
    return ""


def _turned(kind: Kind, after: str, language: str) -> str:
    turn = TURNS.get((kind, after.split(":", maxsplit=1)[0]), KINDS[kind])
    return turn.of(language) if ":" not in after else pick(language, "办理结果有变", "ends otherwise")


def _branches(study: Study, language: str, width: int) -> list[str]:
    touched = sorted((one for one in study.branches.values() if one.touched), key=lambda one: by_name(one.name))
    if not touched:
        return []
    headers = pick(language, "组织 有变化 已比较", "organization touched looked-at").split()
    rows = [(one.name, one.touched, one.looked) for one in touched[:MOST]]
    title = pick(language, "按组织（没有变化的不列）", "By organization (those without a change are left out)")
    lines = [title, *(INDENT + line for line in table_lines(headers, rows, width - len(INDENT), stretch=0))]
    more = len(touched) - MOST
    return lines if more <= 0 else [*lines, INDENT + pick(language, f"…… 还有 {more:,} 个", f"… and {more:,} more")]


def _unread(study: Study, language: str) -> list[str]:
    """Return the cases that could not be replayed, the first of them by number."""
    lines = [
        pick(language, f"无法重演、未比较：{one.case} {one.why.zh}", f"could not be replayed: {one.case} {one.why.en}")
        for one in study.unread[:SHOWN]
    ]
    more = len(study.unread) - SHOWN
    return lines if more <= 0 else [*lines, pick(language, f"…… 还有 {more:,} 份", f"… and {more:,} more")]


def _result(study: Study, language: str) -> str:
    day, looked, touched, shut = study.as_of, study.looked, study.touched, len(study.unread)
    of = [(KINDS[kind].of(language), study.kinds[kind]) for kind in Kind if study.kinds[kind]]
    zh = f"截至 {day}，草案 {study.drafted.day}：比较在办案卷 {looked:,} 份，"
    en = f"As of {day}, draft of {study.drafted.day}: {many(looked, 'live case')} compared, "
    zh += f"{touched:,} 份有变化（{'，'.join(f'{name} {number:,}' for name, number in of)}）" if of else "没有变化"
    en += f"{touched:,} change ({', '.join(f'{name}: {number:,}' for name, number in of)})" if of else "nothing changes"
    zh += f"；{shut:,} 份无法重演。" if shut else "。"
    en += f"; {shut:,} could not be replayed." if shut else "."
    return pick(language, zh, en)
