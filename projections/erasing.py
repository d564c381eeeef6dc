"""An erasure held to the term of keeping, by one who knows the log alone.

1. человек «стоит» в собрании, если он есть в реестре, закреплённом для голосования, или назван в
   его записях: созыв, решение, возражение, подпись;
2. пока подлинники такого собрания хранят, стирать нечего — ч. 1.1 ст. 46 ЖК РФ; контакты можно;
3. срок — по пакету норм того собрания; пакета нет под рукой — срок не оценивается.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain import keeping
from domain.events import (
    BallotContested,
    BallotReceived,
    ErasureScope,
    MeetingCalled,
    SignatureAttached,
)
from domain.facts import MeetingId

if TYPE_CHECKING:
    from uuid import UUID

    from domain.events import PersonForgotten, Recorded
    from domain.facts import Moment, PersonId
    from domain.premises import House
    from projections.replayed import HouseState


def meeting_named(recorded: Recorded) -> MeetingId | None:
    """Give the meeting in which a fact puts everybody it names; None where it is in no meeting."""
    match recorded.fact:
        case MeetingCalled() | SignatureAttached():
            return MeetingId(recorded.originator_id)
        case BallotReceived(meeting=meeting) | BallotContested(meeting=meeting):
            return meeting
        case _:
            return None


def check_erasure(
    state: HouseState, house: House, fact: PersonForgotten, at: Moment
) -> UUID | None:
    """Ask the procedure again; gives a meeting whose law pack is not at hand, or raises `Refused`.

    That a person was forgotten before is no finding: nothing more is lost by it.
    """
    if fact.scope is not ErasureScope.EVERYTHING:
        return None
    unjudged = None
    for meeting in sorted(_meetings_of(state, fact.person)):
        known = state.meeting(meeting)
        if known is None:
            continue
        pack = state.pack_of(known)
        if pack is None:
            unjudged = meeting
            continue
        keeping.forget_person(house, fact.person, fact.reason, fact.scope, [known], pack, at)
    return unjudged


def _meetings_of(state: HouseState, person: PersonId) -> set[MeetingId]:
    registered = {key for key, register in state.registers.items() if person in register.people}
    return registered | state.named.get(person, set())
