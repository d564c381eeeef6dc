"""Spellings that several formats share: base64, decimal numbers, hashes; one spelling per value."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode

_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")
MAX_NUMBER = 2**63 - 1


class SpellingError(ValueError):
    """A value in another spelling than its own; the message is a stable reason."""


def to_base64(data: bytes) -> str:
    """Write standard base64 with padding (RFC 4648, 4)."""
    return binascii.b2a_base64(data, newline=False).decode("ascii")


def from_base64(text: str) -> bytes:
    """Read base64; stray characters, missing padding and stray bits are refused."""
    try:
        data = b64decode(text, validate=True)
    except (binascii.Error, ValueError) as fault:
        raise SpellingError("not_base64") from fault
    if to_base64(data) != text:
        raise SpellingError("base64_spelling")
    return data


def hash_from_base64(text: str) -> bytes:
    """Read a SHA-256 hash in base64."""
    data = from_base64(text)
    if len(data) != 32:
        raise SpellingError("hash_length")
    return data


def from_decimal(text: str) -> int:
    """Read an ASCII decimal without leading zeroes, below 2^63."""
    if not _DECIMAL.fullmatch(text) or int(text) > MAX_NUMBER:
        raise SpellingError("not_a_decimal")
    return int(text)
