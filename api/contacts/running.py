"""Runs the letters of a served installation in a thread of its own: sending waits for strangers."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from eventsourcing.persistence import PersistenceError
from sqlalchemy.exc import SQLAlchemyError

from api.contacts.options import couriers
from api.contacts.planning import Planner
from api.contacts.sending import Sender
from api.http.failures import places_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.contacts.book import Channel
    from api.contacts.courier import Courier
    from api.services import Services

EVERY_SECONDS = 2.0
logger = logging.getLogger(__name__)


class LetterThread:
    """Writes to owners, until it is closed."""

    def __init__(self, services: Services, by: Mapping[Channel, Courier]) -> None:
        """Start; what an earlier process left is settled first."""
        self._couriers = by
        self.planner = Planner(services, by)
        self.sender = Sender(services, self.planner.store, by)
        self.planner.begin()
        self.sender.begin()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="letters", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop after the letter at hand."""
        self._stop.set()
        self._thread.join()
        for courier in self._couriers.values():
            courier.close()

    def _work(self) -> None:
        while not self._stop.wait(EVERY_SECONDS):
            try:
                while not self._stop.is_set() and self.planner.collect():
                    pass
                while not self._stop.is_set() and self.sender.deliver(self._stop.is_set):
                    pass
            except (PersistenceError, SQLAlchemyError):
                logger.exception("the letters could not reach their tables")
            except Exception as fault:
                # Letters to everybody else must not end with one; its text may name somebody.
                logger.error("a round of letters failed at %s", places_of(fault))


def start_letters(services: Services) -> LetterThread:
    """Start what the settings ask for; LetterOptionsError says which setting is wrong."""
    return LetterThread(services, couriers(services.settings, services.clock))
