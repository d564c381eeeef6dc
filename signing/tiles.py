"""Tiles (C2SP tlog-tiles): the log as static files that caches can keep and anybody can mirror.

    tile/0/x001/x234/067          256 hashes of level 0 (leaf hashes), 8192 bytes
    tile/1/000.p/17               17 hashes of level 1 (each the root of a full tile of level 0)
    tile/entries/000.p/17         17 entries, each after its length in two bytes, big-endian

The n-th tile of level l holds the complete subtrees (8·l, 256·n + i) of the tree, i from 0 to 255.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from signing.errors import TileMalformedError
from signing.merkle import HASH_BYTES, Place

WIDTH = 256
HEIGHT = 8
MAX_LEVEL = 63
MAX_ENTRY = 0xFFFF

_PATH = re.compile(
    r"tile/(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?"
)


@dataclass(frozen=True, slots=True)
class Tile:
    """Which tile: a level (None for entries), an index in it, and how many hashes or entries."""

    level: int | None
    index: int
    width: int = WIDTH

    def __post_init__(self) -> None:
        """Refuse what could not be a tile."""
        if self.level is not None and not 0 <= self.level <= MAX_LEVEL:
            raise TileMalformedError("level", str(self.level))
        if self.index < 0 or self.index >= 1 << 63:
            raise TileMalformedError("index", str(self.index))
        if not 1 <= self.width <= WIDTH:
            raise TileMalformedError("width", str(self.width))

    @property
    def start(self) -> int:
        """The index of its first hash within the tree level, or of its first entry."""
        return self.index * WIDTH

    def places(self) -> list[Place]:
        """List the complete subtrees whose hashes stand in the tile."""
        level = (self.level or 0) * HEIGHT
        return [(level, self.start + offset) for offset in range(self.width)]

    def fits(self, size: int) -> bool:
        """Tell whether a tree of this size has the tile."""
        return self.start + self.width <= size >> (self.level or 0) * HEIGHT

    def to_path(self) -> str:
        """Write the path below the log's prefix."""
        digits = str(self.index)
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
        number = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
        level = "entries" if self.level is None else str(self.level)
        partial = f".p/{self.width}" if self.width < WIDTH else ""
        return f"tile/{level}/{number}{partial}"

    @classmethod
    def from_path(cls, path: str) -> Tile:
        """Read a path; another spelling of the same tile is refused."""
        match = _PATH.fullmatch(path)
        if match is None or len(path) > 64:
            raise TileMalformedError("not_a_tile_path", path[:80])
        level = None if match[1] == "entries" else int(match[1])
        index = int(match[2].replace("x", "").replace("/", ""))
        tile = cls(level, index, int(match[3]) if match[3] else WIDTH)
        if tile.to_path() != path:
            raise TileMalformedError("path_spelling", path)
        return tile


def tiles_of(size: int) -> Iterator[Tile]:
    """List every tile of a tree of this size: entries, then hashes level by level."""
    for level in (None, *range(MAX_LEVEL + 1)):
        hashes = size >> (level or 0) * HEIGHT
        if hashes == 0:
            return
        for index in range(hashes // WIDTH):
            yield Tile(level, index)
        if hashes % WIDTH:
            yield Tile(level, hashes // WIDTH, hashes % WIDTH)


def write_hashes(hashes: Sequence[bytes]) -> bytes:
    """Write a hash tile."""
    if not 1 <= len(hashes) <= WIDTH or any(len(hash_) != HASH_BYTES for hash_ in hashes):
        raise TileMalformedError("hashes", f"{len(hashes)} hashes")
    return b"".join(hashes)


def read_hashes(data: bytes, width: int = WIDTH) -> list[bytes]:
    """Read a hash tile of a known width."""
    if len(data) != width * HASH_BYTES:
        raise TileMalformedError("tile_length", f"{len(data)} bytes, width {width}")
    return [data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)]


def write_entries(entries: Sequence[bytes]) -> bytes:
    """Write an entry bundle."""
    if not 1 <= len(entries) <= WIDTH:
        raise TileMalformedError("width", f"{len(entries)} entries")
    if any(len(entry) > MAX_ENTRY for entry in entries):
        raise TileMalformedError("entry_too_long", "entry bundle")
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def read_entries(data: bytes, width: int = WIDTH) -> list[bytes]:
    """Read an entry bundle of a known width."""
    entries, at = [], 0
    for number in range(width):
        start = at + 2
        at = start + int.from_bytes(data[at:start], "big")
        if start > len(data) or at > len(data):
            raise TileMalformedError("bundle_too_short", f"entry {number}")
        entries.append(data[start:at])
    if at != len(data):
        raise TileMalformedError("bundle_too_long", f"byte {at}")
    return entries
