"""JSON for officers: posts that wait for a person's decision, and the decisions made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter
from pydantic import AwareDatetime, Field

from api.chat.settling import Decision, Fate, settle, settlements_of, unsettled_posts
from api.desk import as_uuid
from api.http.access import Here, Officer
from api.http.models import Model
from api.http.strict_json import StrictRoute
from domain.facts import HouseId
from domain.refusals import NotFound, Refused

if TYPE_CHECKING:
    from api.services import Services

router = APIRouter(prefix="/api/v1", tags=["Секретарь"], route_class=StrictRoute)


class UnsettledOut(Model):
    """A post that waits for a person."""

    mark: str = Field(description="Чем сообщение узнают; это и пишут в решении")
    state: str = Field(description="unknown — неизвестно, вышло ли; failed — мессенджер отказал")
    text: str = Field(description="Текст сообщения")


class SettledOut(Model):
    """A decision about a post."""

    mark: str = Field(description="О каком сообщении")
    was: str = Field(description="Каким оно было: unknown или failed")
    fate: Fate = Field(description="Что решили: sent, again или drop")
    reason: str = Field(description="Почему")
    by: str = Field(description="Кто решил")
    at: AwareDatetime = Field(description="Когда")


class UnsettledPosts(Model):
    """What waits for a person, and what was decided before."""

    waiting: list[UnsettledOut] = Field(description="Ждут решения, сначала старые")
    settled: list[SettledOut] = Field(description="Последние решения, сначала новые")


class SettleIn(Model):
    """What is to become of a post."""

    mark: str = Field(min_length=1, max_length=120, description="О каком сообщении, из списка")
    fate: Fate = Field(
        description="sent — стоит в чате; again — его там нет, отправить снова; drop — не нужно"
    )
    reason: str = Field(max_length=500, description="Почему: что видно в чате")


@router.get("/houses/{house}/chat/unsettled", summary="Сообщения, о которых нужно решить")
def unsettled(services: Here, _officer: Officer, house: str) -> UnsettledPosts:
    """List the posts of unknown fate and those the messenger refused."""
    return _unsettled(services, _house(house))


@router.post("/houses/{house}/chat/unsettled", summary="Решить о сообщении")
def settle_post(services: Here, officer: Officer, house: str, body: SettleIn) -> UnsettledPosts:
    """Say that a post stands, send it again or drop it; gives what is left to decide."""
    known = _house(house)
    settle(services, known, Decision(body.mark, body.fate, body.reason, officer))
    return _unsettled(services, known)


def _unsettled(services: Services, house: HouseId) -> UnsettledPosts:
    return UnsettledPosts(
        waiting=[
            UnsettledOut(mark=one.mark, state=one.state, text=one.text)
            for one in unsettled_posts(services, house)
        ],
        settled=[
            SettledOut(
                mark=one.decision.mark,
                was=one.was,
                fate=one.decision.fate,
                reason=one.decision.reason,
                by=one.decision.officer,
                at=one.at,
            )
            for one in settlements_of(services, house)
        ],
    )


def _house(text: str) -> HouseId:
    found = as_uuid(text)
    if found is None:
        raise Refused(NotFound("house"))
    return HouseId(found)
