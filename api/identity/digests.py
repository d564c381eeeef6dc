"""Hashes of identification, all keyed: nobody without the key finds a phone or account from one.

    key      = HMAC-SHA-256(the installation's form key, "sobranie-identity/1")
    account  = HMAC-SHA-256(key, "account" ‖ messenger ‖ number)
    code     = HMAC-SHA-256(key, "code" ‖ ten characters)
    evidence = HMAC-SHA-256(key, "evidence" ‖ kind ‖ meeting ‖ parts of the proof)

Parts are joined by line breaks, which none of them holds. A phone has few values, so a plain
SHA-256 of it in a public log would name its owner; with the meeting inside, the same phone looks
different in every meeting.
"""

from __future__ import annotations

import hmac
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domain.facts import MeetingId


class Digests:
    """The keyed hashes of one installation."""

    def __init__(self, form_key: bytes) -> None:
        """Derive the key."""
        self._key = hmac.digest(form_key, b"sobranie-identity/1", sha256)

    def account(self, messenger: str, number: int) -> str:
        """Name a messenger account."""
        return self._hash("account", messenger, str(number))

    def code(self, code: str) -> str:
        """Give the form a printed code is stored and looked up in."""
        return self._hash("code", code)

    def evidence(self, kind: str, meeting: MeetingId, *parts: str) -> str:
        """Give what stands in the ballot: it names nobody, and the operator can show what of."""
        return self._hash("evidence", kind, str(meeting), *parts)

    def _hash(self, *parts: str) -> str:
        # Each part is hashed by itself, so that no two lists of parts read the same.
        lines = "\n".join(sha256(part.encode()).hexdigest() for part in parts)
        return hmac.new(self._key, lines.encode(), sha256).hexdigest()
