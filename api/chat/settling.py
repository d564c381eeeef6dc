"""Posts that wait for a person: what became of them is not known, or the messenger refused them.

    unknown | failed ──► sent       it stands in the chat: somebody has seen it there
                     ──► pending    it does not: it is sent again
                     ──► dropped    nobody needs it any more

A person decides, says why, and the decision is kept. One that comes too late, because the post was
found or settled meanwhile, is refused: nothing is ever sent on the strength of an old view.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import sqlalchemy as sa

from api.chat.outbox import Outbox
from api.chat.store import UNSETTLED
from api.chat.tables import cards, settlements
from api.desk import as_moment, posts
from api.refusals import PostIsSettled
from domain.refusals import NotFound, ReasonNeeded, Refused

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from api.services import Services
    from domain.facts import HouseId, Moment

SHOWN = 50


class Fate(StrEnum):
    """What a person says of a post."""

    SENT = "sent"
    AGAIN = "again"
    DROP = "drop"


@dataclass(frozen=True, slots=True)
class Unsettled:
    """A post that waits for a person: by its mark, with its words."""

    mark: str
    state: str
    text: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to become of the post with this mark, by whose word and why."""

    mark: str
    fate: Fate
    reason: str
    officer: str


@dataclass(frozen=True, slots=True)
class Settlement:
    """A decision that was made, of a post that was in the state `was`."""

    decision: Decision
    was: str
    at: Moment


_BECOMES: Mapping[Fate, Mapping[str, Any]] = {
    Fate.SENT: {"state": "sent", "post_id": None, "not_before": None},
    Fate.AGAIN: {"state": "pending", "not_before": None},
    Fate.DROP: {"state": "dropped", "not_before": None},
}


def unsettled_posts(services: Services, house: HouseId) -> Sequence[Unsettled]:
    """List what waits for a person in a house's chat, oldest first."""
    outbox, chat = _chat(services, house)
    waiting = outbox.store.unsettled(chat) if chat is not None else []
    return [Unsettled(one.mark, one.state, one.post.text) for one in waiting]


def settle(services: Services, house: HouseId, decision: Decision) -> None:
    """Do with a post what a person has decided; Refused when there is nothing to decide."""
    outbox, chat = _chat(services, house)
    if not decision.reason.strip():
        raise Refused(ReasonNeeded())
    here = (posts.c.mark == decision.mark, posts.c.chat == chat)
    with services.desk.engine.begin() as connection:
        was = connection.execute(sa.select(posts.c.state).where(*here)).scalar()
        if chat is None or was is None:
            raise Refused(NotFound("post"))
        # In one step with the look: the outbox may be finding the post at this very moment.
        change = posts.update().where(*here, posts.c.state.in_(UNSETTLED))
        if not connection.execute(change.values(**_BECOMES[decision.fate])).rowcount:
            raise Refused(PostIsSettled(was))
        if decision.fate is not Fate.AGAIN:
            # Without the messenger's id of it a card can be edited no more.
            card = cards.update().where(cards.c.mark == decision.mark, cards.c.state == "live")
            connection.execute(card.values(state="lost"))
        connection.execute(
            settlements.insert().values(
                chat=chat,
                mark=decision.mark,
                was=was,
                decision=decision.fate.value,
                reason=decision.reason.strip(),
                officer=decision.officer,
                settled_at=services.clock(),
            )
        )
    if not any(one.state == "unknown" for one in outbox.store.unsettled(chat)):
        outbox.chats.settled(chat)


def settlements_of(services: Services, house: HouseId) -> Sequence[Settlement]:
    """List the last decisions about a house's posts, newest first."""
    _, chat = _chat(services, house)
    query = (
        sa.select(settlements)
        .where(settlements.c.chat == chat)
        .order_by(settlements.c.id.desc())
        .limit(SHOWN)
    )
    with services.desk.engine.connect() as connection:
        return [_settlement(row) for row in connection.execute(query)]


def _chat(services: Services, house: HouseId) -> tuple[Outbox, str | None]:
    services.house(house)
    outbox = Outbox(services)
    return outbox, outbox.chat_of(house)


def _settlement(row: sa.Row[Any]) -> Settlement:
    decision = Decision(row.mark, Fate(row.decision), row.reason, row.officer)
    return Settlement(decision, row.was, as_moment(row.settled_at))
