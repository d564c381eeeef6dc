"""What one event loop submits to the writer, gathered so that a crowd comes as one batch.

A crowd is passed on when a turn of the loop brings no more of it. While it is smaller than the one
before, some more turns are awaited: those who were just answered are about to come back. A turn
without work takes some microseconds, so a voter who is alone waits for nobody.
"""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Sequence

    from domain.batch import Command

    Answers = Sequence[Any]
    Tell = Callable[[Answers], None]
    CarryOut = Callable[[list[Command[Any]], Tell], Answers | None]
    Waiting = tuple[Command[Any], asyncio.Future[Any]]

LARGEST_CROWD = 512
IDLE_TURNS = 16
"""Turns of the loop without another command that a crowd smaller than the last one waits for."""


class Crowd:
    """The commands of one event loop that wait for the next batch."""

    def __init__(self, loop: asyncio.AbstractEventLoop, carry_out: CarryOut) -> None:
        """Gather for a loop; `carry_out` gives the answers, or None and tells them later."""
        self._loop = loop
        self._carry_out = carry_out
        self._waiting: list[Waiting] = []
        self._under_way = False
        self._last_size = 0

    def add(self, command: Command[Any]) -> asyncio.Future[Any]:
        """Take a command; its answer arrives in the future."""
        future: asyncio.Future[Any] = self._loop.create_future()
        self._waiting.append((command, future))
        if len(self._waiting) == 1 and not self._under_way:
            self._gather()
        return future

    def _gather(self, seen: int = 0, idle_turns: int = 0) -> None:
        """Look at the end of every turn whether more has come."""
        size = len(self._waiting)
        idle_turns = idle_turns + 1 if size == seen else 0
        enough = size >= self._last_size or idle_turns == IDLE_TURNS
        if size >= LARGEST_CROWD or (idle_turns and enough):
            self._next()
        else:
            self._loop.call_soon(self._gather, size, idle_turns)

    def _next(self) -> None:
        crowd = self._taken()
        self._last_size = len(crowd)
        answers = self._carry_out([command for command, _ in crowd], partial(self._tell, crowd))
        if answers is None:
            self._under_way = True
        else:
            self._settle(crowd, answers)

    def _taken(self) -> list[Waiting]:
        """Take what may share a batch, from the first on."""
        waiting = self._waiting
        most = next((at for at, (command, _) in enumerate(waiting) if command.alone), len(waiting))
        most = min(max(most, 1), LARGEST_CROWD)
        self._waiting = waiting[most:]
        return waiting[:most]

    def _tell(self, crowd: Sequence[Waiting], answers: Answers) -> None:
        """Bring the answers from another thread."""
        with suppress(RuntimeError):  # the loop was closed: nobody waits any more
            self._loop.call_soon_threadsafe(self._settle, crowd, answers)

    def _settle(self, crowd: Sequence[Waiting], answers: Answers) -> None:
        self._under_way = False
        for (_, future), answer in zip(crowd, answers, strict=True):
            if future.done():
                continue
            if isinstance(answer, BaseException):
                future.set_exception(answer)
            else:
                future.set_result(answer)
        if self._waiting:
            self._gather()
