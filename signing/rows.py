"""The rows of the log as they stand, for whoever distrusts them; plain reads on both stores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, LiteralString
from uuid import UUID

from eventsourcing.postgres import PostgresApplicationRecorder
from eventsourcing.sqlite import SQLiteApplicationRecorder
from psycopg.sql import SQL, Identifier

from signing.errors import LogDamagedError

Recorder = SQLiteApplicationRecorder | PostgresApplicationRecorder

LEAF_ROWS: LiteralString = """
SELECT idx, originator_id, originator_version, topic, hash, state FROM {events}
WHERE house = :house AND idx >= :start ORDER BY idx LIMIT :count"""
NODES: LiteralString = "SELECT level, idx, hash FROM {nodes} WHERE house = :house"
HEAD: LiteralString = "SELECT size, frontier, root FROM {heads} WHERE house = :house"
CHECKPOINTS: LiteralString = """
SELECT size, note FROM {checkpoints} WHERE house = :house ORDER BY size"""
HOUSES: LiteralString = """
SELECT house FROM {heads} UNION SELECT house FROM {events} ORDER BY house"""
SEALED: LiteralString = "SELECT commitment, person FROM {sealed} ORDER BY commitment"
PERSONS: LiteralString = "SELECT person FROM {keys} ORDER BY person"
TABLES = {
    "events": "stored_events",
    "nodes": "log_nodes",
    "heads": "log_heads",
    "checkpoints": "log_checkpoints",
    "sealed": "sealed_values",
    "keys": "person_keys",
}


@dataclass(frozen=True, slots=True)
class LeafRow:
    """A leaf and its event."""

    index: int
    stream: UUID
    version: int
    type: str
    hash: bytes
    state: bytes


class LogRows:
    """Reads rows past every check of the store."""

    def __init__(self, recorder: Recorder) -> None:
        """Read through a recorder's own connections."""
        self._recorder = recorder

    def houses(self) -> list[UUID]:
        """List every house that any row of the log names."""
        return [_id(row["house"]) for row in self._read(HOUSES)]

    def leaf_rows(self, house: UUID, start: int, count: int) -> list[LeafRow]:
        """Give some leaves from an index on."""
        return [
            LeafRow(
                _whole(row["idx"]), _id(row["originator_id"]), _whole(row["originator_version"]),
                str(row["topic"]), _bytes(row["hash"]), _bytes(row["state"]),
            )
            for row in self._read(LEAF_ROWS, house=house, start=start, count=count)
        ]  # fmt: skip

    def all_nodes(self, house: UUID) -> dict[tuple[int, int], bytes]:
        """Give every node of a house's tree."""
        rows = self._read(NODES, house=house)
        return {(row["level"], row["idx"]): _bytes(row["hash"]) for row in rows}

    def head_row(self, house: UUID) -> tuple[int, bytes, bytes]:
        """Give size, right edge and root as they stand; zero and nothing where there is no row."""
        for row in self._read(HEAD, house=house):
            return row["size"], _bytes(row["frontier"]), _bytes(row["root"])
        return 0, b"", b""

    def all_checkpoints(self, house: UUID) -> list[tuple[int, str]]:
        """Give every kept checkpoint."""
        return [(row["size"], row["note"]) for row in self._read(CHECKPOINTS, house=house)]

    def sealed(self) -> list[tuple[str, UUID]]:
        """List all sealed values: commitment and person."""
        return [(row["commitment"], _id(row["person"])) for row in self._read(SEALED)]

    def persons_with_key(self) -> set[UUID]:
        """List the persons whose key is there."""
        return {_id(row["person"]) for row in self._read(PERSONS)}

    def _read(self, statement: LiteralString, **values: Any) -> Sequence[Any]:
        recorder = self._recorder
        if isinstance(recorder, SQLiteApplicationRecorder):
            given = {k: v.hex if isinstance(v, UUID) else v for k, v in values.items()}
            with recorder.datastore.transaction(commit=False) as cursor:
                cursor.execute(statement.format(**TABLES), given)
                return list(cursor.fetchall())
        schema = recorder.datastore.schema
        tables = {name: Identifier(schema, table) for name, table in TABLES.items()}
        text: LiteralString = statement
        for name in ("house", "start", "count"):
            text = text.replace(f":{name}", f"%({name})s")
        with recorder.datastore.get_connection() as connection, connection.cursor() as curs:
            return curs.execute(SQL(text).format(**tables), values).fetchall()


def _id(value: Any) -> UUID:
    try:
        return value if isinstance(value, UUID) else UUID(value)
    except (ValueError, AttributeError, TypeError) as fault:
        raise LogDamagedError("row_unreadable", f"id {value!r}") from fault


def _whole(value: Any) -> int:
    if not isinstance(value, int):
        raise LogDamagedError("row_unreadable", f"number {value!r}")
    return value


def _bytes(value: Any) -> bytes:
    """Take a value as bytes; SQLite keeps whatever was put into a column."""
    if isinstance(value, str):
        return value.encode()
    if not isinstance(value, bytes | memoryview):
        raise LogDamagedError("row_unreadable", f"bytes {value!r}")
    return bytes(value)
