"""A witness over real HTTP (C2SP tlog-witness), written from the specification alone.

It keeps the newest head it cosigned for each log it knows, and answers 400, 403, 404, 409 and 422
as it must. `fault` makes it misbehave in ways that a witness out there may.
"""

from __future__ import annotations

import base64
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from typing_extensions import override

from tests.witness.outsider import (
    COSIGNATURE,
    MLDSA,
    BadNoteError,
    BadProofError,
    Verifier,
    check_consistency,
    checkpoint_of,
    key_hash,
    open_note,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

SIZE_MEDIA = "text/x.tlog.size"
NOW = 1_775_000_000


@dataclass
class Reply:
    """What is answered."""

    status: int
    body: bytes
    media: str = "text/plain; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class FakeWitness:
    """The state of a witness: the logs it knows, and the newest head of each."""

    name: str
    seed: int
    time: int = NOW
    fault: str = ""
    logs: dict[str, list[Verifier]] = field(default_factory=dict)
    heads: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    asked: list[tuple[str, int]] = field(default_factory=list)
    url: str = ""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def secret(self) -> Ed25519PrivateKey:
        """Give the witness's key."""
        return Ed25519PrivateKey.from_private_bytes(bytes([self.seed]) * 32)

    @property
    def material(self) -> bytes:
        """Give the type and bytes of its public key."""
        return bytes([COSIGNATURE]) + self.secret.public_key().public_bytes_raw()

    @property
    def vkey(self) -> str:
        """Give the key as others are told it."""
        number = key_hash(self.name, self.material)
        return f"{self.name}+{number:08x}+{base64.b64encode(self.material).decode()}"

    def trust(self, vkey: str) -> None:
        """Get to know a log by its key."""
        verifier = Verifier.from_vkey(vkey)
        self.logs.setdefault(verifier.name, []).append(verifier)

    def add_checkpoint(self, body: bytes) -> Reply:
        """Answer one request, as the specification orders the checks."""
        head, blank, note = body.partition(b"\n\n")
        first, *proof_lines = head.decode().split("\n")
        word, _, number = first.partition(" ")
        if not blank or word != "old" or str(int(number)) != number or len(proof_lines) > 63:
            return Reply(400, b"malformed\n")
        proof = [base64.b64decode(line, validate=True) for line in proof_lines]
        origin = note.decode().partition("\n")[0]
        if origin not in self.logs:
            return Reply(404, b"unknown log\n")
        try:
            text, _, _ = open_note(note, self.logs[origin])
        except BadNoteError:
            return Reply(403, b"no known signature\n")
        with self._lock:
            return self._judge(int(number), proof, text)

    def _judge(self, old: int, proof: list[bytes], text: bytes) -> Reply:
        origin, size, root = checkpoint_of(text)
        self.asked.append((origin, old))
        known, known_root = self.heads.get(origin, (0, b""))
        if old > size:
            return Reply(400, b"old is larger\n")
        if old != known:
            return Reply(409, b"%d\n" % known, SIZE_MEDIA)
        if old == size and old and root != known_root:
            return Reply(409, b"%d\n" % known, SIZE_MEDIA)
        try:
            if old == 0 and proof:
                raise BadProofError("proof from nothing")
            if old:
                check_consistency(old, known_root, size, root, proof)
        except BadProofError:
            return Reply(422, b"proof does not verify\n")
        self.heads[origin] = (size, root)
        return Reply(200, self.lines(text))

    def lines(self, text: bytes) -> bytes:
        """Cosign; beside its own line stand one of another key and one of a new kind of key."""
        own = self.line(text)
        stranger = line_of("stranger.example/w", b"\4" + bytes(32), bytes(72))
        new_kind = line_of(self.name, bytes([MLDSA]) + bytes(1312), bytes(8 + 2420))
        return stranger + new_kind + own

    def line(self, text: bytes) -> bytes:
        """Write the cosignature line."""
        message = b"cosignature/v1\ntime %d\n" % self.time + text
        signature = self.secret.sign(message)
        return line_of(self.name, self.material, self.time.to_bytes(8, "big") + signature)


def line_of(name: str, material: bytes, signature: bytes) -> bytes:
    """Write a signature line."""
    data = key_hash(name, material).to_bytes(4, "big") + signature
    return f"— {name} {base64.b64encode(data).decode()}\n".encode()


FAULTS = {
    "status": Reply(500, b"sorry\n"),
    "empty": Reply(200, b""),
    "garbage": Reply(200, b"\xff\xfe\n"),
    "not_a_line": Reply(200, b"well done\n"),
    "no_final_newline": Reply(200, b"well done"),
    "huge": Reply(200, b"x" * 1_000_000),
    "redirect": Reply(302, b"", headers={"Location": "http://127.0.0.1:1/"}),
    "size_without_end": Reply(409, b"7", SIZE_MEDIA),
    "size_is_no_number": Reply(409, b"07\n", SIZE_MEDIA),
    "conflict_without_size": Reply(409, b"roots differ\n"),
    "same_size_again": Reply(409, b"0\n", SIZE_MEDIA),
    "busy": Reply(429, b"later\n"),
    "malformed": Reply(400, b"?\n"),
}


def misbehave(fault: str, reply: Reply) -> Reply:
    """Spoil an answer."""
    if fault in FAULTS:
        return FAULTS[fault]
    if reply.status != 200:
        return reply
    stranger, *_, own = reply.body.splitlines(keepends=True)
    spoilt = {"stranger_only": stranger, "false": line_of_false(own), "twice": own + own}
    return Reply(200, spoilt[fault]) if fault in spoilt else reply


def line_of_false(line: bytes) -> bytes:
    """Spoil the last byte of a witness's signature."""
    dash, name, encoded = line.decode().rstrip("\n").split(" ")
    data = bytearray(base64.b64decode(encoded))
    data[-1] ^= 1
    return f"{dash} {name} {base64.b64encode(bytes(data)).decode()}\n".encode()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    witness: FakeWitness


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        """Answer an add-checkpoint request."""
        witness = self.server.witness
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if witness.fault == "silent":
            self.close_connection = True
            return
        if self.path != "/prefix/add-checkpoint":
            reply = Reply(404, b"no such page\n")
        else:
            reply = misbehave(witness.fault, witness.add_checkpoint(body))
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.media)
        self.send_header("Content-Length", str(len(reply.body)))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        try:
            self.wfile.write(reply.body)
        except (BrokenPipeError, ConnectionResetError):
            # Whoever asked has had enough of an answer without end.
            self.close_connection = True

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Stay quiet."""


@contextmanager
def running(witness: FakeWitness) -> Iterator[FakeWitness]:
    """Serve a witness on a free loopback port."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.witness = witness
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    witness.url = f"http://127.0.0.1:{server.server_port}/prefix"
    try:
        yield witness
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
