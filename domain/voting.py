"""Voting: opening, decisions, objections, closing; a request gives facts or a refusal.

1. голосование открывается при доказанных сообщениях и полном реестре — ч. 3.1, 4 ст. 45 ЖК РФ;
2. решение принимается только в объявленный срок — ч. 2 ст. 47, ч. 7 ст. 47.1;
3. ответ по ссылке — голос лишь там, где это допускает закон о системах, — ст. 47.1, 463-ФЗ; иначе
   он подготовленное решение, ожидающее подписи;
4. бумажное решение в системе — не позднее срока до окончания — ч. 4, 10 ст. 47.1;
5. одно решение на титул, и оно окончательно — ст. 48;
6. собственник вправе возразить против решения, записанного от его имени.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from domain.calling import law_form, local_day
from domain.events import (
    CHOICES,
    AnswersPrepared,
    BallotContested,
    BallotReceived,
    Basis,
    Channel,
    ContestResolved,
    VotingClosed,
    VotingOpened,
)
from domain.meeting import Called, VotingOpen, called_of, stage
from domain.refusals import (
    AlreadyVoted,
    AnswersDoNotFit,
    NothingToContest,
    NothingToResolve,
    NoticeNotProven,
    NotYourBallot,
    PaperTooLate,
    ReasonNeeded,
    ReceivedOutsideVoting,
    Refused,
    RegisterIncomplete,
    RegisterTotalDiffers,
    TooEarlyToClose,
    VotingIsClosed,
    VotingNotOpen,
    WrongStage,
)

if TYPE_CHECKING:
    from datetime import date

    from domain.ballot import Ballot
    from domain.events import Answers, Evidence, MeetingCalled
    from domain.facts import Moment, Party
    from domain.law.reference import LawPack
    from domain.meeting import Meeting
    from domain.premises import House, OwnersRegister, RegisterTitle


def open_voting(
    meeting: Meeting, house: House, register: OwnersRegister, now: Moment
) -> VotingOpened:
    """Begin to receive decisions and fix the register they are weighed by."""
    if not isinstance(meeting, Called):
        raise Refused(WrongStage(stage(meeting), "called"))
    if now < meeting.terms.opens_at:
        raise Refused(VotingNotOpen(meeting.terms.opens_at))
    if now >= meeting.terms.closes_at:
        raise Refused(VotingIsClosed(meeting.terms.closes_at))
    if meeting.missing_legs:
        raise Refused(NoticeNotProven(meeting.missing_legs[0].value))
    if register.incomplete:
        raise Refused(RegisterIncomplete(register.incomplete))
    declared = Fraction(house.registered.declared_area)
    if register.totals.all_votes != declared:
        raise Refused(RegisterTotalDiffers(register.totals.all_votes, declared))
    return VotingOpened(register.totals)


@dataclass(frozen=True, slots=True)
class Decision:
    """An owner's decision as it comes in.

    Attributes:
        answers: one mark per item, in the order of the agenda.
        received_at: when it was handed in; for a link this is now.
        by: the person whose link it came by; None where a commission enters paper.
    """

    answers: Answers
    channel: Channel
    evidence: Evidence
    received_at: Moment
    filled_on: date | None = None
    entered_by: str = ""
    representative: Party | None = None
    by: Party | None = None


def receive_ballot(
    meeting: Meeting,
    house: House,
    title: RegisterTitle,
    ballot: Ballot | None,
    decision: Decision,
    pack: LawPack,
    now: Moment,
) -> BallotReceived | AnswersPrepared:
    """Receive a decision on all questions of one title: a ballot, or a prepared one."""
    called = taking_decisions(meeting, decision.received_at)
    terms = called.terms
    if not terms.opens_at <= decision.received_at <= now:
        raise Refused(ReceivedOutsideVoting(decision.received_at, terms.opens_at))
    if decision.by is not None and not _holds(decision.by, title):
        raise Refused(NotYourBallot())
    if ballot is not None and ballot.received is not None:
        received = ballot.received
        raise Refused(AlreadyVoted(received.received_at, received.channel.value))
    _check_answers(decision, len(terms.items))
    _check_paper_cut_off(called, house, decision, pack)
    if not is_binding(terms, decision.channel, pack, local_day(house, terms.opens_at)):
        return AnswersPrepared(
            called.id, title.id, title.votes, decision.answers, decision.evidence
        )
    return BallotReceived(
        meeting=called.id,
        title=title.id,
        votes=title.votes,
        channel=decision.channel,
        answers=decision.answers,
        evidence=decision.evidence,
        received_at=decision.received_at,
        filled_on=decision.filled_on,
        entered_by=decision.entered_by,
        representative=decision.representative,
    )


def is_binding(terms: MeetingCalled, channel: Channel, pack: LawPack, on: date) -> bool:
    """Tell whether an answer given this way is a vote of the meeting, by the rows of the law.

    Голосование по ссылке — только в ГИС ЖКХ или региональной системе с 01.03.2025 (463-ФЗ от
    13.12.2024); для собраний по уставу действует устав.
    """
    return pack.ballot_channel(terms.basis.value, law_form(terms), channel.value, on).binding


def _holds(party: Party, title: RegisterTitle) -> bool:
    """Tell whether a person is among the holders; each title seals its own copy of the name."""
    return any(holder.person == party.person for holder in title.holders)


def taking_decisions(meeting: Meeting, at: Moment) -> Called:
    """Give the call of a meeting that takes decisions handed in at a moment, or refuse."""
    match meeting:
        case Called():
            raise Refused(VotingNotOpen(meeting.terms.opens_at))
        case VotingOpen(called) if at < called.terms.closes_at:
            return called
        case _:
            raise Refused(VotingIsClosed(called_of(meeting).terms.closes_at))


def _check_answers(decision: Decision, questions: int) -> None:
    given = decision.answers
    if len(given) != questions:
        missing = tuple(range(len(given) + 1, questions + 1))
        extra = tuple(str(n) for n in range(questions + 1, len(given) + 1))
        raise Refused(AnswersDoNotFit(missing, extra, ()))
    if decision.channel is Channel.LINK:
        unclear = tuple([n for n, mark in enumerate(given, 1) if mark not in CHOICES])
        if unclear:
            raise Refused(AnswersDoNotFit((), (), unclear))


def _check_paper_cut_off(called: Called, house: House, decision: Decision, pack: LawPack) -> None:
    if called.terms.basis is not Basis.REGIONAL_SYSTEM or decision.channel is Channel.LINK:
        return
    hours = pack.term("paper_cut_off", local_day(house, called.terms.opens_at)).value
    last = called.terms.closes_at - timedelta(hours=hours)
    if decision.received_at > last:
        raise Refused(PaperTooLate(decision.received_at, last))


def contest_ballot(
    ballot: Ballot | None, title: RegisterTitle, by: Party, statement: str | None = None
) -> BallotContested:
    """Record an owner's "this is not my vote" against the ballot in their name."""
    if not _holds(by, title):
        raise Refused(NotYourBallot())
    if ballot is None or ballot.received is None or ballot.contested is not None:
        raise Refused(NothingToContest())
    return BallotContested(ballot.meeting, ballot.title, title.votes, by, statement)


def resolve_contest(
    ballot: Ballot | None, *, upheld: bool, reason: str, by: str
) -> ContestResolved:
    """Record a person's decision on an objection, with its reason."""
    if ballot is None or ballot.received is None or not ballot.is_contested:
        raise Refused(NothingToResolve())
    if not reason.strip():
        raise Refused(ReasonNeeded())
    return ContestResolved(ballot.meeting, ballot.title, ballot.received.votes, upheld, reason, by)


def close_voting(meeting: Meeting, now: Moment) -> VotingClosed:
    """End receiving, not before the moment the notice announced."""
    match meeting:
        case VotingOpen(called) if now < called.terms.closes_at:
            raise Refused(TooEarlyToClose(called.terms.closes_at))
        case VotingOpen():
            return VotingClosed()
        case _:
            raise Refused(WrongStage(stage(meeting), "open"))
