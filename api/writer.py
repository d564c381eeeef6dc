"""The writer: one thread that commits whatever is queued in one transaction (group commit).

It never waits for more to come: it takes what is there, decides each command against the current
state, commits all facts at once, signs one checkpoint per house, and answers every caller in one
wake-up of the event loop. A refused command never harms the others. What an event loop submits is
queued when a turn of the loop brings no more of it, so that a crowd comes as one batch.

Under load the callers of a batch are woken when the next one is written and its commit begins: then
the event loop has the interpreter to itself while this thread waits for the disk.
"""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Protocol

from api.refusals import LogHalted
from api.wording.startup import HALTED, HALTED_REMEDY
from domain.batch import Command, Done
from domain.refusals import Refused
from signing.errors import is_damage

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from api.clock import Clock
    from domain.application import Sobranie
    from domain.batch import Result
    from domain.events import Recorded
    from signing.receipt import Receipt

LARGEST_BATCH = 512
logger = logging.getLogger(__name__)


class Sealing(Protocol):
    """What the writer asks of the log after a commit."""

    def sign(self, facts: Sequence[Recorded], appended: Sequence[Any]) -> list[Any]:
        """Sign the new heads; give the receipt of every fact, in their order."""
        ...


@dataclass(frozen=True, slots=True)
class Written:
    """What a caller gets back: the command's value, its facts and a receipt for each."""

    value: Any
    facts: tuple[Recorded, ...]
    receipts: tuple[Receipt, ...]


@dataclass(slots=True)
class _Waiting:
    command: Command[Any]
    loop: asyncio.AbstractEventLoop | None
    future: asyncio.Future[Written] | Future[Written]


class WriterClosedError(Exception):
    """The writer is shutting down; nothing was done."""


class Writer:
    """Commits commands in groups; `submit` from the event loop, `run` from a thread."""

    def __init__(
        self,
        app: Sobranie,
        log: Sealing,
        clock: Clock,
        after_commit: Callable[[], None] = lambda: None,
    ) -> None:
        """Start the thread; `after_commit` wakes whoever follows the log."""
        self._app = app
        self._log = log
        self._clock = clock
        self._after_commit = after_commit
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._gathered: dict[asyncio.AbstractEventLoop, list[_Waiting]] = {}
        self._held: list[_Waiting | None] = []
        self._untold: tuple[list[_Waiting], list[Written | BaseException]] | None = None
        self._closed = threading.Event()
        self._halted = False
        self._thread = threading.Thread(target=self._work, name="writer", daemon=True)
        self._thread.start()

    def submit(self, command: Command[Any]) -> asyncio.Future[Written]:
        """Queue a command from the event loop; a refusal arrives as `Refused`."""
        loop = asyncio.get_running_loop()
        if self._closed.is_set():
            raise WriterClosedError
        future: asyncio.Future[Written] = loop.create_future()
        gathered = self._gathered.setdefault(loop, [])
        gathered.append(_Waiting(command, loop, future))
        if len(gathered) == 1:
            loop.call_soon(self._hand_over, loop, 1)
        return future

    def _hand_over(self, loop: asyncio.AbstractEventLoop, seen: int) -> None:
        """Queue what was gathered, unless the last turn of the loop has brought more of it."""
        gathered = self._gathered[loop]
        if seen < len(gathered) < LARGEST_BATCH:
            loop.call_soon(self._hand_over, loop, len(gathered))
            return
        del self._gathered[loop]
        for waiting in gathered:
            if self._closed.is_set():
                _settle(waiting.future, WriterClosedError())
            else:
                self._queue.put(waiting)

    def run(self, command: Command[Any]) -> Written:
        """Carry out a command from any other thread and wait for it."""
        if self._closed.is_set():
            raise WriterClosedError
        future: Future[Written] = Future()
        self._queue.put(_Waiting(command, None, future))
        return future.result()

    def close(self) -> None:
        """Finish what is queued and stop."""
        if not self._closed.is_set():
            self._closed.set()
            self._queue.put(None)
            self._thread.join()

    def _work(self) -> None:
        while (first := self._next()) is not None:
            batch = [first]
            while not first.command.alone and len(batch) < LARGEST_BATCH:
                try:
                    following = self._queue.get_nowait()
                except queue.Empty:
                    break
                if following is None or following.command.alone:
                    self._held.append(following)
                    break
                batch.append(following)
            if first.command.alone:
                self._tell()
            answers = self._carry_out([waiting.command for waiting in batch])
            self._tell()
            self._untold = (batch, answers)
        self._tell()

    def _next(self) -> _Waiting | None:
        """Give what a batch left behind, or wait for what comes; None means stop."""
        if self._held:
            return self._held.pop()
        if self._queue.empty():
            self._tell()
        return self._queue.get()

    def _tell(self) -> None:
        """Answer the callers of the batch before, unless that is done."""
        if self._untold is not None:
            batch, answers = self._untold
            self._untold = None
            self._answer(batch, answers)

    def _carry_out(self, commands: list[Command[Any]]) -> list[Written | BaseException]:
        if self._halted:
            return [Refused(LogHalted()) for _ in commands]
        appended: list[Any] = []
        try:
            results = self._app.execute(
                commands, self._clock(), appended=appended, before_commit=self._tell
            )
            facts = [f for result in results if isinstance(result, Done) for f in result.facts]
            receipts = iter(self._log.sign(facts, appended) if appended else ())
            answers = [_written(result, receipts) for result in results]
        except Exception as fault:
            if is_damage(fault):
                self._halt(fault)
                return [Refused(LogHalted()) for _ in commands]
            return [fault] * len(commands)
        if appended:
            self._wake_followers()
        return answers

    def _halt(self, fault: Exception) -> None:
        """Write nothing more until the next start, which will say what is wrong."""
        self._halted = True
        logger.critical("%s (%s) %s", HALTED, fault, HALTED_REMEDY)

    def _wake_followers(self) -> None:
        try:
            self._after_commit()
        except Exception:
            # The votes stand; whoever follows the log will look again by itself.
            logger.exception("the followers of the log could not be woken")

    def _answer(self, batch: list[_Waiting], answers: list[Written | BaseException]) -> None:
        by_loop: dict[asyncio.AbstractEventLoop, list[tuple[Any, Written | BaseException]]] = {}
        for waiting, answer in zip(batch, answers, strict=True):
            if waiting.loop is None:
                _settle(waiting.future, answer)
            else:
                by_loop.setdefault(waiting.loop, []).append((waiting.future, answer))
        for loop, settled in by_loop.items():
            with suppress(RuntimeError):  # the loop was closed: nobody waits any more
                loop.call_soon_threadsafe(_settle_all, settled)


def _written(result: Result, receipts: Iterator[Receipt]) -> Written | BaseException:
    if isinstance(result, Done):
        return Written(result.value, result.facts, tuple(islice(receipts, len(result.facts))))
    return result


def _settle_all(settled: list[tuple[Any, Written | BaseException]]) -> None:
    for future, answer in settled:
        _settle(future, answer)


def _settle(
    future: asyncio.Future[Written] | Future[Written], answer: Written | BaseException
) -> None:
    if future.done():
        return
    if isinstance(answer, BaseException):
        future.set_exception(answer)
    else:
        future.set_result(answer)
