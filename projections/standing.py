"""How a meeting stood at one place of its log: stage, turnout, votes under each mark so far."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from domain.counting import tally
from domain.deciding import counted_ballots
from domain.events import Mark
from domain.meeting import called_of, stage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from domain.facts import MeetingId
    from projections.replayed import HouseState


@dataclass(frozen=True, slots=True)
class Standing:
    """A meeting at a moment; all sums are votes (m² × share).

    Attributes:
        stage: `none` before the call, then called, open, closed, finished.
        titles: how many titles the register has, 0 before the opening.
        questions: votes under each mark, question by question.
    """

    stage: str
    titles: int
    all_votes: Fraction
    ballots: int
    votes: Fraction
    prepared: int
    contested: int
    struck: int
    questions: tuple[Mapping[Mark, Fraction], ...]


NOTHING = Standing("none", 0, Fraction(0), 0, Fraction(0), 0, 0, 0, ())


def standing(state: HouseState, meeting: MeetingId) -> Standing:
    """Say how a meeting stands in a replayed state."""
    known, register = state.meeting(meeting), state.registers.get(meeting)
    if known is None:
        return NOTHING
    if register is None:
        return Standing(stage(known), 0, Fraction(0), 0, Fraction(0), 0, 0, 0, ())
    held = state.ballots(meeting)
    questions = len(called_of(known).terms.items)
    counted = [
        ballot for ballot in counted_ballots(held, register, ()) if len(ballot.answers) == questions
    ]
    return Standing(
        stage=stage(known),
        titles=len(register.titles),
        all_votes=register.totals.all_votes,
        ballots=len(counted),
        votes=sum((ballot.title.votes for ballot in counted), Fraction(0)),
        prepared=sum(b.prepared is not None and b.received is None for b in held),
        contested=sum(b.is_contested for b in held),
        struck=sum(b.is_struck for b in held),
        questions=tuple(tally(counted, index).votes for index in range(questions)),
    )
