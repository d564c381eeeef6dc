"""Sends events to subscribers, each queue in order; tries again later what did not arrive.

1. an answer of 2xx is "arrived"; 410 ends the subscription; anything else, a lost or slow answer
   included, is tried again after 1, 5, 30 minutes, 2, 6 and 24 hours, then left for a person;
2. redirects are not followed, proxies of the environment not used, answers not read;
3. the address is checked anew before every try, see `address.py`.

A process that dies between the answer and the note of it sends the event once more: the receiver
knows it by `Sobranie-Delivery`.
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import httpx
import sqlalchemy as sa

from api.announcements.tables import deliveries, webhooks
from api.desk import as_moment
from api.refusals import WebhookAddressRefused
from api.webhooks.address import Resolver, Target, checked_target, resolve
from api.webhooks.signature import HEADER, signature_of
from api.webhooks.subscriptions import ACTIVE, FAILED, GONE, PENDING, SENT
from domain.refusals import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.services import Services

PAUSES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=24),
)
TIMEOUT_SECONDS = 10.0
MOST_AT_ONCE = 200
HTTP_GONE = 410


@dataclass(frozen=True, slots=True)
class _Due:
    delivery: UUID
    webhook: UUID
    url: str
    secret: str
    event: str
    body: bytes
    attempts: int


class Sender:
    """Sends what waits."""

    def __init__(
        self,
        services: Services,
        resolver: Resolver = resolve,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """Work on the desk of an installation; the transport is the real one unless given."""
        self._services = services
        self._engine = services.desk.engine
        self._resolver = resolver
        self._client = httpx.Client(
            timeout=TIMEOUT_SECONDS,
            trust_env=False,
            follow_redirects=False,
            transport=transport,
            headers={"User-Agent": "sobranie-webhook/1"},
        )

    def close(self) -> None:
        """Let the connections go."""
        self._client.close()

    def deliver(self) -> int:
        """Send the first waiting event of every subscriber; gives how many arrived."""
        return sum(self._send(due) for due in self._due())

    def _due(self) -> Sequence[_Due]:
        """Give the head of every queue whose time has come."""
        now = self._services.clock()
        query = (
            sa.select(deliveries, webhooks.c.url, webhooks.c.secret)
            .join(webhooks, webhooks.c.webhook == deliveries.c.webhook)
            .where(deliveries.c.state == PENDING, webhooks.c.state == ACTIVE)
            .order_by(deliveries.c.ordinal)
        )
        heads: dict[UUID, Any] = {}
        with self._engine.connect() as connection:
            for row in connection.execute(query):
                heads.setdefault(row.webhook, row)
        return [
            _Due(
                row.delivery, row.webhook, row.url, row.secret, row.event, row.body.encode(),
                row.attempts,
            )
            for row in list(heads.values())[:MOST_AT_ONCE]
            if row.not_before is None or as_moment(row.not_before) <= now
        ]  # fmt: skip

    def _send(self, due: _Due) -> bool:
        try:
            status = self._posted(due)
        except Refused as refused:
            why = refused.reason
            code = why.why if isinstance(why, WebhookAddressRefused) else why.code
            self._again(due, code)
            return False
        except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError) as fault:
            self._again(due, type(fault).__name__)
            return False
        if status == HTTP_GONE:
            self._end(due)
            return False
        if not 200 <= status < 300:
            self._again(due, str(status))
            return False
        self._set(due, state=SENT, answer=str(status))
        return True

    def _posted(self, due: _Due) -> int:
        settings = self._services.settings
        target = checked_target(
            due.url, allow_private=settings.private_webhooks, resolver=self._resolver
        )
        request = self._request(due, target)
        answer = self._client.send(request, stream=True)
        answer.close()
        return answer.status_code

    def _request(self, due: _Due, target: Target) -> httpx.Request:
        url = httpx.URL(due.url)
        headers = {
            "Host": url.netloc.decode(),
            "Content-Type": "application/json; charset=utf-8",
            "Sobranie-Event": due.event,
            "Sobranie-Delivery": str(due.delivery),
            HEADER: signature_of(due.secret, self._services.clock(), due.body),
        }
        return self._client.build_request(
            "POST",
            url.copy_with(host=target.ip),
            content=due.body,
            headers=headers,
            extensions={"sni_hostname": target.host},
        )

    def _again(self, due: _Due, answer: str) -> None:
        if due.attempts >= len(PAUSES):
            self._set(due, state=FAILED, answer=answer)
            return
        later = self._services.clock() + PAUSES[due.attempts]
        self._set(due, attempts=due.attempts + 1, not_before=later, answer=answer)

    def _end(self, due: _Due) -> None:
        """The subscriber says that it is gone for good."""
        with self._engine.begin() as connection:
            here = webhooks.c.webhook == due.webhook
            connection.execute(webhooks.update().where(here).values(state=GONE))
        self._set(due, state=FAILED, answer=str(HTTP_GONE))

    def _set(self, due: _Due, **values: Any) -> None:
        here = deliveries.c.delivery == due.delivery
        with self._engine.begin() as connection:
            connection.execute(deliveries.update().where(here).values(values))
