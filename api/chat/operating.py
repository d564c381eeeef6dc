"""What the operator sees of a house's chat, in words; and posts that people make by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

import sqlalchemy as sa

from api.chat.card import card_of
from api.chat.outbox import Outbox
from api.chat.pins import REFUSED
from api.chat.standing import standing_of
from api.chat.store import UNSETTLED
from api.chat.tables import hand_posts
from api.desk import as_moment, chats

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from api.services import Services
    from domain.facts import HouseId, MeetingId, Moment

SHARE = "https://max.ru/:share?text="
_TEXTS = {
    "none": "Чат не ведётся: сообщения готовит программа, а размещает их человек.",
    "unbound": "Чат дома не указан. Добавьте бота в чат и выберите чат из списка.",
    "waiting": "Чат указан, сообщений в нём ещё не было.",
    "added": "Бот в чате, сообщения выходят сами.",
    "told": "Сообщения выходят, последнее размещено.",
    "removed": "Бот удалён из чата. Верните его: всё, что не вышло, выйдет само.",
    "silent": (
        "Неизвестно, вышло ли сообщение: посмотрите в чат и дайте боту право читать сообщения, "
        "тогда он проверит сам. Вслепую сообщение не повторяется."
    ),
}
_REFUSED = {
    "max-forbidden": "Бота не пускают в чат: он удалён или лишён прав. Верните ему права.",
    "max-token-refused": "Токен бота отозван или неверен. Выпустите новый и укажите его.",
    "max-not-found": "Такого чата нет или бот в него не добавлен. Проверьте номер чата.",
}
_MAY_NOT_PIN = (
    "Закрепить карточку собрания не вышло: дайте боту права читать и закреплять сообщения, тогда "
    "он закрепит её сам. Остальное выходит и без этого."
)
_UNSETTLED = "Есть сообщения, о которых нужно решить: вышли ли они, отправить ли их снова."


@dataclass(frozen=True, slots=True)
class ChatView:
    """A house's chat for the operator: state by a stable name and in words, posts by state.

    Attributes:
        pin: the last pin of a card: none (not tried yet), pinned, waiting or refused.
    """

    messenger: str
    chat: str | None
    state: str
    text: str
    code: str
    pin: str
    posts: Mapping[str, int]
    offered: Sequence[tuple[str, str]]


def chat_view(services: Services, house: HouseId) -> ChatView:
    """Say how a house's chat is doing."""
    services.house(house)
    outbox = Outbox(services)
    chat = outbox.chat_of(house)
    known = outbox.chats.of(chat) if chat is not None else None
    messenger = services.settings.chat
    if messenger == "none":
        state = "none"
    elif chat is None:
        state = "unbound"
    else:
        state = known.state if known is not None else "waiting"
    code = known.code if known is not None else ""
    text = _REFUSED.get(code, "") if state == "refused" else ""
    states = outbox.store.states(chat) if chat is not None else {}
    said = text or _TEXTS.get(state, "Сообщения пока не выходят, программа повторяет попытки.")
    pin = outbox.pins.of(chat) if chat is not None else None
    more = [
        *([_UNSETTLED] if any(states.get(name) for name in UNSETTLED) else []),
        *([_MAY_NOT_PIN] if pin is not None and pin.state == REFUSED else []),
    ]
    return ChatView(
        messenger,
        chat,
        state,
        " ".join([said, *more]),
        code,
        pin.state if pin is not None else "none",
        states,
        _offered(services, outbox),
    )


def _offered(services: Services, outbox: Outbox) -> list[tuple[str, str]]:
    with services.desk.engine.connect() as connection:
        taken = {row.chat for row in connection.execute(sa.select(chats.c.chat))}
    return [
        (known.chat, known.title)
        for known in outbox.chats.all()
        if known.state == "added" and known.chat not in taken
    ]


@dataclass(frozen=True, slots=True)
class Share:
    """What a person puts into the chat by hand."""

    text: str
    link: str
    share_url: str


def share_of(services: Services, meeting: MeetingId) -> Share:
    """Word the post as it should look now."""
    standing = standing_of(services, meeting)
    card = card_of(standing, services.app.law)
    text = f"{card.post.text}\n\n{standing.page}"
    return Share(text, standing.page, SHARE + quote(text, safe=""))


@dataclass(frozen=True, slots=True)
class HandPost:
    """A post that a person has made: at which stage, who, when."""

    stage: str
    officer: str
    at: Moment


def note_posted(services: Services, meeting: MeetingId, officer: str) -> HandPost:
    """Record that a person has posted the card as it stands."""
    made = HandPost(standing_of(services, meeting).stage, officer, services.clock())
    row = {"meeting": meeting, "stage": made.stage, "officer": officer, "posted_at": made.at}
    with services.desk.engine.begin() as connection:
        connection.execute(hand_posts.insert().values(**row))
    return made


def posted_by_hand(services: Services, meeting: MeetingId) -> list[HandPost]:
    """List what people have posted, oldest first."""
    query = sa.select(hand_posts).where(hand_posts.c.meeting == meeting).order_by(hand_posts.c.id)
    with services.desk.engine.connect() as connection:
        return [
            HandPost(row.stage, row.officer, as_moment(row.posted_at))
            for row in connection.execute(query)
        ]
