"""Indications kept in the small office: how many people of a branch there are, and of how many it shows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tests.engine.office import LAWS, Bureau
from workflow.engine.indication_runs import keep
from workflow.law.indications import Indications

AS_OF = date(2026, 11, 20)
assert LAWS.law.definitions.indications is not None
GIVEN: Indications = LAWS.law.definitions.indications
NAMES = tuple(GIVEN.named)


Branches = Mapping[str, tuple[int, int]]


def kept(office: Bureau, found: Mapping[str, Branches], given: Indications = GIVEN, as_of: date = AS_OF) -> int:
    """Keep by indication and branch: base, shown; return the number of the run."""
    told = {
        name: [(office.organizations[place][0], *numbers) for place, numbers in lines.items()]
        for name, lines in found.items()
    }
    with office.database.write() as connection:
        return keep(connection, given, told, as_of, office.clock())
