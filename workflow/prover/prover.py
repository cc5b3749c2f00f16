"""All proofs about a law, one after the other."""

from __future__ import annotations

from workflow.law.organizations import Organizations
from workflow.law.source import Source
from workflow.law.timeline import Law
from workflow.prover.coverage import articles_covered
from workflow.prover.examples import examples_exist
from workflow.prover.limits import limits_never_refuse
from workflow.prover.organizations import bodies_served
from workflow.prover.overlays import overlays_tighten
from workflow.prover.proof import Proof
from workflow.prover.states import everything_reachable, no_dead_ends, nobody_stranded, one_way_each
from workflow.prover.subject import plain
from workflow.prover.times import times_feasible
from workflow.prover.vocabulary import conventions_named, derived_in_order, kinds_whole, too_early, transitions_named
from workflow.prover.waivers import votes_and_ages_stand


def prove(law: Law, organizations: tuple[Organizations, Source] | None = None) -> Proof:
    """Return every proof about ``law``; nothing is raised for what is refuted, it stands in the faults.

    Proved of each edition as it is, of each with every overlay that extends it, and with all of those together.
    ``organizations``: who acts, with its source; a procedure that is only audited does without.
    """
    editions = plain(law)
    tighten, composed = overlays_tighten(law)
    everything = (*editions, *composed)
    return Proof(
        (
            everything_reachable(everything),
            no_dead_ends(everything),
            one_way_each(everything),
            times_feasible(everything),
            limits_never_refuse(everything),
            votes_and_ages_stand(everything),
            articles_covered(law, editions, composed),
            tighten,
            nobody_stranded(editions),
            kinds_whole(everything),
            derived_in_order(editions),
            examples_exist([subject for subject in everything if not any(too_early(subject.edition))]),
            transitions_named(law, editions),
            conventions_named(law),
            *((bodies_served(everything, *organizations),) if organizations else ()),
        )
    )
