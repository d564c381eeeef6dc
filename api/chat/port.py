"""The port to a house's chat: what a messenger must do for the outbox, and how it may fail.

Adapters: `console.py` (prints), `max/` (the MAX messenger). A post never carries personal data.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Button:
    """A link under a post."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Post:
    """What stands in the chat: plain text and link buttons; `quiet` asks for no push."""

    text: str
    buttons: tuple[Button, ...] = ()
    quiet: bool = False


class ChatError(Exception):
    """A messenger did not do what was asked; the subclasses say whether to try again."""

    def __init__(self, code: str, detail: str = "") -> None:
        """Keep a stable code; the detail never holds a token."""
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code


class ChatRefusedError(ChatError):
    """The messenger said no for good: bot removed, no rights, bad content."""


class ChatBusyError(ChatError):
    """Nothing was done; try again after `retry_after` seconds."""

    def __init__(self, code: str, retry_after: int, detail: str = "") -> None:
        """Keep the wait in whole seconds."""
        super().__init__(code, detail)
        self.retry_after = retry_after


class ChatOutcomeUnknownError(ChatError):
    """The answer was lost: the post may stand or not. Reconcile, never resend blindly."""


class HouseChat(Protocol):
    """A messenger that carries a house's chat."""

    async def post(self, chat: str, post: Post) -> str:
        """Put a post into the chat and give its id."""
        ...

    async def edit(self, chat: str, post_id: str, post: Post) -> None:
        """Replace the post in place."""
        ...

    async def pin(self, chat: str, post_id: str) -> None:
        """Pin the post without a sound; doing it twice changes nothing."""
        ...

    async def find(self, chat: str, mark: str) -> str | None:
        """Look for one's own recent post that contains `mark`; None when it is not there."""
        ...
