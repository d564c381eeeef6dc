"""What is done about MAX events: the bot's place in chats, and people who open its dialog.

1. `bot_added`, `bot_removed` and changed rights set the chat's state, by the messenger's own time:
   an older event that comes late changes nothing;
2. `bot_started` is answered once with the personal page, if the payload is a good personal link,
   or with how to get there. A lost answer is not repeated: the person presses the button again;
3. everything else is forgotten at once, what people say in chats above all.
"""

from __future__ import annotations

import json
import logging
import re
from typing import TYPE_CHECKING

from api.chat.max.adapter import to_message
from api.chat.max.errors import MaxError, MaxRateLimitedError, MaxUnavailableError
from api.chat.max.updates import (
    BotMembership,
    BotRightsChanged,
    BotStarted,
    MalformedUpdateError,
    Update,
    read_update,
)
from api.chat.max.webhook import Delivery
from api.chat.port import Button, Post

if TYPE_CHECKING:
    from api.chat.heard import HeardEvents
    from api.chat.max.client import MaxClient
    from api.chat.states import ChatStates
    from api.desk import Desk
    from domain.facts import Moment

logger = logging.getLogger(__name__)
_TOKEN = re.compile(r"(?:b_)?([A-Za-z0-9_-]{22})")
TYPES = ("bot_added", "bot_removed", "bot_admin_permissions_changed", "bot_started")
"""The events that are asked for; with rights to read, the messenger would send far more."""


def keep(events: HeardEvents, delivery: Delivery, body: bytes, now: Moment) -> bool:
    """Keep an event once; of one that we do not act on only the key."""
    ours = isinstance(delivery.update, BotMembership | BotRightsChanged | BotStarted)
    return events.keep(delivery.key, body.decode() if ours else None, now)


class Hearing:
    """Works events off."""

    def __init__(
        self, events: HeardEvents, states: ChatStates, desk: Desk, public_url: str
    ) -> None:
        """Work on the tables."""
        self._events = events
        self._states = states
        self._desk = desk
        self._public_url = public_url

    async def work_off(self, client: MaxClient) -> int:
        """Do what the kept events ask for; gives how many were worked off."""
        done = 0
        for key, body in self._events.new():
            try:
                update = read_update(json.loads(body))
            except (MalformedUpdateError, ValueError):
                self._events.done(key)
                continue
            try:
                await self._one(client, key, update)
            except (MaxRateLimitedError, MaxUnavailableError):
                return done
            done += 1
        return done

    async def _one(self, client: MaxClient, key: str, update: Update) -> None:
        match update:
            case BotMembership(update_type="bot_added"):
                await self._added(client, update)
            case BotMembership():
                self._states.heard(str(update.chat_id), "removed", update.timestamp)
            case BotRightsChanged():
                # Posts that waited for a right are tried again at once.
                self._states.heard(str(update.chat_id), "added", update.timestamp)
            case BotStarted():
                # Done before it is answered: a second answer would be worse than none.
                self._events.done(key)
                await self._answer(client, key, update)
            case _:
                pass
        self._events.done(key)

    async def _added(self, client: MaxClient, update: BotMembership) -> None:
        chat = str(update.chat_id)
        if not self._states.heard(chat, "added", update.timestamp):
            return
        try:
            self._states.named(chat, (await client.chat(update.chat_id)).title or "")
        except (MaxRateLimitedError, MaxUnavailableError):
            raise
        except MaxError as error:
            logger.warning("the title of a chat is not known: %s", error.code)

    async def _answer(self, client: MaxClient, key: str, update: BotStarted) -> None:
        try:
            post = self._reply(update.payload or "")
            await client.send_to_user(update.user.user_id, to_message(post))
        except MaxError as error:
            logger.warning("a dialog was not answered: %s (event %.8s)", error.code, key)

    def _reply(self, payload: str) -> Post:
        found = _TOKEN.fullmatch(payload)
        link = self._desk.link(found[1]) if found is not None else None
        if found is not None and link is not None and not link.revoked:
            address = f"{self._public_url}/b/{found[1]}"
            words = "Здравствуйте! Это ваша личная страница собрания. Не пересылайте её никому."
            return Post(words, (Button("Открыть мою страницу", address),))
        words = (
            "Здравствуйте! Чтобы открыть свою страницу, нужна личная ссылка: её даёт инициатор "
            "собрания — в сообщении, по почте или на бумажном извещении с кодом. Если ссылки "
            "нет или она не действует, попросите новую у инициатора."
        )
        return Post(words, (Button("Собрания дома", self._public_url),))
