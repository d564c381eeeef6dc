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

from signing.bundle import Bundle, entry_tiles
from signing.finding import Finding, Severity
from signing.merkle import leaf_hash
from signing.tiles import WIDTH

STEP = 2
_TYPE = re.compile(rb'"type":"([a-z0-9/-]{1,60})"')
_STREAM = re.compile(rb'"stream":"([0-9a-f-]{36})"')


class Entries(Mapping[int, bytes]):
    """Entries by leaf index where they stand in their tiles: copies would double the memory."""

    def __init__(self, files: Mapping[str, bytes], size: int) -> None:
        """Begin with no entry of a log of this size opened."""
        self._files = files
        self._tile: tuple[str, bytes] = "", b""
        self._paths: dict[int, str] = {}
        self._starts = array("L", bytes(array("L").itemsize * size))
        self._lengths = array("H", bytes(2 * size))
        self._opened = 0

    def put(self, index: int, path: str, start: int, length: int) -> None:
        """Note where an entry stands; each once."""
        self._paths[index // WIDTH] = path
        self._starts[index], self._lengths[index] = start, length
        self._opened += 1

    @override
    def __getitem__(self, index: int) -> bytes:
        if not 0 <= index < len(self._lengths) or not self._lengths[index]:
            raise KeyError(index)
        path, start = self._paths[index // WIDTH], self._starts[index]
        if self._tile[0] != path:
            self._tile = path, self._files[path]
        return self._tile[1][start : start + self._lengths[index]]

    @override
    def __iter__(self) -> Iterator[int]:
        return (index for index, length in enumerate(self._lengths) if length)

    @override
    def __len__(self) -> int:
        return self._opened


@dataclass(frozen=True, slots=True)
class OpenedEntries:
    """The entries in order of the log as they stand in the bundle; `withheld` are not opened."""

    entries: Mapping[int, bytes]
    withheld: tuple[int, ...]
    findings: tuple[Finding, ...]

    def hashes(self, leaves: Sequence[bytes]) -> Iterator[bytes]:
        """Give the leaf hashes that follow from the entries; stated ones where there is none."""
        for index, leaf in enumerate(leaves):
            yield leaf_hash(self.entries[index]) if index in self.entries else leaf


def open_entries(bundle: Bundle, leaves: Sequence[bytes]) -> OpenedEntries:
    """Take every entry out of its tile."""
    entries = Entries(bundle.files, bundle.manifest.size)
    withheld: list[int] = []
    findings: list[Finding] = []
    for path, tile in entry_tiles(bundle.manifest.size).items():
        data = bundle.files.get(path)
        if data is None:
            withheld += range(tile.start, tile.start + tile.width)
            continue
        at = 0
        for index in range(tile.start, tile.start + tile.width):
            leaf = leaves[index] if index < len(leaves) else None
            entry, at, fault = _entry_at(data, at, leaf)
            if fault:
                findings.append(_fault(fault, index, path, data[at:] if entry is None else entry))
            if entry is None:
                break
            if entry:
                entries.put(index, path, at - len(entry), len(entry))
            else:
                withheld.append(index)
        else:
            if at != len(data):
                details = {"got": len(data), "wanted": at}
                findings.append(Finding(STEP, Severity.ERROR, "tile_too_long", path, details))
    return OpenedEntries(entries, tuple(withheld), tuple(findings))


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
