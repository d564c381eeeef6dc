"""Checkpoints (C2SP tlog-checkpoint): the head of one house's log, signed.

    sobranie.example/3f2c1a4e-6f0b-4d0e-9a57-0d6c5e1b7a90        origin: log host / house
    20852163                                                     size of the tree
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=                 root hash
    ⏎
    — sobranie.example/3f2c1a4e-… Az3grlgtzPICa5OS8npVmf1M…      the log's only line
    — witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRa…           witnesses, any number

A signed note whose text is exactly three lines; exactly one line is named as the origin, and it is
the log's Ed25519 signature. Extension lines are refused: monitors cannot audit them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from signing.cosignature import Cosignature, verify_cosignature
from signing.errors import CheckpointMalformedError, SignatureMissingError
from signing.merkle import EMPTY_ROOT, HASH_BYTES
from signing.note import ED25519, Note, VerifierKey, is_key_name, sign_note
from signing.spelling import MAX_NUMBER, SpellingError, from_decimal, hash_from_base64, to_base64

if TYPE_CHECKING:
    from signing.keys import Signer


def log_origin(host: str, house: UUID) -> str:
    """Name a house's log."""
    origin = f"{host}/{house}"
    if not host or host.endswith("/") or not is_key_name(origin):
        raise CheckpointMalformedError("origin", host)
    return origin


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log: whose, how large, which root."""

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        """Refuse what could not be written as a checkpoint."""
        if not is_key_name(self.origin):
            raise CheckpointMalformedError("origin", "line 1")
        if not 0 <= self.size <= MAX_NUMBER:
            raise CheckpointMalformedError("not_a_decimal", "line 2")
        if len(self.root) != HASH_BYTES:
            raise CheckpointMalformedError("hash_length", "line 3")
        if self.size == 0 and self.root != EMPTY_ROOT:
            raise CheckpointMalformedError("root_of_empty_tree", "line 3")

    def to_text(self) -> str:
        """Write the text that is signed."""
        return f"{self.origin}\n{self.size}\n{to_base64(self.root)}\n"

    @classmethod
    def from_text(cls, text: str) -> Checkpoint:
        """Read the text of a checkpoint note."""
        lines = text.split("\n")
        if len(lines) < 4 or lines[-1]:
            raise CheckpointMalformedError("not_three_lines", f"{len(lines) - 1} lines")
        if len(lines) > 4:
            raise CheckpointMalformedError("extension_line", "line 4")
        try:
            size = from_decimal(lines[1])
        except SpellingError as fault:
            raise CheckpointMalformedError(str(fault), "line 2") from fault
        try:
            root = hash_from_base64(lines[2])
        except SpellingError as fault:
            raise CheckpointMalformedError(str(fault), "line 3") from fault
        return cls(lines[0], size, root)


@dataclass(frozen=True, slots=True)
class OpenedCheckpoint:
    """A checkpoint whose log signature and known witnesses have been verified."""

    checkpoint: Checkpoint
    note: Note
    key: VerifierKey
    cosignatures: tuple[Cosignature, ...]


def sign_checkpoint(checkpoint: Checkpoint, signer: Signer) -> Note:
    """Sign a checkpoint in the log's name; whether it may be signed is the guard's question."""
    text = checkpoint.to_text()
    return sign_note(text, signer.verifier_key(checkpoint.origin), signer.sign(text.encode()))


def parse_checkpoint(data: bytes) -> tuple[Checkpoint, Note]:
    """Read a checkpoint and its lines without verifying any signature."""
    note = Note.from_bytes(data)
    return Checkpoint.from_text(note.text), note


def open_checkpoint(
    data: bytes, log_keys: Sequence[VerifierKey], witness_keys: Sequence[VerifierKey] = ()
) -> OpenedCheckpoint:
    """Read a checkpoint and verify the log's line and those of the known witnesses.

    `log_keys` are the keys the log has had; the one whose name and id stand on the line counts.
    """
    checkpoint, note = parse_checkpoint(data)
    own = [line for line in note.signatures if line.name == checkpoint.origin]
    if not own:
        raise SignatureMissingError("no_log_line", checkpoint.origin)
    if len(own) > 1:
        raise CheckpointMalformedError("several_log_lines", checkpoint.origin)
    key = next((k for k in log_keys if k.algorithm == ED25519 and own[0].is_under(k)), None)
    if key is None:
        raise SignatureMissingError("no_known_key", checkpoint.origin)
    key.check(note.text.encode(), own[0].signature)
    cosignatures = tuple(
        verify_cosignature(note.text, line, witness)
        for line in note.signatures
        for witness in witness_keys
        if line.is_under(witness)
    )
    return OpenedCheckpoint(checkpoint, note, key, cosignatures)
