"""What is known of each chat: may we speak there, what was refused last, where the bot was added.

    known ──► told ──► removed | refused | silent ──► told …

A refusal of access (bot removed, rights lost, token revoked) loses nothing: the chat's posts wait,
and are tried again every ten minutes or as soon as an event says that the bot is back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from api.chat.tables import chat_states
from api.desk import as_moment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.facts import Moment

ACCESS = ("max-forbidden", "max-not-found", "max-token-refused")
"""Refusals that are about the bot's place, not about the post."""
SHUT_OUT = ("max-forbidden", "max-token-refused")
"""Those of them that say so whatever was asked; a thing not found may be the message alone."""
TRY_AGAIN = timedelta(minutes=10)
TITLE_LENGTH = 300


@dataclass(frozen=True, slots=True)
class ChatState:
    """A chat as it is known.

    Attributes:
        state: added (the bot is in it), told (a post went through), removed, refused (no access),
            silent (a lost answer cannot be looked up).
        code: the messenger's last refusal, by the port's stable code.
        heard_ms: the messenger's own time of the last event that said so; older ones change nothing
    """

    chat: str
    state: str
    code: str = ""
    title: str = ""
    retry_at: Moment | None = None
    heard_ms: int = 0


class ChatStates:
    """The table of chats' states."""

    def __init__(self, engine: sa.Engine) -> None:
        """Work on the desk's database."""
        self._engine = engine

    def of(self, chat: str) -> ChatState | None:
        """Give what is known of a chat; None before anything is."""
        query = sa.select(chat_states).where(chat_states.c.chat == chat)
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        return _state(row) if row is not None else None

    def all(self) -> Sequence[ChatState]:
        """List all chats that are known."""
        with self._engine.connect() as connection:
            rows = connection.execute(sa.select(chat_states).order_by(chat_states.c.chat)).all()
        return [_state(row) for row in rows]

    def held_back(self, now: Moment) -> frozenset[str]:
        """List the chats where it is not yet time to try again."""
        with self._engine.connect() as connection:
            rows = connection.execute(
                sa.select(chat_states).where(chat_states.c.retry_at.is_not(None))
            ).all()
        states = [_state(row) for row in rows]
        return frozenset(s.chat for s in states if s.retry_at is not None and s.retry_at > now)

    def told(self, chat: str) -> None:
        """Note that a post went through."""
        known = self.of(chat)
        if known is None or known.state != "told":
            self._put(chat, state="told", code="", retry_at=None)

    def refused(self, chat: str, code: str, now: Moment) -> None:
        """Note that the messenger does not let us speak; it is tried again later."""
        known = self.of(chat)
        state = "removed" if known is not None and known.state == "removed" else "refused"
        self._put(chat, state=state, code=code, retry_at=now + TRY_AGAIN)

    def silent(self, chat: str, code: str, now: Moment) -> None:
        """Note that a lost answer cannot be looked up: a person has to give the right to read."""
        self._put(chat, state="silent", code=code, retry_at=now + TRY_AGAIN)

    def settled(self, chat: str) -> None:
        """Note that a person has looked: what could not be looked up holds the chat no more."""
        known = self.of(chat)
        if known is not None and known.state == "silent":
            self._put(chat, state="told", code="", retry_at=None)

    def heard(self, chat: str, state: str, at_ms: int, title: str = "") -> bool:
        """Note what an event says of the bot's place; False when a newer one said otherwise."""
        known = self.of(chat)
        if known is not None and known.heard_ms >= at_ms:
            return False
        more = {"title": title[:TITLE_LENGTH]} if title else {}
        self._put(chat, state=state, code="", retry_at=None, heard_ms=at_ms, **more)
        return True

    def named(self, chat: str, title: str) -> None:
        """Keep the title of a chat."""
        self._put(chat, title=title[:TITLE_LENGTH])

    def _put(self, chat: str, **values: object) -> None:
        here = chat_states.c.chat == chat
        with self._engine.begin() as connection:
            done = connection.execute(chat_states.update().where(here).values(values))
            if not done.rowcount:
                whole = {"chat": chat, "state": "added", "code": "", "title": "", "heard_ms": 0}
                connection.execute(chat_states.insert().values(whole | values))


def _state(row: sa.Row[tuple[object, ...]]) -> ChatState:
    retry = row.retry_at
    return ChatState(
        row.chat,
        row.state,
        row.code,
        row.title,
        as_moment(retry) if retry is not None else None,
        row.heard_ms,
    )
