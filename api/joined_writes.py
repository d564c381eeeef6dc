"""Answers written at the end of a turn of the event loop: head and body at once, all in a row.

The server below us writes the head of an answer and then its body, each by a call of the system
that wakes whoever reads it. When the votes of a whole batch are answered, that is two wake-ups a
vote, each before the next answer is made; gathered here they are one, and the answers are made
first.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, cast

from typing_extensions import override
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_HELD = 64 * 1024
"""Bytes that wait at most; more is handed on at once, so that a slow reader slows its writer."""


class JoinedWrites(asyncio.Transport):
    """A transport that holds what is written until the loop has run what was ready."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        """Stand before the transport of a connection."""
        super().__init__()
        self._transport = transport
        self._loop = loop
        self._held: list[bytes | bytearray | memoryview] = []
        self._size = 0

    @override
    def write(self, data: bytes | bytearray | memoryview) -> None:
        if not self._held:
            self._loop.call_soon(self._hand_on)
        self._held.append(data)
        self._size += len(data)
        if self._size > MOST_HELD:
            self._hand_on()

    @override
    def writelines(self, list_of_data: Iterable[bytes | bytearray | memoryview]) -> None:
        for data in list_of_data:
            self.write(data)

    def _hand_on(self) -> None:
        whole = b"".join(self._held)
        self._held.clear()
        self._size = 0
        # The other side may have gone since the answer was made.
        if whole and not self._transport.is_closing():
            self._transport.write(whole)

    @override
    def write_eof(self) -> None:
        self._hand_on()
        self._transport.write_eof()

    @override
    def close(self) -> None:
        self._hand_on()
        self._transport.close()

    @override
    def abort(self) -> None:
        self._held.clear()
        self._transport.abort()

    @override
    def can_write_eof(self) -> bool:
        return self._transport.can_write_eof()

    @override
    def is_closing(self) -> bool:
        return self._transport.is_closing()

    @override
    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return self._transport.get_extra_info(name, default)

    @override
    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        self._transport.set_protocol(protocol)

    @override
    def get_protocol(self) -> asyncio.BaseProtocol:
        return self._transport.get_protocol()

    @override
    def is_reading(self) -> bool:
        return self._transport.is_reading()

    @override
    def pause_reading(self) -> None:
        self._transport.pause_reading()

    @override
    def resume_reading(self) -> None:
        self._transport.resume_reading()


class JoiningProtocol(HttpToolsProtocol):
    """The server's own HTTP, over such transports."""

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        joined = JoinedWrites(cast("asyncio.Transport", transport), self.loop)
        super().connection_made(joined)
