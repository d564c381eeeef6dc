"""Rows beside majorities: editions, quorums, bases, orders, requisites, duties, shares.

Every row names its norm and source, its first and last day, and how far it may be trusted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from domain.law.rules import Threshold, Trust


@dataclass(frozen=True, slots=True)
class QuorumRule:
    """When a meeting may decide: all tests of the votes that took part must pass."""

    id: str
    tests: tuple[Threshold, ...]
    norm: str
    source: str
    since: date
    until: date | None
    trust: Trust


@dataclass(frozen=True, slots=True)
class Window:
    """Days on which it is not known whether an edition already held, and the points it touches."""

    since: date
    until: date
    points: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Unsettled:
    """A point whose list in an edition is not known for certain."""

    point: str
    lists: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Edition:
    """An edition of the ЖК: which points existed and in which list each of them stood."""

    id: str
    law: str
    since: date
    until: date | None
    changed: tuple[str, ...]
    lists: tuple[tuple[str, tuple[str, ...]], ...]
    window: Window | None
    unsettled: tuple[Unsettled, ...]
    norm: str
    trust_date: Trust
    trust: Trust
    source: str

    def list_of(self, point: str) -> str:
        """Name the list the point stands in, an empty text when the point did not exist."""
        return next((name for name, points in self.lists if point in points), "")


@dataclass(frozen=True, slots=True)
class UnseenChange:
    """A change of the ЖК known by name only: nobody has read it for this pack."""

    law: str
    since: date
    what: str
    trust: Trust
    source: str


@dataclass(frozen=True, slots=True)
class BasisRule:
    """What a meeting runs on, and which channel of the law each way of answering then is."""

    basis: str
    title: str
    rule: str
    link: str
    paper: tuple[tuple[str, str], ...]
    in_person: str
    external_system: str
    norm: str
    source: str
    since: date
    until: date | None
    trust: Trust


@dataclass(frozen=True, slots=True)
class ProtocolOrder:
    """The order the protocol follows; `number` says where its number comes from."""

    id: str
    title: str
    rule: str
    number: str
    norm: str
    source: str
    since: date
    until: date | None
    trust: Trust


@dataclass(frozen=True, slots=True)
class Requisite:
    """Something a notice, a ballot or a protocol must hold."""

    id: str
    document: str
    title: str
    forms: tuple[str, ...]
    norm: str
    source: str
    since: date
    until: date | None
    trust: Trust


@dataclass(frozen=True, slots=True)
class Duty:
    """A duty with months of the year instead of a term; months are 0 when the meeting sets them."""

    id: str
    first_month: int
    last_month: int
    title: str
    norm: str
    source: str
    since: date
    until: date | None
    trust: Trust


@dataclass(frozen=True, slots=True)
class ShareRule:
    """A part of the votes that is no majority of a decision, such as 10 % for a request."""

    id: str
    test: Threshold
    title: str
    norm: str
    source: str
    since: date
    until: date | None
    trust: Trust


@dataclass(frozen=True, slots=True)
class NoticeWays:
    """Ways of giving notice: each leg needs one of its ways."""

    legs: tuple[tuple[str, ...], ...]
    title: str
    norm: str
    source: str
    since: date
    until: date | None
    trust: Trust


@dataclass(frozen=True, slots=True)
class Resolution:
    """Which moment of a meeting chooses the edition for a matter."""

    matter: str
    moment: str
    title: str
    norm: str
    source: str
    since: date
    until: date | None
    trust: Trust
