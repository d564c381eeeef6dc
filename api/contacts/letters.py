"""The queue of letters: which are wanted, which went out, and what nobody knows.

queued ──► sending ──► sent
   ▲          ├──────► refused    never to this address; the person's other channel is tried
   │          └──────► unknown    the answer was lost, or the process died: not sent again
   └──── not taken now, later; after a day and a half: failed
queued ──► stale                  the voting is over, or the contact is gone

A mark names a letter by what it is about, so one thing is told to one person once. Neither the
address nor the link stands here: a change of contacts, and an erasure, hold for letters that wait.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from api.contacts.book import Channel
from api.contacts.tables import insert_new, letters
from domain.facts import MeetingId, PersonId

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from domain.facts import Moment

MOST_AT_ONCE = 100


class Kind(StrEnum):
    """What a letter is about."""

    LINK = "link"
    ENTERED = "entered"


class State(StrEnum):
    """How far a letter is."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"
    FAILED = "failed"
    UNKNOWN = "unknown"
    STALE = "stale"


ON_ITS_WAY = frozenset({State.QUEUED, State.SENDING, State.SENT, State.UNKNOWN})


@dataclass(frozen=True, slots=True)
class Wanted:
    """A letter that somebody should get: `about` is the ballot, or the meeting of a link."""

    kind: Kind
    meeting: MeetingId
    person: PersonId
    channel: Channel
    about: UUID
    again: int = 0

    @property
    def mark(self) -> str:
        """Name the letter by what it is about."""
        parts = (self.kind.value, self.meeting, self.person, self.about, self.again)
        said = "sobranie-letter/1\n" + "\n".join(str(part) for part in parts)
        return hashlib.sha256(said.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Waiting:
    """A letter in the queue."""

    mark: str
    kind: Kind
    meeting: MeetingId
    person: PersonId
    channel: Channel
    about: UUID
    attempts: int


class LetterStore:
    """The letters of one installation."""

    def __init__(self, engine: sa.Engine) -> None:
        """Work on the desk's database."""
        self._engine = engine

    def add(self, connection: sa.Connection, wanted: Iterable[Wanted]) -> Sequence[Wanted]:
        """Queue letters, those that are not there yet; gives those that were new."""
        # Not by the row count: on PostgreSQL an insert has none.
        put = insert_new(connection, letters).returning(letters.c.mark)
        last = connection.execute(sa.select(sa.func.max(letters.c.ordinal))).scalar() or 0
        added = []
        for number, one in enumerate(wanted, last + 1):
            row = {
                "mark": one.mark, "kind": one.kind.value, "meeting": one.meeting,
                "person": one.person, "channel": one.channel.value, "about": one.about,
                "state": State.QUEUED.value, "ordinal": number,
            }  # fmt: skip
            if connection.execute(put.values(row)).first() is not None:
                added.append(one)
        return added

    def queue(self, wanted: Iterable[Wanted]) -> Sequence[Wanted]:
        """Queue letters in a transaction of their own; gives those that were new."""
        with self._engine.begin() as connection:
            return self.add(connection, wanted)

    def due(self, now: Moment, resting: Collection[Channel] = ()) -> Sequence[Waiting]:
        """Give the letters that may go now, oldest first; those of resting channels wait."""
        query = (
            sa.select(letters)
            .where(letters.c.state == State.QUEUED.value)
            .where(letters.c.channel.not_in([channel.value for channel in resting]))
            .where(sa.or_(letters.c.not_before.is_(None), letters.c.not_before <= now))
            .order_by(letters.c.ordinal)
            .limit(MOST_AT_ONCE)
        )
        with self._engine.connect() as connection:
            return [
                Waiting(
                    row.mark, Kind(row.kind), MeetingId(row.meeting), PersonId(row.person),
                    Channel(row.channel), UUID(str(row.about)), row.attempts,
                )
                for row in connection.execute(query)
            ]  # fmt: skip

    def claim(self, mark: str) -> bool:
        """Take a letter to send it; only one process can."""
        return self._move(mark, (State.QUEUED,), state=State.SENDING.value)

    def settle(self, mark: str, state: State, answer: str = "") -> bool:
        """Write down how it ended, also where another process thought it lost meanwhile.

        Gives whether the letter is still there: an erasure may have come in between.
        """
        from_states = (State.QUEUED, State.SENDING, State.UNKNOWN)
        return self._move(mark, from_states, state=state.value, answer=answer)

    def put_back(self, mark: str, not_before: Moment, attempts: int, answer: str) -> None:
        """Let a letter wait that was not taken."""
        values = {"not_before": not_before, "attempts": attempts, "answer": answer}
        self._move(mark, (State.SENDING, State.UNKNOWN), state=State.QUEUED.value, **values)

    def turn_to(self, mark: str, channel: Channel, answer: str) -> None:
        """Send a letter by another channel."""
        values = {"channel": channel.value, "answer": answer}
        self._move(mark, (State.SENDING, State.UNKNOWN), state=State.QUEUED.value, **values)

    def give_up_lost(self) -> int:
        """Note as unknown what an earlier process was sending when it ended; gives how many."""
        lost = letters.update().where(letters.c.state == State.SENDING.value)
        with self._engine.begin() as connection:
            values = {"state": State.UNKNOWN.value, "answer": "process_ended"}
            return connection.execute(lost.values(values)).rowcount

    def states(self, meeting: MeetingId, kind: Kind) -> Mapping[State, int]:
        """Count a meeting's letters of a kind by state."""
        query = (
            sa.select(letters.c.state, sa.func.count())
            .where(letters.c.meeting == meeting, letters.c.kind == kind.value)
            .group_by(letters.c.state)
        )
        with self._engine.connect() as connection:
            return {State(row[0]): row[1] for row in connection.execute(query)}

    def earlier(self, meeting: MeetingId, kind: Kind) -> Mapping[PersonId, Collection[State]]:
        """Give the states of every letter each person had of a kind in a meeting."""
        query = sa.select(letters.c.person, letters.c.state).where(
            letters.c.meeting == meeting, letters.c.kind == kind.value
        )
        found: dict[PersonId, Counter[State]] = {}
        with self._engine.connect() as connection:
            for row in connection.execute(query):
                found.setdefault(PersonId(row.person), Counter())[State(row.state)] += 1
        return {person: tuple(states.elements()) for person, states in found.items()}

    def _move(self, mark: str, before: Collection[State], **values: object) -> bool:
        here = (letters.c.mark == mark, letters.c.state.in_([state.value for state in before]))
        with self._engine.begin() as connection:
            return connection.execute(letters.update().where(*here).values(values)).rowcount == 1
