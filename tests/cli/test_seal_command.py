"""``jishi seal`` as an administrator, another office and an inspector meet it."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.jishi import in_a_process, jishi


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the sample office with its imported ledger."""
    folder = tmp_path_factory.mktemp("sealed")
    done = jishi("up", "--sample", "--no-serve", "--data", folder)
    assert done.code in (0, 1), done.err
    return folder / "sample"


def test_a_record_is_sealed_handed_out_countersigned_and_checked_elsewhere(sample: Path, tmp_path: Path) -> None:
    assert jishi("seal", "status", "--data", sample).code == 1  # no head has left the machine
    sealed = json.loads(jishi("seal", "run", "--once", "--data", sample, "--json").out)
    assert sealed["size"] >= sealed["sealed"] > 1000
    assert sealed["held"] == []
    out = tmp_path / "head.txt"
    assert jishi("seal", "publish", "--data", sample, "--to", out).code == 0
    stands = json.loads(jishi("seal", "status", "--data", sample, "--json").out)
    # that it was handed out is a line, too
    assert (stands["light"], stands["waits"], stands["size"]) == ("ok", 0, sealed["size"] + 1)
    log_key, own, own_public = (tmp_path / name for name in ("log.key", "own.key", "own.vkey"))
    log_key.write_text(stands["key"], encoding="ascii")
    own_public.write_text(jishi("seal", "key", "wei.example.cn", "--to", own).out, encoding="ascii")
    told = ("--log-key", log_key, "--key", own, "--seen", tmp_path / "seen")
    line = tmp_path / "line.txt"
    assert jishi("seal", "countersign", out, *told, "--to", line).code == 0
    kept = jishi("seal", "receive", line, "--data", sample, "--key", own_public, "--lang", "en")
    assert (kept.code, f"{stands['size']} lines" in kept.out) == (0, True), kept
    again = json.loads(jishi("seal", "status", "--data", sample, "--json").out)
    assert [one["by"] for one in again["outside"]] == ["wei.example.cn", None]
    mine = newest(sample, tmp_path / "second.txt", told, stands["size"])  # the countersignature was a line, too
    assert jishi("seal", "export", tmp_path / "export", "--data", sample).code == 0
    asked = ["--key", str(log_key), "--checkpoint", str(mine), "--json"]
    program = [sys.executable, "-I", str(tmp_path / "export" / "verify.py"), str(tmp_path / "export"), *asked]
    checked = subprocess.run(program, capture_output=True, text=True, check=False)
    report = json.loads(checked.stdout)
    assert (checked.returncode, report["faults"], report["cases"]) == (0, [], 80)
    behind = in_a_process("seal", "verify", "--data", str(sample), "--checkpoint", str(mine))
    assert (behind.code, "其后1条晚于您的封存点" in behind.out) == (2, True)  # the export was a line
    mine = newest(sample, tmp_path / "third.txt", told, report["size"])
    assert in_a_process("seal", "verify", "--data", str(sample), "--checkpoint", str(mine)).code == 0
    undecided = in_a_process("seal", "verify", "--data", str(sample))
    assert undecided.code == 2


def newest(sample: Path, file: Path, told: tuple[str | Path, ...], since: int) -> Path:
    """Have the newest head countersigned; return the note that the other office keeps."""
    assert jishi("seal", "publish", "--data", sample, "--to", file, "--since", str(since)).code == 0
    assert jishi("seal", "countersign", file, *told).code == 0
    return Path(told[-1])


def test_a_receipt_is_written_for_every_entry_of_a_case(sample: Path, tmp_path: Path) -> None:
    jishi("seal", "run", "--once", "--data", sample)
    case = json.loads(jishi("case", "list", "--data", sample, "--as", "dx.zuzhiyuan", "--json").out)["cases"][0]["case"]
    done = jishi("seal", "receipt", case, "--data", sample, "--as", "dx.zuzhiyuan", "--to", tmp_path / "receipts")
    assert done.code == 0, done.err
    names = sorted(path.name for path in (tmp_path / "receipts").iterdir())
    assert names[0] == f"{case}-001.json"
    assert {Path(name).suffix for name in names} == {".json", ".tlog-proof"}
    foreign = jishi("seal", "receipt", "2026-999999", "--data", sample, "--as", "dx.zuzhiyuan", "--to", tmp_path / "no")
    assert foreign.code != 0
    assert not (tmp_path / "no").exists()


def test_what_the_command_line_shows_and_writes_is_noted_like_what_the_pages_show(sample: Path, tmp_path: Path) -> None:
    desk = ("--data", sample, "--as", "dx.zuzhiyuan")
    with closing(sqlite3.connect(sample / "jishi.db")) as raw:
        (before,) = raw.execute("SELECT max(id) FROM log_entry").fetchone()
    case = json.loads(jishi("case", "list", *desk, "--json").out)["cases"][0]["case"]
    asked = (
        ("case", "show", case), ("case", "plan", case), ("member", "list"),
        ("seal", "receipt", case, "--to", tmp_path / "receipts"), ("ledger", "export", tmp_path / "ledger.xlsx"),
    )  # fmt: skip
    for command in asked:
        done = jishi(*command, *desk)
        assert done.code == 0, done.err
    with closing(sqlite3.connect(sample / "jishi.db")) as raw:
        query = (
            "SELECT act, login, number FROM log_entry JOIN account ON account.id = account_id"
            " LEFT JOIN cases ON cases.id = case_id WHERE log_entry.id > ? ORDER BY log_entry.id"
        )
        noted = raw.execute(query, (before,)).fetchall()
    acts = [
        ("cases_listed", None), ("case_read", case), ("case_read", case), ("roster_read", None),
        ("case_exported", case), ("ledger_exported", None),
    ]  # fmt: skip
    assert noted == [(act, "dx.zuzhiyuan", number) for act, number in acts]


def test_a_new_key_and_a_new_log(sample: Path, tmp_path: Path) -> None:
    jishi("seal", "run", "--once", "--data", sample)
    before = json.loads(jishi("seal", "status", "--data", sample, "--json").out)
    assert jishi("seal", "rotate", "--data", sample).code == 0
    after = json.loads(jishi("seal", "status", "--data", sample, "--json").out)
    assert after["origin"] == f"{before['origin']}-2"
    (sample / "seal" / f"{after['origin']}.key").unlink()
    lost = jishi("seal", "publish", "--data", sample)
    assert (lost.code, "jishi seal reopen" in lost.err) == (0, True)  # the newest head can leave all the same
    assert jishi("seal", "reopen", "--data", sample).code == 0
    again = json.loads(jishi("seal", "status", "--data", sample, "--json").out)
    assert again["origin"] == f"{before['origin']}-3"
    first = jishi("seal", "export", tmp_path / "first", "--log", before["origin"], "--data", sample)
    assert first.code == 0, first.err
    unknown = jishi("seal", "export", tmp_path / "none", "--log", "jishi-none", "--data", sample, "--lang", "en")
    assert (unknown.code != 0, after["origin"] in unknown.err, (tmp_path / "none").exists()) == (True, True, False)


def test_what_is_no_head_and_no_key_is_said(sample: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("nothing\n", encoding="ascii")
    told = ("--log-key", wrong, "--key", wrong, "--seen", tmp_path / "seen")
    assert jishi("seal", "countersign", wrong, *told).code == 2
    assert jishi("seal", "receive", wrong, "--data", sample, "--key", wrong).code != 0
    assert jishi("seal", "key", "with space", "--to", tmp_path / "key").code == 2
    assert not (tmp_path / "key").exists()
