"""Runs the webhooks of a served installation in a thread of its own."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from eventsourcing.persistence import PersistenceError
from sqlalchemy.exc import SQLAlchemyError

from api.webhooks.sending import Sender
from api.webhooks.subscriptions import Subscriptions

if TYPE_CHECKING:
    from api.services import Services

EVERY_SECONDS = 2.0
logger = logging.getLogger(__name__)


class WebhookThread:
    """Tells subscribers what happens, until it is closed."""

    def __init__(self, services: Services) -> None:
        """Start; what an earlier process left is sent first."""
        self._subscriptions = Subscriptions(services)
        self._sender = Sender(services)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="webhooks", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop after the event at hand."""
        self._stop.set()
        self._thread.join()
        self._sender.close()

    def _work(self) -> None:
        while not self._stop.wait(EVERY_SECONDS):
            try:
                while self._subscriptions.collect() and not self._stop.is_set():
                    pass
                while not self._stop.is_set() and self._sender.deliver():
                    pass
            except (PersistenceError, SQLAlchemyError):
                logger.exception("the webhooks could not reach their tables")
