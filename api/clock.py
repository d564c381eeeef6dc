"""Where the time comes from. A served installation has only the real clock.

The demo passes its days with a clock that can be set; nothing else may.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from domain.facts import Moment, moment

Clock = Callable[[], Moment]


def real_clock() -> Moment:
    """Give the moment now, to the millisecond."""
    now = datetime.now(UTC)
    return moment(now.replace(microsecond=now.microsecond // 1000 * 1000))


class DemoClock:
    """A clock that stands still until it is moved forward; for the demo and tests only."""

    def __init__(self, start: datetime) -> None:
        """Begin at an aware moment."""
        self._now = moment(start)

    def __call__(self) -> Moment:
        """Give the moment it shows."""
        return self._now

    def move_to(self, at: datetime) -> None:
        """Move forward to a moment; never back."""
        self._now = max(self._now, moment(at))

    def tick(self, by: timedelta = timedelta(milliseconds=1)) -> None:
        """Move forward a little."""
        self._now = moment(self._now + by)
