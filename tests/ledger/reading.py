"""Reads a ledger workbook into clean cells with openpyxl, apart from the product, for the oracle."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from pathlib import Path

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from tests.ledger.form import DATES, LEDGER_SHEET, LISTS, NUMBERS, ROSTER_SHEET, Cell, Member, Row

BLANK = {"", "/", "—", "-", "无"}
DAY = re.compile(r"(\d{4})(?:[-./](\d{1,2})[-./](\d{1,2})|年(\d{1,2})月(\d{1,2})日|(\d{2})(\d{2}))")


def bare(raw: object) -> str:
    """Return what stands in a cell as text: no white space, digits half-width."""
    return unicodedata.normalize("NFKC", "".join(str(raw).split())) if raw is not None else ""


def day(raw: object) -> date | None:
    """Read one date in any of the forms of the conventions."""
    if isinstance(raw, datetime):
        return raw.date()
    if "".join(str(raw).split()) in BLANK or raw is None:
        return None
    match = DAY.fullmatch(bare(raw))
    if match is None:
        raise ValueError(f"no date: {raw!r}")
    year, month, of_month = (int(part) for part in match.groups() if part)
    return date(year, month, of_month)


def cell(header: str, raw: object) -> Cell:
    """Read one cell of the ledger according to its column."""
    text = "".join(str(raw).split()) if raw is not None else ""
    if header in LISTS and not isinstance(raw, datetime):
        return tuple(found for part in text.split("；") if (found := day(part)))
    if header in DATES:
        found = day(raw)
        return (found,) if header in LISTS and found else found
    if text in BLANK:
        return None
    return int(bare(raw).removesuffix("学时")) if header in NUMBERS else text


def table(sheet: Worksheet) -> dict[int, dict[str, object]]:
    """Return the raw cells under the header row, by row number and header."""
    header: list[str] = []
    rows = {}
    for number, values in enumerate(sheet.iter_rows(values_only=True), start=1):
        if header:
            rows[number] = dict(zip(header, values, strict=True))
        elif "姓名" in (texts := [bare(value) for value in values]):
            header = texts
    return rows


def read(path: Path) -> tuple[dict[int, Row], list[Member]]:
    """Read the persons of the ledger by row number, and the members of the roster."""
    book = openpyxl.load_workbook(path)
    ledger = {n: raw for n, raw in table(book[LEDGER_SHEET]).items() if bare(raw["序号"]).isdigit()}
    rows: dict[int, Row] = {n: {h: cell(h, value) for h, value in raw.items()} for n, raw in ledger.items()}
    return rows, [member(raw) for raw in table(book[ROSTER_SHEET]).values() if bare(raw["党员身份"])]


def member(raw: dict[str, object]) -> Member:
    """Read one line of the roster."""
    name, branch, standing, penalty = (cell(h, raw[h]) for h in ("姓名", "所在党支部", "党员身份", "处分"))
    return Member(
        name=str(name),
        branch=str(branch),
        standing=str(standing),
        full_since=day(raw["转正时间"]),
        penalty=str(penalty) if penalty else None,
        penalty_on=day(raw["处分时间"]),
        penalty_until=day(raw["影响期止"]),
    )
