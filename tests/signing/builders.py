"""Invented houses, entries and keys for the tests of signing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from eventsourcing.persistence import StoredEvent

from signing.keys import FileSigner

HOST = "sobranie.example"
HOUSE = UUID("3f2c1a4e-6f0b-4d0e-9a57-0d6c5e1b7a90")
OTHER_HOUSE = UUID("8a1d3a52-0a3f-4a55-8f1c-f6c1b6d1c001")
VECTORS = Path(__file__).parents[1] / "vectors"


def signer(seed: int = 1) -> FileSigner:
    """Give a signer whose key follows from a number."""
    return FileSigner(Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32))


def stream(name: str) -> UUID:
    """Give the id of an invented stream."""
    return uuid5(HOUSE, name)


def record(
    stream_id: UUID,
    version: int,
    *,
    house: UUID = HOUSE,
    type_: str = "ballot-received/1",
    body: Any = None,
) -> bytes:
    """Write an entry as the domain would."""
    return rfc8785.dumps(
        {
            "at": "2026-03-01T09:00:00Z",
            "body": {"answer": "за"} if body is None else body,
            "house": str(house),
            "stream": str(stream_id),
            "type": type_,
            "version": version,
        }
    )


def event(
    name: str, version: int, *, house: UUID = HOUSE, type_: str = "ballot-received/1"
) -> StoredEvent:
    """Give a stored event whose row says what its record says."""
    id_ = stream(name)
    return StoredEvent(id_, version, type_, record(id_, version, house=house, type_=type_))


def events(count: int, *, start: int = 0, house: UUID = HOUSE) -> Sequence[StoredEvent]:
    """Give the first events of so many streams."""
    return [event(f"{house}-{number}", 1, house=house) for number in range(start, start + count)]
