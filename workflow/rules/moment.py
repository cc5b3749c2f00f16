"""Examine an act as it stood at its moment, also one that ends its own round and so leaves nothing of it standing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from workflow.case.history import CaseView, Entry
from workflow.case.values import Value
from workflow.law.model import Edition
from workflow.rules.judge import Examination, Examiner


def examine_act(examiner: Examiner, before: CaseView, after: CaseView, entry: Entry, as_of: date) -> Examination:
    """Return what an act breaks; ``before``, ``after``: the case without and with it.

    A vote that was not carried sends the case back and ends its own round: what was wrong with the vote is seen there.
    """
    found = examiner.examine(before.values, after.values, entry, as_of)
    ended = ended_with(after, entry, examiner.book.edition_on(entry.occurred_on))
    if ended is None:
        return found
    own = examiner.examine(before.values, ended, entry, as_of)
    known = {one.rule for one in found.refusals} | {one.rule for one in found.concerns}
    refusals = (one for one in own.refusals if one.step == entry.step and one.rule not in known)
    concerns = (one for one in own.concerns if one.step == entry.step and one.rule not in known)
    return Examination((*found.refusals, *refusals), (*found.concerns, *concerns), found.seen)


def ended_with(after: CaseView, entry: Entry, edition: Edition) -> Mapping[str, Value] | None:
    """Return the values of the round that an act itself ended, as they stood with it; None: it goes on."""
    step = edition.steps[entry.step]
    outcome = step.outcomes.get(entry.outcome)
    column = f"{entry.step}.{(outcome.fills if outcome else None) or step.day}"
    if after.values.get(column) is not None:
        return None
    own = [earlier.values for earlier in after.earlier if earlier.step == entry.step]
    return own[-1] if own and own[-1].get(column) == entry.occurred_on else None
