"""Rows of turnouts being changed by facts, in one transaction of their tables."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from domain.events import (
    AnswersPrepared,
    BallotContested,
    BallotReceived,
    ContestResolved,
    MeetingCalled,
    ProtocolRecorded,
    VotingClosed,
    VotingOpened,
)
from projections.running import RunningTurnout
from projections.turnout import (
    NOTHING,
    EntranceTurnout,
    KnownBallot,
    Turnout,
    meeting_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from fractions import Fraction
    from uuid import UUID

    from domain.events import Mark, Recorded
    from projections.turnout import Seating


class Board:
    """Turnouts by meeting, ballots and seats by ballot, as stored, and then changed.

    `seatings` gives the registers of the meetings that are opened by the facts to be applied.
    """

    def __init__(
        self,
        turnouts: Mapping[UUID, Turnout],
        ballots: dict[UUID, KnownBallot],
        seats: dict[UUID, int] | None = None,
        seatings: Mapping[UUID, Seating] | None = None,
    ) -> None:
        """Start from the rows as stored."""
        self._running = {meeting: RunningTurnout(row) for meeting, row in turnouts.items()}
        self.ballots = ballots
        self.seats = seats if seats is not None else {}
        self._seatings = seatings if seatings is not None else {}

    def apply(self, entries: Iterable[Recorded]) -> None:
        """Apply facts in order."""
        for recorded in entries:
            meeting = meeting_of(recorded)
            running = self._running.get(meeting)
            if isinstance(recorded.fact, MeetingCalled):
                empty: tuple[Mapping[Mark, Fraction], ...] = tuple({} for _ in recorded.fact.items)
                called = Turnout(meeting, recorded.house, "called", items=empty)
                self._running[meeting] = RunningTurnout(called)
            elif running is not None:
                self._change(running, recorded)

    @property
    def turnouts(self) -> dict[UUID, Turnout]:
        """Give the rows as they stand now."""
        return {meeting: running.result() for meeting, running in self._running.items()}

    def _change(self, running: RunningTurnout, recorded: Recorded) -> None:
        ballot, base = recorded.originator_id, running.base
        match recorded.fact:
            case BallotReceived() as fact:
                self._received(running, ballot, fact)
            case AnswersPrepared() as fact:
                self._prepared(running, ballot, fact)
            case VotingOpened(register):
                opened = replace(
                    running.result(),
                    stage="open",
                    all_votes=register.all_votes,
                    entrances=self._seated(base.meeting),
                )
                self._running[base.meeting] = RunningTurnout(opened)
            case VotingClosed():
                running.base = replace(base, stage="closed")
            case ProtocolRecorded():
                running.base = replace(base, stage="finished")
            case BallotContested(votes=votes):
                running.base = replace(base, contested=base.contested + votes)
            case ContestResolved(votes=votes, upheld=upheld):
                running.base = replace(base, contested=base.contested - votes)
                known = self.ballots.get(ballot)
                if upheld and known is not None and known.received:
                    running.count(known, self.seats.get(ballot), -1)
            case _:
                pass

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

    def _prepared(self, running: RunningTurnout, ballot: UUID, fact: AnswersPrepared) -> None:
        if ballot not in self.ballots:
            known = KnownBallot(running.base.meeting, fact.votes, fact.answers, False, "link")
            self.ballots[ballot] = known
            running.prepare(fact.votes, 1)

    def _received(self, running: RunningTurnout, ballot: UUID, fact: BallotReceived) -> None:
        if ballot in self.ballots:
            running.prepare(fact.votes, -1)
        channel = fact.channel.value
        known = KnownBallot(running.base.meeting, fact.votes, fact.answers, True, channel)
        self.ballots[ballot] = known
        running.count(known, self.seats.get(ballot), 1)
