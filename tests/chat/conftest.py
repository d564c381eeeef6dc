"""A house bound to a chat, with a meeting that is called."""

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
def meeting(tmp_path: Path) -> Iterator[Meeting]:
    """Give a house bound to a chat with a meeting that is called."""
    with installation(tmp_path / "home", {}) as (services, clock):
        made = called(services, clock)
        Outbox(services).bind(made.house, CHAT)
        yield made
