"""The facts this process has committed last, for those who would only read them back."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.events import Recorded

MOST = 4096
"""Facts that are kept; whoever lags further behind reads the store."""


class RecentFacts:
    """A run of facts without a gap in their notification ids; safe for several threads."""

    def __init__(self) -> None:
        """Keep nothing yet."""
        self._lock = threading.Lock()
        self._first = 0
        self._facts: list[Recorded] = []

    def add(self, ids: Sequence[int], facts: Sequence[Recorded]) -> None:
        """Keep the facts of one commit; another process's commit before it begins a new run."""
        with self._lock:
            follows = ids[0] == self._first + len(self._facts)
            if ids[-1] - ids[0] + 1 != len(facts):
                self._facts.clear()
                return
            if not follows:
                self._first = ids[0]
                self._facts.clear()
            self._facts.extend(facts)
            if len(self._facts) > 2 * MOST:
                surplus = len(self._facts) - MOST
                self._first += surplus
                del self._facts[:surplus]

    def after(self, position: int, most: int) -> Sequence[Recorded]:
        """Give the facts right after a position; none when the next one is not here."""
        with self._lock:
            at = position + 1 - self._first
            return self._facts[at : at + most] if at >= 0 else ()
