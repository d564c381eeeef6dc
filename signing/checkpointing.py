"""Signing the head of a house's log, and receipts under what was signed.

Sign only after the commit: what is signed is in the store for good.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from signing.checkpoint import log_origin
from signing.errors import RefusedToSignError
from signing.guard import GuardedSigner
from signing.receipt import Receipt
from signing.store import LogStore


def sign_head(store: LogStore, signer: GuardedSigner, host: str, house: UUID) -> tuple[int, str]:
    """Sign the newest head of a house's log and keep the note; give its size and the note.

    The head is read under the guard's lock, so that of two processes none signs an outrun head.
    """
    origin = log_origin(host, house)
    with signer.held(origin) as log:
        head = store.head(house)
        kept = store.latest_checkpoint(house)
        last = log.last()
        if last is None and kept is not None:
            raise RefusedToSignError("guard_lost", f"{origin}: size {kept[0]} was signed before")
        if last is not None and kept is not None and kept[0] == last.size == head.size:
            if last.root != head.root:
                raise RefusedToSignError("another_root_of_the_same_size", origin)
            return kept
        note = log.sign(
            head.size, head.root, lambda old, new: store.consistency_proof(house, old, new)
        ).to_text()
        store.put_checkpoint(house, head.size, note)
        return head.size, note


def receipts_under(
    store: LogStore,
    house: UUID,
    indexes: Sequence[int],
    checkpoint: tuple[int, str],
    extras: Mapping[int, bytes] | None = None,
) -> dict[int, Receipt]:
    """Make the receipts of several leaves under one checkpoint with one read."""
    size, note = checkpoint
    proofs = store.receipts(house, indexes, size)
    found = extras or {}
    return {index: Receipt(index, proof, note, found.get(index)) for index, proof in proofs.items()}
