"""A real installation with nothing in it but a house, asked through its HTTP application."""

from __future__ import annotations

import asyncio
import logging
from contextlib import contextmanager
from datetime import timedelta, timezone
from typing import TYPE_CHECKING, Any

from httpx import ASGITransport, AsyncClient, Response

from api.clock import DemoClock
from api.http.app import create_app
from api.settings import read_settings
from api.wiring import open_services, prepare
from domain import usecases
from domain.batch import Command
from tests.domain import builders as given

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fastapi import FastAPI

    from api.services import Services

MOSCOW = timezone(timedelta(hours=3))
JSON = "application/json"


def ask(app: FastAPI, method: str, path: str, **request: Any) -> Response:
    """Send one request to an application, as a program and not as a browser."""

    async def sent() -> Response:
        transport = ASGITransport(app)
        async with AsyncClient(transport=transport, base_url="http://sobranie.example") as client:
            headers = {"accept": JSON} | request.pop("headers", {})
            return await client.request(method, path, headers=headers, **request)

    return asyncio.run(sent())


class Door:
    """The application of an installation, and the token of its officer."""

    def __init__(self, services: Services) -> None:
        """Enter the house, call a meeting, open it, let an officer in."""
        self.services = services
        self.app = create_app(services)
        self.officer = {"Authorization": f"Bearer {services.desk.add_officer('секретарь')}"}
        run = services.writer.run
        house, terms = given.house_registered(), given.terms()
        run(Command(lambda s: usecases.register_house(s, given.HOUSE, house, "key")))
        rows = given.whole_register()
        run(Command(lambda s: usecases.record_premises(s, given.HOUSE, rows)))
        run(Command(lambda s: usecases.call_meeting(s, given.HOUSE, given.MEETING, terms, ())))

    def code(self, method: str, path: str, **request: Any) -> str:
        """Give the code of the problem a request is answered with."""
        response = ask(self.app, method, path, **request)
        code: str = response.json()["code"]
        return code


@contextmanager
def open_door(home: Path) -> Iterator[Door]:
    """Open an installation in an empty folder."""
    settings = read_settings({"SOBRANIE_HOME": str(home)})
    prepare(settings)
    with open_services(settings, DemoClock(given.CALLED_AT)) as services:
        yield Door(services)


logging.getLogger("httpx").setLevel(logging.WARNING)
