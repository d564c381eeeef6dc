"""A finished meeting with papers that name people, on either store."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from api import bundles, erasure, offices
from domain import usecases
from domain.ballot import ballot_id
from domain.events import ErasureReason, ErasureScope, Mark, NoticeLeg
from domain.facts import FileRef, PersonId
from tests.integration.small import Meeting, called, installation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from api.erasure import Forgotten
    from api.services import Services

NAME = "Полевая Римма Осиповна"
OTHER = "Рощин Клим Лаврович"
YES = (Mark.FOR, Mark.FOR)


@dataclass
class Case:
    """The meeting, and everything that was handed out before anybody was forgotten."""

    meeting: Meeting
    home: Path
    env: dict[str, str]
    links: dict[str, str] = field(default_factory=dict)
    receipts: list[str] = field(default_factory=list)
    bundles: dict[str, bytes] = field(default_factory=dict)

    @property
    def services(self) -> Services:
        """The running installation."""
        return self.meeting.services

    def person(self, name: str = NAME) -> PersonId:
        """Find somebody's number."""
        (person,) = erasure.people_named(self.services, name)
        return person

    def name_of(self, number: str) -> str:
        """Give the name shown for the owner of a premises."""
        return self.services.names.name(self.meeting.titles[number][0].holders[0])

    def forget(self, scope: ErasureScope = ErasureScope.EVERYTHING) -> Forgotten:
        """Erase the one all tests are about."""
        person = self.person() if self.name_of("2") == NAME else self._number()
        return erasure.forget(self.services, person, ErasureReason.CONSENT_WITHDRAWN, scope)

    def _number(self) -> PersonId:
        return self.meeting.titles["2"][0].holders[0].person

    def bundle(self, reader: str = "inspector") -> bytes:
        """Take the bundle as it is now."""
        return bundles.build_bundle(self.services, self.meeting.meeting, reader)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def env(request: pytest.FixtureRequest) -> dict[str, str]:
    """Give the settings of an empty store."""
    if request.param == "sqlite":
        return {"SOBRANIE_STORE": "sqlite"}
    dsn: dict[str, str] = request.getfixturevalue("postgres_dsn")
    return {"SOBRANIE_STORE": "postgres", **dsn}


@pytest.fixture
def case(env: dict[str, str], tmp_path: Path) -> Iterator[Case]:
    """Hold the meeting; its list of delivered notices names everybody in plain text."""
    home = tmp_path / "home"
    with installation(home, env) as (services, clock):
        meeting = called(services, clock)
        listed = f"Вручено: {NAME}, {OTHER}".encode()
        proof = services.desk.keep_file(f"Вручение {NAME}.txt", "text/plain", listed)
        ref = FileRef("vruchenie.txt", proof.sha256, len(listed))
        meeting.run(
            lambda s: usecases.prove_notice(
                s, meeting.meeting, NoticeLeg.OWNERS, "под роспись", s.now, ref
            )
        )
        meeting.open()
        made = Case(meeting, home, env)
        issued = offices.issue_links(services, meeting.meeting)
        made.links = {link.name: link.token for link in issued}
        for number in ("2", "3", "Н-1"):
            title = meeting.titles[number][0].id
            meeting.vote(title, *YES)
            stream = ballot_id(meeting.meeting, title)
            made.receipts.append(services.logs.receipt(meeting.house, stream, 1))
        meeting.finish()
        made.bundles = {reader: made.bundle(reader) for reader in ("inspector", "public")}
        yield made
