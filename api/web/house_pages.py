"""Pages of a house: its announcements, the files attached to them. No person's data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.announcements.speaking import announcements_of, attachment_of
from api.chat.announcing import concerned
from api.desk import as_uuid
from api.messages import stage_text
from api.refusals import FileUnknown
from api.web.rendering import local, page, remember_place
from api.wording.announcing import KINDS, ORGANISATIONS
from domain.facts import HouseId
from domain.meeting import called_of, stage
from domain.refusals import NotFound, Refused

if TYPE_CHECKING:
    from datetime import tzinfo

    from api.services import Services
    from api.web.rendering import LocalTime
    from domain.announcement import Announcement
    from domain.facts import FileRef, Moment
    from domain.premises import House

SHOWN_AT_MOST = 100
OCTETS = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Shown:
    """An announcement as the page shows it."""

    number: str
    title: str
    author: str
    whom: str
    starts: LocalTime | None
    ends: LocalTime | None
    text: tuple[str, ...]
    files: tuple[FileRef, ...]
    published: LocalTime
    version: int
    changed: LocalTime
    reason: str
    cancelled: bool
    over: bool


def house_router(services: Services) -> APIRouter:
    """Give the routes of houses' pages."""
    pages = HousePages(services)
    routes = APIRouter(include_in_schema=False)
    routes.get("/h/{house}")(pages.house)
    routes.get("/h/{house}/files/{sha256}")(pages.file)
    return routes


class HousePages:
    """The handlers."""

    def __init__(self, services: Services) -> None:
        """Serve the houses of this installation."""
        self._services = services

    def house(self, request: Request, house: str) -> Response:
        """Show the announcements of a house and the way to its meetings."""
        known = self._house(house)
        zone, now = ZoneInfo(known.registered.time_zone), self._services.clock()
        remember_place(request, zone, f"/h/{known.id}")
        found = announcements_of(self._services, known.id)[:SHOWN_AT_MOST]
        shown = [shown_of(one, zone, now) for one in found]
        return page(
            "house.html",
            house=known,
            current=[one for one in shown if not (one.over or one.cancelled)],
            past=[one for one in shown if one.over or one.cancelled],
            meetings=self._meetings(known.id),
        )

    def file(self, house: str, sha256: str) -> Response:
        """Give a file that is attached to an announcement of the house, and no other."""
        known = self._house(house)
        named = attachment_of(self._services, known.id, sha256)
        stored = self._services.desk.file(sha256) if named is not None else None
        if named is None or stored is None:
            raise Refused(FileUnknown())
        name = f"attachment; filename*=UTF-8''{quote(named.name, safe='')}"
        return Response(stored.content, media_type=OCTETS, headers={"content-disposition": name})

    def _house(self, text: str) -> House:
        found = as_uuid(text)
        if found is None:
            raise Refused(NotFound("house"))
        return self._services.house(HouseId(found))

    def _meetings(self, house: HouseId) -> list[tuple[str, str]]:
        listed = [key for key, place in self._services.desk.meetings() if place == house]
        states = [self._services.meeting(key) for key in listed]
        return [(f"/m/{called_of(one).id}", stage_text(stage(one))) for one in states]


def shown_of(one: Announcement, zone: tzinfo, now: Moment) -> Shown:
    """Put an announcement into words."""
    body, last = one.body, one.versions[-1]
    changed, reason = one.cancelled or (last.at, last.reason)
    return Shown(
        number=str(one.announcement),
        title=f"{KINDS[body.kind]}: {body.heading}",
        author=f"{one.author.name}, {ORGANISATIONS[one.author.kind]}",
        whom=concerned(body),
        starts=local(body.starts_at, zone) if body.starts_at is not None else None,
        ends=local(body.ends_at, zone) if body.ends_at is not None else None,
        text=tuple(line for line in body.text.splitlines() if line.strip()),
        files=body.attachments,
        published=local(one.versions[0].at, zone),
        version=one.version,
        changed=local(changed, zone),
        reason=reason,
        cancelled=one.cancelled is not None,
        over=body.ends_at is not None and body.ends_at < now,
    )
