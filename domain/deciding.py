"""Counting and the protocol: the state and a request give facts or a refusal.

1. подсчёт — только после окончания приёма решений — ч. 1 ст. 46 ЖК РФ;
2. каждое исключённое решение — с причиной; возражение собственника видно отдельной строкой, пока
   человек не решил о нём;
3. подсчёт — по тому же пакету норм, под которым собрание созвано;
4. протокол составляется по завершённому подсчёту счётной комиссии.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.calling import rules_of
from domain.counting import CountedBallot, count
from domain.events import (
    BallotStruck,
    CountCompleted,
    CountOpened,
    CountPurpose,
    ProtocolHandedOver,
    ProtocolRecorded,
)
from domain.facts import LawPackRef
from domain.meeting import Finished, Meeting, VotingEnded, called_of, stage
from domain.refusals import (
    CountIsCompleted,
    CountNotCompleted,
    CountOutdated,
    NotFound,
    OtherRules,
    ReasonNeeded,
    Refused,
    WrongStage,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from domain.ballot import Ballot
    from domain.count import Count
    from domain.facts import BallotId, FileRef, Moment
    from domain.law.reference import LawPack
    from domain.premises import OwnersRegister


def open_count(meeting: Meeting, purpose: CountPurpose, by: str) -> CountOpened:
    """Begin a counting of a meeting whose voting has ended."""
    if not isinstance(meeting, VotingEnded | Finished):
        raise Refused(WrongStage(stage(meeting), "closed"))
    return CountOpened(called_of(meeting).id, purpose, by)


def strike_ballot(opened: Count, ballot: Ballot | None, reason: str) -> BallotStruck:
    """Strike a ballot out of this counting, with a reason."""
    if opened.completed is not None:
        raise Refused(CountIsCompleted())
    if ballot is None or ballot.received is None:
        raise Refused(NotFound("ballot"))
    if not reason.strip():
        raise Refused(ReasonNeeded())
    return BallotStruck(ballot.id, reason)


def counted_ballots(
    ballots: Iterable[Ballot], register: OwnersRegister, struck: Iterable[BallotId]
) -> list[CountedBallot]:
    """Pick the ballots that take part: received, not struck out, no upheld objection."""
    out = set(struck)
    return [
        CountedBallot(
            ballot.id, register.titles[ballot.title], ballot.received.answers, ballot.is_contested
        )
        for ballot in ballots
        if ballot.received is not None and not ballot.is_struck and ballot.id not in out
    ]


def complete_count(
    opened: Count,
    meeting: Meeting,
    register: OwnersRegister,
    ballots: Sequence[Ballot],
    pack: LawPack,
) -> CountCompleted:
    """Count, and give the result with the rules it rests on as a fact."""
    if opened.completed is not None:
        raise Refused(CountIsCompleted())
    terms = called_of(meeting).terms
    law = LawPackRef(pack.name, pack.version, pack.sha256)
    if law != terms.law:
        raise Refused(OtherRules(terms.law.sha256, law.sha256))
    received = [ballot for ballot in ballots if ballot.received is not None]
    taking_part = counted_ballots(received, register, opened.struck)
    result = count(
        terms.items,
        rules_of(terms.items, terms.judged_on, pack),
        list(register.titles.values()),
        taking_part,
        struck=len(received) - len(taking_part),
    )
    return CountCompleted(law, result)


def check_count_is_current(
    counted: Count, register: OwnersRegister, ballots: Sequence[Ballot]
) -> CountCompleted:
    """Give a completed counting, or refuse one that objections decided since have outdated."""
    if counted.completed is None:
        raise Refused(CountNotCompleted())
    taking_part = len(counted_ballots(ballots, register, counted.struck))
    result = counted.completed.result
    if taking_part != result.ballots:
        raise Refused(CountOutdated(result.ballots, taking_part))
    return counted.completed


def record_protocol(
    meeting: Meeting,
    counted: Count,
    *,
    number: str,
    drawn_up_on: date,
    files: tuple[FileRef, ...],
) -> ProtocolRecorded:
    """Record the protocol drawn up from the commission's completed counting."""
    if not isinstance(meeting, VotingEnded):
        raise Refused(WrongStage(stage(meeting), "closed"))
    by_commission = counted.opened.purpose is CountPurpose.COMMISSION
    ours = counted.opened.meeting == called_of(meeting).id
    if counted.completed is None or not by_commission or not ours:
        raise Refused(CountNotCompleted())
    return ProtocolRecorded(counted.id, number, drawn_up_on, files)


def hand_over(
    meeting: Meeting, *, to: str, handed_at: Moment, proof: FileRef
) -> ProtocolHandedOver:
    """Record that the originals were handed over (ч. 1, 1.1 ст. 46 ЖК РФ)."""
    if not isinstance(meeting, Finished):
        raise Refused(WrongStage(stage(meeting), "finished"))
    return ProtocolHandedOver(to, handed_at, proof)
