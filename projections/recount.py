"""An auditor's own count of a meeting: own list of struck ballots, own law pack, own edition.

Считается то же, что считала комиссия: голоса по реестру, закреплённому при открытии; решения,
полученные в срок; кворум и большинство — по строкам закона. Что изменилось и из-за каких решений,
видно построчно.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from domain.calling import rules_of
from domain.counting import count
from domain.deciding import counted_ballots
from domain.events import Mark
from domain.meeting import called_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date
    from fractions import Fraction

    from domain.ballot import Ballot
    from domain.counting import CountedBallot
    from domain.events import CountResult
    from domain.facts import BallotId
    from domain.law.reference import LawPack
    from domain.meeting import Meeting
    from domain.premises import OwnersRegister


@dataclass(frozen=True, slots=True)
class StruckBallot:
    """A ballot left out of a recount: whose title, what weight, and why."""

    ballot: BallotId
    premises: str
    votes: Fraction
    answers: tuple[Mark, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class OwnCount:
    """The result of an own count with what it leaves out and the rules it uses."""

    result: CountResult
    struck: tuple[StruckBallot, ...]
    law: str
    judged_on: date


def recount(
    meeting: Meeting,
    register: OwnersRegister,
    ballots: Iterable[Ballot],
    struck: Iterable[BallotId],
    pack: LawPack,
    judged_on: date | None = None,
) -> CountResult:
    """Count a meeting from its facts.

    A forged ballot may have fewer answers than there are questions; it is blank at the others.
    """
    terms = called_of(meeting).terms
    questions = len(terms.items)
    received = [ballot for ballot in ballots if ballot.received is not None]
    taking_part = [
        _fitted(ballot, questions) for ballot in counted_ballots(received, register, struck)
    ]
    return count(
        terms.items,
        rules_of(terms.items, judged_on or terms.judged_on, pack),
        list(register.titles.values()),
        taking_part,
        struck=len(received) - len(taking_part),
    )


def _fitted(ballot: CountedBallot, questions: int) -> CountedBallot:
    missing = questions - len(ballot.answers)
    return replace(ballot, answers=(*ballot.answers, *(Mark.BLANK,) * missing))


def own_count(
    meeting: Meeting,
    register: OwnersRegister,
    ballots: Iterable[Ballot],
    strikes: Mapping[BallotId, str],
    pack: LawPack,
    judged_on: date | None = None,
) -> OwnCount:
    """Count with an own list of struck ballots and own rules."""
    held = list(ballots)
    left_out = tuple(
        StruckBallot(
            ballot.id,
            register.titles[ballot.title].number,
            register.titles[ballot.title].votes,
            ballot.received.answers,
            strikes[ballot.id],
        )
        for ballot in held
        if ballot.received is not None and ballot.id in strikes
    )
    result = recount(meeting, register, held, strikes, pack, judged_on)
    day = judged_on or called_of(meeting).terms.judged_on
    return OwnCount(result, left_out, f"{pack.name} {pack.version} {pack.sha256}", day)
