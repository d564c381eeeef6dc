"""The calls of the MAX Bot API that we use, one method each; nothing is remembered between them.

Nothing is repeated here but `attachment.not.ready`, where the server says it did nothing: whether
and when to try again is the outbox's business. `chat_id` in edits, deletions and answers only
tells whose limit the call counts against.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from types import TracebackType
from typing import Self, TypeVar

from api.chat.max.content import NewMessage
from api.chat.max.errors import MaxContentError, MaxNotReadyError
from api.chat.max.limits import Pacer
from api.chat.max.models import (
    BotCommand,
    BotCommands,
    BotInfo,
    Chat,
    ChatMember,
    ChatMembers,
    Done,
    JsonObject,
    MaxModel,
    Message,
    MessageList,
    PinnedMessage,
    SentMessage,
    Subscription,
    Subscriptions,
    UpdatePage,
)
from api.chat.max.transport import Call, MaxSettings, MaxTransport
from api.chat.max.uploads import UploadKind, upload

_Model = TypeVar("_Model", bound=MaxModel)
_MESSAGE_ID = re.compile(r"(mid\.)?[A-Za-z0-9_-]{1,128}")
_SECRET = re.compile(r"[A-Za-z0-9-]{5,256}")


class MaxClient:
    """A bot's connection; use it as an async context manager or close it."""

    def __init__(self, settings: MaxSettings, pacer: Pacer | None = None) -> None:
        """Take the settings; the pacer is shared when several clients use one token."""
        self._transport = MaxTransport(settings, pacer)

    async def __aenter__(self) -> Self:
        """Enter."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        """Close the connections."""
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._transport.aclose()

    async def me(self) -> BotInfo:
        """Tell who we are: the check at start."""
        return await self._transport.call(Call("GET", "/me"), BotInfo)

    async def set_commands(self, commands: Sequence[BotCommand]) -> BotCommands:
        """Replace the hints in the menu; an empty list clears them."""
        rows: JsonObject = {"commands": [c.model_dump(exclude_none=True) for c in commands]}
        return await self._transport.call(Call("PATCH", "/me/commands", body=rows), BotCommands)

    async def send_to_chat(self, chat_id: int, message: NewMessage) -> Message:
        """Post into a chat; not idempotent, a lost answer must be reconciled."""
        return await self._send("chat_id", chat_id, message)

    async def send_to_user(self, user_id: int, message: NewMessage) -> Message:
        """Write to a person who has opened a dialog with the bot."""
        return await self._send("user_id", user_id, message)

    async def _send(self, whom: str, number: int, message: NewMessage) -> Message:
        query = {whom: str(number), "disable_link_preview": "true"}
        pace = str(number) if whom == "chat_id" else f"user {number}"
        call = Call("POST", "/messages", query, message.to_wire(), pace)
        return (await self._patiently(call, SentMessage)).message

    async def edit(self, message_id: str, message: NewMessage, chat_id: int) -> None:
        """Replace one's own message in place; repeating it does no harm."""
        query = {"message_id": _checked(message_id)}
        call = Call("PUT", "/messages", query, message.to_wire(), str(chat_id))
        await self._patiently(call, Done)

    async def delete(self, message_id: str, chat_id: int) -> None:
        """Remove a message; in a group the bot must be an administrator with `write`."""
        query = {"message_id": _checked(message_id)}
        await self._transport.call(Call("DELETE", "/messages", query, None, str(chat_id)), Done)

    async def message(self, message_id: str) -> Message:
        """Read one message."""
        return await self._transport.call(Call("GET", f"/messages/{_checked(message_id)}"), Message)

    async def messages(
        self, chat_id: int, *, after: int | None = None, before: int | None = None, count: int = 100
    ) -> tuple[Message, ...]:
        """Read a chat, newest first; the bot must be an administrator. Times in milliseconds."""
        query = _query(chat_id=chat_id, after=after, before=before, count=count)
        return (await self._transport.call(Call("GET", "/messages", query), MessageList)).messages

    async def answer(
        self,
        callback_id: str,
        *,
        chat_id: int | None = None,
        message: NewMessage | None = None,
        notification: str | None = None,
    ) -> None:
        """Answer a pressed button: replace its message, show a short note, or both."""
        body: JsonObject = {}
        if message is not None:
            body["message"] = message.to_wire()
        if notification is not None:
            body["notification"] = notification
        pace = None if chat_id is None else str(chat_id)
        call = Call("POST", "/answers", {"callback_id": callback_id}, body, pace)
        await self._patiently(call, Done)

    async def pinned(self, chat_id: int) -> Message | None:
        """Read the pinned message; the bot must be an administrator."""
        call = Call("GET", f"/chats/{chat_id}/pin")
        return (await self._transport.call(call, PinnedMessage)).message

    async def pin(self, chat_id: int, message_id: str, *, notify: bool = False) -> None:
        """Pin a message; needs `read_all_messages` and `pin_message`."""
        body: JsonObject = {"message_id": message_id, "notify": notify}
        await self._transport.call(Call("PUT", f"/chats/{chat_id}/pin", body=body), Done)

    async def unpin(self, chat_id: int) -> None:
        """Unpin what is pinned."""
        await self._transport.call(Call("DELETE", f"/chats/{chat_id}/pin"), Done)

    async def chat(self, chat_id: int) -> Chat:
        """Read a chat the bot is a member of."""
        return await self._transport.call(Call("GET", f"/chats/{chat_id}"), Chat)

    async def membership(self, chat_id: int) -> ChatMember:
        """Read the bot's own rights in a chat."""
        return await self._transport.call(Call("GET", f"/chats/{chat_id}/members/me"), ChatMember)

    async def leave(self, chat_id: int) -> None:
        """Leave a chat."""
        await self._transport.call(Call("DELETE", f"/chats/{chat_id}/members/me"), Done)

    async def admins(self, chat_id: int) -> tuple[ChatMember, ...]:
        """List the administrators; the bot must be one."""
        call = Call("GET", f"/chats/{chat_id}/members/admins")
        return (await self._transport.call(call, ChatMembers)).members

    async def members(
        self, chat_id: int, *, marker: int | None = None, count: int = 100
    ) -> ChatMembers:
        """Read a page of members; the bot must be an administrator. There are no phones in it."""
        query = _query(marker=marker, count=count)
        return await self._transport.call(
            Call("GET", f"/chats/{chat_id}/members", query), ChatMembers
        )

    async def upload(self, kind: UploadKind, filename: str, content: bytes) -> JsonObject:
        """Upload a file and give the attachment for a message."""
        return await upload(self._transport, kind, filename, content)

    async def subscriptions(self) -> tuple[Subscription, ...]:
        """List the webhooks; ask often, the server drops them without a word."""
        call = Call("GET", "/subscriptions")
        return (await self._transport.call(call, Subscriptions)).subscriptions

    async def subscribe(self, url: str, secret: str, update_types: Sequence[str] = ()) -> None:
        """Set a webhook; the secret comes back with every event."""
        if not _SECRET.fullmatch(secret):
            raise MaxContentError("webhook.secret", "5..256 of A-Za-z0-9 and '-'")
        body: JsonObject = {"url": url, "secret": secret}
        if update_types:
            body["update_types"] = list(update_types)
        await self._transport.call(Call("POST", "/subscriptions", body=body), Done)

    async def unsubscribe(self, url: str) -> None:
        """Remove a webhook."""
        await self._transport.call(Call("DELETE", "/subscriptions", {"url": url}), Done)

    async def updates(
        self, marker: int | None, *, timeout_s: int = 30, limit: int = 100
    ) -> UpdatePage:
        """Poll for events, for development only. Keep the old marker when none comes back."""
        query = _query(marker=marker, timeout=timeout_s, limit=limit)
        return await self._transport.call(
            Call("GET", "/updates", query, holds_s=timeout_s), UpdatePage
        )

    async def _patiently(self, call: Call, model: type[_Model]) -> _Model:
        for pause in self._transport.settings.not_ready_pauses:
            try:
                return await self._transport.call(call, model)
            except MaxNotReadyError:
                await self._transport.pacer.sleep(pause)
        return await self._transport.call(call, model)


def _query(**values: int | None) -> dict[str, str]:
    return {name: str(value) for name, value in values.items() if value is not None}


def _checked(message_id: str) -> str:
    if not _MESSAGE_ID.fullmatch(message_id):
        raise MaxContentError("message.id", "not an id of the messenger")
    return message_id
