"""The read tables of turnout: rows, and the position in the log up to which they are made.

Built on the library's tracking recorders, so that every fact is applied exactly once on both
databases, and a rebuild from nothing gives the same rows. On SQLite they live in a file of their
own, so that following never waits for, or holds up, the writer.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, cast

import orjson
from eventsourcing.persistence import InfrastructureFactory, Tracking
from eventsourcing.postgres import PostgresFactory, PostgresTrackingRecorder
from eventsourcing.sqlite import (
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteFactory,
    SQLiteTrackingRecorder,
)
from eventsourcing.utils import Environment
from psycopg.sql import SQL, Identifier
from typing_extensions import override

from projections.board import Board, Context
from projections.turnout import Turnout, meeting_of

if TYPE_CHECKING:
    from uuid import UUID

    from domain.events import Recorded

NAME = "turnout"
_TABLES = ("turnouts", "seats")


class TurnoutTables(Protocol):
    """The read tables of one database."""

    def max_tracking_id(self, application_name: str) -> int | None:
        """Give the position up to which the rows are made."""
        ...

    def turnout(self, meeting: UUID) -> Turnout | None:
        """Read a meeting's row."""
        ...

    def apply(
        self,
        entries: Sequence[Recorded],
        since: int | None,
        position: int,
        context: Context | None = None,
    ) -> bool:
        """Apply facts that follow `since` and the new position in one transaction.

        Nothing is done, and False given, when another process has moved the position meanwhile.
        """
        ...

    def clear(self) -> None:
        """Forget every row and the position, to rebuild from nothing."""
        ...


class _Rows:
    """What both databases share: reading rows, applying facts, writing rows."""

    def apply(
        self,
        entries: Sequence[Recorded],
        since: int | None,
        position: int,
        context: Context | None = None,
    ) -> bool:
        """Apply facts that follow `since` and the new position in one transaction."""
        meetings = {meeting_of(recorded) for recorded in entries}
        ballots = {recorded.originator_id for recorded in entries}
        with self._transaction() as cursor:
            self._lock(cursor)
            if self._max_tracking_id(NAME, cursor) != since:
                return False
            board = Board(
                {m: Turnout.from_text(m, t) for m, t in self._read(cursor, "turnouts", meetings)},
                {b: int(t) for b, t in self._read(cursor, "seats", ballots)},
                context,
            )
            known = dict(board.seats)
            board.apply(entries)
            self._write(cursor, "turnouts", {m: t.to_text() for m, t in board.turnouts.items()})
            fresh = {b: str(e) for b, e in board.seats.items() if b not in known}
            self._write(cursor, "seats", fresh)
            self._insert_tracking(cursor, Tracking(NAME, position))
        return True

    def turnout(self, meeting: UUID) -> Turnout | None:
        """Read a meeting's row."""
        with self._transaction() as cursor:
            rows = self._read(cursor, "turnouts", [meeting])
        return Turnout.from_text(meeting, rows[0][1]) if rows else None

    @abstractmethod
    def _transaction(self) -> Any: ...

    @abstractmethod
    def _read(self, cursor: Any, table: str, keys: Iterable[UUID]) -> list[tuple[UUID, str]]: ...

    @abstractmethod
    def _write(self, cursor: Any, table: str, rows: Mapping[UUID, str]) -> None: ...

    @abstractmethod
    def _lock(self, cursor: Any) -> None: ...

    @abstractmethod
    def _max_tracking_id(self, name: str, cursor: Any) -> int | None: ...

    @abstractmethod
    def _insert_tracking(self, cursor: Any, tracking: Tracking) -> None: ...


def _text(value: object) -> str:
    return orjson.dumps(value).decode()


class _Pool(SQLiteConnectionPool):
    """Waits for no disk: rows lost in a crash go with their position, and are made again."""

    @override
    def _create_connection(self) -> SQLiteConnection:
        connection = super()._create_connection()
        connection._sqlite_conn.execute("PRAGMA synchronous=NORMAL")
        return connection


class SQLiteTurnoutTables(SQLiteTrackingRecorder, _Rows):
    """The read tables on SQLite."""

    @override
    def construct_create_table_statements(self) -> list[str]:
        """Add our tables to the library's own."""
        create = "CREATE TABLE IF NOT EXISTS {} (id TEXT PRIMARY KEY, body TEXT) WITHOUT ROWID"
        return [*super().construct_create_table_statements(), *map(create.format, _TABLES)]

    def clear(self) -> None:
        """Forget every row and the position."""
        with self._transaction() as cursor:
            for table in _TABLES:
                cursor.execute(f"DELETE FROM {table}")  # noqa: S608 - names of our own
            cursor.execute("DELETE FROM tracking WHERE application_name = ?", (NAME,))

    @override
    def _transaction(self) -> Any:
        return self.datastore.transaction(commit=True)

    @override
    def _read(self, cursor: Any, table: str, keys: Iterable[UUID]) -> list[tuple[UUID, str]]:
        by_hex = {key.hex: key for key in keys}
        cursor.execute(
            f"SELECT t.id, t.body FROM json_each(?) AS asked CROSS JOIN {table} AS t"  # noqa: S608
            " ON t.id = asked.value",
            (_text(list(by_hex)),),
        )
        return [(by_hex[row["id"]], row["body"]) for row in cursor.fetchall()]

    @override
    def _write(self, cursor: Any, table: str, rows: Mapping[UUID, str]) -> None:
        cursor.execute(
            f"INSERT OR REPLACE INTO {table}"  # noqa: S608 - names of our own
            " SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(?)",
            (_text([(key.hex, body) for key, body in rows.items()]),),
        )

    @override
    def _lock(self, cursor: Any) -> None:
        # A write that changes nothing takes the write lock before anything is read.
        cursor.execute("UPDATE tracking SET notification_id = notification_id WHERE 0")


class PostgresTurnoutTables(PostgresTrackingRecorder, _Rows):
    """The read tables on PostgreSQL."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Add our tables to the library's own."""
        super().__init__(*args, **kwargs)
        self.check_identifier_length("read_turnouts")
        for table in _TABLES:
            self.sql_create_statements.append(
                SQL("CREATE TABLE IF NOT EXISTS {} (id uuid PRIMARY KEY, body text)").format(
                    self._table(table)
                )
            )

    def clear(self) -> None:
        """Forget every row and the position."""
        with self._transaction() as cursor:
            for table in _TABLES:
                cursor.execute(SQL("DELETE FROM {}").format(self._table(table)))
            tracking = Identifier(self.datastore.schema, self.tracking_table_name)
            cursor.execute(
                SQL("DELETE FROM {} WHERE application_name = %s").format(tracking), (NAME,)
            )

    def _table(self, table: str) -> Identifier:
        return Identifier(self.datastore.schema, f"read_{table}")

    @override
    def _transaction(self) -> Any:
        return self.datastore.transaction(commit=True)

    @override
    def _read(self, cursor: Any, table: str, keys: Iterable[UUID]) -> list[tuple[UUID, str]]:
        query = SQL("SELECT id, body FROM {} WHERE id = ANY(%s)").format(self._table(table))
        cursor.execute(query, (list(keys),))
        return [(row["id"], row["body"]) for row in cursor.fetchall()]

    @override
    def _write(self, cursor: Any, table: str, rows: Mapping[UUID, str]) -> None:
        query = SQL(
            "INSERT INTO {} SELECT * FROM unnest(%s::uuid[], %s::text[])"
            " ON CONFLICT (id) DO UPDATE SET body = excluded.body"
        ).format(self._table(table))
        cursor.execute(query, (list(rows), list(rows.values())))

    @override
    def _lock(self, cursor: Any) -> None:
        cursor.execute(SQL("LOCK TABLE {} IN EXCLUSIVE MODE").format(self._table("turnouts")))


def open_tables(env: Mapping[str, str]) -> TurnoutTables:
    """Open the read tables; `PERSISTENCE_MODULE` is one of the library's two modules."""
    factory = InfrastructureFactory.construct(Environment(NAME, dict(env)))
    if isinstance(factory, PostgresFactory):
        return cast("TurnoutTables", factory.tracking_recorder(PostgresTurnoutTables))
    if isinstance(factory, SQLiteFactory):
        plain = factory.datastore.pool
        factory.datastore.pool = _Pool(db_name=plain.db_name, lock_timeout=plain.lock_timeout)
        plain.close()
        return cast("TurnoutTables", factory.tracking_recorder(SQLiteTurnoutTables))
    raise TypeError(f"no read tables for {type(factory).__qualname__}")
