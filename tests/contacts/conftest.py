"""A desk on either database, and a small meeting whose voting is open."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from api.contacts.tables import create_tables
from api.desk import Desk
from api.settings import read_settings
from tests.integration.small import Meeting, called, installation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import sqlalchemy as sa


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def env(request: pytest.FixtureRequest) -> dict[str, str]:
    """Give the settings of an empty store."""
    if request.param == "sqlite":
        return {"SOBRANIE_STORE": "sqlite"}
    dsn: dict[str, str] = request.getfixturevalue("postgres_dsn")
    return {"SOBRANIE_STORE": "postgres", **dsn}


@pytest.fixture
def engine(env: dict[str, str], tmp_path: Path) -> Iterator[sa.Engine]:
    """Open an empty desk on either database."""
    settings = read_settings({"SOBRANIE_HOME": str(tmp_path), **env})
    with closing(Desk(settings.desk_url())) as desk:
        desk.create_tables()
        create_tables(desk.engine)
        yield desk.engine


@pytest.fixture
def meeting(env: dict[str, str], tmp_path: Path) -> Iterator[Meeting]:
    """Hold a meeting whose voting is open, on either database."""
    with installation(tmp_path / "home", env) as (services, clock):
        made = called(services, clock)
        made.open()
        yield made


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Meeting]:
    """Hold the same on SQLite alone."""
    with installation(tmp_path / "home", {}) as (services, clock):
        made = called(services, clock)
        made.open()
        yield made
