"""What an import says on the page: which columns were found, which parts the report has, what is to be done next."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from web.import_jobs import PAGE, TITLES, Part
from web.jobs import Job
from workflow.engine.naming import PERSON
from workflow.errors import Text
from workflow.law.model import Edition
from workflow.ledger import LedgerForm
from workflow.ledger.import_report import WORDS, RowKind, What

ASIDE = (Part.AMBIGUOUS, Part.LEFT_OUT, Part.UNREADABLE)
FOUND, ABSENT = Text("✓ 有", "✓ there"), Text("○ 没有，不作比较", "○ not there: not compared")
MOST_NAMED = 20  # columns of no form
NO_FIELD = Text("仅供阅读，不导入", "only for reading, not imported")


@dataclass(frozen=True, slots=True)
class Tab:
    """A part of the report with how many lines it has."""

    part: Part
    title: Text
    count: int


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the form: the field that it becomes, and whether the file has it."""

    header: str
    field: Text
    found: bool


def tabs_of(job: Job) -> tuple[Tab, ...]:
    """Return the parts of a report that have any lines."""
    counts = _mapping(job, "counts")
    return tuple(Tab(part, TITLES[part], counts[part]) for part in Part if counts.get(part))


def part_of(asked: str | None, tabs: tuple[Tab, ...]) -> Tab | None:
    """Return the part that is asked for, else the first; None: there is none."""
    return next((tab for tab in tabs if tab.part == asked), tabs[0] if tabs else None)


def pages_of(tab: Tab | None) -> int:
    """Return how many pages a part has."""
    return -(-tab.count // PAGE) if tab else 1


def changes(job: Job) -> int:
    """Return how many people and members an import would touch."""
    totals = _mapping(job, "totals")
    return sum(totals[sheet][kind] for sheet in ("rows", "members") for kind in (RowKind.NEW, RowKind.CHANGED))


def columns_of(form: LedgerForm, edition: Edition, absent: Collection[str]) -> Iterator[Column]:
    """Yield the columns of the form, name first, with what each becomes and whether the file has it."""
    yield Column(form.person, PERSON["person.name"], found=True)
    for column in form.columns:
        known = edition.fields.get(column.column)
        step = edition.steps.get(column.column.partition(".")[0])
        field = Text(known.zh, known.en) if known else PERSON.get(column.column, NO_FIELD)
        if known and step:
            field = Text(f"{step.zh}：{known.zh}", f"{step.en}: {known.en}")
        yield Column(column.header, field, column.header not in absent)


def column_rows(columns: tuple[Column, ...]) -> list[tuple[str | Text, ...]]:
    """Return the rows of the table of columns."""
    return [(one.header, one.field, FOUND if one.found else ABSENT) for one in columns]


def others(job: Job) -> Text | None:
    """Return which columns of the file are not taken over, for the form does not know them; None: there are none."""
    found = job.result.get("others")
    columns = [tuple(map(str, one)) for one in found if isinstance(one, Sequence)] if isinstance(found, list) else []
    if not columns:
        return None
    sheets = {sheet: [one[1:] for one in columns[:MOST_NAMED] if one[0] == sheet] for sheet, *_ in columns[:MOST_NAMED]}
    zh = "；".join(f"{name} " + "、".join(f"{at} 列“{head}”" for at, head in own) for name, own in sheets.items())
    en = "; ".join(f"{name} " + ", ".join(f"column {at} “{head}”" for at, head in own) for name, own in sheets.items())
    more = len(columns) > MOST_NAMED
    return Text(f"{zh}{f'等 {len(columns)} 列' if more else ''}", f"{en}{f' … {len(columns)} in all' if more else ''}")


def summary(job: Job) -> Iterator[tuple[Text, str | Text]]:
    """Yield what a report comes to: people, roster, cells, each with its kinds and numbers."""
    totals = _mapping(job, "totals")
    heads = {
        "rows": (Text("人员", "People"), RowKind), "cells": (Text("单元格", "Cells"), What),
        "members": (Text("党员名册", "Roster"), RowKind),
    }  # fmt: skip
    for name, (head, kinds) in heads.items():
        said = [(WORDS[kinds(kind)], number) for kind, number in totals[name].items() if number]
        if said:
            zh = "；".join(f"{words.zh} {number}" for words, number in said)
            yield head, Text(zh, "; ".join(f"{words.en} {number}" for words, number in said))
    if unread := totals["unreadable"]["cells"]:
        yield Text("读不出", "Unreadable"), Text(f"{unread} 格", f"cells: {unread}")


def aside(job: Job) -> int:
    """Return how many rows and cells are not taken."""
    counts = _mapping(job, "counts")
    return sum(counts.get(part, 0) for part in ASIDE)


def kind_words(kind: str) -> Text:
    """Return what a kind of a row is called."""
    return WORDS[RowKind(kind)]


def what_words(what: str) -> Text:
    """Return what becomes of a cell."""
    return WORDS[What(what)]


def text(plain: Any) -> Text | None:  # noqa: ANN401 - JSON
    """Return a sentence of a report in both languages."""
    if isinstance(plain, Mapping):
        return Text(str(plain["zh"]), str(plain["en"]))
    return Text(str(plain[0]), str(plain[1])) if plain else None


def _mapping(job: Job, name: str) -> Mapping[str, Any]:
    found = job.result.get(name)
    return found if isinstance(found, Mapping) else {}
