"""What the figures of a protocol let us know: the wholes, the turnout, the votes "for" of a base.

Every answer is an interval of what is possible, or None when the figures do not say it at all.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from domain.law.rules import Base
from projections.figures import MARKS
from projections.intervals import Interval, total

if TYPE_CHECKING:
    from collections.abc import Mapping

    from projections.figures import Figure, Figures, QuestionFigures

ONE = Fraction(1)
PERCENT = Fraction(1, 100)
OF_PARTICIPANTS = (Base.PARTICIPANTS, Base.TSG_MEMBERS_PRESENT)
OF_ALL = (Base.ALL_OWNERS, Base.TSG_MEMBERS, Base.SOLE_OWNER)


@dataclass(frozen=True, slots=True)
class Remark:
    """A finding or a note: a stable code and a Russian sentence."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Known:
    """The wholes in votes and the turnout as a share; and, of one question, its own figures."""

    total: Interval | None
    participants: Interval | None
    turnout: Interval | None
    assumed_quorum: bool | None
    question: QuestionFigures | None = None
    circles: Mapping[str, Figure] = field(default_factory=dict)

    def with_circles(self, question: QuestionFigures) -> Known:
        """Add the figures of one question."""
        return replace(self, question=question, circles=question.circles)

    def circle(self, base: Base) -> Interval | None:
        """Give the votes of a circle of owners smaller than the building."""
        figure = self.circles.get(base.value)
        return Interval.exactly(figure.value) if figure else None

    def whole(self, base: Base) -> Interval | None:
        """Give the votes of a base."""
        if base in OF_PARTICIPANTS:
            return self.participants
        return self.total if base in OF_ALL else self.circle(base)

    def share_in(self, part: Base, whole: Base) -> Interval | None:
        """Give one circle as a share of another."""
        small, large = self.circle(part), self.circle(whole)
        return small.over(large) if small and large and large.low > 0 else None

    def of_participants(self, base: Base) -> Interval | None:
        """Give the participants as a share of a smaller circle, where only that circle votes."""
        large = self.circle(base)
        if self.participants is None or large is None or large.low == 0:
            return None
        return self.participants.over(large)

    def votes_for(self, base: Base) -> Interval | None:
        """Give the votes "for" as a share of the base."""
        if self.question is None:
            return None
        if base in OF_PARTICIPANTS or base in OF_ALL:
            return self._votes_for_building(self.question, to_all=base in OF_ALL)
        figure = self.question.votes_for_in.get(base.value)
        votes = Interval.exactly(figure.value) if figure else None
        if votes is None and base is Base.RESIDENTIAL_OWNERS:
            votes = cast_for(self.question)
        large = self.circle(base)
        return votes.over(large) if votes and large and large.low > 0 else None

    def _votes_for_building(self, question: QuestionFigures, *, to_all: bool) -> Interval | None:
        whole = self.total if to_all else self.participants
        votes = cast_for(question)
        if votes is not None and whole is not None and whole.low > 0:
            return votes.over(whole)
        if question.percent is None or "for" not in question.percent.marks:
            return None
        share = question.percent.marks["for"].interval().scaled(PERCENT).capped(ONE)
        from_all = printed_of_all(question, self)
        if from_all == to_all:
            return share
        if self.turnout is None or self.turnout.low == 0:
            return None
        return (share.times(self.turnout) if to_all else share.over(self.turnout)).capped(ONE)


def cast_for(question: QuestionFigures) -> Interval | None:
    """Give the printed votes "for"."""
    figure = question.votes.marks.get("for") if question.votes else None
    return Interval.exactly(figure.value) if figure else None


def printed_of_all(question: QuestionFigures, known: Known) -> bool:
    """Tell whether the percentages are of all votes; where not named, by what they add up to."""
    if question.percent is None or question.percent.base:
        return question.percent is not None and question.percent.base == "all"
    sums = percent_sum(question)
    to_participants = sums.holds(ONE)
    return not to_participants and known.turnout is not None and sums.meets(known.turnout)


def percent_sum(question: QuestionFigures) -> Interval:
    """Add the printed percentages, as a share."""
    marks = question.percent.marks.values() if question.percent else ()
    return total(figure.interval().scaled(PERCENT) for figure in marks)


def votes_sum(question: QuestionFigures) -> Fraction | None:
    """Add the printed votes when all three answers are there."""
    if question.votes is None or not set(MARKS[:3]) <= set(question.votes.marks):
        return None
    return sum((figure.value for figure in question.votes.marks.values()), Fraction(0))


def known_of(figures: Figures) -> Known:
    """Work out the wholes: printed votes first, then the printed turnout, then the answers."""
    whole = figures.total_votes
    all_votes = Interval.exactly(whole.value) if whole else None
    participants = _participants(figures, all_votes)
    turnout = None
    if participants is not None and all_votes is not None:
        turnout = participants.over(all_votes)
    elif figures.quorum_percent is not None:
        turnout = figures.quorum_percent.interval().scaled(PERCENT).capped(ONE)
    else:
        turnout = _turnout_of_answers(figures)
    if all_votes is None and participants is not None and turnout and turnout.low > 0:
        all_votes = participants.over(turnout)
    if turnout is None and figures.quorum_held is not None:
        return Known(all_votes, participants, None, figures.quorum_held)
    return Known(all_votes, participants, turnout, None)


def _turnout_of_answers(figures: Figures) -> Interval | None:
    """Take the turnout from percentages of all votes: what all answers add up to."""
    sums = [
        percent_sum(question).capped(ONE)
        for question in figures.questions
        if question.percent
        and question.percent.base == "all"
        and set(MARKS[:3]) <= set(question.percent.marks)
    ]
    if not sums:
        return None
    return Interval(min(one.low for one in sums), max(one.high for one in sums))


def _participants(figures: Figures, all_votes: Interval | None) -> Interval | None:
    if figures.participants_votes is not None:
        return Interval.exactly(figures.participants_votes.value)
    if figures.quorum_percent is not None and all_votes is not None:
        share = figures.quorum_percent.interval().scaled(PERCENT).capped(ONE)
        return share.times(all_votes)
    bases = {q.votes.base.value for q in figures.questions if q.votes and q.votes.base}
    bases -= {figures.total_votes.value} if figures.total_votes else set()
    if len(bases) == 1:
        return Interval.exactly(bases.pop())
    sums = {found for q in figures.questions if (found := votes_sum(q)) is not None}
    if not sums:
        return None
    if len(sums) == 1 and len(figures.questions) > 1:
        return Interval.exactly(sums.pop())
    most = all_votes.high if all_votes else max(sums)
    return Interval(max(sums), max(most, *sums))
