"""The signature of an event: HMAC-SHA256 over the moment and the body.

    Sobranie-Signature: t=1773651600,v1=5257a869e7ecebed…

`v1` is HMAC-SHA256 with the subscription's secret over `<t>.<body>`, in hex; `t` is in seconds of
Unix time. A receiver refuses a moment too far from its own, so that old events cannot be replayed.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domain.facts import Moment

HEADER = "Sobranie-Signature"


def signature_of(secret: str, at: Moment, body: bytes) -> str:
    """Give the value of the header."""
    seconds = int(at.timestamp())
    signed = f"{seconds}.".encode() + body
    digest = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    return f"t={seconds},v1={digest}"
