"""Keys of a house's log and erasure of personal values: what may be added, retired, forgotten.

1. ключ журнала вводится прежде, чем им подписывают, и после вывода не возвращается;
2. журнал не остаётся без ключа;
3. сведения об участнике собрания хранятся вместе с подлинниками решений и протокола —
   ч. 1.1 ст. 46 ЖК РФ, ч. 4 ст. 21 152-ФЗ; контакты закон хранить не велит.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.calling import local_day
from domain.events import ErasureScope, LogKeyAdded, LogKeyRetired, PersonForgotten
from domain.law.errors import NotInForce, UnknownRow
from domain.law.rules import Unit
from domain.law.spans import plus_days, plus_months, plus_years
from domain.meeting import Finished, called_of
from domain.refusals import (
    ErasureTooEarly,
    LogKeyIsRetired,
    LogKeyIsTheLast,
    LogKeyUnknown,
    ReasonNeeded,
    Refused,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from domain.events import ErasureReason
    from domain.facts import Moment, PersonId
    from domain.law.reference import LawPack
    from domain.law.rules import Term
    from domain.meeting import Meeting
    from domain.premises import House

KEPT = "keep_originals"
"""The term for which originals of decisions and of the protocol are kept."""


def add_key(house: House, key: str) -> LogKeyAdded | None:
    """Add a key; nothing is to be recorded when it is there already."""
    if key in house.signing_keys:
        return None
    if key in house.keys:
        raise Refused(LogKeyIsRetired(key))
    return LogKeyAdded(key)


def retire_key(
    house: House, key: str, reason: str, *, compromised: bool = False
) -> LogKeyRetired | None:
    """Put a key out of use; nothing is to be recorded when it is out of use already."""
    if key not in house.keys:
        raise Refused(LogKeyUnknown(key))
    if key not in house.signing_keys:
        return None
    if house.signing_keys == (key,):
        raise Refused(LogKeyIsTheLast(key))
    if not reason.strip():
        raise Refused(ReasonNeeded())
    return LogKeyRetired(key, reason, compromised)


def kept_until(house: House, meeting: Meeting, law: LawPack) -> date:
    """Give the last day on which the papers of a meeting are kept.

    Срок считают со дня протокола или передачи подлинников, ч. 1.1 ст. 46 ЖК РФ; пока протокола
    нет — не раньше, чем со дня окончания голосования.
    """
    since = local_day(house, called_of(meeting).terms.closes_at)
    if isinstance(meeting, Finished):
        handed = [local_day(house, fact.handed_at) for fact in meeting.hand_overs]
        since = max(since, meeting.protocol.drawn_up_on, *handed)
    try:
        return _last_day(law.term(KEPT, since), since)
    except NotInForce:
        return since


def _last_day(term: Term, since: date) -> date:
    match term.unit:
        case Unit.YEARS:
            return plus_years(since, term.value)
        case Unit.MONTHS:
            return plus_months(since, term.value)
        case Unit.DAYS:
            return plus_days(since, term.value)
        case Unit.WORKING_DAYS | Unit.HOURS:
            raise UnknownRow("term", f"{KEPT} ({term.unit})")


def forget_person(
    house: House,
    person: PersonId,
    reason: ErasureReason,
    scope: ErasureScope,
    meetings: Iterable[Meeting],
    law: LawPack,
    now: Moment,
) -> PersonForgotten | None:
    """Erase a person; `meetings` are those the person stands in.

    Nothing is to be recorded when as much was erased before; contacts may go at any time.
    """
    done = {fact.scope for fact in house.forgotten if fact.person == person}
    if scope in done or ErasureScope.EVERYTHING in done:
        return None
    if scope is ErasureScope.EVERYTHING:
        today = local_day(house, now)
        kept = [(kept_until(house, one, law), str(called_of(one).id)) for one in meetings]
        if kept and max(kept)[0] >= today:
            until, meeting = max(kept)
            raise Refused(ErasureTooEarly(meeting, until))
    return PersonForgotten(person, reason, scope)
