"""Who among the owners is meant by a phone or a СНИЛС that somebody else vouches for.

1. only meetings that take decisions now, and only owners of the register fixed for them;
2. one owner, or nobody: a phone that two owners of a house share proves neither of them;
3. a СНИЛС outweighs a phone: a relative's login with the phone of an owner whose СНИЛС is known to
   be another is not that owner's;
4. values are compared without telling by time how much of them fits.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from api.contacts.book import Channel, ContactBook
from api.refusals import PersonNotMatched
from domain.meeting import VotingOpen, called_of
from domain.refusals import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api.services import Services
    from domain.facts import HouseId, MeetingId, PersonId
    from domain.meeting import Meeting

Match = tuple["MeetingId", "PersonId"]


def owners_by_phone(services: Services, phone: str) -> list[Match]:
    """Give the one owner behind a phone in each open meeting, or refuse when there is none."""
    book, found, shared = ContactBook(services.desk.engine), [], False
    for meeting, house, state in open_meetings(services):
        people = _by_phone(services, book, house, state, phone)
        shared = shared or len(people) > 1
        if len(people) == 1:
            found.append((meeting, people[0]))
    if not found:
        raise Refused(PersonNotMatched("several" if shared else "nobody"))
    return found


def owner_in(services: Services, meeting: MeetingId, snils: str, phone: str) -> PersonId:
    """Find the one owner of a meeting by СНИЛС, else by phone, or refuse; either may be empty."""
    state = services.meeting(meeting)
    if not isinstance(state, VotingOpen):
        raise Refused(PersonNotMatched("nobody"))
    people = _by_snils(services, state, snils) if snils else ()
    if not people and phone:
        book = ContactBook(services.desk.engine)
        shared = _by_phone(services, book, called_of(state).house, state, phone)
        others = _with_snils(services, state) if _digits(snils) else frozenset()
        people = tuple(person for person in shared if person not in others)
    if len(people) != 1:
        raise Refused(PersonNotMatched("several" if people else "nobody"))
    return people[0]


def open_meetings(services: Services) -> Iterator[tuple[MeetingId, HouseId, Meeting]]:
    """Walk the meetings that take decisions now."""
    now = services.clock()
    for meeting, house in services.desk.meetings():
        state = services.app.meeting_seen(meeting)
        if isinstance(state, VotingOpen) and now < called_of(state).terms.closes_at:
            yield meeting, house, state


def _by_phone(
    services: Services, book: ContactBook, house: HouseId, state: Meeting, phone: str
) -> tuple[PersonId, ...]:
    owners = services.app.register_of(state).people
    return tuple(one for one in book.people_with(house, Channel.PHONE, phone) if one in owners)


def _by_snils(services: Services, state: Meeting, snils: str) -> tuple[PersonId, ...]:
    wanted, found = _digits(snils).encode(), set()
    for title in services.app.register_of(state).titles.values():
        for holder in title.holders:
            known = _digits(services.names.snils(holder)).encode()
            if known and hmac.compare_digest(known, wanted):
                found.add(holder.person)
    return tuple(sorted(found))


def _with_snils(services: Services, state: Meeting) -> frozenset[PersonId]:
    """Give the owners whose СНИЛС is known."""
    return frozenset(
        holder.person
        for title in services.app.register_of(state).titles.values()
        for holder in title.holders
        if _digits(services.names.snils(holder))
    )


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isascii() and sign.isdigit())
