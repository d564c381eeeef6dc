"""The use cases on a log kept in a list: everything written is read back from its record."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast
from uuid import UUID

from domain import usecases
from domain.application import Sobranie
from domain.ballot import Ballot, ballot_id
from domain.batch import Batch, Command, Done, Scope, Versioned
from domain.calling import local_day
from domain.events import Channel, CountPurpose, NoticeLeg, VotingOpened
from domain.fold import fold
from domain.meeting import Called, Finished, Meeting, VotingEnded, VotingOpen, called_of
from domain.premises import REGISTER_TYPES, House, OwnersRegister, fold_premises, register_on
from domain.records import from_record, to_record
from domain.refusals import NotFound, Refusal, Refused
from tests.domain import builders as given

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date

    from domain.events import Mark, MeetingCalled, Recorded
    from domain.facts import BallotId, CountId, Moment

T = TypeVar("T")


class MemoryApp:
    """Stands in for the application: the same reading, on a list of records."""

    def __init__(self) -> None:
        """Begin with an empty log."""
        self.law = given.LAW
        self.log: list[bytes] = []
        self._read: list[Recorded] = []

    def recorded(self) -> list[Recorded]:
        """Give the whole log as it was read back."""
        return self._read

    @property
    def reader(self) -> MemoryApp:
        """Stand in for the recorder too."""
        return self

    def size_of(self, _house: UUID) -> int:
        """Give the number of records."""
        return len(self.log)

    def load(self, stream: UUID) -> Versioned:
        """Fold one stream."""
        entries = [entry for entry in self.recorded() if entry.originator_id == stream]
        return Versioned(fold(entries), len(entries))

    def register_of(self, meeting: Meeting) -> OwnersRegister:
        """Build the register fixed at the opening."""
        before: list[Recorded] = []
        for entry in self.recorded():
            opened = entry.fact
            if isinstance(opened, VotingOpened) and entry.originator_id == called_of(meeting).id:
                return self._register(before, opened.register.as_of)
            before.append(entry)
        raise Refused(NotFound("register"))

    def current_register(self, house: House, now: Moment) -> OwnersRegister:
        """Build the register as recorded now."""
        return self._register(self.recorded(), local_day(house, now))

    def ballots_of(self, meeting: Meeting) -> list[Ballot]:
        """Read all ballots of a meeting."""
        streams = [
            ballot_id(called_of(meeting).id, title) for title in self.register_of(meeting).titles
        ]
        states = [self.load(stream).state for stream in streams]
        return [state for state in states if isinstance(state, Ballot)]

    def run(self, decide: Callable[[Scope], T], now: Moment) -> T:
        """Carry out one command; a refusal is raised and leaves nothing."""
        batch = Batch(cast("Sobranie", self), now)
        result = batch.decide(Command(decide))
        if not isinstance(result, Done):
            raise result
        for fact in batch.facts:
            self.log.append(to_record(fact))
            self._read.append(from_record(self.log[-1]))
        for stream in {fact.originator_id for fact in batch.facts}:
            # What a decision went on from is what replay of the written log gives.
            assert self.load(stream) == batch.known[stream]
        return result.value

    @staticmethod
    def _register(entries: Iterable[Recorded], day: date) -> OwnersRegister:
        kept = [entry for entry in entries if entry.fact.TYPE in REGISTER_TYPES]
        return register_on(fold_premises(kept).values(), day)


class Story:
    """A meeting told step by step; each step gives the story back."""

    def __init__(self) -> None:
        """Begin before anything happened."""
        self.app = MemoryApp()

    def house(self, area: str = "300.00") -> Story:
        """Given the house."""
        registered = given.house_registered(area)
        self.app.run(
            lambda s: usecases.register_house(s, given.HOUSE, registered, "key"), given.CALLED_AT
        )
        return self

    def premises(self, *rows: usecases.NewPremises) -> Story:
        """Given its register, whole unless told."""
        wanted = rows or given.whole_register()
        self.app.run(lambda s: usecases.record_premises(s, given.HOUSE, wanted), given.CALLED_AT)
        return self

    def called(self, terms: MeetingCalled | None = None, now: Moment = given.CALLED_AT) -> Story:
        """Given the call."""
        wanted = terms or given.terms()
        self.app.run(
            lambda s: usecases.call_meeting(s, given.HOUSE, given.MEETING, wanted, ()), now
        )
        return self

    def noticed(
        self, *legs: NoticeLeg, given_at: Moment = given.NOTICED_AT, now: Moment = given.NOTICED_AT
    ) -> Story:
        """Given proven notices, both unless told."""
        for leg in legs or tuple(NoticeLeg):

            def decide(scope: Scope, leg: NoticeLeg = leg) -> None:
                usecases.prove_notice(scope, given.MEETING, leg, "лично", given_at, given.PROOF)

            self.app.run(decide, now)
        return self

    def opened(self, now: Moment = given.OPENS_AT) -> Story:
        """Given the opening."""
        self.app.run(lambda s: usecases.open_voting(s, given.MEETING), now)
        return self

    def voted(
        self,
        name: str,
        *marks: Mark,
        channel: Channel = Channel.PAPER,
        received_at: Moment = given.DURING,
        now: Moment | None = None,
    ) -> Story:
        """Given a decision in the title of this name."""
        wanted = given.decision(*marks, channel=channel, received_at=received_at)
        titles = [given.title_id(name)]
        self.app.run(lambda s: usecases.cast(s, given.MEETING, titles, wanted), now or received_at)
        return self

    def contested(self, name: str, by: str | None = None) -> Story:
        """Given an objection."""
        party = given.person(by or name)
        self.app.run(
            lambda s: usecases.contest(s, given.MEETING, given.title_id(name), party), given.DURING
        )
        return self

    def resolved(self, name: str, *, upheld: bool, reason: str = "подпись не его") -> Story:
        """Given a person's decision on it."""
        ballot = ballot_id(given.MEETING, given.title_id(name))
        self.app.run(
            lambda s: usecases.resolve_contest(
                s, given.MEETING, ballot, upheld=upheld, reason=reason, by="комиссия"
            ),
            given.DURING,
        )
        return self

    def closed(self, now: Moment = given.AFTER) -> Story:
        """Given the closing."""
        self.app.run(lambda s: usecases.close_voting(s, given.MEETING), now)
        return self

    def count(
        self,
        purpose: CountPurpose = CountPurpose.COMMISSION,
        strikes: Sequence[tuple[BallotId, str]] = (),
    ) -> CountId:
        """When a counting is begun."""
        return self.app.run(
            lambda s: usecases.open_count(s, given.MEETING, purpose, "комиссия", strikes),
            given.AFTER,
        )

    def complete(self, count: CountId) -> Story:
        """When a counting is completed."""
        self.app.run(lambda s: usecases.complete_count(s, count), given.AFTER)
        return self

    def meeting(self) -> Meeting:
        """Then the meeting."""
        state = self.app.load(given.MEETING).state
        if isinstance(state, Called | VotingOpen | VotingEnded | Finished):
            return state
        raise LookupError("no meeting")

    def ballot(self, name: str) -> Ballot | None:
        """Then the ballot of a title."""
        state = self.app.load(ballot_id(given.MEETING, given.title_id(name))).state
        return state if isinstance(state, Ballot) else None


def until_open(terms: MeetingCalled | None = None) -> Story:
    """Given a meeting whose voting is open."""
    return Story().house().premises().called(terms).noticed().opened()


def refusal_of(step: Callable[[], object]) -> Refusal:
    """Give the reason a step is refused with."""
    try:
        step()
    except Refused as refused:
        return refused.reason
    raise AssertionError("the step was not refused")
