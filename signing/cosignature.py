"""Witness cosignatures (C2SP tlog-cosignature/v1, Ed25519).

A line on a checkpoint note whose signature is an 8-byte big-endian time ‖ 64 bytes Ed25519 over

    cosignature/v1
    time 1679315147
    sobranie.example/3f2c1a4e-6f0b-4d0e-9a57-0d6c5e1b7a90
    20852163
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

that is: two lines of header and the whole text of the checkpoint. The key has type 0x04.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from signing.errors import CosignatureMalformedError, KeyMalformedError
from signing.note import COSIGNATURE, NoteSignature, VerifierKey
from signing.spelling import MAX_NUMBER

if TYPE_CHECKING:
    from signing.keys import Signer

_TIME_BYTES = 8
_LENGTH = _TIME_BYTES + 64


@dataclass(frozen=True, slots=True)
class Cosignature:
    """A verified statement of a witness: at this time it saw this head as the largest."""

    witness: VerifierKey
    timestamp: int


def _message(text: str, timestamp: int) -> bytes:
    return f"cosignature/v1\ntime {timestamp}\n{text}".encode()


def cosign(text: str, name: str, signer: Signer, timestamp: int) -> NoteSignature:
    """Cosign the text of a checkpoint as a witness at a time in seconds since 1970."""
    if not 0 <= timestamp <= MAX_NUMBER:
        raise CosignatureMalformedError("timestamp", str(timestamp))
    key = VerifierKey(name, COSIGNATURE, signer.verifier_key(name).public)
    signature = signer.sign(_message(text, timestamp))
    stamped = timestamp.to_bytes(_TIME_BYTES, "big") + signature
    return NoteSignature(name, key.key_id, stamped)


def verify_cosignature(text: str, line: NoteSignature, witness: VerifierKey) -> Cosignature:
    """Verify a witness's line on a checkpoint text."""
    if witness.algorithm != COSIGNATURE:
        raise KeyMalformedError("unknown_algorithm", f"type {witness.algorithm}")
    if len(line.signature) != _LENGTH:
        raise CosignatureMalformedError("signature_length", witness.name)
    timestamp = int.from_bytes(line.signature[:_TIME_BYTES], "big")
    if timestamp > MAX_NUMBER:
        raise CosignatureMalformedError("timestamp", witness.name)
    witness.check(_message(text, timestamp), line.signature[_TIME_BYTES:])
    return Cosignature(witness, timestamp)
