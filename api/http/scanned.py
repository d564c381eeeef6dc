"""JSON for officers: the code of a scanned sheet leads back to the prepared decision."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import Field

from api.desk import as_uuid
from api.http.access import Here, Officer
from api.http.models import Model
from api.http.strict_json import StrictRoute
from api.scanned import scanned
from domain.events import Mark
from domain.facts import MeetingId
from domain.refusals import NotFound, Refused

router = APIRouter(prefix="/api/v1", tags=["Секретарь"], route_class=StrictRoute)


class ScannedIn(Model):
    """The text of a sheet's QR code."""

    code: str = Field(max_length=200, description="Текст QR-кода, как его отдал сканер")


class ScannedTitleOut(Model):
    """A title the paper decides for."""

    title: str = Field(description="Идентификатор права на помещение (UUID), для внесения бумаги")
    premises: str = Field(description="Номер помещения")
    share: str = Field(description="Как получен вес, по-русски")
    holders: list[str] = Field(description="Собственники")
    state: str = Field(description="Решение: prepared — ждёт бумаги; received — бумага уже внесена")


class ScannedOut(Model):
    """A prepared decision found by its code."""

    number: str = Field(description="Номер решения, напечатанный на листе")
    sheet: int = Field(description="Который это лист")
    sheets: int = Field(description="Сколько листов в решении: подписаны должны быть все")
    revision: int = Field(description="Какой раз готовили ответы")
    newer: bool = Field(
        description="true — после печати собственник подготовил другие ответы; считается бумага"
    )
    answers: dict[str, Mark] = Field(description="Напечатанные отметки по номерам вопросов")
    titles: list[ScannedTitleOut] = Field(description="О каких правах собственности решение")


@router.post("/meetings/{meeting}/scanned-sheets", summary="Найти решение по QR-коду листа")
def scan(services: Here, _officer: Officer, meeting: str, body: ScannedIn) -> ScannedOut:
    """Give the titles and the printed marks of a paper, for an officer to confirm."""
    known = as_uuid(meeting)
    if known is None:
        raise Refused(NotFound("meeting"))
    found = scanned(services, MeetingId(known), body.code)
    return ScannedOut(
        number=found.code.number,
        sheet=found.code.sheet,
        sheets=found.code.sheets,
        revision=found.code.revision,
        newer=found.newer,
        answers={str(number): mark for number, mark in enumerate(found.answers, 1)},
        titles=[
            ScannedTitleOut(
                title=str(title.id),
                premises=shown.premises,
                share=shown.weight,
                holders=[services.names.name(party) for party in title.holders],
                state=shown.state,
            )
            for title, shown in found.titles
        ],
    )
