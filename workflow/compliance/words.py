"""The words of an audit that the page, the workbook and the terminal share, in both languages."""

from __future__ import annotations

import re
from datetime import date, timedelta

from workflow.compliance.audit import Audit
from workflow.errors import Text
from workflow.law.model import Force
from workflow.law.timeline import Period

FORCES = {Force.HARD: Text("硬性", "hard"), Force.SOFT: Text("软性", "soft")}
MARKS = {Force.HARD: "■", Force.SOFT: "▲"}  # a shape beside the word: the force never shows by colour alone
NO_BRANCH = Text("（未填或读不出支部）", "(no branch given, or unreadable)")
ESTIMATED = Text(
    "暂估：有的公示期落在放假安排尚未公布的年份，工作日按周一至周五计算。",
    "Estimated: a public notice lies in a year whose holidays are not published; Monday to Friday were counted.",
)
NAMES_HIDDEN = Text(
    "姓名已隐去，以台账行号代替；党支部按在台账中首次出现的次序编号；读不出的单元格不写内容。",
    "Names are left out; the row of the ledger stands for them. Branches are numbered in the order in which the ledger "
    "first has them (支部1, 支部2 …), and what stands in unreadable cells is not shown.",
)
FORCE_NOTE = Text(
    "■ 硬性：条文规定必须做到；▲ 软性：条文写“一般”“不宜”或者留有余地，可能有正当理由。",
    "■ hard: the text says must; ▲ soft: the text says “generally” or leaves room, and there may be good reasons.",
)
DIGITS = 12  # of a number in the name of a branch, where branches are sorted
_NUMBER = re.compile(r"[0-9]+")


def pick(language: str, zh: str, en: str) -> str:
    """Return one of two sentences."""
    return en if language == "en" else zh


def many(number: int, one: str, more: str = "") -> str:
    """Return an English noun with its number: ``1 finding``, ``2 findings``."""
    return f"{number} {one if number == 1 else more or one + 's'}"


def branch_name(branch: str, language: str) -> str:
    """Return the name of a branch, or that there is none."""
    return branch or NO_BRANCH.of(language)


def by_name(branch: str) -> tuple[bool, bytes, str]:
    """Return the key for sorting branches: GB 18030 puts common characters in the order of their sound.

    Numbers stand in the order of their values: 2 before 10.
    """
    padded = _NUMBER.sub(lambda number: number[0].zfill(DIGITS), branch)
    return (not branch, padded.encode("gb18030", "replace"), branch)


def step_names(audit: Audit) -> dict[int, Text]:
    """Return the official name of each numbered step, as the newest edition has it."""
    return {
        step.number: Text(step.zh, step.en)
        for period in audit.periods
        for step in period.edition.steps.values()
        if step.number is not None
    }


def step_label(number: int, names: dict[int, Text], language: str) -> str:
    """Return a step with its number; 0: an act without a number."""
    name = names[number].of(language) if number in names else ""
    if not number:
        return pick(language, "不编号的步骤", "acts without a number")
    return pick(language, f"第{number}步 {name}", f"Step {number}: {name}").rstrip(": ")


def law_line(audit: Audit, period: Period, language: str) -> str:
    """Return an edition with the overlays on it, and the days on which it is law."""
    edition = period.edition
    titles = [pick(language, edition.title.zh, edition.title.en)]
    titles += [audit.local.get(name, Text(name, name)).of(language) for name in edition.overlays]
    return pick(language, "；叠加", "; with ").join(titles) + _days(period.since, period.until, language)


def _days(since: date | None, until: date | None, language: str) -> str:
    last = until - timedelta(days=1) if until else None
    if since and last:
        return pick(language, f"：{since} 至 {last} 的行为", f": acts from {since} to {last}")
    if since:
        return pick(language, f"：{since} 起的行为", f": acts from {since} on")
    if last:
        return pick(language, f"：{last} 及以前的行为", f": acts up to {last}")
    return pick(language, "：所有日期的行为", ": acts of all days")


def people_concerned(audit: Audit) -> int:
    """Return how many rows have a finding."""
    return len({finding.row for finding in audit.findings})


def result_sentence(audit: Audit, language: str) -> str:
    """Return the result in one sentence."""
    return _result_zh(audit) if language == "zh" else _result_en(audit)


def _result_zh(audit: Audit) -> str:
    soft = len(audit.findings) - audit.hard
    found = (
        f"其中 {people_concerned(audit)} 人有问题，共 {len(audit.findings)} 条（硬性 {audit.hard} 条，软性 {soft} 条）"
        if audit.findings
        else "没有发现问题"
    )
    read = f"另有 {len(audit.problems)} 个单元格读不出" if audit.problems else "单元格全部读出"
    read += f"；缺{'、'.join(f'“{name}”' for name in audit.absent)}，有关规定没有检查" if audit.absent else ""
    open_ = f"，{len(audit.undecidable)} 项无法判断" if audit.undecidable else ""
    judged = f"检查 {audit.people} 人，{found}" if audit.people else "台账中没有可检查的人"
    return f"截至 {audit.as_of}：{judged}；{read}{open_}。"


def _result_en(audit: Audit) -> str:
    soft = len(audit.findings) - audit.hard
    found = (
        f"{many(len(audit.findings), 'finding')} on {people_concerned(audit)} of them ({audit.hard} hard, {soft} soft)"
        if audit.findings
        else "no findings"
    )
    read = f"{many(len(audit.problems), 'cell')} could not be read" if audit.problems else "every cell was read"
    lacking = ", ".join(f"“{name}”" for name in audit.absent)
    read += f"; {lacking} not in the file, so the rules concerned were not judged" if audit.absent else ""
    open_ = f", {many(len(audit.undecidable), 'point')} could not be decided" if audit.undecidable else ""
    judged = f"{many(audit.people, 'person', 'people')} judged, {found}" if audit.people else "nobody to judge"
    return f"As of {audit.as_of}: {judged}; {read}{open_}."
