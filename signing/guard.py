"""The signer guard: remembers outside the database what was signed last, and signs extensions only.

A log that signs two heads of which neither extends the other is caught lying for ever, even when a
restored backup was the reason. So, for each log, under a lock that all processes share:

1. read what was signed last;
2. refuse a smaller tree, another root of the same size, and an extension that is not proved;
3. write the new head to the disk (see `memory.py`) and wait until it is there;
4. only then sign.

A crash between 3 and 4 costs nothing: the same head may be signed again. The folder must stand on
another backup schedule than the database, or better on another disk.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from signing.checkpoint import Checkpoint, sign_checkpoint
from signing.errors import ConsistencyError, RefusedToSignError, VerificationError
from signing.keys import Signer
from signing.memory import Memory
from signing.merkle import verify_consistency
from signing.note import Note, VerifierKey

Prove = Callable[[int, int], Sequence[bytes]]
"""Gives the consistency proof between two sizes of the log at hand."""


class GuardedSigner:
    """A signer that signs checkpoints only, and only those that extend the last one."""

    def __init__(self, signer: Signer, folder: Path) -> None:
        """Guard a signer with the memory in a folder, which is made when it is not there."""
        self._signer = signer
        self._folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def verifier_key(self, origin: str) -> VerifierKey:
        """Give the public key of a log."""
        return self._signer.verifier_key(origin)

    @contextmanager
    def held(self, origin: str) -> Iterator[HeldLog]:
        """Hold a log's lock: read the head inside, so that nobody signs a newer one meanwhile."""
        path = self._folder / f"{sha256(origin.encode()).hexdigest()[:40]}.head"
        try:
            lock = os.open(path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as fault:
            raise RefusedToSignError("guard_unreadable", str(self._folder)) from fault
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield HeldLog(self._signer, origin, path)
        finally:
            os.close(lock)

    def sign_checkpoint(self, origin: str, size: int, root: bytes, prove: Prove) -> Note:
        """Sign a head that is known not to be outrun; see `held` for several processes."""
        with self.held(origin) as log:
            return log.sign(size, root, prove)


class HeldLog:
    """One log while its lock is held."""

    def __init__(self, signer: Signer, origin: str, path: Path) -> None:
        """Stand on the file that remembers the last head."""
        self._signer = signer
        self._origin = origin
        self._path = path
        self._memory = Memory(path)
        self._last: Checkpoint | None = None

    def last(self) -> Checkpoint | None:
        """Give the head signed last; None before the first."""
        # Nobody else writes while the lock is held, so it is read once.
        if self._last is None:
            self._last = self._read()
        return self._last

    def _read(self) -> Checkpoint | None:
        text = self._memory.read()
        if text is None:
            return None
        try:
            found = Checkpoint.from_text(text)
        except VerificationError as fault:
            raise RefusedToSignError("guard_unreadable", str(self._path)) from fault
        if found.origin != self._origin:
            raise RefusedToSignError("guard_of_another_log", str(self._path))
        return found

    def adopt(self, head: Checkpoint) -> None:
        """Begin again from a head known to have been signed, when the memory was lost.

        An operator's deed after looking at the witnesses' copies; a memory that is there stays.
        """
        if head.origin != self._origin:
            raise RefusedToSignError("guard_of_another_log", head.origin)
        if self.last() is not None:
            raise RefusedToSignError("guard_is_there", str(self._path))
        self._remember(head)

    def sign(self, size: int, root: bytes, prove: Prove) -> Note:
        """Sign this head of the log, or refuse what does not extend the last one."""
        head = Checkpoint(self._origin, size, root)
        last = self.last()
        if last is not None:
            _check_extension(last, head, prove)
        if last != head:
            self._remember(head)
        return sign_checkpoint(head, self._signer)

    def _remember(self, head: Checkpoint) -> None:
        self._memory.write(head.to_text())
        self._last = head


def _check_extension(last: Checkpoint, head: Checkpoint, prove: Prove) -> None:
    sizes = f"signed {last.size}, asked {head.size}"
    if head.size < last.size:
        raise RefusedToSignError("smaller_than_signed", sizes)
    if head.size == last.size and head.root != last.root:
        raise RefusedToSignError("another_root_of_the_same_size", sizes)
    if last.size in (0, head.size):
        return
    try:
        proof = prove(last.size, head.size)
        verify_consistency(last.size, last.root, head.size, head.root, proof)
    except ConsistencyError as fault:
        raise RefusedToSignError("not_an_extension", sizes) from fault
