"""The use cases on an event store: decide a batch of commands against current state, commit once.

`Sobranie` is an `eventsourcing` application whose mapper writes our records. Commands are plain
functions of a `Scope`; a refused one leaves nothing behind and harms no other of its batch.

The version of every stream a decision rests on goes to the recorder with the facts. If one of them
has moved meanwhile (another process closed the voting), nothing is written and the whole batch is
decided again on what is there now.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar, cast
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.persistence import IntegrityError, Mapper, StoredEvent
from typing_extensions import override

from domain.ballot import Ballot, ballot_id
from domain.batch import Batch, Command, Done, LogReader, Result, Scope, Versioned
from domain.calling import local_day
from domain.events import Recorded
from domain.facts import MeetingId, Moment
from domain.fold import State, fold
from domain.law.reference import load_pack
from domain.meeting import Called, Finished, Meeting, VotingEnded, VotingOpen, called_of
from domain.premises import (
    REGISTER_TYPES,
    House,
    OwnersRegister,
    Premises,
    fold_premises,
    register_on,
)
from domain.records import from_record, to_record
from domain.refusals import NotFound, Refused, VotingNotOpen

T = TypeVar("T")
S = TypeVar("S", bound=State)
MAX_ATTEMPTS = 20
MOST_REGISTERS = 1000
"""Registers kept in memory; a meeting of an older one has its register built again."""


class RecordMapper(Mapper[UUID]):
    """Facts ↔ stored events: the state is the record's bytes, the topic its type name."""

    @override
    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        """Write a recorded fact."""
        recorded: Recorded = domain_event
        return StoredEvent(
            originator_id=recorded.originator_id,
            originator_version=recorded.originator_version,
            topic=recorded.fact.TYPE,
            state=to_record(recorded),
        )

    @override
    def to_domain_event(self, stored_event: StoredEvent) -> Any:
        """Read a stored event."""
        return from_record(stored_event.state)


class UnknownRegisterError(Exception):
    """The register built again differs from the one fixed at the opening: a damaged store."""


class Sobranie(Application[UUID]):
    """The engine's application: houses, premises, agendas, meetings, ballots and counts.

    Attributes:
        committed: is told of every commit: the notification ids, and the facts in their order.
    """

    def __init__(self, env: Mapping[str, str] | None = None) -> None:
        """Open the store that `PERSISTENCE_MODULE` in `env` names."""
        super().__init__(dict(env) if env is not None else None)
        self.law = load_pack()
        self._cache: dict[UUID, Versioned] = {}
        self._registers: dict[MeetingId, OwnersRegister] = {}
        self._unbegun: set[UUID] = set()
        self._surveyed: set[UUID] = set()
        self.committed: Callable[[Sequence[int], Sequence[Recorded]], None] = _nobody_listens

    @override
    def construct_mapper(self) -> Mapper[UUID]:
        """Use our records instead of the library's JSON."""
        return RecordMapper(transcoder=self.construct_transcoder())

    @property
    def reader(self) -> LogReader:
        """The recorder's own way to read the log."""
        return cast("LogReader", self.recorder)

    def at_hand(self, commands: Sequence[Command[Any]]) -> bool:
        """Tell whether all that these commands read is remembered here, so that no store is asked.

        So it is with ballots known to be new in an open meeting.
        """
        known, new = self._cache.keys(), self._unbegun
        return all(
            command.begins and new.issuperset(command.begins) and known >= set(command.streams)
            for command in commands
        )

    def execute(self, commands: Sequence[Command[Any]], now: Moment, **kwargs: Any) -> list[Result]:
        """Decide all commands, commit their facts in one transaction, answer each.

        Further keyword arguments go to the recorder with the facts.
        """
        if len(commands) > 1 and any(command.alone for command in commands):
            raise SharedBatchError
        for _ in range(MAX_ATTEMPTS):
            batch = Batch(self, now, known=self._prefetched(commands))
            results = [batch.decide(command) for command in commands]
            if not batch.facts:
                return results
            try:
                self._commit(batch, **kwargs)
            except IntegrityError:
                self._cache.clear()
                self._unbegun.clear()
                self._surveyed.clear()
                continue
            self._remember(batch)
            return results
        raise RetriesExhaustedError(len(commands))

    def _commit(self, batch: Batch, **kwargs: Any) -> None:
        # `save` would ask of every fact whether it is an aggregate; ours are facts.
        ids = self.recorder.insert_events(
            [self.mapper.to_stored_event(recorded) for recorded in batch.facts],
            expected=batch.gates,
            sizes=batch.sizes,
            sealed=batch.sealed,
            **kwargs,
        )
        if ids:
            self.committed(ids, batch.facts)

    def run(self, decide: Callable[[Scope], T], now: Moment, **kwargs: Any) -> Done[T]:
        """Carry out one command alone; a refusal is raised."""
        (result,) = self.execute([Command(decide)], now, **kwargs)
        if isinstance(result, Exception):
            raise result
        return cast("Done[T]", result)

    def load(self, stream: UUID) -> Versioned:
        """Give a stream's state and version from the cache or the store."""
        known = self._cache.get(stream)
        if known is None:
            known = _versioned(self.reader.stored([stream]).get(stream, []))
            if known.state is not None and not isinstance(known.state, Ballot | Premises):
                self._cache[stream] = known
        return Versioned(known.state, known.version)

    def current(self, kind: type[S], stream: UUID) -> S | None:
        """Read a state afresh from the store, for pages and reports."""
        self._cache.pop(stream, None)
        state = self.load(stream).state
        return state if isinstance(state, kind) else None

    def meeting(self, meeting: MeetingId) -> Meeting:
        """Read a meeting afresh, or refuse."""
        self._cache.pop(meeting, None)
        state = self.load(meeting).state
        if isinstance(state, Called | VotingOpen | VotingEnded | Finished):
            return state
        raise Refused(NotFound("meeting"))

    def meeting_seen(self, meeting: MeetingId) -> Meeting:
        """Give a meeting as this process saw it last; one not opened yet is read afresh.

        Good enough to read a form; every decision is taken by the writer on what is stored.
        """
        known = self._cache.get(meeting)
        if known is not None and isinstance(known.state, VotingOpen | VotingEnded | Finished):
            return known.state
        return self.meeting(meeting)

    def recorded(self, stream: UUID) -> list[Recorded]:
        """Read every fact of a stream."""
        return [from_record(record) for record in self.reader.stored([stream]).get(stream, [])]

    def current_register(self, house: House, now: Moment) -> OwnersRegister:
        """Build the register of a house as recorded now."""
        entries = self.reader.entries_of_types(house.id, REGISTER_TYPES)
        premises = fold_premises(map(from_record, entries))
        return register_on(premises.values(), local_day(house, now))

    def register_of(self, meeting: Meeting) -> OwnersRegister:
        """Give the register fixed for a meeting: built once, held to the digest in the fact."""
        called = called_of(meeting)
        if isinstance(meeting, Called):
            raise Refused(VotingNotOpen(called.terms.opens_at))
        register = self._registers.get(called.id)
        if register is None:
            register = self._build_register(meeting)
            self._keep(called.id, register)
        if called.id not in self._surveyed and isinstance(meeting, VotingOpen):
            self._survey(called.id, register)
        return register

    def _keep(self, meeting: MeetingId, register: OwnersRegister) -> None:
        """Keep a register, and let go of the one kept longest when they are too many."""
        self._registers[meeting] = register
        if len(self._registers) > MOST_REGISTERS:
            oldest = next(iter(self._registers))
            gone = self._registers.pop(oldest, None)
            self._surveyed.discard(oldest)
            if gone is not None:
                self._unbegun -= {ballot_id(oldest, title) for title in gone.titles}

    def _survey(self, meeting: MeetingId, register: OwnersRegister) -> None:
        """Learn once which ballots of an open meeting nothing is recorded of."""
        stored = self.reader.stored([ballot_id(meeting, title) for title in register.titles])
        self._unbegun.update(ballot for ballot, records in stored.items() if not records)
        self._surveyed.add(meeting)

    def ballots_of(self, meeting: Meeting) -> list[Ballot]:
        """Read every ballot of a meeting, in the order of the register."""
        called = called_of(meeting)
        streams = [ballot_id(called.id, title) for title in self.register_of(meeting).titles]
        stored = self.reader.stored(streams)
        states = (fold(map(from_record, stored.get(stream, []))) for stream in streams)
        return [state for state in states if isinstance(state, Ballot)]

    def _build_register(self, meeting: Meeting) -> OwnersRegister:
        called = called_of(meeting)
        house = self.current(House, called.house)
        for recorded in self.recorded(called.id):
            fixed = getattr(recorded.fact, "register", None)
            if fixed is None or house is None:
                continue
            stop = self.reader.index_of(called.id, recorded.originator_version)
            entries = self.reader.entries_of_types(called.house, REGISTER_TYPES, stop)
            register = register_on(fold_premises(map(from_record, entries)).values(), fixed.as_of)
            if register.totals == fixed:
                return register
            raise UnknownRegisterError(str(called.id))
        raise Refused(NotFound("register"))

    def _prefetched(self, commands: Sequence[Command[Any]]) -> dict[UUID, Versioned]:
        known: dict[UUID, Versioned] = {}
        asked: set[UUID] = set()
        for command in commands:
            asked.update(command.streams)
            for stream in command.begins:
                if stream in self._unbegun:
                    known[stream] = Versioned(None, 0)
                else:
                    asked.add(stream)
        wanted = [stream for stream in asked if stream not in known and stream not in self._cache]
        stored = self.reader.stored(wanted) if wanted else {}
        known.update((stream, _versioned(stored.get(stream, []))) for stream in wanted)
        return known

    def _remember(self, batch: Batch) -> None:
        for recorded in batch.facts:
            stream = recorded.originator_id
            self._unbegun.discard(stream)
            if stream in self._cache:
                self._cache[stream] = batch.known[stream]


def _nobody_listens(_ids: Sequence[int], _facts: Sequence[Recorded]) -> None:
    """Follow nothing: what stands where nobody wants to hear of commits."""


class SharedBatchError(Exception):
    """A command that must stand alone was put into a batch with others: a bug of the caller."""


class RetriesExhaustedError(Exception):
    """The store kept moving under the decisions; nothing was written."""


def _versioned(records: Sequence[bytes]) -> Versioned:
    return Versioned(fold(map(from_record, records)), len(records))
