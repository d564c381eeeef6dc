"""The log in SQLite: a persistence module for eventsourcing (`PERSISTENCE_MODULE=signing.sqlite`).

`CREATE_TABLE=no` is for workers: tables are made once, by a factory that has it on.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from types import TracebackType
from typing import Any, NoReturn
from uuid import UUID

from eventsourcing import sqlite as library
from eventsourcing.persistence import InfrastructureFactoryError, OperationalError, StoredEvent
from eventsourcing.utils import Environment, EnvType
from typing_extensions import override

from signing import sqlite_schema as sql
from signing.sealing import Sealed
from signing.sqlite_reads import LogReads, ids_json
from signing.store import (
    Appended,
    Growth,
    Leaf,
    check_sizes,
    check_versions,
    grow,
    leaves_of,
    versions_needed,
)

_MOST_ROWS = 128
"""Rows of one statement; the library keeps as many statements prepared."""


class _Transaction(library.SQLiteTransaction):
    """Takes the write lock at once: a lock taken later may find that others have written."""

    @override
    def __enter__(self) -> library.SQLiteCursor:
        cursor = self.connection.cursor()
        try:
            cursor.execute("BEGIN IMMEDIATE" if self.commit else "BEGIN")
        except sqlite3.OperationalError as fault:
            raise OperationalError(fault) from fault
        return cursor

    @override
    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        try:
            super().__exit__(exc_type, exc_val, exc_tb)
        finally:
            # A commit that a deferred constraint refuses leaves the transaction open.
            self.connection.rollback()


class _Connection(library.SQLiteConnection):
    @contextmanager
    @override
    def transaction(self, *, commit: bool) -> Iterator[library.SQLiteCursor]:
        with _Transaction(self, commit=commit) as cursor, cursor:
            yield cursor

    def empty_journal(self) -> None:
        """Move the write-ahead log into the database file and empty it."""
        busy, *_ = self._sqlite_conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise OperationalError("the write-ahead log is in use; forget once more")


class _Pool(library.SQLiteConnectionPool):
    @override
    def _create_connection(self) -> _Connection:
        plain = super()._create_connection()
        for pragma in sql.CONNECTION:
            plain._sqlite_conn.execute(pragma)
        return _Connection(plain._sqlite_conn, max_age=self.max_age)

    @override
    def put_connection(self, conn: library.SQLiteConnection) -> None:
        """Take a connection back, and give it out next: another's pages would be out of date."""
        super().put_connection(conn)
        with self._put_condition:
            if self._pool and self._pool[-1] is conn:
                self._pool.rotate(1)


class LogRecorder(LogReads):
    """Records events and grows their houses' logs in one transaction."""

    @override
    def construct_create_table_statements(self) -> list[str]:
        """Give the statements that make all tables of the log, the events' included."""
        return [sql.EVENTS, *sql.LOG]

    @override
    def _insert_events(
        self,
        c: library.SQLiteCursor,
        stored_events: Sequence[StoredEvent],
        *,
        expected: Mapping[UUID, int] | None = None,
        sizes: Mapping[UUID, int] | None = None,
        sealed: Sequence[Sealed] = (),
        appended: list[Appended] | None = None,
        **_: Any,
    ) -> Sequence[int]:
        """Write events, leaves, nodes, heads and sealed values; the caller's transaction is all."""
        leaves = leaves_of(stored_events)
        needed = versions_needed(expected or {}, leaves)
        check_versions(needed, self._versions(c, needed))
        heads = self.heads_in(c, {leaf.house for leaf in leaves})
        check_sizes(sizes or {}, heads)
        growth = grow(leaves, heads)
        last = _insert_log(c, leaves, growth)
        if sealed:
            rows = [(one.commitment, one.person.hex, one.ciphertext) for one in sealed]
            c.executemany(sql.INSERT_SEALED, rows)
        if appended is not None:
            appended[:] = growth.appended
        # Rows are numbered one after another while the write lock is held.
        return range(last - len(leaves) + 1, last + 1)

    def _versions(self, c: library.SQLiteCursor, streams: Mapping[UUID, int]) -> dict[UUID, int]:
        if not streams:
            return {}
        c.execute(sql.VERSIONS, (ids_json(streams),))
        return {UUID(row["stream"]): row["version"] or 0 for row in c.fetchall()}

    def add_person_keys(self, wrapped: Mapping[UUID, bytes]) -> None:
        """Add keys for persons who have none."""
        with self.datastore.transaction(commit=True) as c:
            rows = [(person.hex, blob) for person, blob in wrapped.items()]
            c.executemany(sql.ADD_PERSON_KEYS, rows)

    def forget_person_key(self, person: UUID) -> None:
        """Destroy a key: its bytes are overwritten, and the write-ahead log is emptied."""
        with self.datastore.transaction(commit=True) as c:
            c.execute(sql.FORGET_PERSON_KEY, (person.hex,))
        with self.datastore.get_connection(commit=True) as connection:
            if isinstance(connection, _Connection):
                connection.empty_journal()


def _insert_log(c: library.SQLiteCursor, leaves: Sequence[Leaf], growth: Growth) -> int:
    """Write nodes, heads and events; gives the number of the last event's row."""
    nodes = [(house.hex, *node) for house, *node in growth.nodes]
    _insert(c, sql.INSERT_NODES, sql.NODE_COLUMNS, nodes)
    c.executemany(
        sql.UPSERT_HEADS,
        [(h.house.hex, h.size, h.frontier.to_bytes(), h.root) for h in growth.heads],
    )
    events = []
    for index, leaf in zip(growth.indexes, leaves, strict=True):
        event, house = leaf.event, leaf.house.hex
        named = (leaf.stream.hex, event.originator_version, event.topic)
        events.append((*named, house, index, leaf.hash, event.state))
    _insert(c, sql.INSERT_EVENTS, sql.EVENT_COLUMNS, events)
    return int(c.lastrowid)


def _insert(
    c: library.SQLiteCursor, insert: str, columns: int, rows: Sequence[tuple[Any, ...]]
) -> None:
    for start in range(0, len(rows), _MOST_ROWS):
        some = rows[start : start + _MOST_ROWS]
        c.execute(sql.rows(insert, columns, len(some)), tuple(chain.from_iterable(some)))


class Factory(library.SQLiteFactory):
    """Builds the recorder; the only one that may write events."""

    application_recorder_class = LogRecorder

    def __init__(self, env: Environment | EnvType | None) -> None:
        """Read the settings of the library; ids other than UUIDs are refused."""
        super().__init__(env)
        if self.env.get(self.APPLICATION_RECORDER_TOPIC):
            raise InfrastructureFactoryError("another recorder would write events without leaves")
        if self.datastore.originator_id_type != "uuid":
            raise InfrastructureFactoryError("streams of the log are named by UUIDs")
        plain = self.datastore.pool
        self.datastore.pool = _Pool(db_name=plain.db_name, lock_timeout=plain.lock_timeout)
        plain.close()

    @override
    def process_recorder(self) -> NoReturn:
        """Refuse: a process recorder would write events without leaves."""
        raise InfrastructureFactoryError("process recorders write events without leaves")
