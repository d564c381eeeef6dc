"""An invented house with a meeting, served over real HTTP, for a browser to walk through."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import uuid4

import httpx

from api import calls, offices
from api.http.app import create_app
from api.http.models import ItemIn, NewMeeting, PartyIn
from api.server import serving
from domain.events import (
    Basis,
    Channel,
    Evidence,
    HouseRegistered,
    Mark,
    MeetingForm,
)
from domain.facts import MeetingId, PartyKind, TitleId
from domain.votes import floor_area
from domain.voting import Decision
from tests.integration.small import CLOSES_AT, OPENS_AT, Meeting, installation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

REGISTER = """№ помещения;Назначение;Общая площадь;ФИО собственника;Вид права;Доля;№ и дата \
регистрации;СНИЛС;Подъезд
1;квартира;53,70;Полевая Маргарита Климовна;долевая;1/2;00:00:0000000:1-00/001/2019-1 от \
20.05.2019;112-233-445 95;1
1;квартира;53,70;Рощин Глеб Захарович;долевая;1/2;00:00:0000000:1-00/001/2019-2 от 20.05.2019;;1
2;квартира;80,00;Полевая Маргарита Климовна;собственность;1;00:00:0000000:2-00/001/2015-1 от \
12.03.2015;112-233-445 95;1
3;квартира;150,00;Холмова Зоя Игнатьевна;собственность;1;00:00:0000000:3-00/001/2017-1 от \
03.10.2017;;2
М-1;машино-место;16,30;Полевая Маргарита Климовна;собственность;1;00:00:0000000:4-00/001/2020-1 \
от 14.06.2020;112-233-445 95;
"""
QUESTIONS = (
    (
        "О проведении текущего ремонта подъезда № 1",
        "Провести до 01.09.2026 текущий ремонт подъезда № 1 по смете от 20.02.2026 № 3 на сумму "
        "240 000,00 руб. за счёт платы за содержание жилого помещения.",
        "44.2.4.1",
        "Покрасить стены, заменить почтовые ящики и светильники. Отдельно платить не придётся.",
    ),
    (
        "О предоставлении части фасада под вывеску",
        "Предоставить ООО «Вывеска-Пример» часть фасада площадью 6,00 кв. м на 12 месяцев за "
        "5 000,00 руб. в месяц.",
        "44.2.3",
        "Разрешить вывеску над входом в магазин. Деньги пойдут на содержание дома.",
    ),
    (
        "О благоустройстве двора",
        "Установить во дворе 6 скамеек и 12 урн до 01.07.2026 по плану от 15.02.2026 № 2.",
        "44.2.2.1",
        "Поставить во дворе скамейки и урны.",
    ),
)
RITA, GLEB, ZOYA = "Полевая Маргарита Климовна", "Рощин Глеб Захарович", "Холмова Зоя Игнатьевна"


@dataclass
class Site:
    """The house behind its address."""

    meeting: Meeting
    address: str
    tokens: dict[str, str] = field(default_factory=dict)

    def link(self, name: str) -> str:
        """Give a person's link."""
        return f"{self.address}/b/{self.tokens[name]}"

    def title(self, premises: str, part: int = 0) -> TitleId:
        """Give the id of a title."""
        return self.meeting.titles[premises][part].id

    def paper(self, premises: str, scan: bytes, *marks: Mark) -> None:
        """Enter a paper decision with its scan, as a secretary does."""
        services = self.meeting.services
        kept = services.desk.keep_file("Решение кв. 3.pdf", "application/octet-stream", scan)
        now = self.meeting.clock()
        decision = Decision(
            marks,
            Channel.PAPER,
            Evidence("scan", kept.sha256),
            now,
            filled_on=now.date(),
            entered_by="секретарь собрания",
        )
        command = offices.cast_command(self.meeting.meeting, [self.title(premises)], decision)
        services.writer.run(command)

    def fetch(self, url: str, cookies: Mapping[str, str] | None = None) -> httpx.Response:
        """Fetch a file the way a download does."""
        with httpx.Client(timeout=60, cookies=dict(cookies or {})) as client:
            return client.get(url)


@contextmanager
def open_site(
    home: Path, basis: Basis, env: Mapping[str, str] | None = None, port: int = 0
) -> Iterator[Site]:
    """Call a meeting, open its voting, hand out links and serve."""
    with installation(home, env or {}) as (services, clock):
        house = offices.register_house(
            services,
            HouseRegistered(
                "г. Залесск, ул. Кленовая, д. 12", floor_area("300.00"), 2, "Europe/Moscow"
            ),
        )
        offices.import_register(services, house, REGISTER.encode(), "reestr.csv")
        meeting = Meeting(services, clock, house, MeetingId(uuid4()))
        calls.call(services, house, meeting.meeting, _terms(str(house), basis))
        meeting.open()
        links = offices.issue_links(services, meeting.meeting)
        with serving(create_app(services), port=port) as address:
            yield Site(meeting, address, {link.name: link.token for link in links})


def _terms(house: str, basis: Basis) -> NewMeeting:
    absentee = basis is Basis.REGIONAL_SYSTEM
    return NewMeeting(
        house=house,
        form=MeetingForm.ABSENTEE if absentee else MeetingForm.MIXED,
        basis=basis,
        items=[
            ItemIn(question=question, proposal=proposal, decision=decision, plain=plain)
            for question, proposal, decision, plain in QUESTIONS
        ],
        initiator=PartyIn(kind=PartyKind.COMPANY, name="ООО «УК Пример-Тест»"),
        place="ул. Кленовая, д. 12, пом. 1, по будням с 9 до 18",
        opens_at=OPENS_AT,
        closes_at=CLOSES_AT,
        materials="Смета, план двора и договор: ул. Кленовая, д. 12, пом. 1.",
        gis_id="10000012345678",
    )
