"""The outbox: follows the log, words posts and cards, and has each told exactly once.

1. `collect` puts posts and the new position into the desk in one transaction: no fact is lost or
   told twice, wherever the process dies;
2. `deliver` carries them to the messenger, see `delivering.py`;
3. `refresh` pins and keeps the living cards, see `pins.py`, and says what the clock makes due, see
   `cards.py`.

Other parts of the api have their facts told by `OTHER`: a type of fact and how it is worded.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from api import desk as tables
from api.chat.card import card_mark, card_of
from api.chat.cards import CardBook
from api.chat.delivering import Deliverer
from api.chat.looking import Looker
from api.chat.options import ChatOptions
from api.chat.pins import PinBook
from api.chat.posts import TOLD, as_post, mark_of, post_of, proof_address
from api.chat.standing import standing_of
from api.chat.states import ChatStates
from api.chat.store import Planned, PostStore
from domain.count import Count
from domain.facts import CountId, HouseId, MeetingId
from domain.meeting import called_of
from domain.records import from_record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.chat.port import HouseChat, Post
    from api.clock import Clock
    from api.services import Services
    from domain.events import Recorded

POSITION = "outbox"
BATCH = 100
NONE_YET = 0


@dataclass(frozen=True, slots=True)
class Told:
    """A fact in words: `edits` is the mark of an earlier post to replace in place."""

    post: Post
    edits: str = ""


Wording = Callable[["Services", "Recorded", str], Told | None]
"""Words a recorded fact; the third argument is the mark that must stand in the post."""

OTHER: dict[str, Wording] = {}
"""Wordings of facts that are of no meeting, by the fact's type."""


class Outbox:
    """The posts of one installation."""

    def __init__(self, services: Services, options: ChatOptions | None = None) -> None:
        """Work on the desk of an installation."""
        chosen = options or ChatOptions()
        self._services = services
        self._engine = services.desk.engine
        self.store = PostStore(self._engine)
        self.chats = ChatStates(self._engine)
        looker = Looker(services, self.store, chosen)
        self.cards = CardBook(self._engine, self.store, self.chats, chosen.card_every, looker.look)
        self.pins = PinBook(self._engine, self.chats)
        self._deliverer = Deliverer(self.store, self.chats, chosen)

    # --- collecting -------------------------------------------------------------------------------

    def collect(self) -> int:
        """Put posts for new facts into the outbox; gives how many facts were read."""
        position = self._position()
        found = self._services.app.recorder.select_notifications(
            position, BATCH, topics=[*TOLD, *OTHER], inclusive_of_start=False
        )
        if not found:
            return 0
        planned: list[Planned] = []
        changed: set[MeetingId] = set()
        for recorded in (from_record(notification.state) for notification in found):
            planned += self._planned(recorded, changed)
        chats = {key: chat for key in changed if (chat := self._chat_of_meeting(key))}
        fresh = [key for key in chats if self.cards.state(key) is None]
        starts = [self._first_card(key, chats[key]) for key in fresh]
        with self._engine.begin() as connection:
            self.store.add(connection, [*planned, *(start for start, _ in starts)])
            now = self._services.clock()
            for key, (start, digest) in zip(fresh, starts, strict=True):
                house = called_of(self._services.meeting(key)).house
                self.cards.begin(connection, key, house, start.chat, start.mark, now, digest)
            self.cards.urge(connection, changed, now)
            self._move(connection, found[-1].id)
        return len(found)

    def _planned(self, recorded: Recorded, changed: set[MeetingId]) -> list[Planned]:
        """Word a fact and note the meeting whose card it changes."""
        services, house = self._services, HouseId(recorded.house)
        chat = self.chat_of(house)
        if chat is None:
            return []
        store = services.logs.store
        size = store.index_of(recorded.originator_id, recorded.originator_version) + 1
        root = store.root_at(recorded.house, size)
        mark, zone = mark_of(size, root), services.house(house).registered.time_zone
        other = OTHER.get(recorded.fact.TYPE)
        if other is not None:
            told = other(services, recorded, mark)
            return [Planned(mark, chat, told.post, zone, edits=told.edits)] if told else []
        count = services.app.current(Count, CountId(recorded.originator_id))
        key = count.opened.meeting if count else MeetingId(recorded.originator_id)
        changed.add(key)
        terms = called_of(services.meeting(key)).terms
        purpose = count.opened.purpose if count else None
        text = post_of(recorded.fact, services.house(house), terms, purpose, services.app.law)
        if text is None:
            return []
        url = services.settings.public_url
        proof = proof_address(url, house, size, root)
        return [Planned(mark, chat, as_post(text, f"{url}/m/{key}", proof, mark), zone)]

    def _first_card(self, key: MeetingId, chat: str) -> tuple[Planned, str]:
        standing = standing_of(self._services, key)
        card = card_of(standing, self._services.app.law)
        zone = standing.house.registered.time_zone
        return Planned(card_mark(key), chat, card.post, zone), card.digest

    def _position(self) -> int:
        query = sa.select(tables.positions.c.position).where(tables.positions.c.name == POSITION)
        with self._engine.connect() as connection:
            return connection.execute(query).scalar() or NONE_YET

    @staticmethod
    def _move(connection: sa.Connection, position: int) -> None:
        here = tables.positions.c.name == POSITION
        values = {"position": position}
        if not connection.execute(tables.positions.update().where(here).values(values)).rowcount:
            connection.execute(tables.positions.insert().values(name=POSITION, **values))

    # --- houses and their chats -------------------------------------------------------------------

    def chat_of(self, house: HouseId) -> str | None:
        """Give the chat a house's posts stand in; None when it has none."""
        query = sa.select(tables.chats.c.chat).where(tables.chats.c.house == house)
        with self._engine.connect() as connection:
            chat: str | None = connection.execute(query).scalar()
            return chat

    def _chat_of_meeting(self, key: MeetingId) -> str | None:
        return self.chat_of(called_of(self._services.meeting(key)).house)

    def bind(self, house: HouseId, chat: str) -> None:
        """Say in which chat a house's posts stand; meetings that go on get a card there."""
        if self.chat_of(house) == chat:
            return
        ours = [key for key, of_house in self._services.desk.meetings() if of_house == house]
        live = [key for key in ours if self._goes_on(key)]
        starts = [(key, *self._first_card(key, chat)) for key in live]
        now = self._services.clock()
        with self._engine.begin() as connection:
            connection.execute(tables.chats.delete().where(tables.chats.c.house == house))
            connection.execute(tables.chats.insert().values(house=house, chat=chat))
            for key, start, digest in starts:
                connection.execute(tables.posts.delete().where(tables.posts.c.mark == start.mark))
                self.cards.begin(connection, key, house, chat, start.mark, now, digest)
            self.store.add(connection, [start for _, start, _ in starts])

    def _goes_on(self, key: MeetingId) -> bool:
        return standing_of(self._services, key).stage != "finished"

    # --- telling ----------------------------------------------------------------------------------

    async def deliver(self, chat: HouseChat, clock: Clock) -> int:
        """Deliver what waits, oldest first in each chat; gives how many posts were sent."""
        return await self._deliverer.deliver(chat, clock)

    async def refresh(self, chat: HouseChat, clock: Clock) -> int:
        """Pin new cards and bring a round of cards up to date; gives how many changed."""
        pinned = await self.pins.pin_new(chat, clock)
        return pinned + await self.cards.refresh(chat, clock)

    def states(self) -> Mapping[str, int]:
        """Count posts by state, for the operator."""
        return self.store.states()
