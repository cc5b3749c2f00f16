"""What lies next below on a path is told alike by both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import String, bindparam, select

from tests.engine.office import Bureau
from tests.engine.test_looking import looking
from workflow.engine.below import part_below
from workflow.store.tables import Organization

PART = select(Organization.path, part_below(Organization.path, bindparam("place", type_=String())))


@pytest.mark.parametrize("depth", [0, 1, 2])
def test_the_next_part_of_a_path_is_told_and_of_the_place_itself_nothing(premises: Bureau, depth: int) -> None:
    with looking(premises, "department") as task:
        paths = task.connection.scalars(select(Organization.path)).all()
        place = next(path for path in paths if path.count(".") == depth + 1)
        told = {path: part for path, part in task.connection.execute(PART, {"place": place}) if path.startswith(place)}
    assert told[place] == ""
    assert all(path.startswith(place + part) for path, part in told.items())
    assert all(part.count(".") == 1 and part.endswith(".") for path, part in told.items() if path != place)
    deeper = [path for path in told if path.count(".") > place.count(".") + 1]
    assert all(path != place + told[path] for path in deeper)
    assert deeper or depth > 0
