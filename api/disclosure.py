"""Which entries of a house's log are not for everybody yet: whatever came since a voting opened.

1. пока идёт голосование, видно, сколько проголосовало, но не кто и не как: записи журнала с
   открытия голосования закрыты для посторонних до его окончания;
2. хеши, корни, контрольные точки и доказательства открыты всегда: неизменность журнала проверяют
   без содержания записей;
3. записи, сделанные до открытия, и весь журнал после окончания открыты каждому.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.refusals import EntriesNotPublicYet
from domain.events import VotingClosed, VotingOpened
from domain.facts import MeetingId
from domain.meeting import called_of
from domain.records import from_record
from domain.refusals import Refused

if TYPE_CHECKING:
    from api.services import Services
    from domain.events import Recorded
    from domain.facts import HouseId


def open_votings(services: Services, house: HouseId) -> list[Recorded]:
    """List the openings of votings that are not closed, by the log itself."""
    types = (VotingOpened.TYPE, VotingClosed.TYPE)
    facts = [from_record(entry) for entry in services.app.reader.entries_of_types(house, types)]
    closed = {fact.originator_id for fact in facts if isinstance(fact.fact, VotingClosed)}
    return [fact for fact in facts if fact.originator_id not in closed]


def check_public(services: Services, house: HouseId, stop: int) -> None:
    """Refuse to show entries up to `stop` while a voting that opened before it is going on.

    The caller reads the size of the log first: what is opened after that lies beyond `stop`.
    """
    hidden = [
        MeetingId(opened.originator_id)
        for opened in open_votings(services, house)
        if services.app.reader.index_of(opened.originator_id, opened.originator_version) < stop
    ]
    if hidden:
        ends = (called_of(services.meeting(meeting)).terms.closes_at for meeting in hidden)
        raise Refused(EntriesNotPublicYet(max(ends)))
