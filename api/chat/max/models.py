"""What the MAX Bot API sends us: tolerant models of the objects we read.

Unknown keys are ignored and a null is the same as an absent key: both arrive on the wire. Ids and
`seq` are exact 64-bit integers (`seq` is over 2^53: give it to a browser as text only).
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

Int64 = Annotated[int, Field(strict=True, ge=-(2**63), lt=2**63)]
JsonObject = dict[str, JsonValue]


class MaxModel(BaseModel):
    """The common behaviour: frozen, extras ignored, nulls dropped."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _null_is_absent(cls, data: object) -> object:
        if isinstance(data, dict):
            return {key: value for key, value in data.items() if value is not None}
        return data


class User(MaxModel):
    """A person or a bot."""

    user_id: Int64
    first_name: str
    last_name: str | None = None
    username: str | None = None
    is_bot: bool


class BotCommand(MaxModel):
    """A hint in the dialog's menu."""

    name: str = Field(min_length=1, max_length=64)
    description: str | None = Field(default=None, min_length=1, max_length=128)


class BotInfo(User):
    """Ourselves."""

    commands: tuple[BotCommand, ...] = ()


class BotCommands(MaxModel):
    """The commands after a change."""

    commands: tuple[BotCommand, ...] = ()


class ChatMember(User):
    """A member with rights; `permissions` is filled for administrators."""

    is_owner: bool
    is_admin: bool
    join_time: Int64
    permissions: tuple[str, ...] = ()


class ChatMembers(MaxModel):
    """A page of members."""

    members: tuple[ChatMember, ...]
    marker: Int64 | None = None


class Recipient(MaxModel):
    """Where a message stands; `chat_id` may be absent in a dialog's callback."""

    chat_type: str
    chat_id: Int64 | None = None
    user_id: Int64 | None = None


class Markup(MaxModel):
    """A styled run; offsets are in UTF-16 units."""

    type: str
    start: Int64 = Field(alias="from")
    length: Int64
    url: str | None = None


class Attachment(MaxModel):
    """Any attachment: the type and its payload as it came."""

    type: str
    payload: JsonObject = {}
    filename: str | None = None
    size: Int64 | None = None


class MessageBody(MaxModel):
    """The content; a photo or a file has no text."""

    mid: str
    seq: Int64
    text: str | None = None
    attachments: tuple[Attachment, ...] = ()
    markup: tuple[Markup, ...] = ()


class LinkedMessage(MaxModel):
    """A reply or a forward; `chat_id` is 0 when the source is hidden from us."""

    type: str
    chat_id: Int64 | None = None
    sender: User | None = None


class Message(MaxModel):
    """A message; channel posts have no sender."""

    recipient: Recipient
    timestamp: Int64
    body: MessageBody
    sender: User | None = None
    link: LinkedMessage | None = None


class SentMessage(MaxModel):
    """The answer to sending."""

    message: Message


class MessageList(MaxModel):
    """Messages, newest first."""

    messages: tuple[Message, ...]


class PinnedMessage(MaxModel):
    """The pinned message, if there is one."""

    message: Message | None = None


class Chat(MaxModel):
    """A dialog, a group or a channel."""

    chat_id: Int64
    type: str
    status: str
    participants_count: Int64
    title: str | None = None
    link: str | None = None
    owner_id: Int64 | None = None
    pinned_message: Message | None = None


class Done(MaxModel):
    """A bare success; `success: false` never gets here, the transport raises it."""

    success: bool


class UploadEndpoint(MaxModel):
    """Where the bytes go; the token comes here for video and audio only."""

    url: str
    token: str | None = None


class Subscription(MaxModel):
    """A webhook as the server knows it."""

    url: str
    time: Int64
    update_types: tuple[str, ...] = ()


class Subscriptions(MaxModel):
    """All webhooks of the bot; an empty list is a reason to subscribe again."""

    subscriptions: tuple[Subscription, ...]


class UpdatePage(MaxModel):
    """A batch of long polling; the updates are raw and parsed one by one."""

    updates: tuple[JsonObject, ...]
    marker: Int64 | None = None
