"""Rows of turnouts being changed by facts, in one transaction of their tables."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from uuid import UUID

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
from projections.turnout import NOTHING, EntranceTurnout, Turnout, meeting_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from fractions import Fraction

    from domain.ballot import Ballot
    from domain.events import Mark, Recorded
    from projections.turnout import Seating

Version = tuple[UUID, int]
"""A stream and the version of a fact in it."""


@dataclass(frozen=True, slots=True)
class Context:
    """What the log says around the facts to be applied.

    Attributes:
        seatings: the registers of the meetings that they open.
        ballots: ballots as they stood before a fact, where it is not the first of its ballot.
    """

    seatings: Mapping[UUID, Seating] = field(default_factory=dict)
    ballots: Mapping[Version, Ballot] = field(default_factory=dict)


class Board:
    """Turnouts by meeting and seats by ballot, as stored, and then changed."""

    def __init__(
        self,
        turnouts: Mapping[UUID, Turnout],
        seats: dict[UUID, int] | None = None,
        context: Context | None = None,
    ) -> None:
        """Start from the rows as stored."""
        self._running = {meeting: RunningTurnout(row) for meeting, row in turnouts.items()}
        self.seats = seats if seats is not None else {}
        self._context = context if context is not None else Context()

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
                before = self._before(recorded)
                if before is not None and before.received is None:
                    running.prepare(fact.votes, -1)
                running.count(fact, self.seats.get(ballot), 1)
            case AnswersPrepared(votes=votes):
                if self._before(recorded) is None:
                    running.prepare(votes, 1)
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
                before = self._before(recorded)
                if upheld and before is not None and before.received is not None:
                    running.count(before.received, self.seats.get(ballot), -1)
            case _:
                pass

    def _before(self, recorded: Recorded) -> Ballot | None:
        version = recorded.originator_version
        if version == 1:
            return None
        return self._context.ballots.get((recorded.originator_id, version))

    def _seated(self, meeting: UUID) -> tuple[EntranceTurnout, ...]:
        seating = self._context.seatings.get(meeting, {})
        self.seats.update({ballot: seat.entrance for ballot, seat in seating.items()})
        entrances: dict[int, EntranceTurnout] = {}
        for seat in seating.values():
            known = entrances.get(seat.entrance, EntranceTurnout(seat.entrance, 0, NOTHING))
            entrances[seat.entrance] = replace(
                known, titles=known.titles + 1, all_votes=known.all_votes + seat.votes
            )
        return tuple(entrances[number] for number in sorted(entrances))
