"""A batch of commands decided together: what each sees, what it adds, what it rests on.

A command is a plain function of a `Scope`; a refused one leaves nothing behind and harms no other
of its batch. The application commits what the batch holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar
from uuid import UUID

from domain.agenda import Agenda
from domain.ballot import Ballot
from domain.count import Count
from domain.events import AnyFact, Recorded
from domain.facts import AgendaId, BallotId, CountId, HouseId, MeetingId, Moment, PremisesId
from domain.fold import State, evolve
from domain.law.reference import LawPack
from domain.meeting import Called, Finished, Meeting, VotingEnded, VotingOpen
from domain.premises import (
    House,
    OwnersRegister,
    Premises,
)
from domain.refusals import NotFound, Refused

if TYPE_CHECKING:
    from domain.application import Sobranie

T = TypeVar("T")
S = TypeVar("S", bound=State)


class LogReader(Protocol):
    """What the log's recorder reads besides eventsourcing's own interface."""

    def stored(self, streams: Sequence[UUID]) -> dict[UUID, list[bytes]]:
        """Give the records of several streams in one query."""
        ...

    def entries_of_types(
        self, house: UUID, types: Sequence[str], stop: int | None = None
    ) -> list[bytes]:
        """Give the records of some types in a house's log, in order, before leaf `stop`."""
        ...

    def index_of(self, stream: UUID, version: int) -> int:
        """Give the leaf index of a record."""
        ...

    def size_of(self, house: UUID) -> int:
        """Give the number of leaves in a house's log."""
        ...


@dataclass(slots=True)
class Versioned:
    """A state with the version of the stream it was folded from; None and 0 for a new stream."""

    state: State | None
    version: int


class Scope:
    """What one command sees and does: states by stream, facts it adds, values it seals."""

    def __init__(self, batch: Batch) -> None:
        """Stand on what the batch has decided so far."""
        self._batch = batch
        self.touched: dict[UUID, Versioned] = {}
        self.facts: list[Recorded] = []
        self.sealed: list[object] = []
        self.gates: dict[UUID, int] = {}
        self.sizes: dict[UUID, int] = {}

    @property
    def now(self) -> Moment:
        """The moment of the batch."""
        return self._batch.now

    @property
    def law(self) -> LawPack:
        """The law pack in use."""
        return self._batch.app.law

    def add(self, house: HouseId, stream: UUID, fact: AnyFact) -> Recorded:
        """Record a fact as the next of its stream."""
        before = self._versioned(stream)
        recorded = Recorded(house, stream, before.version + 1, self.now, fact)
        self.touched[stream] = Versioned(evolve(before.state, recorded), before.version + 1)
        self.facts.append(recorded)
        return recorded

    def seal(self, values: Iterable[object]) -> None:
        """Store sealed personal values together with the facts that commit to them."""
        self.sealed.extend(values)

    def find(self, kind: type[S], stream: UUID) -> S | None:
        """Give the state of a stream when it is of this kind."""
        state = self._versioned(stream).state
        return state if isinstance(state, kind) else None

    def house(self, house: HouseId) -> House:
        """Give a house or refuse."""
        return _found(self.find(House, house), "house")

    def premises(self, premises: PremisesId) -> Premises | None:
        """Give a premises if it is recorded."""
        return self.find(Premises, premises)

    def agenda(self, agenda: AgendaId) -> Agenda | None:
        """Give an agenda if it is begun."""
        return self.find(Agenda, agenda)

    def meeting(self, meeting: MeetingId) -> Meeting:
        """Give a meeting or refuse; the decision then rests on its version."""
        known = self._versioned(meeting)
        state = known.state
        if isinstance(state, Called | VotingOpen | VotingEnded | Finished):
            if meeting not in self.touched:
                self.gates[meeting] = known.version
            return state
        raise Refused(NotFound("meeting"))

    def ballot(self, ballot: BallotId) -> Ballot | None:
        """Give a ballot if anything is recorded of it."""
        return self.find(Ballot, ballot)

    def count(self, count: CountId) -> Count:
        """Give a counting or refuse."""
        return _found(self.find(Count, count), "count")

    def register(self, meeting: Meeting) -> OwnersRegister:
        """Give the register fixed for a meeting."""
        return self._batch.app.register_of(meeting)

    def current_register(self, house: House) -> OwnersRegister:
        """Give the register as it is recorded now, on today's day of the house.

        The decision then rests on the whole log of the house; see `Command.alone`.
        """
        self.sizes[house.id] = self._batch.app.reader.size_of(house.id)
        return self._batch.app.current_register(house, self.now)

    def ballots(self, meeting: MeetingId) -> list[Ballot]:
        """Give all ballots of a meeting."""
        return self._batch.app.ballots_of(self.meeting(meeting))

    def _versioned(self, stream: UUID) -> Versioned:
        touched = self.touched.get(stream) if self.touched else None
        return touched or self._batch.versioned(stream)


def _found(state: S | None, what: str) -> S:
    if state is None:
        raise Refused(NotFound(what))
    return state


@dataclass(frozen=True, slots=True)
class Command(Generic[T]):
    """A use case with its arguments bound, and the streams it is known to read.

    Attributes:
        begins: streams it writes the first fact of, unless there is one. They are taken as new
            where this process knows of nothing in them: if another has begun one meanwhile, the
            store refuses, and the command is decided again on what is there.
        alone: it reads more than its streams (a whole register, all ballots) and so must not share
            a batch, whose other facts it could not see.
    """

    decide: Callable[[Scope], T]
    streams: tuple[UUID, ...] = ()
    begins: tuple[UUID, ...] = ()
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Done(Generic[T]):
    """A command that was carried out: its value and the facts it recorded."""

    value: T
    facts: tuple[Recorded, ...]


Result = Done[Any] | Refused | Exception


@dataclass(slots=True)
class Batch:
    """Commands decided together and committed in one transaction."""

    app: Sobranie
    now: Moment
    known: dict[UUID, Versioned] = field(default_factory=dict)
    facts: list[Recorded] = field(default_factory=list)
    sealed: list[object] = field(default_factory=list)
    gates: dict[UUID, int] = field(default_factory=dict)
    sizes: dict[UUID, int] = field(default_factory=dict)

    def versioned(self, stream: UUID) -> Versioned:
        """Give a stream's state as decided so far."""
        known = self.known.get(stream)
        if known is None:
            known = self.known[stream] = self.app.load(stream)
        return known

    def decide(self, command: Command[T]) -> Done[T] | Refused | Exception:
        """Decide one command; a refused or failing one leaves nothing in the batch."""
        scope = Scope(self)
        try:
            value = command.decide(scope)
        except Refused as refused:
            return refused
        except Exception as fault:
            return fault
        for stream, version in scope.gates.items():
            self.gates.setdefault(stream, version)
        self.sizes.update(scope.sizes)
        self.known.update(scope.touched)
        self.facts.extend(scope.facts)
        self.sealed.extend(scope.sealed)
        return Done(value, tuple(scope.facts))
