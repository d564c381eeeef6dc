"""What every server of ours has: settings, a socket, an end in order; and one in a thread."""

from __future__ import annotations

import errno
import gc
import signal
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
BACKLOG = 2048
_WHY = {
    errno.EADDRINUSE: "занят: остановите занявшую его программу или назовите другой порт, "
    "например --port 8090",
    errno.EACCES: "система не даёт: назовите порт от 1024, например --port 8090",
    errno.EADDRNOTAVAIL: "не принадлежит этой машине: назовите её адрес ключом --host",
}


class ServerNotStartedError(Exception):
    """The server did not come up."""


class AddressUnusableError(Exception):
    """Nothing can be served where it was wanted; the message is for people."""


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


def listen(host: str, port: int) -> socket.socket:
    """Take an address before anything else is done; whoever calls already waits in its queue."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except (OSError, OverflowError, UnicodeError) as fault:
        listener.close()
        known = fault.errno if isinstance(fault, OSError) else None
        why = _WHY.get(known or 0, "не подходит: проверьте --host и --port")
        raise AddressUnusableError(f"Адрес {host}:{port} {why}.") from fault
    return listener


def address_of(listener: socket.socket, host: str) -> str:
    """Give the address people open, with the port that was really taken."""
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{listener.getsockname()[1]}"


@contextmanager
def ended_by_sigterm() -> Iterator[None]:
    """Let SIGTERM end the work as Ctrl+C does, so that what runs beside is closed in order."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def serving(app: Any, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """Serve an application, on a free loopback port unless told; gives its address."""
    with serving_on(app, listen(host, port), host) as address:
        yield address


@contextmanager
def serving_on(app: Any, listener: socket.socket, host: str) -> Iterator[str]:
    """Serve an application on a socket that listens, and close it; gives its address."""
    server = _Server(config(app))
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    if not server.listening.wait(STARTED_WITHIN_SECONDS):
        raise ServerNotStartedError
    try:
        yield address_of(listener, host)
    finally:
        server.should_exit = True
        thread.join()
        listener.close()
