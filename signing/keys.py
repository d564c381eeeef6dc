"""The installation's signing key: Ed25519 in a PKCS#8 PEM file, mode 0600, passphrase optional.

One key signs for every log of an installation. Logs cannot be mixed up: the origin stands in the
signed text, and the key's name and id differ from log to log.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from signing.errors import RefusedToSignError
from signing.note import ED25519, VerifierKey
from signing.private_file import read_private, write_private


class Signer(Protocol):
    """Whatever signs: a file, a hardware module, a remote service. Two methods, nothing more."""

    def verifier_key(self, name: str) -> VerifierKey:
        """Give the public key under the name of a log (its origin)."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Sign bytes with Ed25519; 64 bytes."""
        ...


class FileSigner:
    """A signer whose key lies in a file and stays in memory."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        """Take a key; `open` reads one."""
        self._key = key
        self._public = key.public_key().public_bytes_raw()

    @classmethod
    def open(cls, path: Path, passphrase: bytes | None = None) -> FileSigner:
        """Read the key, or refuse a file that is missing, open to others or no Ed25519 key."""
        pem = read_private(path)
        try:
            key = load_pem_private_key(pem, passphrase)
        except (ValueError, TypeError, UnsupportedAlgorithm) as fault:
            raise RefusedToSignError("key_file_unreadable", str(path)) from fault
        if not isinstance(key, Ed25519PrivateKey):
            raise RefusedToSignError("key_not_ed25519", str(path))
        return cls(key)

    def verifier_key(self, name: str) -> VerifierKey:
        """Give the public key under a name."""
        return VerifierKey(name, ED25519, self._public)

    def sign(self, message: bytes) -> bytes:
        """Sign bytes with Ed25519."""
        return self._key.sign(message)


def new_key(path: Path, passphrase: bytes | None = None) -> FileSigner:
    """Make a key and its file; an existing file is never overwritten."""
    key = Ed25519PrivateKey.generate()
    cipher: KeySerializationEncryption = (
        BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    )
    write_private(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, cipher))
    return FileSigner(key)
