"""An open meeting behind the whole application, and browsers that keep their own cookies."""

from __future__ import annotations

import asyncio
import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from httpx import ASGITransport, AsyncClient, Response

from api.http.app import create_app
from domain.ballot import Ballot, ballot_id
from domain.events import BallotReceived, Basis
from tests.fake_max.clock import VirtualClock
from tests.fake_max.facts import TOKEN
from tests.fake_max.world import World
from tests.integration.small import Meeting, called, installation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from fastapi import FastAPI

    from api.desk import Link
    from domain.facts import PersonId

PAGE = {"accept": "text/html,application/xhtml+xml"}
MAX = {"SOBRANIE_MAX_TOKEN": TOKEN}


@dataclass
class Browser:
    """A browser of its own: cookies stay in it."""

    app: FastAPI
    cookies: dict[str, str] = field(default_factory=dict)
    last: str = ""
    address: str = "203.0.113.9"

    def send(self, method: str, path: str, **request: Any) -> Response:
        """Send one request; a cookie is sent back only to the path it was set for."""

        async def sent() -> Response:
            transport = ASGITransport(self.app, client=(self.address, 40000))
            async with AsyncClient(transport=transport, base_url="http://pages.test") as client:
                headers = PAGE | request.pop("headers", {}) | self._cookie(path)
                return await client.request(method, path, headers=headers, **request)

        answer = asyncio.run(sent())
        given = answer.headers.get("set-cookie", "")
        found = re.fullmatch(r"(sobranie_\w+=[^;]*);.*Path=([^;]+).*", given, re.IGNORECASE)
        if found is not None:
            self.cookies[found[2]] = found[1]
        return answer

    def get(self, path: str) -> Response:
        """Open a page."""
        return self.send("GET", path)

    def post(self, path: str, **fields: str) -> Response:
        """Send a form and go where it leads."""
        answer = self.send("POST", path, data=fields)
        if answer.status_code == 303:
            self.last = answer.headers["location"]
        return answer

    def vote(self, home: str, mark: str = "for") -> Response:
        """Answer both questions on the pages and confirm."""
        fields = _hidden(self.get(f"{home}/all").text, f"{home}/review")
        answered = self.post(f"{home}/review", **fields, q1=mark, q2=mark)
        assert answered.status_code == 303, answered.text
        shown = self.get(f"{home}/review")
        return self.post(f"{home}/vote", **_hidden(shown.text, f"{home}/vote"))

    def _cookie(self, path: str) -> dict[str, str]:
        own = [value for place, value in self.cookies.items() if path.startswith(place)]
        return {"cookie": "; ".join(own)} if own else {}


def _hidden(html: str, action: str) -> dict[str, str]:
    form = re.search(rf'<form [^>]*action="{re.escape(action)}"[^>]*>(.*?)</form>', html, re.DOTALL)
    assert form is not None, html
    pairs = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form[1])
    return dict(pairs)


@dataclass
class House:
    """The meeting, its application, and the messenger beside it."""

    meeting: Meeting
    app: FastAPI
    world: World

    def browser(self) -> Browser:
        """Give a new browser."""
        return Browser(self.app)

    def person(self, number: str) -> PersonId:
        """Give the owner of a premises."""
        return self.meeting.titles[number][0].holders[0].person

    def link(self, number: str) -> str:
        """Issue a personal link to the owner of a premises."""
        person = self.person(number)
        return self.meeting.services.desk.issue_links(self.meeting.meeting, [person])[person]

    def seen(self, token: str) -> Link:
        """Look a link up."""
        link = self.meeting.services.desk.link(token)
        assert link is not None
        return link

    def recorded(self, number: str) -> BallotReceived | None:
        """Give the ballot recorded for a premises."""
        key = ballot_id(self.meeting.meeting, self.meeting.titles[number][0].id)
        found = self.meeting.services.app.current(Ballot, key)
        return found.received if found is not None else None

    def evidence(self, number: str) -> str:
        """Name the kind of evidence the recorded ballot holds."""
        ballot = self.recorded(number)
        return ballot.evidence.kind if ballot is not None else ""


@contextmanager
def open_house(
    folder: Path, env: Mapping[str, str], basis: Basis = Basis.REGIONAL_SYSTEM
) -> Iterator[House]:
    """Open an installation with an open meeting."""
    with installation(folder, {**MAX, **env}) as (services, clock):
        meeting = called(services, clock, basis)
        meeting.open()
        messenger = VirtualClock(int(clock().timestamp() * 1000))
        yield House(meeting, create_app(services), World(messenger))


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Give an installation as it is set up by default."""
    with open_house(tmp_path / "home", {}) as made:
        yield made


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[House]:
    """Give an installation that wants identification."""
    with open_house(tmp_path / "home", {"SOBRANIE_IDENTIFICATION": "required"}) as made:
        yield made
