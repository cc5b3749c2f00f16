"""A view that was renewed is audited from an earlier run: the same comes of it as of an audit of all its cases."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from datetime import date
from shutil import copytree

import duckdb
import pytest

from tests.bulk.views import draw, stored, write_entries, write_members
from tests.regulation.case import BOOK, CALENDAR
from workflow.bulk.layout import Layout
from workflow.compliance.again import Known, OtherEarlier
from workflow.compliance.country import audit_view
from workflow.compliance.engines.duckdb import DuckDbEngine
from workflow.compliance.runs import OtherRun, Run, read_run
from workflow.compliance.view.build import Builder, Source
from workflow.compliance.view.manifest import MANIFEST

LAYOUT = Layout(BOOK)
LAYOUT.clauses = LAYOUT.clauses[1::5]  # what is taken over does not turn on the rules: a few are planned sooner
BUILDER = Builder(LAYOUT, CALENDAR, entries_a_bucket=150)
TODAY = date(2026, 11, 22)
COUNT = 90


def judged_alike(run):
    """Return what a run found, without from which run it took part of it."""
    return replace(run, of={key: value for key, value in run.of.items() if key != "earlier"})


def audited(view, out, *, day=TODAY, at_once=1, **asked):
    return audit_view(view, LAYOUT, CALENDAR, day, out, at_once=at_once, **asked)


def spoiled(rows):
    """Return entries of which one in four says of something only that it cannot be read."""
    for number, row in enumerate(rows):
        there = [name for name in BUILDER.singly.entries.evidence if row.get(name) is not None]
        if there and number % 4 == 0:
            name = there[number % len(there)]
            row |= {name: None, "unreadable": [*(row["unreadable"] or ()), name]}
    return rows


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Give a view, the run of it, the view renewed once with the run of that, and renewed twice."""
    folder, now = tmp_path_factory.mktemp("again"), draw(LAYOUT, 21, COUNT)
    write_members(folder / "members.parquet")
    source = Source([folder / "entries.parquet"], folder / "members.parquet")
    write_entries(BUILDER, spoiled(stored(BUILDER, now)), folder / "entries.parquet")
    BUILDER.build(source, folder / "view-0")
    audited(folder / "view-0", folder / "run-0")
    for step, cases in enumerate((range(1, COUNT + 5, 9), range(1, COUNT, 17)), start=1):
        others = draw(LAYOUT, 70 + step, COUNT + 5)  # some cases are new
        changed = {case: (now[case][0] if case in now else 1, others[case][1]) for case in cases}
        write_entries(BUILDER, stored(BUILDER, changed), folder / "changed.parquet")
        copytree(folder / f"view-{step - 1}", folder / f"view-{step}")
        BUILDER.renew(replace(source, entries=[folder / "changed.parquet"]), folder / f"view-{step}")
        audited(folder / f"view-{step}", folder / f"run-{step}")
    return folder


def written(folder):
    """Return every row of every file of a run, in its order."""
    with duckdb.connect() as connection:
        return {
            path.name: connection.execute(f"SELECT * FROM '{path}'").fetchall()
            for path in sorted(folder.glob("*.parquet"))
        }


def unread_before(folder):
    """Return how many of the cases that changed first could not be read in full as they stood."""
    counted = f"SELECT count(\"#unread\") FROM '{folder}/view-0/cases-*.parquet'"
    with duckdb.connect() as connection:
        found = connection.execute(f"{counted} WHERE \"#case\" IN (FROM '{folder}/view-1/superseded-*.parquet')")
        return found.fetchall()[0][0]


@pytest.mark.parametrize(("earlier", "now"), [(0, 1), (1, 2), (0, 2)])
def test_the_same_comes_of_it_as_of_an_audit_of_all(folder, tmp_path, earlier, now):
    view = folder / f"view-{now}"
    run = audited(view, tmp_path / "run", earlier=folder / f"run-{earlier}")
    whole = read_run(folder / f"run-{now}")
    assert judged_alike(run) == whole
    assert written(tmp_path / "run") == written(folder / f"run-{now}") != written(folder / f"run-{earlier}")
    assert whole.undecidable
    assert len(whole.done) > 2
    assert unread_before(folder)


def test_only_what_changed_is_judged(folder, tmp_path, monkeypatch):
    taken: list[str] = []
    take_over = Known.take_over

    def noted(self, part, run, out):
        taken.append(part)
        take_over(self, part, run, out)

    monkeypatch.setattr(Known, "take_over", noted)
    audited(folder / "view-1", tmp_path / "run", earlier=folder / "run-0")
    assert taken == list(read_run(folder / "run-0").done)


def test_a_run_that_was_broken_off_goes_on(folder, tmp_path, monkeypatch):
    taken: list[str] = []
    take_over = Known.take_over

    def pulled(self, part, run, out):
        if taken:
            raise KeyboardInterrupt
        taken.append(part)
        take_over(self, part, run, out)

    asked = (folder / "view-1", tmp_path / "run")
    monkeypatch.setattr(Known, "take_over", pulled)
    with pytest.raises(KeyboardInterrupt):
        audited(*asked, earlier=folder / "run-0")
    monkeypatch.setattr(Known, "take_over", take_over)
    with pytest.raises(OtherRun):  # its populations begin with those of the earlier run
        audited(*asked)
    assert judged_alike(audited(*asked, earlier=folder / "run-0")) == read_run(folder / "run-1")


def test_a_run_that_was_begun_without_an_earlier_one_does_not_go_on_with_it(folder, tmp_path):
    def pulled(_done, _of):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        audited(folder / "view-1", tmp_path / "run", tell=pulled)
    with pytest.raises(OtherRun):
        audited(folder / "view-1", tmp_path / "run", earlier=folder / "run-0")
    assert audited(folder / "view-1", tmp_path / "run") == read_run(folder / "run-1")


def test_a_view_that_was_renewed_before_its_changes_were_told_apart_is_audited_alike(folder, tmp_path):
    view = tmp_path / "view"
    copytree(folder / "view-1", view)
    told = json.loads((view / MANIFEST).read_text(encoding="utf-8"))
    del told["before"]  # as manifests were written
    (view / MANIFEST).write_text(json.dumps(told), encoding="utf-8")
    audited(view, tmp_path / "earlier")
    BUILDER.renew(Source([folder / "changed.parquet"], folder / "members.parquet"), view)  # what made view-2 of view-1
    audited(view, tmp_path / "run", earlier=tmp_path / "earlier")
    assert written(tmp_path / "run") == written(folder / "run-2")
    assert read_run(tmp_path / "run").cases == read_run(folder / "run-2").cases


def test_a_run_of_anything_else_is_refused(folder, tmp_path):
    def refused(view, earlier, **asked):
        with pytest.raises(OtherEarlier):
            audited(folder / view, tmp_path / "run", earlier=earlier, **asked)

    refused("view-1", folder / "no-run")
    refused("view-1", folder / "run-1")  # of the view as it is
    refused("view-0", folder / "run-1")  # of a later one
    refused("view-1", folder / "run-0", day=date(2026, 11, 21))
    refused("view-1", folder / "run-0", by_month=True)
    refused("view-1", folder / "run-0", at_once=2)  # other parts
    audited(folder / "view-0", tmp_path / "monthly", by_month=True)
    refused("view-1", tmp_path / "monthly")


def test_a_run_that_was_not_finished_is_refused(folder, tmp_path):
    copytree(folder / "run-0", tmp_path / "half")
    text = (tmp_path / "half" / "run.json").read_text("utf-8")
    last = f', "{list(read_run(folder / "run-0").done)[-1]}": '
    head, _, tail = text.partition(last)
    (tmp_path / "half" / "run.json").write_text(head + tail[tail.index("}") :], "utf-8")
    with pytest.raises(OtherEarlier):
        audited(folder / "view-1", tmp_path / "run", earlier=tmp_path / "half")


def test_what_a_long_run_found_stays_in_its_order(tmp_path):
    rows = 3 * 122_880  # of Parquet files as DuckDB writes them: rows of several groups are read at once
    found = tmp_path / "earlier" / "breaches-1.parquet"
    found.parent.mkdir()
    (tmp_path / "now").mkdir()
    with duckdb.connect() as connection:
        connection.execute(
            f"COPY (SELECT place // 3 AS \"case\", 'r' || place % 3 AS rule FROM range({rows}) t(place))"
            f" TO '{found}' (FORMAT parquet)"
        )
        connection.execute(f"COPY (SELECT * FROM '{found}' WHERE 1 = 0) TO '{found.parent}/undecided-1.parquet'")
        connection.execute(
            f"COPY (SELECT 7 * place AS \"#case\" FROM range(100) t(place)) TO '{tmp_path}/changed.parquet'"
        )
    with closing(DuckDbEngine(folder=str(tmp_path))) as engine:
        run = Run({})
        Known(found.parent, run, (tmp_path / "changed.parquet",), "", "", engine).take_over("1", run, tmp_path / "now")
    expected = [(place // 3, f"r{place % 3}") for place in range(rows) if place // 3 % 7 or place // 3 >= 700]
    assert written(tmp_path / "now") == {"breaches-1.parquet": expected, "undecided-1.parquet": []}
    assert run.breaches == len(expected)


def test_a_view_of_no_cases_is_a_view_too(folder, tmp_path):
    view, entries = tmp_path / "view", tmp_path / "none.parquet"
    write_entries(BUILDER, [], entries)
    BUILDER.build(Source([entries], folder / "members.parquet"), view)
    audited(view, tmp_path / "earlier")
    BUILDER.renew(Source([folder / "changed.parquet"], folder / "members.parquet"), view)
    run = audited(view, tmp_path / "run", earlier=tmp_path / "earlier")
    assert judged_alike(run) == audited(view, tmp_path / "whole")
    assert written(tmp_path / "run") == written(tmp_path / "whole")
    assert run.cases


def test_nothing_stays_open(folder, tmp_path, monkeypatch):
    opened: list[DuckDbEngine] = []
    honest = DuckDbEngine.__init__

    def noted(self, *given, **named):
        opened.append(self)
        honest(self, *given, **named)

    monkeypatch.setattr(DuckDbEngine, "__init__", noted)
    audited(folder / "view-1", tmp_path / "run", earlier=folder / "run-0")
    assert len(opened) == 3  # what judges, what counts what was, what copies
    for engine in opened:
        with pytest.raises(duckdb.ConnectionException):
            engine.connection.execute("SELECT 1")
