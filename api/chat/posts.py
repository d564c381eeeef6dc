"""What is said in the chat at each stage of a meeting's life; never a person's data.

Every post ends with the log's size and the beginning of its root right after the fact it tells of:
the chat is a witness, and the line is the mark by which a lost answer is reconciled.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from api.chat.port import Button, Post
from api.messages import outcome_text
from domain.events import (
    Basis,
    CountCompleted,
    CountPurpose,
    MeetingCalled,
    ProtocolRecorded,
    VotingClosed,
    VotingOpened,
)
from domain.votes import percent, russian

if TYPE_CHECKING:
    from datetime import datetime

    from domain.events import AnyFact
    from domain.premises import House

TOLD = (
    MeetingCalled.TYPE,
    VotingOpened.TYPE,
    VotingClosed.TYPE,
    CountCompleted.TYPE,
    ProtocolRecorded.TYPE,
)
"""The facts the chat hears of."""

ROOT_DIGITS = 16

_BASIS = {
    Basis.REGIONAL_SYSTEM: "Ответ по личной ссылке — голос (региональная система, ст. 47.1 ЖК РФ).",
    Basis.WRITTEN_DECISIONS: (
        "Ответ по личной ссылке — не голос: он заполняет ваше письменное решение, которое нужно "
        "подписать и сдать."
    ),
    Basis.CHARTER: "Ответ по личной ссылке — голос, так установлено уставом.",
}


def mark_of(size: int, root: bytes) -> str:
    """Give the line that ends a post: the log's size and the beginning of its root."""
    return f"журнал {size} · {root.hex()[:ROOT_DIGITS]}"


def post_of(
    fact: AnyFact,
    house: House,
    terms: MeetingCalled,
    purpose: CountPurpose | None,
    page: str,
    mark: str,
) -> Post | None:
    """Word the post for a fact; None when the chat need not hear of it."""
    text = _text(fact, house, terms, purpose)
    if text is None:
        return None
    return Post(f"{text}\n\n{mark}", (Button("Открыть страницу собрания", page),))


def _text(
    fact: AnyFact, house: House, terms: MeetingCalled, purpose: CountPurpose | None
) -> str | None:
    zone = ZoneInfo(house.registered.time_zone)
    match fact:
        case MeetingCalled():
            questions = "\n".join(f"{item.number}. {item.question}" for item in terms.items)
            return (
                f"Созвано общее собрание: {house.registered.address}.\n"
                f"Приём решений — с {_at(terms.opens_at.astimezone(zone))} "
                f"до {_at(terms.closes_at.astimezone(zone))}.\n\nПовестка:\n{questions}\n\n"
                f"{_BASIS[terms.basis]}\n"
                "Это копия для сведения: сообщение по закону размещено отдельно."
            )
        case VotingOpened(register):
            return (
                f"Голосование открыто до {_at(terms.closes_at.astimezone(zone))}. "
                f"Всего голосов — {russian(register.all_votes)}. {_BASIS[terms.basis]}"
            )
        case VotingClosed():
            return "Приём решений окончен. Идёт подсчёт."
        case CountCompleted() if purpose is CountPurpose.COMMISSION:
            return _results(fact)
        case ProtocolRecorded(number=number):
            return f"Протокол{f' № {number}' if number else ''} составлен."
        case _:
            return None


def _results(fact: CountCompleted) -> str:
    result = fact.result
    lines = [
        f"Итоги: участвовали {percent(result.participants, result.all_votes)} % голосов.",
        *(f"Вопрос {item.number}: {outcome_text(item.outcome)}." for item in result.items),
    ]
    return "\n".join(lines)


def _at(moment: datetime) -> str:
    return f"{moment:%d.%m.%Y %H:%M}"
