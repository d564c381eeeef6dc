"""Keeps our requests within the messenger's limits: 30 a second in all, 2 a second per chat.

A chat's queue is first come, first served; only its head competes for the common limit, so a chat
with a long queue does not hold up the others. The window is a little over a second because a slow
request followed by a quick one arrive closer than they left.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

Clock = Callable[[], float]
Sleep = Callable[[float], Awaitable[None]]

_TIDY_OVER = 4096


@dataclass(frozen=True, slots=True)
class Limits:
    """How many requests fit into the window, in seconds."""

    in_all: int = 30
    per_chat: int = 2
    window: float = 1.1


@dataclass(slots=True)
class _Queue:
    """The last moments granted, and whose turn it is."""

    size: int
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    granted: deque[float] = field(init=False)

    def __post_init__(self) -> None:
        self.granted = deque(maxlen=self.size)

    def pause(self, now: float, window: float) -> float:
        if len(self.granted) < self.size:
            return 0
        return max(0, self.granted[0] + window - now)

    def is_idle(self, now: float, window: float) -> bool:
        return not self.turn.locked() and (not self.granted or self.granted[-1] + window < now)


class Pacer:
    """Lets each request go at the earliest moment that keeps both limits."""

    def __init__(
        self,
        limits: Limits | None = None,
        clock: Clock = time.monotonic,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        """Take the clock and the sleep from outside: tests bring virtual ones."""
        self._limits = limits or Limits()
        self._clock = clock
        self.sleep = sleep
        self._common = _Queue(self._limits.in_all)
        self._chats: dict[str, _Queue] = {}

    async def wait(self, chat: str | None = None) -> None:
        """Wait for one's turn; `chat` is named for the calls that count per chat."""
        if chat is None:
            await self._pass_common()
            return
        queue = self._queue(chat)
        async with queue.turn:
            await self._until_free(queue)
            queue.granted.append(await self._pass_common())

    async def _pass_common(self) -> float:
        async with self._common.turn:
            await self._until_free(self._common)
            now = self._clock()
            self._common.granted.append(now)
            return now

    async def _until_free(self, queue: _Queue) -> None:
        # A sleep may end a moment early, so the clock is asked again.
        while (pause := queue.pause(self._clock(), self._limits.window)) > 0:
            await self.sleep(pause)

    def _queue(self, chat: str) -> _Queue:
        if len(self._chats) > _TIDY_OVER:
            now, window = self._clock(), self._limits.window
            self._chats = {
                key: queue for key, queue in self._chats.items() if not queue.is_idle(now, window)
            }
        return self._chats.setdefault(chat, _Queue(self._limits.per_chat))
