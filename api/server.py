"""A uvicorn server in a thread, for the demo and the tests; real sockets on loopback."""

from __future__ import annotations

import gc
import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import uvicorn
from typing_extensions import override

from api.joined_writes import JoiningProtocol

if TYPE_CHECKING:
    from collections.abc import Iterator

STARTED_WITHIN_SECONDS = 20


class ServerNotStartedError(Exception):
    """The server did not come up."""


class _Server(uvicorn.Server):
    """Says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = threading.Event()

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()


def config(app: Any, **options: Any) -> uvicorn.Config:
    """Give the settings every server of ours runs with; access logs would hold link tokens."""
    given: dict[str, Any] = {"http": JoiningProtocol} | options
    return uvicorn.Config(
        app,
        loop="uvloop",
        access_log=False,
        log_level="warning",
        server_header=False,
        **given,
    )


def calm_collector() -> None:
    """Let the garbage collector leave alone what is alive now, and look at the rest less often.

    A request makes hardly any cycles; the usual thresholds stop all of them for 10 ms at a time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


@contextmanager
def serving(app: Any, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """Serve an application, on a free loopback port unless told; gives its address."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    port = listener.getsockname()[1]
    server = _Server(config(app))
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    if not server.listening.wait(STARTED_WITHIN_SECONDS):
        raise ServerNotStartedError
    try:
        yield f"http://{host}:{port}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()
