"""The plan of a meeting as data: the wish, the steps, the plan, or why it cannot be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted: the form and the voting, in aware times of the house's own zone.

    Attributes:
        today: the first day on which anything can still be done.
        failed_meeting: day of the in-person meeting without quorum, for a poll.
        decisions: kinds of decision on the agenda.
        request_received: day a request of owners with 10 % was received, if there was one.
    """

    form: str
    starts: datetime
    ends: datetime
    today: date
    failed_meeting: date | None = None
    decisions: tuple[str, ...] = ()
    request_received: date | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do by a day, or by a moment where the law counts hours.

    `kind` is `last` (not later than), `first` (not earlier than), `advice` or `event`.
    """

    id: str
    title: str
    day: date
    moment: datetime | None
    kind: str
    norm: str


@dataclass(frozen=True, slots=True)
class Plan:
    """All steps in order, with doubts that a person should see."""

    form: str
    steps: tuple[Step, ...]
    doubts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Impossible:
    """The wish breaks a term; `nearest` is the nearest possible first day (or end) of voting."""

    code: str
    why: str
    norm: str
    nearest: date | None
