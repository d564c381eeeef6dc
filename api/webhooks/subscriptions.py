"""Subscriptions of other systems and the events on their way to them.

1. `collect` puts the events and the new position into the desk in one transaction: none is lost,
   and none is put in twice, wherever the process dies;
2. a subscription hears of what happened after it was made, of all houses or of one;
3. an event has the same id at every try: who hears it twice can tell.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4, uuid5

import sqlalchemy as sa

from api import desk as tables
from api.announcements.tables import deliveries, webhooks
from api.lifecycle import TITLES, event_of
from api.webhooks.address import Resolver, checked_target, resolve
from domain.facts import HouseId
from domain.records import from_record
from domain.refusals import NotFound, Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.lifecycle import LifecycleEvent
    from api.services import Services

POSITION = "webhooks"
BATCH = 100
SECRET_BYTES = 32
ACTIVE, GONE = "active", "gone"
PENDING, SENT, FAILED = "pending", "sent", "failed"


@dataclass(frozen=True, slots=True)
class Subscription:
    """A subscriber and how its deliveries stand; the secret is not shown again."""

    webhook: UUID
    url: str
    house: UUID | None
    state: str
    waiting: int
    failed: int
    answer: str


class Subscriptions:
    """The subscriptions of one installation."""

    def __init__(self, services: Services, resolver: Resolver = resolve) -> None:
        """Work on the desk of an installation."""
        self._services = services
        self._engine = services.desk.engine
        self._resolver = resolver

    def add(
        self, url: str, officer: str, secret: str = "", house: HouseId | None = None
    ) -> tuple[UUID, str]:
        """Subscribe an address; gives the id and the secret, made here when none is given."""
        private = self._services.settings.private_webhooks
        checked_target(url, allow_private=private, resolver=self._resolver)
        webhook, kept = uuid4(), secret or secrets.token_urlsafe(SECRET_BYTES)
        values = {
            "webhook": webhook,
            "url": url,
            "secret": kept,
            "house": house,
            "state": ACTIVE,
            "since": self._services.app.recorder.max_notification_id() or 0,
            "by_officer": officer,
        }
        with self._engine.begin() as connection:
            connection.execute(webhooks.insert().values(values))
        return webhook, kept

    def remove(self, webhook: UUID) -> None:
        """Unsubscribe; what is on its way is dropped."""
        with self._engine.begin() as connection:
            connection.execute(deliveries.delete().where(deliveries.c.webhook == webhook))
            done = connection.execute(webhooks.delete().where(webhooks.c.webhook == webhook))
        if not done.rowcount:
            raise Refused(NotFound("webhook"))

    def retry(self, webhook: UUID) -> None:
        """Send again what failed, from the first one."""
        here = sa.and_(deliveries.c.webhook == webhook, deliveries.c.state == FAILED)
        again = {"state": PENDING, "attempts": 0, "not_before": None}
        with self._engine.begin() as connection:
            known = webhooks.update().where(webhooks.c.webhook == webhook).values(state=ACTIVE)
            if not connection.execute(known).rowcount:
                raise Refused(NotFound("webhook"))
            connection.execute(deliveries.update().where(here).values(again))

    def all(self) -> Sequence[Subscription]:
        """List the subscriptions."""
        with self._engine.connect() as connection:
            rows = connection.execute(sa.select(webhooks).order_by(webhooks.c.url)).all()
            sent = connection.execute(
                sa.select(deliveries).order_by(deliveries.c.ordinal.desc())
            ).all()
        return [_subscription(row, [one for one in sent if one.webhook == row.webhook])
                for row in rows]  # fmt: skip

    # --- collecting -------------------------------------------------------------------------------

    def collect(self) -> int:
        """Put new events into the queue; gives how many facts were read."""
        position = self._position()
        found = self._services.app.recorder.select_notifications(
            position, BATCH, topics=list(TITLES), inclusive_of_start=False
        )
        if not found:
            return 0
        facts = [(one.id, from_record(one.state)) for one in found]
        events = [(id_, event_of(self._services, recorded)) for id_, recorded in facts]
        with self._engine.begin() as connection:
            active = connection.execute(sa.select(webhooks).where(webhooks.c.state == ACTIVE)).all()
            last = connection.execute(sa.select(sa.func.max(deliveries.c.ordinal))).scalar()
            ordinal = (last if last is not None else -1) + 1
            for id_, event in events:
                for row in active:
                    if event is not None and _wants(row, id_, event):
                        values = self._delivery(row.webhook, event, ordinal)
                        connection.execute(deliveries.insert().values(values))
                        ordinal += 1
            self._move(connection, found[-1].id)
        return len(found)

    def _delivery(self, webhook: UUID, event: LifecycleEvent, ordinal: int) -> dict[str, Any]:
        return {
            "delivery": uuid5(webhook, str(event.id)),
            "webhook": webhook,
            "event": event.type,
            "body": body_of(event, self._services.settings.public_url),
            "state": PENDING,
            "ordinal": ordinal,
            "attempts": 0,
            "answer": "",
        }

    def _position(self) -> int:
        query = sa.select(tables.positions.c.position).where(tables.positions.c.name == POSITION)
        with self._engine.connect() as connection:
            return connection.execute(query).scalar() or 0

    @staticmethod
    def _move(connection: sa.Connection, position: int) -> None:
        here = tables.positions.c.name == POSITION
        values = {"position": position}
        if not connection.execute(tables.positions.update().where(here).values(values)).rowcount:
            connection.execute(tables.positions.insert().values(name=POSITION, **values))


def body_of(event: LifecycleEvent, public_url: str) -> str:
    """Write an event as JSON, always the same way."""
    page = f"{public_url}/m/{event.meeting}"
    return json.dumps(
        {
            "id": str(event.id),
            "type": event.type,
            "title": event.title,
            "house": str(event.house),
            "meeting": str(event.meeting),
            "at": event.at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            "leaf": event.leaf,
            "page": page,
            "feed": f"{page}/feed.atom",
        },
        ensure_ascii=False,
        sort_keys=True,
    )


def _wants(row: sa.Row[Any], notification: int, event: LifecycleEvent) -> bool:
    return notification > row.since and row.house in (None, event.house)


def _subscription(row: sa.Row[Any], sent: Sequence[sa.Row[Any]]) -> Subscription:
    return Subscription(
        webhook=row.webhook,
        url=row.url,
        house=row.house,
        state=row.state,
        waiting=sum(one.state == PENDING for one in sent),
        failed=sum(one.state == FAILED for one in sent),
        answer=next((one.answer for one in sent if one.answer), ""),
    )
