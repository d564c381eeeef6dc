"""The log as a persistence module: found by the library, called, and not to be gone around."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from eventsourcing.application import Application
from eventsourcing.persistence import (
    InfrastructureFactory,
    InfrastructureFactoryError,
    Mapper,
    OperationalError,
    ProgrammingError,
    StoredEvent,
)
from typing_extensions import override

from signing.merkle import leaf_hash
from signing.postgres import LogRecorder as PostgresLog
from signing.sqlite import LogRecorder as SQLiteLog
from signing.store import Appended, LogStore
from tests.contract.conftest import Log, OpenLog
from tests.signing.builders import HOUSE, event, events, stream


class PassingMapper(Mapper[UUID]):
    """Takes stored events for domain events."""

    @override
    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        event: StoredEvent = domain_event
        return event

    @override
    def to_domain_event(self, stored_event: StoredEvent) -> Any:
        return stored_event


def test_the_library_is_the_one_whose_hooks_are_known() -> None:
    assert version("eventsourcing").startswith("9.5.")


def test_an_application_writes_through_the_log(store_settings: dict[str, str]) -> None:
    with Application[UUID](
        {**store_settings, "MAPPER_TOPIC": f"{__name__}:PassingMapper"}
    ) as application:
        recorder = application.recorder
        assert isinstance(recorder, LogStore)
        appended: list[Appended] = []
        fact: Any = event("a", 1)
        application.save(fact, appended=appended, expected={stream("m"): 0}, sealed=[])
        assert recorder.entries(HOUSE, 0, 1) == [fact.state]
        assert appended[0].leaf_hashes == (leaf_hash(fact.state),)


def test_every_setting_that_writes_past_the_log_is_refused(store_settings: dict[str, str]) -> None:
    for setting in (
        {"APPLICATION_RECORDER_TOPIC": "eventsourcing.sqlite:SQLiteApplicationRecorder"},
        {"ORIGINATOR_ID_TYPE": "text"},
        *([{"POSTGRES_ENABLE_DB_FUNCTIONS": "yes"}] if "POSTGRES_DBNAME" in store_settings else []),
    ):
        with pytest.raises(InfrastructureFactoryError):
            InfrastructureFactory.construct({**store_settings, **setting})
    factory: InfrastructureFactory = InfrastructureFactory.construct(store_settings)
    with pytest.raises(InfrastructureFactoryError):
        factory.process_recorder()
    factory.close()


def test_a_worker_makes_no_tables(open_log: OpenLog) -> None:
    worker = open_log(CREATE_TABLE="no")
    with pytest.raises((OperationalError, ProgrammingError), match=r"log_heads|stored_events"):
        worker.insert_events(events(1))


def test_the_library_reads_what_the_log_wrote(log: Log) -> None:
    log.insert_events([event("a", 1), event("a", 2)])
    assert log.max_notification_id() == 2
    assert [one.originator_version for one in log.select_events(stream("a"), gt=1)] == [2]
    (second,) = log.select_notifications(start=2, limit=5, topics=["ballot-received/1"])
    assert second.state == event("a", 2).state


def test_an_empty_batch_writes_nothing(log: Log) -> None:
    assert list(log.insert_events([]) or []) == []
    assert log.houses() == []


def test_sqlite_is_set_to_survive_a_power_cut_and_to_erase(tmp_path: Path) -> None:
    factory: InfrastructureFactory = InfrastructureFactory.construct(
        {"PERSISTENCE_MODULE": "signing.sqlite", "SQLITE_DBNAME": str(tmp_path / "log.sqlite")}
    )
    recorder = factory.application_recorder()
    assert isinstance(recorder, SQLiteLog)
    wanted = {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1}
    with recorder.datastore.get_connection(commit=False) as connection:
        cursor = connection.cursor()
        for pragma, value in wanted.items():
            cursor.execute(f"PRAGMA {pragma}")
            assert cursor.fetchone()[0] == value
    factory.close()


def test_a_forgotten_key_is_in_no_file_of_sqlite_any_more(tmp_path: Path) -> None:
    factory: InfrastructureFactory = InfrastructureFactory.construct(
        {"PERSISTENCE_MODULE": "signing.sqlite", "SQLITE_DBNAME": str(tmp_path / "log.sqlite")}
    )
    recorder = factory.application_recorder()
    assert isinstance(recorder, SQLiteLog)
    secret = b"the wrapped key of one person"

    def on_disk() -> bool:
        return any(secret in path.read_bytes() for path in tmp_path.iterdir())

    recorder.add_person_keys({stream("person"): secret})
    assert on_disk()
    recorder.forget_person_key(stream("person"))
    assert not on_disk()
    factory.close()


def test_sqlite_in_memory_is_a_log_too() -> None:
    factory: InfrastructureFactory = InfrastructureFactory.construct(
        {
            "PERSISTENCE_MODULE": "signing.sqlite",
            "SQLITE_DBNAME": "file:signing?mode=memory&cache=shared",
        }
    )
    recorder = factory.application_recorder()
    recorder.insert_events(events(3))
    assert isinstance(recorder, SQLiteLog)
    assert recorder.head(HOUSE).size == 3
    factory.close()


@pytest.mark.postgres
def test_a_write_that_failed_before_its_commit_is_repeated(
    postgres_dsn: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    factory: InfrastructureFactory = InfrastructureFactory.construct(
        {"PERSISTENCE_MODULE": "signing.postgres", **postgres_dsn}
    )
    recorder = factory.application_recorder()
    assert isinstance(recorder, PostgresLog)
    original = recorder._insert_all
    tries = []

    def fails_twice(*args: Any, **kwargs: Any) -> Any:
        tries.append(1)
        done = original(*args, **kwargs)
        if len(tries) < 3:
            raise OperationalError("the connection is lost")
        return done

    monkeypatch.setattr(recorder, "_insert_all", fails_twice)
    recorder.insert_events(events(4))
    assert len(tries) == 3
    assert recorder.head(HOUSE).size == 4
    factory.close()


@pytest.mark.postgres
def test_subscribers_are_woken(postgres_dsn: dict[str, str]) -> None:
    factory: InfrastructureFactory = InfrastructureFactory.construct(
        {"PERSISTENCE_MODULE": "signing.postgres", **postgres_dsn}
    )
    recorder = factory.application_recorder()
    with recorder.subscribe(gt=0) as subscription:
        recorder.insert_events(events(2))
        assert [next(subscription).id, next(subscription).id] == [1, 2]
    factory.close()
