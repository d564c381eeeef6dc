"""The living cards of all meetings: which to look at next, and edits within the messenger's limits.

1. a card is looked at when its time has come: at once after a change of stage, else every
   `card_every` while decisions are received and seldom when they are not;
2. those that matter most come first: a changed stage, then the last day, then open votings, then
   the rest; among equals the one that waited longest;
3. a card is edited only when its words change, and one that kept its stage not more often than
   every `card_every`;
4. an edit may be repeated without harm, so a lost answer is simply tried again later.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from api.chat.delivering import LONGEST_WAIT_S, SIDE_BY_SIDE
from api.chat.port import ChatBusyError, ChatOutcomeUnknownError, ChatRefusedError
from api.chat.states import ACCESS
from api.chat.tables import cards
from api.desk import as_moment

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from uuid import UUID

    from api.chat.card import Card
    from api.chat.port import HouseChat
    from api.chat.states import ChatStates
    from api.chat.store import PostStore
    from api.clock import Clock
    from domain.facts import Moment

URGENT, LAST_DAY, VOTING, RESTING = range(4)
A_ROUND = 150
GONE = "max-not-found"
WAIT_AFTER_REFUSAL = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at a meeting gave: its card, its place in the queue, when to look again.

    `look_at` is None when there is nothing left to say of the meeting.
    """

    card: Card
    rank: int
    look_at: Moment | None


@dataclass(frozen=True, slots=True)
class CardRow:
    """A card as it stands in the chat."""

    meeting: UUID
    chat: str
    mark: str
    shown: str
    rank: int
    edited_at: Moment | None
    state: str = "live"


class CardBook:
    """The table of cards and the work on it."""

    def __init__(
        self,
        engine: sa.Engine,
        store: PostStore,
        states: ChatStates,
        card_every: timedelta,
        look: Callable[[CardRow], Look],
    ) -> None:
        """Take how a meeting is looked at from outside: the simulation brings its own."""
        self._engine = engine
        self._store = store
        self._states = states
        self._every = card_every
        self._look = look

    def begin(
        self,
        connection: sa.Connection,
        meeting: UUID,
        house: UUID,
        chat: str,
        mark: str,
        now: Moment,
        shown: str,
    ) -> None:
        """Start to keep a card whose first form is on its way as a post."""
        connection.execute(cards.delete().where(cards.c.meeting == meeting))
        row = {"meeting": meeting, "house": house, "chat": chat, "mark": mark, "shown": shown}
        connection.execute(
            cards.insert().values(**row, state="live", rank=URGENT, look_at=now, edited_at=now)
        )

    def urge(self, connection: sa.Connection, meetings: Collection[UUID], now: Moment) -> None:
        """Ask for a look at meetings whose stage has changed, before all others."""
        live = (cards.c.meeting.in_(list(meetings)), cards.c.state != "done")
        connection.execute(cards.update().where(*live).values(rank=URGENT, look_at=now))

    def state(self, meeting: UUID) -> str | None:
        """Give the state of a meeting's card; None when it has none."""
        query = sa.select(cards.c.state).where(cards.c.meeting == meeting)
        with self._engine.connect() as connection:
            found: str | None = connection.execute(query).scalar()
            return found

    def due(self, now: Moment, held_back: Collection[str], most: int) -> Sequence[CardRow]:
        """Give the cards to look at now, those that matter most first."""
        query = (
            sa.select(cards)
            .where(
                cards.c.state.in_(("live", "lost")),
                cards.c.look_at <= now,
                cards.c.chat.not_in(list(held_back)),
            )
            .order_by(cards.c.rank, cards.c.look_at)
            .limit(most)
        )
        with self._engine.connect() as connection:
            return [_row(row) for row in connection.execute(query)]

    async def refresh(self, chat: HouseChat, clock: Clock) -> int:
        """Look at what is due and edit what has changed; gives how many cards were edited."""
        now = clock()
        rows = self.due(now, self._states.held_back(now), A_ROUND)
        places = asyncio.Semaphore(SIDE_BY_SIDE)

        async def in_turn(row: CardRow) -> bool:
            async with places:
                return await self._one(chat, row, clock)

        return sum(await asyncio.gather(*(in_turn(row) for row in rows)))

    async def _one(self, chat: HouseChat, row: CardRow, clock: Clock) -> bool:
        now = clock()
        look = self._look(row)
        state = row.state if look.look_at is not None else "done"
        again = look.look_at if look.look_at is not None else now
        if look.card.digest == row.shown or row.state == "lost":
            self._set(row, state=state, look_at=again, rank=look.rank)
            return False
        rested = row.edited_at is None or now - row.edited_at >= self._every
        post_id = self._store.post_id(row.mark)
        if not rested and row.rank != URGENT and row.edited_at is not None:
            self._set(row, look_at=row.edited_at + self._every, rank=look.rank)
            return False
        if post_id is None:
            self._set(row, look_at=now + timedelta(minutes=1))
            return False
        wait = await self._edit(chat, row, post_id, look, clock)
        if wait is not None:
            self._set(row, look_at=clock() + wait)
            return False
        done = clock()
        self._set(
            row,
            shown=look.card.digest,
            edited_at=done,
            state=state,
            look_at=max(again, done),
            rank=look.rank,
        )
        return True

    async def _edit(
        self, chat: HouseChat, row: CardRow, post_id: str, look: Look, clock: Clock
    ) -> timedelta | None:
        """Edit; gives how long to wait before the next try, or None when it is done."""
        try:
            await chat.edit(row.chat, post_id, look.card.post)
        except ChatBusyError as busy:
            return timedelta(seconds=min(busy.retry_after, LONGEST_WAIT_S))
        except ChatOutcomeUnknownError:
            return timedelta(seconds=30)
        except ChatRefusedError as refused:
            if refused.code == GONE:
                # Somebody removed the card: it is not forced upon the chat again.
                self._set(row, state="lost")
            elif refused.code in ACCESS:
                self._states.refused(row.chat, refused.code, clock())
            return WAIT_AFTER_REFUSAL if refused.code not in ACCESS else timedelta()
        return None

    def _set(self, row: CardRow, **values: Any) -> None:
        with self._engine.begin() as connection:
            here = cards.c.meeting == row.meeting
            connection.execute(cards.update().where(here).values(values))


def _row(row: sa.Row[Any]) -> CardRow:
    edited = row.edited_at
    return CardRow(
        row.meeting,
        row.chat,
        row.mark,
        row.shown,
        row.rank,
        as_moment(edited) if edited is not None else None,
        row.state,
    )
