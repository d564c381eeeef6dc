"""The words of a meeting's living card: one post that is edited in place as the meeting goes on.

    stage and what is left · turnout by weight · what is missing to the quorum · the basis in plain
    words · the log's fingerprint, with a link that proves the log has only grown since

The fingerprint goes along with a change but makes none: a card is edited when people would read
something else, not whenever the log grows.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.chat.port import Button, Post
from api.chat.posts import (
    BASIS_TEXT,
    TO_THE_PAGE,
    TO_THE_PROOF,
    challenge_text,
    fingerprint_of,
    proof_address,
)
from api.messages import outcome_text
from api.wording.russian import days, moment_text
from domain.events import Basis
from domain.meeting import Finished
from domain.votes import percent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api.chat.standing import Standing
    from domain.law.reference import LawPack

TO_THE_BALLOT = "Мой бюллетень"
START = "ballot"
"""What the bot is started with from a card; it names nobody."""


@dataclass(frozen=True, slots=True)
class Card:
    """A card as it should look; `digest` changes when its words do."""

    post: Post
    digest: str


def card_mark(meeting: object) -> str:
    """Give the mark of a meeting's card; it stands in the address under it."""
    return f"{meeting}#card"


def card_of(standing: Standing, law: LawPack) -> Card:
    """Word the card of a meeting."""
    said = "\n".join(_lines(standing, law))
    address = proof_address(standing.public_url, standing.house.id, standing.size, standing.root)
    shown = (Button(TO_THE_PAGE, f"{standing.page}#card"), Button(TO_THE_PROOF, address))
    buttons = (*_own_ballot(standing), *shown)
    text = f"{said}\n\n{fingerprint_of(standing.size, standing.root)}"
    return Card(Post(text, buttons, quiet=True), hashlib.sha256(said.encode()).hexdigest())


def _own_ballot(standing: Standing) -> tuple[Button, ...]:
    """Lead to the bot's dialog, where one is asked who one is."""
    if not (standing.bot and standing.is_open):
        return ()
    return (Button(TO_THE_BALLOT, f"https://max.ru/{standing.bot}?start={START}"),)


def _lines(standing: Standing, law: LawPack) -> Iterator[str]:
    yield f"Общее собрание: {standing.house.registered.address}"
    yield stage_text(standing)
    if standing.stage in ("open", "closed"):
        yield from turnout_lines(standing)
    if standing.result is not None:
        result = standing.result
        yield f"Участвовали {percent(result.participants, result.all_votes)} % голосов."
        for item in result.items:
            yield f"Вопрос {item.number}: {outcome_text(item.outcome)}."
    if isinstance(standing.meeting, Finished):
        yield challenge_text(law, standing.meeting.protocol.drawn_up_on)
    elif standing.stage in ("called", "open"):
        yield BASIS_TEXT[standing.terms.basis]


def stage_text(standing: Standing) -> str:
    """Say the stage, and what is left of it."""
    opens = moment_text(standing.terms.opens_at, standing.zone)
    closes = moment_text(standing.terms.closes_at, standing.zone)
    match standing.stage:
        case "called":
            return f"Созвано. Приём решений — с {opens} до {closes}."
        case "open" if standing.is_open:
            return f"Идёт приём решений до {closes}, {left(standing)}."
        case "open" | "closed":
            return f"Приём решений окончен {closes}. Идёт подсчёт."
        case "counted":
            return "Голоса подсчитаны, протокол составляется."
        case _:
            return "Собрание завершено, протокол составлен."


def left(standing: Standing) -> str:
    """Say how many days are left, by the calendar where the house stands."""
    last = standing.terms.closes_at.astimezone(standing.zone).date()
    count = (last - standing.local.date()).days
    return f"осталось {days(count)}" if count > 0 else "последний день"


def turnout_lines(standing: Standing) -> Iterator[str]:
    """Say the turnout by weight and what is missing to the quorum."""
    seen = standing.turnout
    if seen is None:
        return
    yield f"Участвуют {seen.part} % голосов: {seen.votes} из {seen.all_votes}."
    if standing.terms.basis is Basis.WRITTEN_DECISIONS:
        yield f"Подготовлено, не подписано и потому не считается: {seen.prepared_part} %."
    for line in seen.quorum:
        which = f" по вопросам {', '.join(map(str, line.numbers))}" if line.numbers else ""
        if line.met:
            yield f"Кворум{which} есть ({line.test})."
        elif line.missing:
            yield f"До кворума{which} не хватает: {line.missing} (нужно {line.test})."
        else:
            yield f"Кворум{which}: {line.test}, станет известен при подсчёте."
