"""A database of every edition there has been is opened by the newest program, and nothing in it is found wrong."""

from __future__ import annotations

import shutil
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.engine.office import LAWS
from tests.keep.conftest import alter
from tests.keep.first_database import FOLDER
from workflow.keep.doctor import Doctor
from workflow.keep.finding import wrong
from workflow.keep.upgrade import upgrade
from workflow.law.loader import definitions_root
from workflow.store import revision
from workflow.store.database import Database
from workflow.store.tables import Case

NOW = datetime(2030, 6, 1, 4, tzinfo=UTC)


@pytest.mark.parametrize("edition", revision.EDITIONS)
def test_the_newest_program_opens_what_every_edition_wrote(tmp_path: Path, edition: str) -> None:
    tmp_path.chmod(0o700)
    file = tmp_path / "jishi.db"
    shutil.copyfile(FOLDER / f"{edition}.sqlite", file)
    file.chmod(0o600)
    with closing(Database(f"sqlite:///{file}")) as database:
        done = upgrade(database, tmp_path / "before.zip", LAWS, NOW)
        assert (done.before, done.after) == (edition, revision.NEWEST)
        findings = list(Doctor(database, tmp_path, definitions_root(), NOW).examine())
        assert wrong(findings) == ()
        with database.read() as connection:
            assert connection.scalar(select(func.count()).select_from(Case)) == 5
        alter(database, "UPDATE cases SET state = 'full' WHERE id = 2")
        findings = list(Doctor(database, tmp_path, definitions_root(), NOW).examine())
        assert [one.check for one in wrong(findings)] == ["projection"]
