"""A house bound to a chat, with a meeting that is called; on either store where a test asks so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from api.chat.outbox import Outbox
from tests.chat.stage import CHAT
from tests.integration.small import Meeting, called, installation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def store(request: pytest.FixtureRequest) -> dict[str, str]:
    """Give the settings of an empty store: SQLite, unless `stage.BOTH_STORES` asks for more."""
    if getattr(request, "param", "sqlite") == "sqlite":
        return {}
    dsn: dict[str, str] = request.getfixturevalue("postgres_dsn")
    return {"SOBRANIE_STORE": "postgres", **dsn}


@pytest.fixture
def meeting(store: dict[str, str], tmp_path: Path) -> Iterator[Meeting]:
    """Give a house bound to a chat with a meeting that is called."""
    with installation(tmp_path / "home", store) as (services, clock):
        made = called(services, clock)
        Outbox(services).bind(made.house, CHAT)
        yield made
