"""The seal over the record: committed lines become leaves of a signed Merkle tree, which anybody can check."""
