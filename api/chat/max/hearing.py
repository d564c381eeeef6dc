"""What is done about MAX events: the bot's place in chats, and people who open its dialog.

1. `bot_added`, `bot_removed` and changed rights set the chat's state, by the messenger's own time:
   an older event that comes late changes nothing;
2. `bot_started` is answered once with the way to the personal page, if the payload is a good
   personal link or the account is known; else the bot asks for the phone. A lost answer is not
   repeated: the person presses the button again;
3. a contact sent to the bot in its dialog leads to the page of the owner who has this phone;
4. everything else is forgotten at once, what people say in chats above all.
"""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

from api.chat.max.answering import Answers, sends_contact
from api.chat.max.errors import MaxError, MaxRateLimitedError, MaxUnavailableError
from api.chat.max.updates import (
    BotMembership,
    BotRightsChanged,
    BotStarted,
    MalformedUpdateError,
    MessageCreated,
    Update,
    read_update,
)
from api.chat.max.webhook import Delivery

if TYPE_CHECKING:
    from api.chat.heard import HeardEvents
    from api.chat.max.client import MaxClient
    from api.chat.max.content import NewMessage
    from api.chat.states import ChatStates
    from api.services import Services
    from domain.facts import Moment

logger = logging.getLogger(__name__)
TYPES = (
    "bot_added",
    "bot_removed",
    "bot_admin_permissions_changed",
    "bot_started",
    "message_created",
)
"""The events that are asked for. Contacts come as messages, so messages must be; where the bot has
the right to read a chat they come from there too, and of those `keep` leaves nothing but a key."""


def keep(events: HeardEvents, delivery: Delivery, body: bytes, now: Moment) -> bool:
    """Keep an event once; of one that we do not act on only the key."""
    update = delivery.update
    ours = isinstance(update, BotMembership | BotRightsChanged | BotStarted) or (
        isinstance(update, MessageCreated) and sends_contact(update.message)
    )
    return events.keep(delivery.key, body.decode() if ours else None, now)


class Hearing:
    """Works events off."""

    def __init__(self, events: HeardEvents, states: ChatStates, services: Services) -> None:
        """Work on the tables."""
        self._events = events
        self._states = states
        self._answers = Answers(services)

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
                message = self._answers.to_start(update)
                await self._send(client, key, update.user.user_id, message)
            case MessageCreated(message=said) if said.sender is not None:
                self._events.done(key)
                message = self._answers.to_contact(said)
                await self._send(client, key, said.sender.user_id, message)
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

    async def _send(self, client: MaxClient, key: str, user_id: int, message: NewMessage) -> None:
        try:
            await client.send_to_user(user_id, message)
        except MaxError as error:
            logger.warning("a dialog was not answered: %s (event %.8s)", error.code, key)
