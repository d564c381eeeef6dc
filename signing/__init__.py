"""The append-only signed log: bytes, trees, keys and proofs; it knows nothing of votes."""
