"""Ledgers nobody has seen: random ones from seeds, the product against the oracle."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random

import pytest

from tests.ledger import histories, oracle, product, reading, workbooks
from tests.ledger.form import CODES, DATES, LISTS, STEP_OF_DATE, Finding, Member, Row

AUDIT_DAYS = (
    date(2026, 11, 21),
    date(2026, 11, 21),
    date(2026, 12, 28),
    date(2026, 8, 31),
    date(2026, 6, 11),
    date(2026, 5, 11),
    date(2024, 2, 29),
)
SEEDS = list(enumerate(AUDIT_DAYS))


@cache
def owed(seed: int, as_of: date) -> Counter[tuple[str, int]]:
    """Count what the oracle finds in a random ledger, by code and step."""
    rows, roster = histories.ledger(seed, as_of)
    return Counter((one.code, one.step) for one in oracle.findings(dict(enumerate(rows)), roster, as_of))


def differences(
    rows: dict[int, Row], found: Iterable[Finding], expected: Iterable[Finding], roster: list[Member]
) -> str:
    """Describe every row on which the two sides differ: which has what, and its cells."""
    lines = []
    ours, theirs = set(found), set(expected)
    for row in sorted({one.row for one in ours ^ theirs}):
        lines += [f"row {row}"]
        lines += [f"  only the product: {one[1:]}" for one in sorted(ours - theirs) if one.row == row]
        lines += [f"  only the oracle:  {one[1:]}" for one in sorted(theirs - ours) if one.row == row]
        lines += [f"    {h} {shown(value)}" for h, value in rows[row].items() if value not in (None, (), "")]
        named = {oracle.name_of(str(v)) for h, v in rows[row].items() if "人" in h and isinstance(v, str)}
        lines += [f"    on the roster: {m}" for m in roster if oracle.name_of(m.name) in named]
    return "\n".join(lines)


def shown(value: object) -> str:
    """Return a cell's value for people."""
    return "；".join(str(day) for day in value) if isinstance(value, tuple) else str(value)


@pytest.mark.parametrize(("seed", "as_of"), SEEDS)
def test_the_product_and_the_oracle_find_the_same(seed: int, as_of: date, tmp_path: Path) -> None:
    people, roster = histories.ledger(seed, as_of)
    path = tmp_path / "ledger.xlsx"
    rows = workbooks.write(path, people, roster, Random(seed))
    expected = oracle.findings(rows, roster, as_of)
    report = product.audit(path, as_of)
    told = differences(rows, report.findings, expected, roster)
    assert not told, told
    assert report.persons == {one.row: oracle.name_of(str(rows[one.row]["姓名"])) for one in expected}


def test_a_lost_and_an_invented_finding_are_told() -> None:
    people, roster = histories.ledger(0, AUDIT_DAYS[0])
    rows: dict[int, Row] = dict(enumerate(people))
    expected = oracle.findings(rows, roster, AUDIT_DAYS[0])
    lost, invented = min(expected), Finding(max(rows), "V99", 1, "hard")
    told = differences(rows, {*expected - {lost}, invented}, expected, roster)
    assert f"row {lost.row}\n  only the oracle:  {lost[1:]}" in told
    assert f"row {invented.row}\n  only the product: {invented[1:]}" in told


@pytest.mark.parametrize(("seed", "as_of"), SEEDS)
def test_untidy_writing_can_be_read_back(seed: int, as_of: date, tmp_path: Path) -> None:
    people, roster = histories.ledger(seed, as_of)
    path = tmp_path / "ledger.xlsx"
    rows = workbooks.write(path, people, roster, Random(seed))
    again, members = reading.read(path)
    assert oracle.findings(again, members, as_of) == oracle.findings(rows, roster, as_of)


def test_the_random_ledgers_show_every_code_at_every_step() -> None:
    every = sum((owed(seed, as_of) for seed, as_of in SEEDS), Counter[tuple[str, int]]())
    assert {code for code, _ in every} == CODES
    assert {step for code, step in every if code == "V46"} == {2, 3, 8, 13, 15, 17, 24}
    assert all((code, step) in every for code in ("V21", "V22", "V23", "V27") for step in (15, 23))


# The codes that speak of a column: those whose line in the conventions names it, a gate, a clock or a chain it is in.
SPEAKS: dict[str, str] = {
    "出生日期": "V01",
    "入党申请时间": "V01 V03-late V03-missing V46",
    "派人谈话时间": "V03-late V46",
    "推荐时间": "V05-late",
    "确定积极分子时间": "V05-late V06-early V07-member V08 V09 V46",
    "积极分子备案时间": "V06-early",
    "培养考察时间": "V08",
    "听取意见时间": "V10-late",
    "支委会讨论发展对象时间": "V10-late",
    "上级党委同意时间": "V11-consent",
    "公示开始": "V11-consent V11-notice",
    "公示结束": "V11-notice V11-listing",
    "列为发展对象时间": "V08 V09 V11-consent V11-notice V11-listing V13-member V13-standing V13-penalty V46",
    "政审结论时间": "V14-late",
    "培训开始": "V16-short",
    "培训结束": "V16-late V16-short V17-early",
    "支委会审查时间": "V17-late V17-early",
    "预审通过时间": "V14-late V16-late V17-late V18 V20-late V20-missing V46",
    "志愿书填写时间": "V18",
    "接收大会时间": "V14-late V16-late V17-late V20-late V30-order V31-reason V31-late V38 V39-missing V39-late "
    "V41-short V41-long V46",
    "决议上报时间": "V31-reason V31-late",
    "上级谈话时间": "V30-order",
    "党委审批时间": "V30-order V31-reason V31-late V35-early V37-early V37-late V37-missing V46",
    "组织部备案时间": "V35-early",
    "编入支部时间": "",
    "宣誓时间": "V37-early V37-late",
    "预备期考察时间": "",
    "转正申请时间": "V39-late",
    "转正大会时间": "V38 V39-missing V39-late V42-late V42-missing V46",
    "延长至": "V38 V41-short V41-long",
    "转正上报时间": "V42-late V42-missing",
    "转正审批时间": "V42-late V46",
    "归档时间": "",
}
# What else a column decides by being blank or filled; a code that asks "step n reached" listens to every later column.
BLANK_SPEAKS: dict[str, str] = {
    "派人谈话时间": "V03-missing",
    "推荐时间": "V05-missing",
    "确定积极分子时间": "V05-missing",
    "积极分子备案时间": "V06-missing",
    "听取意见时间": "V10-missing",
    "支委会讨论发展对象时间": "V10-missing",
    "政审结论时间": "V14-missing",
    "培训结束": "V16-missing",
    "支委会审查时间": "V17-missing",
    "接收大会时间": "V20-missing",
    "决议上报时间": "V20-missing V22",
    "上级谈话时间": "V30-missing",
    "党委审批时间": "V32",
    "组织部备案时间": "V35-missing",
    "宣誓时间": "V37-missing",
    "转正申请时间": "V39-missing",
    "延长至": "V41-missing",
    "转正上报时间": "V22",
    "转正审批时间": "V42-missing",
    "归档时间": "V42-missing",
}
LISTENS_FROM: dict[str, int] = {
    **dict.fromkeys(("V03-missing",), 3),
    **dict.fromkeys(("V05-missing",), 4),
    **dict.fromkeys(("V06-missing", "V07-count"), 6),
    **dict.fromkeys(("V10-missing",), 8),
    **dict.fromkeys(("V08",), 10),
    **dict.fromkeys(("V13-count", "V14-missing", "V16-missing"), 12),
    **dict.fromkeys(("V14-fail", "V17-missing"), 13),
    **dict.fromkeys(("V20-missing",), 15),
    **dict.fromkeys(("V22", "V31-reason", "V31-late"), 16),
    **dict.fromkeys(("V30-missing",), 17),
    **dict.fromkeys(("V32",), 18),
    **dict.fromkeys(("V35-missing", "V37-missing"), 22),
    **dict.fromkeys(("V39-missing", "V42-missing"), 24),
}


def may_change(column: str, *, blanked: bool) -> set[str]:
    """Return the codes that a change of one date may give or take."""
    codes = set(SPEAKS[column].split())
    if blanked:
        codes |= set(BLANK_SPEAKS.get(column, "").split())
        codes |= {code for code, step in LISTENS_FROM.items() if STEP_OF_DATE.get(column, 0) >= step}
    return codes


def test_every_date_column_has_its_codes() -> None:
    assert set(SPEAKS) == set(DATES)
    assert {code for codes in (*SPEAKS.values(), *BLANK_SPEAKS.values()) for code in codes.split()} <= CODES


def change_one(random: Random, row: Row, *, blanked: bool) -> tuple[str, Row]:
    """Return a filled date column of the row, and the row with another date, or none, in it."""
    column = random.choice([h for h in SPEAKS if row.get(h)] or ["入党申请时间"])
    day = histories.some_day(random, date(2012, 1, 1), histories.LAST)
    old = row.get(column)
    if isinstance(old, date) and random.random() < 0.7:
        day = min(old + timedelta(random.choice((-400, -31, -1, 1, 31, 400))), histories.LAST)
    value = None if blanked else (day,) if column in LISTS else day
    return column, {**row, column: value}


@pytest.mark.parametrize("blanked", [False, True])
@pytest.mark.parametrize("seed", [101, 102])
def test_a_changed_date_changes_only_findings_that_speak_of_it(seed: int, tmp_path: Path, blanked: bool) -> None:
    as_of, random = AUDIT_DAYS[0], Random(seed)
    people, roster = histories.ledger(seed, as_of)
    changed = [change_one(random, row, blanked=blanked) for row in people]
    before, after = tmp_path / "before.xlsx", tmp_path / "after.xlsx"
    rows = workbooks.write(before, people, roster)
    workbooks.write(after, [row for _, row in changed], roster)
    difference = product.audit(before, as_of).findings ^ product.audit(after, as_of).findings
    columns = dict(zip(rows, (column for column, _ in changed), strict=True))
    heard = {(columns[one.row], one.code) for one in difference}
    assert {(c, code) for c, code in heard if code not in may_change(c, blanked=blanked)} == set()
    assert len(heard) > 20, "the changes were too tame to show anything"
