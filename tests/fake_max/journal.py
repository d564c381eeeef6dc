"""Events on their way to the bot: long polling, and webhooks with retries on the fake's clock.

Nothing is sent by itself: `pump()` delivers what is due, so a test decides when, and no request of
the bot ever waits for the bot's own server.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.fake_max.clock import Clock
from tests.fake_max.facts import FACTS, LIMITS
from tests.fake_max.faults import Faults

RETRY_DELAYS_S: list[float] = FACTS["webhook"]["retry_delays_s"]
UNSUBSCRIBE_MS = FACTS["webhook"]["auto_unsubscribe_h"] * 3_600_000
KEEP_MS = LIMITS["long_polling"]["event_ttl_h"] * 3_600_000
WEBHOOK_ONLY = {"bot_admin_permissions_changed"}

Event = dict[str, Any]
# (address, headers, event) → HTTP status, or None when no answer came within 30 s.
Deliver = Callable[[str, dict[str, str], Event], int | None]


@dataclass(eq=False)  # a doubled event is two deliveries, told apart by identity
class Delivery:
    """An event for one webhook, and when to try (again)."""

    event: Event
    due_ms: int
    attempt: int = 0


@dataclass
class Webhook:
    """A subscription."""

    url: str
    secret: str | None
    types: list[str] | None
    since_ms: int
    failing_since_ms: int | None = None
    waiting: list[Delivery] = field(default_factory=list)


class Journal:
    """All events of the bot."""

    def __init__(self, clock: Clock, faults: Faults) -> None:
        """Start empty; `deliver` is given by who knows where the bot listens."""
        self._clock = clock
        self._faults = faults
        self.deliver: Deliver = lambda url, headers, event: None
        self.routes: dict[str, str] = {}
        self.webhooks: dict[str, Webhook] = {}
        self.history: list[Event] = []
        self._polled: list[tuple[int, int, Event]] = []
        self._number = 0
        self._committed = 0

    def emit(self, event: Event) -> None:
        """Record an event for whoever listens now."""
        now = self._clock.now_ms()
        self.history.append(event)
        kind = event["update_type"]
        for hook in self.webhooks.values():
            if hook.types is None or kind in hook.types:
                copies = 2 if self._faults.duplicate_update else 1
                hook.waiting += [Delivery(event, now) for _ in range(copies)]
        if kind not in WEBHOOK_ONLY:
            self._number += 1
            self._polled.append((self._number, now, event))

    def poll(
        self, marker: int | None, limit: int, types: list[str] | None
    ) -> tuple[list[Event], int | None]:
        """Give a batch and the next marker; a marker commits what stands before it."""
        self._committed = max(self._committed, marker or 0)
        edge = self._clock.now_ms() - KEEP_MS
        self._polled = [row for row in self._polled if row[0] > self._committed and row[1] > edge]
        if self.webhooks:
            return [], None
        most = min(limit, LIMITS["long_polling"]["batch"])
        wanted = [row for row in self._polled if not types or row[2]["update_type"] in types]
        batch = wanted[:most]
        return [row[2] for row in batch], batch[-1][0] if batch else None

    def pump(self) -> int:
        """Deliver what is due and drop dead subscriptions; gives the number of attempts."""
        attempts = 0
        for hook in list(self.webhooks.values()):
            due = [row for row in hook.waiting if row.due_ms <= self._clock.now_ms()]
            if self._faults.reorder_updates:
                due.reverse()
            for delivery in due:
                attempts += 1
                self._try(hook, delivery)
            self._drop_if_dead(hook)
        return attempts

    def _try(self, hook: Webhook, delivery: Delivery) -> None:
        headers = {"Content-Type": "application/json"}
        if hook.secret is not None:
            headers["X-Max-Bot-Api-Secret"] = hook.secret
        hook.waiting.remove(delivery)
        status = self.deliver(hook.url, headers, delivery.event)
        now = self._clock.now_ms()
        if status == 200:
            hook.failing_since_ms = None
            return
        if hook.failing_since_ms is None:
            hook.failing_since_ms = now
        if delivery.attempt < len(RETRY_DELAYS_S):
            delivery.due_ms = now + int(RETRY_DELAYS_S[delivery.attempt] * 1000)
            delivery.attempt += 1
            hook.waiting.append(delivery)

    def _drop_if_dead(self, hook: Webhook) -> None:
        since = hook.failing_since_ms
        if since is not None and self._clock.now_ms() - since >= UNSUBSCRIBE_MS:
            self.webhooks.pop(hook.url, None)
