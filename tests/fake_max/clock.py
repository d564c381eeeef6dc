"""Time for the fake: virtual in tests, the system's in the demo."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

START_MS = 1795305600000


class Clock(Protocol):
    """Milliseconds since 1970."""

    def now_ms(self) -> int:
        """Tell the time."""
        ...

    def pass_seconds(self, seconds: float) -> None:
        """Be slow, where time is ours to move."""
        ...


class VirtualClock:
    """Stands still until told to advance; also serves the client's clock and sleep."""

    def __init__(self, start_ms: int = START_MS) -> None:
        """Start at the moment of the facts' test vectors."""
        self._ms = start_ms

    def now_ms(self) -> int:
        """Tell the time."""
        return self._ms

    def seconds(self) -> float:
        """Tell the time as the client's pacer wants it."""
        return self._ms / 1000

    def moment(self) -> datetime:
        """Tell the time as a date."""
        return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=self._ms)

    def advance(self, seconds: float) -> None:
        """Let time pass; a part of a millisecond counts as a whole one."""
        self._ms += -int(-seconds * 1000 // 1)

    def pass_seconds(self, seconds: float) -> None:
        """Be slow."""
        self.advance(seconds)

    async def sleep(self, seconds: float) -> None:
        """Pass the time at once."""
        self.advance(seconds)


class SystemClock:
    """The real time, for the demo."""

    def now_ms(self) -> int:
        """Tell the time."""
        return time.time_ns() // 1_000_000

    def pass_seconds(self, seconds: float) -> None:
        """Do not move the real time."""
