"""The fake's state and what people do in it; what the bot does is in `bot_side.py`."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.fake_max.clock import Clock, VirtualClock
from tests.fake_max.facts import LIMITS, TOKEN
from tests.fake_max.faults import Faults
from tests.fake_max.journal import Journal
from tests.fake_max.people import (
    ALL_RIGHTS,
    FakeChat,
    FakeMessage,
    Json,
    Person,
    Upload,
    message_to_wire,
)
from tests.fake_max.signatures import sign_bridge_contact, sign_contact, sign_init_data
from tests.fake_max.throttle import Throttle

START_PAYLOAD = 128


@dataclass
class Seen:
    """A request to the API and what was answered."""

    method: str
    path: str
    query: dict[str, str]
    body: bytes
    status: int = 0
    answer: bytes = b""


class World:
    """One bot, its people and chats."""

    def __init__(self, clock: Clock | None = None, token: str = TOKEN) -> None:
        """Start with a bot and nobody else."""
        self.clock = clock or VirtualClock()
        self.token = token
        self.lock = threading.RLock()
        self.faults = Faults()
        self.throttle = Throttle(self.clock)
        self.journal = Journal(self.clock, self.faults)
        self.bot = Person(509876543, "Собрание", username="id7700000000_bot", is_bot=True)
        self.mini_app_url = "https://app.example/max"
        self.plain_members_may_post = True
        self.people: dict[int, Person] = {}
        self.chats: dict[int, FakeChat] = {}
        self.uploads: dict[int, Upload] = {}
        self.callbacks: dict[str, FakeMessage] = {}
        self.toasts: list[tuple[str, str]] = []
        self.commands: list[Json] = []
        self.requests: list[Seen] = []
        self._counter = 0

    def number(self) -> int:
        """Give the next number."""
        self._counter += 1
        return self._counter

    def person(self, first_name: str, last_name: str = "", phone: str = "") -> Person:
        """Let a person join the messenger."""
        person = Person(501234567 + self.number(), first_name, last_name, phone=phone)
        self.people[person.user_id] = person
        return person

    def group(self, title: str, owner: Person) -> FakeChat:
        """Let a person make a group."""
        chat = FakeChat(-70000000000000 - self.number(), title, owner=owner)
        chat.members[owner.user_id] = owner
        self.chats[chat.chat_id] = chat
        return chat

    def add_bot(self, chat: FakeChat, by: Person) -> None:
        """Put the bot into a group as a plain member."""
        chat.bot_is_in, chat.bot_rights, chat.joined_ms = True, None, self.clock.now_ms()
        self._emit("bot_added", chat, by, is_channel=False)

    def remove_bot(self, chat: FakeChat, by: Person) -> None:
        """Take the bot out of a group."""
        chat.bot_is_in, chat.bot_rights = False, None
        self._emit("bot_removed", chat, by, is_channel=False)

    def set_rights(
        self, chat: FakeChat, by: Person, rights: frozenset[str] | None = ALL_RIGHTS
    ) -> None:
        """Make the bot an administrator with these rights, or a plain member with None."""
        chat.bot_rights = rights
        self.journal.emit(
            {
                "update_type": "bot_admin_permissions_changed",
                "timestamp": self.clock.now_ms(),
                "chat_id": chat.chat_id,
                "user_id": by.user_id,
                "bot_id": self.bot.user_id,
                "is_channel": False,
                "is_admin": rights is not None,
                "permissions": None if rights is None else sorted(rights),
            }
        )

    def join(self, chat: FakeChat, person: Person) -> None:
        """Let a person join a group by its link."""
        chat.members[person.user_id] = person
        self._emit_heard("user_added", chat, person, is_channel=False)

    def part(self, chat: FakeChat, person: Person) -> None:
        """Let a person leave a group."""
        chat.members.pop(person.user_id, None)
        self._emit_heard("user_removed", chat, person, is_channel=False)

    def rename(self, chat: FakeChat, by: Person, title: str) -> None:
        """Rename a group."""
        chat.title = title
        self._emit_heard("chat_title_changed", chat, by, title=title)

    def dialog(self, person: Person) -> FakeChat | None:
        """Find the dialog of a person with the bot."""
        return next((row for row in self.chats.values() if row.person is person), None)

    def start(self, person: Person, payload: str | None = None) -> FakeChat:
        """Open the dialog by the button or a `?start=` link; a live dialog stays silent."""
        chat = self.dialog(person)
        if chat is not None and not chat.is_suspended:
            return chat
        if chat is None:
            chat = FakeChat(182000000 + self.number(), person.name, person=person, bot_is_in=True)
            self.chats[chat.chat_id] = chat
        chat.is_suspended = False
        fits = payload is not None and len(payload) <= START_PAYLOAD
        self._emit("bot_started", chat, person, payload=payload if fits else None, user_locale="ru")
        return chat

    def stop(self, person: Person, *, remove: bool = False) -> None:
        """Stop the bot; removing the dialog comes as two events."""
        chat = self.chat_of(person)
        chat.is_suspended = True
        self._emit("bot_stopped", chat, person, user_locale="ru")
        if remove:
            self._emit("dialog_removed", chat, person, user_locale="ru")

    def chat_of(self, person: Person) -> FakeChat:
        """Give the dialog of a person who has one."""
        chat = self.dialog(person)
        if chat is None:
            raise LookupError(f"{person.name} never opened a dialog")
        return chat

    def say(
        self, chat: FakeChat, person: Person, text: str, attachments: list[Json] | None = None
    ) -> FakeMessage:
        """Write a message as a person."""
        message = self.put(chat, person, text, [], attachments or [])
        if chat.bot_hears:
            self._emit_message("message_created", chat, message)
        return message

    def edit_message(self, message: FakeMessage, text: str) -> None:
        """Let a person change their message."""
        chat = self.chats[message.chat_id]
        message.text, message.is_edited = text, True
        if chat.bot_hears:
            self._emit_message("message_edited", chat, message)

    def remove_message(self, message: FakeMessage, by: Person) -> None:
        """Let a person delete a message, perhaps the bot's."""
        chat = self.chats[message.chat_id]
        chat.messages.remove(message)
        if chat.bot_hears:
            event = {"update_type": "message_removed", "timestamp": self.clock.now_ms()}
            event |= {"message_id": message.mid, "chat_id": chat.chat_id, "user_id": by.user_id}
            self.journal.emit(event)

    def change_dialog(self, person: Person, kind: str) -> None:
        """Let a person clear, mute or unmute the dialog."""
        until = self.clock.now_ms() + 3_600_000 if kind == "dialog_muted" else None
        self._emit(kind, self.chat_of(person), person, muted_until=until, user_locale="ru")

    def press(self, message: FakeMessage, person: Person, payload: str) -> str:
        """Press a callback button; gives the callback's id."""
        chat, now = self.chats[message.chat_id], self.clock.now_ms()
        callback_id = f"f9LHodD0cOJ{self.number()}"
        self.callbacks[callback_id] = message
        wire = message_to_wire(message, chat, self.bot)
        if self.faults.callback_without_chat_id:
            del wire["recipient"]["chat_id"]
        pressed = {
            "timestamp": now,
            "callback_id": callback_id,
            "payload": payload,
            "user": person.to_wire(),
        }
        if chat.bot_hears:
            event = {"update_type": "message_callback", "timestamp": now}
            self.journal.emit(without_nulls({**event, "callback": pressed, "message": wire}))
        return callback_id

    def share_contact(self, person: Person) -> FakeMessage:
        """Send one's own contact, as the button does."""
        card = (
            f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{person.name}\r\n"
            f"TEL;TYPE=cell:{person.phone.removeprefix('+')}\r\nEND:VCARD\r\n"
        )
        payload = {
            "vcf_info": card,
            "hash": sign_contact(self.token, card),
            "max_info": without_nulls(person.to_wire()),
        }
        contact = {"type": "contact", "payload": payload}
        return self.say(self.chat_of(person), person, "", [contact])

    def bridge_contact(self, person: Person) -> dict[str, str]:
        """Answer `requestContact()` in the mini-app."""
        auth_date = str(self.clock.now_ms() // 1000)
        sign = sign_bridge_contact(self.token, auth_date, person.phone, person.user_id)
        return {"phone": person.phone, "authDate": auth_date, "hash": sign}

    def init_data(
        self, person: Person, start_param: str | None = None, chat: FakeChat | None = None
    ) -> str:
        """Sign launch data for a person."""
        user = {"id": person.user_id, "first_name": person.first_name, "language_code": "ru"}
        user |= {"last_name": person.last_name, "username": None, "photo_url": None}
        place = chat and {"id": chat.chat_id, "type": chat.kind.upper()}
        fields = {
            "query_id": f"4c0ab423-342b-4e45-aea4-{self.number():012d}",
            "auth_date": str(self.clock.now_ms() // 1000),
            "ip": "192.0.2.10",
            "user": user,
            "chat": place,
            "start_param": start_param,
        }
        return sign_init_data(self.token, fields)

    def deep_link(self, url: str) -> tuple[str, str] | None:
        """Split a link to our bot into `start` or `startapp` and its payload."""
        parts = urlsplit(url)
        if parts.hostname != "max.ru" or parts.path != f"/{self.bot.username}":
            return None
        query = parse_qs(parts.query, keep_blank_values=True)
        known = [name for name in ("startapp", "start") if name in query]
        return (known[0], query[known[0]][0]) if known else None

    def emit_unknown(self) -> None:
        """Send an event of a type that does not exist yet."""
        now = self.clock.now_ms()
        self.journal.emit({"update_type": "moon_phase_changed", "timestamp": now, "moon": {"n": 1}})

    def put(
        self,
        chat: FakeChat,
        sender: Person,
        text: str | None,
        markup: list[Json],
        attachments: list[Json],
    ) -> FakeMessage:
        """Store a message with ids of the observed shape."""
        now = self.clock.now_ms()
        seq = (now << 16) | (self.number() & 0xFFFF)
        mid = f"mid.{chat.chat_id % 2**64:016x}{seq:016x}"
        message = FakeMessage(mid, seq, chat.chat_id, sender, now, text, markup, attachments)
        chat.messages.append(message)
        return message

    def edit_limit_ms(self) -> int:
        """Give the window for editing a dialog's message without buttons."""
        window: str = LIMITS["edit_window"]["dialog_without_inline_keyboard"]
        return int(window.split(maxsplit=1)[0]) * 86_400_000

    def _emit_message(self, kind: str, chat: FakeChat, message: FakeMessage) -> None:
        wire = message_to_wire(message, chat, self.bot)
        event = {"update_type": kind, "timestamp": message.time_ms, "message": wire}
        self.journal.emit(without_nulls(event))

    def _emit_heard(self, kind: str, chat: FakeChat, person: Person, **more: object) -> None:
        if chat.bot_is_in and chat.bot_hears:
            self._emit(kind, chat, person, **more)

    def _emit(self, kind: str, chat: FakeChat, person: Person, **more: object) -> None:
        event = {
            "update_type": kind,
            "timestamp": self.clock.now_ms(),
            "chat_id": chat.chat_id,
            "user": person.to_wire(),
            "user_id": person.user_id,
            **more,
        }
        self.journal.emit(without_nulls(event))


def without_nulls(value: Any) -> Any:
    """Leave nulls out, as the wire does."""
    if isinstance(value, dict):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [without_nulls(item) for item in value]
    return value
