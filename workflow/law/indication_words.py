"""An indication as it is told on a day: in words with the thresholds of that day; what of it decides the numbers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from workflow.errors import Text
from workflow.law.indications import Differing, Indication, Indications, in_force, thresholds


@dataclass(frozen=True, slots=True)
class Worded:
    """What an indication is called, whom it looks at, what it says of them and what it does not, and why.

    ``thresholds``: by name; ``since``: from when on they serve.
    """

    title: Text
    base: Text
    says: Text
    silent: Text
    basis: str
    convention: str
    thresholds: Mapping[str, int]
    since: date


def worded(one: Indication, as_of: date) -> Worded:
    """Return an indication in the words of an audit as of a day."""
    limit = in_force(one.limits, as_of)
    figures = thresholds(limit)
    return Worded(
        title=Text(one.zh, one.en),
        base=Text(one.base.zh.format(**figures), one.base.en.format(**figures)),
        says=Text(one.says.zh.format(**figures), one.says.en.format(**figures)),
        silent=Text(one.silent.zh, one.silent.en),
        basis=one.basis_on(as_of),
        convention=one.convention,
        thresholds=figures,
        since=limit.since,
    )


def digest_of(given: Indications, as_of: date) -> str:
    """Return a digest of all that decides what an audit as of a day counts, words left out: alike asked, alike named.

    Numbers that were kept are told only beside the words of what was asked.
    """
    whole = {"admissions": given.admissions, "before_admission": given.before_admission, "moved": given.moved}
    parts = {name: _deciding(one, as_of) for name, one in given.named.items()}
    return sha256(json.dumps({**whole, **parts}, sort_keys=True).encode()).hexdigest()


def _deciding(one: Indication, as_of: date) -> dict[str, object]:
    papers = [[*each.papers, each.unless_filled] for each in one.milestones] if isinstance(one, Differing) else []
    return {"limit": thresholds(in_force(one.limits, as_of)), "marks": one.marks(), "papers": papers}
