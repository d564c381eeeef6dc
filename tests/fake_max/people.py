"""Who and what lives in the fake: people, chats, messages, uploaded files."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
ALL_RIGHTS = frozenset({"read_all_messages", "write", "pin_message"})


@dataclass
class Person:
    """A person or the bot."""

    user_id: int
    first_name: str
    last_name: str = ""
    username: str | None = None
    phone: str = ""
    is_bot: bool = False

    @property
    def name(self) -> str:
        """Give both names."""
        return f"{self.first_name} {self.last_name}".strip()

    def to_wire(self) -> Json:
        """Give the observed shape, with the retired `name`."""
        return {
            "user_id": self.user_id,
            "first_name": self.first_name,
            "last_name": self.last_name or None,
            "username": self.username,
            "is_bot": self.is_bot,
            "name": self.name,
        }


@dataclass
class FakeMessage:
    """A message as it stands."""

    mid: str
    seq: int
    chat_id: int
    sender: Person
    time_ms: int
    text: str | None = None
    markup: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    link: Json | None = None
    is_edited: bool = False
    notified: bool = True

    @property
    def has_keyboard(self) -> bool:
        """Tell whether there are buttons under it."""
        return any(item["type"] == "inline_keyboard" for item in self.attachments)


@dataclass
class FakeChat:
    """A group (negative id) or a dialog (positive id) with `person`."""

    chat_id: int
    title: str = ""
    person: Person | None = None
    is_suspended: bool = False
    members: dict[int, Person] = field(default_factory=dict)
    owner: Person | None = None
    bot_is_in: bool = False
    bot_rights: frozenset[str] | None = None
    joined_ms: int = 0
    messages: list[FakeMessage] = field(default_factory=list)
    pinned: str | None = None
    pins: list[tuple[str, bool]] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """Name the type as the API does."""
        return "chat" if self.person is None else "dialog"

    @property
    def bot_hears(self) -> bool:
        """Tell whether the bot gets more than being added and removed."""
        return self.person is not None or "read_all_messages" in (self.bot_rights or ())

    def recipient(self, bot: Person, sender: Person) -> Json:
        """Give the recipient of a message."""
        whom = None
        if self.person is not None:
            whom = self.person.user_id if sender.is_bot else bot.user_id
        return {"chat_id": self.chat_id, "chat_type": self.kind, "user_id": whom}

    def find(self, mid: str) -> FakeMessage | None:
        """Find a message."""
        return next((row for row in self.messages if row.mid == mid), None)


@dataclass
class Upload:
    """A file in the making."""

    number: int
    kind: str
    token: str
    filename: str = ""
    content: bytes = b""
    not_ready: int = 0
    is_filled: bool = False


def message_to_wire(message: FakeMessage, chat: FakeChat, bot: Person) -> Json:
    """Give a message in the observed shape."""
    return {
        "sender": message.sender.to_wire(),
        "recipient": chat.recipient(bot, message.sender),
        "timestamp": message.time_ms,
        "link": message.link,
        "body": {
            "mid": message.mid,
            "seq": message.seq,
            "text": message.text,
            "attachments": message.attachments or None,
            "markup": message.markup or None,
        },
    }
