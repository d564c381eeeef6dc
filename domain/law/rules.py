"""What a row of the law says, as types: tests of a majority or a quorum, terms, channels.

The rows themselves are in the `*.toml` beside this file; `reference.py` reads them. A rule is found
by its id and a date, and is never written as a literal anywhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date
    from fractions import Fraction


class Trust(StrEnum):
    """How far a row may be trusted; only the first three decide without a person."""

    VERIFIED = "verified"
    SINGLE = "single"
    DEFAULT = "default"
    SECOND_HAND = "second_hand"
    MEMORY = "memory"
    UNCLEAR = "unclear"
    UNKNOWN = "unknown"
    REPEALED = "repealed"


class Base(StrEnum):
    """The votes a threshold is taken of (ЖК 45 ч. 3, 3.2; 46 ч. 1-1.3; 146)."""

    PARTICIPANTS = "participants"
    ALL_OWNERS = "all_owners"
    ENTRANCE_PARTICIPANTS = "entrance_participants"
    ENTRANCE_OWNERS = "entrance_owners"
    RESIDENTIAL_OWNERS = "residential_owners"
    COMMUNAL_FLAT = "all_owners_of_communal_flat"
    TSG_MEMBERS = "tsg_members"
    TSG_MEMBERS_PRESENT = "tsg_members_present"
    SOLE_OWNER = "sole_owner"


class Body(StrEnum):
    """Who decides: the owners' meeting, all owners by consent, members of an association."""

    OWNERS_MEETING = "owners_meeting"
    CONSENT = "consent"
    TSG_MEMBERS = "tsg_members"
    SOLE_OWNER = "sole_owner"


@dataclass(frozen=True, slots=True)
class Threshold:
    """One test: more than (strict) or not less than a part of the votes of a base."""

    base: Base
    part: Fraction
    strict: bool

    def is_met(self, votes: Fraction, of_all: Fraction) -> bool:
        """Tell whether `votes` of `of_all` pass, comparing products, never percentages."""
        have = votes * self.part.denominator
        need = of_all * self.part.numerator
        return have > need if self.strict else have >= need


@dataclass(frozen=True, slots=True)
class DecisionRule:
    """How one kind of decision is taken under one edition: all tests of both lists must pass.

    Attributes:
        decision: stable id of the kind, `44.2.4.7` for ЖК 44 ч. 2 п. 4.7.
        title: what is decided, in Russian.
        majority: tests on the votes "for"; empty when the law names no number.
        quorum: tests on the votes that took part.
        norm: the article in Russian, for people.
        edition: id of the edition of the ЖК the row belongs to.
        since: first day of the row; `until` its last day, None while it holds.
        trust: when UNCLEAR (or worse), `readings` holds what a person chooses from.
    """

    decision: str
    title: str
    body: Body
    majority: tuple[Threshold, ...]
    quorum: tuple[Threshold, ...]
    norm: str
    source: str
    edition: str
    since: date
    until: date | None
    trust: Trust
    note: str
    readings: tuple[Reading, ...] = ()

    @property
    def needs_a_choice(self) -> bool:
        """Tell whether a person must choose a reading before this rule may decide."""
        return bool(self.readings)


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read an unclear rule; a person picks it and says why."""

    id: str
    majority: tuple[Threshold, ...]
    text: str


class Unit(StrEnum):
    """What a term is counted in."""

    DAYS = "days"
    WORKING_DAYS = "working_days"
    HOURS = "hours"
    MONTHS = "months"
    YEARS = "years"


@dataclass(frozen=True, slots=True)
class Term:
    """A term of the law in force on a date: how long, in what unit, by which norm."""

    id: str
    value: int
    unit: Unit
    title: str
    norm: str
    source: str
    since: date
    until: date | None
    trust: Trust


@dataclass(frozen=True, slots=True)
class ChannelRule:
    """Whether a vote given this way is a vote of the meeting on a date."""

    channel: str
    binding: bool
    rule: str
    norm: str
    source: str
    since: date
    until: date | None
    trust: Trust
