"""Which aggregate a fact belongs to, and its state from its facts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from domain.agenda import Agenda
from domain.announcement import Announcement, evolve_announcement
from domain.ballot import Ballot, evolve_ballot
from domain.count import Count, evolve_count
from domain.events import (
    AgendaFixed,
    AnnouncementCancelled,
    AnnouncementCorrected,
    AnnouncementPublished,
    AnswersPrepared,
    AreaCorrected,
    BallotContested,
    BallotReceived,
    BallotStruck,
    ContestResolved,
    CountCompleted,
    CountOpened,
    HouseRegistered,
    ItemAdded,
    ItemEdited,
    LogKeyAdded,
    LogKeyRetired,
    MeetingCalled,
    NoticeProven,
    PersonForgotten,
    PremisesRecorded,
    ProtocolHandedOver,
    ProtocolRecorded,
    SignatureAttached,
    TitleEnded,
    TitleRecorded,
    VotingClosed,
    VotingOpened,
)
from domain.facts import AgendaId
from domain.meeting import Called, Finished, Meeting, VotingEnded, VotingOpen, evolve_meeting
from domain.premises import House, Premises, evolve_house, evolve_premises

if TYPE_CHECKING:
    from collections.abc import Iterable

    from domain.events import Recorded

State = House | Premises | Agenda | Meeting | Ballot | Count | Announcement


def evolve_agenda(agenda: Agenda | None, recorded: Recorded) -> Agenda | None:
    """Apply a fact of an agenda; never refuses."""
    known = agenda or Agenda(AgendaId(recorded.originator_id), ())
    match recorded.fact:
        case ItemAdded(item):
            return replace(known, items=(*known.items, item))
        case ItemEdited(item):
            items = tuple(item if old.number == item.number else old for old in known.items)
            return replace(known, items=items)
        case AgendaFixed(digest):
            return replace(known, digest=digest)
        case _:
            return agenda


def evolve(state: State | None, recorded: Recorded) -> State | None:
    """Apply a fact to the state of its stream; a fact of another aggregate changes nothing."""
    match recorded.fact, state:
        # First, because most facts are ballots.
        case AnswersPrepared() | BallotReceived() | BallotContested() | ContestResolved(), (
            Ballot() | None
        ):
            return evolve_ballot(state, recorded)
        case HouseRegistered() | LogKeyAdded() | LogKeyRetired() | PersonForgotten(), (
            House() | None
        ):
            return evolve_house(state, recorded)
        case PremisesRecorded() | AreaCorrected() | TitleRecorded() | TitleEnded(), (
            Premises() | None
        ):
            return evolve_premises(state, recorded)
        case ItemAdded() | ItemEdited() | AgendaFixed(), Agenda() | None:
            return evolve_agenda(state, recorded)
        case (
            (
                MeetingCalled()
                | NoticeProven()
                | VotingOpened()
                | VotingClosed()
                | ProtocolRecorded()
                | ProtocolHandedOver()
                | SignatureAttached()
            ),
            (Called() | VotingOpen() | VotingEnded() | Finished() | None),
        ):
            return evolve_meeting(state, recorded)
        case CountOpened() | BallotStruck() | CountCompleted(), Count() | None:
            return evolve_count(state, recorded)
        case AnnouncementPublished() | AnnouncementCorrected() | AnnouncementCancelled(), (
            Announcement() | None
        ):
            return evolve_announcement(state, recorded)
        case _:
            return state


def fold(entries: Iterable[Recorded], state: State | None = None) -> State | None:
    """Give the state of a stream from its facts in order."""
    for recorded in entries:
        state = evolve(state, recorded)
    return state
