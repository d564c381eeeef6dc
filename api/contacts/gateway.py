"""Short messages by a gateway that takes an HTTPS POST, configured by its address and a key.

    POST {url}
    Authorization: Bearer {key}
    Idempotency-Key: {mark}
    {"id": mark, "to": "+79000000000", "text": …}

2xx is "taken"; 400 and 422 are about this number. 500, 502 and 504 may come of a fault after the
message was taken, the last two from a machine in between: nobody knows, as where no answer came.
Every other answer means "not now". Answers are not read, redirects not followed.
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import httpx

from api.contacts.courier import AddressRefusedError, AnswerLostError, NotTakenError
from api.contacts.values import takes_short_messages

if TYPE_CHECKING:
    from api.contacts.courier import Letter

TIMEOUT_SECONDS = 20.0
ABOUT_THE_NUMBER = frozenset({400, 422})
NOBODY_KNOWS = frozenset({500, 502, 504})
NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


@dataclass(frozen=True, slots=True)
class GatewayPlace:
    """Where short messages are handed over."""

    url: str
    key: str = field(repr=False)
    ca_file: str = ""


class GatewayCourier:
    """Hands short messages to the gateway."""

    name = "sms"

    def __init__(self, place: GatewayPlace, timeout: float = TIMEOUT_SECONDS) -> None:
        """Open a client that follows nothing and asks no proxy."""
        self._url = place.url
        self._key = place.key
        self._client = httpx.Client(
            timeout=timeout,
            trust_env=False,
            follow_redirects=False,
            verify=ssl.create_default_context(cafile=place.ca_file or None),
            headers={"User-Agent": "sobranie-letters/1"},
        )

    def send(self, letter: Letter) -> None:
        """Send one short message."""
        if not takes_short_messages(letter.to.value):
            raise AddressRefusedError("landline")
        body = {"id": letter.mark, "to": letter.to.value, "text": letter.short}
        headers = {"Authorization": f"Bearer {self._key}", "Idempotency-Key": letter.mark}
        try:
            with self._client.stream("POST", self._url, json=body, headers=headers) as answer:
                status = answer.status_code
        except NOT_SENT as fault:
            raise NotTakenError("no_connection") from fault
        except httpx.HTTPError as fault:
            raise AnswerLostError("answer_lost") from fault
        if 200 <= status < 300:
            return
        if status in ABOUT_THE_NUMBER:
            raise AddressRefusedError(f"http_{status}")
        if status in NOBODY_KNOWS:
            raise AnswerLostError(f"http_{status}")
        raise NotTakenError(f"http_{status}")

    def close(self) -> None:
        """Let the connections go."""
        self._client.close()
