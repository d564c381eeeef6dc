"""Personal values: a commitment in the log, the value sealed under the person's own key beside it.

    commitment = hex SHA-256("sobranie-commitment/1\\n" ‖ salt (32 bytes) ‖ value)
    ciphertext = nonce (12 bytes) ‖ AES-256-GCM(person's key, salt ‖ value)
                 with "sobranie-sealed/1\\n" ‖ person (16 bytes) ‖ commitment as associated data
    wrapped    = nonce (12 bytes) ‖ AES-256-GCM(installation key, person's key)
                 with "sobranie-person-key/1\\n" ‖ person (16 bytes) as associated data

The installation key lies in a file outside the database. Destroying a person's key leaves every
proof valid and every value of that person unreadable. The salt, 256 random bits and itself sealed,
keeps short values (a passport number, СНИЛС) from being guessed from the commitment.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest
from pathlib import Path
from typing import Protocol
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from signing.errors import KeyForgottenError, RefusedToSignError, SealBrokenError
from signing.private_file import read_private, write_private

KEY_BYTES = 32
SALT_BYTES = 32
_NONCE_BYTES = 12


@dataclass(frozen=True, slots=True)
class Sealed:
    """What is stored of a personal value."""

    commitment: str
    person: UUID
    ciphertext: bytes


@dataclass(frozen=True, slots=True)
class Opening:
    """What opens a commitment: may be shown to an auditor, value by value."""

    salt: bytes
    value: bytes

    def matches(self, commitment: str) -> bool:
        """Tell whether this is the value that was committed to."""
        return compare_digest(commit(self.salt, self.value).encode(), commitment.encode())


class KeyTable(Protocol):
    """Where wrapped keys stand; both stores have one."""

    def person_keys(self, persons: Sequence[UUID]) -> Mapping[UUID, bytes]:
        """Give the wrapped keys that are there."""
        ...

    def add_person_keys(self, wrapped: Mapping[UUID, bytes]) -> None:
        """Add keys for persons who have none; a key that is there already stays."""
        ...

    def forget_person_key(self, person: UUID) -> None:
        """Destroy a key so that the file no longer holds it."""
        ...


def commit(salt: bytes, value: bytes) -> str:
    """Commit to a value."""
    if len(salt) != SALT_BYTES:
        raise SealBrokenError("salt_length", f"{len(salt)} bytes")
    return sha256(b"sobranie-commitment/1\n" + salt + value).hexdigest()


def new_installation_key(path: Path) -> bytes:
    """Make the key that wraps all persons' keys, and its file."""
    key = secrets.token_bytes(KEY_BYTES)
    write_private(path, key.hex().encode() + b"\n")
    return key


def read_installation_key(path: Path) -> bytes:
    """Read the installation key."""
    try:
        key = bytes.fromhex(read_private(path).decode("ascii").removesuffix("\n"))
    except ValueError as fault:
        raise RefusedToSignError("key_file_unreadable", str(path)) from fault
    if len(key) != KEY_BYTES:
        raise RefusedToSignError("key_file_unreadable", str(path))
    return key


class Sealer:
    """Seals and opens personal values."""

    def __init__(self, table: KeyTable, installation_key: bytes) -> None:
        """Work on a table of wrapped keys."""
        self._table = table
        self._wrapping = AESGCM(installation_key)

    def seal(self, person: UUID, value: bytes) -> Sealed:
        """Seal one value; the person's key is made when there is none."""
        return self.seal_all([(person, value)])[0]

    def seal_all(self, values: Iterable[tuple[UUID, bytes]]) -> list[Sealed]:
        """Seal many values with one look at the table of keys."""
        wanted = list(values)
        keys = self._keys([person for person, _ in wanted])
        return [_seal(keys[person], person, value) for person, value in wanted]

    def open(self, sealed: Sealed) -> Opening:
        """Open a sealed value; refused when the key is destroyed or the value does not fit."""
        wrapped = self._table.person_keys([sealed.person])
        if sealed.person not in wrapped:
            raise KeyForgottenError("key_forgotten", str(sealed.person))
        key = self._unwrap(sealed.person, wrapped[sealed.person])
        plain = _decrypt(key, sealed.ciphertext, _sealed_data(sealed.person, sealed.commitment))
        opening = Opening(plain[:SALT_BYTES], plain[SALT_BYTES:])
        if not opening.matches(sealed.commitment):
            raise SealBrokenError("commitment_differs", sealed.commitment)
        return opening

    def forget(self, person: UUID) -> None:
        """Destroy a person's key."""
        self._table.forget_person_key(person)

    def _keys(self, persons: Sequence[UUID]) -> dict[UUID, AESGCM]:
        wrapped = dict(self._table.person_keys(persons))
        missing = {person for person in persons if person not in wrapped}
        if missing:
            self._table.add_person_keys({person: self._new_key(person) for person in missing})
            # Another process may have been first: what stands in the table counts.
            wrapped.update(self._table.person_keys(list(missing)))
        return {person: self._unwrap(person, blob) for person, blob in wrapped.items()}

    def _new_key(self, person: UUID) -> bytes:
        return _encrypt(self._wrapping, secrets.token_bytes(KEY_BYTES), _key_data(person))

    def _unwrap(self, person: UUID, wrapped: bytes) -> AESGCM:
        return AESGCM(_decrypt(self._wrapping, wrapped, _key_data(person)))


def _seal(key: AESGCM, person: UUID, value: bytes) -> Sealed:
    salt = secrets.token_bytes(SALT_BYTES)
    commitment = commit(salt, value)
    return Sealed(commitment, person, _encrypt(key, salt + value, _sealed_data(person, commitment)))


def _key_data(person: UUID) -> bytes:
    return b"sobranie-person-key/1\n" + person.bytes


def _sealed_data(person: UUID, commitment: str) -> bytes:
    return b"sobranie-sealed/1\n" + person.bytes + commitment.encode()


def _encrypt(key: AESGCM, plain: bytes, data: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + key.encrypt(nonce, plain, data)


def _decrypt(key: AESGCM, blob: bytes, data: bytes) -> bytes:
    try:
        return key.decrypt(blob[:_NONCE_BYTES], blob[_NONCE_BYTES:], data)
    except (InvalidTag, ValueError) as fault:
        raise SealBrokenError("does_not_open", "ciphertext") from fault
