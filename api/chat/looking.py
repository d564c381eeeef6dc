"""A look at a meeting for its card: its words, what is due to be said, when to look again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from api.chat.card import card_of
from api.chat.cards import LAST_DAY, RESTING, VOTING, Look
from api.chat.reminders import DAY, dues, dues_of_voting, reminders_of
from api.chat.standing import standing_of
from api.chat.store import Planned
from domain.facts import MeetingId, moment
from domain.meeting import Finished

if TYPE_CHECKING:
    from api.chat.cards import CardRow
    from api.chat.options import ChatOptions
    from api.chat.standing import Standing
    from api.chat.store import PostStore
    from api.services import Services
    from domain.facts import Moment

RESTING_EVERY = timedelta(hours=1)
FINISHED_EVERY = timedelta(days=1)


class Looker:
    """Looks at meetings and puts what is due into the outbox."""

    def __init__(self, services: Services, store: PostStore, options: ChatOptions) -> None:
        """Work on an installation."""
        self._services = services
        self._store = store
        self._options = options

    def look(self, row: CardRow) -> Look:
        """Look at the meeting of a card."""
        law = self._services.app.law
        standing = standing_of(self._services, MeetingId(row.meeting))
        due = reminders_of(standing, law, self._options.quiet)
        new = {one.mark for one in due} - self._store.known([one.mark for one in due])
        if new:
            zone = standing.house.registered.time_zone
            planned = [
                Planned(one.mark, row.chat, one.post, zone, one.until)
                for one in due
                if one.mark in new
            ]
            with self._services.desk.engine.begin() as connection:
                self._store.add(connection, planned)
        return Look(card_of(standing, law), rank_of(standing), self._again(standing))

    def _again(self, standing: Standing) -> Moment | None:
        now, terms = standing.now, standing.terms
        if isinstance(standing.meeting, Finished):
            ahead = [due for due in dues(standing, self._services.app.law) if due.until >= now]
            return moment(now + FINISHED_EVERY) if ahead else None
        if not standing.is_open:
            return moment(now + RESTING_EVERY)
        starts = [due.since for due in dues_of_voting(terms.opens_at, terms.closes_at)]
        ahead_of = [at for at in (*starts, terms.closes_at) if at > now]
        return min(moment(now + self._options.card_every), *ahead_of)


def rank_of(standing: Standing) -> int:
    """Tell how much a card matters while its stage stays."""
    if not standing.is_open:
        return RESTING
    return LAST_DAY if standing.terms.closes_at - standing.now <= DAY else VOTING
