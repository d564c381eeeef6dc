"""What facts are made of: identifiers, moments and the small values several facts share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar, NewType
from uuid import UUID

HouseId = NewType("HouseId", UUID)
PremisesId = NewType("PremisesId", UUID)
TitleId = NewType("TitleId", UUID)
PersonId = NewType("PersonId", UUID)
AgendaId = NewType("AgendaId", UUID)
MeetingId = NewType("MeetingId", UUID)
BallotId = NewType("BallotId", UUID)
CountId = NewType("CountId", UUID)
AnnouncementId = NewType("AnnouncementId", UUID)
OrganisationId = NewType("OrganisationId", UUID)
Moment = NewType("Moment", datetime)
"""A moment in UTC; a naive or foreign-zone datetime is never one."""

STRICT = {"extra": "forbid", "strict": True, "frozen": True}
"""How pydantic reads a record of these classes: nothing unknown, nothing converted."""


class ImpossibleFactError(ValueError):
    """A fact that cannot be: built by a bug or read from a forged record."""


def moment(value: datetime) -> Moment:
    """Take an aware datetime as a moment in UTC."""
    if value.tzinfo is None:
        raise ImpossibleFactError(f"a moment without a time zone: {value}")
    return Moment(value.astimezone(UTC))


def is_utc(value: datetime) -> bool:
    """Tell whether a datetime is a moment: aware, and in UTC."""
    return value.utcoffset() == timedelta(0)


def checked(condition: bool, why: str) -> None:
    """Refuse to build an impossible fact."""
    if not condition:
        raise ImpossibleFactError(why)


class Fact:
    """Base of all facts: `TYPE` is the stable name and version the record stands under."""

    __slots__ = ()
    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT
    TYPE: ClassVar[str]


class PartyKind(StrEnum):
    """Who a party is; a private entrepreneur owns as a natural person."""

    PERSON = "person"
    COMPANY = "company"
    PUBLIC = "public"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody in a fact: an owner, a representative, a candidate, an initiator.

    Attributes:
        person: the key under which this party's personal values are sealed.
        name: public name, for organisations only; a natural person has none here.
        sealed: commitment to the sealed JSON value (name, document, СНИЛС); hex, or None.
        minor: under 18, votes through a legal representative (ГК 26, 28).
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    person: PersonId
    kind: PartyKind
    name: str | None = None
    sealed: str | None = None
    minor: bool = False

    def __post_init__(self) -> None:
        """Keep natural persons' names out of the log."""
        checked(self.name is None or self.kind is not PartyKind.PERSON, "a person's name is sealed")


@dataclass(frozen=True, slots=True)
class FileRef:
    """A document by its content: name, SHA-256 in hex, size in bytes."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    name: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class LawPackRef:
    """Which rules were used: name and version of the pack and the SHA-256 of its bytes, hex."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    name: str
    version: str
    sha256: str
