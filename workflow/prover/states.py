"""Proofs about states: all can be reached, none is a dead end, outcomes lead to one each, cut-overs strand nobody.

A procedure without states has steps and rules alone; there is then nothing to prove here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from workflow.law.source import Fault
from workflow.prover.graph import Edge, edges, finals, initial, leading_to, reachable
from workflow.prover.proof import Part, part
from workflow.prover.subject import Subject


def everything_reachable(subjects: Sequence[Subject]) -> Part:
    """Prove that a case can come into every state, and that every step can be taken in one of them."""
    faults = [fault for subject in subjects for fault in _unreachable(subject)]
    counts = [*_sizes(subjects), ("步骤", "steps", sum(len(subject.edition.steps) for subject in subjects))]
    return part("状态可达、步骤可办", "every state and step can be reached", counts, faults)


def _unreachable(subject: Subject) -> Iterator[Fault]:
    edition = subject.edition
    found = reachable(edges(edition), initial(edition))
    for state in edition.states:
        if state not in found:
            yield subject.fault(("states", state), "从初始状态无法到达", "cannot be reached from the initial state")
    for step_id, step in edition.steps.items():
        if edition.states and not found & set(step.start):
            zh, en = "在可以到达的状态中都不能办理", "can be taken in no state that a case can reach"
            yield subject.step_fault(step_id, (), zh, en)


def no_dead_ends(subjects: Sequence[Subject]) -> Part:
    """Prove that from every state that a case can reach it can still come to rest in a final one."""
    faults = [fault for subject in subjects for fault in _dead_ends(subject)]
    ends = sum(len(finals(subject.edition)) for subject in subjects)
    return part("没有死路", "no dead end", [*_sizes(subjects), ("最终状态", "final states", ends)], faults)


def _dead_ends(subject: Subject) -> Iterator[Fault]:
    edition = subject.edition
    graph = tuple(edges(edition))
    alive = leading_to(graph, finals(edition))
    for state in sorted(reachable(graph, initial(edition)) - alive):
        zh, en = "从此状态出发到不了任何最终状态", "no final state can be reached from here"
        yield subject.fault(("states", state), zh, en)


def one_way_each(subjects: Sequence[Subject]) -> Part:
    """Prove that a step and outcome lead from a state to exactly one, and a step from each of its states somewhere."""
    faults = [fault for subject in subjects for fault in (*_twice(subject), *_outside(subject), *_nowhere(subject))]
    number = sum(1 for subject in subjects for _ in edges(subject.edition))
    counts = [*_sizes(subjects), ("转移", "edges", number)]
    return part("每一步骤、每一结果去向唯一", "one way for each step and outcome", counts, faults)


def _twice(subject: Subject) -> Iterator[Fault]:
    times = Counter((edge.state, edge.step, edge.outcome) for edge in edges(subject.edition))
    for (state, step, outcome), number in times.items():
        if number > 1:
            zh, en = f"状态“{state}”写了 {number} 次", f"the state “{state}” stands {number} times"
            yield subject.step_fault(step, _where_from(subject, step, outcome), zh, en)


def _where_from(subject: Subject, step: str, outcome: str) -> tuple[str, ...]:
    """Return the path of the ``from`` that an outcome goes by: its own or that of its step."""
    own = subject.edition.steps[step].outcomes[outcome].start
    return ("outcomes", outcome, "from") if own else ("from",)


def _outside(subject: Subject) -> Iterator[Fault]:
    for step_id, step in subject.edition.steps.items():
        for name, outcome in step.outcomes.items():
            for state in outcome.start:
                if state not in step.start:
                    zh, en = f"步骤本身不能从“{state}”办理", f"the step itself cannot be taken from “{state}”"
                    yield subject.step_fault(step_id, ("outcomes", name, "from"), zh, en)


def _nowhere(subject: Subject) -> Iterator[Fault]:
    leaves = {(edge.state, edge.step) for edge in edges(subject.edition)}
    for step_id, step in subject.edition.steps.items():
        for state in step.start:
            if (state, step_id) not in leaves:
                zh, en = f"从“{state}”办理时没有任何结果", f"taken from “{state}” it has no outcome"
                yield subject.step_fault(step_id, ("from",), zh, en)


def nobody_stranded(editions: Sequence[Subject]) -> Part:
    """Prove that a case begun under older editions can go on under the newer, at whatever point the change finds it.

    The states walked to under all older editions are the ones in which the change can find a case; steps of the
    newer edition then carry it further, and what they reach is what the next change can find.
    """
    faults: list[Fault] = []
    found: set[str] = set()
    met = 0
    for older, newer in pairwise(editions):
        found = reachable(edges(older.edition), found | initial(older.edition))
        met += len(found)
        faults += _stranded(found, newer)
    counts = [("新旧版本交替", "cut-overs", max(len(editions) - 1, 0)), ("交替时可能所处的状态", "states met", met)]
    return part("版本交替不滞留任何人", "no cut-over strands a case", counts, faults)


def _stranded(found: set[str], newer: Subject) -> Iterator[Fault]:
    graph: tuple[Edge, ...] = tuple(edges(newer.edition))
    alive = leading_to(graph, finals(newer.edition))
    for state in sorted(found):
        if state not in newer.edition.states:
            zh, en = f"没有旧版可能所处的状态“{state}”", f"the state “{state}” of older editions is missing"
            yield newer.fault(("states",), zh, en)
        elif state not in alive:
            zh, en = "按旧版到达此状态的人无法走完程序", "a case that came here under an older edition cannot end"
            yield newer.fault(("states", state), zh, en)


def _sizes(subjects: Sequence[Subject]) -> list[tuple[str, str, int]]:
    number = sum(len(subject.edition.states) for subject in subjects)
    return [("版本（含叠加）", "editions, with overlays too", len(subjects)), ("状态", "states", number)]
