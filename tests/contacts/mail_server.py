"""A small SMTP server on the loopback (RFC 5321, STARTTLS, AUTH PLAIN); can be told to fail.

`faults` maps a step to what is answered there: a line, `DROP` (the connection ends without a word)
or `TAKE_AND_DROP` (the letter is kept, its answer is lost). Each fault is used up as often as it is
listed.
"""

from __future__ import annotations

import base64
import socket
import ssl
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import TracebackType

    from tests.contacts.certificates import Certificate

DROP, TAKE_AND_DROP = "drop", "take and drop"
STEPS = ("hello", "EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "dot", "NOOP", "RSET")


class HungUpError(Exception):
    """The server ends a connection without a word."""


@dataclass
class Mail:
    """A letter as the server took it: envelope and bytes."""

    sender: str
    recipients: list[str]
    content: bytes
    private: bool
    user: str


@dataclass
class MailServer:
    """What the server is like, and what it has taken."""

    certificate: Certificate | None = None
    tls_at_once: bool = False
    offers_tls: bool = True
    password: str = ""
    faults: dict[str, list[str]] = field(default_factory=dict)
    taken: list[Mail] = field(default_factory=list)
    connections: int = 0
    port: int = 0

    def fault(self, step: str) -> str:
        """Give what goes wrong at a step now; empty when nothing does."""
        if step not in STEPS:
            raise KeyError(step)
        left = self.faults.get(step, [])
        return left.pop(0) if left else ""


@contextmanager
def mail_server(server: MailServer) -> Iterator[MailServer]:
    """Serve on a free port of the loopback."""
    listener = socket.create_server(("127.0.0.1", 0))
    server.port = listener.getsockname()[1]
    talks: list[threading.Thread] = []

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            server.connections += 1
            talks.append(threading.Thread(target=talk, args=(server, connection), daemon=True))
            talks[-1].start()

    accepting = threading.Thread(target=accept, daemon=True)
    accepting.start()
    try:
        yield server
    finally:
        # Closing alone does not wake a thread that waits for a connection.
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        accepting.join()
        for thread in talks:
            thread.join()


def talk(server: MailServer, connection: socket.socket) -> None:
    """Speak with one client until it or we hang up."""
    try:
        if server.tls_at_once and server.certificate is not None:
            connection = server.certificate.context().wrap_socket(connection, server_side=True)
        with Talk(server, connection) as talking:
            talking.run()
    except (HungUpError, OSError):
        return
    finally:
        connection.close()


class Talk:
    """One conversation."""

    def __init__(self, server: MailServer, connection: socket.socket) -> None:
        """Begin with nothing said."""
        self._server = server
        self._connection = connection
        self._lines = connection.makefile("rb")
        self._sender, self._to, self._user = "", [""], ""
        self._to.clear()
        self._said: dict[str, Callable[[str], None]] = {
            "EHLO": self._ehlo, "STARTTLS": self._starttls, "AUTH": self._auth,
            "MAIL": self._mail, "RCPT": self._rcpt, "DATA": self._data,
            "RSET": self._rset, "NOOP": lambda _rest: self._say("250 OK"),
        }  # fmt: skip

    def __enter__(self) -> Self:
        """Hold the connection."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Let it go, the TLS over it as well."""
        self._lines.close()
        self._connection.close()

    def run(self) -> None:
        """Greet and answer line by line."""
        if not self._faulty("hello"):
            self._say("220 mail.example ESMTP")
        while line := self._lines.readline():
            verb, _, rest = line.decode("ascii").strip().partition(" ")
            if verb.upper() == "QUIT":
                self._say("221 bye")
                return
            if verb.upper() not in self._said:
                self._say("502 not here")
            elif not self._faulty(verb.upper()):
                self._said[verb.upper()](rest)

    @property
    def _private(self) -> bool:
        return isinstance(self._connection, ssl.SSLSocket)

    def _say(self, *lines: str) -> None:
        self._connection.sendall("".join(f"{line}\r\n" for line in lines).encode())

    def _faulty(self, step: str) -> bool:
        fault = self._server.fault(step)
        if fault == DROP:
            raise HungUpError
        if fault:
            self._say(fault)
        return bool(fault)

    def _ehlo(self, _rest: str) -> None:
        offers = ["AUTH PLAIN"] if self._server.password else []
        if self._server.offers_tls and not self._private and self._server.certificate:
            offers.append("STARTTLS")
        self._say(*(f"250-{offer}" for offer in ["mail.example", *offers]), "250 8BITMIME")

    def _starttls(self, _rest: str) -> None:
        if self._server.certificate is None:
            self._say("454 no TLS")
            return
        self._say("220 go on")
        self._lines.close()
        context = self._server.certificate.context()
        self._connection = context.wrap_socket(self._connection, server_side=True)
        self._lines = self._connection.makefile("rb")

    def _auth(self, rest: str) -> None:
        _, user, password = base64.b64decode(rest.split()[1]).decode().split("\0")
        if password != self._server.password:
            self._say("535 wrong")
            return
        self._user = user
        self._say("235 welcome")

    def _mail(self, rest: str) -> None:
        self._sender, self._to = rest[len("FROM:<") :].split(">", maxsplit=1)[0], []
        self._say("250 OK")

    def _rcpt(self, rest: str) -> None:
        self._to.append(rest[len("TO:<") :].split(">", maxsplit=1)[0])
        self._say("250 OK")

    def _rset(self, _rest: str) -> None:
        self._to = []
        self._say("250 OK")

    def _data(self, _rest: str) -> None:
        self._say("354 go on")
        lines: list[bytes] = []
        while (line := self._lines.readline()) != b".\r\n":
            if not line:
                raise HungUpError
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        fault = self._server.fault("dot")
        if fault in ("", TAKE_AND_DROP):
            mail = Mail(self._sender, list(self._to), b"".join(lines), self._private, self._user)
            self._server.taken.append(mail)
        if fault in (DROP, TAKE_AND_DROP):
            raise HungUpError
        self._say(fault or "250 taken")
