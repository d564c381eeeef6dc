"""Answers leave at the end of a turn of the loop, whole and in order; nothing is kept back."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from typing_extensions import override

from api.joined_writes import MOST_HELD, JoinedWrites
from api.server import serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Kept(asyncio.Transport):
    """A transport that keeps what is done to it."""

    def __init__(self) -> None:
        """Nothing has been done yet."""
        super().__init__()
        self.done: list[Any] = []
        self.is_gone = False

    @override
    def is_closing(self) -> bool:
        return self.is_gone

    @override
    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.done.append(bytes(data))

    @override
    def close(self) -> None:
        self.done.append("close")

    @override
    def abort(self) -> None:
        self.done.append("abort")


def after_a_turn(act: Callable[[JoinedWrites], None]) -> tuple[list[Any], list[Any]]:
    """Give what had reached the transport at once, and what after a turn of the loop."""

    async def run() -> tuple[list[Any], list[Any]]:
        kept = Kept()
        act(JoinedWrites(kept, asyncio.get_running_loop()))
        at_once = list(kept.done)
        await asyncio.sleep(0)
        return at_once, kept.done

    return asyncio.run(run())


def test_head_and_body_are_one_write() -> None:
    assert after_a_turn(lambda held: held.writelines([b"head", b"body"])) == ([], [b"headbody"])


def test_a_close_comes_after_what_was_written() -> None:
    def act(held: JoinedWrites) -> None:
        held.write(b"last words")
        held.close()

    assert after_a_turn(act) == ([b"last words", "close"],) * 2


def test_nothing_is_written_to_whom_has_gone() -> None:
    async def run() -> list[Any]:
        kept = Kept()
        JoinedWrites(kept, asyncio.get_running_loop()).write(b"too late")
        kept.is_gone = True
        await asyncio.sleep(0)
        return kept.done

    assert asyncio.run(run()) == []


def test_an_abort_drops_what_was_written() -> None:
    def act(held: JoinedWrites) -> None:
        held.write(b"in vain")
        held.abort()

    assert after_a_turn(act) == (["abort"], ["abort"])


def test_much_is_handed_on_at_once() -> None:
    part = b"x" * MOST_HELD

    def act(held: JoinedWrites) -> None:
        held.write(part)
        held.write(b"more")
        held.write(b"rest")

    assert after_a_turn(act) == ([part + b"more"], [part + b"more", b"rest"])


def test_long_answers_and_several_on_one_connection_arrive_whole() -> None:
    app = FastAPI()

    @app.get("/parts")
    def parts() -> StreamingResponse:
        def pieces() -> Iterator[bytes]:
            for number in range(300):
                yield b"%03d" % number * 500

        return StreamingResponse(pieces(), headers={"content-length": str(300 * 1500)})

    whole = b"".join(b"%03d" % number * 500 for number in range(300))
    request = b"GET /parts HTTP/1.1\r\nhost: x\r\n\r\n"
    with serving(app) as address:
        host, _, port = address.removeprefix("http://").partition(":")
        with socket.create_connection((host, int(port))) as client:
            client.sendall(request * 2 + request.replace(b"host", b"connection: close\r\nhost"))
            heard = b"".join(iter(lambda: client.recv(65536), b""))
    bodies = [answer.partition(b"\r\n\r\n")[2] for answer in heard.split(b"HTTP/1.1 200")[1:]]
    assert bodies == [whole] * 3
