"""The verifier's replay through the compiled table comes to the state that the program's own replay comes to."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

from tests.shared_law import shipped_law
from workflow.case.record import EntryKind, Recorded, effective, known_part, replay
from workflow.errors import WorkflowError
from workflow.law.model import Edition
from workflow.machine import StepImpossible, possible
from workflow.seal import verify

LAW = shipped_law("recruitment").timeline()
CUT = date(2026, 5, 11)


def edition_on(day: date) -> Edition:
    return next(period.edition for period in LAW if period.holds(day))


def table() -> dict[str, Any]:
    """Return the law's steps as ``states.json`` says them."""
    periods: list[dict[str, Any]] = []
    for period in LAW:
        steps = {
            name: {
                "from": list(step.start),
                "to": {key: outcome.to for key, outcome in step.outcomes.items()},
                "start": {key: list(outcome.start) for key, outcome in step.outcomes.items() if outcome.start},
            }
            for name, step in period.edition.steps.items()
        }
        since = str(period.since or date(1900, 1, 1))
        periods.append({"from": since, "overlays": [], "initial": period.edition.initial, "steps": steps})
    return {"periods": periods}


def walk(chance: random.Random) -> list[Recorded]:
    """Return the record of a life: mostly what is possible where it stands, with amendments and attested acts."""
    day = CUT - timedelta(chance.randrange(400))
    record = [Recorded(1, EntryKind.OPENED, day)]
    state = edition_on(day).initial or ""
    for _ in range(chance.randrange(1, 23)):
        number = len(record) + 1
        day += timedelta(chance.randrange(60))
        drawn = chance.random()
        acts = [one.number for one in record if one.kind is EntryKind.ACT]
        if acts and drawn < 0.08:
            record.append(Recorded(number, EntryKind.WITHDRAWAL, day, supersedes=chance.choice(acts)))
        elif acts and drawn < 0.16:
            moved = chance.choice([None, day, CUT - timedelta(1), CUT])
            amended = chance.choice(acts)
            step = record[amended - 1].step
            record.append(Recorded(number, EntryKind.CORRECTION, day, step=step, occurred_on=moved, supersedes=amended))
        elif drawn < 0.2:
            reached = chance.choice(list(edition_on(day).states))
            record.append(Recorded(number, EntryKind.CUTOVER, day, outcome=reached))
            state = reached
        elif choices := possible(edition_on(day), state):
            step = chance.choice(list(choices))
            outcome = "irregular" if drawn > 0.95 else chance.choice(choices[step])
            record.append(Recorded(number, EntryKind.ACT, day, step, outcome, day))
            state = (outcome != "irregular" and edition_on(day).steps[step].outcomes[outcome].to) or state
    return record


def known(record: list[Recorded]) -> list[Recorded]:
    """Return the entries in effect of which the law of their day knows the step and its outcome, as the engine does."""
    parts = (known_part(entry, edition_on(entry.occurred_on or entry.recorded_on)) for entry in effective(record))
    return [part for part in parts if part is not None]


def events(record: list[Recorded], moves: verify.Moves) -> bytes:
    """Return the record as the verifier holds it."""
    packed = b""
    for entry in record:
        on = str(entry.occurred_on or ("" if entry.kind in verify.AMENDING else entry.recorded_on))
        act = moves.acts[str(entry.kind), entry.step, entry.outcome, ()]
        packed += verify.EVENT.pack(act, moves.days[on], entry.supersedes or 0)
    return packed


def test_both_replays_come_to_the_same_state_or_both_find_the_act_impossible():
    moves = verify.Moves(table())
    states, impossible = set(), 0
    for seed in range(600):
        record = walk(random.Random(seed))
        state, could = moves.replayed(events(record, moves))
        try:
            expected = replay(known(record), edition_on, {}).state
        except StepImpossible:
            assert not could, seed
            impossible += 1
            continue
        except WorkflowError:  # contradictory facts: of states it says nothing
            continue
        assert could, seed
        assert state == expected, seed
        states.add(state)
    assert len(states) >= 6
    assert impossible > 5


def small(*periods: tuple[str, list[str], dict[str, Any]]) -> verify.Moves:
    listed = [{"from": since, "overlays": over, "initial": "a", "steps": steps} for since, over, steps in periods]
    return verify.Moves({"periods": listed})


def said(moves: verify.Moves, *entries: tuple[str, str | None, str | None, str, int]) -> tuple[str, bool]:
    packed = b""
    for kind, step, outcome, on, amends in entries:
        packed += verify.EVENT.pack(moves.acts[kind, step, outcome, ()], moves.days[on], amends)
    return moves.replayed(packed)


OLD = {"go": {"from": ["a"], "to": {"done": "b", "other": None}}}
NEW = {"go": {"from": ["a"], "to": {"done": "c", "other": None}}}


def test_the_law_of_the_day_moves_the_case_from_its_first_day_on():
    moves = small(("2014-05-28", [], OLD), ("2026-05-11", [], NEW))
    days = {"2013-01-01": "b", "2014-05-28": "b", "2026-05-10": "b", "2026-05-11": "c", "2030-01-01": "c"}
    for day, state in days.items():
        assert said(moves, ("opened", None, None, day, 0), ("act", "go", "done", day, 0)) == (state, True)


def test_a_correction_of_the_day_puts_the_act_under_the_law_of_the_true_day():
    moves = small(("2014-05-28", [], OLD), ("2026-05-11", [], NEW))
    act = [("opened", None, None, "2026-01-01", 0), ("act", "go", "done", "2026-05-10", 0)]
    correction = ("correction", "go", None, "2026-05-11", 2)
    assert said(moves, *act, correction) == ("c", True)
    assert said(moves, *act, ("correction", "go", None, "", 2)) == ("b", True)
    assert said(moves, *act, correction, ("withdrawal", None, None, "", 3)) == ("b", True)
    assert said(moves, *act, correction, ("withdrawal", None, None, "", 2)) == ("a", True)


def test_an_outcome_may_have_states_of_its_own():
    steps = {"go": {"from": ["a", "b"], "to": {"done": "b", "back": "a"}, "start": {"back": ["b"]}}}
    moves = small(("2014-05-28", [], steps))
    assert said(moves, ("act", "go", "back", "2020-01-01", 0)) == ("a", False)
    assert said(moves, ("act", "go", "done", "2020-01-01", 0), ("act", "go", "back", "2020-01-01", 0)) == ("a", True)
