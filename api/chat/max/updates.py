"""Events from MAX: one model per type we act on, the rest kept raw so that nothing is lost.

Updates have no id, come more than once and in any order: `dedupe_key` gives what to remember.
"""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError

from api.chat.max.models import Int64, JsonObject, MaxModel, Message, User

LONGEST_BODY = 1_048_576


class MalformedUpdateError(Exception):
    """A body that is no update; says where, never what stood there."""

    def __init__(self, code: str, where: str = "") -> None:
        """Keep a stable code and the place."""
        super().__init__(f"{code}: {where}" if where else code)
        self.code = code
        self.where = where


class _Update(MaxModel):
    timestamp: Int64


class MessageCreated(_Update):
    """A message was written, or a contact was sent."""

    update_type: Literal["message_created"]
    message: Message


class MessageEdited(_Update):
    """A message was changed."""

    update_type: Literal["message_edited"]
    message: Message


class MessageRemoved(_Update):
    """A message was deleted, perhaps ours."""

    update_type: Literal["message_removed"]
    message_id: str
    chat_id: Int64
    user_id: Int64


class Callback(MaxModel):
    """A press of a callback button."""

    timestamp: Int64
    callback_id: str
    user: User
    payload: str = ""


class MessageCallback(_Update):
    """A button was pressed; the message may be gone and its `chat_id` absent."""

    update_type: Literal["message_callback"]
    callback: Callback
    message: Message | None = None


class BotMembership(_Update):
    """The bot was put into a chat or taken out: the only way to learn a `chat_id`."""

    update_type: Literal["bot_added", "bot_removed"]
    chat_id: Int64
    user: User
    is_channel: bool = False


class BotStarted(_Update):
    """A dialog was opened; a longer payload than 128 is dropped on the way."""

    update_type: Literal["bot_started"]
    chat_id: Int64
    user: User
    payload: str | None = None


class DialogChanged(_Update):
    """A dialog was stopped, cleared, removed, muted or unmuted."""

    update_type: Literal[
        "bot_stopped", "dialog_cleared", "dialog_removed", "dialog_muted", "dialog_unmuted"
    ]
    chat_id: Int64
    user: User


class MembersChanged(_Update):
    """Someone joined or left."""

    update_type: Literal["user_added", "user_removed"]
    chat_id: Int64
    user: User


class ChatTitleChanged(_Update):
    """A chat was renamed."""

    update_type: Literal["chat_title_changed"]
    chat_id: Int64
    user: User
    title: str


class BotRightsChanged(_Update):
    """The bot's rights in a chat changed; `user_id` is who changed them."""

    update_type: Literal["bot_admin_permissions_changed"]
    chat_id: Int64
    user_id: Int64
    is_admin: bool
    permissions: tuple[str, ...] = ()


class UnknownUpdate(_Update):
    """A type we do not act on (comments, or one added later)."""

    update_type: str
    raw: JsonObject


KnownUpdate = Annotated[
    MessageCreated
    | MessageEdited
    | MessageRemoved
    | MessageCallback
    | BotMembership
    | BotStarted
    | DialogChanged
    | MembersChanged
    | ChatTitleChanged
    | BotRightsChanged,
    Field(discriminator="update_type"),
]
Update = KnownUpdate | UnknownUpdate

_KNOWN: TypeAdapter[KnownUpdate] = TypeAdapter(KnownUpdate)
_UNKNOWN_TAG = "union_tag_invalid"


def parse_update(body: bytes) -> Update:
    """Read one update from a webhook's body; MalformedUpdateError if it is none."""
    if len(body) > LONGEST_BODY:
        raise MalformedUpdateError("update-too-long", "body")
    try:
        raw = json.loads(body)
    except (ValueError, RecursionError):
        raise MalformedUpdateError("update-not-json", "body") from None
    if not isinstance(raw, dict):
        raise MalformedUpdateError("update-not-an-object", "body")
    return read_update(raw)


def read_update(raw: JsonObject) -> Update:
    """Read one update from a long-polling batch."""
    try:
        return _KNOWN.validate_python(raw)
    except ValidationError as wrong:
        faults = wrong.errors(include_input=False, include_context=False)
    try:
        if [fault["type"] for fault in faults] == [_UNKNOWN_TAG]:
            return UnknownUpdate.model_validate({**raw, "raw": raw})
    except ValidationError as wrong:
        faults = wrong.errors(include_input=False, include_context=False)
    place = ".".join(map(str, faults[0]["loc"])) or "update_type"
    raise MalformedUpdateError("update-wrong-shape", place)


def dedupe_key(update: Update) -> str:
    """Give the key under which a repeated delivery is the same event."""
    match update:
        case MessageCreated() | MessageEdited():
            parts: list[str | int] = [update.message.body.mid, update.timestamp]
        case MessageCallback():
            parts = [update.callback.callback_id, update.callback.timestamp]
        case MessageRemoved():
            parts = [update.message_id]
        case BotRightsChanged():
            parts = [update.chat_id, update.user_id, update.timestamp]
        case UnknownUpdate():
            text = json.dumps(update.raw, sort_keys=True, ensure_ascii=True)
            parts = [hashlib.sha256(text.encode()).hexdigest()]
        case _:
            parts = [update.chat_id, update.user.user_id, update.timestamp]
    return json.dumps([update.update_type, *parts], separators=(",", ":"))
