"""A ballot: the decision of one title on all questions (решение собственника, ЖК 48 ч. 4.1, 5.1).

Its id is derived from meeting and title, so that a second one is impossible by construction.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING
from uuid import uuid5

from domain.events import AnswersPrepared, BallotContested, BallotReceived, ContestResolved
from domain.facts import BallotId, MeetingId, Moment, TitleId

if TYPE_CHECKING:
    from domain.events import Recorded


@lru_cache(maxsize=65_536)
def ballot_id(meeting: MeetingId, title: TitleId) -> BallotId:
    """Derive the ballot's id: one per meeting and title."""
    return BallotId(uuid5(meeting, f"ballot {title}"))


@dataclass(frozen=True, slots=True)
class Ballot:
    """What is known of one ballot.

    Attributes:
        prepared: answers given by link that wait for a signature; no vote.
        received: the decision that counts; final.
        contested: the owner objects; `resolved` is a person's decision on the objection.
    """

    id: BallotId
    meeting: MeetingId
    title: TitleId
    prepared: AnswersPrepared | None = None
    received: BallotReceived | None = None
    recorded_at: Moment | None = None
    contested: BallotContested | None = None
    resolved: ContestResolved | None = None

    @property
    def is_contested(self) -> bool:
        """Tell whether an objection waits for a person's decision."""
        return self.contested is not None and self.resolved is None

    @property
    def is_struck(self) -> bool:
        """Tell whether an objection was upheld: this is no vote of the owner."""
        return self.resolved is not None and self.resolved.upheld


def evolve_ballot(ballot: Ballot | None, recorded: Recorded) -> Ballot | None:
    """Apply a fact of a ballot; never refuses."""
    match recorded.fact:
        case AnswersPrepared(meeting=meeting, title=title) as prepared:
            known = ballot or Ballot(BallotId(recorded.originator_id), meeting, title)
            return replace(known, prepared=prepared)
        case BallotReceived(meeting=meeting, title=title) as received:
            before = ballot.prepared if ballot is not None else None
            stream = BallotId(recorded.originator_id)
            return Ballot(stream, meeting, title, before, received, recorded.at)
        case BallotContested() as contested if ballot is not None:
            return replace(ballot, contested=contested, resolved=None)
        case ContestResolved() as resolved if ballot is not None:
            return replace(ballot, resolved=resolved)
        case _:
            return ballot
