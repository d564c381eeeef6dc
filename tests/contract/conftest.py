"""Both stores of the log, each on an empty database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from eventsourcing.persistence import InfrastructureFactory

from signing.postgres import LogRecorder as PostgresLog
from signing.sqlite import LogRecorder as SQLiteLog

Log = PostgresLog | SQLiteLog
OpenLog = Callable[..., Log]
STORES = ("sqlite", pytest.param("postgres", marks=pytest.mark.postgres))


@pytest.fixture(params=STORES)
def store_settings(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    """Give the settings of an empty database."""
    if request.param == "postgres":
        dsn: dict[str, str] = request.getfixturevalue("postgres_dsn")
        return {"PERSISTENCE_MODULE": "signing.postgres", **dsn}
    path: Path = tmp_path_factory.mktemp("log") / "log.sqlite"
    return {"PERSISTENCE_MODULE": "signing.sqlite", "SQLITE_DBNAME": str(path)}


@pytest.fixture
def open_log(store_settings: dict[str, str]) -> Iterator[OpenLog]:
    """Open the log as another process would; closed again at the end."""
    opened = []

    def open_(**settings: str) -> Log:
        factory: InfrastructureFactory = InfrastructureFactory.construct(
            {**store_settings, **settings}
        )
        opened.append(factory)
        recorder = factory.application_recorder()
        if not isinstance(recorder, PostgresLog | SQLiteLog):
            raise TypeError(type(recorder))
        return recorder

    yield open_
    for factory in opened:
        factory.close()


@pytest.fixture
def log(open_log: OpenLog) -> Log:
    """Open the log and make its tables."""
    return open_log()
