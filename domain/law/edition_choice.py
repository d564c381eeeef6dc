"""Which edition judges which matter of a meeting. Rules carried out here, in order:

1. сообщение — редакция дня, когда оно дано; форма и способ — первого дня голосования;
2. кворум и большинство — последнего дня голосования; обязанности после — дня их возникновения;
3. если строки за дни собрания различаются, выбирает человек, и причина записывается.

Rules 1 and 2 are the rows of resolution.toml. Rule 3 looks only at what matters: the tests of the
decisions on the agenda, the channel, the ways of notice, the order; never at an edition's name.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.law.errors import NotInForce

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from domain.law.reference import LawPack


class Matter(StrEnum):
    """What an edition is chosen for."""

    NOTICE = "notice"
    FORM_AND_CHANNEL = "form_and_channel"
    QUORUM_AND_MAJORITY = "quorum_and_majority"
    AFTER_THE_VOTE = "after_the_vote"


@dataclass(frozen=True, slots=True)
class MeetingDays:
    """The days of a meeting, in the house's own calendar."""

    notice_given: date
    voting_first_day: date
    voting_last_day: date

    def __post_init__(self) -> None:
        if not self.notice_given <= self.voting_first_day <= self.voting_last_day:
            raise ValueError("notice, first day and last day must follow each other")


@dataclass(frozen=True, slots=True)
class Override:
    """A person's choice of another date for a matter, with the reason that goes into the call."""

    matter: Matter
    on: date
    person: str
    reason: str

    def __post_init__(self) -> None:
        if not self.person.strip() or not self.reason.strip():
            raise ValueError("an override names a person and a reason")


@dataclass(frozen=True, slots=True)
class EditionChoice:
    """The date that judges a matter, the edition it falls in, and why.

    Attributes:
        differs: decisions or rules that another day of the same meeting would judge otherwise.
        overridden: the person's choice, if one was made.
    """

    matter: Matter
    on: date
    edition: str
    norm: str
    differs: tuple[str, ...]
    overridden: Override | None

    @property
    def needs_a_person(self) -> bool:
        """Tell whether nobody has yet chosen between days that judge differently."""
        return bool(self.differs) and self.overridden is None


def choose(
    pack: LawPack,
    matter: Matter,
    days: MeetingDays,
    *,
    decisions: Iterable[str] = (),
    channel: str = "",
    duty_arises: date | None = None,
    override: Override | None = None,
) -> EditionChoice:
    """Choose the date that judges a matter of a meeting."""
    row = pack.resolution(matter.value, days.voting_last_day)
    moments = {
        "notice_given": days.notice_given,
        "voting_first_day": days.voting_first_day,
        "voting_last_day": days.voting_last_day,
        "duty_arises": duty_arises or days.voting_last_day,
    }
    if override is not None and override.matter is not matter:
        raise ValueError("the override is for another matter")
    on = override.on if override else moments[row.moment]
    spans = sorted({*moments.values(), on})
    match matter:
        case Matter.QUORUM_AND_MAJORITY:
            differs = tuple(one for one in decisions if _tests_differ(pack, one, spans))
        case Matter.FORM_AND_CHANNEL:
            differs = (channel,) if channel and _channel_differs(pack, channel, spans) else ()
        case Matter.NOTICE:
            first, last = spans[0], spans[-1]
            ways = (pack.notice_ways(first).legs, pack.notice_ways(last).legs)
            differs = ("notice_ways",) if ways[0] != ways[1] else ()
        case Matter.AFTER_THE_VOTE:
            orders = {pack.protocol_order(one).id for one in spans}
            differs = ("protocol_order",) if len(orders) > 1 else ()
    return EditionChoice(matter, on, pack.edition(on).id, row.norm, differs, override)


def _tests_differ(pack: LawPack, decision: str, days: Iterable[date]) -> bool:
    """Compare tests, quorums and existence on every day, windows of doubt included."""
    found: set[tuple[object, ...]] = set()
    for day in days:
        try:
            rule = pack.rule(decision, day)
        except NotInForce as error:
            found.add((error.instead,))
        else:
            found.add((rule.majority, rule.quorum, rule.readings))
    return len(found) > 1


def _channel_differs(pack: LawPack, channel: str, days: Iterable[date]) -> bool:
    rules = [pack.channel(channel, day) for day in days]
    return len({rule.binding for rule in rules}) > 1
