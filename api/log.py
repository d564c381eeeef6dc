"""The houses' logs as the api uses them: signing after a commit, receipts, sealed values."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from signing.checkpoint import log_origin, parse_checkpoint
from signing.errors import KeyForgottenError, RefusedToSignError
from signing.growing import GrownRows
from signing.inspection import check_head
from signing.merkle import consistency_proof
from signing.receipt import Receipt
from signing.witness import with_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from domain.events import Recorded
    from signing.guard import GuardedSigner, HeldLog, Prove
    from signing.note import NoteSignature, VerifierKey
    from signing.sealing import Opening, Sealed, Sealer
    from signing.store import Appended, LogStore


class HouseLogs:
    """Signs heads of logs and gives receipts; one per process, safe for several threads."""

    def __init__(self, store: LogStore, signer: GuardedSigner, sealer: Sealer, host: str) -> None:
        """Sign for the logs of a store under the name of an installation."""
        self.store = store
        self._signer = signer
        self._sealer = sealer
        self._host = host
        self._lock = threading.Lock()
        self._latest: dict[UUID, tuple[int, str]] = {}

    def origin(self, house: UUID) -> str:
        """Give the name of a house's log."""
        return log_origin(self._host, house)

    def key(self, house: UUID) -> VerifierKey:
        """Give the public key of a house's log."""
        return self._signer.verifier_key(self.origin(house))

    # --- after a commit ---------------------------------------------------------------------------

    def sign(self, facts: Sequence[Recorded], appended: Sequence[Appended]) -> list[Receipt]:
        """Sign the new heads and give the receipt of every fact, in the order of the facts."""
        receipts = {grown.house: iter(self._sign(grown)) for grown in appended}
        return [next(receipts[fact.house]) for fact in facts]

    def _sign(self, grown: Appended) -> list[Receipt]:
        rows = GrownRows(grown.before, grown.leaf_hashes)
        size, note = self._sign_head(grown, rows)
        indexes = range(grown.first_index, grown.size)
        if size == grown.size:
            proofs = rows.inclusion_proofs()
        else:
            proofs = list(self.store.receipts(grown.house, indexes, size).values())
        return [
            Receipt(index, proof, note, record)
            for index, proof, record in zip(indexes, proofs, grown.records, strict=True)
        ]

    def _sign_head(self, grown: Appended, rows: GrownRows) -> tuple[int, str]:
        origin = self.origin(grown.house)
        with self._lock, self._signer.held(origin) as log:
            last = log.last()
            size, root = grown.size, grown.root
            prove = self._prove(grown.house)
            if last is not None and last.size > size:
                # Another process has signed further: that head covers these leaves too.
                size, root = last.size, last.root
            elif last is not None and last.size == grown.first_index:
                prove = partial(consistency_proof, nodes=rows.nodes)
            return size, self._signed(log, grown.house, size, root, prove)

    def _signed(self, held: HeldLog, house: UUID, size: int, root: bytes, prove: Prove) -> str:
        """Sign a head; the first one of a process is kept, so that a lost guard is noticed."""
        first = house not in self._latest
        if held.last() is None and (not first or self.store.latest_checkpoint(house) is not None):
            raise RefusedToSignError("guard_lost", self.origin(house))
        note = held.sign(size, root, prove).to_text()
        if first:
            # Witnesses may have cosigned this very head before the start.
            note = with_lines(note, (), self.store.checkpoint_at(house, size))
            self.store.put_checkpoint(house, size, note)
        self._latest[house] = (size, note)
        return note

    def check(self, house: UUID) -> None:
        """Refuse a log that is not the one signed last; a few reads, however long it is."""
        with self.held(house) as held:
            check_head(self.store, held, house)

    def last_signed(self, house: UUID) -> int | None:
        """Give the size signed last as the guard remembers it; None before the first."""
        with self.held(house) as held:
            last = held.last()
        return last.size if last is not None else None

    @contextmanager
    def held(self, house: UUID) -> Iterator[HeldLog]:
        """Hold a house's log, so that nobody signs meanwhile."""
        with self._lock, self._signer.held(self.origin(house)) as held:
            yield held

    def _prove(self, house: UUID) -> Prove:
        return lambda old, new: self.store.consistency_proof(house, old, new)

    # --- reading ----------------------------------------------------------------------------------

    def checkpoint(self, house: UUID) -> str:
        """Give the checkpoint of the log as it stands, signing it when it is not signed yet."""
        return self.checkpoint_with_size(house)[1]

    def checkpoint_with_size(self, house: UUID) -> tuple[int, str]:
        """Give the newest checkpoint with its size."""
        origin = self.origin(house)
        with self._lock, self._signer.held(origin) as log:
            head = self.store.head(house)
            known = self._latest.get(house)
            if known is None or known[0] != head.size:
                note = self._signed(log, house, head.size, head.root, self._prove(house))
                known = (head.size, note)
        return known

    def receipt(self, house: UUID, stream: UUID, version: int) -> str:
        """Give the receipt of a record: an inclusion proof under the newest checkpoint."""
        size, note = self.checkpoint_with_size(house)
        index = self.store.index_of(stream, version)
        proof = self.store.receipts(house, [index], size)[index]
        record = self.store.entries(house, index, index + 1)[0]
        return Receipt(index, proof, note, record).to_text()

    # --- witnesses --------------------------------------------------------------------------------

    def signed(self) -> dict[UUID, tuple[int, str]]:
        """Give the newest checkpoints that this process has signed, by house."""
        with self._lock:
            return dict(self._latest)

    def newest(self, house: UUID) -> tuple[int, str]:
        """Give the newest checkpoint with every witness line that any process has kept."""
        size, note = self.checkpoint_with_size(house)
        return size, with_lines(note, (), self.store.checkpoint_at(house, size))

    def add_cosignatures(self, house: UUID, note: str, lines: Sequence[NoteSignature]) -> None:
        """Keep a checkpoint with what witnesses have cosigned, besides the lines it has already."""
        size = parse_checkpoint(note.encode())[0].size
        with self.held(house):
            cosigned = with_lines(note, lines, self.store.checkpoint_at(house, size))
            self.store.put_checkpoint(house, size, cosigned)
            if self._latest.get(house, (0, ""))[0] == size:
                self._latest[house] = (size, cosigned)

    # --- personal values --------------------------------------------------------------------------

    def seal(self, person: UUID, value: bytes) -> Sealed:
        """Seal one personal value."""
        return self._sealer.seal(person, value)

    def seal_all(self, values: Iterable[tuple[UUID, bytes]]) -> list[Sealed]:
        """Seal many personal values with one look at the keys."""
        return self._sealer.seal_all(values)

    def read(self, commitment: str) -> bytes | None:
        """Give a sealed value, or None when it is gone or its key is destroyed."""
        opening = self.opening(commitment)
        return opening.value if opening is not None else None

    def opening(self, commitment: str) -> Opening | None:
        """Give what opens a commitment, or None when it cannot be opened any more."""
        sealed = self.store.sealed_values([commitment]).get(commitment)
        if sealed is None:
            return None
        try:
            return self._sealer.open(sealed)
        except KeyForgottenError:
            return None
