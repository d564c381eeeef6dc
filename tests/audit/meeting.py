"""A small real meeting made through the services on SQLite, fast; everybody is invented.

Six flats and a parking place, nine titles, two owners in one joint title; three questions; votes by
link and on paper; one objection that was upheld, one that waits; a count, a protocol with files.
"""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

import rfc8785

from api.bundles import build_bundle, figures_for
from api.clock import DemoClock
from api.names import PersonalValue
from api.settings import read_settings
from api.wiring import open_services, prepare
from domain import usecases
from domain.agenda import AgendaItem, agenda_digest
from domain.ballot import ballot_id
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
    CountId,
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

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from api.services import Services

HOUSE = HouseId(UUID("a0d17000-0000-4000-8000-000000000001"))
MEETING = MeetingId(UUID("a0d17000-0000-4000-8000-000000000002"))
CALLED_AT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
OPENS = moment(datetime(2026, 3, 16, 9, 0, tzinfo=UTC))
CLOSES = moment(datetime(2026, 3, 30, 9, 0, tzinfo=UTC))
PEOPLE = (
    "Вереск Анфиса Тихоновна", "Дроздов Лука Нилович", "Клинова Ева Саввична",
    "Лугов Тит Фомич", "Мостовая Ия Карповна", "Пашин Влас Егорович",
    "Рябова Нонна Власовна", "Суворин Ким Ильич", "Тропин Юст Маркович",
)  # fmt: skip
FLATS = (
    ("1", "60.00", ("1/2", "1/2")), ("2", "40.50", ("1",)), ("3", "40.50", ("1/3", "2/3")),
    ("4", "59.00", ("1",)), ("5", "30.00", ("1",)), ("6", "50.00", ("1",)),
)  # fmt: skip
PARKING = ("М-1", "20.00")
ITEMS = (
    AgendaItem(1, "О текущем ремонте", "Провести текущий ремонт подъезда.", "44.2.4.1"),
    AgendaItem(2, "О капитальном ремонте", "Провести капитальный ремонт крыши.", "44.2.1"),
    AgendaItem(3, "О размере платы", "Установить плату 30,00 руб. за м².", "156.7"),
)
STRUCK = "подпись на решении не принадлежит собственнику"


def person(number: int) -> PersonId:
    """Give the id of one of the people, from 0."""
    return PersonId(uuid5(HOUSE, f"person {number}"))


def title(number: str, part: int = 1) -> TitleId:
    """Give the id of a title by premises and its place there."""
    return TitleId(uuid5(HOUSE, f"title {number} {part}"))


@dataclass
class Audited:
    """An installation with one meeting, to be carried further or taken as a bundle."""

    services: Services
    clock: DemoClock
    parties: dict[TitleId, Party] = field(default_factory=dict)
    receipts: dict[TitleId, str] = field(default_factory=dict)
    count: CountId | None = None

    def run(self, decide: Callable[[Any], Any]) -> Any:
        """Carry out a use case."""
        return self.services.writer.run(Command(decide))

    def bundle(self, reader: str = "inspector") -> bytes:
        """Take the bundle."""
        return build_bundle(self.services, MEETING, reader)

    # --- the steps of the meeting -----------------------------------------------------------------

    def call(self, basis: Basis = Basis.REGIONAL_SYSTEM) -> None:
        """Register the house and call the meeting with both notices."""
        key = self.services.logs.key(HOUSE).to_text()
        registered = HouseRegistered(
            "г. Залесск, ул. Кленовая, д. 3", floor_area("300.00"), 1, ZONE
        )
        self.run(lambda scope: usecases.register_house(scope, HOUSE, registered, key))
        rows = self._premises()
        self.run(lambda scope: usecases.record_premises(scope, HOUSE, rows))
        terms = self.terms(basis)
        self.run(lambda scope: usecases.call_meeting(scope, HOUSE, MEETING, terms, ()))
        for leg in NoticeLeg:
            self.prove_notice(leg)

    def prove_notice(self, leg: NoticeLeg) -> None:
        """Prove one of the notices."""
        proof = FileRef("Акт о размещении.pdf", "ab" * 32, 1000)
        self.run(lambda s: usecases.prove_notice(s, MEETING, leg, "на доске", s.now, proof))

    def open(self) -> None:
        """Open the voting."""
        self.clock.move_to(OPENS + timedelta(hours=1))
        self.run(lambda scope: usecases.open_voting(scope, MEETING))

    def vote(self, number: str, part: int = 1, *marks: Mark) -> None:
        """Vote by link in one title."""
        self.clock.tick(timedelta(minutes=5))
        which = title(number, part)
        evidence = Evidence("link", hashlib.sha256(f"{number}/{part}".encode()).hexdigest())
        by = self.parties[which]
        written = self.run(
            lambda s: usecases.cast(
                s, MEETING, [which], Decision(marks, Channel.LINK, evidence, s.now, by=by)
            )
        )
        self.receipts[which] = written.receipts[0].to_text()

    def paper(self, number: str, part: int = 1, *marks: Mark) -> None:
        """Enter a paper decision in one title."""
        self.clock.tick(timedelta(minutes=5))
        evidence = Evidence("paper", hashlib.sha256(b"scan").hexdigest())
        self.run(
            lambda s: usecases.cast(
                s, MEETING, [title(number, part)],
                Decision(marks, Channel.PAPER, evidence, s.now, OPENS.date(), "секретарь"),
            )
        )  # fmt: skip

    def contest(self, number: str, part: int = 1) -> None:
        """Let an owner say that this is not their vote."""
        which = title(number, part)
        holder = self.parties[which]
        statement = self.services.logs.seal(holder.person, b'{"words":"\xd0\x9d\xd0\xb5 \xd1\x8f"}')
        self.run(
            lambda s: usecases.contest(s, MEETING, which, holder, statement.commitment, [statement])
        )

    def uphold(self, number: str, part: int = 1) -> None:
        """Uphold an objection."""
        ballot = ballot_id(MEETING, title(number, part))
        self.run(
            lambda s: usecases.resolve_contest(
                s, MEETING, ballot, upheld=True, reason=STRUCK, by="комиссия"
            )
        )

    def close(self) -> None:
        """Let the announced time pass and close."""
        self.clock.move_to(CLOSES)
        self.run(lambda scope: usecases.close_voting(scope, MEETING))

    def complete_count(self) -> CountId:
        """Make the commission's count."""
        self.clock.tick(timedelta(hours=1))
        opened = self.run(
            lambda s: usecases.open_count(s, MEETING, CountPurpose.COMMISSION, "комиссия")
        )
        self.run(lambda s: usecases.complete_count(s, opened.value))
        self.count = opened.value
        return self.count

    def draw_up(self) -> None:
        """Record a protocol with its figures and a document that names people."""
        assert self.count is not None
        day = date(2026, 4, 1)
        count = self.count
        figures = rfc8785.dumps(figures_for(self.services, MEETING, count, day))
        desk = self.services.desk
        kept = (
            desk.keep_file("protocol.json", "application/json", figures),
            desk.keep_file("protocol.pdf", "application/pdf", f"PDF {PEOPLE[0]}".encode()),
        )
        files = tuple(FileRef(k.name, k.sha256, len(k.content)) for k in kept)
        self.run(lambda s: usecases.record_protocol(s, count, "10000012345678", day, files))

    def hold(self) -> Audited:
        """Carry the whole meeting out."""
        self.call()
        self.vote_and_count()
        return self

    def vote_and_count(self) -> None:
        """Carry the meeting on from the call to its protocol."""
        yes, no, abstain = Mark.FOR, Mark.AGAINST, Mark.ABSTAIN
        self.open()
        self.vote("1", 1, yes, yes, yes)
        self.vote("1", 2, yes, no, yes)
        self.vote("2", 1, yes, yes, abstain)
        self.paper("3", 1, yes, Mark.SPOILED, no)
        self.vote("3", 2, yes, no, yes)
        self.paper("4", 1, no, no, no)
        self.paper("5", 1, yes, yes, yes)
        self.vote("М-1", 1, yes, yes, yes)
        self.contest("4")
        self.contest("5")
        self.uphold("5")
        self.close()
        self.complete_count()
        self.draw_up()

    # --- what it is made of -----------------------------------------------------------------------

    def _premises(self) -> list[usecases.NewPremises]:
        people = iter(range(len(PEOPLE)))
        rows = []
        for number, area, shares in (*FLATS, (*PARKING, ("1",))):
            kind = PremisesKind.PARKING if number == PARKING[0] else PremisesKind.FLAT
            titles, sealed = [], []
            for part, share in enumerate(shares, 1):
                who = next(people)
                value = PersonalValue(PEOPLE[who], f"право {number}/{part}").to_bytes()
                closed = self.services.logs.seal(person(who), value)
                party = Party(person(who), PartyKind.PERSON, sealed=closed.commitment)
                right = RightKind.SOLE if share == "1" else RightKind.SHARED
                key = title(number, part)
                titles.append(TitleRecorded(key, right, title_share(share), (party,)))
                sealed.append(closed)
                self.parties[key] = party
            recorded = PremisesRecorded(number, kind, floor_area(area), "ЕГРН", 1)
            rows.append(usecases.NewPremises(recorded, tuple(titles), tuple(sealed)))
        return rows

    def terms(self, basis: Basis) -> MeetingCalled:
        """Give the terms of the call."""
        return MeetingCalled(
            agenda=usecases.agenda_id(MEETING),
            items=ITEMS,
            agenda_digest=agenda_digest(ITEMS),
            form=MeetingForm.MIXED,
            basis=basis,
            annual=False,
            initiator=Party(person(99), PartyKind.COMPANY, "ООО «УК Пример-Тест»"),
            place="ул. Кленовая, д. 3, пом. 1",
            opens_at=OPENS,
            closes_at=CLOSES,
            in_person_at=None,
            materials="там же",
            gis_id="10000012345678",
            law=usecases.law_ref(self.services.app.law),
            judged_on=CLOSES.date(),
        )


ZONE = "Europe/Moscow"


@contextmanager
def installation(folder: Path) -> Iterator[Audited]:
    """Open an empty installation in a folder."""
    settings = read_settings({"SOBRANIE_HOME": str(folder), "SOBRANIE_LOG_HOST": "log.example"})
    prepare(settings)
    clock = DemoClock(CALLED_AT)
    with open_services(settings, clock) as services:
        yield Audited(services, clock)
