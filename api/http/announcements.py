"""JSON for author organisations: accounts, houses assigned to them, announcements."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends

from api.announcements import speaking
from api.announcements.organisations import Organisations
from api.announcements.templates import templates
from api.desk import as_uuid
from api.http.access import Bearer, Here, Officer
from api.http.announcement_models import (
    AnnouncedOut,
    AnnouncementIn,
    AnnouncementOut,
    CancellationIn,
    ConcernedIn,
    CorrectionIn,
    OrganisationEntered,
    OrganisationIn,
    OrganisationOut,
    TemplateOut,
    ToldOut,
    WordsIn,
)
from api.http.models import FileIn, FileOut
from api.http.strict_json import StrictRoute
from api.refusals import BodyMalformed, OrganisationUnknown
from domain.events import AnnouncementBody, AnnouncementCorrected, Author
from domain.facts import AnnouncementId, FileRef, HouseId, OrganisationId, moment
from domain.refusals import NotFound, Refused

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from api.services import Services
    from api.writer import Written
    from domain.announcement import Announcement
    from domain.facts import Moment

OCTETS = "application/octet-stream"
officers = APIRouter(prefix="/api/v1", tags=["Секретарь"], route_class=StrictRoute)
authors = APIRouter(prefix="/api/v1", tags=["Организация"], route_class=StrictRoute)
public = APIRouter(prefix="/api/v1", tags=["Открытые данные"])


def author(services: Here, given: Bearer) -> Author:
    """Give the organisation that asks, or refuse."""
    accounts = Organisations(services.desk.engine)
    found = accounts.by_token(given.credentials) if given is not None else None
    if found is None:
        raise Refused(OrganisationUnknown())
    return found


By = Annotated[Author, Depends(author)]


def _id(text: str, what: str) -> UUID:
    found = as_uuid(text)
    if found is None:
        raise Refused(NotFound(what))
    return found


# --- accounts ------------------------------------------------------------------------------------


@officers.post("/organisations", status_code=201, summary="Завести организацию")
def new_organisation(
    services: Here, _officer: Officer, body: OrganisationIn
) -> OrganisationEntered:
    """Enter an author organisation; its token is shown this once."""
    found, token = Organisations(services.desk.engine).add(body.name, body.kind)
    return OrganisationEntered(organisation=str(found), token=token)


@officers.get("/organisations", summary="Организации и их дома")
def organisations(services: Here, _officer: Officer) -> list[OrganisationOut]:
    """List the organisations with the houses assigned to them."""
    return [
        OrganisationOut(
            organisation=str(account.author.organisation),
            name=account.author.name,
            kind=account.author.kind,
            houses=[str(house) for house in account.houses],
        )
        for account in Organisations(services.desk.engine).all()
    ]


@officers.post(
    "/organisations/{organisation}/token", status_code=201, summary="Заменить ключ организации"
)
def renew(services: Here, _officer: Officer, organisation: str) -> OrganisationEntered:
    """Give a new token; the old one is void."""
    known = OrganisationId(_id(organisation, "organisation"))
    token = Organisations(services.desk.engine).renew_token(known)
    return OrganisationEntered(organisation=str(known), token=token)


@officers.put(
    "/organisations/{organisation}/houses/{house}", status_code=204, summary="Закрепить дом"
)
def assign(services: Here, _officer: Officer, organisation: str, house: str) -> None:
    """Let an organisation speak to a house."""
    known = services.house(HouseId(_id(house, "house"))).id
    organisation_id = OrganisationId(_id(organisation, "organisation"))
    Organisations(services.desk.engine).assign(organisation_id, known)


@officers.delete(
    "/organisations/{organisation}/houses/{house}", status_code=204, summary="Открепить дом"
)
def withdraw(services: Here, _officer: Officer, organisation: str, house: str) -> None:
    """Let an organisation speak to a house no more; what it said stays."""
    organisation_id = OrganisationId(_id(organisation, "organisation"))
    Organisations(services.desk.engine).withdraw(organisation_id, HouseId(_id(house, "house")))


# --- announcements -------------------------------------------------------------------------------


@authors.post("/announcements", status_code=201, summary="Дать объявление")
def announce(services: Here, by: By, body: AnnouncementIn) -> AnnouncedOut:
    """Publish an announcement in all houses named, or in none."""
    given = _id(body.announcement, "announcement") if body.announcement else uuid4()
    announcement = AnnouncementId(given)
    houses = _houses(body.houses)
    Organisations(services.desk.engine).check_assigned(by.organisation, houses)
    said = _body(body, _kept(services, body.attachments))
    return _told(services, announcement, speaking.publish(services, announcement, by, said, houses))


@authors.post(
    "/announcements/{announcement}/corrections", status_code=201, summary="Исправить объявление"
)
def correct(services: Here, by: By, announcement: str, body: CorrectionIn) -> AnnouncedOut:
    """Word an announcement anew; the post in the chat is edited in place."""
    known = AnnouncementId(_id(announcement, "announcement"))
    houses = _houses(body.houses) if body.houses is not None else None
    files = _kept(services, body.attachments) if body.attachments is not None else None
    change = speaking.Change(known, by, body.version, body.reason)
    written = speaking.correct(services, change, _body(body, ()), houses, files)
    return _told(services, known, written)


@authors.post(
    "/announcements/{announcement}/cancellation", status_code=201, summary="Отменить объявление"
)
def cancel(services: Here, by: By, announcement: str, body: CancellationIn) -> AnnouncedOut:
    """Take an announcement back; it stays in the log and on the page as cancelled."""
    known = AnnouncementId(_id(announcement, "announcement"))
    named = body.houses
    houses = list(dict.fromkeys(HouseId(_id(h, "house")) for h in named)) if named else None
    change = speaking.Change(known, by, body.version, body.reason)
    return _told(services, known, speaking.cancel(services, change, houses))


@public.get("/announcement-templates", summary="Шаблоны объявлений")
def announcement_templates() -> list[TemplateOut]:
    """List the templates with their blanks and norms."""
    return [
        TemplateOut(
            kind=row.kind,
            authors=list(row.authors),
            law=row.law,
            heading=row.heading,
            text=row.text,
        )
        for row in templates()
    ]


@public.get("/houses/{house}/announcements", summary="Объявления дома")
def announcements(services: Here, house: str) -> list[AnnouncementOut]:
    """List the announcements of a house as they stand, the newest first."""
    known = services.house(HouseId(_id(house, "house"))).id
    return [_out(one) for one in speaking.announcements_of(services, known)]


def _houses(given: Sequence[ConcernedIn]) -> dict[HouseId, tuple[int, ...]]:
    houses: dict[HouseId, tuple[int, ...]] = {}
    for one in given:
        house = HouseId(_id(one.house, "house"))
        if house in houses:
            raise Refused(BodyMalformed("houses", "дом назван дважды"))
        houses[house] = tuple(sorted(set(one.entrances)))
    return houses


def _body(words: WordsIn, files: tuple[FileRef, ...]) -> AnnouncementBody:
    return AnnouncementBody(
        kind=words.kind,
        heading=words.heading,
        text=words.text,
        starts_at=_moment(words.starts_at),
        ends_at=_moment(words.ends_at),
        attachments=files,
        not_personal=tuple(sorted(set(words.not_personal))),
    )


def _moment(at: datetime | None) -> Moment | None:
    return moment(at) if at is not None else None


def _kept(services: Services, given: Sequence[FileIn]) -> tuple[FileRef, ...]:
    read = []
    for number, file in enumerate(given):
        try:
            read.append((file.name, base64.b64decode(file.content, validate=True)))
        except (binascii.Error, ValueError):
            place = f"attachments.{number}.content"
            raise Refused(BodyMalformed(place, "ожидается файл в кодировке base64")) from None
    kept = []
    for name, content in read:
        stored = services.desk.keep_file(name, OCTETS, content)
        kept.append(FileRef(name, stored.sha256, len(content)))
    return tuple(kept)


def _told(services: Services, announcement: AnnouncementId, written: Written) -> AnnouncedOut:
    told = []
    for recorded, receipt in zip(written.facts, written.receipts, strict=True):
        fact: Any = recorded.fact
        told.append(
            ToldOut(
                house=str(recorded.house),
                version=fact.version if isinstance(fact, AnnouncementCorrected) else 1,
                page=f"{services.settings.public_url}/h/{recorded.house}",
                receipt=receipt.to_text(),
            )
        )
    return AnnouncedOut(announcement=str(announcement), houses=told)


def _out(one: Announcement) -> AnnouncementOut:
    body, last = one.body, one.versions[-1]
    changed_at, reason = one.cancelled or (last.at, last.reason)
    return AnnouncementOut(
        announcement=str(one.announcement),
        version=one.version,
        author=one.author.name,
        author_kind=one.author.kind,
        kind=body.kind,
        heading=body.heading,
        text=body.text,
        entrances=list(body.entrances),
        starts_at=body.starts_at,
        ends_at=body.ends_at,
        attachments=[
            FileOut(name=file.name, sha256=file.sha256, size=file.size) for file in body.attachments
        ],
        published_at=one.versions[0].at,
        changed_at=changed_at,
        cancelled=one.cancelled is not None,
        reason=reason,
    )
