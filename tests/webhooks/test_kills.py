"""Killed by SIGKILL at every step: each event arrives, in order, and known when it comes twice."""

from __future__ import annotations

import hashlib
import hmac
import signal
import threading
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest
from typing_extensions import override

from api.webhooks.subscriptions import Subscriptions
from tests.chat.test_kills import run_lives
from tests.integration.small import called, installation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MOST_STEPS = 60
SECRET = "секрет-для-проверки-подписи"
TYPES = ["notice-proven/1", "notice-proven/1", "voting-opened/1"]
FAILS_FIRST = 2
"""How many tries of each trial the receiver answers with a fault of its own."""


@dataclass(frozen=True)
class Came:
    """An event as it came."""

    delivery: str
    type: str
    body: bytes
    signature: str
    accepted: bool


class Receiver(ThreadingHTTPServer):
    """Another system: a fault at first, then everything is taken; kept by address."""

    came: defaultdict[str, list[Came]]


class Handler(BaseHTTPRequestHandler):
    """Takes an event."""

    server: Receiver

    def do_POST(self) -> None:
        """Keep what came, and answer."""
        body = self.rfile.read(int(self.headers["content-length"]))
        here = self.server.came[self.path]
        names = ("sobranie-delivery", "sobranie-event", "sobranie-signature")
        delivery, kind, signature = (self.headers[name] for name in names)
        accepted = len(here) >= FAILS_FIRST
        here.append(Came(delivery, kind, body, signature, accepted))
        self.send_response(204 if accepted else 500)
        self.end_headers()

    @override
    def log_message(self, *args: object) -> None:
        """Say nothing."""


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Run the receiver on the loopback."""
    server = Receiver(("127.0.0.1", 0), Handler)
    server.came = defaultdict(list)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def prepared(home: Path, store: dict[str, str], base: str) -> dict[str, Any]:
    """Subscribe the receiver, then open the voting; nothing is collected yet."""
    env = store | {"SOBRANIE_WEBHOOKS_PRIVATE": "yes"}
    with installation(home, env) as (services, clock):
        meeting = called(services, clock)
        Subscriptions(services).add(f"{base}/0", "секретарь", SECRET)
        meeting.open()
        at = clock().isoformat()
    return {"home": str(home), "env": env, "at": at, "types": TYPES}


def is_signed(came: Came) -> bool:
    """Check a signature the way `docs/how-to/events.md` shows."""
    said = dict(part.split("=", 1) for part in came.signature.split(","))
    signed = said["t"].encode() + b"." + came.body
    return said["v1"] == hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()


def in_order(came: list[Came]) -> list[Came]:
    """Give what a receiver that knows repetitions takes: each delivery when first accepted."""
    first: dict[str, Came] = {}
    for one in came:
        if one.accepted:
            first.setdefault(one.delivery, one)
    return list(first.values())


@pytest.mark.parametrize(
    ("store", "stride", "least"),
    [
        ("sqlite", 1, 12),
        pytest.param("postgres", 3, 4, marks=pytest.mark.postgres),
    ],
    indirect=["store"],
)
def test_every_event_arrives_wherever_it_dies(
    store: dict[str, str], stride: int, least: int, tmp_path: Path
) -> None:
    with receiving() as receiver:
        base = f"http://127.0.0.1:{receiver.server_port}"
        spec = prepared(tmp_path / "home", store, base)
        places = [f"/{number}" for number in range(MOST_STEPS)]
        spec |= {"places": [base + place for place in places]}
        trials = run_lives("tests.webhooks.lives", spec, stride, tmp_path)
    killed = [row for row in trials if row["endings"][0] == -signal.SIGKILL]
    assert len(killed) == len(trials) - 1 >= least, "it died at every step there is"
    repeated = 0
    for row, place in zip(trials, places, strict=False):
        came = receiver.came[place]
        assert row["endings"][-1] == 0, row
        assert [one.type for one in in_order(came)] == TYPES, row
        assert all(map(is_signed, came)), row
        assert len({(one.delivery, one.body) for one in came}) == len(TYPES), row
        twice = sum(one.accepted for one in came) - len(TYPES)
        assert twice in (0, 1), row
        repeated += twice
    assert repeated, "it died between an answer and the note of it, too"
