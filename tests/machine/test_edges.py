"""The table of an edition is worked out once and never taken for that of another."""

import pytest

from tests.engine.office import LAWS
from workflow import machine
from workflow.law.per_edition import PerEdition


def test_each_edition_keeps_its_own_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "_known", PerEdition(machine._known._make, most=1))  # noqa: SLF001 - the bound is tried
    old, new = LAWS.law.editions[0], LAWS.law.editions[-1]
    other = new.model_copy(update={"steps": dict(list(new.steps.items())[:3])})
    tables = [machine.edges(edition) for edition in (old, new, other)]
    assert machine.edges(new) == tables[1] != tables[2]
    assert {step for _, step, _, _ in tables[2]} == set(other.steps)
    assert machine.edges(new) is machine.edges(new)
