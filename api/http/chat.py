"""JSON for officers: the house's chat, and posts that people make by hand; the proof of a post."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import AwareDatetime, Field

from api.chat.operating import chat_view, note_posted, posted_by_hand, share_of
from api.chat.outbox import Outbox
from api.chat.picture import picture_of
from api.chat.posts import ROOT_DIGITS
from api.chat.standing import standing_of
from api.desk import as_uuid
from api.http.access import Here, Officer
from api.http.models import Model
from api.http.strict_json import StrictRoute
from domain.facts import HouseId, MeetingId
from domain.refusals import NotFound, Refused

if TYPE_CHECKING:
    from api.services import Services

router = APIRouter(prefix="/api/v1", tags=["Секретарь"], route_class=StrictRoute)
proofs = APIRouter()

PNG = "image/png"
PLAIN = "text/plain; charset=utf-8"
_SIZE = re.compile(r"[1-9][0-9]{0,17}")
_ROOT = re.compile(rf"[0-9a-f]{{{ROOT_DIGITS}}}")


class OfferedChat(Model):
    """A chat the bot was added to and no house has yet."""

    chat: str = Field(description="Номер чата в мессенджере")
    title: str = Field(description="Название чата; пусто, если неизвестно")


class HouseChatOut(Model):
    """How a house's chat is doing."""

    messenger: str = Field(description="Куда идут сообщения: none, console, max")
    chat: str | None = Field(description="Чат дома; null, пока не указан")
    state: str = Field(
        description="none, unbound, waiting, added, told, removed, refused или silent"
    )
    text: str = Field(description="Состояние словами и что делать")
    code: str = Field(description="Код последнего отказа мессенджера")
    pin: str = Field(description="Закреплена ли карточка: none, pinned, waiting или refused")
    posts: dict[str, int] = Field(description="Сколько сообщений в каком состоянии")
    offered: list[OfferedChat] = Field(description="Чаты, из которых можно выбрать")


class HouseChatIn(Model):
    """In which chat a house's posts stand."""

    chat: str = Field(min_length=1, max_length=100, description="Номер чата в мессенджере")


class HandPostOut(Model):
    """A post that a person has made."""

    stage: str = Field(description="Стадия: called, open, closed, counted, finished")
    by: str = Field(description="Кто разместил")
    at: AwareDatetime = Field(description="Когда отмечено")


class ShareOut(Model):
    """What a person puts into the chat by hand."""

    text: str = Field(description="Текст сообщения")
    link: str = Field(description="Страница собрания")
    share_url: str = Field(description="Адрес, который открывает мессенджер с этим текстом")
    picture: str = Field(description="Адрес картинки PNG")
    posted: list[HandPostOut] = Field(description="Что уже размещено, сначала старое")


def _id(text: str, what: str) -> UUID:
    found = as_uuid(text)
    if found is None:
        raise Refused(NotFound(what))
    return found


def _shown(services: Services, house: HouseId) -> HouseChatOut:
    seen = chat_view(services, house)
    return HouseChatOut(
        messenger=seen.messenger,
        chat=seen.chat,
        state=seen.state,
        text=seen.text,
        code=seen.code,
        pin=seen.pin,
        posts=dict(seen.posts),
        offered=[OfferedChat(chat=chat, title=title) for chat, title in seen.offered],
    )


@router.get("/houses/{house}/chat", summary="Состояние чата дома")
def read_chat(services: Here, _officer: Officer, house: str) -> HouseChatOut:
    """Say how the house's chat is doing and which chats may be chosen."""
    return _shown(services, HouseId(_id(house, "house")))


@router.put("/houses/{house}/chat", summary="Указать чат дома")
def bind_chat(services: Here, _officer: Officer, house: str, body: HouseChatIn) -> HouseChatOut:
    """Say in which chat the house's posts stand; meetings that go on get their card there."""
    known = HouseId(_id(house, "house"))
    services.house(known)
    Outbox(services).bind(known, body.chat)
    return _shown(services, known)


@router.get("/meetings/{meeting}/share", summary="Сообщение для чата, чтобы разместить самим")
def share(services: Here, _officer: Officer, meeting: str) -> ShareOut:
    """Give text, link and picture for a person to post, and what was posted already."""
    known = MeetingId(_id(meeting, "meeting"))
    made = share_of(services, known)
    return ShareOut(
        text=made.text,
        link=made.link,
        share_url=made.share_url,
        picture=f"{services.settings.public_url}/api/v1/meetings/{known}/share/picture",
        posted=[
            HandPostOut(stage=post.stage, by=post.officer, at=post.at)
            for post in posted_by_hand(services, known)
        ],
    )


@router.get(
    "/meetings/{meeting}/share/picture",
    summary="Картинка для чата",
    response_class=Response,
    responses={200: {"content": {PNG: {}}}},
)
def picture(services: Here, _officer: Officer, meeting: str) -> Response:
    """Draw the picture card with a QR of the meeting's page."""
    drawn = picture_of(standing_of(services, MeetingId(_id(meeting, "meeting"))))
    return Response(drawn, media_type=PNG, headers={"Cache-Control": "no-store"})


@router.post("/meetings/{meeting}/share/posted", status_code=201, summary="Отметить размещённое")
def posted(services: Here, officer: Officer, meeting: str) -> HandPostOut:
    """Record that a person has put the post into the chat."""
    made = note_posted(services, MeetingId(_id(meeting, "meeting")), officer)
    return HandPostOut(stage=made.stage, by=made.officer, at=made.at)


@proofs.get("/log/{house}/since/{size}/{root}", include_in_schema=False)
def since(services: Here, house: str, size: str, root: str) -> Response:
    """Prove to a reader of a post that the log has only grown since its fingerprint."""
    known = HouseId(_id(house, "house"))
    services.house(known)
    if not _SIZE.fullmatch(size) or not _ROOT.fullmatch(root):
        raise Refused(NotFound("tile"))
    now, note = services.logs.checkpoint_with_size(known)
    old = int(size)
    if old > now:
        raise Refused(NotFound("tile"))
    was = services.logs.store.root_at(known, old)
    if was.hex()[:ROOT_DIGITS] != root:
        lines = [f"НЕ СОВПАДАЕТ: при {old} записях корень журнала — {was.hex()}, а не {root}…"]
    else:
        proof = services.logs.store.consistency_proof(known, old, now)
        lines = [
            f"Совпадает: при {old} записях корень журнала — {was.hex()}.",
            f"Сейчас записей {now}. Доказательство, что журнал с тех пор только рос (RFC 9162):",
            *(base64.b64encode(node).decode() for node in proof),
        ]
    text = "\n".join([*lines, "", "Подписанная контрольная точка:", "", note])
    return Response(text, media_type=PLAIN, headers={"Cache-Control": "no-cache"})
