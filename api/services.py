"""Everything a request may use, put together once by `wiring.py`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.ballot import Ballot, ballot_id
from domain.facts import BallotId, HouseId, MeetingId
from domain.meeting import Meeting, called_of
from domain.premises import House
from domain.refusals import NotFound, Refused
from projections.owner_view import OwnerTitle, owner_titles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.clock import Clock
    from api.desk import Desk, Link
    from api.log import HouseLogs
    from api.names import NameBook
    from api.settings import Settings
    from api.writer import Writer
    from domain.application import Sobranie
    from domain.premises import RegisterTitle
    from projections.read_tables import TurnoutTables
    from projections.turnout import Turnout


@dataclass(frozen=True, slots=True)
class Services:
    """The parts of a running installation."""

    settings: Settings
    clock: Clock
    app: Sobranie
    desk: Desk
    logs: HouseLogs
    writer: Writer
    tables: TurnoutTables
    names: NameBook

    def house(self, house: HouseId) -> House:
        """Give a house or refuse."""
        found = self.app.current(House, house)
        if found is None:
            raise Refused(NotFound("house"))
        return found

    def meeting(self, meeting: MeetingId) -> Meeting:
        """Give a meeting as it stands now, or refuse."""
        return self.app.meeting(meeting)

    def turnout(self, meeting: MeetingId) -> Turnout:
        """Give the running turnout of a meeting, or refuse."""
        found = self.tables.turnout(meeting)
        if found is None:
            raise Refused(NotFound("meeting"))
        return found

    def titles(self, link: Link) -> Sequence[RegisterTitle]:
        """Give the titles a link speaks for."""
        register = self.app.register_of(self.app.meeting_seen(link.meeting))
        return register.people.get(link.person, ())

    def owner_titles(self, link: Link) -> tuple[OwnerTitle, ...]:
        """Show the titles a link speaks for, with the ballots recorded in them."""
        titles = self.titles(link)
        ballots: dict[BallotId, Ballot] = {}
        for title in titles:
            found = self.app.current(Ballot, ballot_id(link.meeting, title.id))
            if found is not None:
                ballots[found.id] = found
        return owner_titles(link.meeting, titles, ballots)

    def house_of(self, meeting: Meeting) -> House:
        """Give the house of a meeting."""
        return self.house(called_of(meeting).house)
