"""Pins of the living cards: each card is pinned once, without a sound, when it has been posted.

1. a card is pinned again only when another post has taken its place: who unpins it is obeyed;
2. without the right to pin everything else goes on; the operator sees it, and it is tried again
   when the messenger says that the bot's rights have changed, or after a day;
3. a pin may be repeated without harm, so a lost answer is simply tried again.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from api.chat.delivering import LONGEST_WAIT_S, SIDE_BY_SIDE
from api.chat.port import ChatBusyError, ChatOutcomeUnknownError, ChatRefusedError
from api.chat.states import SHUT_OUT
from api.chat.tables import cards, chat_states, pins
from api.desk import posts

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from uuid import UUID

    from api.chat.port import HouseChat
    from api.chat.states import ChatStates
    from api.clock import Clock
    from domain.facts import Moment

PINNED, REFUSED, WAITING = "pinned", "refused", "waiting"
A_ROUND = 50
TRY_AGAIN = timedelta(days=1)
LOST_ANSWER_S = 30


@dataclass(frozen=True, slots=True)
class Unpinned:
    """A card that stands in its chat and is not pinned yet."""

    meeting: UUID
    chat: str
    post_id: str
    heard_ms: int


@dataclass(frozen=True, slots=True)
class PinState:
    """What became of the last pin in a chat, and why it was refused."""

    state: str
    code: str


class PinBook:
    """The table of pins and the work on it."""

    def __init__(self, engine: sa.Engine, states: ChatStates) -> None:
        """Work on the desk's database."""
        self._engine = engine
        self._states = states

    async def pin_new(self, chat: HouseChat, clock: Clock) -> int:
        """Pin the cards that are new in their chats; gives how many were pinned."""
        now = clock()
        waiting = self.unpinned(now, self._states.held_back(now))
        places = asyncio.Semaphore(SIDE_BY_SIDE)

        async def in_turn(card: Unpinned) -> bool:
            async with places:
                return await self._one(chat, card, clock)

        return sum(await asyncio.gather(*map(in_turn, waiting)))

    def of(self, chat: str) -> PinState | None:
        """Give what became of the last pin in a chat; None before there was any."""
        query = (
            sa.select(pins.c.state, pins.c.code)
            .where(pins.c.chat == chat)
            .order_by(pins.c.tried_at.desc())
        )
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        return PinState(row.state, row.code) if row is not None else None

    def unpinned(self, now: Moment, held_back: Collection[str]) -> Sequence[Unpinned]:
        """List the cards to pin now."""
        known_ms = sa.func.coalesce(chat_states.c.heard_ms, 0)
        another = sa.or_(
            pins.c.meeting.is_(None), pins.c.post_id != posts.c.post_id, pins.c.chat != cards.c.chat
        )
        again = sa.and_(
            pins.c.state != PINNED, sa.or_(pins.c.retry_at <= now, known_ms > pins.c.heard_ms)
        )
        query = (
            sa.select(cards.c.meeting, cards.c.chat, posts.c.post_id, known_ms.label("heard_ms"))
            .join(posts, posts.c.mark == cards.c.mark)
            .outerjoin(pins, pins.c.meeting == cards.c.meeting)
            .outerjoin(chat_states, chat_states.c.chat == cards.c.chat)
            .where(
                cards.c.state == "live",
                cards.c.chat.not_in(list(held_back)),
                posts.c.state == "sent",
                posts.c.post_id.is_not(None),
                sa.or_(another, again),
            )
            .limit(A_ROUND)
        )
        with self._engine.connect() as connection:
            rows = connection.execute(query)
            return [Unpinned(row.meeting, row.chat, row.post_id, row.heard_ms) for row in rows]

    async def _one(self, chat: HouseChat, card: Unpinned, clock: Clock) -> bool:
        try:
            await chat.pin(card.chat, card.post_id)
        except ChatBusyError as busy:
            wait = timedelta(seconds=min(busy.retry_after, LONGEST_WAIT_S))
            self._note(card, clock(), state=WAITING, code=busy.code, wait=wait)
        except ChatOutcomeUnknownError as lost:
            wait = timedelta(seconds=LOST_ANSWER_S)
            self._note(card, clock(), state=WAITING, code=lost.code, wait=wait)
        except ChatRefusedError as refused:
            if refused.code in SHUT_OUT:
                self._states.refused(card.chat, refused.code, clock())
            else:
                self._note(card, clock(), state=REFUSED, code=refused.code, wait=TRY_AGAIN)
        else:
            self._note(card, clock(), state=PINNED)
            return True
        return False

    def _note(
        self,
        card: Unpinned,
        now: Moment,
        *,
        state: str,
        code: str = "",
        wait: timedelta | None = None,
    ) -> None:
        values: dict[str, Any] = {
            "chat": card.chat,
            "post_id": card.post_id,
            "state": state,
            "code": code,
            "heard_ms": card.heard_ms,
            "tried_at": now,
            "retry_at": now + wait if wait is not None else None,
        }
        here = pins.c.meeting == card.meeting
        with self._engine.begin() as connection:
            if not connection.execute(pins.update().where(here).values(values)).rowcount:
                connection.execute(pins.insert().values(values | {"meeting": card.meeting}))
