"""What is said in the chat at each stage of a meeting's life; never a person's data.

Every post of a fact ends with the log's size and the beginning of its root right after the fact:
the chat is a witness, and the line is the mark by which a lost answer is reconciled.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from api.chat.port import Button, Post
from api.messages import outcome_text
from api.wording.russian import day_text, moment_text
from domain.events import (
    Basis,
    CountCompleted,
    CountPurpose,
    MeetingCalled,
    ProtocolRecorded,
    VotingClosed,
    VotingOpened,
)
from domain.law.spans import plus_months
from domain.votes import percent, russian

if TYPE_CHECKING:
    from datetime import date

    from domain.events import AnyFact
    from domain.law.reference import LawPack
    from domain.premises import House

TOLD = (
    MeetingCalled.TYPE,
    VotingOpened.TYPE,
    VotingClosed.TYPE,
    CountCompleted.TYPE,
    ProtocolRecorded.TYPE,
)
"""The facts of meetings the chat hears of."""

ROOT_DIGITS = 16
TO_THE_PAGE = "Открыть страницу собрания"
TO_THE_PROOF = "Проверить журнал"

BASIS_TEXT = {
    Basis.REGIONAL_SYSTEM: "Ответ по личной ссылке — голос (региональная система, ст. 47.1 ЖК РФ).",
    Basis.WRITTEN_DECISIONS: (
        "Ответ по личной ссылке — не голос: он заполняет ваше письменное решение, которое нужно "
        "подписать и сдать."
    ),
    Basis.CHARTER: "Ответ по личной ссылке — голос, так установлено уставом.",
}


def mark_of(size: int, root: bytes) -> str:
    """Give the line that ends a fact's post: the log's size and the beginning of its root."""
    return f"журнал {size} · {root.hex()[:ROOT_DIGITS]}"


def fingerprint_of(size: int, root: bytes) -> str:
    """Give the same for posts that tell no fact; it must not read as some fact's mark."""
    return f"Отпечаток журнала: записей {size}, корень {root.hex()[:ROOT_DIGITS]}"


def proof_address(public_url: str, house: object, size: int, root: bytes) -> str:
    """Give the address that proves that the log has only grown since a fingerprint."""
    return f"{public_url}/log/{house}/since/{size}/{root.hex()[:ROOT_DIGITS]}"


def post_of(
    fact: AnyFact,
    house: House,
    terms: MeetingCalled,
    purpose: CountPurpose | None,
    law: LawPack,
) -> str | None:
    """Word a fact; None when the chat need not hear of it."""
    zone = ZoneInfo(house.registered.time_zone)
    match fact:
        case MeetingCalled():
            questions = "\n".join(f"{item.number}. {item.question}" for item in terms.items)
            return (
                f"Созвано общее собрание: {house.registered.address}.\n"
                f"Приём решений — с {moment_text(terms.opens_at, zone)} "
                f"до {moment_text(terms.closes_at, zone)}.\n\nПовестка:\n{questions}\n\n"
                f"{BASIS_TEXT[terms.basis]}\n"
                "Это копия для сведения: сообщение по закону размещено отдельно."
            )
        case VotingOpened(register):
            return (
                f"Голосование открыто до {moment_text(terms.closes_at, zone)}. "
                f"Всего голосов — {russian(register.all_votes)}. {BASIS_TEXT[terms.basis]}"
            )
        case VotingClosed():
            return "Приём решений окончен. Идёт подсчёт."
        case CountCompleted() if purpose is CountPurpose.COMMISSION:
            return _results(fact)
        case ProtocolRecorded(number=number, drawn_up_on=day):
            named = f" № {number}" if number else ""
            return f"Протокол{named} составлен.\n{challenge_text(law, day)}"
        case _:
            return None


def as_post(text: str, page: str, proof: str, mark: str) -> Post:
    """Put a fact's words, its mark and the buttons together."""
    return Post(f"{text}\n\n{mark}", (Button(TO_THE_PAGE, page), Button(TO_THE_PROOF, proof)))


def challenge_until(law: LawPack, drawn_up_on: date) -> date:
    """Give the last day to challenge, counted from the protocol (ч. 6 ст. 46 ЖК РФ)."""
    return plus_months(drawn_up_on, law.term("challenge", drawn_up_on).value)


def challenge_text(law: LawPack, drawn_up_on: date) -> str:
    """Say how long the decisions may be challenged, by the dated row."""
    term = law.term("challenge", drawn_up_on)
    until = day_text(challenge_until(law, drawn_up_on))
    return (
        "Решения можно обжаловать в суде в течение "
        f"{term.value} месяцев со дня, когда собственник узнал или должен был узнать о них "
        f"({term.norm}); если считать со дня протокола — до {until}."
    )


def _results(fact: CountCompleted) -> str:
    result = fact.result
    lines = [
        f"Итоги: участвовали {percent(result.participants, result.all_votes)} % голосов.",
        *(f"Вопрос {item.number}: {outcome_text(item.outcome)}." for item in result.items),
    ]
    return "\n".join(lines)
