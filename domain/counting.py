"""Counting of votes: pure arithmetic on facts. Rules carried out here, in order:

1. голоса — по реестру, закреплённому при открытии, — ч. 3 ст. 48 ЖК РФ;
2. участники — все, чьи решения получены; их голоса одни и те же для каждого вопроса — ч. 1 ст. 46;
3. отметка, поставленная не в одном варианте, не считается, прочие ответы остаются — ч. 6 ст. 48;
4. кворум — по строке закона для каждого вопроса — ч. 3, 3.2 ст. 45;
5. большинство — по строке закона для каждого вопроса — ч. 1–1.3 ст. 46.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from domain.events import CountResult, ItemResult, Mark, Outcome, ReadingResult, TestResult
from domain.law.rules import Base

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from domain.agenda import AgendaItem
    from domain.events import Answers
    from domain.facts import BallotId
    from domain.law.rules import DecisionRule, Reading, Threshold
    from domain.premises import RegisterTitle

NOTHING = Fraction(0)


@dataclass(frozen=True, slots=True)
class CountedBallot:
    """A ballot that takes part in the counting: its title, weight and marks."""

    id: BallotId
    title: RegisterTitle
    answers: Answers
    contested: bool = False


@dataclass(frozen=True, slots=True)
class Tally:
    """Votes per mark on one question, among the ballots a test looks at."""

    votes: Mapping[Mark, Fraction]

    def of(self, *marks: Mark) -> Fraction:
        """Sum the votes under these marks."""
        return sum((self.votes.get(mark, NOTHING) for mark in marks), NOTHING)

    @property
    def took_part(self) -> Fraction:
        """All votes that took part, whatever the mark (ч. 1 ст. 46 ЖК РФ)."""
        return sum(self.votes.values(), NOTHING)


def tally(ballots: Iterable[CountedBallot], index: int) -> Tally:
    """Add up the votes for the question at `index` of the agenda."""
    sums: dict[Mark, Fraction] = {}
    for ballot in ballots:
        mark = ballot.answers[index]
        sums[mark] = sums.get(mark, NOTHING) + ballot.title.votes
    return Tally(sums)


@dataclass(frozen=True, slots=True)
class _Circle:
    """The votes a base speaks of: all there are, and the tally of those who took part."""

    everybody: Fraction
    present: Tally


def _belongs(base: Base, item: AgendaItem) -> Callable[[RegisterTitle], bool]:
    match base:
        case Base.ENTRANCE_OWNERS | Base.ENTRANCE_PARTICIPANTS:
            return lambda title: title.entrance == item.entrance
        case Base.RESIDENTIAL_OWNERS:
            return lambda title: title.kind.is_residential
        case _:
            return lambda _title: True


def count_item(
    item: AgendaItem,
    rule: DecisionRule,
    titles: Sequence[RegisterTitle],
    ballots: Sequence[CountedBallot],
) -> ItemResult:
    """Count one question and hold it against every test of its rule.

    An unclear rule decides only through the reading a person chose in the agenda.
    """

    def circle(base: Base) -> _Circle:
        inside = _belongs(base, item)
        everybody = sum((t.votes for t in titles if inside(t)), NOTHING)
        present = tally((b for b in ballots if inside(b.title)), item.number - 1)
        return _Circle(everybody, present)

    def test(threshold: Threshold, of: str) -> TestResult:
        ring = circle(threshold.base)
        votes = ring.present.took_part if of == "present" else ring.present.of(Mark.FOR)
        whole = (
            ring.present.took_part
            if threshold.base in (Base.PARTICIPANTS, Base.ENTRANCE_PARTICIPANTS)
            else ring.everybody
        )
        met = threshold.is_met(votes, whole)
        return TestResult(threshold.base.value, threshold.part, threshold.strict, votes, whole, met)

    def read(reading: Reading) -> ReadingResult:
        tests = tuple(test(threshold, "for") for threshold in reading.majority)
        return ReadingResult(reading.id, reading.text, tests, outcome(quorum, tests))

    all_votes = tally(ballots, item.number - 1)
    quorum = tuple(test(threshold, "present") for threshold in rule.quorum)
    majority = tuple(test(threshold, "for") for threshold in majority_of(item, rule))
    return ItemResult(
        number=item.number,
        decision=rule.decision,
        edition=rule.edition,
        norm=rule.norm,
        votes_for=all_votes.of(Mark.FOR),
        votes_against=all_votes.of(Mark.AGAINST),
        votes_abstained=all_votes.of(Mark.ABSTAIN),
        votes_invalid=all_votes.of(Mark.SPOILED, Mark.BLANK),
        quorum=quorum,
        majority=majority,
        outcome=outcome(quorum, majority),
        readings=tuple(read(reading) for reading in rule.readings),
    )


def majority_of(item: AgendaItem, rule: DecisionRule) -> tuple[Threshold, ...]:
    """Give the tests of the majority: the rule's, or those of the reading a person chose."""
    if not rule.needs_a_choice:
        return rule.majority
    return next((r.majority for r in rule.readings if r.id == item.reading), ())


def outcome(quorum: Sequence[TestResult], majority: Sequence[TestResult]) -> Outcome:
    """Say what the tests come to; no test of a majority at all decides nothing."""
    if not all(test.met for test in quorum):
        return Outcome.NO_QUORUM
    if not majority:
        return Outcome.UNCLEAR
    return Outcome.CARRIED if all(test.met for test in majority) else Outcome.REJECTED


def count(
    items: Sequence[AgendaItem],
    rules: Mapping[int, DecisionRule],
    titles: Sequence[RegisterTitle],
    ballots: Sequence[CountedBallot],
    struck: int = 0,
) -> CountResult:
    """Count a whole meeting; the order of the ballots never matters."""
    contested = [ballot for ballot in ballots if ballot.contested]
    return CountResult(
        all_votes=sum((title.votes for title in titles), NOTHING),
        participants=sum((ballot.title.votes for ballot in ballots), NOTHING),
        ballots=len(ballots),
        struck=struck,
        contested=len(contested),
        contested_votes=sum((ballot.title.votes for ballot in contested), NOTHING),
        items=tuple(count_item(item, rules[item.number], titles, ballots) for item in items),
    )
