"""Turnout and running tallies of a meeting: one row, kept up in O(1) per ballot, read in O(1).

This is what people watch while voting goes on. It decides nothing: the outcome is the Count's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson

from domain.events import (
    AnswersPrepared,
    BallotContested,
    BallotReceived,
    ContestResolved,
    Mark,
    MeetingCalled,
    ProtocolRecorded,
    VotingClosed,
    VotingOpened,
)

if TYPE_CHECKING:
    from domain.events import Recorded

FOLLOWED = (
    MeetingCalled.TYPE,
    VotingOpened.TYPE,
    VotingClosed.TYPE,
    ProtocolRecorded.TYPE,
    AnswersPrepared.TYPE,
    BallotReceived.TYPE,
    BallotContested.TYPE,
    ContestResolved.TYPE,
)
"""The facts this projection reads; the follower asks the store for no others."""

Marks = dict[Mark, Fraction]
NOTHING = Fraction(0)
NO_ENTRANCE = 0
"""Under this number stand premises that belong to no entrance."""


@dataclass(frozen=True, slots=True)
class EntranceTurnout:
    """How an entrance stands: its titles and votes in the register, and those of ballots received.

    Small groups must be hidden from the public: see `shown_groups`.
    """

    entrance: int
    titles: int
    all_votes: Fraction
    votes: Fraction = NOTHING
    ballots: int = 0


@dataclass(frozen=True, slots=True)
class Turnout:
    """How a meeting stands: all sums are votes (m² × share).

    Attributes:
        stage: called, open, closed or finished.
        votes: of ballots received; `channels` splits their number.
        prepared: votes of answers that wait for a signature: a forecast, never in the quorum.
        contested: votes of ballots with an open objection, they are part of `votes`.
        items: per question, votes under each mark.
        entrances: in order of their numbers; empty before the opening.
    """

    meeting: UUID
    house: UUID
    stage: str
    all_votes: Fraction = NOTHING
    votes: Fraction = NOTHING
    ballots: int = 0
    prepared: Fraction = NOTHING
    prepared_ballots: int = 0
    contested: Fraction = NOTHING
    channels: Mapping[str, int] = field(default_factory=dict)
    items: tuple[Mapping[Mark, Fraction], ...] = ()
    entrances: tuple[EntranceTurnout, ...] = ()

    def to_text(self) -> str:
        """Write the row as JSON, fractions as text."""
        return orjson.dumps(
            {
                "house": str(self.house),
                "stage": self.stage,
                "all_votes": str(self.all_votes),
                "votes": str(self.votes),
                "ballots": self.ballots,
                "prepared": str(self.prepared),
                "prepared_ballots": self.prepared_ballots,
                "contested": str(self.contested),
                "channels": dict(sorted(self.channels.items())),
                "items": [
                    {mark.value: str(item.get(mark, NOTHING)) for mark in Mark}
                    for item in self.items
                ],
                "entrances": [
                    [one.entrance, one.titles, str(one.all_votes), str(one.votes), one.ballots]
                    for one in self.entrances
                ],
            }
        ).decode()

    @classmethod
    def from_text(cls, meeting: UUID, text: str) -> Turnout:
        """Read the row."""
        row: dict[str, Any] = orjson.loads(text)
        return cls(
            meeting=meeting,
            house=UUID(row["house"]),
            stage=row["stage"],
            all_votes=Fraction(row["all_votes"]),
            votes=Fraction(row["votes"]),
            ballots=row["ballots"],
            prepared=Fraction(row["prepared"]),
            prepared_ballots=row["prepared_ballots"],
            contested=Fraction(row["contested"]),
            channels=row["channels"],
            items=tuple(
                {Mark(mark): Fraction(votes) for mark, votes in item.items()}
                for item in row["items"]
            ),
            entrances=tuple(
                EntranceTurnout(entrance, titles, Fraction(of_all), Fraction(votes), ballots)
                for entrance, titles, of_all, votes, ballots in row.get("entrances", ())
            ),
        )


def meeting_of(recorded: Recorded) -> UUID:
    """Give the meeting whose row a followed fact changes."""
    meeting: UUID = getattr(recorded.fact, "meeting", recorded.originator_id)
    return meeting


Seating = Mapping[UUID, "Seat"]
"""Where every title of a register sits, by the id of its ballot."""


@dataclass(frozen=True, slots=True)
class Seat:
    """The entrance and the weight of a title."""

    entrance: int
    votes: Fraction
