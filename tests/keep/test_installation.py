"""How an installation begins: safely again and again, in any folder, sample and real never mixed."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.engine.office import LAWS
from tests.keep.conftest import contents
from tests.store_fixtures import Server
from workflow.engine.organizations import OrganizationRefused
from workflow.keep.doctor import Doctor
from workflow.keep.finding import Level
from workflow.keep.installation import (
    FoundedBefore,
    Founding,
    begin,
    data_directory,
    fill_sample,
    initialise,
    open_database,
)
from workflow.law.loader import definitions_root
from workflow.store.database import Database, NoOwner
from workflow.store.failures import DatabaseNotReady
from workflow.store.tables import Account, Installation, Member, Organization

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
FOUNDING = Founding("某机关党委", "committee", "Admin", "王示一")


def test_an_installation_begins_and_may_be_begun_again(empty: Database, tmp_path: Path) -> None:
    first = initialise(empty, tmp_path, LAWS, FOUNDING, NOW)
    assert first.made == ("database", "installation", "organization")
    assert (first.organization, first.administrator, first.sample) == ("某机关党委", "admin", False)
    before = contents(empty)
    again = initialise(empty, tmp_path, LAWS, FOUNDING, NOW)
    assert (again.made, again.organization) == ((), "某机关党委")
    assert contents(empty) == before
    findings = list(Doctor(empty, tmp_path, definitions_root(), NOW).examine())
    assert {one.level for one in findings if one.check in {"database", "chain", "protection", "offices"}} == {
        Level.GOOD
    }


def test_another_founding_is_refused(empty: Database, tmp_path: Path) -> None:
    initialise(empty, tmp_path, LAWS, FOUNDING, NOW)
    for other in (Founding("另一党委", "committee", "admin", "王"), Founding("某机关党委", "committee", "other", "王")):
        with pytest.raises(FoundedBefore, match="某机关党委"):
            initialise(empty, tmp_path, LAWS, other, NOW)


def test_a_founding_that_is_refused_can_be_mended(empty: Database, tmp_path: Path) -> None:
    with pytest.raises(OrganizationRefused):
        initialise(empty, tmp_path, LAWS, Founding("某党组", "leading_group", "admin", "王"), NOW)
    assert initialise(empty, tmp_path, LAWS, FOUNDING, NOW).made == ("organization",)


def test_several_may_begin_at_once(empty: Database, tmp_path: Path) -> None:
    begin(empty, tmp_path, NOW, sample=False)
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: initialise(empty, tmp_path, LAWS, FOUNDING, NOW).made, range(4)))
    assert sorted(done) == [(), (), (), ("organization",)]
    with empty.read() as connection:
        for table in (Installation, Organization, Account):
            assert connection.scalar(select(func.count()).select_from(table)) == 1


def test_the_sample_is_filled_once(empty: Database, tmp_path: Path) -> None:
    first = fill_sample(empty, tmp_path, LAWS, definitions_root(), NOW)
    assert (first.sample, first.made[-1]) == (True, "organization")
    assert "示例" in str(first.organization)
    with empty.read() as connection:
        assert connection.scalar(select(func.count()).select_from(Member))
    before = contents(empty)
    assert fill_sample(empty, tmp_path, LAWS, definitions_root(), NOW).made == ()
    assert contents(empty) == before


def test_the_sample_ledger_is_the_one_among_the_examples() -> None:
    shipped = definitions_root() / "sample" / "branch-ledger.xlsx"
    example = Path(__file__).resolve().parents[2] / "examples" / "branch-ledger.xlsx"
    assert shipped.read_bytes() == example.read_bytes()


def test_sample_and_real_never_mix(empty: Database, tmp_path: Path) -> None:
    begin(empty, tmp_path, NOW, sample=True)
    with pytest.raises(FoundedBefore, match="a sample"):
        initialise(empty, tmp_path, LAWS, FOUNDING, NOW)
    assert begin(empty, tmp_path, NOW, sample=True).made == ()


def test_an_older_edition_is_not_upgraded_by_the_way(empty: Database, tmp_path: Path) -> None:
    begin(empty, tmp_path, NOW, sample=False)
    with empty.owner() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")
    empty.close()
    with pytest.raises(DatabaseNotReady):
        begin(empty, tmp_path, NOW, sample=False)


def test_a_server_needs_its_owner_named(postgresql_server: Server, tmp_path: Path) -> None:
    url = postgresql_server.url("jishi_app", "postgres")
    with closing(open_database(tmp_path, url)) as database, pytest.raises(NoOwner, match="JISHI_OWNER_URL"):
        begin(database, tmp_path, NOW, sample=False)


@pytest.mark.parametrize("name", ["数据 目录", "what?now#%41", "a&b=c;d"])
def test_a_folder_may_have_any_name(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "new" / name
    database = open_database(data_directory(folder))
    initialise(database, folder, LAWS, FOUNDING, NOW)
    database.close()
    assert [file.name for file in folder.iterdir()] == ["jishi.db"]
    if os.name == "posix":
        modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (folder.parent, folder, folder / "jishi.db")}
        assert list(modes.values()) == [0o700, 0o700, 0o600]


def test_an_empty_folder_is_closed_to_others_and_a_full_one_left_alone(tmp_path: Path) -> None:
    for name in ("empty", "full"):
        (tmp_path / name).mkdir(mode=0o755)
    (tmp_path / "full" / "mine").touch()
    for name, mode in (("empty", 0o700), ("full", 0o755)):
        with closing(open_database(tmp_path / name)) as database:
            begin(database, tmp_path / name, NOW, sample=False)
        assert os.name != "posix" or stat.S_IMODE((tmp_path / name).stat().st_mode) == mode


def test_where_nothing_is_said_the_folder_is_the_users_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    assert data_directory().name == "jishi"
    assert data_directory(Path("~/there")) == tmp_path / "there"
