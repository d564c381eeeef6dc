"""The messenger's limits on a sliding second of the fake's clock."""

from __future__ import annotations

from collections import defaultdict, deque

from tests.fake_max.clock import Clock
from tests.fake_max.facts import LIMITS, Refusal

SECOND_MS = 1000


class Throttle:
    """Counts what was let through; what was refused does not count."""

    def __init__(self, clock: Clock) -> None:
        """Start empty."""
        self._clock = clock
        self._rows: defaultdict[str, deque[int]] = defaultdict(deque)

    def request(self) -> None:
        """Count a request to the API."""
        self._count("all", LIMITS["global_rps"]["v"])

    def chat(self, chat_id: int) -> None:
        """Count a sending, an edit, a deletion or an answer in a chat."""
        self._count(f"chat {chat_id}", LIMITS["per_chat_per_second"]["v"])

    def poll(self) -> None:
        """Count a long polling request."""
        self._count("poll", LIMITS["long_polling"]["rps"])

    def _count(self, key: str, most: int) -> None:
        now, row = self._clock.now_ms(), self._rows[key]
        while row and row[0] <= now - SECOND_MS:
            row.popleft()
        if len(row) >= most:
            raise Refusal("too.many.requests")
        row.append(now)
