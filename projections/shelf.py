"""Ballots of past meetings in the log of a house that has met for years, kept by place alone.

A ballot of a finished meeting is hardly asked for again, and one that was recorded and never
objected to is its one entry. So it is put on the shelf as the index of that entry, and read anew
whenever something still looks at it: an objection, another count, a signature on its scan.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from domain.ballot import evolve_ballot
from domain.records import from_record

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from domain.ballot import Ballot
    from domain.facts import MeetingId


@dataclass(slots=True)
class Shelf:
    """Where past ballots stand.

    Attributes:
        read: gives an entry of the log by its index, the same bytes every time.
        about: the meeting whose ballots are never put away.
    """

    read: Callable[[int], bytes]
    about: MeetingId
    places: dict[bytes, int] = field(default_factory=dict)

    def __contains__(self, ballot: UUID) -> bool:
        """Tell whether a ballot was put away."""
        return ballot.bytes in self.places

    def put(self, ballot: UUID, index: int) -> None:
        """Put a ballot away whose one entry is this."""
        self.places[ballot.bytes] = index

    def get(self, ballot: UUID) -> Ballot | None:
        """Read a ballot that was put away; None where none was."""
        index = self.places.get(ballot.bytes)
        return None if index is None else evolve_ballot(None, from_record(self.read(index)))
