"""A small gateway of short messages on the loopback: HTTPS, told what to answer."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.contacts.certificates import Certificate

LOSE = 0
"""Take the message and hang up without an answer."""


@dataclass
class Gateway:
    """What the gateway answers, and what it took."""

    url: str = ""
    answers: list[int] = field(default_factory=list)
    taken: list[tuple[dict[str, str], dict[str, Any]]] = field(default_factory=list)


@contextmanager
def gateway_server(certificate: Certificate) -> Iterator[Gateway]:
    """Serve on a free port of the loopback."""
    gateway = Gateway()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            gateway.taken.append((dict(self.headers.items()), body))
            status = gateway.answers.pop(0) if gateway.answers else 200
            if status == LOSE:
                self.close_connection = True
                return
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        @override
        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.socket = certificate.context().wrap_socket(server.socket, server_side=True)
        gateway.url = f"https://127.0.0.1:{server.server_port}/send"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield gateway
        finally:
            server.shutdown()
            thread.join()
