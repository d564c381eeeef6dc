"""A house of four thousand titles and a meeting for every round; nobody in it is real."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from api.calls import call
from api.demo import story
from api.http.models import NewMeeting
from api.offices import register_house
from domain import usecases
from domain.batch import Command
from domain.events import (
    Basis,
    HouseRegistered,
    NoticeLeg,
    PremisesKind,
    PremisesRecorded,
    RightKind,
    TitleRecorded,
)
from domain.facts import FileRef, MeetingId, Party, PartyKind, PersonId, TitleId, moment
from domain.votes import floor_area, title_share

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from api.clock import DemoClock
    from api.services import Services
    from domain.batch import Scope
    from domain.facts import HouseId, Moment

NAMES = UUID("b0000000-0000-4000-8000-000000000001")
TITLES = 4000
SHARED = 1000
"""Titles that are halves of flats, two to a flat; the others are whole flats."""


def meeting_id(number: int) -> MeetingId:
    """Name the meeting of a round."""
    return MeetingId(uuid5(NAMES, f"meeting {number}"))


def set_up(services: Services, clock: DemoClock, meetings: int) -> list[list[str]]:
    """Enter the house, call and open all meetings; give the link tokens of each."""
    clock.move_to(story.CALLED_AT)
    rows = _premises()
    area = sum(row.recorded.area for row in rows)
    house = register_house(
        services, HouseRegistered(story.ADDRESS, floor_area(Decimal(area)), 4, "Europe/Moscow")
    )
    _run(services, lambda scope: usecases.record_premises(scope, house, rows))
    called = [_call(services, clock, house, number) for number in range(meetings)]
    clock.move_to(story.OPENS_AT + timedelta(minutes=1))
    people = [holder.person for row in rows for title in row.titles for holder in title.holders]
    return [_open(services, meeting, people) for meeting in called]


def _open(services: Services, meeting: MeetingId, people: Sequence[PersonId]) -> list[str]:
    _run(services, lambda scope: usecases.open_voting(scope, meeting))
    services.app.register_of(services.meeting(meeting))
    return list(services.desk.issue_links(meeting, people).values())


def _call(services: Services, clock: DemoClock, house: HouseId, number: int) -> MeetingId:
    meeting = meeting_id(number)
    wanted = NewMeeting.model_validate(story.call(str(house), Basis.REGIONAL_SYSTEM, number))
    call(services, house, meeting, wanted)
    for leg in NoticeLeg:
        given_at = moment(clock())
        _run(services, _proven(meeting, leg, given_at))
    return meeting


def _proven(meeting: MeetingId, leg: NoticeLeg, given_at: Moment) -> Callable[[Scope], None]:
    proof = FileRef("act.pdf", "ab" * 32, 1000)
    return lambda scope: usecases.prove_notice(
        scope, meeting, leg, "доски объявлений", given_at, proof
    )


def _premises() -> list[usecases.NewPremises]:
    halves = [_flat(number, Fraction(1, 2)) for number in range(SHARED // 2)]
    wholes = [_flat(number, Fraction(1)) for number in range(SHARED // 2, TITLES - SHARED // 2)]
    return halves + wholes


def _flat(number: int, share: Fraction) -> usecases.NewPremises:
    area = floor_area(Decimal(3150 + number * 37 % 7890) / 100)
    recorded = PremisesRecorded(str(number + 1), PremisesKind.FLAT, area, "реестр", 1 + number % 4)
    right = RightKind.SOLE if share == 1 else RightKind.SHARED
    titles = tuple(
        TitleRecorded(
            TitleId(uuid5(NAMES, f"title {number} {part}")),
            right,
            title_share(share),
            (Party(PersonId(uuid5(NAMES, f"person {number} {part}")), PartyKind.PERSON),),
        )
        for part in range(int(1 / share))
    )
    return usecases.NewPremises(recorded, titles)


def _run(services: Services, decide: Callable[..., Any]) -> None:
    services.writer.run(Command(decide))
