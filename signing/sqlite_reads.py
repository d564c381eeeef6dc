"""What is read from the log in SQLite; each method is one query, however many keys."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import orjson
from eventsourcing import sqlite as library
from typing_extensions import override

from signing import sqlite_schema as sql
from signing.errors import LogDamagedError
from signing.merkle import Frontier, Hashes, Place
from signing.sealing import Sealed
from signing.store import Head, LogStore, complete

_EVERYTHING = 2**63 - 1


class LogReads(LogStore, library.SQLiteApplicationRecorder):
    """The reading half of the recorder."""

    def heads_in(self, c: library.SQLiteCursor, houses: Iterable[UUID]) -> dict[UUID, Frontier]:
        """Read the right edges of some houses' logs within a transaction."""
        c.execute(sql.HEADS, (ids_json(houses),))
        return {
            UUID(row["house"]): Frontier.from_bytes(row["size"], row["frontier"])
            for row in c.fetchall()
        }

    def _read(self, statement: str, *values: Any) -> list[Any]:
        with self.datastore.transaction(commit=False) as c:
            c.execute(statement, values)
            return list(c.fetchall())

    @override
    def head(self, house: UUID) -> Head:
        """Give the head of a house's log."""
        with self.datastore.transaction(commit=False) as c:
            return Head(house, self.heads_in(c, {house}).get(house, Frontier()))

    @override
    def houses(self) -> list[UUID]:
        """List the houses that have a log."""
        return [UUID(row["house"]) for row in self._read(sql.HOUSES)]

    @override
    def entries(self, house: UUID, start: int, stop: int) -> list[bytes]:
        """Give the records of leaves `start` up to `stop`."""
        rows = self._read(sql.ENTRIES, house.hex, start, stop)
        return complete([row["state"] for row in rows], house, start, stop)

    @override
    def leaf_hashes(self, house: UUID, start: int, stop: int) -> list[bytes]:
        """Give the hashes of leaves `start` up to `stop`."""
        rows = self._read(sql.LEAF_HASHES, house.hex, start, stop)
        return complete([row["hash"] for row in rows], house, start, stop)

    @override
    def nodes(self, house: UUID, places: Sequence[Place]) -> Hashes:
        """Give the hashes of complete subtrees."""
        leaves = to_json([index for level, index in places if level == 0])
        nodes = to_json([place for place in places if place[0]])
        rows = self._read(sql.LEAVES_AT, leaves, house.hex)
        rows += self._read(sql.NODES_AT, nodes, house.hex)
        return {(row["level"], row["idx"]): row["hash"] for row in rows}

    @override
    def index_of(self, stream: UUID, version: int) -> int:
        """Give the leaf index of a record."""
        rows = self._read(sql.INDEX_OF, stream.hex, version)
        if not rows:
            raise LogDamagedError("leaf_missing", f"{stream}/{version}")
        return int(rows[0]["idx"])

    @override
    def stored(self, streams: Sequence[UUID]) -> dict[UUID, list[bytes]]:
        """Give the records of many streams."""
        by_hex: dict[str, list[bytes]] = {stream.hex: [] for stream in streams}
        for row in self._read(sql.STORED, to_json(list(by_hex))):
            by_hex[row["originator_id"]].append(row["state"])
        return {stream: by_hex[stream.hex] for stream in streams}

    @override
    def entries_of_types(
        self, house: UUID, types: Sequence[str], stop: int | None = None
    ) -> list[bytes]:
        """Give the records of some types in a house's log."""
        asked = to_json(sorted(set(types)))
        end = _EVERYTHING if stop is None else stop
        return [row["state"] for row in self._read(sql.ENTRIES_OF_TYPES, asked, house.hex, end)]

    @override
    def put_checkpoint(self, house: UUID, size: int, note: str) -> None:
        """Keep a signed checkpoint."""
        with self.datastore.transaction(commit=True) as c:
            c.execute(sql.UPSERT_CHECKPOINT, (house.hex, size, note))

    @override
    def latest_checkpoint(self, house: UUID) -> tuple[int, str] | None:
        """Give size and note of the largest signed checkpoint."""
        rows = self._read(sql.LATEST_CHECKPOINT, house.hex)
        return (int(rows[0]["size"]), str(rows[0]["note"])) if rows else None

    @override
    def recent_checkpoints(self, house: UUID, most: int) -> list[tuple[int, str]]:
        """Give size and note of so many kept checkpoints, the largest first."""
        rows = self._read(sql.RECENT_CHECKPOINTS, house.hex, most)
        return [(int(row["size"]), str(row["note"])) for row in rows]

    @override
    def checkpoint_at(self, house: UUID, size: int) -> str | None:
        """Give the checkpoint of exactly this size."""
        rows = self._read(sql.CHECKPOINT_AT, house.hex, size)
        return str(rows[0]["note"]) if rows else None

    @override
    def sealed_values(self, commitments: Sequence[str]) -> dict[str, Sealed]:
        """Give the sealed values that are there."""
        rows = self._read(sql.SEALED_VALUES, to_json(list(commitments)))
        return {
            row["commitment"]: Sealed(row["commitment"], UUID(row["person"]), row["ciphertext"])
            for row in rows
        }

    def person_keys(self, persons: Sequence[UUID]) -> dict[UUID, bytes]:
        """Give the wrapped keys that are there."""
        rows = self._read(sql.PERSON_KEYS, ids_json(persons))
        return {UUID(row["person"]): row["wrapped"] for row in rows}


def ids_json(ids: Iterable[UUID]) -> str:
    """Write ids as the one argument of a query."""
    return to_json([one.hex for one in ids])


def to_json(value: object) -> str:
    """Write rows or keys as the one argument of a statement."""
    return orjson.dumps(value).decode()
