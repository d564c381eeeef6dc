"""A server under test in a process of its own; the parent talks to it through a pipe.

Every one runs on the same uvicorn settings, with one process, and with the garbage collector frozen
after start; durability is whatever a production installation has: fsync on, synchronous commits.
"""

from __future__ import annotations

import multiprocessing
import os
import socket
import threading
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn

from api.clock import DemoClock
from api.demo import story
from api.http.app import create_app
from api.server import calm_collector, config
from api.settings import read_settings
from api.wiring import open_services, prepare
from tests.benchmarks import baselines
from tests.benchmarks.house import set_up

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from multiprocessing.connection import Connection
    from typing import Any

STARTED_WITHIN_SECONDS = 240


class ContenderError(Exception):
    """A server that did not start."""


@dataclass(frozen=True, slots=True)
class Contender:
    """What to start: which server, where its data stand, on which database."""

    name: str
    kind: str
    home: Path
    env: Mapping[str, str] = field(default_factory=dict)
    meetings: int = 0


@dataclass(frozen=True, slots=True)
class Running:
    """A server that listens: its port, and the link tokens of every meeting of the product."""

    port: int
    pid: int
    tokens: tuple[tuple[str, ...], ...] = ()


def processor_seconds(pid: int) -> float:
    """Give the processor time a server has used, all its threads and the system's part together.

    It says more than the clock where others use the machine; a database's own is not in it.
    """
    after_name = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def running(contender: Contender) -> Iterator[Running]:
    """Start a server in a process of its own and stop it again."""
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=_serve, args=(contender, theirs), daemon=True)
    process.start()
    theirs.close()
    try:
        if not ours.poll(STARTED_WITHIN_SECONDS):
            raise ContenderError(contender.name)
        yield ours.recv()
    finally:
        ours.close()
        process.join(30)
        process.terminate()


def _serve(contender: Contender, pipe: Connection) -> None:
    with ExitStack() as stack:
        app, tokens = _application(contender, stack)
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(1024)
        # The baselines run the server as it comes; joining writes is a part of the product.
        own = {} if contender.kind == "product" else {"http": "httptools"}
        server = uvicorn.Server(config(app, **own))
        threading.Thread(target=_stop_when_closed, args=(pipe, server), daemon=True).start()
        calm_collector()
        pipe.send(Running(listener.getsockname()[1], os.getpid(), tokens))
        server.run([listener])


def _stop_when_closed(pipe: Connection, server: uvicorn.Server) -> None:
    try:
        pipe.recv()
    except EOFError:
        server.should_exit = True


def _application(contender: Contender, stack: ExitStack) -> tuple[Any, tuple[tuple[str, ...], ...]]:
    match contender.kind:
        case "echo":
            return baselines.echo(), ()
        case "insert":
            return baselines.insert(contender.env), ()
        case "library":
            return baselines.library(contender.env), ()
        case _:
            return _product(contender, stack)


def product_env(contender: Contender) -> dict[str, str]:
    """Give the settings of an installation of the product."""
    store = "postgres" if contender.env else "sqlite"
    return {"SOBRANIE_HOME": str(contender.home), "SOBRANIE_STORE": store, **contender.env}


def _product(contender: Contender, stack: ExitStack) -> tuple[Any, tuple[tuple[str, ...], ...]]:
    settings = read_settings(product_env(contender))
    clock = DemoClock(story.CALLED_AT)
    prepare(settings)
    services = stack.enter_context(open_services(settings, clock))
    tokens = set_up(services, clock, contender.meetings)
    return create_app(services), tuple(map(tuple, tokens))
