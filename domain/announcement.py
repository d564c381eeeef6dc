"""An announcement in one house: a message to its chat that is no meeting, with all its versions.

One announcement may concern several houses; each has its own stream, in the log of the house.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from domain.events import AnnouncementCancelled, AnnouncementCorrected, AnnouncementPublished
from domain.facts import HouseId

if TYPE_CHECKING:
    from domain.events import AnnouncementBody, Author, Recorded
    from domain.facts import AnnouncementId, Moment

ANNOUNCEMENT_TYPES = (
    AnnouncementPublished.TYPE,
    AnnouncementCorrected.TYPE,
    AnnouncementCancelled.TYPE,
)
"""The facts an announcement is made of."""


def announcement_stream(house: HouseId, announcement: AnnouncementId) -> UUID:
    """Derive the stream of an announcement in a house, so that it cannot be published twice."""
    return uuid5(house, f"announcement {announcement}")


@dataclass(frozen=True, slots=True)
class AnnouncementVersion:
    """One wording, when it was given and why; the first needs no reason."""

    body: AnnouncementBody
    at: Moment
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Announcement:
    """An announcement as it stands.

    Attributes:
        versions: all wordings, the last one stands; version 1 is the first.
        cancelled: when and why it was taken back, or None.
    """

    id: UUID
    house: HouseId
    announcement: AnnouncementId
    author: Author
    versions: tuple[AnnouncementVersion, ...]
    cancelled: tuple[Moment, str] | None = None

    @property
    def version(self) -> int:
        """The number of the wording that stands."""
        return len(self.versions)

    @property
    def body(self) -> AnnouncementBody:
        """The wording that stands."""
        return self.versions[-1].body


def evolve_announcement(
    announcement: Announcement | None, recorded: Recorded
) -> Announcement | None:
    """Apply a fact of an announcement; never refuses."""
    match recorded.fact:
        case AnnouncementPublished(number, author, body):
            first = AnnouncementVersion(body, recorded.at)
            house = HouseId(recorded.house)
            return Announcement(recorded.originator_id, house, number, author, (first,))
        case AnnouncementCorrected(body=body, reason=reason) if announcement is not None:
            newer = AnnouncementVersion(body, recorded.at, reason)
            return replace(announcement, versions=(*announcement.versions, newer))
        case AnnouncementCancelled(reason=reason) if announcement is not None:
            return replace(announcement, cancelled=(recorded.at, reason))
        case _:
            return announcement
