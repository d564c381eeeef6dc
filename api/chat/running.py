"""Runs the chat of a served installation in a thread of its own, on an event loop of its own.

A round: hear what happened, tell what is new, refresh a handful of cards. A fault of a round is
logged and the next one goes on: the tables hold everything that was not told.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eventsourcing.persistence import PersistenceError
from sqlalchemy.exc import SQLAlchemyError

from api.chat.cards import A_ROUND
from api.chat.console import ConsoleChat
from api.chat.heard import HeardEvents
from api.chat.max.adapter import MaxHouseChat
from api.chat.max.client import MaxClient
from api.chat.max.connecting import read_connection
from api.chat.max.errors import MaxError
from api.chat.max.hearing import Hearing
from api.chat.max.subscribing import Watchdog
from api.chat.options import read_options
from api.chat.outbox import Outbox
from api.chat.port import ChatError
from api.http.failures import places_of

if TYPE_CHECKING:
    from api.chat.max.connecting import MaxConnection
    from api.chat.options import ChatOptions
    from api.chat.port import HouseChat
    from api.services import Services

EVERY_SECONDS = 2.0
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Messenger:
    """A messenger that is connected, and what else is done with it in each round."""

    chat: HouseChat
    chores: Callable[[], Awaitable[None]]


Connect = Callable[[], AbstractAsyncContextManager[Messenger]]


async def _nothing() -> None:
    """Do nothing: the console hears nobody."""


@asynccontextmanager
async def on_console(chat: ConsoleChat | None = None) -> AsyncIterator[Messenger]:
    """Tell everything on the console."""
    yield Messenger(chat or ConsoleChat(), _nothing)


@asynccontextmanager
async def on_max(services: Services, connection: MaxConnection) -> AsyncIterator[Messenger]:
    """Connect to MAX."""
    events = HeardEvents(services.desk.engine)
    outbox = Outbox(services)
    hearing = Hearing(events, outbox.chats, services)
    watchdog = Watchdog(connection.webhook) if connection.webhook is not None else None
    async with MaxClient(connection.settings) as client:

        async def chores() -> None:
            now = services.clock()
            if watchdog is not None:
                await watchdog.look(client, now)
            # First, so that a fault of the work below does not keep what should be gone.
            events.forget(now)
            await hearing.work_off(client)

        yield Messenger(MaxHouseChat(client, services.clock), chores)


async def a_round(outbox: Outbox, messenger: Messenger, services: Services) -> int:
    """Hear, tell, refresh; gives how many posts and cards went out."""
    await messenger.chores()
    while outbox.collect():
        pass
    sent = await outbox.deliver(messenger.chat, services.clock)
    return sent + await outbox.refresh(messenger.chat, services.clock)


class ChatThread:
    """Tells the house chats what happens, until it is closed."""

    def __init__(
        self, services: Services, connect: Connect, options: ChatOptions | None = None
    ) -> None:
        """Start to tell; what was left unsaid by an earlier process is said first."""
        self._services = services
        self._connect = connect
        self._outbox = Outbox(services, options)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="chat", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop after the round at hand."""
        self._stop.set()
        self._thread.join()

    def _work(self) -> None:
        asyncio.run(self._rounds())

    async def _rounds(self) -> None:
        async with self._connect() as messenger:
            while not self._stop.is_set():
                told = 0
                try:
                    told = await a_round(self._outbox, messenger, self._services)
                except (PersistenceError, SQLAlchemyError):
                    logger.exception("the outbox could not reach its tables")
                except (ChatError, MaxError) as error:
                    logger.warning("a round of the chat was not finished: %s", error.code)
                except Exception as fault:
                    # The other chats must not end with one; the text may hold what somebody wrote.
                    logger.error("a round of the chat failed at %s", places_of(fault))
                # While there is a backlog, the messenger's limits alone set the pace.
                if told < A_ROUND // 2:
                    await asyncio.to_thread(self._stop.wait, EVERY_SECONDS)


def start_chat(services: Services) -> ChatThread | None:
    """Start what the settings ask for; None when nothing is to be told.

    ChatOptionsError and MaxSettingsError say which setting is wrong.
    """
    settings = services.settings
    if settings.chat != "max":
        HeardEvents(services.desk.engine).forget_bodies()
    if settings.chat == "none":
        return None
    options = read_options(settings.secrets)
    if settings.chat == "max":
        connection = read_connection(settings.secrets, settings.public_url)
        return ChatThread(services, lambda: on_max(services, connection), options)
    return ChatThread(services, on_console, options)
