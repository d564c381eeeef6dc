"""Russian wording of every refusal, and of stages, outcomes, channels and kinds.

Each explanation says what was asked, which norm forbids it, what to do and until when. The
sentences themselves are in `api/wording/`, by subject.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from api.wording import (
    announcing,
    calling,
    contacts,
    disclosure,
    door,
    identity,
    keeping,
    signatures,
    voting,
)
from api.wording.russian import Explained, day_text, moment_text
from api.wording.terms import channel_text, kind_text, outcome_text, stage_text
from projections.documents.wording import plural

if TYPE_CHECKING:
    from collections.abc import Callable
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
    if isinstance(reason, calling.OfNotice):
        return calling.of_notice(reason, zone)
    if isinstance(reason, voting.OfTime):
        return voting.of_time(reason, zone)
    if isinstance(reason, announcing.OfAnnouncement):
        return announcing.of_announcement(reason, zone)
    if isinstance(reason, disclosure.OfDisclosure):
        return disclosure.of_disclosure(reason, zone)
    for kind, explained_as in _WITHOUT_MOMENTS:
        if isinstance(reason, kind):
            return explained_as(reason)
    raise UnwordedRefusalError(reason.code)


_WITHOUT_MOMENTS: tuple[tuple[Any, Callable[[Any], Explained]], ...] = (
    (calling.OfRegister, calling.of_register),
    (calling.OfAgenda, calling.of_agenda),
    (calling.OfTerms, calling.of_terms),
    (voting.OfDecision, voting.of_decision),
    (keeping.OfKeeping, keeping.of_keeping),
    (announcing.OfSpeaking, announcing.of_speaking),
    (signatures.OfSignature, signatures.of_signature),
    (contacts.OfContacts, contacts.of_contacts),
    (identity.OfIdentity, identity.of_identity),
    (door.OfPerson, door.of_person),
    (door.OfBody, door.of_body),
    (door.OfAddress, door.of_address),
)


def unexpected(reference: str) -> Explained:
    """Word a failure of our own; `reference` is what the operator finds in the journal."""
    return Explained(
        "Ошибка на нашей стороне",
        "Запрос не выполнен из-за ошибки программы. Неизвестно, записан ли он.",
        "Откройте страницу заново и посмотрите, что записано, прежде чем повторять. "
        f"Администратору сообщите номер {reference}.",
    )
