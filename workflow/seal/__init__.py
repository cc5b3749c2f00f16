"""The seal: canonical bytes, hashes and commitments. It knows nothing of the rest of the program."""

from workflow.seal.canonical import NotCanonical, Plain, canonical
from workflow.seal.chain import ORIGIN, commitment, leaf_hash

__all__ = ["ORIGIN", "NotCanonical", "Plain", "canonical", "commitment", "leaf_hash"]
