"""How a meeting stands, read once for its card and its reminders; no person's data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from api.web.observing import completed_count, observed
from domain.meeting import VotingOpen, called_of, stage

if TYPE_CHECKING:
    from datetime import datetime

    from api.services import Services
    from api.web.observing import Observed
    from domain.events import CountResult, MeetingCalled
    from domain.facts import MeetingId, Moment
    from domain.meeting import Meeting
    from domain.premises import House


@dataclass(frozen=True, slots=True)
class Standing:
    """A meeting at a moment.

    Attributes:
        turnout: by weight, with what is missing to each quorum; None before the opening.
        result: the commission's result, once there is one.
        size, root: the log's head, for the fingerprint.
        page: the meeting's page.
        bot: name of the bot whose dialog leads to one's own ballot; empty for none.
    """

    meeting: Meeting
    house: House
    terms: MeetingCalled
    now: Moment
    turnout: Observed | None
    ballots: int
    result: CountResult | None
    size: int
    root: bytes
    page: str
    public_url: str
    bot: str = ""

    @property
    def stage(self) -> str:
        """Name the stage; a counted meeting is told apart from one that is being counted."""
        named = stage(self.meeting)
        return "counted" if named == "closed" and self.result is not None else named

    @property
    def zone(self) -> ZoneInfo:
        """The house's time zone."""
        return ZoneInfo(self.house.registered.time_zone)

    @property
    def local(self) -> datetime:
        """The moment where the house stands."""
        return self.now.astimezone(self.zone)

    @property
    def is_open(self) -> bool:
        """Tell whether decisions are being received at this moment."""
        return isinstance(self.meeting, VotingOpen) and self.now < self.terms.closes_at

    @property
    def has_quorum(self) -> bool:
        """Tell whether every quorum of the whole house is there."""
        lines = self.turnout.quorum if self.turnout is not None else ()
        of_house = [line for line in lines if line.needed]
        return bool(of_house) and all(line.met for line in of_house)


def standing_of(services: Services, key: MeetingId) -> Standing:
    """Read how a meeting stands now."""
    meeting = services.meeting(key)
    called = called_of(meeting)
    house = services.house(called.house)
    opened = stage(meeting) != "called"
    row = services.tables.turnout(key) if opened else None
    # The read row may be a moment behind the log: without its total there is no share to show.
    known = row if row is not None and row.all_votes else None
    head = services.logs.store.head(house.id)
    url = services.settings.public_url
    return Standing(
        meeting,
        house,
        called.terms,
        services.clock(),
        observed(services, called.terms, known) if known is not None else None,
        known.ballots if known is not None else 0,
        completed_count(services, meeting),
        head.size,
        head.root,
        f"{url}/m/{key}",
        url,
        services.settings.secrets.get("SOBRANIE_MAX_BOT", ""),
    )
