"""A limit on guessing links: each address has a bucket of wrong tries that refills with time.

Only unknown links cost a try, and known ones always open: neighbours behind one address must not
lose their vote to somebody's guessing. What it spares is the database, not the 128-bit token.

A printed code is short enough to be guessed, so there the try is taken before the code is looked
up and given back when it is right: an empty bucket keeps a right guess out as well.
"""

from __future__ import annotations

import ipaddress
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from math import ceil

from api.refusals import TooManyRequests
from domain.refusals import Refused

TRIES_A_MINUTE = 30
MAX_ADDRESSES = 10_000
MINUTE = 60.0


class GuessLimit:
    """Buckets by address; the least recently seen are forgotten when there are too many."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        tries: int = TRIES_A_MINUTE,
        addresses: int = MAX_ADDRESSES,
    ) -> None:
        """Allow each address so many tries a minute; the clock gives seconds."""
        self._clock = clock
        self._tries = tries
        self._addresses = addresses
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def failed(self, address: str) -> None:
        """Note a wrong try; refuse when the address has none left."""
        now = self._clock()
        key = _network(address)
        with self._lock:
            left, since = self._buckets.pop(key, (float(self._tries), now))
            left = min(self._tries, left + (now - since) * self._tries / MINUTE)
            allowed = left >= 1
            left -= 1 if allowed else 0
            self._buckets[key] = (left, now)
            while len(self._buckets) > self._addresses:
                self._buckets.popitem(last=False)
        if not allowed:
            raise Refused(TooManyRequests(max(1, ceil((1 - left) * MINUTE / self._tries))))

    def returned(self, address: str) -> None:
        """Give back a try that turned out to be right."""
        key = _network(address)
        with self._lock:
            if key in self._buckets:
                left, since = self._buckets[key]
                self._buckets[key] = (min(float(self._tries), left + 1), since)

    def __len__(self) -> int:
        """Tell how many addresses are remembered."""
        return len(self._buckets)


def _network(address: str) -> str:
    """Take the /64 of an IPv6 address: one subscriber has that many addresses."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        mapped = parsed.ipv4_mapped
        return str(mapped or ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
