"""Makes the terms of a call from what an officer asks for; names of persons are sealed."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from api.desk import as_uuid
from api.names import PersonalValue
from domain import usecases
from domain.agenda import AgendaItem, agenda_digest
from domain.batch import Command
from domain.calling import local_day
from domain.events import MeetingCalled
from domain.facts import MeetingId, Party, PartyKind, PersonId, moment

if TYPE_CHECKING:
    from api.http.models import ItemIn, NewMeeting, PartyIn
    from api.services import Services
    from domain.facts import HouseId
    from signing.sealing import Sealed


class _Parties:
    """Turns named parties into facts: organisations stand in the open, persons are sealed."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self.sealed: list[Sealed] = []

    def party(self, given: PartyIn) -> Party:
        person = PersonId(uuid4())
        if given.kind is not PartyKind.PERSON:
            name = f"{given.name}, {given.document}" if given.document else given.name
            return Party(person, given.kind, name)
        value = PersonalValue(given.name, given.document).to_bytes()
        sealed = self._services.logs.seal(person, value)
        self.sealed.append(sealed)
        return Party(person, given.kind, None, sealed.commitment)

    def item(self, number: int, given: ItemIn) -> AgendaItem:
        return AgendaItem(
            number=number,
            question=given.question,
            proposal=given.proposal,
            decision=given.decision,
            plain=given.plain,
            persons=tuple(self.party(person) for person in given.persons),
            entrance=given.entrance,
            reading=given.reading,
            reading_reason=given.reading_reason,
        )


def call(
    services: Services, house: HouseId, meeting: MeetingId, wanted: NewMeeting
) -> MeetingCalled:
    """Call a meeting; what the log does not show by itself is put on the list of meetings."""
    known = services.house(house)
    parties = _Parties(services)
    items = tuple(parties.item(number, item) for number, item in enumerate(wanted.items, 1))
    closes_at = moment(wanted.closes_at)
    earlier = as_uuid(wanted.refers_to) if wanted.refers_to else None
    terms = MeetingCalled(
        agenda=usecases.agenda_id(meeting),
        items=items,
        agenda_digest=agenda_digest(items),
        form=wanted.form,
        basis=wanted.basis,
        annual=wanted.annual,
        initiator=parties.party(wanted.initiator),
        place=wanted.place,
        opens_at=moment(wanted.opens_at),
        closes_at=closes_at,
        in_person_at=moment(wanted.in_person_at) if wanted.in_person_at else None,
        materials=wanted.materials,
        gis_id=wanted.gis_id,
        law=usecases.law_ref(services.app.law),
        judged_on=wanted.judged_on or local_day(known, closes_at),
        judged_on_reason=wanted.judged_on_reason,
        counters=tuple(parties.party(counter) for counter in wanted.counters),
        refers_to=MeetingId(earlier) if earlier else None,
        first_in_system=wanted.first_in_system,
    )
    services.writer.run(
        Command(lambda scope: usecases.call_meeting(scope, house, meeting, terms, parties.sealed))
    )
    services.desk.list_meeting(house, meeting)
    return terms
