"""The log in PostgreSQL: a persistence module for eventsourcing.

It is chosen by the library's setting `PERSISTENCE_MODULE=signing.postgres`.

Traps of the library that this module steps around:

* its `insert_events` lets a transaction commit when a hook raises after the insert, so the
  transaction here is our own: whatever is raised inside rolls everything back;
* it repeats a failed write, which after a commit in doubt would look like somebody else's write:
  here only what failed before the commit was sent is repeated;
* `POSTGRES_ENABLE_DB_FUNCTIONS` writes past the recorder and is refused at the start;
* tables made by several workers at once collide: an advisory lock lets one after another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, LiteralString, NoReturn
from uuid import UUID

from eventsourcing import postgres as library
from eventsourcing.persistence import (
    InfrastructureFactoryError,
    InterfaceError,
    OperationalError,
    StoredEvent,
)
from eventsourcing.utils import Environment, EnvType
from psycopg import Connection
from psycopg.rows import DictRow
from psycopg.sql import SQL, Identifier, Literal
from typing_extensions import override

from signing import postgres_schema as sql
from signing.merkle import Frontier
from signing.postgres_reads import LogReads, heads_of
from signing.sealing import Sealed
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

EVENTS_TABLE = "stored_events"
_WRITE_ATTEMPTS = 5
_CREATE_LOCK = 0x736F6272616E6965


class LogRecorder(LogReads):
    """Records events and grows their houses' logs in one transaction."""

    def __init__(
        self, datastore: library.PostgresDatastore, *, events_table_name: str = EVENTS_TABLE
    ) -> None:
        """Add the tables of the log to those of the library."""
        super().__init__(datastore, events_table_name=events_table_name)
        own: tuple[LiteralString, ...] = (sql.EVENTS, *sql.LOG)
        # The library's table of events (ours has the leaf) and its function are left out.
        kept = [
            made
            for place, made in enumerate(self.sql_create_statements)
            if place
            not in (self.create_table_statement_index, self.create_insert_function_statement_index)
        ]
        self.sql_create_statements = [*map(self.statement, own), *kept]
        self._append = self.statement(sql.APPEND)
        # The library's lock, kept to the letter: subscribers rely on ids in the order of commits.
        self._lock = [
            SQL(text).format(
                timeout=Literal(f"{datastore.lock_timeout}s"),
                schema=Identifier(datastore.schema),
                table=Identifier(events_table_name),
                channel=Identifier(self.channel_name),
            )
            for text in sql.LOCK
        ]

    @override
    def create_table(self) -> None:
        """Make the tables, one process after another."""
        with self.datastore.get_connection() as connection:
            connection.execute("SELECT pg_advisory_lock(%s)", [_CREATE_LOCK])
            try:
                super().create_table()
            finally:
                connection.execute("SELECT pg_advisory_unlock(%s)", [_CREATE_LOCK])

    @override
    def insert_events(
        self, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        """Write events with their leaves; `_insert_all` names the keyword arguments."""
        leaves = leaves_of(stored_events)
        attempt = 1
        while True:
            in_doubt = False
            try:
                with self.datastore.get_connection() as connection, connection.transaction():
                    ids, growth = self._insert_all(connection, leaves, **kwargs)
                    in_doubt = True
            except (InterfaceError, OperationalError):
                if in_doubt or attempt == _WRITE_ATTEMPTS:
                    raise
                attempt += 1
            else:
                _report(growth, **kwargs)
                return ids

    def _insert_all(
        self,
        connection: Connection[DictRow],
        leaves: Sequence[Leaf],
        *,
        expected: Mapping[UUID, int] | None = None,
        sizes: Mapping[UUID, int] | None = None,
        sealed: Sequence[Sealed] = (),
        **_: Any,
    ) -> tuple[list[int], Growth]:
        """Lock, check what the decision rests on, and write everything in one statement."""
        needed = versions_needed(expected or {}, leaves)
        versions, heads = self._locked(connection, needed, {leaf.house for leaf in leaves})
        check_versions(needed, versions)
        check_sizes(sizes or {}, heads)
        growth = grow(leaves, heads)
        columns = _columns(leaves, growth, sealed)
        with connection.cursor(binary=True) as curs:
            curs.execute(self._append, columns, prepare=True)
            return [row["notification_id"] for row in curs.fetchall()], growth

    def _locked(
        self, connection: Connection[DictRow], streams: Iterable[UUID], houses: Iterable[UUID]
    ) -> tuple[dict[UUID, int], dict[UUID, Frontier]]:
        """Lock, then read versions and heads; all of it goes to the server and back once."""
        with connection.pipeline():
            for statement in self._lock:
                connection.execute(statement)
            asked = [
                connection.cursor(binary=True).execute(
                    self.statement(text), [list(ids)], prepare=True
                )
                for text, ids in ((sql.VERSIONS, streams), (sql.HEADS, houses))
            ]
        versions, heads = (curs.fetchall() for curs in asked)
        return {row["stream"]: row["version"] or 0 for row in versions}, heads_of(heads)

    def _write(self, text: LiteralString, values: Sequence[Any]) -> None:
        with self.datastore.get_connection() as connection:
            connection.execute(self.statement(text), values)

    @override
    def put_checkpoint(self, house: UUID, size: int, note: str) -> None:
        """Keep a signed checkpoint."""
        self._write(sql.UPSERT_CHECKPOINT, [house, size, note])

    def add_person_keys(self, wrapped: Mapping[UUID, bytes]) -> None:
        """Add keys for persons who have none."""
        self._write(sql.ADD_PERSON_KEYS, [list(wrapped), list(wrapped.values())])

    def forget_person_key(self, person: UUID) -> None:
        """Destroy a key; backups and archived write-ahead logs are the operator's to expire."""
        self._write(sql.FORGET_PERSON_KEY, [person])
        self._write(sql.VACUUM_PERSON_KEYS, [])


def _report(growth: Growth, appended: list[Appended] | None = None, **_: Any) -> None:
    if appended is not None:
        appended[:] = growth.appended


def _columns(leaves: Sequence[Leaf], growth: Growth, sealed: Sequence[Sealed]) -> dict[str, Any]:
    return {
        "streams": [leaf.stream for leaf in leaves],
        "versions": [leaf.event.originator_version for leaf in leaves],
        "topics": [leaf.event.topic for leaf in leaves],
        "states": [leaf.event.state for leaf in leaves],
        "leaf_houses": [leaf.house for leaf in leaves],
        "leaf_indexes": list(growth.indexes),
        "leaf_hashes": [leaf.hash for leaf in leaves],
        "node_houses": [node[0] for node in growth.nodes],
        "node_levels": [node[1] for node in growth.nodes],
        "node_indexes": [node[2] for node in growth.nodes],
        "node_hashes": [node[3] for node in growth.nodes],
        "head_houses": [head.house for head in growth.heads],
        "head_sizes": [head.size for head in growth.heads],
        "frontiers": [head.frontier.to_bytes() for head in growth.heads],
        "roots": [head.root for head in growth.heads],
        "commitments": [one.commitment for one in sealed],
        "persons": [one.person for one in sealed],
        "ciphertexts": [one.ciphertext for one in sealed],
    }


class Factory(library.PostgresFactory):
    """Builds the recorder; the only one that may write events."""

    application_recorder_class = LogRecorder

    def __init__(self, env: Environment | EnvType | None) -> None:
        """Read the settings of the library and refuse those that write past the log."""
        super().__init__(env)
        if self.datastore.enable_db_functions:
            raise InfrastructureFactoryError("POSTGRES_ENABLE_DB_FUNCTIONS writes past the log")
        if self.env.get(self.APPLICATION_RECORDER_TOPIC):
            raise InfrastructureFactoryError("another recorder would write events without leaves")
        if self.datastore.originator_id_type != "uuid":
            raise InfrastructureFactoryError("streams of the log are named by UUIDs")

    @override
    def application_recorder(self) -> LogRecorder:
        """Build the recorder; the table's name does not depend on the application's."""
        recorder = LogRecorder(self.datastore)
        if self.env_create_table():
            recorder.create_table()
        return recorder

    @override
    def process_recorder(self) -> NoReturn:
        """Refuse: a process recorder would write events without leaves."""
        raise InfrastructureFactoryError("process recorders write events without leaves")
