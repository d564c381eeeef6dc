"""Russian wording of every refusal, and of stages, outcomes, channels and kinds.

Each explanation says what was asked, which norm forbids it, what to do and until when. The
sentences themselves are in `api/wording/`, by subject.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.wording import calling, door, keeping, signatures, voting
from api.wording.russian import Explained, day_text, moment_text
from api.wording.terms import channel_text, kind_text, outcome_text, stage_text
from projections.documents.wording import plural

if TYPE_CHECKING:
    from datetime import tzinfo

    from domain.refusals import Refusal

__all__ = [
    "Explained",
    "UnwordedRefusalError",
    "explain",
    "unexpected",
    "stage_text",
    "outcome_text",
    "channel_text",
    "kind_text",
    "moment_text",
    "day_text",
    "plural",
]


class UnwordedRefusalError(Exception):
    """A refusal was added without its wording."""


def explain(reason: Refusal, zone: tzinfo) -> Explained:
    """Put a refusal into words; moments are shown in the house's zone."""
    if isinstance(reason, calling.OfRegister):
        return calling.of_register(reason)
    if isinstance(reason, calling.OfAgenda):
        return calling.of_agenda(reason)
    if isinstance(reason, calling.OfTerms):
        return calling.of_terms(reason)
    if isinstance(reason, calling.OfNotice):
        return calling.of_notice(reason, zone)
    if isinstance(reason, voting.OfTime):
        return voting.of_time(reason, zone)
    if isinstance(reason, voting.OfDecision):
        return voting.of_decision(reason)
    if isinstance(reason, keeping.OfKeeping):
        return keeping.of_keeping(reason)
    if isinstance(reason, signatures.OfSignature):
        return signatures.of_signature(reason)
    if isinstance(reason, door.OfPerson):
        return door.of_person(reason)
    if isinstance(reason, door.OfBody):
        return door.of_body(reason)
    if isinstance(reason, door.OfAddress):
        return door.of_address(reason)
    raise UnwordedRefusalError(reason.code)


def unexpected(reference: str) -> Explained:
    """Word a failure of our own; `reference` is what the operator finds in the journal."""
    return Explained(
        "Ошибка на нашей стороне",
        "Запрос не выполнен из-за ошибки программы. Неизвестно, записан ли он.",
        "Откройте страницу заново и посмотрите, что записано, прежде чем повторять. "
        f"Администратору сообщите номер {reference}.",
    )
