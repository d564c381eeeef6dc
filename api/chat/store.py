"""The table of posts: put in once by mark, taken out in order, moved from state to state.

pending ──► sending ──► sent
   ▲           ├──────► failed      the messenger said no to this post
   │           └──────► unknown     the answer was lost: looked for by its mark, then decided
   └──────── busy, or no access to the chat
pending ──► stale                   a reminder whose time is over
unknown, failed ──► sent, pending, dropped       as a person decides, see `settling.py`
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from api.chat.port import Button, Post
from api.desk import posts
from domain.facts import moment

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from domain.facts import Moment

WAITING = ("pending", "sending", "unknown")
UNSETTLED = ("unknown", "failed")
MOST_AT_ONCE = 300


@dataclass(frozen=True, slots=True)
class Planned:
    """A post on its way.

    Attributes:
        mark: what the post is found by in the chat; it stands in its text or in a button's address.
        zone: the house's time zone, for the quiet hours.
        until: after this moment it is not worth saying.
        edits: mark of the post that this one replaces in place; empty for a post of its own.
    """

    mark: str
    chat: str
    post: Post
    zone: str = "UTC"
    until: Moment | None = None
    edits: str = ""
    state: str = "pending"


class PostStore:
    """The posts of one installation."""

    def __init__(self, engine: sa.Engine) -> None:
        """Work on the desk's database."""
        self._engine = engine

    def add(self, connection: sa.Connection, planned: Iterable[Planned]) -> int:
        """Put posts in, those that are not there yet; gives how many were new."""
        last = connection.execute(sa.select(sa.func.max(posts.c.ordinal))).scalar()
        ordinal = (last if last is not None else -1) + 1
        added = 0
        for one in planned:
            there = sa.select(posts.c.mark).where(posts.c.mark == one.mark)
            if connection.execute(there).first() is not None:
                continue
            row = {"mark": one.mark, "chat": one.chat, "body": _to_text(one), "state": "pending"}
            connection.execute(posts.insert().values(**row, ordinal=ordinal + added))
            added += 1
        return added

    def waiting(self, now: Moment, held_back: Collection[str]) -> Sequence[Sequence[Planned]]:
        """Give what may be delivered now: a queue for each chat, oldest first."""
        waits = posts.c.state.in_(WAITING)
        later = sa.select(posts.c.chat).where(waits, posts.c.not_before > now)
        query = (
            sa.select(posts)
            .where(waits, posts.c.chat.not_in(later), posts.c.chat.not_in(list(held_back)))
            .order_by(posts.c.ordinal)
            .limit(MOST_AT_ONCE)
        )
        queues: dict[str, list[Planned]] = {}
        with self._engine.connect() as connection:
            for row in connection.execute(query):
                queues.setdefault(row.chat, []).append(_from_row(row))
        return list(queues.values())

    def set(self, mark: str, **values: Any) -> None:
        """Move a post to a state."""
        with self._engine.begin() as connection:
            connection.execute(posts.update().where(posts.c.mark == mark).values(values))

    def move(self, planned: Planned, **values: Any) -> bool:
        """Move a post from where it was when it was taken out; False when it is there no more."""
        was = posts.c.state.in_((planned.state, "sending"))
        change = posts.update().where(posts.c.mark == planned.mark, was).values(values)
        with self._engine.begin() as connection:
            return bool(connection.execute(change).rowcount)

    def unsettled(self, chat: str) -> Sequence[Planned]:
        """List the posts of a chat that wait for a person, oldest first."""
        query = (
            sa.select(posts)
            .where(posts.c.chat == chat, posts.c.state.in_(UNSETTLED))
            .order_by(posts.c.ordinal)
        )
        with self._engine.connect() as connection:
            return [_from_row(row) for row in connection.execute(query)]

    def post_id(self, mark: str) -> str | None:
        """Give the messenger's id of a post that was sent."""
        query = sa.select(posts.c.post_id).where(posts.c.mark == mark, posts.c.state == "sent")
        with self._engine.connect() as connection:
            found: str | None = connection.execute(query).scalar()
            return found

    def known(self, marks: Collection[str]) -> frozenset[str]:
        """Tell which marks are there already."""
        query = sa.select(posts.c.mark).where(posts.c.mark.in_(list(marks)))
        with self._engine.connect() as connection:
            return frozenset(row.mark for row in connection.execute(query))

    def states(self, chat: str | None = None) -> dict[str, int]:
        """Count posts by state, of all chats or of one."""
        query = sa.select(posts.c.state, sa.func.count()).group_by(posts.c.state)
        if chat is not None:
            query = query.where(posts.c.chat == chat)
        with self._engine.connect() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}


def _to_text(planned: Planned) -> str:
    post = planned.post
    body = {
        "text": post.text,
        "buttons": [[button.text, button.url] for button in post.buttons],
        "quiet": post.quiet,
        "zone": planned.zone,
        "until": planned.until.isoformat() if planned.until is not None else None,
        "edits": planned.edits,
    }
    return json.dumps(body, ensure_ascii=False)


def _from_row(row: sa.Row[Any]) -> Planned:
    body = json.loads(row.body)
    buttons = tuple(Button(*button) for button in body["buttons"])
    until = body["until"]
    plain = Planned(row.mark, row.chat, Post(body["text"], buttons, body["quiet"]), body["zone"])
    return replace(
        plain,
        until=moment(datetime.fromisoformat(until)) if until is not None else None,
        edits=body["edits"],
        state=row.state,
    )
