"""An event loop whose time is its own: sleeping costs nothing, and all runs repeat exactly."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from typing_extensions import override

from domain.facts import Moment, moment

if TYPE_CHECKING:
    from selectors import SelectorKey


class _JumpingSelector(selectors.SelectSelector):
    """Lets time pass instead of waiting."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    @override
    def select(self, timeout: float | None = None) -> list[tuple[SelectorKey, int]]:
        ready = super().select(0)
        if not ready and timeout is not None and timeout > 0:
            self.now += timeout
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """Runs as fast as the machine can, by a clock of its own."""

    def __init__(self) -> None:
        """Start at zero."""
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)

    @override
    def time(self) -> float:
        """Tell the time in seconds."""
        return self._jumping.now

    def now_ms(self) -> int:
        """Tell the time as the fake messenger's limits want it."""
        return round(self._jumping.now * 1000)

    def clock_from(self, start: datetime) -> VirtualMoments:
        """Give the product's clock."""
        return VirtualMoments(self, start)


class VirtualMoments:
    """The loop's time as moments."""

    def __init__(self, loop: VirtualLoop, start: datetime) -> None:
        """Count from a moment."""
        self._loop, self._start = loop, start

    def __call__(self) -> Moment:
        """Tell the moment."""
        return moment(self._start + timedelta(milliseconds=self._loop.now_ms()))


Figures = Mapping[str, object]
