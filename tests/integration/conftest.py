"""Installations on both stores."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.integration.small import Meeting, called, installation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(
    params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)],
)
def store(request: pytest.FixtureRequest) -> dict[str, str]:
    """Give the settings of an empty store."""
    if request.param == "sqlite":
        return {"SOBRANIE_STORE": "sqlite"}
    dsn: dict[str, str] = request.getfixturevalue("postgres_dsn")
    return {"SOBRANIE_STORE": "postgres", **dsn}


@pytest.fixture
def meeting(store: dict[str, str], tmp_path: Path) -> Iterator[Meeting]:
    """Give a called meeting in an installation of its own."""
    with installation(tmp_path / "home", store) as (services, clock):
        yield called(services, clock)
