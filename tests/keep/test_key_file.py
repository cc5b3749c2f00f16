"""The key file: made once and whole, its user's alone, refused where others may have read it."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.engine.office import LAWS
from workflow.keep.doctor import Doctor
from workflow.keep.finding import Level
from workflow.keep.installation import Founding, initialise, open_database
from workflow.keep.key_file import KeyDamaged, KeyExposed, secret_key
from workflow.law.loader import definitions_root

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
posix = pytest.mark.skipif(os.name != "posix", reason="rights of files")


def test_a_key_is_made_once_and_kept(tmp_path: Path) -> None:
    first = secret_key(tmp_path)
    assert len(first) == 32
    assert secret_key(tmp_path) == first
    assert [file.name for file in tmp_path.iterdir()] == ["secret.key"]
    assert os.name != "posix" or stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600


def test_two_installations_have_two_keys(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    assert secret_key(tmp_path / "one") != secret_key(tmp_path / "two")


def test_several_that_begin_at_once_have_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: secret_key(tmp_path), range(40)))
    assert keys == {secret_key(tmp_path)}
    assert [file.name for file in tmp_path.iterdir()] == ["secret.key"]


def test_a_disk_without_links_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(os, "link", no_links)
    assert secret_key(tmp_path) == secret_key(tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["secret.key"]


@posix
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666, 0o601])
def test_a_key_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    secret_key(tmp_path)
    (tmp_path / "secret.key").chmod(mode)
    with pytest.raises(KeyExposed, match=r"secret\.key"):
        secret_key(tmp_path)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root gives files away")
def test_a_key_of_somebody_else_is_refused(tmp_path: Path) -> None:
    secret_key(tmp_path)
    os.chown(tmp_path / "secret.key", 12345, -1)
    with pytest.raises(KeyExposed):
        secret_key(tmp_path)


def test_half_a_key_is_refused(tmp_path: Path) -> None:
    key = secret_key(tmp_path)
    (tmp_path / "secret.key").write_bytes(key[:31])
    with pytest.raises(KeyDamaged, match="damaged"):
        secret_key(tmp_path)


@posix
def test_the_doctor_sees_a_key_that_others_may_read_without_walking_over_the_record(tmp_path: Path) -> None:
    with closing(open_database(tmp_path)) as database:
        initialise(database, tmp_path, LAWS, Founding("某机关党委", "committee", "admin", "王示一"), NOW)
        secret_key(tmp_path)
        (tmp_path / "secret.key").chmod(0o644)
        found = {one.check: one for one in Doctor(database, tmp_path, definitions_root(), NOW).examine(record=False)}
    assert found["permissions"].level is Level.WRONG
    assert [one.zh for one in found["permissions"].examples] == [str(tmp_path / "secret.key")]
    assert {"protection", "offices", "clock"} <= found.keys()
    assert not {"file", "chain", "projection", "todo"} & found.keys()
