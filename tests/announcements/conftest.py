"""An installation with a house, an organisation assigned to it, and a chat. All invented."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import pytest

from api.announcements.organisations import Organisations
from api.chat.outbox import Outbox
from api.clock import DemoClock
from api.settings import read_settings
from api.wiring import open_services, prepare
from domain.events import OrganisationKind
from tests.api.door import Door, ask
from tests.chat.conftest import store
from tests.domain import builders as given

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from httpx import Response

__all__ = ["store"]

CHAT = "дом-1"
OUTAGE: dict[str, Any] = {
    "kind": "outage",
    "heading": "холодная вода",
    "text": "Не будет холодной воды: меняем задвижку.",
    "starts_at": "2026-03-05T09:00:00+03:00",
    "ends_at": "2026-03-05T18:00:00+03:00",
    "houses": [{"house": str(given.HOUSE), "entrances": [2]}],
}


@dataclass
class Speaker:
    """An organisation with its token, at the door of an installation."""

    door: Door
    accounts: Organisations
    token: str
    organisation: Any
    headers: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        """Keep the header that names the organisation."""
        self.headers = {"Authorization": f"Bearer {self.token}"}

    @property
    def clock(self) -> DemoClock:
        """Give the clock of the installation."""
        return cast("DemoClock", self.door.services.clock)

    def post(self, path: str, body: dict[str, Any]) -> Response:
        """Send JSON as the organisation."""
        return ask(self.door.app, "POST", f"/api/v1/{path}", json=body, headers=self.headers)

    def get(self, path: str, **request: Any) -> Response:
        """Read as anybody."""
        return ask(self.door.app, "GET", path, **request)

    def announce(self, **changes: Any) -> str:
        """Publish the outage, changed; gives its number."""
        answer = self.post("announcements", OUTAGE | changes)
        assert answer.status_code == 201, answer.text
        number: str = answer.json()["announcement"]
        return number


@pytest.fixture
def speaker(store: dict[str, str], tmp_path: Path) -> Iterator[Speaker]:
    """Give a supplier to whom the house is assigned."""
    settings = read_settings({"SOBRANIE_HOME": str(tmp_path), **store})
    prepare(settings)
    with open_services(settings, DemoClock(given.CALLED_AT)) as services:
        door = Door(services)
        accounts = Organisations(door.services.desk.engine)
        organisation, token = accounts.add("АО «Водоканал-Пример»", OrganisationKind.SUPPLIER)
        accounts.assign(organisation, given.HOUSE)
        Outbox(door.services).bind(given.HOUSE, CHAT)
        yield Speaker(door, accounts, token, organisation)
