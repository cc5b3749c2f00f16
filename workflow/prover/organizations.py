"""Somebody acts: every body that a step names is served by a kind of organization, and kinds name bodies that exist."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from workflow.law.organizations import Organizations
from workflow.law.source import Fault, Source
from workflow.prover.proof import Part, part
from workflow.prover.subject import Path, Subject


def bodies_served(subjects: Sequence[Subject], organizations: Organizations, source: Source) -> Part:
    """Prove that no step, overlay steps included, waits for a body for which no organization acts or records."""
    faults = [fault for subject in subjects for fault in _unserved(subject, organizations)]
    faults += _unheard_of(subjects, organizations, source)
    named = {
        body for subject in subjects for step in subject.edition.steps.values() for body in (*step.by, *step.power)
    }
    counts = [
        ("机构", "bodies", len(named)),
        ("组织类别", "kinds of organizations", len(organizations.kinds)),
        ("职务", "offices", len(organizations.roles)),
    ]
    return part("每个机构都有组织承担", "some organization acts as every body", counts, faults)


def _unserved(subject: Subject, organizations: Organizations) -> Iterator[Fault]:
    served = organizations.served()
    for name, step in subject.edition.steps.items():
        named: dict[Path, tuple[str, ...]] = {("by",): step.by, ("power",): step.power}
        named |= {("outcomes", key, "by"): outcome.by for key, outcome in step.outcomes.items()}
        for inside, bodies in named.items():
            for body in bodies:
                if body not in served:
                    zh, en = f"没有组织承担“{body}”", f"no organization acts as “{body}”"
                    yield subject.step_fault(name, inside, zh, en)


def _unheard_of(subjects: Sequence[Subject], organizations: Organizations, source: Source) -> Iterator[Fault]:
    known = {body for subject in subjects for body in subject.edition.bodies}
    for name, kind in organizations.kinds.items():
        for key, bodies in (
            ("bodies", kind.bodies), ("with_committee", kind.with_committee), ("records_for", kind.records_for),
        ):  # fmt: skip
            for body in bodies:
                if body not in known:
                    zh, en = f"没有机构“{body}”", f"no edition has a body “{body}”"
                    yield source.fault(("kinds", name, key), zh, en)
