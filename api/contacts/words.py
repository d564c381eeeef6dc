"""The words of letters: about a decision entered on paper, and with a personal link.

1. в письме нет имён и ответов: только дом, помещение и способ, каким внесено решение;
2. подготовленное по ссылке решение нигде не названо голосом (ст. 47.1 ЖК РФ, 463-ФЗ).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from api.chat.posts import BASIS_TEXT
from api.register.text import tidy
from api.wording.russian import moment_text
from api.wording.terms import channel_text

if TYPE_CHECKING:
    from datetime import tzinfo

    from domain.events import BallotReceived, MeetingCalled

LONGEST_ADDRESS = 150
SHORT_ADDRESS = 40


@dataclass(frozen=True, slots=True)
class Words:
    """What a letter says: long, and short where every sign is paid for."""

    subject: str = field(repr=False)
    text: str = field(repr=False)
    short: str = field(repr=False)


def one_line(text: str, most: int = LONGEST_ADDRESS) -> str:
    """Bring what people typed to one line without control characters, cut where it is too long."""
    line = " ".join(tidy(text).split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def of_entered(fact: BallotReceived, premises: str, address: str, zone: tzinfo, url: str) -> Words:
    """Tell an owner that a decision was entered for their premises."""
    what = entered_text(fact)
    number, house = one_line(premises, SHORT_ADDRESS), one_line(address)
    text = (
        "Здравствуйте!\n\n"
        f"В общем собрании собственников ({house}) за ваше помещение № {number} внесено {what}. "
        f"Как указано при внесении, оно получено {moment_text(fact.received_at, zone)}.\n\n"
        "Если вы его подали, делать ничего не нужно.\n\n"
        "Если это не вы — возразите. На вашей странице видно, как и кем внесено решение, и есть "
        f"раздел «Это не мой голос»:\n{url}/receipt\n\n{_PERSONAL}\n"
    )
    short = (
        f"Общее собрание: за ваше помещение {number} внесено {what}. "
        f"Если это не вы, возразите: {url}/receipt"
    )
    return Words("За ваше помещение внесено решение собственника", text, short)


def of_link(terms: MeetingCalled, address: str, zone: tzinfo, url: str) -> Words:
    """Give an owner their personal link."""
    until = moment_text(terms.closes_at, zone)
    text = (
        "Здравствуйте!\n\n"
        f"Идёт общее собрание собственников: {one_line(address)}. Решения принимают до {until}.\n\n"
        f"Ваша личная ссылка:\n{url}\n\n{BASIS_TEXT[terms.basis]}\n\n{_PERSONAL}\n"
    )
    short = f"Общее собрание собственников, до {until}. Ваша личная ссылка: {url}"
    return Words("Общее собрание собственников: ваша личная ссылка", text, short)


def entered_text(fact: BallotReceived) -> str:
    """Name a decision by the way it came: «бумажное решение»."""
    return _ENTERED.get(fact.channel.value) or f"решение, принятое {channel_text(fact.channel)}"


_ENTERED = {
    "paper": "бумажное решение",
    "in_person": "решение, поданное лично на собрании",
    "external_system": "решение из другой информационной системы",
}
_PERSONAL = (
    "Ссылка личная: не пересылайте её, по ней отвечают от вашего имени. Письмо пришло, потому что "
    "этот адрес или телефон передан для связи с собственником; отвечать на письмо не нужно."
)
