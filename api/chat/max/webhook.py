"""The receiving end of a MAX webhook, without HTTP: is it from MAX, and what does it say.

The route that uses it: compare the secret → 401 if wrong; parse → store under `dedupe_key` and
answer 200 at once, work later. A body that cannot be read is logged by its code and answered 200
as well: eight hours of anything else and the messenger unsubscribes the bot without a word.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass

from pydantic import SecretStr

from api.chat.max.updates import MalformedUpdateError, Update, dedupe_key, parse_update

SECRET_HEADER = "X-Max-Bot-Api-Secret"  # noqa: S105 - the header's name
_SECRET = re.compile(r"[A-Za-z0-9-]{5,256}")


class ForgedWebhookError(Exception):
    """The secret is absent or wrong: the request is not from MAX."""

    code = "webhook-forged"


class WebhookSecretError(Exception):
    """The configured secret is one that MAX would not accept."""

    code = "webhook-secret-unfit"


@dataclass(frozen=True, slots=True)
class Delivery:
    """An event and the key that tells repeated deliveries apart."""

    key: str
    update: Update


def check_secret(expected: SecretStr, received: str | None) -> None:
    """Compare in constant time; ForgedWebhookError unless the same."""
    value = expected.get_secret_value()
    if not _SECRET.fullmatch(value):
        raise WebhookSecretError(WebhookSecretError.code)
    # An absent header is compared too, so that it takes no less time than a wrong one.
    if not hmac.compare_digest(value.encode(), (received or "").encode(errors="replace")):
        raise ForgedWebhookError(ForgedWebhookError.code)


def receive(expected: SecretStr, received: str | None, body: bytes) -> Delivery:
    """Check the secret and read the event; ForgedWebhookError or MalformedUpdateError."""
    check_secret(expected, received)
    update = parse_update(body)
    return Delivery(dedupe_key(update), update)


__all__ = [
    "SECRET_HEADER",
    "Delivery",
    "ForgedWebhookError",
    "MalformedUpdateError",
    "WebhookSecretError",
    "check_secret",
    "receive",
]
