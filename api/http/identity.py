"""JSON for officers: personal links and printed codes, with slips to hand over with notices."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from pydantic import Field

from api.desk import as_uuid
from api.http.access import Here, Officer
from api.http.models import Model
from api.http.strict_json import StrictRoute
from api.identity.codes import Codes, grouped
from api.identity.digests import Digests
from api.identity.slips import Heading, Slip, slips_pdf
from api.refusals import PersonUnknown
from api.wording.russian import moment_text
from domain.facts import MeetingId, PersonId
from domain.meeting import Called, called_of
from domain.refusals import NotFound, Refused

if TYPE_CHECKING:
    from api.services import Services
    from domain.premises import OwnersRegister

router = APIRouter(prefix="/api/v1", tags=["Секретарь"], route_class=StrictRoute)


class LinkOut(Model):
    """A personal link; shown once."""

    person: str = Field(description="Идентификатор собственника (UUID)")
    name: str = Field(description="Имя или название собственника")
    premises: list[str] = Field(description="Номера его помещений")
    url: str = Field(description="Личная ссылка; больше нигде не хранится и не показывается")
    max_url: str = Field(description="Она же для мессенджера MAX; пусто, если бот не назван")


class CodesIn(Model):
    """Whose codes to make."""

    people: list[str] = Field(
        default=[], max_length=20_000, description="Кому (UUID); пусто — всем собственникам"
    )


class CodeOut(Model):
    """A printed code; shown once."""

    person: str = Field(description="Идентификатор собственника (UUID)")
    name: str = Field(description="Имя или название собственника")
    premises: list[str] = Field(description="Номера его помещений")
    code: str = Field(description="Код; больше нигде не хранится и не показывается")
    url: str = Field(description="Адрес для QR-кода на извещении: код в нём уже вписан")


class CodesOut(Model):
    """The codes of a meeting, and a sheet of slips."""

    codes: list[CodeOut] = Field(description="Коды, по одному на собственника")
    slips: str = Field(description="Листки с кодами и QR для печати: PDF в кодировке base64")


@router.post("/meetings/{meeting}/codes", status_code=201, summary="Выдать коды для извещений")
def codes(services: Here, _officer: Officer, meeting: str, body: CodesIn) -> CodesOut:
    """Make a code for every owner, or for those named; earlier ones of theirs become useless."""
    found = as_uuid(meeting)
    if found is None:
        raise Refused(NotFound("meeting"))
    made = issue_codes(services, MeetingId(found), body.people)
    return CodesOut(codes=made, slips=b64encode(_slips(services, MeetingId(found), made)).decode())


def issue_codes(services: Services, meeting: MeetingId, only: list[str]) -> list[CodeOut]:
    """Make codes for owners of the meeting's register, or of today's while it is not fixed."""
    register = _register(services, meeting)
    wanted = [_person(register, text) for text in only] or list(register.people)
    issued = Codes(services.desk.engine, Digests(services.settings.form_key)).issue(
        meeting, dict.fromkeys(wanted)
    )
    return [
        CodeOut(
            person=str(one.person),
            name=_name(services, register, one.person),
            premises=[title.number for title in register.people[one.person]],
            code=grouped(one.code),
            url=f"{services.settings.public_url}/code/{grouped(one.code)}",
        )
        for one in issued
    ]


def _register(services: Services, meeting: MeetingId) -> OwnersRegister:
    state = services.meeting(meeting)
    if isinstance(state, Called):
        return services.app.current_register(services.house_of(state), services.clock())
    return services.app.register_of(state)


def _person(register: OwnersRegister, text: str) -> PersonId:
    known = as_uuid(text)
    if known is None or PersonId(known) not in register.people:
        raise Refused(PersonUnknown())
    return PersonId(known)


def _name(services: Services, register: OwnersRegister, person: PersonId) -> str:
    holders = (holder for title in register.people[person] for holder in title.holders)
    return next(services.names.name(holder) for holder in holders if holder.person == person)


def _slips(services: Services, meeting: MeetingId, made: list[CodeOut]) -> bytes:
    state = services.meeting(meeting)
    house, terms = services.house_of(state), called_of(state).terms
    slips = [Slip(one.name, one.premises, one.code, one.url) for one in made]
    zone = ZoneInfo(house.registered.time_zone)
    heading = Heading(
        house.registered.address,
        moment_text(terms.opens_at, zone),
        moment_text(terms.closes_at, zone),
        f"{services.settings.public_url}/code",
    )
    return slips_pdf(heading, slips)
