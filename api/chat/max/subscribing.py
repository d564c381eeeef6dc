"""Keeps the webhook alive: MAX drops it without a word after eight hours of failures.

Every few minutes the list is asked for; when ours is not on it, it is set again.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from api.chat.max.errors import MaxError
from api.chat.max.hearing import TYPES
from domain.facts import moment

if TYPE_CHECKING:
    from api.chat.max.client import MaxClient
    from api.chat.max.connecting import Webhook
    from domain.facts import Moment

logger = logging.getLogger(__name__)
EVERY = timedelta(minutes=5)
FASTER = timedelta(minutes=1)


class Watchdog:
    """Looks after the subscription."""

    def __init__(self, webhook: Webhook) -> None:
        """Look at the next occasion."""
        self._webhook = webhook
        self._look_at: Moment | None = None
        self.renewed = 0

    async def look(self, client: MaxClient, now: Moment) -> None:
        """Ask for the list when it is time, and subscribe again when we are not on it."""
        if self._look_at is not None and now < self._look_at:
            return
        try:
            listed = {row.url for row in await client.subscriptions()}
            if self._webhook.url not in listed:
                secret = self._webhook.secret.get_secret_value()
                await client.subscribe(self._webhook.url, secret, TYPES)
                if self.renewed:
                    logger.warning("the webhook had been dropped; it is set again")
                self.renewed += 1
        except MaxError as error:
            logger.warning("the webhook could not be looked after: %s", error.code)
            self._look_at = _later(now, FASTER)
            return
        self._look_at = _later(now, EVERY)


def _later(now: Moment, wait: timedelta) -> Moment:
    return moment(now + wait)
