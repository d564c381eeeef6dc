"""What is read from the log in PostgreSQL; each method is one query, however many keys."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, LiteralString
from uuid import UUID

from eventsourcing import postgres as library
from eventsourcing.persistence import InterfaceError, OperationalError
from eventsourcing.utils import retry
from psycopg.rows import DictRow
from psycopg.sql import SQL, Composed, Identifier
from typing_extensions import override

from signing import postgres_schema as sql
from signing.errors import LogDamagedError
from signing.merkle import Frontier, Hashes, Place
from signing.sealing import Sealed
from signing.store import Head, LogStore, complete

_EVERYTHING = 2**63 - 1


class LogReads(LogStore, library.PostgresApplicationRecorder):
    """The reading half of the recorder."""

    def statement(self, text: LiteralString) -> Composed:
        """Name the schema and the table of events in a statement."""
        return SQL(text).format(
            schema=Identifier(self.datastore.schema), table=Identifier(self.events_table_name)
        )

    @retry((InterfaceError, OperationalError), max_attempts=10, wait=0.2)
    def _read(
        self, text: LiteralString, values: Sequence[Any] | dict[str, Any] = ()
    ) -> list[DictRow]:
        with self.datastore.get_connection() as connection, connection.cursor(binary=True) as curs:
            return curs.execute(self.statement(text), values, prepare=True).fetchall()

    @override
    def head(self, house: UUID) -> Head:
        """Give the head of a house's log."""
        heads = heads_of(self._read(sql.HEADS, [[house]]))
        return Head(house, heads.get(house, Frontier()))

    @override
    def houses(self) -> list[UUID]:
        """List the houses that have a log."""
        return [row["house"] for row in self._read(sql.HOUSES)]

    @override
    def entries(self, house: UUID, start: int, stop: int) -> list[bytes]:
        """Give the records of leaves `start` up to `stop`."""
        rows = self._read(sql.ENTRIES, [house, start, stop])
        return complete([row["state"] for row in rows], house, start, stop)

    @override
    def leaf_hashes(self, house: UUID, start: int, stop: int) -> list[bytes]:
        """Give the hashes of leaves `start` up to `stop`."""
        rows = self._read(sql.LEAF_HASHES, [house, start, stop])
        return complete([row["hash"] for row in rows], house, start, stop)

    @override
    def nodes(self, house: UUID, places: Sequence[Place]) -> Hashes:
        """Give the hashes of complete subtrees."""
        inner = [place for place in places if place[0]]
        values = {
            "house": house,
            "levels": [level for level, _ in inner],
            "indexes": [index for _, index in inner],
            "leaves": [index for level, index in places if level == 0],
        }
        return {(row["level"], row["idx"]): row["hash"] for row in self._read(sql.NODES_AT, values)}

    @override
    def index_of(self, stream: UUID, version: int) -> int:
        """Give the leaf index of a record."""
        rows = self._read(sql.INDEX_OF, [stream, version])
        if not rows:
            raise LogDamagedError("leaf_missing", f"{stream}/{version}")
        return int(rows[0]["idx"])

    @override
    def stored(self, streams: Sequence[UUID]) -> dict[UUID, list[bytes]]:
        """Give the records of many streams."""
        found: dict[UUID, list[bytes]] = {stream: [] for stream in streams}
        for row in self._read(sql.STORED, [list(streams)]):
            found[row["originator_id"]].append(row["state"])
        return found

    @override
    def entries_of_types(
        self, house: UUID, types: Sequence[str], stop: int | None = None
    ) -> list[bytes]:
        """Give the records of some types in a house's log."""
        end = _EVERYTHING if stop is None else stop
        return [row["state"] for row in self._read(sql.ENTRIES_OF_TYPES, [house, list(types), end])]

    @override
    def latest_checkpoint(self, house: UUID) -> tuple[int, str] | None:
        """Give size and note of the largest signed checkpoint."""
        rows = self._read(sql.LATEST_CHECKPOINT, [house])
        return (int(rows[0]["size"]), str(rows[0]["note"])) if rows else None

    @override
    def recent_checkpoints(self, house: UUID, most: int) -> list[tuple[int, str]]:
        """Give size and note of so many kept checkpoints, the largest first."""
        rows = self._read(sql.RECENT_CHECKPOINTS, [house, most])
        return [(int(row["size"]), str(row["note"])) for row in rows]

    @override
    def checkpoint_at(self, house: UUID, size: int) -> str | None:
        """Give the checkpoint of exactly this size."""
        rows = self._read(sql.CHECKPOINT_AT, [house, size])
        return str(rows[0]["note"]) if rows else None

    @override
    def sealed_values(self, commitments: Sequence[str]) -> dict[str, Sealed]:
        """Give the sealed values that are there."""
        rows = self._read(sql.SEALED_VALUES, [list(commitments)])
        return {row["commitment"]: Sealed(**row) for row in rows}

    def person_keys(self, persons: Sequence[UUID]) -> dict[UUID, bytes]:
        """Give the wrapped keys that are there."""
        rows = self._read(sql.PERSON_KEYS, [list(persons)])
        return {row["person"]: row["wrapped"] for row in rows}


def heads_of(rows: Iterable[DictRow]) -> dict[UUID, Frontier]:
    """Give the right edges of houses' logs from their rows."""
    return {row["house"]: Frontier.from_bytes(row["size"], row["frontier"]) for row in rows}
