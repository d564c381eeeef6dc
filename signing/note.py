"""Signed notes (C2SP signed-note): a text and the lines that sign it.

    This is the text.
    ⏎
    — example.com/foo Uw2QOkn8srV1yJGh…

The text ends in a newline; an empty line follows, then one line per signature: em dash, space, key
name, space, base64 of key id (4 bytes) ‖ signature, newline. A verifier key is written

    example.com/foo+530d903a+AekyeRrm56hApGFkyQR4…      name + key id in hex + base64(type ‖ key)

with key id = SHA-256(name ‖ 0x0A ‖ type ‖ key)[:4]; type 0x01 is Ed25519, 0x04 an Ed25519 witness.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from signing.errors import (
    KeyMalformedError,
    NoteMalformedError,
    SignatureFalseError,
    SignatureMissingError,
)
from signing.spelling import SpellingError, from_base64, to_base64

ED25519 = 0x01
COSIGNATURE = 0x04
MAX_NOTE_BYTES = 1_000_000
MAX_SIGNATURES = 100

_KEY_ID = re.compile(r"[0-9a-f]{8}")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


@lru_cache(maxsize=1024)
def is_key_name(name: str) -> bool:
    """Tell whether a key may be named so: not empty, no spaces, no plus, no control characters."""
    return bool(name) and "+" not in name and not any(c.isspace() or c < " " for c in name)


@lru_cache(maxsize=1024)
def key_id_of(name: str, algorithm: int, public: bytes) -> bytes:
    """Derive the four bytes that name a key on a signature line."""
    return sha256(name.encode() + b"\n" + bytes([algorithm]) + public).digest()[:4]


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key under a name, for one type of signature."""

    name: str
    algorithm: int
    public: bytes

    def __post_init__(self) -> None:
        """Refuse what could not be written as a key."""
        if not is_key_name(self.name):
            raise KeyMalformedError("key_name", "name")
        if self.algorithm not in (ED25519, COSIGNATURE):
            raise KeyMalformedError("unknown_algorithm", f"type {self.algorithm}")
        if len(self.public) != 32:
            raise KeyMalformedError("key_length", f"{len(self.public)} bytes")

    @property
    def key_id(self) -> bytes:
        """The four bytes that name the key on a signature line."""
        return key_id_of(self.name, self.algorithm, self.public)

    def to_text(self) -> str:
        """Write the key as one line."""
        material = to_base64(bytes([self.algorithm]) + self.public)
        return f"{self.name}+{self.key_id.hex()}+{material}"

    @classmethod
    def from_text(cls, text: str) -> VerifierKey:
        """Read a key; the id in it must be the one that follows from it."""
        parts = text.split("+", 2)
        if len(parts) != 3:
            raise KeyMalformedError("not_three_parts", "key")
        name, id_text, material_text = parts
        if not _KEY_ID.fullmatch(id_text):
            raise KeyMalformedError("key_id_spelling", "key id")
        try:
            material = from_base64(material_text)
        except SpellingError as fault:
            raise KeyMalformedError(str(fault), "key material") from fault
        if not material:
            raise KeyMalformedError("key_length", "0 bytes")
        key = cls(name, material[0], material[1:])
        if key.key_id.hex() != id_text:
            raise KeyMalformedError("key_id_differs", "key id")
        return key

    def check(self, message: bytes, signature: bytes) -> None:
        """Verify a bare Ed25519 signature over a message."""
        try:
            _public_key(self.public).verify(signature, message)
        except (InvalidSignature, ValueError) as fault:
            raise SignatureFalseError("signature_false", self.name) from fault


@lru_cache(maxsize=1024)
def _public_key(public: bytes) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(public)


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line of a note."""

    name: str
    key_id: bytes
    signature: bytes

    def to_line(self) -> str:
        """Write the line with its newline."""
        return f"— {self.name} {to_base64(self.key_id + self.signature)}\n"

    @classmethod
    def from_line(cls, line: str, where: str) -> NoteSignature:
        """Read a line without its newline."""
        parts = line.split(" ")
        if len(parts) != 3 or parts[0] != "—":
            raise NoteMalformedError("not_a_signature_line", where)
        if not is_key_name(parts[1]):
            raise NoteMalformedError("key_name", where)
        try:
            data = from_base64(parts[2])
        except SpellingError as fault:
            raise NoteMalformedError(str(fault), where) from fault
        if len(data) < 5:
            raise NoteMalformedError("signature_too_short", where)
        return cls(parts[1], data[:4], data[4:])

    def is_under(self, key: VerifierKey) -> bool:
        """Tell whether the line claims this key."""
        return self.name == key.name and self.key_id == key.key_id


@dataclass(frozen=True, slots=True)
class Note:
    """A parsed note; nothing in it is verified yet."""

    text: str
    signatures: tuple[NoteSignature, ...]

    def to_text(self) -> str:
        """Write the note."""
        return self.text + "\n" + "".join(line.to_line() for line in self.signatures)

    @classmethod
    def from_bytes(cls, data: bytes) -> Note:
        """Read a note strictly; nothing is verified."""
        if len(data) > MAX_NOTE_BYTES:
            raise NoteMalformedError("too_long", f"{len(data)} bytes")
        try:
            whole = data.decode("utf-8")
        except UnicodeDecodeError as fault:
            raise NoteMalformedError("not_utf8", f"byte {fault.start}") from fault
        control = _CONTROL.search(whole)
        if control:
            raise NoteMalformedError("control_character", f"character {control.start()}")
        head, blank, tail = whole.rpartition("\n\n")
        if not blank or not head:
            raise NoteMalformedError("no_empty_line", "note")
        if not tail.endswith("\n"):
            raise NoteMalformedError("no_final_newline", "note")
        text, lines = head + "\n", tail[:-1].split("\n")
        if len(lines) > MAX_SIGNATURES:
            raise NoteMalformedError("too_many_signatures", f"{len(lines)} lines")
        first = text.count("\n") + 2
        found = [
            NoteSignature.from_line(line, f"line {first + offset}")
            for offset, line in enumerate(lines)
        ]
        if len({(line.name, line.key_id) for line in found}) != len(found):
            raise NoteMalformedError("duplicate_signature", f"line {first} and after")
        return cls(text, tuple(found))


def sign_note(text: str, key: VerifierKey, signature: bytes) -> Note:
    """Put a text and an Ed25519 signature over it together."""
    if key.algorithm != ED25519:
        raise KeyMalformedError("unknown_algorithm", f"type {key.algorithm}")
    note = Note(text, (NoteSignature(key.name, key.key_id, signature),))
    return Note.from_bytes(note.to_text().encode())


def open_note(data: bytes, keys: Sequence[VerifierKey]) -> tuple[Note, tuple[VerifierKey, ...]]:
    """Read a note and verify every line under a known Ed25519 key; one at least must be there.

    Lines under unknown keys are left aside; a false line under a known key spoils the whole note.
    """
    note = Note.from_bytes(data)
    verified = []
    for line in note.signatures:
        for key in keys:
            if key.algorithm == ED25519 and line.is_under(key):
                key.check(note.text.encode(), line.signature)
                verified.append(key)
    if not verified:
        raise SignatureMissingError("no_known_key", "note")
    return note, tuple(verified)
