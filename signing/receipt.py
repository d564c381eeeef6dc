"""Receipts (C2SP tlog-proof): an entry stands in a log, checked offline. File ending `.tlog-proof`.

c2sp.org/tlog-proof@v1
extra eyJhdCI6IjIwMjYtMDMtMDFUMDk6MDA6MDBaIn0=               optional, opaque, unauthenticated
index 73894                                                  of the entry, from 0
gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=                 inclusion proof, leaf to root
B95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA=
⏎
sobranie.example/3f2c1a4e-6f0b-4d0e-9a57-0d6c5e1b7a90        the checkpoint, verbatim
109482
sFodV/vSp5O8n9a8QpW6PRY97tfOSW5bsc2Xl/EQi08=
⏎
— sobranie.example/3f2c1a4e-… hI2DJw…
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from signing.checkpoint import OpenedCheckpoint, open_checkpoint, parse_checkpoint
from signing.errors import ReceiptMalformedError
from signing.merkle import HASH_BYTES, leaf_hash, verify_inclusion
from signing.note import MAX_NOTE_BYTES, VerifierKey
from signing.spelling import (
    MAX_NUMBER,
    SpellingError,
    from_base64,
    from_decimal,
    hash_from_base64,
    to_base64,
)

HEADER = "c2sp.org/tlog-proof@v1"
MAX_HASHES = 63


@dataclass(frozen=True, slots=True)
class Receipt:
    """A proof that an entry stands in a log; `verify` is what makes it worth anything."""

    index: int
    proof: tuple[bytes, ...]
    checkpoint: str
    extra: bytes | None = None

    def __post_init__(self) -> None:
        """Refuse what could not be written as a receipt."""
        if not 0 <= self.index <= MAX_NUMBER:
            raise ReceiptMalformedError("not_a_decimal", "index")
        if len(self.proof) > MAX_HASHES:
            raise ReceiptMalformedError("too_many_hashes", f"{len(self.proof)} hashes")
        if not {HASH_BYTES}.issuperset(map(len, self.proof)):
            raise ReceiptMalformedError("hash_length", "proof")
        if self.extra == b"":
            raise ReceiptMalformedError("empty_extra", "extra")

    def to_text(self) -> str:
        """Write the receipt."""
        lines = [HEADER]
        if self.extra is not None:
            lines.append(f"extra {to_base64(self.extra)}")
        lines.append(f"index {self.index}")
        lines.extend(map(_hash_line, self.proof))
        return "\n".join(lines) + "\n\n" + self.checkpoint

    @classmethod
    def from_bytes(cls, data: bytes) -> Receipt:
        """Read a receipt strictly, its checkpoint included; nothing is verified."""
        if len(data) > 2 * MAX_NOTE_BYTES:
            raise ReceiptMalformedError("too_long", f"{len(data)} bytes")
        try:
            whole = data.decode("utf-8")
        except UnicodeDecodeError as fault:
            raise ReceiptMalformedError("not_utf8", f"byte {fault.start}") from fault
        head, blank, checkpoint = whole.partition("\n\n")
        if not blank:
            raise ReceiptMalformedError("no_empty_line", "receipt")
        lines = head.split("\n")
        if lines.pop(0) != HEADER:
            raise ReceiptMalformedError("not_a_receipt", "line 1")
        extra = _extra(lines)
        first = 2 if extra is None else 3
        index = _index(lines, first)
        proof = tuple(_hash(line, first + 1 + step) for step, line in enumerate(lines))
        parse_checkpoint(checkpoint.encode())
        return cls(index, proof, checkpoint, extra)

    def verify(
        self,
        entry: bytes,
        log_keys: Sequence[VerifierKey],
        witness_keys: Sequence[VerifierKey] = (),
    ) -> OpenedCheckpoint:
        """Verify that the entry stands in the log at the index, under a signed checkpoint."""
        opened = open_checkpoint(self.checkpoint.encode(), log_keys, witness_keys)
        head = opened.checkpoint
        verify_inclusion(leaf_hash(entry), self.index, head.size, self.proof, head.root)
        return opened


@lru_cache(maxsize=1024)
def _hash_line(hash_: bytes) -> str:
    """Write a hash of a proof; the receipts of one batch share most of theirs."""
    return to_base64(hash_)


def _extra(lines: list[str]) -> bytes | None:
    if not lines or not lines[0].startswith("extra "):
        return None
    try:
        return from_base64(lines.pop(0).removeprefix("extra "))
    except SpellingError as fault:
        raise ReceiptMalformedError(str(fault), "line 2") from fault


def _index(lines: list[str], number: int) -> int:
    if not lines or not lines[0].startswith("index "):
        raise ReceiptMalformedError("no_index", f"line {number}")
    try:
        return from_decimal(lines.pop(0).removeprefix("index "))
    except SpellingError as fault:
        raise ReceiptMalformedError(str(fault), f"line {number}") from fault


def _hash(line: str, number: int) -> bytes:
    try:
        return hash_from_base64(line)
    except SpellingError as fault:
        raise ReceiptMalformedError(str(fault), f"line {number}") from fault
