"""Premises, titles and the register of a house on a date. Rules carried out here, in order:

1. голоса владельца титула = площадь помещения × доля — ч. 3 ст. 48, ч. 1 ст. 37 ЖК РФ;
2. доли в праве на помещение в сумме дают ровно единицу — ст. 244, 245 ГК РФ;
3. реестр собственников — ч. 3.1 ст. 45 ЖК РФ; для собрания он закрепляется на дату открытия.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from domain.events import (
    AreaCorrected,
    HouseRegistered,
    LogKeyAdded,
    LogKeyRetired,
    PersonForgotten,
    PremisesRecorded,
    RegisterTotals,
    TitleEnded,
    TitleRecorded,
)
from domain.facts import HouseId, Party, PersonId, PremisesId, TitleId
from domain.votes import NO_VOTES, Votes, votes_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from domain.events import PremisesKind, Recorded, RightKind
    from domain.votes import FloorArea, TitleShare

REGISTER_TYPES = (
    PremisesRecorded.TYPE,
    AreaCorrected.TYPE,
    TitleRecorded.TYPE,
    TitleEnded.TYPE,
)
"""The facts a register is made of."""


@dataclass(frozen=True, slots=True)
class House:
    """An apartment building (многоквартирный дом, ЖК 15), the keys of its log, what was erased."""

    id: HouseId
    registered: HouseRegistered
    keys: tuple[str, ...] = ()
    retired: tuple[LogKeyRetired, ...] = ()
    forgotten: tuple[PersonForgotten, ...] = ()

    @property
    def signing_keys(self) -> tuple[str, ...]:
        """The keys that may sign now: added and not retired, oldest first."""
        retired = {fact.key for fact in self.retired}
        return tuple(key for key in self.keys if key not in retired)


def evolve_house(house: House | None, recorded: Recorded) -> House | None:
    """Apply a fact of a house; never refuses."""
    match recorded.fact:
        case HouseRegistered() as fact:
            return House(HouseId(recorded.originator_id), fact)
        case LogKeyAdded(key) if house is not None:
            return replace(house, keys=(*house.keys, key))
        case LogKeyRetired() as retired if house is not None:
            return replace(house, retired=(*house.retired, retired))
        case PersonForgotten() as forgotten if house is not None:
            return replace(house, forgotten=(*house.forgotten, forgotten))
        case _:
            return house


@dataclass(frozen=True, slots=True)
class Title:
    """A right in a premises: who holds which share, from when to when (ГК 131, 244)."""

    id: TitleId
    right: RightKind
    share: TitleShare
    holders: tuple[Party, ...]
    true_from: date | None = None
    true_until: date | None = None

    def holds_on(self, day: date) -> bool:
        """Tell whether the title is true on a day."""
        begun = self.true_from is None or self.true_from <= day
        return begun and (self.true_until is None or day < self.true_until)


@dataclass(frozen=True, slots=True)
class Premises:
    """A premises with its area in m² and all titles ever recorded (помещение, ЖК 15)."""

    id: PremisesId
    number: str
    kind: PremisesKind
    area: FloorArea
    entrance: int | None
    titles: tuple[Title, ...] = ()


def evolve_premises(premises: Premises | None, recorded: Recorded) -> Premises | None:
    """Apply a fact of a premises; never refuses."""
    match recorded.fact:
        case PremisesRecorded(number, kind, area, _, entrance):
            return Premises(PremisesId(recorded.originator_id), number, kind, area, entrance)
        case AreaCorrected(area) if premises is not None:
            return replace(premises, area=area)
        case TitleRecorded(title, right, share, holders, true_from) if premises is not None:
            added = Title(title, right, share, holders, true_from)
            return replace(premises, titles=(*premises.titles, added))
        case TitleEnded(title, true_until) if premises is not None:
            ended = tuple(
                replace(t, true_until=true_until) if t.id == title else t for t in premises.titles
            )
            return replace(premises, titles=ended)
        case _:
            return premises


@dataclass(frozen=True, slots=True)
class RegisterTitle:
    """A title as the register of a meeting holds it.

    Attributes:
        votes: the weight of the title: m² of its premises times its share.
    """

    id: TitleId
    premises: PremisesId
    number: str
    kind: PremisesKind
    entrance: int | None
    area: FloorArea
    share: TitleShare
    right: RightKind
    holders: tuple[Party, ...]
    votes: Votes = field(init=False)

    def __post_init__(self) -> None:
        """Weigh the title once; it is asked for its weight with every ballot."""
        object.__setattr__(self, "votes", votes_of(self.area, self.share))


@dataclass(frozen=True, slots=True)
class OwnersRegister:
    """The register of owners fixed on a day (реестр собственников, ЖК 45 ч. 3.1)."""

    titles: Mapping[TitleId, RegisterTitle]
    totals: RegisterTotals
    incomplete: tuple[str, ...]
    """Numbers of premises whose shares do not make exactly one on the day."""
    people: Mapping[PersonId, tuple[RegisterTitle, ...]] = field(default_factory=dict)
    """The titles each person holds, alone or with others."""


def fold_premises(entries: Iterable[Recorded]) -> dict[PremisesId, Premises]:
    """Build all premises of a house from its facts, in the order they were recorded."""
    found: dict[PremisesId, Premises] = {}
    for recorded in entries:
        key = PremisesId(recorded.originator_id)
        premises = evolve_premises(found.get(key), recorded)
        if premises is not None:
            found[key] = premises
    return found


def register_on(premises: Iterable[Premises], day: date) -> OwnersRegister:
    """Fix the register on a day: the titles true then, their votes, and the digest of it all."""
    titles: dict[TitleId, RegisterTitle] = {}
    incomplete: list[str] = []
    number_of_premises = 0
    total = residential = Fraction(0)
    for place in premises:
        number_of_premises += 1
        total += Fraction(place.area)
        residential += Fraction(place.area) if place.kind.is_residential else 0
        current = [title for title in place.titles if title.holds_on(day)]
        if sum((Fraction(title.share) for title in current), NO_VOTES) != 1:
            incomplete.append(place.number)
        for title in current:
            titles[title.id] = RegisterTitle(
                title.id, place.id, place.number, place.kind, place.entrance,
                place.area, title.share, title.right, title.holders,
            )  # fmt: skip
    totals = RegisterTotals(
        day, number_of_premises, len(titles), total, residential, register_digest(titles.values())
    )
    return OwnersRegister(titles, totals, tuple(incomplete), _by_person(titles.values()))


def _by_person(titles: Iterable[RegisterTitle]) -> dict[PersonId, tuple[RegisterTitle, ...]]:
    people: dict[PersonId, list[RegisterTitle]] = {}
    for title in sorted(titles, key=lambda t: (t.kind, len(t.number), t.number)):
        for holder in title.holders:
            people.setdefault(holder.person, []).append(title)
    return {person: tuple(held) for person, held in people.items()}


def register_digest(titles: Iterable[RegisterTitle]) -> str:
    """Give the SHA-256 (hex) over one line per title, sorted by title.

    Line: `title premises area share kind entrance`, entrance `-` where there is none.
    """
    digest = hashlib.sha256(b"sobranie-register/1\n")
    for title in sorted(titles, key=lambda t: t.id):
        entrance = "-" if title.entrance is None else str(title.entrance)
        line = (
            f"{title.id} {title.premises} {title.area} {title.share} {title.kind.value} {entrance}"
        )
        digest.update(line.encode() + b"\n")
    return digest.hexdigest()
