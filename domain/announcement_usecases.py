"""What organisations do with announcements, each as a function of a `Scope`.

One announcement goes to all its houses or to none of them: a half of a city told of an outage is a
mistake nobody can see.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain import announcing
from domain.announcement import Announcement, announcement_stream
from domain.refusals import NotFound, Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from domain.batch import Scope
    from domain.events import AnnouncementBody, Author
    from domain.facts import AnnouncementId, HouseId, OrganisationId


def publish_announcement(
    scope: Scope,
    announcement: AnnouncementId,
    author: Author,
    bodies: Mapping[HouseId, AnnouncementBody],
) -> None:
    """Publish an announcement in every house named, each with its own entrances."""
    for house, body in bodies.items():
        stream = announcement_stream(house, announcement)
        known = scope.find(Announcement, stream)
        fact = announcing.publish(scope.house(house), known, announcement, author, body)
        scope.add(house, stream, fact)


def correct_announcement(
    scope: Scope,
    announcement: AnnouncementId,
    by: OrganisationId,
    version: int,
    bodies: Mapping[HouseId, AnnouncementBody],
    reason: str,
) -> None:
    """Word an announcement anew in every house named."""
    for house, body in bodies.items():
        stream = announcement_stream(house, announcement)
        known = _found(scope, house, announcement)
        fact = announcing.correct(scope.house(house), known, by, version, body, reason)
        scope.add(house, stream, fact)


def cancel_announcement(
    scope: Scope,
    announcement: AnnouncementId,
    by: OrganisationId,
    version: int,
    houses: Iterable[HouseId],
    reason: str,
) -> None:
    """Take an announcement back in every house named."""
    for house in houses:
        known = _found(scope, house, announcement)
        fact = announcing.cancel(known, by, version, reason)
        scope.add(house, announcement_stream(house, announcement), fact)


def _found(scope: Scope, house: HouseId, announcement: AnnouncementId) -> Announcement:
    known = scope.find(Announcement, announcement_stream(house, announcement))
    if known is None:
        raise Refused(NotFound("announcement"))
    return known
