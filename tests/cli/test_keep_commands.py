"""``jishi init``, ``up --sample``, ``backup``, ``restore``, ``upgrade``, ``doctor`` as an administrator meets them."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.cli.jishi import in_a_process, jishi
from tests.store_fixtures import Server

INIT = ("--organization", "某机关党委", "--kind", "committee", "--administrator", "admin", "--name", "王示一")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Begin an installation in a folder of its own."""
    folder = tmp_path / "data"
    done = jishi("init", "--data", folder, *INIT)
    assert done.code == 0, done.err
    return folder


def said(*arguments: object) -> dict[str, Any]:
    """Return the JSON answer of a command."""
    plain: dict[str, Any] = json.loads(jishi(*arguments, "--json").out)
    return plain


CHANGING = {"calendar", "disk"}  # what the day and the machine of the test decide


def well(folder: Path) -> bool:
    """Tell whether the doctor finds nothing, but for what depends on the day and the machine."""
    plain = said("doctor", "--data", folder)
    return {one["check"] for one in plain["checks"] if one["level"] != "good"} <= CHANGING


def test_who_begins_is_told_what_was_made(tmp_path: Path) -> None:
    done = jishi("init", "--data", tmp_path / "data", *INIT)
    assert (done.code, done.err) == (0, "")
    assert "已建立：数据库、系统登记、组织和账号" in done.out
    again = jishi("init", "--data", tmp_path / "data", *INIT, "--lang", "en")
    assert again.code == 0
    assert "Everything is there already" in again.out
    other = jishi("init", "--data", tmp_path / "data", *INIT[:-5], "work_committee", *INIT[-4:-2], "--name", "李")
    assert other.code == 0  # the same organization and administrator: nothing is changed
    plain = said("init", "--data", tmp_path / "data", *INIT)
    assert (plain["status"], plain["organization"], plain["administrator"]) == ("there", "某机关党委", "admin")


def test_a_folder_may_be_named_in_the_environment(tmp_path: Path) -> None:
    done = in_a_process("init", *INIT, JISHI_DATA=str(tmp_path / "data"))
    assert done.code == 0, done.err
    assert (tmp_path / "data" / "jishi.db").exists()


@pytest.mark.parametrize("kind", ["leading_group", "no_such_kind"])
def test_what_cannot_stand_at_the_top_is_refused(tmp_path: Path, kind: str) -> None:
    arguments = [kind if one == "committee" else one for one in INIT]
    done = jishi("init", "--data", tmp_path / "data", *arguments)
    assert done.code == 2
    assert done.err.startswith("错误：")


def test_everything_of_the_sample_is_marked_and_lies_apart(tmp_path: Path) -> None:
    for brought in (True, False):
        done = jishi("up", "--sample", "--no-serve", "--data", tmp_path / "data")
        assert done.code == 0, done.out
        lines = done.out.splitlines()
        assert all(line.startswith("【示例】") for line in lines)
        assert ("新增" in done.out) == brought
    assert (tmp_path / "data" / "sample" / "jishi.db").exists()
    assert not (tmp_path / "data" / "jishi.db").exists()
    for asked in (line for line in lines if "jishi " in line and "--as" in line):
        ran = jishi(*asked.removeprefix("【示例】").split()[1:])
        assert ran.code == 0, ran.err
        assert "-0000" in ran.out  # cases of the sample ledger
    looked = jishi("doctor", "--data", tmp_path / "data" / "sample")
    assert all(line.startswith("【示例】") for line in looked.out.splitlines())
    mixed = jishi("init", "--data", tmp_path / "data" / "sample", *INIT)
    assert (mixed.code, "示例" in mixed.err) == (2, True)
    plain = said("up", "--sample", "--no-serve", "--data", tmp_path / "data")
    assert plain["sample"] is True
    assert {"checks", "next", "made", "status"} <= plain.keys()


def test_the_doctor_says_in_both_languages_what_is_well_and_what_is_not(data: Path) -> None:
    for lang, words in (("zh", "历史记录的保护完好"), ("en", "the protection of the history is in place")):
        done = jishi("doctor", "--data", data, "--lang", lang)
        assert f"✓ {words}" in done.out
    assert well(data)
    with sqlite3.connect(data / "jishi.db") as raw:
        raw.execute("DROP TRIGGER entry_next")
    raw.close()
    done = jishi("doctor", "--data", data, "--lang", "en")
    assert done.code == 1
    assert "✗ The database's protection of the history is broken: missing trigger entry_next." in done.out
    assert "  → " in done.out
    plain = said("doctor", "--data", data)
    assert plain["status"] == "found"
    assert [one["check"] for one in plain["checks"] if one["level"] == "wrong"] == ["protection"]


def test_a_doctor_who_cannot_look_says_so(tmp_path: Path) -> None:
    done = jishi("doctor", "--data", tmp_path / "none")
    assert done.code == 2
    assert "jishi init" in done.out
    assert not (tmp_path / "none").exists()


def test_a_backup_is_made_verified_and_restored(data: Path, tmp_path: Path) -> None:
    done = jishi("backup", "--data", data)
    assert done.code == 0, done.err
    (file,) = (data / "backups").iterdir()
    assert str(file) in done.out
    chosen = said("backup", tmp_path / "own.zip", "--data", data)
    assert (chosen["status"], chosen["entries"], chosen["checks"]) == ("made", 0, [])
    assert jishi("restore", file, "--data", data, "--verify-only").code == 0
    refused = jishi("restore", file, "--data", data)
    assert (refused.code, "--replace" in refused.err) == (2, True)
    restored = jishi("restore", file, "--data", data, "--replace")
    assert restored.code == 0, restored.err
    assert "before-restore" in restored.out
    elsewhere = said("restore", file, "--data", tmp_path / "elsewhere")
    assert (elsewhere["status"], elsewhere["kept"]) == ("restored", None)
    assert well(tmp_path / "elsewhere")


def test_a_backup_of_a_record_that_is_not_sound_is_made_and_ends_with_1(data: Path) -> None:
    with sqlite3.connect(data / "jishi.db") as raw:
        raw.execute("DROP TRIGGER entry_next")
    raw.close()
    done = jishi("backup", "--data", data, "--lang", "en")
    assert done.code == 1
    assert "not sound" in done.out
    (file,) = (data / "backups").iterdir()
    looked = jishi("restore", file, "--data", data, "--verify-only", "--lang", "en")
    assert (looked.code, "entry_next" in looked.out) == (1, True)


def test_an_upgrade_of_the_newest_edition_does_nothing(data: Path) -> None:
    done = jishi("upgrade", "--data", data)
    assert (done.code, "无需升级" in done.out) == (0, True)
    assert said("upgrade", "--data", data) == {"status": "newest", "before": "0001", "after": "0001", "backup": None}


def test_a_server_is_named_in_the_environment(tmp_path: Path, postgresql_server: Server) -> None:
    postgresql_server.create("kept_by_commands")
    address = {
        "JISHI_DATABASE_URL": postgresql_server.url("jishi_app", "kept_by_commands"),
        "JISHI_OWNER_URL": postgresql_server.url("jishi_owner", "kept_by_commands"),
    }
    done = jishi("init", "--data", tmp_path / "data", *INIT, env=address)
    assert done.code == 0, done.err
    looked = jishi("doctor", "--data", tmp_path / "data", env=address)
    assert "✓ 历史记录完整" in looked.out
    assert "✗" not in looked.out
    assert not (tmp_path / "data" / "jishi.db").exists()
    unowned = jishi("backup", "--data", tmp_path / "data", env={**address, "JISHI_OWNER_URL": None})
    assert (unowned.code, "JISHI_OWNER_URL" in unowned.err) == (2, True)
