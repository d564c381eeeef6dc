"""An installation with one small meeting in a folder, opened and closed as often as needed."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from api.live_check import NoSigner
from api.settings import Settings, read_settings
from api.wiring import opened_log, prepare
from domain import usecases
from domain.batch import Command
from domain.events import PremisesKind, PremisesRecorded
from domain.facts import HouseId
from domain.premises import House
from domain.votes import floor_area
from tests.integration.small import Meeting, called, installation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api.services import Services


@dataclass
class Place:
    """Where an installation lies, its house, and what was handed out while it was served."""

    env: dict[str, str]
    house: HouseId
    receipts: list[str]

    @property
    def home(self) -> Path:
        """The installation's folder."""
        return Path(self.env["SOBRANIE_HOME"])

    @property
    def keys(self) -> Path:
        """The folder of keys."""
        return self.home / "keys"

    @property
    def guard(self) -> Path:
        """The guard's memory."""
        return self.keys / "guard"

    def settings(self, **more: str) -> Settings:
        """Read the settings as a command does."""
        return read_settings(self.env | more)

    @contextmanager
    def served(self) -> Iterator[Services]:
        """Serve it again."""
        with installation(self.home, self.env) as (services, _clock):
            yield services

    def house_state(self) -> House:
        """Read the house without any check."""
        with opened_log(self.settings(), NoSigner()) as (app, _logs):
            found = app.current(House, self.house)
        assert found is not None
        return found


def one_more(house: HouseId) -> Command[int]:
    """Record one more premises."""
    recorded = PremisesRecorded(
        f"кл. {uuid4()}", PremisesKind.STORAGE, floor_area("3.00"), "реестр", None
    )
    rows = [usecases.NewPremises(recorded, ())]
    return Command(lambda scope: usecases.record_premises(scope, house, rows))


def made(home: Path, **env: str) -> Place:
    """Make an installation with a called meeting and close it."""
    given = {"SOBRANIE_HOME": str(home), **env}
    prepare(read_settings(given))
    with installation(home, given) as (services, clock):
        meeting: Meeting = called(services, clock)
        receipt = services.logs.receipt(meeting.house, meeting.meeting, 1)
        return Place(given, meeting.house, [receipt])


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Give an installation on SQLite with a key in a file."""
    return made(tmp_path / "home")
