"""What the guard remembers on the disk: one text in two slots, written in turn, one sync a time.

    64 hex digits: SHA-256 of the rest ⏎ generation in decimal ⏎ text, zero bytes up to 1024

A write goes to the older slot, so that a crash in the middle of it leaves the newer one whole; the
caller acts on the new text only after the sync, so the older one is then still the truth. A file
with no whole slot is damaged and refused.
"""

from __future__ import annotations

import os
from hashlib import sha256
from typing import TYPE_CHECKING

from signing.errors import RefusedToSignError
from signing.private_file import sync_directory

if TYPE_CHECKING:
    from pathlib import Path

SLOT_BYTES = 1024
SLOTS = 2


class Memory:
    """One remembered text in a file; whoever holds it is the only one who writes the file."""

    def __init__(self, path: Path) -> None:
        """Stand on a file that need not be there yet."""
        self._path = path
        self._known: list[tuple[int, str]] | None = None

    def read(self) -> str | None:
        """Give the text written last; None before the first."""
        slots = self._slots()
        return max(slots)[1] if slots else None

    def write(self, text: str) -> None:
        """Remember a text; it is on the disk when this returns."""
        slots = self._slots()
        if not slots:
            self._create()
        generation = max(slots)[0] + 1 if slots else 0
        rest = f"{generation}\n{text}".encode()
        slot = sha256(rest).hexdigest().encode() + b"\n" + rest
        if len(slot) > SLOT_BYTES:
            raise ValueError(f"a text of {len(slot)} bytes does not fit a slot")
        self._known = None
        descriptor = os.open(self._path, os.O_WRONLY)
        try:
            os.pwrite(descriptor, slot.ljust(SLOT_BYTES, b"\0"), generation % SLOTS * SLOT_BYTES)
            os.fdatasync(descriptor)
        finally:
            os.close(descriptor)

    def _create(self) -> None:
        flags = os.O_WRONLY | os.O_CREAT
        descriptor = os.open(self._path, flags, 0o600)
        try:
            os.pwrite(descriptor, bytes(SLOT_BYTES * SLOTS), 0)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        sync_directory(self._path.parent)

    def _slots(self) -> list[tuple[int, str]]:
        if self._known is None:
            self._known = self._read_slots()
        return self._known

    def _read_slots(self) -> list[tuple[int, str]]:
        try:
            descriptor = os.open(self._path, os.O_RDONLY)
        except FileNotFoundError:
            return []
        except OSError as fault:
            raise RefusedToSignError("guard_unreadable", str(self._path)) from fault
        try:
            data = os.read(descriptor, SLOT_BYTES * SLOTS)
        except OSError as fault:
            raise RefusedToSignError("guard_unreadable", str(self._path)) from fault
        finally:
            os.close(descriptor)
        if data == bytes(SLOT_BYTES * SLOTS):
            return []  # made, and then the power went before anything was remembered
        found = [
            slot
            for start in range(0, SLOT_BYTES * SLOTS, SLOT_BYTES)
            if (slot := _whole(data[start : start + SLOT_BYTES])) is not None
        ]
        if not found:
            raise RefusedToSignError("guard_unreadable", str(self._path))
        return found


def _whole(slot: bytes) -> tuple[int, str] | None:
    digest, _, rest = slot.rstrip(b"\0").partition(b"\n")
    if sha256(rest).hexdigest().encode() != digest:
        return None
    generation, _, text = rest.decode().partition("\n")
    return int(generation), text
