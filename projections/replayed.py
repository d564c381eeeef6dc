"""The state of a house built again from its log, fact by fact, for whoever trusts nobody."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

from domain.ballot import Ballot, ballot_id
from domain.count import Count
from domain.events import CountPurpose, Outcome
from domain.facts import BallotId, CountId, HouseId, MeetingId, PersonId, PremisesId, TitleId
from domain.meeting import Called, Finished, Meeting, VotingEnded, VotingOpen, called_of
from domain.premises import House, OwnersRegister, Premises, register_on

if TYPE_CHECKING:
    from datetime import date

    from domain.events import CountResult
    from domain.fold import State
    from domain.law.reference import LawPack
    from projections.shelf import Shelf

MEETINGS = (Called, VotingOpen, VotingEnded, Finished)


@dataclass(frozen=True, slots=True)
class Recount:
    """A counting made again where its result stands in the log.

    `result` is None where it could not be made; `why_not` then says why. `ballots` are those of the
    moment, and `struck` those the counting left out. With a shelf, only the meeting it is about has
    its ballots here.
    """

    index: int
    count: CountId
    meeting: MeetingId
    claimed: CountResult
    result: CountResult | None
    why_not: str
    ballots: tuple[Ballot, ...]
    struck: tuple[BallotId, ...]


@dataclass(slots=True)
class HouseState:
    """Everything known of a house at one place of its log."""

    id: HouseId
    packs: dict[str, LawPack]
    states: dict[UUID, State] = field(default_factory=dict)
    versions: dict[UUID, int] = field(default_factory=dict)
    premises: dict[PremisesId, Premises] = field(default_factory=dict)
    titles: set[TitleId] = field(default_factory=set)
    registers: dict[MeetingId, OwnersRegister] = field(default_factory=dict)
    counts: dict[MeetingId, list[CountId]] = field(default_factory=dict)
    recounts: list[Recount] = field(default_factory=list)
    commitments: dict[UUID, set[str]] = field(default_factory=dict)
    named: dict[PersonId, set[MeetingId]] = field(default_factory=dict)
    shelf: Shelf | None = None
    fixed: OwnersRegister | None = None
    """The register that was fixed last, as long as no premises has changed since."""

    @property
    def house(self) -> House | None:
        """The house once it is registered."""
        state = self.states.get(self.id)
        return state if isinstance(state, House) else None

    def register_on(self, day: date) -> OwnersRegister:
        """Fix the register on a day; the check of an opening and the opening both ask for it."""
        if self.fixed is None or self.fixed.totals.as_of != day:
            self.fixed = register_on(self.premises.values(), day)
        return self.fixed

    def meeting(self, meeting: UUID) -> Meeting | None:
        """Give a meeting if it is called."""
        state = self.states.get(meeting)
        return state if isinstance(state, MEETINGS) else None

    def count(self, count: UUID) -> Count | None:
        """Give a counting if it is opened."""
        state = self.states.get(count)
        return state if isinstance(state, Count) else None

    def ballot(self, ballot: UUID) -> Ballot | None:
        """Give a ballot if anything is recorded of it."""
        state = self.state_of(ballot)
        return state if isinstance(state, Ballot) else None

    def state_of(self, stream: UUID) -> State | None:
        """Give whatever a stream has come to, from the shelf where it was put away."""
        state = self.states.get(stream)
        return self.shelf.get(stream) if state is None and self.shelf is not None else state

    def version_of(self, stream: UUID) -> int:
        """Give the last version of a stream; 0 where there is none."""
        put_away = self.shelf is not None and stream in self.shelf
        return self.versions.get(stream, int(put_away))

    def ballots(self, meeting: MeetingId) -> list[Ballot]:
        """Give the ballots of a meeting that stand in their own streams, by the register."""
        register = self.registers.get(meeting)
        found = []
        for title in register.titles if register is not None else ():
            ballot = self.ballot(ballot_id(meeting, title))
            if ballot is not None and ballot.title == title and ballot.meeting == meeting:
                found.append(ballot)
        return found

    def pack_of(self, meeting: Meeting) -> LawPack | None:
        """Give the law pack a meeting was called under, if it is at hand."""
        return self.packs.get(called_of(meeting).terms.law.sha256)

    def failed_agenda(self, earlier: MeetingId | None) -> str | None:
        """Give the agenda digest of an earlier meeting whose every question lacked a quorum."""
        meeting = self.meeting(earlier) if earlier is not None else None
        if earlier is None or not isinstance(meeting, VotingEnded | Finished):
            return None
        for stream in self.counts.get(earlier, []):
            count = self.count(stream)
            if count is None or count.completed is None:
                continue
            if count.opened.purpose is CountPurpose.COMMISSION:
                outcomes = {item.outcome for item in count.completed.result.items}
                failed = outcomes == {Outcome.NO_QUORUM}
                return called_of(meeting).terms.agenda_digest if failed else None
        return None

    def streams_of(self, meeting: MeetingId) -> set[UUID]:
        """List the streams a meeting consists of."""
        found: set[UUID] = {meeting, *self.counts.get(meeting, [])}
        state = self.meeting(meeting)
        if state is not None:
            found.add(called_of(state).terms.agenda)
        register = self.registers.get(meeting)
        titles = register.titles if register is not None else ()
        return found | {ballot_id(meeting, title) for title in titles}

    def needed_commitments(self, meeting: MeetingId) -> frozenset[str]:
        """List the sealed values of a meeting: of its owners, officers, candidates, objections."""
        found: set[str] = set()
        for stream in self.streams_of(meeting):
            found |= self.commitments.get(stream, set())
        register = self.registers.get(meeting)
        for title in register.titles.values() if register is not None else ():
            found |= {party.sealed for party in title.holders if party.sealed is not None}
        return frozenset(found)
