"""Events of a meeting's life for feeds and other systems: what happened and when, nobody's data.

Every event is a fact of the log, so a feed is the same whoever makes it and whenever. Free words of
a fact (how a notice was given, to whom originals went) are left out: a person may be named there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from domain.count import Count, count_id
from domain.events import (
    CountCompleted,
    CountPurpose,
    MeetingCalled,
    NoticeProven,
    ProtocolHandedOver,
    ProtocolRecorded,
    Recorded,
    SignatureAttached,
    VotingClosed,
    VotingOpened,
)
from domain.facts import CountId, MeetingId
from domain.usecases import MAX_COUNTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.services import Services
    from domain.facts import Moment

TITLES: Mapping[str, str] = {
    MeetingCalled.TYPE: "Собрание созвано",
    NoticeProven.TYPE: "Сообщение о собрании подтверждено",
    VotingOpened.TYPE: "Голосование открыто",
    VotingClosed.TYPE: "Приём решений окончен",
    CountCompleted.TYPE: "Голоса подсчитаны",
    ProtocolRecorded.TYPE: "Протокол составлен",
    ProtocolHandedOver.TYPE: "Подлинники протокола переданы",
    SignatureAttached.TYPE: "К документу собрания приложена электронная подпись",
}
"""The facts that are events of a meeting's life; of counts the commission's alone."""


@dataclass(frozen=True, slots=True)
class LifecycleEvent:
    """One event.

    Attributes:
        id: derived from the fact's stream and version.
        type: the type of the fact.
        leaf: index of the record in the house's log.
    """

    id: UUID
    type: str
    title: str
    house: UUID
    meeting: MeetingId
    at: Moment
    leaf: int


def lifecycle(services: Services, meeting: MeetingId) -> list[LifecycleEvent]:
    """List the events of a meeting in order of the log, or refuse an unknown one."""
    services.meeting(meeting)
    streams: list[UUID] = [meeting]
    for number in range(1, MAX_COUNTS):
        stream = count_id(meeting, number)
        if services.app.current(Count, stream) is None:
            break
        streams.append(stream)
    found = [
        event
        for stream in streams
        for recorded in services.app.recorded(stream)
        if (event := event_of(services, recorded)) is not None
    ]
    return sorted(found, key=lambda event: event.leaf)


def event_of(services: Services, recorded: Recorded) -> LifecycleEvent | None:
    """Give the event a fact is; None when it is none."""
    title = TITLES.get(recorded.fact.TYPE)
    if title is None:
        return None
    meeting = MeetingId(recorded.originator_id)
    if isinstance(recorded.fact, CountCompleted):
        count = services.app.current(Count, CountId(recorded.originator_id))
        if count is None or count.opened.purpose is not CountPurpose.COMMISSION:
            return None
        meeting = count.opened.meeting
    stream, version = recorded.originator_id, recorded.originator_version
    return LifecycleEvent(
        id=uuid5(stream, f"event {version}"),
        type=recorded.fact.TYPE,
        title=title,
        house=recorded.house,
        meeting=meeting,
        at=recorded.at,
        leaf=services.app.reader.index_of(stream, version),
    )
