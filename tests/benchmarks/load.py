"""The load: keep-alive connections, each sending its next vote when the last is answered.

Requests are bytes made beforehand and answers are only cut at their lengths, so that the generator
costs little, and the same for every server that is measured.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING, cast

import uvloop
from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CONNECTIONS = 64
PATH = "/api/v1/ballots"
ANSWERS = {str(number): "for" if number % 3 else "against" for number in range(1, 9)}
"""Eight questions, as the meeting of the benchmark has them."""

_END_OF_HEAD = b"\r\n\r\n"
_LENGTH = b"content-length:"


class LoadError(Exception):
    """A server that did not answer as HTTP, or closed a connection in the middle."""


@dataclass(slots=True)
class Answered:
    """What one round came to; times in seconds."""

    seconds: float = 0.0
    processor: float = 0.0
    """Processor time the server spent on the round, where somebody measured it."""
    delays: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    samples: list[bytes] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Answers per second."""
        return len(self.delays) / self.seconds

    def quantile(self, part: float) -> float:
        """Give the delay that `part` of the answers did not exceed, in milliseconds."""
        ordered = sorted(self.delays)
        return 1000 * ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def vote_request(token: str) -> bytes:
    """Write the request of one owner's vote."""
    body = json.dumps({"answers": ANSWERS}).encode()
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def send_votes(port: int, tokens: Sequence[str], sample_every: int = 500) -> Answered:
    """Send a vote by every token over all connections at once; keep every n-th answer's body."""
    requests = [vote_request(token) for token in tokens]
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_send_all(port, requests, sample_every))


async def _send_all(port: int, requests: list[bytes], sample_every: int) -> Answered:
    loop = asyncio.get_running_loop()
    crowd = _Crowd(requests, sample_every, loop.create_future())
    opened = [
        await loop.create_connection(lambda: _Voter(crowd), "127.0.0.1", port)
        for _ in range(min(CONNECTIONS, len(requests)))
    ]
    try:
        started = perf_counter()
        for _, voter in opened:
            voter.send_next()
        await crowd.finished
        crowd.answered.seconds = perf_counter() - started
    finally:
        for transport, _ in opened:
            transport.abort()
    return crowd.answered


class _Crowd:
    def __init__(
        self, requests: list[bytes], sample_every: int, finished: asyncio.Future[None]
    ) -> None:
        self.requests: Iterator[bytes] = iter(requests)
        self.expected = len(requests)
        self.sample_every = sample_every
        self.finished = finished
        self.answered = Answered()

    def note(self, delay: float, status: int, body: bytes) -> None:
        answered = self.answered
        if len(answered.delays) % self.sample_every == 0:
            answered.samples.append(body)
        answered.delays.append(delay)
        answered.statuses[status] = answered.statuses.get(status, 0) + 1
        if len(answered.delays) == self.expected:
            self.finished.set_result(None)

    def fail(self, why: str) -> None:
        if not self.finished.done():
            self.finished.set_exception(LoadError(why))


class _Voter(asyncio.Protocol):
    def __init__(self, crowd: _Crowd) -> None:
        self._crowd = crowd
        self._buffer = b""
        self._sent = 0.0
        self._transport: asyncio.Transport | None = None

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def send_next(self) -> None:
        request = next(self._crowd.requests, None)
        if request is not None and self._transport is not None:
            self._sent = perf_counter()
            self._transport.write(request)

    @override
    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(_END_OF_HEAD)
        if end < 0:
            return
        head = self._buffer[:end].lower()
        place = head.find(_LENGTH)
        if place < 0:
            self._crowd.fail(f"an answer without a length: {head[:200]!r}")
            return
        length = int(head[place + len(_LENGTH) :].split(b"\r\n", 1)[0])
        body_at = end + len(_END_OF_HEAD)
        if len(self._buffer) < body_at + length:
            return
        body, self._buffer = self._buffer[body_at:], b""
        self._crowd.note(perf_counter() - self._sent, int(head[9:12]), body)
        self.send_next()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._crowd.fail(f"connection lost: {exc!r}")
