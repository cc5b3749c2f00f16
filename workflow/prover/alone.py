"""Procedures of steps and rules alone: each is proved as far as it goes, its grounds are articles or conventions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workflow.law.source import Fault
from workflow.law.timeline import Law
from workflow.prover.citations import others
from workflow.prover.examples import examples_exist
from workflow.prover.limits import limits_never_refuse
from workflow.prover.proof import Part, part
from workflow.prover.states import everything_reachable
from workflow.prover.subject import Path, Subject, plain
from workflow.prover.times import times_feasible
from workflow.prover.vocabulary import conventions_named, derived_in_order, kinds_whole, too_early
from workflow.prover.waivers import votes_and_ages_stand


def procedures_hold(laws: Mapping[str, Law]) -> Part:
    """Prove of procedures, by name, what is asked of an edition that has neither states nor overlays.

    Their rules rest on articles or on conventions by name; a convention on which none rests is a fault, too.
    """
    faults: list[Fault] = []
    for law in laws.values():
        subjects = plain(law)
        proofs = [proof(subjects) for proof in OF_AN_EDITION]
        proofs += [conventions_named(law)]
        proofs += [examples_exist([one for one in subjects if not any(too_early(one.edition))])]
        faults += [fault for proof in proofs for fault in proof.faults]
        faults += [fault for subject in subjects for fault in _grounds(subject, law)]
    faults += _unused(laws)
    rules = sum(len(edition.rules) for law in laws.values() for edition in law.editions)
    counts = [("程序", "procedures", len(laws)), ("规则", "rules", rules)]
    return part("只按步骤和规则审查的程序成立", "procedures of steps and rules alone hold", counts, faults)


OF_AN_EDITION = (
    everything_reachable,
    times_feasible,
    limits_never_refuse,
    votes_and_ages_stand,
    kinds_whole,
    derived_in_order,
)


def _grounds(subject: Subject, law: Law) -> Iterator[Fault]:
    """Yield every ground that is neither an article nor a convention."""
    for path, basis in _bases(subject):
        for ground in others(basis):
            if ground not in law.definitions.conventions:
                yield subject.fault(path, f"没有约定“{ground}”", f"no convention “{ground}”")


def _bases(subject: Subject) -> Iterator[tuple[Path, str]]:
    """Yield the basis of every step, rule and derived column, with its place."""
    edition = subject.edition
    for name, derived in edition.derived.items():
        yield ("derived", name, "basis"), derived.basis
    for name, step in edition.steps.items():
        yield ("steps", name, "basis"), step.basis
        for key, rule in step.rules.items():
            yield ("steps", name, "rules", key, "basis"), rule.basis


def _unused(laws: Mapping[str, Law]) -> Iterator[Fault]:
    """Yield the conventions of a folder on which no procedure in it rests."""
    used: dict[str, set[str]] = {}
    for law in laws.values():
        beside = law.definitions.sources["conventions"]
        bases = (basis for subject in plain(law) for _, basis in _bases(subject))
        used.setdefault(beside.name, set()).update(ground for basis in bases for ground in others(basis))
    for law in laws.values():
        beside = law.definitions.sources["conventions"]
        for name in law.definitions.conventions.keys() - used[beside.name]:
            yield beside.fault(("conventions", name), "没有规则依据它", "no rule rests on it")
