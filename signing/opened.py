"""The entries of a bundle taken out of their tiles and held against the leaf hashes.

An entry whose stated length is wrong would shift all that follow it in its tile. Where the true
length can be found again (some length gives the leaf hash), reading goes on behind it.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from typing_extensions import override

from signing.bundle import Bundle, held_tiles
from signing.finding import Finding, Severity
from signing.merkle import leaf_hash
from signing.tiles import WIDTH

STEP = 2
_TYPE = re.compile(rb'"type":"([a-z0-9/-]{1,60})"')
_STREAM = re.compile(rb'"stream":"([0-9a-f-]{36})"')


class Entries(Mapping[int, bytes]):
    """Entries by leaf index where they stand in their tiles: copies would double the memory.

    What is noted grows with the tiles at hand, not with the size that a bundle claims.
    """

    def __init__(self, files: Mapping[str, bytes]) -> None:
        """Begin with no entry opened."""
        self._files = files
        self._tile: tuple[str, bytes] = "", b""
        self._places: dict[int, tuple[str, array[int], array[int]]] = {}
        self._opened = 0

    def put(self, index: int, path: str, start: int, length: int) -> None:
        """Note where an entry stands; those of a tile in order, length 0 for one not opened."""
        place = self._places.get(index // WIDTH)
        if place is None:
            place = self._places[index // WIDTH] = path, array("L"), array("H")
        place[1].append(start)
        place[2].append(length)
        self._opened += length > 0

    @override
    def __getitem__(self, index: int) -> bytes:
        path, starts, lengths = self._places[index // WIDTH]
        at = index % WIDTH
        if at >= len(lengths) or not lengths[at]:
            raise KeyError(index)
        if self._tile[0] != path:
            self._tile = path, self._files[path]
        return self._tile[1][starts[at] : starts[at] + lengths[at]]

    @override
    def __iter__(self) -> Iterator[int]:
        for number, (_, _, lengths) in self._places.items():
            for at, length in enumerate(lengths):
                if length:
                    yield number * WIDTH + at

    @override
    def __len__(self) -> int:
        return self._opened


@dataclass(slots=True)
class Withheld:
    """How many entries are not opened, and the first of them."""

    number: int = 0
    first: int = 0

    def add(self, index: int, number: int = 1) -> None:
        """Count entries that follow one another and all that were counted before."""
        if number and not self.number:
            self.first = index
        self.number += number


@dataclass(frozen=True, slots=True)
class OpenedEntries:
    """The entries in order of the log as they stand in the bundle; `withheld` are not opened."""

    entries: Mapping[int, bytes]
    withheld: Withheld
    findings: tuple[Finding, ...]

    def hashes(self, leaves: Sequence[bytes]) -> Iterator[bytes]:
        """Give the leaf hashes that follow from the entries; stated ones where there is none."""
        for index, leaf in enumerate(leaves):
            yield leaf_hash(self.entries[index]) if index in self.entries else leaf


def open_entries(bundle: Bundle, leaves: Sequence[bytes]) -> OpenedEntries:
    """Take every entry out of its tile."""
    entries, withheld = Entries(bundle.files), Withheld()
    findings: list[Finding] = []
    seen = 0
    for path, tile in held_tiles(bundle.files, bundle.manifest.size).items():
        withheld.add(seen, tile.start - seen)
        seen = tile.start + tile.width
        data, at = bundle.files[path], 0
        for index in range(tile.start, seen):
            leaf = leaves[index] if index < len(leaves) else None
            entry, at, fault = _entry_at(data, at, leaf)
            if fault:
                findings.append(_fault(fault, index, path, data[at:] if entry is None else entry))
            if entry is None:
                break
            entries.put(index, path, at - len(entry), len(entry))
            withheld.add(index, not entry)
        else:
            if at != len(data):
                details = {"got": len(data), "wanted": at}
                findings.append(Finding(STEP, Severity.ERROR, "tile_too_long", path, details))
    withheld.add(seen, bundle.manifest.size - seen)
    return OpenedEntries(entries, withheld, tuple(findings))


def _entry_at(data: bytes, at: int, leaf: bytes | None) -> tuple[bytes | None, int, str | None]:
    """Read one entry: its bytes, where the next begins, and what is wrong with its length."""
    start = at + 2
    length = int.from_bytes(data[at:start], "big")
    entry = data[start : start + length]
    whole = start <= len(data) and len(entry) == length
    if whole and (not entry or leaf is None or leaf_hash(entry) == leaf):
        return entry, start + length, None
    if whole and _begins_entry(data, start + length):
        return entry, start + length, None
    true = None if leaf is None else _true_length(data[start : start + 0xFFFF], leaf)
    if true is not None:
        return data[start : start + true], start + true, "entry_length"
    return None, at, "tile_broken"


def _true_length(data: bytes, leaf: bytes) -> int | None:
    digest = sha256(b"\x00")
    for at in range(len(data)):
        digest.update(data[at : at + 1])
        if digest.digest() == leaf:
            return at + 1
    return None


def _begins_entry(data: bytes, at: int) -> bool:
    """Tell whether the tile ends here or something that looks like an entry follows."""
    following = data[at + 2 : at + 3]
    return at == len(data) or following == b"{" or data[at : at + 2] == b"\x00\x00"


def _fault(code: str, index: int, path: str, raw: bytes) -> Finding:
    details: dict[str, str | int] = {"index": index, "file": path, **hint_of(raw)}
    return Finding(STEP, Severity.ERROR, code, f"entry {index}", details)


def hint_of(raw: bytes) -> dict[str, str]:
    """Say what an entry claims to be, even where it is damaged."""
    found = {}
    for name, pattern in (("type", _TYPE), ("stream", _STREAM)):
        match = pattern.search(raw[:0xFFFF])
        if match:
            found[name] = match[1].decode("ascii")
    return found
