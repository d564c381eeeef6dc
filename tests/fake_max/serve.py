"""Runs the fake on the loopback: in a thread for tests, in the foreground for the demo."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.fake_max.journal import Event
from tests.fake_max.server import create_app
from tests.fake_max.world import World


@dataclass(frozen=True)
class RunningFake:
    """A fake that listens."""

    world: World
    base_url: str


@dataclass(frozen=True)
class Certificate:
    """Files of a server's certificate and key."""

    chain: Path
    key: Path


@contextmanager
def serving(app: ASGIApp, certificate: Certificate | None = None) -> Iterator[str]:
    """Serve an app on a free port until the block ends; gives its address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(
            app,
            log_config=None,
            log_level="critical",
            lifespan="off",
            ssl_certfile=certificate.chain if certificate else None,
            ssl_keyfile=certificate.key if certificate else None,
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        # The socket listens already: a request that comes early waits in the kernel's queue.
        place = f"127.0.0.1:{listener.getsockname()[1]}"
        try:
            yield f"https://{place}" if certificate else f"http://{place}"
        finally:
            server.should_exit = True
            thread.join(timeout=10)


@contextmanager
def running(world: World) -> Iterator[RunningFake]:
    """Serve one world."""
    with serving(create_app(world)) as base_url:
        yield RunningFake(world, base_url)


class Stage:
    """An app whose world can be changed: one server for a whole run of tests."""

    def __init__(self) -> None:
        """Start with an empty world."""
        self.put(World())

    def put(self, world: World) -> None:
        """Show another world from now on."""
        self._app: ASGIApp = create_app(world)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand over to the world of the day."""
        await self._app(scope, receive, send)


@dataclass(frozen=True)
class HttpDelivery:
    """Delivers webhooks over HTTP: public addresses stand for places on the loopback."""

    routes: dict[str, str]
    patience_s: float = 30

    def __call__(self, url: str, headers: dict[str, str], event: Event) -> int | None:
        """POST one event; None when there was no answer."""
        place = self.routes.get(url, url)
        try:
            answer = httpx.post(
                place, headers=headers, json=event, timeout=self.patience_s, trust_env=False
            )
        except httpx.HTTPError:
            return None
        return answer.status_code
