"""Turnout and running tallies of a meeting: one row, kept up in O(1) per ballot, read in O(1).

This is what people watch while voting goes on. It decides nothing: the outcome is the Count's.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any
from uuid import UUID

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
    from collections.abc import Iterable

    from domain.events import Answers, Recorded

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
        return json.dumps(
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
        )

    @classmethod
    def from_text(cls, meeting: UUID, text: str) -> Turnout:
        """Read the row."""
        row: dict[str, Any] = json.loads(text)
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


@dataclass(frozen=True, slots=True)
class KnownBallot:
    """What must be remembered of a ballot to take it out again or to count it once."""

    meeting: UUID
    votes: Fraction
    answers: Answers
    received: bool
    channel: str


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


class Board:
    """Rows being changed in one transaction: turnouts by meeting, ballots and seats by ballot.

    `seatings` gives the registers of the meetings that are opened by the facts to be applied.
    """

    def __init__(
        self,
        turnouts: dict[UUID, Turnout],
        ballots: dict[UUID, KnownBallot],
        seats: dict[UUID, int] | None = None,
        seatings: Mapping[UUID, Seating] | None = None,
    ) -> None:
        """Start from the rows as stored."""
        self.turnouts = turnouts
        self.ballots = ballots
        self.seats = seats if seats is not None else {}
        self._seatings = seatings if seatings is not None else {}

    def apply(self, entries: Iterable[Recorded]) -> None:
        """Apply facts in order."""
        for recorded in entries:
            self._apply(recorded)

    def _apply(self, recorded: Recorded) -> None:
        meeting = meeting_of(recorded)
        fact = recorded.fact
        if isinstance(fact, MeetingCalled):
            empty: tuple[Mapping[Mark, Fraction], ...] = tuple({} for _ in fact.items)
            self.turnouts[meeting] = Turnout(meeting, recorded.house, "called", items=empty)
            return
        turnout = self.turnouts.get(meeting)
        if turnout is not None:
            self.turnouts[meeting] = self._changed(turnout, recorded)

    def _changed(self, turnout: Turnout, recorded: Recorded) -> Turnout:
        match recorded.fact:
            case VotingOpened(register):
                opened = replace(turnout, stage="open", all_votes=register.all_votes)
                return replace(opened, entrances=self._seated(turnout.meeting))
            case VotingClosed():
                return replace(turnout, stage="closed")
            case ProtocolRecorded():
                return replace(turnout, stage="finished")
            case AnswersPrepared() as fact:
                return self._prepared(turnout, recorded.originator_id, fact)
            case BallotReceived() as fact:
                return self._received(turnout, recorded.originator_id, fact)
            case BallotContested(votes=votes):
                return replace(turnout, contested=turnout.contested + votes)
            case ContestResolved(votes=votes, upheld=upheld):
                settled = replace(turnout, contested=turnout.contested - votes)
                return self._struck(settled, recorded.originator_id) if upheld else settled
            case _:
                return turnout

    def _seated(self, meeting: UUID) -> tuple[EntranceTurnout, ...]:
        seating = self._seatings.get(meeting, {})
        self.seats.update({ballot: seat.entrance for ballot, seat in seating.items()})
        entrances: dict[int, EntranceTurnout] = {}
        for seat in seating.values():
            known = entrances.get(seat.entrance, EntranceTurnout(seat.entrance, 0, NOTHING))
            entrances[seat.entrance] = replace(
                known, titles=known.titles + 1, all_votes=known.all_votes + seat.votes
            )
        return tuple(entrances[number] for number in sorted(entrances))

    def _prepared(self, turnout: Turnout, ballot: UUID, fact: AnswersPrepared) -> Turnout:
        if ballot in self.ballots:
            return turnout
        self.ballots[ballot] = KnownBallot(turnout.meeting, fact.votes, fact.answers, False, "link")
        return replace(
            turnout,
            prepared=turnout.prepared + fact.votes,
            prepared_ballots=turnout.prepared_ballots + 1,
        )

    def _received(self, turnout: Turnout, ballot: UUID, fact: BallotReceived) -> Turnout:
        if ballot in self.ballots:
            turnout = replace(
                turnout,
                prepared=turnout.prepared - fact.votes,
                prepared_ballots=turnout.prepared_ballots - 1,
            )
        channel = fact.channel.value
        self.ballots[ballot] = KnownBallot(turnout.meeting, fact.votes, fact.answers, True, channel)
        return _shifted(turnout, self.ballots[ballot], self.seats.get(ballot), 1)

    def _struck(self, turnout: Turnout, ballot: UUID) -> Turnout:
        known = self.ballots.get(ballot)
        if known is None or not known.received:
            return turnout
        return _shifted(turnout, known, self.seats.get(ballot), -1)


def _shifted(turnout: Turnout, ballot: KnownBallot, entrance: int | None, sign: int) -> Turnout:
    votes = ballot.votes * sign
    channels = dict(turnout.channels)
    channels[ballot.channel] = channels.get(ballot.channel, 0) + sign
    items = tuple(
        {**item, mark: item.get(mark, NOTHING) + votes}
        for item, mark in zip(turnout.items, ballot.answers, strict=True)
    )
    return replace(
        turnout,
        votes=turnout.votes + votes,
        ballots=turnout.ballots + sign,
        channels=channels,
        items=items,
        entrances=tuple(
            replace(one, votes=one.votes + votes, ballots=one.ballots + sign)
            if one.entrance == entrance
            else one
            for one in turnout.entrances
        ),
    )
