"""Proofs about the law as data: what no reading of a single rule shows.

Values in, values out: a law goes in, a proof with the faults of every file comes out. Nothing is judged here.
"""

from workflow.prover.alone import procedures_hold
from workflow.prover.proof import Part, Proof
from workflow.prover.prover import prove

__all__ = ["Part", "Proof", "procedures_hold", "prove"]
