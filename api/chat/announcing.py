"""Announcements in the house chat: one post each; corrections and the cancellation edit it.

The outbox words these facts through `tell_announcements`, see `outbox.OTHER`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from api.chat.outbox import OTHER, Told
from api.chat.port import Button, Post
from api.chat.posts import mark_of
from api.wording.announcing import KINDS, ORGANISATIONS
from api.wording.russian import moment_text
from domain.announcement import ANNOUNCEMENT_TYPES, Announcement
from domain.events import AnnouncementPublished
from domain.facts import HouseId
from domain.fold import fold

if TYPE_CHECKING:
    from datetime import tzinfo

    from api.services import Services
    from domain.events import AnnouncementBody, Recorded
    from domain.premises import House

LONGEST_TEXT = 2500
"""Longer words are cut in the chat, whose messages are limited; the page has all of them."""


def announcement_post(announcement: Announcement, house: House, page: str, mark: str) -> Post:
    """Word an announcement as it stands; names nobody but the organisation."""
    zone = ZoneInfo(house.registered.time_zone)
    lines = [*_head(announcement, zone), *_words(announcement.body, zone), "", mark]
    return Post("\n".join(lines), (Button("Объявления дома", page),))


def word_announcement(services: Services, recorded: Recorded, mark: str) -> Told | None:
    """Word a fact of an announcement: a post of its own, or a change of the one that stands."""
    known = [
        one
        for one in services.app.recorded(recorded.originator_id)
        if one.originator_version <= recorded.originator_version
    ]
    state = fold(known)
    if not isinstance(state, Announcement):
        return None
    house = services.house(HouseId(recorded.house))
    page = f"{services.settings.public_url}/h/{house.id}"
    post = announcement_post(state, house, page, mark)
    if isinstance(recorded.fact, AnnouncementPublished):
        return Told(post)
    return Told(post, edits=_mark_of(services, known[0]))


def tell_announcements() -> None:
    """Have the outbox tell announcements."""
    OTHER.update(dict.fromkeys(ANNOUNCEMENT_TYPES, word_announcement))


def _mark_of(services: Services, recorded: Recorded) -> str:
    store = services.logs.store
    size = store.index_of(recorded.originator_id, recorded.originator_version) + 1
    return mark_of(size, store.root_at(recorded.house, size))


def _head(announcement: Announcement, zone: tzinfo) -> list[str]:
    author, body = announcement.author, announcement.body
    head = [f"{KINDS[body.kind]}: {body.heading}"]
    if announcement.cancelled is not None:
        at, reason = announcement.cancelled
        head = [f"ОТМЕНЕНО {moment_text(at, zone)}. {reason}", "", *head]
    elif announcement.version > 1:
        last = announcement.versions[-1]
        head.append(f"Исправлено {moment_text(last.at, zone)}: {last.reason}")
    return [*head, f"{author.name}, {ORGANISATIONS[author.kind]}"]


def _words(body: AnnouncementBody, zone: tzinfo) -> list[str]:
    lines = [f"Кого касается: {concerned(body)}"]
    if body.starts_at is not None:
        until = f" до {moment_text(body.ends_at, zone)}" if body.ends_at is not None else ""
        lines.append(f"Когда: с {moment_text(body.starts_at, zone)}{until}")
    text = body.text.strip()
    cut = text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT].rstrip()} …"
    lines += ["", cut]
    if body.attachments:
        lines += ["", f"Файлов приложено: {len(body.attachments)}, они на странице объявлений."]
    return lines


def concerned(body: AnnouncementBody) -> str:
    """Say whom it concerns: «весь дом», «подъезды 1, 3»."""
    if not body.entrances:
        return "весь дом"
    numbers = ", ".join(map(str, body.entrances))
    return f"подъезд {numbers}" if len(body.entrances) == 1 else f"подъезды {numbers}"
