"""What organisations do with announcements, as steps over the services; and what stands where.

1. an organisation speaks only to houses assigned to it, all of them checked before it is heard;
2. an announcement goes to all its houses in one transaction, or to none;
3. without houses named, a change concerns every assigned house where the announcement stands.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from api.announcements.organisations import Organisations
from domain import announcement_usecases as usecases
from domain.announcement import ANNOUNCEMENT_TYPES, Announcement, announcement_stream
from domain.batch import Command
from domain.fold import fold
from domain.records import from_record
from domain.refusals import NotFound, NotYourAnnouncement, Refused

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from api.services import Services
    from api.writer import Written
    from domain.events import AnnouncementBody, Author, Recorded
    from domain.facts import AnnouncementId, FileRef, HouseId

Entrances = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A change of an announcement: whose, of which version, why."""

    announcement: AnnouncementId
    by: Author
    version: int
    reason: str


def publish(
    services: Services,
    announcement: AnnouncementId,
    author: Author,
    body: AnnouncementBody,
    houses: Mapping[HouseId, Entrances],
) -> Written:
    """Publish an announcement; `houses` says which entrances of each it concerns."""
    _accounts(services).check_assigned(author.organisation, houses)
    bodies = {house: replace(body, entrances=numbers) for house, numbers in houses.items()}
    streams = _streams(houses, announcement)
    return services.writer.run(
        Command(
            lambda scope: usecases.publish_announcement(scope, announcement, author, bodies),
            streams,
        )
    )


def correct(
    services: Services,
    change: Change,
    body: AnnouncementBody,
    houses: Mapping[HouseId, Entrances] | None,
    attachments: tuple[FileRef, ...] | None,
) -> Written:
    """Word it anew; without houses entrances stay, without attachments the old ones stay."""
    standing = _standing(services, change, tuple(houses) if houses is not None else None)
    bodies = {}
    for house, known in standing.items():
        numbers = known.body.entrances if houses is None else houses[house]
        files = known.body.attachments if attachments is None else attachments
        bodies[house] = replace(body, entrances=numbers, attachments=files)
    return services.writer.run(
        Command(
            lambda scope: usecases.correct_announcement(
                scope,
                change.announcement,
                change.by.organisation,
                change.version,
                bodies,
                change.reason,
            ),
            _streams(bodies, change.announcement),
        )
    )


def cancel(services: Services, change: Change, houses: Sequence[HouseId] | None) -> Written:
    """Take it back."""
    standing = _standing(services, change, houses)
    return services.writer.run(
        Command(
            lambda scope: usecases.cancel_announcement(
                scope,
                change.announcement,
                change.by.organisation,
                change.version,
                standing,
                change.reason,
            ),
            _streams(standing, change.announcement),
        )
    )


def announcements_of(services: Services, house: HouseId) -> list[Announcement]:
    """List the announcements of a house as they stand, the newest first."""
    streams: dict[UUID, list[Recorded]] = {}
    for record in services.app.reader.entries_of_types(house, ANNOUNCEMENT_TYPES):
        recorded = from_record(record)
        streams.setdefault(recorded.originator_id, []).append(recorded)
    states = (fold(entries) for entries in streams.values())
    found = [state for state in states if isinstance(state, Announcement)]
    return sorted(found, key=lambda one: (one.versions[0].at, one.id), reverse=True)


def attachment_of(services: Services, house: HouseId, sha256: str) -> FileRef | None:
    """Find a file among the attachments of a house's announcements, in any version of them."""
    for announcement in announcements_of(services, house):
        for version in announcement.versions:
            for file in version.body.attachments:
                if file.sha256 == sha256:
                    return file
    return None


def _standing(
    services: Services, change: Change, houses: Sequence[HouseId] | None
) -> dict[HouseId, Announcement]:
    """Give the announcement in the houses named, or wherever it stands and may be changed."""
    accounts, author = _accounts(services), change.by.organisation
    if houses is not None:
        accounts.check_assigned(author, houses)
    wanted = sorted(accounts.houses(author)) if houses is None else list(houses)
    places = {announcement_stream(house, change.announcement): house for house in wanted}
    stored = services.app.reader.stored(list(places))
    found = {}
    for stream, house in places.items():
        state = fold(map(from_record, stored.get(stream, [])))
        if isinstance(state, Announcement):
            found[house] = state
        elif houses is not None:
            raise Refused(NotFound("announcement"))
    if not found:
        raise Refused(NotFound("announcement"))
    if any(state.author.organisation != author for state in found.values()):
        raise Refused(NotYourAnnouncement())
    return found


def _streams(houses: Mapping[HouseId, object], announcement: AnnouncementId) -> tuple[UUID, ...]:
    return tuple(announcement_stream(house, announcement) for house in houses)


def _accounts(services: Services) -> Organisations:
    return Organisations(services.desk.engine)
