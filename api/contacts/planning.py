"""Which letters are wanted: about decisions entered for an owner, and personal links.

1. a decision that came otherwise than by the owner's own link is told to every owner of the title
   who is reached by some channel: «это не мой голос» needs that they hear of it;
2. facts are followed by their position in the log, kept in the same transaction as the letters, so
   a crash loses none and doubles none; an installation that begins to send begins with now;
3. a personal link goes to each owner once, again only where it surely did not arrive or where the
   officer names the person.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import sqlalchemy as sa

from api.contacts.book import Channel, ContactBook
from api.contacts.letters import ON_ITS_WAY, Kind, LetterStore, Wanted
from api.contacts.tables import insert_new
from api.desk import positions
from api.refusals import PersonUnknown
from domain.events import BallotReceived
from domain.events import Channel as BallotChannel
from domain.meeting import Called, VotingOpen, called_of, stage
from domain.records import from_record
from domain.refusals import Refused, VotingIsClosed, WrongStage

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from api.contacts.book import Contact
    from api.services import Services
    from domain.events import Recorded
    from domain.facts import MeetingId, PersonId

POSITION = "letters"
BATCH = 500
BY_LINK = b'"channel":"link"'
"""How a record says so: its bytes are canonical, and in a text the quotes would be escaped."""
PREFERRED = (Channel.EMAIL, Channel.PHONE)


@dataclass(frozen=True, slots=True)
class Queued:
    """What an officer's order came to."""

    queued: Mapping[Channel, int]
    already: int
    without_contact: tuple[PersonId, ...] = field(default=())


class Planner:
    """Plans the letters of one installation."""

    def __init__(self, services: Services, channels: Collection[Channel]) -> None:
        """Write only by the channels that letters can go out by."""
        self._services = services
        self._engine = services.desk.engine
        self._channels = [channel for channel in PREFERRED if channel in channels]
        self._book = ContactBook(self._engine)
        self.store = LetterStore(self._engine)

    def begin(self) -> None:
        """Tell nothing of what was entered before letters were sent here at all."""
        if self._position() is None:
            latest = self._services.app.recorder.max_notification_id() or 0
            with self._engine.begin() as connection:
                put = insert_new(connection, positions)
                connection.execute(put.values(name=POSITION, position=latest))

    def collect(self) -> bool:
        """Queue letters about facts that are new; tells whether there were any facts to read."""
        position = self._position() or 0
        found = self._services.app.recorder.select_notifications(
            position, BATCH, topics=[BallotReceived.TYPE], inclusive_of_start=False
        )
        if not found:
            return False
        wanted = [
            letter
            for notification in found
            if BY_LINK not in bytes(notification.state)
            for letter in self._about(from_record(notification.state))
        ]
        with self._engine.begin() as connection:
            self.store.add(connection, wanted)
            moved = positions.update().where(positions.c.name == POSITION)
            connection.execute(moved.values(position=found[-1].id))
        return True

    def send_links(self, meeting: MeetingId, named: Sequence[PersonId] | None = None) -> Queued:
        """Queue a letter with a personal link for every owner, or again for those who are named."""
        state = self._services.meeting(meeting)
        if isinstance(state, Called):
            raise Refused(WrongStage(stage(state), "open"))
        register = self._services.app.register_of(state)
        closes_at = called_of(state).terms.closes_at
        if not isinstance(state, VotingOpen) or self._services.clock() >= closes_at:
            raise Refused(VotingIsClosed(closes_at))
        if not register.people.keys() >= set(named or ()):
            raise Refused(PersonUnknown())
        known = self._book.of_house(called_of(state).house)
        earlier = self.store.earlier(meeting, Kind.LINK)
        wanted, already, unreached = [], 0, []
        people = list(register.people) if named is None else list(dict.fromkeys(named))
        for person in people:
            channel = self._channel(known.get(person, {}))
            states = earlier.get(person, ())
            if channel is None:
                unreached.append(person)
            elif named is None and ON_ITS_WAY.intersection(states):
                already += 1
            else:
                about = (Kind.LINK, meeting, person, channel, meeting, len(states))
                wanted.append(Wanted(*about))
        put = self.store.queue(wanted)
        queued = {channel: sum(letter.channel is channel for letter in put) for channel in Channel}
        # What is not put was queued by another officer since the states were read.
        return Queued(queued, already + len(wanted) - len(put), tuple(unreached))

    def _about(self, recorded: Recorded) -> list[Wanted]:
        """Plan the letters about one decision."""
        fact = recorded.fact
        if not isinstance(fact, BallotReceived) or fact.channel is BallotChannel.LINK:
            return []
        register = self._services.app.register_of(self._services.meeting(fact.meeting))
        title = register.titles.get(fact.title)
        wanted = []
        for holder in title.holders if title is not None else ():
            here = {c.channel: c for c in self._book.of(holder.person) if c.house == recorded.house}
            channel = self._channel(here)
            if channel is not None:
                ballot = recorded.originator_id
                wanted.append(Wanted(Kind.ENTERED, fact.meeting, holder.person, channel, ballot))
        return wanted

    def _channel(self, known: Mapping[Channel, Contact]) -> Channel | None:
        """Choose how a person is written to; None where nothing takes letters."""
        return next((c for c in self._channels if c in known and known[c].takes_letters), None)

    def _position(self) -> int | None:
        query = sa.select(positions.c.position).where(positions.c.name == POSITION)
        with self._engine.connect() as connection:
            found: int | None = connection.execute(query).scalar()
            return found
