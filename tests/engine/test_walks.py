"""Several people walk at random through the desk, on real databases that are opened anew after every step.

JISHI_WALKS multiplies the examples: ``JISHI_WALKS=100`` for a long run.
"""

import os
from itertools import count

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.engine.office import bureau
from tests.engine.walk import Walk
from workflow.engine import steps
from workflow.engine.judging import Judged
from workflow.store.database import Database

TIMES = int(os.environ.get("JISHI_WALKS", "1"))
EXAMPLES = {"sqlite": 12, "postgresql": 4}
STEPS = 8
SEARCH = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
    report_multiple_bugs=False,
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],  # explaining takes longer than all of these
)
numbers = count(1)


@pytest.fixture
def sqlite_fresh(tmp_path, sqlite_template):
    """Give a function that makes a fresh database for every example."""

    def fresh():
        path = tmp_path / f"walk{next(numbers)}.db"
        path.write_bytes(sqlite_template.read_bytes())
        return Database(f"sqlite:///{path}")

    return fresh


@pytest.fixture
def postgresql_fresh(postgresql_server, postgresql_template):
    """Give a function that makes a fresh database for every example; the last one is dropped when the next is made."""
    made: list[str] = []

    def fresh():
        while made:
            postgresql_server.drop(made.pop())
        made.append(f"walk_{os.getpid()}_{next(numbers)}")
        postgresql_server.create(made[-1], postgresql_template)
        return postgresql_server.database(made[-1])

    yield fresh
    for name in made:
        postgresql_server.drop(name)


def walking(fresh, search):
    """Return a test that walks at random, each time through a fresh office."""

    @search
    @given(st.data())
    def walks(data):
        walk = Walk(bureau(fresh()), data=data)
        try:
            walk.begin()
            for _ in range(STEPS):
                walk.step()
        finally:
            walk.office.database.close()

    return walks


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_whatever_is_submitted_the_record_stays_whole_and_lawful(dialect, request):
    fresh = request.getfixturevalue(f"{dialect}_fresh")
    walking(fresh, settings(SEARCH, max_examples=EXAMPLES[dialect] * TIMES))()


def refuses_nothing(monkeypatch):
    """Let every act pass that a rule refuses."""
    monkeypatch.setattr(Judged, "refusals", property(lambda _: ()))


def forgets_the_list(monkeypatch):
    """Leave the to-do list as it was."""
    monkeypatch.setattr(steps, "refresh", lambda *_: None)


@pytest.mark.parametrize("fault", [refuses_nothing, forgets_the_list])
def test_a_desk_that_is_at_fault_is_found_out(fault, sqlite_fresh, monkeypatch):
    """The control: the same walks, through a desk with a planted fault."""
    fault(monkeypatch)
    search = settings(SEARCH, max_examples=150, phases=[Phase.generate], database=None, derandomize=True)
    with pytest.raises(AssertionError):
        walking(sqlite_fresh, search)()
