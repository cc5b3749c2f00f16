"""Hashes: leaves as RFC 6962 makes them, the origin of a chain, and salted commitments to what can be erased.

An entry's bytes name the leaf hash of the entry before it in the same case; the first names ``ORIGIN``. SHA-256.
"""

from __future__ import annotations

from hashlib import sha256

from workflow.seal.canonical import Plain, canonical

ORIGIN = "0" * 64
SALT_BYTES = 32


def leaf_hash(body: bytes) -> str:
    """Return the leaf hash of canonical bytes (RFC 6962, section 2.1), in hexadecimal."""
    return sha256(b"\x00" + body).hexdigest()


def commitment(salt: bytes, value: Plain) -> str:
    """Return what an entry carries instead of an erasable value; without the salt it tells nothing of the value."""
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes, not {len(salt)}")
    return sha256(salt + canonical(value)).hexdigest()
