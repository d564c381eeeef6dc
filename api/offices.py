"""What officers do, as steps over the services: register, links, paper, count, protocol.

Each step parses nothing and answers no HTTP: routes, commands and the demo share it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

from api.identity.admitting import Admissions
from api.names import PersonalValue
from api.refusals import PersonUnknown
from api.register.reader import read_register
from domain import usecases
from domain.ballot import ballot_id
from domain.batch import Command
from domain.calling import local_day
from domain.count import Count
from domain.deciding import check_count_is_current
from domain.events import HouseRegistered, PremisesRecorded, TitleRecorded
from domain.facts import FileRef, HouseId, MeetingId, Party, PersonId, TitleId
from domain.meeting import called_of
from domain.premises import Premises
from domain.refusals import NotFound, Refused
from projections.documents.figures import figures_of
from projections.documents.protocol_docx import protocol_docx
from projections.documents.protocol_pdf import protocol_pdf
from projections.documents.tally_pdf import tally_pdf
from projections.protocol_of import ProtocolSources, protocol_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.register.model import HolderRow, PremisesRow, RegisterReading, TitleRow
    from api.services import Services
    from api.writer import Written
    from domain.batch import Scope
    from domain.events import CountPurpose
    from domain.facts import BallotId, CountId
    from domain.voting import Decision
    from projections.protocol import MeetingProtocol
    from signing.sealing import Sealed

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
JSON = "application/json"


def register_house(services: Services, registered: HouseRegistered) -> HouseId:
    """Enter a house with the key of its log."""
    house = HouseId(uuid4())
    key = services.logs.key(house).to_text()
    services.writer.run(
        Command(lambda scope: usecases.register_house(scope, house, registered, key))
    )
    return house


# --- register ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: premises recorded now, known before, and all findings."""

    recorded: int
    known: int
    reading: RegisterReading


def import_register(services: Services, house: HouseId, data: bytes, filename: str) -> Imported:
    """Read a register file and record its sound premises; those known already are left alone.

    Raises:
        RegisterUnusable: the file as a whole is no register.
    """
    services.house(house)
    reading = read_register(data, filename)
    fresh = [
        row
        for row in reading.premises
        if services.app.current(Premises, usecases.premises_id(house, row.number)) is None
    ]
    rows = _new_premises(services, fresh)
    if rows:
        services.writer.run(Command(lambda scope: usecases.record_premises(scope, house, rows)))
    return Imported(len(rows), len(reading.premises) - len(rows), reading)


class _People:
    """Gives each person of a register one id: the same СНИЛС or ОГРН is the same person."""

    def __init__(self) -> None:
        self._known: dict[str, PersonId] = {}

    def id_of(self, holder: HolderRow) -> PersonId:
        key = holder.snils or holder.ogrn
        if key is None:
            return PersonId(uuid4())
        return self._known.setdefault(key, PersonId(uuid4()))


def _new_premises(services: Services, rows: Sequence[PremisesRow]) -> list[usecases.NewPremises]:
    people = _People()
    holders = [holder for row in rows for title in row.titles for holder in title.holders]
    ids = [people.id_of(holder) for holder in holders]
    values = [
        (person, PersonalValue(h.name, h.document, h.snils or "").to_bytes())
        for person, h in zip(ids, holders, strict=True)
    ]
    parties = iter(
        (_party(person, holder, sealed), sealed)
        for person, holder, sealed in zip(ids, holders, services.logs.seal_all(values), strict=True)
    )
    made = []
    for row in rows:
        titles, sealed_values = [], []
        for title in row.titles:
            pairs = [next(parties) for _ in title.holders]
            titles.append(_title(title, tuple(party for party, _ in pairs)))
            sealed_values += [sealed for _, sealed in pairs]
        recorded = PremisesRecorded(row.number, row.kind, row.area, "реестр", row.entrance)
        made.append(usecases.NewPremises(recorded, tuple(titles), tuple(sealed_values)))
    return made


def _party(person: PersonId, holder: HolderRow, sealed: Sealed) -> Party:
    return Party(person, holder.kind, None, sealed.commitment, holder.minor)


def _title(row: TitleRow, holders: tuple[Party, ...]) -> TitleRecorded:
    return TitleRecorded(TitleId(uuid4()), row.right, row.share, holders)


# --- links and paper -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class IssuedLink:
    """A personal link as it is handed out once: for whom, for which premises, the token."""

    person: PersonId
    name: str
    premises: tuple[str, ...]
    token: str


def issue_links(services: Services, meeting: MeetingId) -> list[IssuedLink]:
    """Make a personal link for every owner of the register who is known by name."""
    register = services.app.register_of(services.meeting(meeting))
    owned: dict[PersonId, list[str]] = {}
    names: dict[PersonId, Party] = {}
    for title in register.titles.values():
        for holder in title.holders:
            owned.setdefault(holder.person, []).append(title.number)
            names[holder.person] = holder
    tokens = services.desk.issue_links(meeting, owned)
    return [
        IssuedLink(person, services.names.name(names[person]), tuple(numbers), tokens[person])
        for person, numbers in owned.items()
    ]


def revoke_links(services: Services, meeting: MeetingId, person: PersonId) -> None:
    """Make a person's links of a meeting useless, and the tickets that would give new ones."""
    Admissions(services.desk).drop_tickets(meeting, person)
    if not services.desk.revoke_links_of(meeting, person):
        raise Refused(PersonUnknown())


def cast_command(
    meeting: MeetingId,
    titles: Sequence[TitleId],
    decision: Decision,
    sealed: Sequence[Sealed] = (),
) -> Command[list[BallotId]]:
    """Bind a decision, with what it seals, into a command that names the streams it reads."""

    def decide(scope: Scope) -> list[BallotId]:
        ballots = usecases.cast(scope, meeting, titles, decision)
        scope.seal(sealed)
        return ballots

    return Command(decide, (meeting, *(ballot_id(meeting, title) for title in titles)))


# --- count and protocol --------------------------------------------------------------------------


def count_meeting(
    services: Services,
    meeting: MeetingId,
    purpose: CountPurpose,
    by: str,
    strikes: Sequence[tuple[BallotId, str]] = (),
) -> CountId:
    """Open a counting, strike out what is named, and complete it."""
    opened = services.writer.run(
        Command(lambda scope: usecases.open_count(scope, meeting, purpose, by, strikes))
    )
    count: CountId = opened.value
    services.writer.run(Command(lambda scope: usecases.complete_count(scope, count), alone=True))
    return count


def protocol_data(services: Services, count: CountId) -> MeetingProtocol:
    """Give the protocol of a completed counting as data, with names."""
    counted = services.app.current(Count, count)
    if counted is None:
        raise Refused(NotFound("count"))
    meeting = services.meeting(counted.opened.meeting)
    register, recorded = services.app.register_of(meeting), services.app.ballots_of(meeting)
    check_count_is_current(counted, register, recorded)
    house = services.house_of(meeting)
    terms = called_of(meeting).terms
    ballots = {ballot.id: ballot for ballot in recorded}
    size = services.app.reader.index_of(count, services.app.load(count).version) + 1
    root = services.logs.store.root_at(house.id, size).hex()
    proof = (
        f"Нормы: {terms.law.name} {terms.law.version}, SHA-256 {terms.law.sha256}.",
        f"Журнал дома: {services.logs.origin(house.id)}.",
        f"Подсчёт записан в журнал при {size} записях, корень {root}.",
        f"Ключ журнала: {services.logs.key(house.id).to_text()}.",
    )
    return protocol_of(
        ProtocolSources(
            house,
            meeting,
            register,
            ballots,
            counted,
            services.names.name,
            local_day(house, services.clock()),
            proof,
            services.names.document,
        )
    )


def draw_up_protocol(services: Services, count: CountId) -> tuple[FileRef, ...]:
    """Make the protocol's documents, keep them and record their hashes."""
    protocol = protocol_data(services, count)
    figures = json.dumps(figures_of(protocol), ensure_ascii=False, indent=1, sort_keys=True)
    made = (
        ("protocol.pdf", PDF, protocol_pdf(protocol)),
        ("protocol.docx", DOCX, protocol_docx(protocol)),
        ("tally.pdf", PDF, tally_pdf(protocol)),
        ("protocol.json", JSON, figures.encode()),
    )
    refs = []
    for name, media, content in made:
        stored = services.desk.keep_file(name, media, content)
        refs.append(FileRef(name, stored.sha256, len(content)))
    files = tuple(refs)
    number = protocol.number or ""
    services.writer.run(
        Command(
            lambda scope: usecases.record_protocol(
                scope, count, number, protocol.drawn_up_on, files
            ),
            alone=True,
        )
    )
    return files


def receipts_text(written: Written) -> list[str]:
    """Write the receipts of what a command recorded."""
    return [receipt.to_text() for receipt in written.receipts]
