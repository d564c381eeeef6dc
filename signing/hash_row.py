"""Many hashes one after another in one piece of bytes, cut only where one is asked for.

A list of a million hashes would take three times the memory of the hashes themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import overload

from typing_extensions import override

from signing.merkle import HASH_BYTES


class HashRow(Sequence[bytes]):
    """Hashes of 32 bytes by their place; a rest at the end that is no whole hash is left out."""

    def __init__(self, data: bytes) -> None:
        """Take the bytes as they are."""
        self._data = data

    @override
    def __len__(self) -> int:
        return len(self._data) // HASH_BYTES

    @overload
    def __getitem__(self, place: int) -> bytes: ...

    @overload
    def __getitem__(self, place: slice) -> HashRow: ...

    @override
    def __getitem__(self, place: int | slice) -> bytes | HashRow:
        if isinstance(place, slice):
            start, stop, step = place.indices(len(self))
            if step != 1:
                return HashRow(b"".join(self[at] for at in range(start, stop, step)))
            return HashRow(self._data[start * HASH_BYTES : stop * HASH_BYTES])
        at = range(len(self))[place] * HASH_BYTES
        return self._data[at : at + HASH_BYTES]

    @override
    def __iter__(self) -> Iterator[bytes]:
        for at in range(0, len(self) * HASH_BYTES, HASH_BYTES):
            yield self._data[at : at + HASH_BYTES]
