"""Marks of a case: they count what the numbers of its clauses count (test_conformance), and little is read for it."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest

from tests.bulk.views import draw, stored, write_entries, write_members
from tests.regulation.case import BOOK, CALENDAR
from workflow.bulk import marks
from workflow.bulk.dialects import DUCKDB, UNREAD
from workflow.bulk.layout import Layout
from workflow.bulk.marks import Marks
from workflow.compliance.engines.duckdb import parquet
from workflow.compliance.view.build import Builder, Source
from workflow.compliance.view.manifest import OtherView, digest_of

LAYOUT = Layout(BOOK)
TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def view(tmp_path_factory):
    folder, builder = tmp_path_factory.mktemp("marks"), Builder(LAYOUT, CALENDAR)
    write_members(folder / "members.parquet")
    write_entries(builder, stored(builder, draw(LAYOUT, 5, 60)), folder / "entries.parquet")
    builder.build(Source([folder / "entries.parquet"], folder / "members.parquet"), folder / "view")
    return folder / "view"


def read(query):
    with duckdb.connect() as connection:
        return connection.execute(query).fetchall()


def test_a_view_holds_them_of_every_case_that_can_be_read(view):
    cases, unread = parquet(view / "cases-00001.parquet"), DUCKDB.quoted(UNREAD)
    names = [name for name, *_ in read(f"DESCRIBE SELECT * FROM {cases}") if name.startswith("#marks_")]
    assert names == ["#marks_0", "#marks_1", "#marks_2"]
    for name in names:
        counted = f"SELECT {unread} IS NULL, count(*), count({DUCKDB.quoted(name)}) FROM {cases} GROUP BY 1"
        assert {(can, there == given, given > 0) for can, there, given in read(counted)} == {
            (True, True, True),
            (False, False, False),
        }


def test_little_is_read_to_count(view):
    cases = parquet(view / "cases-00001.parquet")
    counting = Marks(LAYOUT).counting(cases, TODAY)
    asked = [name for name, *_ in read(f"DESCRIBE SELECT * FROM {cases}") if DUCKDB.quoted(name) in counting]
    few = ", ".join(map(DUCKDB.quoted, asked))
    assert len(asked) < len(LAYOUT.columns) / 10
    assert read(Marks(LAYOUT).counting(f"(SELECT {few} FROM {cases})", TODAY)) == read(counting)


def test_a_view_with_other_marks_is_another_view(view, monkeypatch):
    before = digest_of(LAYOUT, CALENDAR)
    assert digest_of(Layout(BOOK), CALENDAR) == before
    monkeypatch.setattr(marks, "words_of", lambda conditions: [*reversed(conditions)])
    assert digest_of(LAYOUT, CALENDAR) != before
    with pytest.raises(OtherView):
        Builder(LAYOUT, CALENDAR).renew(Source([]), view)
