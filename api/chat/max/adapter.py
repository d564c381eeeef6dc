"""The house chat's port carried out by MAX.

1. posts are html with everything escaped, one link button a row, no link preview;
2. 400, 401, 403, 404 and `success: false` are refusals: trying again changes nothing by itself;
3. 429, 503 and a failed connection are "busy": nothing was done;
4. a lost answer or a server fault while posting is "outcome unknown"; while editing or looking it
   is "busy", because both may be repeated without harm;
5. a pin that is refused to a bot that is in the chat is a refusal of its own: posts go on;
6. `find` reads the chat back as far as `recent`; where it may not read, the outcome stays unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from api.chat.max.client import MaxClient
from api.chat.max.content import LinkButton, NewMessage, keyboard, plain_to_html
from api.chat.max.errors import (
    MaxAnswerLostError,
    MaxApiError,
    MaxContentError,
    MaxError,
    MaxForbiddenError,
    MaxNotFoundError,
    MaxNotReadyError,
    MaxRateLimitedError,
    MaxServerError,
    MaxTokenError,
    MaxUnavailableError,
    MaxUnreachableError,
)
from api.chat.max.models import Message
from api.chat.port import (
    ChatBusyError,
    ChatError,
    ChatOutcomeUnknownError,
    ChatRefusedError,
    HouseChat,
    Post,
)

PAGE = 100
MOST_PAGES = 50
WAIT_AFTER_LIMIT_S = 2
WAIT_AFTER_FAULT_S = 30

_REFUSALS: tuple[tuple[type[MaxError], str], ...] = (
    (MaxTokenError, "max-token-refused"),
    (MaxForbiddenError, "max-forbidden"),
    (MaxNotFoundError, "max-not-found"),
    (MaxContentError, "max-bad-content"),
)
_BUSY: tuple[tuple[type[MaxError], str, int], ...] = (
    (MaxRateLimitedError, "max-rate-limited", WAIT_AFTER_LIMIT_S),
    (MaxNotReadyError, "max-file-not-ready", WAIT_AFTER_LIMIT_S),
    (MaxUnavailableError, "max-unavailable", WAIT_AFTER_FAULT_S),
    (MaxUnreachableError, "max-unreachable", WAIT_AFTER_FAULT_S),
)
_UNCLEAR = (MaxAnswerLostError, MaxServerError)


class MaxHouseChat:
    """A bot that carries houses' chats; a chat is named by its MAX `chat_id` in decimal."""

    def __init__(
        self,
        client: MaxClient,
        now: Callable[[], datetime],
        recent: timedelta = timedelta(days=3),
    ) -> None:
        """Take the clock from outside; `recent` is how far back `find` looks."""
        self._client = client
        self._now = now
        self._recent = recent
        self._bot_id: int | None = None

    async def post(self, chat: str, post: Post) -> str:
        """Put a post into the chat and give its id."""
        with _as_port_errors(repeatable=False):
            return (await self._client.send_to_chat(_chat_id(chat), to_message(post))).body.mid

    async def edit(self, chat: str, post_id: str, post: Post) -> None:
        """Replace the post in place; buttons that are no longer there are removed."""
        with _as_port_errors(repeatable=True):
            await self._client.edit(post_id, to_message(post), _chat_id(chat))

    async def pin(self, chat: str, post_id: str) -> None:
        """Pin the post without a sound; needs the rights to read and to pin."""
        with _as_port_errors(repeatable=True):
            chat_id = _chat_id(chat)
            try:
                await self._client.pin(chat_id, post_id, notify=False)
            except MaxForbiddenError:
                # Raises what the port calls a refusal when the bot is no longer in the chat.
                await self._client.membership(chat_id)
            else:
                return
        raise ChatRefusedError("max-may-not-pin", "read_all_messages and pin_message are needed")

    async def find(self, chat: str, mark: str) -> str | None:
        """Look for one's own recent post with `mark` in its text or in an address under it."""
        with _as_port_errors(repeatable=True):
            chat_id = _chat_id(chat)
            try:
                return await self._search(chat_id, mark)
            except MaxForbiddenError:
                # Raises what the port calls a refusal when the bot is no longer in the chat.
                await self._client.membership(chat_id)
        raise ChatOutcomeUnknownError("max-may-not-read", "the bot is not an administrator")

    async def _search(self, chat_id: int, mark: str) -> str | None:
        if self._bot_id is None:
            self._bot_id = (await self._client.me()).user_id
        after = int((self._now() - self._recent).timestamp()) * 1000
        before: int | None = None
        seen: set[str] = set()
        for _ in range(MOST_PAGES):
            page = await self._client.messages(chat_id, after=after, before=before, count=PAGE)
            fresh = [message for message in page if message.body.mid not in seen]
            for message in fresh:
                if self._is_own(message) and _contains(message, mark):
                    return message.body.mid
            if not fresh or len(page) < PAGE:
                return None
            seen.update(message.body.mid for message in fresh)
            # One more millisecond: whether `before` includes its moment is not documented.
            before = min(message.timestamp for message in fresh) + 1
        raise ChatOutcomeUnknownError("max-too-many-messages", f"looked at {len(seen)}")

    def _is_own(self, message: Message) -> bool:
        return message.sender is None or message.sender.user_id == self._bot_id


def to_message(post: Post) -> NewMessage:
    """Give the post in the messenger's form."""
    rows = tuple((LinkButton(button.text, button.url),) for button in post.buttons)
    return NewMessage(
        text=plain_to_html(post.text),
        attachments=(keyboard(rows),) if rows else (),
        notify=not post.quiet,
    )


def _chat_id(chat: str) -> int:
    digits = chat.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 20):
        raise ChatRefusedError("max-chat-id", "a decimal chat_id is needed")
    return int(chat)


def _contains(message: Message, mark: str) -> bool:
    body = message.body
    places = [body.text or "", *(run.url or "" for run in body.markup)]
    for attachment in body.attachments:
        if attachment.type == "inline_keyboard":
            places.extend(_button_addresses(attachment.payload.get("buttons")))
    return any(mark in place for place in places)


def _button_addresses(rows: object) -> Iterator[str]:
    for row in rows if isinstance(rows, list) else ():
        for button in row if isinstance(row, list) else ():
            address = button.get("url") if isinstance(button, dict) else None
            if isinstance(address, str):
                yield address


@contextmanager
def _as_port_errors(*, repeatable: bool) -> Iterator[None]:
    try:
        yield
    except MaxError as error:
        raise to_port_error(error, repeatable=repeatable) from error


def to_port_error(error: MaxError, *, repeatable: bool) -> ChatError:
    """Say in the port's words whether to try again; `repeatable` = a second time does no harm."""
    detail = str(error)
    for kind, code, usual_wait in _BUSY:
        if isinstance(error, kind):
            named = error.wait if isinstance(error, MaxApiError) else None
            return ChatBusyError(code, max(1, usual_wait if named is None else named), detail)
    if isinstance(error, _UNCLEAR):
        if repeatable:
            return ChatBusyError("max-answer-lost", WAIT_AFTER_FAULT_S, detail)
        return ChatOutcomeUnknownError("max-answer-lost", detail)
    for kind, code in _REFUSALS:
        if isinstance(error, kind):
            return ChatRefusedError(code, detail)
    return ChatRefusedError("max-declined", detail)


def as_house_chat(adapter: MaxHouseChat) -> HouseChat:
    """Show the adapter as the port: the type checker holds the one to the other here."""
    return adapter
