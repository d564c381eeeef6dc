"""A small invented meeting on any store, made the way officers make one."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from api import calls, offices
from api.clock import DemoClock
from api.http.models import ItemIn, NewMeeting, PartyIn
from api.settings import read_settings
from api.wiring import open_services, prepare
from domain import usecases
from domain.batch import Command
from domain.events import (
    Basis,
    Channel,
    CountPurpose,
    Evidence,
    HouseRegistered,
    Mark,
    MeetingForm,
    NoticeLeg,
)
from domain.facts import FileRef, HouseId, MeetingId, PartyKind, TitleId
from domain.votes import floor_area
from domain.voting import Decision

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from api.services import Services
    from api.writer import Written
    from domain.facts import CountId
    from domain.premises import RegisterTitle

CALLED_AT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
OPENS_AT = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
CLOSES_AT = datetime(2026, 3, 30, 9, 0, tzinfo=UTC)
REGISTER = """№ помещения;Назначение;Общая площадь;ФИО собственника;Вид права;Доля;Подъезд
1;квартира;60,00;Ветров Глеб Захарович;долевая;1/2;1
1;квартира;60,00;Ветрова Инга Климовна;долевая;1/2;1
2;квартира;40,00;Полевая Римма Осиповна;собственность;1;1
3;квартира;70,00;Рощин Клим Лаврович;собственность;1;2
Н-1;нежилое;30,00;ООО «Ромашка-Пример»;собственность;1;2
"""


@dataclass
class Meeting:
    """A meeting on its way in an installation of its own."""

    services: Services
    clock: DemoClock
    house: HouseId
    meeting: MeetingId
    titles: dict[str, list[RegisterTitle]] = field(default_factory=dict)
    is_proven: bool = False

    def prove(self) -> None:
        """Prove both notices."""
        self.is_proven = True
        for leg in NoticeLeg:
            proof = FileRef("act.pdf", "ab" * 32, 10)
            self.run(
                lambda scope, leg=leg, proof=proof: usecases.prove_notice(
                    scope, self.meeting, leg, "доска", scope.now, proof
                )
            )

    def open(self) -> None:
        """Prove both notices, unless that is done, and open the voting."""
        if not self.is_proven:
            self.prove()
        self.clock.move_to(OPENS_AT + timedelta(hours=1))
        self.run(lambda scope: usecases.open_voting(scope, self.meeting))
        register = self.services.app.register_of(self.services.meeting(self.meeting))
        for title in register.titles.values():
            self.titles.setdefault(title.number, []).append(title)

    def run(self, decide: object) -> Written:
        """Carry out a use case."""
        return self.services.writer.run(Command(decide))  # type: ignore[arg-type]

    def vote(self, title: TitleId, *marks: Mark, channel: Channel = Channel.LINK) -> Written:
        """Vote for a title now."""
        decision = Decision(marks, channel, Evidence("test", "cd" * 32), self.clock())
        return self.services.writer.run(offices.cast_command(self.meeting, [title], decision))

    def finish(self) -> CountId:
        """Close, count and draw up the protocol."""
        self.clock.move_to(CLOSES_AT)
        self.run(lambda scope: usecases.close_voting(scope, self.meeting))
        purpose = CountPurpose.COMMISSION
        count = offices.count_meeting(self.services, self.meeting, purpose, "комиссия")
        offices.draw_up_protocol(self.services, count)
        return count


def terms(house: HouseId, basis: Basis = Basis.REGIONAL_SYSTEM) -> NewMeeting:
    """Give a call with two questions."""
    absentee = basis is Basis.REGIONAL_SYSTEM
    return NewMeeting(
        house=str(house),
        form=MeetingForm.ABSENTEE if absentee else MeetingForm.MIXED,
        basis=basis,
        items=[
            ItemIn(question="О ремонте", proposal="Провести ремонт.", decision="44.2.4.1"),
            ItemIn(question="О рекламе", proposal="Передать фасад.", decision="44.2.3"),
        ],
        initiator=PartyIn(kind=PartyKind.COMPANY, name="ООО «УК Пример-Тест»"),
        place="г. Залесск",
        opens_at=OPENS_AT,
        closes_at=CLOSES_AT,
        materials="У инициатора.",
        gis_id="10000012345678",
    )


@contextmanager
def installation(home: Path, env: Mapping[str, str]) -> Iterator[tuple[Services, DemoClock]]:
    """Prepare and open an installation with a clock that can be set."""
    clock = DemoClock(CALLED_AT)
    settings = read_settings({"SOBRANIE_HOME": str(home), **env})
    prepare(settings)
    with open_services(settings, clock) as services:
        yield services, clock


def called(services: Services, clock: DemoClock, basis: Basis = Basis.REGIONAL_SYSTEM) -> Meeting:
    """Enter the house, import its register and call the meeting."""
    house = offices.register_house(
        services, HouseRegistered("г. Залесск, д. 1", floor_area("200.00"), 2, "Europe/Moscow")
    )
    done = offices.import_register(services, house, REGISTER.encode(), "reestr.csv")
    if done.recorded != 4:
        raise AssertionError([finding.sentence for finding in done.reading.findings])
    meeting = MeetingId(uuid4())
    calls.call(services, house, meeting, terms(house, basis))
    return Meeting(services, clock, house, meeting)
