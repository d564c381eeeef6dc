"""The meeting's life as states: called → voting open → voting closed → finished.

`evolve` applies whatever was recorded and never refuses; the law is asked in `procedure.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from domain.events import (
    Basis,
    MeetingCalled,
    NoticeLeg,
    NoticeProven,
    ProtocolHandedOver,
    ProtocolRecorded,
    RegisterTotals,
    SignatureAttached,
    VotingClosed,
    VotingOpened,
)
from domain.facts import HouseId, MeetingId, Moment

if TYPE_CHECKING:
    from domain.events import Recorded


@dataclass(frozen=True, slots=True)
class Called:
    """The meeting is called; notices are being given and proven."""

    id: MeetingId
    house: HouseId
    terms: MeetingCalled
    called_at: Moment
    notices: tuple[NoticeProven, ...] = ()
    signatures: tuple[SignatureAttached, ...] = ()

    @property
    def missing_legs(self) -> tuple[NoticeLeg, ...]:
        """The notices that are not proven yet (ЖК 45 ч. 4).

        Сообщение в системе нужно собственникам помещений; собрание по уставу извещает членов.
        """
        proven = {notice.leg for notice in self.notices}
        by_charter = self.terms.basis is Basis.CHARTER
        needed = (NoticeLeg.OWNERS,) if by_charter else tuple(NoticeLeg)
        return tuple(leg for leg in needed if leg not in proven)


@dataclass(frozen=True, slots=True)
class VotingOpen:
    """Decisions are being received on the register fixed at the opening."""

    called: Called
    register: RegisterTotals
    opened_at: Moment


@dataclass(frozen=True, slots=True)
class VotingEnded:
    """Receiving of decisions has ended; counts may be made."""

    open: VotingOpen
    closed_at: Moment


@dataclass(frozen=True, slots=True)
class Finished:
    """The protocol is drawn up; it may be handed over."""

    ended: VotingEnded
    protocol: ProtocolRecorded
    hand_overs: tuple[ProtocolHandedOver, ...] = ()


Meeting = Called | VotingOpen | VotingEnded | Finished


def evolve_meeting(meeting: Meeting | None, recorded: Recorded) -> Meeting | None:
    """Apply a fact of a meeting; a fact out of its place changes nothing."""
    match recorded.fact, meeting:
        case MeetingCalled() as terms, None:
            stream = MeetingId(recorded.originator_id)
            return Called(stream, HouseId(recorded.house), terms, recorded.at)
        case NoticeProven() as notice, Called() as called:
            return replace(called, notices=(*called.notices, notice))
        case VotingOpened(register), Called() as called:
            return VotingOpen(called, register, recorded.at)
        case VotingClosed(), VotingOpen() as voting:
            return VotingEnded(voting, recorded.at)
        case ProtocolRecorded() as protocol, VotingEnded() as ended:
            return Finished(ended, protocol)
        case ProtocolHandedOver() as handed, Finished() as finished:
            return replace(finished, hand_overs=(*finished.hand_overs, handed))
        case SignatureAttached() as signature, Called() | VotingOpen() | VotingEnded() | Finished():
            called = called_of(meeting)
            return _with(meeting, replace(called, signatures=(*called.signatures, signature)))
        case _:
            return meeting


def _with(meeting: Meeting, called: Called) -> Meeting:
    match meeting:
        case Called():
            return called
        case VotingOpen():
            return replace(meeting, called=called)
        case VotingEnded(voting):
            return replace(meeting, open=replace(voting, called=called))
        case Finished(ended):
            voting = replace(ended.open, called=called)
            return replace(meeting, ended=replace(ended, open=voting))


def called_of(meeting: Meeting) -> Called:
    """Give the call, which every later state rests on."""
    match meeting:
        case Called():
            return meeting
        case VotingOpen(called):
            return called
        case VotingEnded(voting):
            return voting.called
        case Finished(ended):
            return ended.open.called


def register_of(meeting: Meeting) -> RegisterTotals | None:
    """Give the totals of the register fixed at the opening; None before it."""
    match meeting:
        case Called():
            return None
        case VotingOpen(_, register):
            return register
        case VotingEnded(voting):
            return voting.register
        case Finished(ended):
            return ended.open.register


def stage(meeting: Meeting) -> str:
    """Name the state, for people and programs: called, open, closed, finished."""
    match meeting:
        case Called():
            return "called"
        case VotingOpen():
            return "open"
        case VotingEnded():
            return "closed"
        case Finished():
            return "finished"
