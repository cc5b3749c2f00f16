"""``jishi ledger``: importing, undoing and exporting as real processes do it, in both languages and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.engine.office import Bureau
from tests.ledger_import.institute import institute, person, records, workbook
from tests.ledger_reader.workbooks import LEDGER, write_xlsx
from workflow.cli.main import main
from workflow.store.database import Database

WHY = ("--reason", "导错文件")


@pytest.fixture
def office(sqlite_database: Database) -> Bureau:
    return institute(sqlite_database)


def run(office: Bureau, *arguments: str | Path, who: str = "organizer") -> Result:
    url = f"sqlite:///{office.database.place}"
    return CliRunner().invoke(main, ["ledger", *map(str, arguments), "--as", who, "--database", url])


def test_import_dry_run_undo_and_batches(office: Bureau, tmp_path: Path) -> None:
    file = workbook(tmp_path / "l.xlsx", person())
    dry = run(office, "import", file, "--dry-run")
    assert (dry.exit_code, records(office)) == (0, [])
    assert "【示例】导入报告" in dry.output
    assert "这是预演，没有写入任何内容。" in dry.output
    real = run(office, "import", file)
    assert real.exit_code == 0
    assert real.output.splitlines()[:-1] == dry.output.splitlines()[:-1]
    assert "发展党员台账 第3行 张伟 第一党支部 新增 入党申请人" in real.output
    assert "批次 1" in real.output
    again = json.loads(run(office, "import", file, "--json").output)
    assert (again["batch"], again["totals"]["rows"]["unchanged"]) == (None, 1)
    assert "1 cases, 3 entries" in run(office, "batches", "--lang", "en").output
    assert "批次 1 已撤销：1份档案，3条。" in run(office, "undo", "1", *WHY).output
    assert run(office, "undo", "1").exit_code == 2  # why?
    assert records(office) == []
    second = json.loads(run(office, "undo", "1", *WHY, "--json").output)
    assert (second["again"], second["left"]) == (True, [])
    listed = json.loads(run(office, "batches", "--json").output)["batches"]
    assert [(one["batch"], one["undoes"], one["undone_by"]) for one in listed] == [(2, 1, None), (1, None, 2)]


def test_what_is_left_out_or_unreadable_ends_with_one_and_is_told(office: Bureau, tmp_path: Path) -> None:
    file = workbook(tmp_path / "l.xlsx", person(派人谈话时间="待定"), person("李强", 所在党支部="别处"))
    done = run(office, "import", file, "--lang", "en")
    assert done.exit_code == 1
    assert "row 4 李强 别处 left out there is no such branch in your scope" in done.output
    assert "unreadable 发展党员台账 row 3 派人谈话时间 “待定”" in done.output
    quiet = run(office, "import", file, "--quiet")
    assert len(quiet.output.splitlines()) == 4


def test_columns_that_the_form_does_not_know_are_named_and_no_fault(office: Bureau, tmp_path: Path) -> None:
    file = write_xlsx(tmp_path / "l.xlsx", {LEDGER: [[*person(), "序号", "谈话人"], [*person().values(), 1, "甲"]]})
    done = run(office, "import", file, "--dry-run")
    assert done.exit_code == 0, done.output
    assert "不是规定格式的列，不导入：发展党员台账 F列“谈话人”" in done.output
    plain = json.loads(run(office, "import", file, "--json").output)
    assert plain["others"] == [{"sheet": LEDGER, "column": "F", "header": "谈话人"}]


def test_export_keeps_what_is_there(office: Bureau, tmp_path: Path) -> None:
    run(office, "import", workbook(tmp_path / "l.xlsx", person()))
    target = tmp_path / "out.xlsx"
    assert "已导出：1人" in run(office, "export", target).output
    assert target.stat().st_mode & 0o077 == 0
    before = target.read_bytes()
    assert run(office, "export", target).exit_code == 2
    assert run(office, "export", tmp_path / "out.csv").exit_code == 2
    assert run(office, "export", tmp_path / "none.xlsx", "--organization", "别处").exit_code == 1
    assert (target.read_bytes(), (tmp_path / "none.xlsx").exists()) == (before, False)


def test_who_may_not_and_what_is_no_ledger(office: Bureau, tmp_path: Path) -> None:
    file = workbook(tmp_path / "l.xlsx", person())
    assert run(office, "import", file, who="auditor").exit_code == 1
    (tmp_path / "no.xlsx").write_bytes(b"no workbook")
    assert run(office, "import", tmp_path / "no.xlsx").exit_code == 2
    assert run(office, "undo", "7", *WHY).exit_code == 2
    assert records(office) == []
