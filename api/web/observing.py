"""What an observer sees of a meeting: stage, turnout by weight, quorum, outcomes. No person's data.

1. пока идёт голосование, показывается явка, но не то, как голосуют;
2. кворум — по строкам закона на день подведения итогов, для вопросов с особым кворумом отдельно;
3. подготовленные, но не подписанные решения показаны отдельно и в кворум не входят;
4. явка по подъездам — без групп меньше пяти прав, см. `projections/groups.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from domain.calling import rules_of
from domain.count import Count, count_id
from domain.events import CountPurpose, Outcome
from domain.law.rules import Base
from domain.meeting import Finished, VotingEnded, called_of
from domain.usecases import MAX_COUNTS
from domain.votes import percent, russian
from projections.groups import shown_groups
from projections.turnout import NO_ENTRANCE

if TYPE_CHECKING:
    from api.services import Services
    from domain.events import CountResult, ItemResult, MeetingCalled
    from domain.facts import FileRef
    from domain.law.rules import Threshold
    from domain.meeting import Meeting
    from projections.groups import Group
    from projections.turnout import Turnout

BASE_TEXT = {
    Base.ALL_OWNERS: "всех голосов дома",
    Base.ENTRANCE_OWNERS: "голосов подъезда",
    Base.RESIDENTIAL_OWNERS: "голосов собственников жилых помещений",
}
BAR = 1000
"""Width of the turnout bar in its own units: one is a tenth of a per cent."""


@dataclass(frozen=True, slots=True)
class QuorumLine:
    """The quorum of some questions; figures only where the base is the whole house.

    Attributes:
        numbers: the questions it holds for; empty when it holds for all of them.
        test: «более 1/2 всех голосов дома».
        needed, missing: votes as text; empty when the turnout alone cannot tell.
    """

    numbers: tuple[int, ...]
    test: str
    needed: str
    missing: str
    met: bool
    mark: int


@dataclass(frozen=True, slots=True)
class OutcomeLine:
    """What became of a question after the count."""

    number: int
    outcome: str
    carried: bool
    votes_for: str
    votes_against: str
    votes_abstained: str
    votes_invalid: str
    norm: str


@dataclass(frozen=True, slots=True)
class GroupLine:
    """Turnout of an entrance, or of several together."""

    name: str
    titles: int
    ballots: int
    votes: str
    all_votes: str
    part: str
    bar: int


@dataclass(frozen=True, slots=True)
class Observed:
    """Turnout as text, bars in thousandths of the house."""

    votes: str
    all_votes: str
    part: str
    bar: int
    prepared: str
    prepared_part: str
    prepared_bar: int
    contested: str
    quorum: tuple[QuorumLine, ...]
    groups: tuple[GroupLine, ...]


def observed(services: Services, terms: MeetingCalled, turnout: Turnout) -> Observed:
    """Put the running turnout into words and bars."""
    house = turnout.all_votes
    return Observed(
        votes=russian(turnout.votes),
        all_votes=russian(house),
        part=percent(turnout.votes, house),
        bar=_bar(turnout.votes, house),
        prepared=russian(turnout.prepared),
        prepared_part=percent(turnout.prepared, house),
        prepared_bar=_bar(turnout.prepared, house),
        contested=russian(turnout.contested) if turnout.contested else "",
        quorum=quorum_lines(services, terms, turnout),
        groups=tuple(_group_line(group) for group in shown_groups(turnout.entrances)),
    )


def _group_line(group: Group) -> GroupLine:
    return GroupLine(
        name=group_name(group),
        titles=group.titles,
        ballots=group.ballots,
        votes=russian(group.votes),
        all_votes=russian(group.all_votes),
        part=percent(group.votes, group.all_votes),
        bar=_bar(group.votes, group.all_votes),
    )


def group_name(group: Group) -> str:
    """Name a group: «Подъезд 2», «Подъезды 3, 4 и помещения вне подъездов»."""
    numbers = [str(number) for number in group.entrances if number != NO_ENTRANCE]
    outside = "помещения вне подъездов"
    if not numbers:
        return outside.capitalize()
    named = f"{'Подъезд' if len(numbers) == 1 else 'Подъезды'} {', '.join(numbers)}"
    return f"{named} и {outside}" if NO_ENTRANCE in group.entrances else named


def quorum_lines(
    services: Services, terms: MeetingCalled, turnout: Turnout
) -> tuple[QuorumLine, ...]:
    """Tell what is missing to each quorum there is on the agenda."""
    rules = rules_of(terms.items, terms.judged_on, services.app.law)
    groups: dict[Threshold, list[int]] = {}
    for number, rule in rules.items():
        for test in rule.quorum:
            groups.setdefault(test, []).append(number)
    return tuple(
        _quorum_line(test, () if len(numbers) == len(rules) else tuple(numbers), turnout)
        for test, numbers in groups.items()
    )


def _quorum_line(test: Threshold, numbers: tuple[int, ...], turnout: Turnout) -> QuorumLine:
    base = BASE_TEXT.get(test.base, test.base.value)
    more = "более" if test.strict else "не менее"
    text = f"{more} {test.part} {base}"
    if test.base is not Base.ALL_OWNERS or not turnout.all_votes:
        return QuorumLine(numbers, text, "", "", met=False, mark=0)
    needed = turnout.all_votes * test.part
    met = test.is_met(turnout.votes, turnout.all_votes)
    missing = "" if met else _missing(more, needed - turnout.votes)
    return QuorumLine(numbers, text, russian(needed), missing, met, int(test.part * BAR))


def _missing(more: str, votes: Fraction) -> str:
    """Say how many votes are missing; of exactly the threshold any vote more is enough."""
    return f"{more} {russian(votes)}" if votes else "хотя бы одно решение"


def _bar(votes: Fraction, house: Fraction) -> int:
    return int(votes * BAR / house) if house else 0


def completed_count(services: Services, meeting: Meeting) -> CountResult | None:
    """Give the result of the commission's first completed counting, if there is one."""
    if not isinstance(meeting, VotingEnded | Finished):
        return None
    for number in range(1, MAX_COUNTS):
        count = services.app.current(Count, count_id(called_of(meeting).id, number))
        if count is None:
            return None
        if count.completed and count.opened.purpose is CountPurpose.COMMISSION:
            return count.completed.result
    return None


def outcome_line(item: ItemResult, outcome: str) -> OutcomeLine:
    """Put a tally into words."""
    return OutcomeLine(
        number=item.number,
        outcome=outcome,
        carried=item.outcome is Outcome.CARRIED,
        votes_for=russian(item.votes_for),
        votes_against=russian(item.votes_against),
        votes_abstained=russian(item.votes_abstained),
        votes_invalid=russian(item.votes_invalid) if item.votes_invalid else "",
        norm=item.norm,
    )


def documents_of(meeting: Meeting) -> tuple[FileRef, ...]:
    """List the files whose hashes stand in the log: proofs of notice and the protocol."""
    called = called_of(meeting)
    notices = tuple(notice.proof for notice in called.notices)
    return notices + (meeting.protocol.files if isinstance(meeting, Finished) else ())
