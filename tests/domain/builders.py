"""Builders for domain tests, read as given / when / then; houses and people are invented.

The house stands in Moscow time: five premises, 300.00 m² in two entrances, with sole, shared and
joint titles. Voting goes from 16.03.2026 09:00 to 26.03.2026 20:00 there.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID, uuid5

from domain.agenda import AgendaItem, agenda_digest
from domain.events import (
    Answers,
    Basis,
    Channel,
    Evidence,
    HouseRegistered,
    Mark,
    MeetingCalled,
    MeetingForm,
    PremisesKind,
    PremisesRecorded,
    RightKind,
    TitleRecorded,
)
from domain.facts import (
    FileRef,
    HouseId,
    MeetingId,
    Moment,
    Party,
    PartyKind,
    PersonId,
    TitleId,
    moment,
)
from domain.law.reference import load_pack
from domain.usecases import NewPremises, agenda_id, law_ref
from domain.votes import FloorArea, TitleShare
from domain.voting import Decision

ROOT = UUID("6f0e6f6e-3b0c-5d5e-8f1d-2c9a52a7d001")
HOUSE = HouseId(uuid5(ROOT, "house"))
MEETING = MeetingId(uuid5(ROOT, "meeting"))
LAW = load_pack()
FOR, AGAINST, ABSTAIN = Mark.FOR, Mark.AGAINST, Mark.ABSTAIN
SPOILED, BLANK = Mark.SPOILED, Mark.BLANK
PROOF = FileRef("proof.pdf", "ab" * 32, 1024)


def at(day: int, hour: int = 9, minute: int = 0, month: int = 3, year: int = 2026) -> Moment:
    """Give a moment of March 2026 by UTC."""
    return moment(datetime(year, month, day, hour, minute, tzinfo=UTC))


CALLED_AT = at(1)
NOTICED_AT = at(2)
OPENS_AT = at(16, 6)
DURING = at(18)
CLOSES_AT = at(26, 17)
AFTER = at(27)


def person(name: str) -> Party:
    """Give a natural person known by an invented label only."""
    return Party(PersonId(uuid5(ROOT, f"person {name}")), PartyKind.PERSON)


def title_id(name: str) -> TitleId:
    """Give a title's id by premises and holder: "2а"."""
    return TitleId(uuid5(ROOT, f"title {name}"))


def title(
    name: str, share: str = "1", right: RightKind = RightKind.SOLE, holders: int = 1
) -> TitleRecorded:
    """Record a title; its holders are called after it."""
    names = [name if holders == 1 else f"{name}{n}" for n in range(1, holders + 1)]
    parties = tuple(map(person, names))
    return TitleRecorded(title_id(name), right, TitleShare(Fraction(share)), parties)


def premises(
    number: str,
    area: str,
    *titles: TitleRecorded,
    kind: PremisesKind = PremisesKind.FLAT,
    entrance: int | None = 1,
) -> NewPremises:
    """Make a premises with its titles."""
    floor = FloorArea(Decimal(area))
    return NewPremises(PremisesRecorded(number, kind, floor, "ЕГРН", entrance), titles)


def whole_register() -> tuple[NewPremises, ...]:
    """Give the register of the house: 300.00 m², 7 titles."""
    shared, joint = RightKind.SHARED, RightKind.JOINT
    return (
        premises("1", "50.00", title("1")),
        premises("2", "60.00", title("2а", "1/2", shared), title("2б", "1/2", shared)),
        premises("3", "45.00", title("3а", "1/3", shared), title("3б", "2/3", shared), entrance=2),
        premises("4", "55.00", title("4", right=joint, holders=2), entrance=2),
        premises("Н-1", "90.00", title("Н-1"), kind=PremisesKind.NON_RESIDENTIAL, entrance=None),
    )


def house_registered(area: str = "300.00", entrances: int = 2) -> HouseRegistered:
    """Register the house."""
    return HouseRegistered(
        "г. Залесск, ул. Кленовая, д. 12", FloorArea(Decimal(area)), entrances, "Europe/Moscow"
    )


def item(number: int = 1, decision: str = "procedural", **changes: Any) -> AgendaItem:
    """Word a question."""
    base = AgendaItem(number, f"О предмете {number}", f"решить {number}", decision)
    return replace(base, **changes)


def terms(*items: AgendaItem, **changes: Any) -> MeetingCalled:
    """Call a mixed meeting with written decisions, unless changed."""
    asked = items or (item(),)
    base = MeetingCalled(
        agenda=agenda_id(MEETING),
        items=asked,
        agenda_digest=agenda_digest(asked),
        form=MeetingForm.MIXED,
        basis=Basis.WRITTEN_DECISIONS,
        annual=False,
        initiator=person("инициатор"),
        place="двор дома",
        opens_at=OPENS_AT,
        closes_at=CLOSES_AT,
        in_person_at=OPENS_AT,
        materials="у консьержа",
        gis_id=None,
        law=law_ref(LAW),
        judged_on=CLOSES_AT.date(),
    )
    return replace(base, **changes)


def decision(
    *marks: Mark,
    channel: Channel = Channel.PAPER,
    received_at: Moment = DURING,
    by: Party | None = None,
) -> Decision:
    """Make a decision as it comes in."""
    answers: Answers = marks or (FOR,)
    return Decision(answers, channel, Evidence("paper", "cd" * 32), received_at, by=by)
