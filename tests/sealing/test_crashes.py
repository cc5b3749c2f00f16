"""Writers and sealers killed at any point: nothing is skipped, nothing is sealed twice, no head lies."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.engine.office import LAWS, bureau
from tests.engine.origins import url_of
from tests.sealing.conftest import Sealed
from tests.sealing.test_sealer import everything
from workflow.sealing.keys import KeyRing
from workflow.sealing.logs import logs
from workflow.sealing.sealer import Sealer
from workflow.sealing.succession import last_good
from workflow.store.database import Database
from workflow.store.tables import Checkpoint

ROOT = Path(__file__).resolve().parents[2]
TIMES = int(os.environ.get("JISHI_WALKS", "1"))
KILLS = {"sqlite": 180, "postgresql": 20}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a system without fork")
def test_a_sealer_killed_at_any_point_skips_nothing_and_seals_nothing_twice(database: Database, tmp_path: Path) -> None:
    office = bureau(database)
    keys, kills = tmp_path / "seal", KILLS[database.dialect] * TIMES
    who = office.people["secretary"]
    job = {"url": url_of(database), "kills": kills, "keys": str(keys), "day": office.clock.day.isoformat(),
           "who": [who.account_id, who.office_id]}  # fmt: skip
    database.close()
    command = [sys.executable, "-m", "tests.sealing.victim", json.dumps(job)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stderr
    house = Sealed(office, Sealer(database, LAWS, KeyRing(keys), office.clock), keys)
    with database.read() as connection:
        before = len(logs(connection))
        heads = connection.scalars(select(Checkpoint.size).order_by(Checkpoint.size)).all()
    assert before == 1
    assert len(heads) > kills // 10  # they were not all killed before they had done anything
    house.sealer.seal()
    entries, lines = everything(house)
    leaves = house.leaves()
    assert sorted(one[2] for one in leaves if one[2] is not None) == sorted(entries)
    assert sorted(one[3] for one in leaves if one[3] is not None) == sorted(lines)
    assert [one[1] for one in leaves] == list(range(len(leaves)))
    with database.read() as connection:
        assert last_good(connection, logs(connection)[0]) == house.head()  # every head on the way was true, too
