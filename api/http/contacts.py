"""JSON for officers: contacts of owners, personal links by letter."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import Field

from api.contacts.book import Channel
from api.contacts.importing import ContactRow, Kept, keep_contacts
from api.contacts.letters import Kind, LetterStore, State
from api.contacts.options import ways
from api.contacts.planning import Planner
from api.contacts.table import rows_of
from api.desk import as_uuid
from api.http.access import Here, Officer
from api.http.models import Model
from api.http.reading import read_body
from api.http.strict_json import StrictRoute
from api.refusals import PersonUnknown
from domain.facts import HouseId, MeetingId, PersonId
from domain.refusals import NotFound, Refused

router = APIRouter(prefix="/api/v1", tags=["Секретарь"], route_class=StrictRoute)
MOST_ROWS = 20_000
LARGEST_TABLE = 20 * 1024 * 1024


class ContactIn(Model):
    """An owner, by number or by premises and name, and how they are reached."""

    person: str = Field("", max_length=40, description="Идентификатор собственника (UUID)")
    premises: str = Field("", max_length=40, description="Номер помещения, как в реестре")
    name: str = Field(
        "", max_length=300, description="Имя, как в реестре; не нужно, если собственник один"
    )
    phone: str = Field("", max_length=300, description="Телефон", examples=["+7 900 000-00-00"])
    email: str = Field("", max_length=300, description="Адрес электронной почты")


class ContactsIn(Model):
    """Contacts of one house; kept all or none."""

    rows: list[ContactIn] = Field(min_length=1, max_length=MOST_ROWS, description="Строки")


class ContactsOut(Model):
    """What was kept."""

    people: int = Field(description="Скольких собственников назвал список")
    changed: int = Field(description="Сколько контактов новых и изменённых")
    without: int = Field(description="Сколько собственников дома остались без контакта")


class LettersIn(Model):
    """To whom; everybody when nobody is named."""

    persons: list[str] | None = Field(
        None,
        max_length=MOST_ROWS,
        description="Кому отправить, даже если письмо уже было; без поля — всем, кому ещё не было",
    )


class LettersOut(Model):
    """What an order of letters came to."""

    email: int = Field(description="Сколько писем поставлено в очередь по электронной почте")
    phone: int = Field(description="Сколько — короткими сообщениями")
    already: int = Field(description="Скольким письмо отправлено или поставлено в очередь раньше")
    without_contact: list[str] = Field(
        description="Собственники, с которыми не связаться (UUID): им вручите ссылку сами"
    )


class LetterStatesOut(Model):
    """How the letters of a meeting stand."""

    waiting: int = Field(description="Ждут отправки")
    sent: int = Field(description="Приняты почтовым сервером или шлюзом")
    unknown: int = Field(description="Ответ потерян: могли дойти, второй раз не отправляются")
    refused: int = Field(description="Адрес или номер не принимает")
    failed: int = Field(description="Не приняты после всех попыток")
    stale: int = Field(description="Не понадобились: голосование окончено или контакта больше нет")


class MeetingLettersOut(Model):
    """Letters of a meeting: personal links, and notices of decisions entered for owners."""

    by: dict[str, str] = Field(description="Чем уходят письма: smtp, sms, file, console")
    links: LetterStatesOut = Field(description="Личные ссылки")
    entered: LetterStatesOut = Field(description="Сообщения о внесённых решениях")


@router.put("/houses/{house}/contacts", summary="Сохранить контакты собственников")
def put_contacts(services: Here, _officer: Officer, house: str, body: ContactsIn) -> ContactsOut:
    """Keep phones and addresses; every fault of every row is told, and then nothing is kept."""
    rows = [
        ContactRow(number, row.person, row.premises, row.name, row.phone, row.email)
        for number, row in enumerate(body.rows, 1)
    ]
    return _kept(keep_contacts(services, HouseId(_id(house, "house")), rows))


@router.put("/houses/{house}/contacts/table", summary="Загрузить таблицу контактов")
async def put_table(
    services: Here, _officer: Officer, house: str, request: Request, filename: str
) -> ContactsOut:
    """Keep the contacts of an XLSX, XLS, ODS or CSV table."""
    data = await read_body(request, LARGEST_TABLE)
    known = HouseId(_id(house, "house"))

    def kept() -> Kept:
        services.house(known)
        return keep_contacts(services, known, rows_of(data, filename))

    return _kept(await run_in_threadpool(kept))


@router.post(
    "/meetings/{meeting}/links/letters", status_code=202, summary="Отправить личные ссылки"
)
def send_links(
    services: Here, _officer: Officer, meeting: str, body: LettersIn | None = None
) -> LettersOut:
    """Queue a letter with a personal link for every owner who is reached by something."""
    named = body.persons if body is not None else None
    persons = [_person(text) for text in named] if named is not None else None
    planner = Planner(services, ways(services.settings))
    done = planner.send_links(MeetingId(_id(meeting, "meeting")), persons)
    return LettersOut(
        email=done.queued[Channel.EMAIL],
        phone=done.queued[Channel.PHONE],
        already=done.already,
        without_contact=[str(person) for person in done.without_contact],
    )


@router.get("/meetings/{meeting}/letters", summary="Как уходят письма собрания")
def letters(services: Here, _officer: Officer, meeting: str) -> MeetingLettersOut:
    """Count the letters of a meeting by their state."""
    known = MeetingId(_id(meeting, "meeting"))
    services.meeting(known)
    store = LetterStore(services.desk.engine)
    return MeetingLettersOut(
        by={channel.value: name for channel, name in ways(services.settings).items()},
        links=_states(store, known, Kind.LINK),
        entered=_states(store, known, Kind.ENTERED),
    )


def _states(store: LetterStore, meeting: MeetingId, kind: Kind) -> LetterStatesOut:
    states = store.states(meeting, kind)
    return LetterStatesOut(
        waiting=states.get(State.QUEUED, 0) + states.get(State.SENDING, 0),
        sent=states.get(State.SENT, 0),
        unknown=states.get(State.UNKNOWN, 0),
        refused=states.get(State.REFUSED, 0),
        failed=states.get(State.FAILED, 0),
        stale=states.get(State.STALE, 0),
    )


def _kept(done: Kept) -> ContactsOut:
    return ContactsOut(people=done.people, changed=done.changed, without=done.without)


def _person(text: str) -> PersonId:
    found = as_uuid(text)
    if found is None:
        raise Refused(PersonUnknown())
    return PersonId(found)


def _id(text: str, what: str) -> UUID:
    found = as_uuid(text)
    if found is None:
        raise Refused(NotFound(what))
    return found
