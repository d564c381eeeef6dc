"""A log served as static files (C2SP tlog-tiles), read with nothing but the standard library."""

from __future__ import annotations

import http.client
import urllib.request
from functools import lru_cache
from typing import TYPE_CHECKING

from signing.errors import VerificationError
from signing.merkle import consistency_proof, node_hash
from signing.tiles import HEIGHT, WIDTH, Tile, read_hashes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signing.merkle import Place

MAX_BYTES = 1_000_000
SECONDS = 20


class LogUnreachableError(VerificationError):
    """The served log does not answer, or not with what was asked for."""

    code = "log_unreachable"


class RemoteLog:
    """One served log by the address its `checkpoint` and `tile/` stand under."""

    def __init__(self, address: str) -> None:
        """Take an address; only the web is asked, no local files."""
        if not address.startswith(("https://", "http://")):
            raise LogUnreachableError("not_a_web_address", address)
        self._address = address.rstrip("/")
        self._get = lru_cache(maxsize=4096)(self._fetch)

    def checkpoint(self) -> bytes:
        """Give the newest checkpoint."""
        return self._get("checkpoint")

    def consistency(self, old_size: int, new_size: int) -> tuple[bytes, ...]:
        """Work out from the tiles that the log of `new_size` extends that of `old_size`."""
        return consistency_proof(old_size, new_size, lambda places: self._nodes(places, new_size))

    def _nodes(self, places: Sequence[Place], size: int) -> dict[Place, bytes]:
        return {place: self._node(place, size) for place in places}

    def _node(self, place: Place, size: int) -> bytes:
        """Fold a complete subtree from the hashes of the tile it lies in."""
        level, index = place
        tile_level, above = divmod(level, HEIGHT)
        first = index << above
        width = min(WIDTH, (size >> (tile_level * HEIGHT)) - first // WIDTH * WIDTH)
        tile = Tile(tile_level, first // WIDTH, width)
        row = read_hashes(self._get(tile.to_path()), width)
        start = first % WIDTH
        row = row[start : start + (1 << above)]
        while len(row) > 1:
            row = [node_hash(a, b) for a, b in zip(row[::2], row[1::2], strict=True)]
        return row[0]

    def _fetch(self, path: str) -> bytes:
        request = urllib.request.Request(f"{self._address}/{path}")  # noqa: S310 - checked above
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
                data: bytes = answer.read(MAX_BYTES + 1)
        except (http.client.HTTPException, ValueError, OSError) as fault:
            raise LogUnreachableError(str(fault)[:200], path) from fault
        if len(data) > MAX_BYTES:
            raise LogUnreachableError("too_long", path)
        return data
