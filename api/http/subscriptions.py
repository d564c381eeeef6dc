"""JSON for officers: which other systems hear of the meetings' stages."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from api.desk import as_uuid
from api.http.access import Here, Officer
from api.http.models import Model
from api.http.strict_json import StrictRoute
from api.webhooks.subscriptions import Subscriptions
from domain.facts import HouseId
from domain.refusals import NotFound, Refused

router = APIRouter(prefix="/api/v1", tags=["Секретарь"], route_class=StrictRoute)
Secret = Annotated[str, Field(min_length=16, max_length=200)]


class WebhookIn(Model):
    """An address to send events to."""

    url: str = Field(min_length=1, max_length=2000, description="Открытый адрес https://")
    secret: Secret | None = Field(
        None, description="Секрет для подписи; без поля его придумает программа"
    )
    house: str | None = Field(None, description="Только этот дом (UUID); без поля — все дома")


class WebhookEntered(Model):
    """The subscription's secret; shown once."""

    webhook: str = Field(description="Идентификатор подписки (UUID)")
    secret: str = Field(description="Секрет для проверки подписи; больше не показывается")


class WebhookOut(Model):
    """A subscription and how its deliveries stand."""

    webhook: str = Field(description="Идентификатор подписки (UUID)")
    url: str = Field(description="Куда отправляются события")
    house: str | None = Field(description="Дом (UUID) или все дома")
    state: str = Field(description="active — действует, gone — получатель ответил 410")
    waiting: int = Field(description="Сколько событий ждёт отправки")
    failed: int = Field(description="Сколько событий не принято после всех попыток")
    answer: str = Field(description="Последний ответ получателя или причина неудачи")


@router.post("/webhooks", status_code=201, summary="Подписать систему на события")
def subscribe(services: Here, officer: Officer, body: WebhookIn) -> WebhookEntered:
    """Subscribe an address to the stages of meetings."""
    house = None
    if body.house is not None:
        house = services.house(HouseId(_id(body.house, "house"))).id
    webhook, secret = Subscriptions(services).add(body.url, officer, body.secret or "", house)
    return WebhookEntered(webhook=str(webhook), secret=secret)


@router.get("/webhooks", summary="Подписки на события")
def subscriptions(services: Here, _officer: Officer) -> list[WebhookOut]:
    """List the subscriptions."""
    return [
        WebhookOut(
            webhook=str(one.webhook),
            url=one.url,
            house=str(one.house) if one.house is not None else None,
            state=one.state,
            waiting=one.waiting,
            failed=one.failed,
            answer=one.answer,
        )
        for one in Subscriptions(services).all()
    ]


@router.delete("/webhooks/{webhook}", status_code=204, summary="Отменить подписку")
def unsubscribe(services: Here, _officer: Officer, webhook: str) -> None:
    """Send no more events there."""
    Subscriptions(services).remove(_id(webhook, "webhook"))


@router.post("/webhooks/{webhook}/retry", status_code=204, summary="Отправить неудачное снова")
def retry(services: Here, _officer: Officer, webhook: str) -> None:
    """Send again what failed, and take a subscriber back that was gone."""
    Subscriptions(services).retry(_id(webhook, "webhook"))


def _id(text: str, what: str) -> UUID:
    found = as_uuid(text)
    if found is None:
        raise Refused(NotFound(what))
    return found
