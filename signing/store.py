"""What both stores of the log share: heads, plans of what to write, and reads built from few reads.

A store is an eventsourcing recorder that writes, in the events' own transaction and under one lock:

1. nothing, if a stream that a decision rests on has moved since (`StaleDecisionError`);
2. the leaf of every event, the subtrees that became complete, and the new head of each house;
3. the events themselves, and the sealed personal values that their facts commit to.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from operator import attrgetter
from uuid import UUID

from eventsourcing.persistence import IntegrityError, StoredEvent

from signing.entry import envelope_of
from signing.errors import LogDamagedError, RowMismatchError
from signing.merkle import (
    Frontier,
    Hashes,
    Place,
    consistency_proof,
    fill,
    places_of,
    plan_inclusion,
    plan_root,
)
from signing.sealing import Sealed


class StaleDecisionError(IntegrityError):
    """A stream that the decision rests on has moved; nothing was written, decide again."""

    code = "stale_decision"

    def __init__(self, stream: UUID, expected: int, found: int) -> None:
        """Name the stream and both versions."""
        super().__init__(f"{self.code}: {stream}: expected version {expected}, found {found}")
        self.stream = stream
        self.expected = expected
        self.found = found


@dataclass(frozen=True, slots=True)
class Head:
    """How large a house's log is, and its right edge."""

    house: UUID
    frontier: Frontier

    @property
    def size(self) -> int:
        """The number of leaves."""
        return self.frontier.size

    @property
    def root(self) -> bytes:
        """The root hash."""
        return self.frontier.root


@dataclass(frozen=True, slots=True)
class Appended:
    """What one transaction added to one house's log, in the order of the events given."""

    house: UUID
    before: Frontier
    records: tuple[bytes, ...]
    leaf_hashes: tuple[bytes, ...]
    size: int
    root: bytes

    @property
    def first_index(self) -> int:
        """The index of the first leaf that was added."""
        return self.before.size


@dataclass(frozen=True, slots=True)
class Leaf:
    """One event about to become a leaf."""

    event: StoredEvent
    stream: UUID
    house: UUID
    hash: bytes


def leaves_of(events: Sequence[StoredEvent]) -> list[Leaf]:
    """Check every event against the record in it and hash the record."""
    return [_leaf(event) for event in events]


def _leaf(event: StoredEvent) -> Leaf:
    envelope = envelope_of(event.state)
    stream, version = event.originator_id, event.originator_version
    if not isinstance(stream, UUID) or envelope.stream != str(stream):
        raise RowMismatchError("stream_differs", str(stream))
    if envelope.version != version:
        raise RowMismatchError("version_differs", f"{stream}/{version}")
    if envelope.type != event.topic:
        raise RowMismatchError("type_differs", f"{stream}/{version}")
    return Leaf(event, stream, envelope.house, sha256(b"\x00" + event.state).digest())


def versions_needed(expected: Mapping[UUID, int], leaves: Iterable[Leaf]) -> dict[UUID, int]:
    """Give the version that each stream must have just before the events are written.

    A decision may rest on facts of the same batch: then the stream must stand right before them.
    Where it rests on what stands right before them, the unique key of versions holds the stream.
    """
    first: dict[UUID, int] = {}
    for leaf in leaves:
        version = leaf.event.originator_version
        first[leaf.stream] = min(version, first.get(leaf.stream, version))
    return {
        stream: min(version, first[stream] - 1) if stream in first else version
        for stream, version in expected.items()
        if version != first.get(stream, 0) - 1
    }


def check_sizes(sizes: Mapping[UUID, int], heads: Mapping[UUID, Frontier]) -> None:
    """Refuse a decision that rests on a whole log which has grown since it was read."""
    for house, size in sizes.items():
        found = heads[house].size if house in heads else 0
        if found != size:
            raise StaleDecisionError(house, size, found)


def check_versions(needed: Mapping[UUID, int], found: Mapping[UUID, int]) -> None:
    """Refuse a decision when a stream it rests on has moved."""
    for stream, version in needed.items():
        if found.get(stream, 0) != version:
            raise StaleDecisionError(stream, version, found.get(stream, 0))


@dataclass(frozen=True, slots=True)
class Growth:
    """Everything that one transaction writes into the log tables."""

    indexes: tuple[int, ...]
    nodes: tuple[tuple[UUID, int, int, bytes], ...]
    heads: tuple[Head, ...]
    appended: tuple[Appended, ...]


def grow(leaves: Sequence[Leaf], heads: Mapping[UUID, Frontier]) -> Growth:
    """Plan the growth of the houses' trees by these leaves, in their order."""
    by_house: dict[UUID, list[Leaf]] = {}
    indexes: list[int] = []
    for house, run in groupby(leaves, key=attrgetter("house")):
        own = by_house.setdefault(house, [])
        before = heads.get(house, Frontier())
        first = before.size + len(own)
        own.extend(run)
        indexes.extend(range(first, before.size + len(own)))
    nodes: list[tuple[UUID, int, int, bytes]] = []
    grown, appended = [], []
    for house, own in by_house.items():
        before = heads.get(house, Frontier())
        hashes = tuple(leaf.hash for leaf in own)
        after, complete = before.append(hashes)
        nodes.extend((house, *node) for node in complete)
        grown.append(Head(house, after))
        records = tuple(leaf.event.state for leaf in own)
        appended.append(Appended(house, before, records, hashes, after.size, after.root))
    return Growth(tuple(indexes), tuple(nodes), tuple(grown), tuple(appended))


class LogStore(ABC):
    """The log as it is read: five kinds of rows below, proofs and roots above them."""

    @abstractmethod
    def head(self, house: UUID) -> Head:
        """Give the head of a house's log; empty when nothing is in it."""

    @abstractmethod
    def houses(self) -> list[UUID]:
        """List the houses that have a log."""

    @abstractmethod
    def entries(self, house: UUID, start: int, stop: int) -> list[bytes]:
        """Give the records of leaves `start` up to `stop`, exactly as they were hashed."""

    @abstractmethod
    def leaf_hashes(self, house: UUID, start: int, stop: int) -> list[bytes]:
        """Give the hashes of leaves `start` up to `stop`."""

    @abstractmethod
    def nodes(self, house: UUID, places: Sequence[Place]) -> Hashes:
        """Give the hashes of complete subtrees; those not there are left out."""

    @abstractmethod
    def index_of(self, stream: UUID, version: int) -> int:
        """Give the leaf index of a record."""

    @abstractmethod
    def stored(self, streams: Sequence[UUID]) -> dict[UUID, list[bytes]]:
        """Give the records of many streams in one query; an unknown stream has none."""

    @abstractmethod
    def entries_of_types(
        self, house: UUID, types: Sequence[str], stop: int | None = None
    ) -> list[bytes]:
        """Give the records of some types in a house's log, in order, before leaf `stop`."""

    @abstractmethod
    def put_checkpoint(self, house: UUID, size: int, note: str) -> None:
        """Keep a signed checkpoint; a later one of the same size (more witnesses) replaces it."""

    @abstractmethod
    def latest_checkpoint(self, house: UUID) -> tuple[int, str] | None:
        """Give size and note of the largest signed checkpoint; None before the first."""

    @abstractmethod
    def recent_checkpoints(self, house: UUID, most: int) -> list[tuple[int, str]]:
        """Give size and note of so many kept checkpoints, the largest first."""

    @abstractmethod
    def checkpoint_at(self, house: UUID, size: int) -> str | None:
        """Give the checkpoint of exactly this size, if one was signed."""

    @abstractmethod
    def sealed_values(self, commitments: Sequence[str]) -> dict[str, Sealed]:
        """Give the sealed values that are there, by commitment."""

    def size_of(self, house: UUID) -> int:
        """Give the number of leaves in a house's log."""
        return self.head(house).size

    def node(self, house: UUID, level: int, index: int) -> bytes:
        """Give the hash of one complete subtree."""
        found = self.nodes(house, [(level, index)])
        if (level, index) not in found:
            raise LogDamagedError("node_missing", f"{house} level {level} index {index}")
        return found[level, index]

    def root_at(self, house: UUID, size: int) -> bytes:
        """Give the root hash the log had at a smaller size."""
        if size == 0:
            return Frontier().root
        plan = plan_root(size)
        return fill(plan, self.nodes(house, places_of([plan])))[0]

    def receipts(
        self, house: UUID, indexes: Sequence[int], size: int
    ) -> dict[int, tuple[bytes, ...]]:
        """Give the inclusion proofs of several leaves in the tree of `size`, with one read."""
        plans = {index: plan_inclusion(index, size) for index in indexes}
        hashes = self.nodes(house, places_of(plans.values()))
        return {index: fill(plan, hashes) for index, plan in plans.items()}

    def consistency_proof(self, house: UUID, old_size: int, new_size: int) -> tuple[bytes, ...]:
        """Prove that the log at `new_size` extends itself at `old_size`."""
        return consistency_proof(old_size, new_size, lambda places: self.nodes(house, places))


def complete(rows: Sequence[bytes], house: UUID, start: int, stop: int) -> list[bytes]:
    """Make sure that a range of the log was read whole."""
    if len(rows) != max(0, stop - start):
        raise LogDamagedError("entries_missing", f"{house} {start}..{stop}: {len(rows)} found")
    return list(rows)
