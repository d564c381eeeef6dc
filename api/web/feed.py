"""The Atom feed (RFC 4287) of a meeting's life: the same bytes until something happens."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.desk import as_uuid
from api.lifecycle import lifecycle
from domain.facts import MeetingId
from domain.refusals import NotFound, Refused

if TYPE_CHECKING:
    from api.lifecycle import LifecycleEvent
    from api.services import Services
    from domain.facts import Moment

ATOM = "http://www.w3.org/2005/Atom"
MEDIA = "application/atom+xml; charset=utf-8"
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def feed_router(services: Services) -> APIRouter:
    """Give the route of the feeds."""
    routes = APIRouter(include_in_schema=False)

    def feed(request: Request, meeting: str) -> Response:
        """Give a meeting's feed; one that the reader has already is not sent again."""
        found = as_uuid(meeting)
        if found is None:
            raise Refused(NotFound("meeting"))
        content = feed_of(services, MeetingId(found))
        tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
        headers = {"etag": tag, "cache-control": "no-cache"}
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return Response(content, media_type=MEDIA, headers=headers)

    routes.get("/m/{meeting}/feed.atom")(feed)
    return routes


def feed_of(services: Services, meeting: MeetingId) -> bytes:
    """Write the feed of a meeting, the newest event first."""
    events = lifecycle(services, meeting)
    house = services.house_of(services.meeting(meeting))
    page = f"{services.settings.public_url}/m/{meeting}"
    root = ET.Element("feed", {"xmlns": ATOM, "xml:lang": "ru"})
    _add(root, "title", f"Собрание собственников: {house.registered.address}")
    _add(root, "id", f"urn:uuid:{meeting}")
    _add(root, "updated", _at(events[-1].at))
    ET.SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": page})
    ET.SubElement(root, "link", {"rel": "self", "href": f"{page}/feed.atom"})
    ET.SubElement(ET.SubElement(root, "author"), "name").text = "sobranie"
    for event in reversed(events):
        _entry(root, event, page)
    ET.indent(root)
    text: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _entry(root: ET.Element, event: LifecycleEvent, page: str) -> None:
    entry = ET.SubElement(root, "entry")
    _add(entry, "id", f"urn:uuid:{event.id}")
    _add(entry, "title", event.title)
    _add(entry, "updated", _at(event.at))
    ET.SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": page})
    ET.SubElement(entry, "category", {"term": event.type})
    _add(entry, "summary", f"{event.title}. Запись журнала дома № {event.leaf + 1}.")


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = _NOT_XML.sub("\ufffd", text)


def _at(moment: Moment) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
