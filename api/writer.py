"""The writer: carries out batches of commands, each in one transaction (group commit).

One batch at a time, so that every decision sees all before it; a refused command never harms the
others of its batch. Whatever reads the store, or may take long, is carried out by a thread.

A crowd of votes that needs nothing but what this process remembers is carried out where it was
submitted, on the event loop. Two threads that run Python at once take turns at the interpreter,
and whoever leaves it for a call of the system comes back late: that cost more than the loop loses
by waiting for the disk. It waits once for a store that has become slow; the thread does from then
on, until it is quick again.
"""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
from concurrent.futures import Future
from dataclasses import dataclass
from itertools import islice
from time import monotonic
from typing import TYPE_CHECKING, Any, Protocol

from api.crowd import Crowd
from api.refusals import LogHalted
from api.wording.startup import HALTED, HALTED_REMEDY
from domain.batch import Command, Done
from domain.refusals import Refused
from signing.errors import is_damage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from api.clock import Clock
    from api.crowd import Tell
    from domain.application import Sobranie
    from domain.batch import Result
    from domain.events import Recorded
    from signing.receipt import Receipt

SLOW_SECONDS = 0.05
"""A batch that takes longer leaves the next one to the thread."""
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


Answers = list[Written | BaseException]


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
        self._crowds: dict[asyncio.AbstractEventLoop, Crowd] = {}
        self._queue: queue.SimpleQueue[tuple[list[Command[Any]], Tell] | None] = queue.SimpleQueue()
        self._entry = threading.Lock()
        self._queued = 0
        self._slow = False
        self._closed = False
        self._halted = False
        self._thread = threading.Thread(target=self._work, name="writer", daemon=True)
        self._thread.start()

    def submit(self, command: Command[Any]) -> asyncio.Future[Written]:
        """Queue a command from the event loop; a refusal arrives as `Refused`."""
        loop = asyncio.get_running_loop()
        if self._closed:
            raise WriterClosedError
        crowd = self._crowds.get(loop)
        if crowd is None:
            self._crowds = {one: c for one, c in self._crowds.items() if not one.is_closed()}
            crowd = self._crowds[loop] = Crowd(loop, self._carry_out_crowd)
        return crowd.add(command)

    def run(self, command: Command[Any]) -> Written:
        """Carry out a command from any other thread and wait for it."""
        future: Future[Sequence[Written | BaseException]] = Future()
        with self._entry:
            self._hand_over([command], future.set_result)
        (answer,) = future.result()
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def close(self) -> None:
        """Finish what is queued and stop."""
        with self._entry:
            if not self._closed:
                self._closed = True
                self._queue.put(None)
        self._thread.join()

    def _carry_out_crowd(self, commands: list[Command[Any]], tell: Tell) -> Answers | None:
        """Carry out what an event loop submits: here, or by the thread, which tells the answers."""
        with self._entry:
            here = not (self._queued or self._slow or self._closed) and self._app.at_hand(commands)
            if here:
                return self._carry_out(commands)
            self._hand_over(commands, tell)
        return None

    def _hand_over(self, commands: list[Command[Any]], tell: Tell) -> None:
        if self._closed:
            tell([WriterClosedError() for _ in commands])
            return
        self._queued += 1
        self._queue.put((commands, tell))

    def _work(self) -> None:
        while (job := self._queue.get()) is not None:
            commands, tell = job
            answers = self._carry_out(commands)
            with self._entry:
                self._queued -= 1
            tell(answers)

    def _carry_out(self, commands: list[Command[Any]]) -> Answers:
        if self._halted:
            return [Refused(LogHalted()) for _ in commands]
        begun = monotonic()
        appended: list[Any] = []
        try:
            results = self._app.execute(commands, self._clock(), appended=appended)
            facts = [f for result in results if isinstance(result, Done) for f in result.facts]
            receipts = iter(self._log.sign(facts, appended) if appended else ())
            answers = [_written(result, receipts) for result in results]
        except Exception as fault:
            if is_damage(fault):
                self._halt(fault)
                return [Refused(LogHalted()) for _ in commands]
            return [fault for _ in commands]
        finally:
            self._slow = monotonic() - begun > SLOW_SECONDS
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


def _written(result: Result, receipts: Iterator[Receipt]) -> Written | BaseException:
    if isinstance(result, Done):
        return Written(result.value, result.facts, tuple(islice(receipts, len(result.facts))))
    return result
