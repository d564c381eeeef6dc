"""A counting of a meeting: by the commission, an inspector, a court, or a "what if"."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from uuid import uuid5

from domain.events import BallotStruck, CountCompleted, CountOpened
from domain.facts import BallotId, CountId, MeetingId

if TYPE_CHECKING:
    from collections.abc import Mapping

    from domain.events import Recorded


def count_id(meeting: MeetingId, number: int) -> CountId:
    """Derive the id of the n-th counting of a meeting."""
    return CountId(uuid5(meeting, f"count {number}"))


@dataclass(frozen=True, slots=True)
class Count:
    """One counting: which ballots it strikes out and why, and its result once completed."""

    id: CountId
    opened: CountOpened
    struck: Mapping[BallotId, str] = field(default_factory=dict)
    completed: CountCompleted | None = None


def evolve_count(count: Count | None, recorded: Recorded) -> Count | None:
    """Apply a fact of a counting; never refuses."""
    match recorded.fact:
        case CountOpened() as opened:
            return Count(CountId(recorded.originator_id), opened)
        case BallotStruck(ballot, reason) if count is not None:
            return replace(count, struck={**count.struck, ballot: reason})
        case CountCompleted() as completed if count is not None:
            return replace(count, completed=completed)
        case _:
            return count
