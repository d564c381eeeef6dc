"""The outbox: follows the log, words posts, and delivers each exactly once, whatever crashes.

1. `collect` puts a post and the new position into the desk in one transaction: no fact is lost or
   told twice, wherever the process dies;
2. `deliver` marks a post "sending" before it calls the messenger. A post found "sending" after a
   crash, or whose answer was lost, is "unknown": it is looked for in the chat by its mark, and sent
   again only when it is not there;
3. a busy messenger delays the chat's queue; one that refuses leaves the post "failed" for a person.

    pending ──► sending ──► sent
       ▲           ├──────► failed
       └── unknown ◄┘
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from api import desk as tables
from api.chat.port import (
    Button,
    ChatBusyError,
    ChatOutcomeUnknownError,
    ChatRefusedError,
    HouseChat,
    Post,
)
from api.chat.posts import TOLD, mark_of, post_of
from api.desk import as_moment
from domain.count import Count
from domain.facts import CountId, HouseId, MeetingId
from domain.meeting import called_of
from domain.records import from_record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.clock import Clock
    from api.services import Services
    from domain.events import Recorded

POSITION = "outbox"
BATCH = 100
NONE_YET = 0


@dataclass(frozen=True, slots=True)
class Waiting:
    """A post of the outbox."""

    mark: str
    chat: str
    post: Post
    state: str


class Outbox:
    """The posts of one installation."""

    def __init__(self, services: Services) -> None:
        """Work on the desk of an installation."""
        self._services = services
        self._engine = services.desk.engine

    # --- collecting -------------------------------------------------------------------------------

    def collect(self) -> int:
        """Put posts for new facts into the outbox; gives how many facts were read."""
        position = self._position()
        recorder = self._services.app.recorder
        found = recorder.select_notifications(
            position, BATCH, topics=list(TOLD), inclusive_of_start=False
        )
        if not found:
            return 0
        rows = [row for n in found if (row := self._row(from_record(n.state))) is not None]
        with self._engine.begin() as connection:
            ordinal = connection.execute(sa.select(sa.func.count()).select_from(tables.posts))
            first = ordinal.scalar() or 0
            for number, row in enumerate(rows):
                connection.execute(tables.posts.insert().values(**row, ordinal=first + number))
            self._move(connection, found[-1].id)
        return len(found)

    def _row(self, recorded: Recorded) -> dict[str, Any] | None:
        services = self._services
        chat = self._chat_of(HouseId(recorded.house))
        if chat is None:
            return None
        count = services.app.current(Count, CountId(recorded.originator_id))
        stream = count.opened.meeting if count else MeetingId(recorded.originator_id)
        terms = called_of(services.meeting(stream)).terms
        store = services.logs.store
        size = store.index_of(recorded.originator_id, recorded.originator_version) + 1
        mark = mark_of(size, store.root_at(recorded.house, size))
        page = f"{services.settings.public_url}/m/{stream}"
        house = services.house(HouseId(recorded.house))
        purpose = count.opened.purpose if count else None
        post = post_of(recorded.fact, house, terms, purpose, page, mark)
        if post is None:
            return None
        return {"mark": mark, "chat": chat, "body": _to_text(post), "state": "pending"}

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

    def _chat_of(self, house: HouseId) -> str | None:
        query = sa.select(tables.chats.c.chat).where(tables.chats.c.house == house)
        with self._engine.connect() as connection:
            chat: str | None = connection.execute(query).scalar()
            return chat

    def bind(self, house: HouseId, chat: str) -> None:
        """Say in which chat a house's posts stand."""
        with self._engine.begin() as connection:
            connection.execute(tables.chats.delete().where(tables.chats.c.house == house))
            connection.execute(tables.chats.insert().values(house=house, chat=chat))

    # --- delivering -------------------------------------------------------------------------------

    async def deliver(self, chat: HouseChat, clock: Clock) -> int:
        """Deliver what waits, oldest first in each chat; gives how many posts were sent."""
        sent = 0
        blocked: set[str] = set()
        for waiting in self._waiting(clock):
            if waiting.chat in blocked:
                continue
            if await self._deliver(chat, waiting, clock):
                sent += 1
            else:
                blocked.add(waiting.chat)
        return sent

    async def _deliver(self, chat: HouseChat, waiting: Waiting, clock: Clock) -> bool:
        try:
            if waiting.state != "pending":
                known = await chat.find(waiting.chat, waiting.mark)
                if known is not None:
                    self._set(waiting.mark, state="sent", post_id=known)
                    return True
            self._set(waiting.mark, state="sending")
            post_id = await chat.post(waiting.chat, waiting.post)
        except ChatBusyError as busy:
            later = clock() + timedelta(seconds=busy.retry_after)
            state = "pending" if waiting.state == "pending" else "unknown"
            self._set(waiting.mark, state=state, not_before=later)
            return False
        except ChatOutcomeUnknownError:
            self._set(waiting.mark, state="unknown")
            return False
        except ChatRefusedError:
            self._set(waiting.mark, state="failed")
            return False
        self._set(waiting.mark, state="sent", post_id=post_id)
        return True

    def _waiting(self, clock: Clock) -> Sequence[Waiting]:
        now = clock()
        query = (
            sa.select(tables.posts)
            .where(tables.posts.c.state.in_(("pending", "sending", "unknown")))
            .order_by(tables.posts.c.ordinal)
            .limit(BATCH)
        )
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        later = {row.chat for row in rows if row.not_before and as_moment(row.not_before) > now}
        return [
            Waiting(row.mark, row.chat, _from_text(row.body), row.state)
            for row in rows
            if row.chat not in later
        ]

    def _set(self, mark: str, **values: Any) -> None:
        with self._engine.begin() as connection:
            connection.execute(
                tables.posts.update().where(tables.posts.c.mark == mark).values(**values)
            )

    def states(self) -> dict[str, int]:
        """Count posts by state, for the operator."""
        query = sa.select(tables.posts.c.state, sa.func.count()).group_by(tables.posts.c.state)
        with self._engine.connect() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}


def _to_text(post: Post) -> str:
    buttons = [[button.text, button.url] for button in post.buttons]
    return json.dumps([post.text, buttons, post.quiet], ensure_ascii=False)


def _from_text(text: str) -> Post:
    words, buttons, quiet = json.loads(text)
    return Post(words, tuple(Button(*button) for button in buttons), quiet)
