"""A view as a folder: buckets of whole organizations in their order, a manifest, cases made anew where they changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise

import duckdb
import pytest

from tests.bulk.views import draw, expected, stored, write_entries, write_members
from tests.regulation.case import BOOK, CALENDAR, LAW
from workflow.bulk.layout import CASE, Layout
from workflow.case.record import EntryKind, Recorded
from workflow.compliance.country import LaterThanRecorded, audit_view
from workflow.compliance.view.build import Builder, Source
from workflow.compliance.view.manifest import FolderInUse, OtherView, read_manifest
from workflow.compliance.view.singly import BadCase
from workflow.rules.rulebook import Rulebook

LAYOUT = Layout(BOOK)
BUILDER = Builder(LAYOUT, CALENDAR, entries_a_bucket=1500)
COUNT = 200


@pytest.fixture(scope="module")
def histories():
    return draw(LAYOUT, 7, COUNT)


@pytest.fixture(scope="module")
def view(histories, tmp_path_factory):
    """Return the folder of a view with what it was made of."""
    folder = tmp_path_factory.mktemp("view")
    write_entries(BUILDER, stored(BUILDER, histories), folder / "entries.parquet")
    write_members(folder / "members.parquet")
    BUILDER.build(Source([folder / "entries.parquet"], folder / "members.parquet"), folder / "view")
    return folder


def rows(folder, kind="cases"):
    """Return the rows that count, sorted, without their marks."""
    relation = read_manifest(folder).relation(folder, kind)
    own = "COLUMNS(lambda name: NOT starts_with(name, '#marks_'))"
    with duckdb.connect() as connection:
        return sorted(connection.execute(f"SELECT {own} FROM {relation}").fetchall(), key=str)


def alone(histories):
    """Return the rows of cases, and of earlier rounds, as one case at a time has them."""
    found = [one for one in expected(LAYOUT, stored(BUILDER, histories)).values() if not isinstance(one, BadCase)]
    return (sorted((one.row for one in found), key=str), sorted((row for one in found for row in one.rounds), key=str))


def test_all_cases_and_their_earlier_rounds_stand_in_the_view(view, histories):
    cases, rounds = alone(histories)
    assert rows(view / "view") == cases
    assert rows(view / "view", "rounds") == rounds
    assert len(rounds) > 20


def test_buckets_hold_whole_organizations_in_their_order(view):
    buckets = read_manifest(view / "view").buckets
    assert len(buckets) > 2
    assert all((one.last or 0) < (other.first or 0) for one, other in pairwise(buckets))
    with duckdb.connect() as connection:
        for bucket in buckets:
            path = bucket.path(view / "view", "cases")
            found = connection.execute(f'SELECT "#organization", "#case" FROM \'{path}\'').fetchall()
            assert found == sorted(found)
            assert len(found) == bucket.cases


def test_numbers_stand_as_differences_and_words_are_listed_once(view, tmp_path):
    Builder(LAYOUT, CALENDAR).build(Source([view / "entries.parquet"]), tmp_path / "view")
    with duckdb.connect() as connection:
        asked = f"SELECT path_in_schema, encodings FROM parquet_metadata('{tmp_path}/view/cases-00001.parquet')"
        forms = dict(connection.execute(asked).fetchall())
    assert (forms["#case"], forms["activist.body"]) == ("DELTA_BINARY_PACKED", "RLE_DICTIONARY")


def test_a_case_that_cannot_be_replayed_is_told_and_stops_nothing(view, histories):
    found = expected(LAYOUT, stored(BUILDER, histories))
    bad = {case for case, one in found.items() if isinstance(one, BadCase)}
    assert {one.case for one in read_manifest(view / "view").bad} == bad
    assert len(bad) > 5


def test_no_name_stands_in_the_view(view):
    with duckdb.connect() as connection:
        path = view / "view" / "cases-00001.parquet"
        types = connection.execute(f"DESCRIBE SELECT * FROM '{path}'").fetchall()
        texts = [row[0] for row in types if row[1] == "VARCHAR" and row[0] != "#unread"]
        said = {
            value
            for name in texts
            for (value,) in connection.execute(
                f"SELECT DISTINCT \"{name}\" FROM read_parquet('{view / 'view'}/cases-*.parquet')"
            ).fetchall()
        }
    words = {value for period in BOOK.periods for field in period.edition.fields.values() for value in field.values}
    assert said - {None} <= words | set(BOOK.newest.bodies)


def test_a_view_of_an_earlier_day_knows_what_was_recorded_by_then(histories, view, tmp_path):
    until = date(2027, 6, 30)
    BUILDER.build(Source([view / "entries.parquet"], view / "members.parquet", until), tmp_path / "view")
    known = {
        case: (organization, [entry for entry in entries if entry.recorded_on <= until])
        for case, (organization, entries) in histories.items()
    }
    assert rows(tmp_path / "view") == alone(known)[0]
    assert read_manifest(tmp_path / "view").recorded_until == until


def test_cases_that_changed_are_made_anew_and_supersede_what_stood(histories, view, tmp_path):
    source = Source([view / "entries.parquet"], view / "members.parquet")
    BUILDER.build(source, tmp_path / "view")
    now = dict(histories)
    for step, cases in enumerate(((3, 50, 51), (51, 120)), start=1):
        others = draw(LAYOUT, 70 + step, COUNT)
        changed = {case: (now[case][0], others[case][1]) for case in cases}
        write_entries(BUILDER, stored(BUILDER, changed), tmp_path / "changed.parquet")
        BUILDER.renew(replace(source, entries=[tmp_path / "changed.parquet"]), tmp_path / "view")
        now |= changed
    assert rows(tmp_path / "view") == alone(now)[0]
    assert rows(tmp_path / "view", "rounds") == alone(now)[1]
    assert len(read_manifest(tmp_path / "view").changes) == 2
    bad = {case for case, one in expected(LAYOUT, stored(BUILDER, now)).items() if isinstance(one, BadCase)}
    assert {one.case for one in read_manifest(tmp_path / "view").bad} == bad


def test_a_view_of_other_definitions_is_not_mixed_with_these(view):
    other = Builder(Layout(Rulebook(LAW, LAW.timeline(["procuratorate"]))), CALENDAR)
    with pytest.raises(OtherView):
        other.renew(Source([view / "entries.parquet"]), view / "view")


def test_without_rosters_what_turns_on_members_cannot_be_read(view, tmp_path):
    BUILDER.build(Source([view / "entries.parquet"]), tmp_path / "view")
    with duckdb.connect() as connection:
        cases = f"'{tmp_path}/view/cases-*.parquet'"
        named = f'SELECT "#unread" FROM {cases} WHERE "sponsors.name_1" = 1 AND sponsor_since IS NOT NULL'
        found = [unread for (unread,) in connection.execute(named).fetchall()]
    assert found
    assert all("someone_not_full" in unread for unread in found)


def test_columns_that_a_file_never_fills_may_be_left_out(histories, view, tmp_path):
    lived = {case: one for case, one in histories.items() if case <= 20}
    with duckdb.connect() as connection:
        source = f"read_parquet('{view / 'entries.parquet'}')"
        empty = [
            row[0]
            for row in connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
            if connection.execute(f'SELECT count("{row[0]}") FROM {source} WHERE "case" <= 20').fetchone() == (0,)
        ]
        left = ", ".join(f'"{name}"' for name in empty)
        connection.execute(
            f'COPY (SELECT * EXCLUDE ({left}) FROM {source} WHERE "case" <= 20) '
            f"TO '{tmp_path}/entries.parquet' (FORMAT parquet)"
        )
    assert len(empty) > 40
    BUILDER.build(Source([tmp_path / "entries.parquet"], view / "members.parquet"), tmp_path / "view")
    assert rows(tmp_path / "view") == alone(lived)[0]


def test_the_key_of_a_case_is_its_number(view, histories):
    with duckdb.connect() as connection:
        found = connection.execute(f"SELECT \"{CASE}\" FROM '{view}/view/cases-*.parquet'").fetchall()
    assert len(found) == len(set(found))
    assert {case for (case,) in found} <= set(histories)


def test_a_word_that_no_edition_knows_is_unreadable_and_stands_nowhere(histories, tmp_path):
    lines = stored(BUILDER, histories)
    line = next(one for one in lines if one["activist.body"] is not None and one["kind"] == "act")
    line["activist.body"] = "张三，某某支部书记"
    write_entries(BUILDER, lines, tmp_path / "entries.parquet")
    BUILDER.build(Source([tmp_path / "entries.parquet"]), tmp_path / "view")
    every = [row for kind in ("cases", "rounds") for row in rows(tmp_path / "view", kind)]
    assert not any("张三" in str(value) for row in every for value in row)
    own = [row for row in every if row[0] == line["case"]]
    assert any(";activist.body;" in str(value) for row in own for value in row)


def test_a_correction_of_an_opening_keeps_what_it_says():
    columns = BUILDER.singly.entries
    correction = Recorded(
        2, EntryKind.CORRECTION, date(2026, 1, 1), evidence={"person.born_on": date(2010, 3, 31)}, supersedes=1
    )
    assert columns.recorded(columns.row(1, 1, correction)) == correction


def test_a_view_is_not_made_where_something_stands(view):
    with pytest.raises(FolderInUse):
        BUILDER.build(Source([view / "entries.parquet"]), view / "view")


def test_a_view_is_renewed_as_of_the_same_day_of_recording_alone(view, tmp_path):
    BUILDER.build(Source([view / "entries.parquet"], recorded_until=date(2027, 1, 1)), tmp_path / "view")
    with pytest.raises(OtherView):
        BUILDER.renew(Source([view / "entries.parquet"]), tmp_path / "view")


def test_no_two_views_are_taken_for_one_another(view, tmp_path):
    source = Source([view / "entries.parquet"])
    made = {BUILDER.build(source, tmp_path / name).digest for name in ("one", "other")}
    assert len(made) == 2
    before = read_manifest(tmp_path / "one").digest
    assert BUILDER.renew(source, tmp_path / "one").digest != before


def test_another_calendar_is_another_view(view, tmp_path):
    BUILDER.build(Source([view / "entries.parquet"]), tmp_path / "view")
    other = replace(CALENDAR, make_up_days=frozenset())
    with pytest.raises(OtherView):
        Builder(LAYOUT, other).renew(Source([view / "entries.parquet"]), tmp_path / "view")


def test_no_audit_goes_beyond_what_was_recorded(view, tmp_path):
    until = date(2027, 1, 1)
    BUILDER.build(Source([view / "entries.parquet"], recorded_until=until), tmp_path / "view")
    with pytest.raises(LaterThanRecorded):
        audit_view(tmp_path / "view", LAYOUT, CALENDAR, date(2027, 1, 2), tmp_path / "run")
    assert audit_view(tmp_path / "view", LAYOUT, CALENDAR, until, tmp_path / "run").cases
