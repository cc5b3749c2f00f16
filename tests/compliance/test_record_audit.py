"""The living record judged in bulk: what is found is what the pages of 合规 show, on either database."""

from __future__ import annotations

import csv
import json
from datetime import date
from fractions import Fraction

import duckdb
import pytest
from sqlalchemy import func, select

from tests.cli.jishi import jishi
from tests.engine.office import LAWS, bureau
from tests.ledger_import.institute import (
    SAMPLE,
    bring,
    institute,
    ledger_branches,
    person,
    records,
    sample_ledger,
    workbook,
)
from tests.web.lively import INSPECTOR, TODAY, lively
from workflow.compliance.engines.duckdb import parquet
from workflow.compliance.rates import broken
from workflow.compliance.record_audit import audited_record
from workflow.engine import indication_runs
from workflow.engine.log_acts import LogAct
from workflow.engine.offices import actor_of
from workflow.engine.task import Task
from workflow.store.tables import (
    Case,
    Finding,
    IndicationCount,
    IndicationRun,
    LogEntry,
    Organization,
    SubmissionStatus,
)


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    """Give the sample office on a working day."""
    office = lively(tmp_path_factory.mktemp("sample"))
    yield office
    office.database.close()


def shown(office, today):
    """Return what the pages show on a day: case, rule, step and round."""
    asked = select(Case.number, Finding.rule, Finding.step, Finding.round).join(Case, Case.id == Finding.case_id)
    with office.database.read() as connection:
        return {tuple(row) for row in connection.execute(asked.where(Finding.broken_on <= today))}


def found(audit):
    """Return what the audit found."""
    with duckdb.connect() as connection:
        cases = parquet(audit.folder / "cases.parquet")
        query = f'SELECT c.name, rule, step, round FROM {broken(audit.parts)} JOIN {cases} c USING ("case")'
        return set(connection.execute(query).fetchall())


def test_the_sample_office_is_judged_as_its_pages_show(sample):
    with audited_record(sample.database, LAWS, TODAY) as audit:
        assert found(audit) == shown(sample, TODAY) != set()
        assert audit.cases == len(records(sample))
        assert audit.bad == ()
        folder = audit.folder
    assert not folder.exists()


def test_on_another_day_other_limits_have_run_out(sample):
    later = date(2027, 6, 30)
    with audited_record(sample.database, LAWS, later) as audit:
        assert found(audit) == shown(sample, later) != shown(sample, TODAY)


def test_no_name_stands_in_what_is_written(sample, tmp_path):
    with audited_record(sample.database, LAWS, TODAY, tmp_path) as audit:
        whole = b"".join(path.read_bytes() for path in audit.folder.rglob("*") if path.is_file())
        with duckdb.connect() as connection:
            texts = connection.execute(f"SELECT * FROM {parquet(audit.folder / 'members.parquet')}").fetchall()
    for name in ("高示安", "马示一", "任示二"):
        assert name.encode() not in whole
        assert name not in str(texts)


def test_a_finding_more_or_less_would_be_seen(sample):
    with audited_record(sample.database, LAWS, date(2026, 11, 21)) as audit:
        assert found(audit) != shown(sample, TODAY)
    with audited_record(sample.database, LAWS, date(2026, 6, 1)) as audit:  # before anything was recorded
        assert found(audit) == set()


def test_the_command_reads_either_way_of_naming_the_database_and_changes_nothing(sample, tmp_path):
    path = sample.database.place
    before = shown(sample, TODAY)
    for number, named in enumerate((("--database", f"sqlite:///{path}"), ("--data", path.removesuffix("jishi.db")))):
        out = tmp_path / f"found{number}.json"
        done = jishi("audit", *named, "--as-of", TODAY, "--out", out, "--quiet")
        assert (done.code, done.err) == (1, "")
        told = json.loads(out.read_text("utf-8"))
        assert {(one["case"], one["rule"], one["step"]) for one in told["findings"]} == {row[:3] for row in before}
        assert done.out.count("\n") == 1
    assert shown(sample, TODAY) == before
    assert {path.name for path in tmp_path.iterdir()} == {"found0.json", "found1.json"}


def test_a_later_audit_says_what_is_new_since_an_earlier_one_and_draws_a_sample(sample, tmp_path):
    named = ("--database", f"sqlite:///{sample.database.place}")
    before, after = shown(sample, TODAY), shown(sample, date(2027, 6, 30))
    jishi("audit", *named, "--as-of", TODAY, "--out", tmp_path / "before.csv", "--quiet")
    numbers = {record.row.number for _, record in records(sample)}
    draw = ("--sample", len(numbers) - 1, "--seed", "x", "--sample-to", tmp_path / "sample.csv")
    since = ("--since", tmp_path / "before.csv", "--out", tmp_path / "after.json")
    done = jishi("audit", *named, "--as-of", "2027-06-30", *since, *draw, "--quiet")
    assert (done.code, done.err) == (1, "")
    told = json.loads((tmp_path / "after.json").read_text("utf-8"))
    lives = {(row["case"], row["rule"], row["step"], row["round"]): row["life"] for row in told["findings"]}
    assert {key for key, life in lives.items() if life == "new"} == after - before != set()
    assert {key for key, life in lives.items() if life == "unchanged"} == after & before != set()
    assert {key for key, life in lives.items() if life == "gone"} == before - after
    drawn = {line.split(",")[0] for line in (tmp_path / "sample.csv").read_text("utf-8").splitlines()[1:]}
    assert (len(drawn), drawn < numbers) == (len(numbers) - 1, True)


def test_a_database_that_is_not_there_is_an_error(tmp_path):
    done = jishi("audit", "--data", tmp_path)
    assert (done.code, "错误 / error" in done.err) == (2, True)
    assert jishi("audit", SAMPLE, "--data", tmp_path).code == 2


def test_both_databases_say_what_the_workbook_says(database, tmp_path):
    ledger = sample_ledger()
    office = institute(database, ledger_branches(ledger))
    bring(office, SAMPLE)
    book, on = LAWS.book(), office.clock.day
    with audited_record(database, LAWS, on, tmp_path) as audit:
        assert found(audit) == shown(office, on) != set()
        assert [part.layout.book.periods for part in audit.parts] == [book.periods]


def ledger_of_a_rush(path):
    """Write a ledger: six of the first branch admitted in a week with letters of one day, one waits in the second."""
    vote = {"接收应到": 9, "接收实到": 9, "接收赞成": 9}
    rushed = [
        person(f"张示{number}", 入党申请时间=date(2024, 3, 1), 接收大会时间=date(2026, 6, 1 + number), **vote)
        for number in range(1, 7)
    ]
    others = [
        person(f"李示{number}", 所在党支部="第二党支部", 入党申请时间=date(2024, number, 1)) for number in range(1, 7)
    ]
    waits = person("王示一", 所在党支部="第二党支部", 入党申请时间=date(2023, 9, 1), 确定积极分子时间=date(2023, 12, 1))
    return workbook(path, *rushed, *others, waits)


def test_both_databases_show_what_many_cases_show_together(database, tmp_path):
    office = institute(database)
    bring(office, ledger_of_a_rush(tmp_path / "ledger.xlsx"))
    office.clock.day = date(2026, 11, 22)
    with audited_record(database, LAWS, office.clock.day, tmp_path) as audit:
        told = {one.name: one for one in audit.indicated}
    assert (told["rush"].every.shown, told["rush"].every.base) == (6, 6)
    assert [(name, one.shown) for name, one in told["rush"].branches] == [("第一党支部", 6)]
    assert [(name, one.shown, one.base) for name, one in told["one_day"].branches] == [
        ("第一党支部", 6, 6), ("第二党支部", 0, 6),
    ]  # fmt: skip
    assert [(name, one.some) for name, one in told["idle"].branches] == [("第二党支部", True)]
    assert told["late"].branches == told["at_once"].branches == ()  # all was taken over


def test_both_databases_show_what_was_recorded_long_after_and_at_once(database, tmp_path):
    office = bureau(database)
    cases = [office.open(date(2026, 6, 1), name=f"张示{number}").case for number in range(5)]
    for number in range(5):
        office.open(date(2026, 6, 1 + number), who="elsewhere", name=f"李示{number}")
    office.clock.day = date(2026, 11, 20)
    recommended = {"recommended_by": "党员推荐", "recommended_on": "2026-06-20"}
    steps: tuple[tuple[str, str, date, dict[str, str]], ...] = (
        ("secretary", "talk held", date(2026, 6, 20), {"talker": "甲", "paper": "谈1"}),
        ("secretary", "activist confirmed", date(2026, 7, 1), recommended),
        ("approver", "file_activist filed", date(2026, 7, 3), {}),
        ("secretary", "contacts assigned", date(2026, 7, 5), {"name_1": "甲"}),
        ("secretary", "cultivate reviewed", date(2026, 10, 1), {}),
    )  # fmt: skip
    for case in cases:
        for who, do, on, evidence in steps:
            assert office.take(who, case, do, on, evidence=evidence).status is SubmissionStatus.RECORDED
    with audited_record(database, LAWS, date(2026, 11, 22), tmp_path) as audit:
        told = {one.name: one for one in audit.indicated}
        before = audit.head()["indications"]
    with audited_record(database, LAWS, date(2026, 11, 19), tmp_path) as audit:  # nothing of it was recorded yet
        assert [
            (one.shown, one.base) for one in (found.every for found in audit.indicated if found.name == "late")
        ] == [(0, 10)]
    assert [(name, one.shown, one.base) for name, one in told["late"].branches] == [("一支部", 5, 5), ("二支部", 0, 5)]
    assert [(name, one.shown, one.base) for name, one in told["at_once"].branches] == [("一支部", 5, 5)]
    assert (told["late"].every.shown, told["late"].every.base, told["late"].every.rate) == (5, 10, Fraction(1, 2))
    assert [one["indication"] for one in before] == ["rush", "idle", "late", "at_once", "one_day", "differing"]
    keys = {key for one in before for row in (one, *one["branches"]) for key in row}
    assert keys == {
        "indication", "title", "base_is", "says", "does_not_say", "basis", "convention", "thresholds", "shown", "base",
        "rate", "branches", "branch",
    }  # fmt: skip
    assert not any(name in json.dumps(before, ensure_ascii=False) for name in ("张示", "secretary", "approver"))


def test_the_command_says_and_writes_what_many_cases_show(sample, tmp_path):
    named = ("--data", sample.database.place.removesuffix("jishi.db"), "--as-of", TODAY)
    done = jishi("audit", *named, "--out", tmp_path / "found.csv")
    assert "线索（不是问题" in done.out
    with (tmp_path / "found-indications.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    told = json.loads(jishi("audit", *named, "--json").out)["indications"]
    every = [(row["indication"], row["shown"], row["base"]) for row in rows if not row["branch"]]
    assert every == [(one["indication"], *(_cell(one[key]) for key in ("shown", "base"))) for one in told]
    assert len(rows) == sum(1 + len(one["branches"]) for one in told) > len(told)
    assert jishi("audit", *named, "--out", tmp_path / "found.csv", "--quiet").code == 1  # its own file is replaced
    (tmp_path / "found-indications.csv").write_text("mine", encoding="utf-8")
    assert jishi("audit", *named, "--out", tmp_path / "found.csv").code == 2
    assert (tmp_path / "found-indications.csv").read_text(encoding="utf-8") == "mine"


def test_indications_are_kept_for_the_pages_if_asked_for_and_that_is_noted(sample):
    named = ("--data", sample.database.place.removesuffix("jishi.db"), "--as-of", TODAY)
    said = json.loads(jishi("audit", *named, "--keep", "--json").out)
    assert said["kept"] == 1
    top = select(IndicationCount.indication, IndicationCount.base, IndicationCount.shown).join(Organization)
    noted = select(LogEntry.about, LogEntry.account_id).where(LogEntry.act == LogAct.INDICATIONS_KEPT)
    with sample.database.read() as connection:
        of_top = top.where(Organization.parent_id.is_(None), IndicationCount.run_id == 1)
        kept = {name: (base, shown) for name, base, shown in connection.execute(of_top)}
        lines = [tuple(row) for row in connection.execute(noted)]
    told = {one["indication"]: (one["base"], one["shown"]) for one in said["indications"]}
    assert {name for name, (base, _) in told.items() if base != 0} == kept.keys() != set()
    for name, numbers in kept.items():
        assert all(here in (None, there) for here, there in zip(told[name], numbers, strict=True))
    assert lines == [({"run": 1, "as_of": TODAY.isoformat()}, None)]
    login = sample.people[INSPECTOR]
    with sample.database.read() as connection:
        actor = actor_of(connection, LAWS.organizations, login.account_id, login.office_id, TODAY)
        found = indication_runs.kept(Task(connection, LAWS, actor, sample.clock()), None)
    assert isinstance(found, indication_runs.Kept)
    assert {one.name: (one.here.base, one.here.shown) for one in found.indicated} == told


def test_without_being_asked_nothing_is_kept_and_of_a_ledger_there_is_nothing_to_keep(sample, tmp_path):
    counted = select(func.count()).select_from(IndicationRun)
    with sample.database.read() as connection:
        before = connection.scalar(counted)
    jishi("audit", "--data", sample.database.place.removesuffix("jishi.db"), "--as-of", TODAY, "--quiet")
    with sample.database.read() as connection:
        assert connection.scalar(counted) == before
    done = jishi("audit", tmp_path / "none.xlsx", "--keep")
    assert (done.code, "--keep" in done.err) == (2, True)
    done = jishi("audit", "--data", tmp_path, "--as-of", "2999-01-01", "--keep")
    assert (done.code, "days that have come" in done.err) == (2, True)


def _cell(number):
    """Return a number as a file has it, blank where it is hidden."""
    return "" if number is None else str(number)


def test_that_the_record_was_read_or_taken_out_is_noted(sample, tmp_path):
    noted = select(LogEntry.act, LogEntry.about, LogEntry.account_id).where(LogEntry.act.startswith("findings_"))
    with sample.database.read() as connection:
        before = len(connection.execute(noted).all())
    named = ("--data", sample.database.place.removesuffix("jishi.db"), "--as-of", TODAY)
    said = json.loads(jishi("audit", *named, "--json").out)
    jishi("audit", *named, "--out", tmp_path / "out.csv", "--quiet")
    jishi("audit", *named, "--html", tmp_path / "out.html", "--quiet")
    about = {"as_of": TODAY.isoformat(), "cases": said["cases"], "rows": said["found"]}
    with sample.database.read() as connection:
        lines = [tuple(row) for row in connection.execute(noted.order_by(LogEntry.id)).all()[before:]]
    assert lines == [("findings_read", about, None), *[("findings_exported", about, None)] * 2]
