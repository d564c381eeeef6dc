"""Fixtures that every room's tests share."""

from __future__ import annotations

import os
import uuid
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from api.private_postgres import (
    PostgresUnavailableError,
    PrivatePostgres,
    private_postgres,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

# A deadline would make a property depend on the machine's speed.
settings.register_profile(
    "sobranie",
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("sobranie")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PrivatePostgres]:
    """Start one PostgreSQL for the whole run; skipped only where it is not installed."""
    try:
        with private_postgres(durable=False) as server:
            yield server
    except PostgresUnavailableError as missing:
        if os.environ.get("REQUIRE_POSTGRES"):
            raise
        pytest.skip(f"PostgreSQL is not installed: {missing}")


@pytest.fixture
def postgres_dsn(postgres_server: PrivatePostgres) -> dict[str, str]:
    """Give the settings of an empty database."""
    return postgres_server.create_database(f"t{uuid.uuid4().hex}")
