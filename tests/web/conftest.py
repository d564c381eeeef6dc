"""A small house with a meeting behind real pages: SQLite, a real log, a clock that is set.

Invented: no such house, no such people.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID, uuid5

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response

from api.clock import DemoClock
from api.desk import Desk
from api.http import problems
from api.log import HouseLogs
from api.names import NameBook, PersonalValue
from api.services import Services
from api.settings import read_settings
from api.web.headers import SecurityHeaders
from api.web.limits import GuessLimit
from api.web.pages import router
from api.web.rendering import problem_page, zone_of
from api.wiring import prepare
from api.writer import Writer
from domain import usecases
from domain.agenda import AgendaItem, agenda_digest
from domain.application import Sobranie
from domain.batch import Command
from domain.events import (
    Basis,
    Channel,
    CountPurpose,
    Evidence,
    HouseRegistered,
    Mark,
    MeetingCalled,
    MeetingForm,
    NoticeLeg,
    PremisesKind,
    PremisesRecorded,
    RightKind,
    TitleRecorded,
)
from domain.facts import (
    FileRef,
    HouseId,
    MeetingId,
    Party,
    PartyKind,
    PersonId,
    TitleId,
    moment,
)
from domain.votes import floor_area, title_share
from domain.voting import Decision
from projections.follow import Follower
from projections.read_tables import open_tables
from signing.guard import GuardedSigner
from signing.keys import FileSigner
from signing.sealing import KeyTable, Sealer, read_installation_key

if TYPE_CHECKING:
    from signing.store import LogStore

HOUSE = HouseId(UUID("5ac1a2f0-0000-4000-8000-000000000001"))
MEETING = MeetingId(UUID("5ac1a2f0-0000-4000-8000-000000000002"))
CALLED_AT = datetime(2026, 2, 2, 6, 0, tzinfo=UTC)
OPENS = moment(datetime(2026, 3, 2, 6, 0, tzinfo=UTC))
CLOSES = moment(datetime(2026, 3, 30, 15, 0, tzinfo=UTC))
NAMES = {
    "rita": "Полевая Маргарита Климовна",
    "ivan": "Полевой Иван Ефимович",
    "gleb": "Рощин Глеб Захарович",
    "zoya": "Холмова Зоя Игнатьевна",
}
QUESTIONS = (
    ("Об избрании председателя и секретаря собрания", "procedural", "Избрать председателем: {1}."),
    (
        "О текущем ремонте подъезда № 1",
        "44.2.4.1",
        "Провести ремонт подъезда № 1 до 01.09.2026 по смете № 3 за счёт платы за содержание.",
    ),
    (
        "О сдаче части фасада под вывеску",
        "44.2.3",
        "Передать ООО «Вывеска-Тест» 6,00 м² фасада на 12 месяцев за 5 000,00 руб. в месяц.",
    ),
)
PLAIN = (
    "Кто ведёт собрание и подписывает протокол.",
    "Покрасить стены, заменить почтовые ящики и светильники.",
    'Вывеска <b onclick="x">над входом</b> & свет',
)


def person(name: str) -> PersonId:
    """Give the id of one of the people."""
    return PersonId(uuid5(HOUSE, f"person {name}"))


def title(number: str, part: int = 1) -> TitleId:
    """Give the id of a title by premises and its place there."""
    return TitleId(uuid5(HOUSE, f"title {number} {part}"))


@dataclass
class World:
    """An installation with one house and one meeting; `send` is a browser."""

    services: Services
    clock: DemoClock
    app: FastAPI
    now: list[float]
    runner: asyncio.Runner
    address: str = "203.0.113.7"
    links: dict[str, str] = field(default_factory=dict)

    def run(self, decide: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Carry out a use case."""
        return self.services.writer.run(Command(partial(decide, **kwargs) if kwargs else decide))

    def open(self) -> None:
        """Open the voting when its time has come."""
        self.clock.move_to(OPENS + timedelta(hours=1))
        self.run(lambda scope: usecases.open_voting(scope, MEETING))

    def close(self) -> None:
        """Let the announced time pass and close."""
        self.clock.move_to(CLOSES)
        self.run(lambda scope: usecases.close_voting(scope, MEETING))

    def count(self) -> None:
        """Make the commission's count."""
        written = self.run(
            lambda scope: usecases.open_count(
                scope, MEETING, CountPurpose.COMMISSION, "счётная комиссия"
            )
        )
        self.run(lambda scope: usecases.complete_count(scope, written.value))

    def paper(self, titles: list[TitleId], *marks: Mark) -> None:
        """Enter a paper decision."""
        evidence = Evidence("paper", hashlib.sha256(b"scan").hexdigest())
        decision = Decision(
            marks, Channel.PAPER, evidence, self.clock(), entered_by="секретарь собрания"
        )
        self.run(lambda scope: usecases.cast(scope, MEETING, titles, decision))

    # --- a browser --------------------------------------------------------------------------------

    def path(self, name: str) -> str:
        """Give the path of a person's ballot."""
        return f"/b/{self.links[name]}"

    def get(self, path: str) -> Response:
        """Open a page."""
        return self.send("GET", path)

    def post(self, path: str, fields: Mapping[str, str | list[str]]) -> Response:
        """Send a form."""
        return self.send("POST", path, data=fields)

    def send(self, method: str, path: str, **kwargs: Any) -> Response:
        """Send a request as a browser would."""

        async def sent() -> Response:
            transport = ASGITransport(self.app, client=(self.address, 40000))
            headers = {"accept": "text/html,application/xhtml+xml"} | kwargs.pop("headers", {})
            async with AsyncClient(transport=transport, base_url="http://pages.test") as client:
                return await client.request(method, path, headers=headers, **kwargs)

        return self.runner.run(sent())

    def fields(self, name: str) -> dict[str, str | list[str]]:
        """Give the hidden fields of the page with all questions."""
        return forms(self.get(f"{self.path(name)}/all").text)[f"{self.path(name)}/review"]

    def answer(self, name: str, *marks: str) -> Response:
        """Fill in all questions and press the button; an empty mark is left out."""
        given = {f"q{n}": mark for n, mark in enumerate(marks, 1) if mark}
        return self.post(f"{self.path(name)}/review", {**self.fields(name), **given})

    def review(self, name: str, *marks: str) -> Response:
        """Answer everything and look at the check before the vote."""
        answered = self.answer(name, *marks)
        assert answered.status_code == 303, answered.text
        return self.get(answered.headers["location"])

    def vote(self, name: str, *marks: str) -> Response:
        """Go the whole way to the record."""
        shown = self.review(name, *marks)
        assert shown.status_code == 200, shown.text
        path = f"{self.path(name)}/vote"
        return self.post(path, forms(shown.text)[path])


def forms(html: str) -> dict[str, dict[str, str | list[str]]]:
    """Read the hidden fields of every form, by action; of two forms to one place the last."""
    found: dict[str, dict[str, str | list[str]]] = {}
    for action, body in re.findall(
        r'<form [^>]*action="([^"]+)"[^>]*>(.*?)</form>', html, re.DOTALL
    ):
        fields: dict[str, str | list[str]] = {}
        for name, value in re.findall(
            r'<input type="hidden" name="([^"]+)" value="([^"]*)">', body
        ):
            known = fields.get(name)
            fields[name] = value if known is None else [*_listed(known), value]
        found[action] = fields
    return found


def _listed(value: str | list[str]) -> list[str]:
    return value if isinstance(value, list) else [value]


@contextmanager
def world(folder: Path, basis: Basis = Basis.REGIONAL_SYSTEM) -> Iterator[World]:
    """Open an installation with the house registered and the meeting called."""
    settings = read_settings({"SOBRANIE_HOME": str(folder)})
    prepare(settings)
    clock, now = DemoClock(CALLED_AT), [0.0]
    app = Sobranie(settings.log_environment() | {"CREATE_TABLE": "no"})
    store = cast("LogStore", app.recorder)
    signer = GuardedSigner(FileSigner.open(settings.keys / "log.pem"), settings.keys / "guard")
    key = read_installation_key(settings.keys / "installation.key")
    logs = HouseLogs(store, signer, Sealer(cast("KeyTable", app.recorder), key), "sobranie.example")
    tables = open_tables(settings.read_environment() | {"CREATE_TABLE": "no"})
    follower = Follower(app.recorder, tables)
    writer = Writer(app, logs, clock, after_commit=lambda: (follower.catch_up(), None)[1])
    desk = Desk(settings.desk_url())
    services = Services(settings, clock, app, desk, logs, writer, tables, NameBook(logs))
    pages = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    pages.include_router(router(services, GuessLimit(lambda: now[0], tries=3, addresses=4)))
    problems.install(pages, zone_of, problem_page)
    pages.add_middleware(SecurityHeaders)
    try:
        with asyncio.Runner() as runner:
            made = World(services, clock, pages, now, runner)
            _set_up(made, basis)
            yield made
    finally:
        writer.close()
        desk.close()
        app.close()


def _set_up(made: World, basis: Basis) -> None:
    logs = made.services.logs
    registered = HouseRegistered(
        "г. Залесск, ул. Кленовая, д. 12", floor_area("300.00"), 2, "Asia/Yekaterinburg"
    )
    made.run(
        lambda scope: usecases.register_house(scope, HOUSE, registered, logs.key(HOUSE).to_text())
    )
    rows = _premises(made)
    made.run(lambda scope: usecases.record_premises(scope, HOUSE, rows))
    terms, sealed = _terms(made, basis)
    made.run(lambda scope: usecases.call_meeting(scope, HOUSE, MEETING, terms, sealed))
    for leg in NoticeLeg:
        proof = FileRef(f"Акт о размещении сообщения ({leg.value}).pdf", "ab" * 32, 1000)
        made.run(
            lambda scope, leg=leg, proof=proof: usecases.prove_notice(
                scope, MEETING, leg, "на доске", moment(CALLED_AT), proof
            )
        )
    made.services.desk.list_meeting(HOUSE, MEETING)
    tokens = made.services.desk.issue_links(MEETING, [person(name) for name in NAMES])
    made.links = {name: tokens[person(name)] for name in NAMES}


def _premises(made: World) -> list[usecases.NewPremises]:
    sealed: list[object] = []

    def holder(name: str, document: str) -> Party:
        value = made.services.logs.seal(
            person(name), PersonalValue(NAMES[name], document).to_bytes()
        )
        sealed.append(value)
        return Party(person(name), PartyKind.PERSON, sealed=value.commitment)

    def flat(number: str, area: str, *titles: tuple[RightKind, str, tuple[str, ...]]) -> Any:
        recorded = PremisesRecorded(
            number,
            PremisesKind.PARKING if number.startswith("М") else PremisesKind.FLAT,
            floor_area(Decimal(area)),
            "ЕГРН",
            1,
        )
        facts = tuple(
            TitleRecorded(
                title(number, part),
                right,
                title_share(Fraction(share)),
                tuple(holder(name, f"{number}-{name}") for name in names),
            )
            for part, (right, share, names) in enumerate(titles, 1)
        )
        return usecases.NewPremises(recorded, facts)

    shared, joint, sole = RightKind.SHARED, RightKind.JOINT, RightKind.SOLE
    rows = [
        flat("1", "53.70", (shared, "1/2", ("rita",)), (shared, "1/2", ("gleb",))),
        flat("2", "80.00", (joint, "1", ("rita", "ivan"))),
        flat("3", "150.00", (sole, "1", ("zoya",))),
        flat("М-1", "16.30", (sole, "1", ("rita",))),
    ]
    return [usecases.NewPremises(rows[0].recorded, rows[0].titles, tuple(sealed)), *rows[1:]]


def _terms(made: World, basis: Basis) -> tuple[MeetingCalled, list[object]]:
    candidate = made.services.logs.seal(person("gleb"), PersonalValue(NAMES["gleb"]).to_bytes())
    party = Party(person("gleb"), PartyKind.PERSON, sealed=candidate.commitment)
    items = tuple(
        AgendaItem(n, question, proposal, decision, plain, (party,) if n == 1 else ())
        for n, ((question, decision, proposal), plain) in enumerate(
            zip(QUESTIONS, PLAIN, strict=True), 1
        )
    )
    terms = MeetingCalled(
        agenda=usecases.agenda_id(MEETING),
        items=items,
        agenda_digest=agenda_digest(items),
        form=MeetingForm.MIXED,
        basis=basis,
        annual=False,
        initiator=Party(person("uk"), PartyKind.COMPANY, name="ООО «УК Пример-Тест»"),
        place="ул. Кленовая, д. 12, пом. 1, по будням с 9 до 18",
        opens_at=OPENS,
        closes_at=CLOSES,
        in_person_at=OPENS,
        materials="ул. Кленовая, д. 12, пом. 1",
        gis_id=None,
        law=usecases.law_ref(made.services.app.law),
        judged_on=date(2026, 3, 30),
    )
    return terms, [candidate]


@pytest.fixture
def regional(tmp_path: Path) -> Iterator[World]:
    """A meeting where an answer by link is a vote; not opened yet."""
    with world(tmp_path) as made:
        yield made


@pytest.fixture
def written(tmp_path: Path) -> Iterator[World]:
    """A meeting where an answer by link prepares a written decision; not opened yet."""
    with world(tmp_path, Basis.WRITTEN_DECISIONS) as made:
        yield made
