"""Runs the outbox of a served installation: collects and delivers in a thread of its own."""

from __future__ import annotations

import asyncio
import logging
import threading
from typing import TYPE_CHECKING

from eventsourcing.persistence import PersistenceError
from sqlalchemy.exc import SQLAlchemyError

from api.chat.outbox import Outbox

if TYPE_CHECKING:
    from api.chat.port import HouseChat
    from api.services import Services

EVERY_SECONDS = 2.0
logger = logging.getLogger(__name__)


class ChatThread:
    """Tells the house chats what happens, until it is closed."""

    def __init__(self, services: Services, chat: HouseChat) -> None:
        """Start to tell; what was left unsaid by an earlier process is said first."""
        self._services = services
        self._chat = chat
        self._outbox = Outbox(services)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="chat", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop after the post at hand."""
        self._stop.set()
        self._thread.join()

    def _work(self) -> None:
        with asyncio.Runner() as runner:
            while not self._stop.wait(EVERY_SECONDS):
                try:
                    while self._outbox.collect() and not self._stop.is_set():
                        pass
                    runner.run(self._outbox.deliver(self._chat, self._services.clock))
                except (PersistenceError, SQLAlchemyError):
                    logger.exception("the outbox could not reach its tables")
