"""Announcements of organisations: what may be said to a house. Rules carried out here, in order:

1. у объявления есть заголовок и текст, в них не осталось пропусков шаблона;
2. работы и отключения объявляют с началом и окончанием; окончание не раньше начала;
3. подъезды — этого дома;
4. в чате дома не место персональным данным: похожее на них автор подтверждает — ст. 6, 7 152-ФЗ;
5. исправляет и отменяет только автор, и только ту редакцию, которая действует.

Объявление не заменяет сообщения о собрании — ч. 4 ст. 45 ЖК РФ.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from domain.events import (
    AnnouncementCancelled,
    AnnouncementCorrected,
    AnnouncementKind,
    AnnouncementPublished,
    PersonalDataLook,
)
from domain.refusals import (
    AnnouncementEmpty,
    AnnouncementExists,
    AnnouncementIsCancelled,
    AnnouncementUnfilled,
    AnnouncementVersionUnknown,
    EntrancesUnknown,
    NothingCorrected,
    NotYourAnnouncement,
    PeriodMissing,
    PeriodReversed,
    PersonalDataSuspected,
    ReasonNeeded,
    Refused,
)

if TYPE_CHECKING:
    from domain.announcement import Announcement
    from domain.events import AnnouncementBody, Author
    from domain.facts import AnnouncementId, OrganisationId
    from domain.premises import House

WITH_PERIOD = (AnnouncementKind.PLANNED_WORKS, AnnouncementKind.OUTAGE)
_BLANK = re.compile(r"\{[^{}\n]{1,60}\}")
_GAP = r"[\s().\-\u2010-\u2015\u00a0]{0,3}"
_LOOKS: tuple[tuple[PersonalDataLook, re.Pattern[str]], ...] = (
    (PersonalDataLook.SNILS, re.compile(r"(?<!\d)\d{3}[\s-]\d{3}[\s-]\d{3}[\s-]\d{2}(?!\d)")),
    (PersonalDataLook.SNILS, re.compile(r"снилс\D{0,10}\d{11}(?!\d)", re.IGNORECASE)),
    (
        PersonalDataLook.PASSPORT,
        re.compile(r"паспорт[^\d\n]{0,40}\d{2}\s?\d{2}[^\d\n]{0,5}\d{6}(?!\d)", re.IGNORECASE),
    ),
    (PersonalDataLook.PASSPORT, re.compile(r"(?<!\d)\d{2}\s\d{2}\s(?:№\s?)?\d{6}(?!\d)")),
    (
        PersonalDataLook.PHONE,
        re.compile(
            rf"(?<![\d+])(?:\+7|8){_GAP}\d{{3}}{_GAP}\d{{3}}{_GAP}\d{{2}}{_GAP}\d{{2}}(?!\d)"
        ),
    ),
    (PersonalDataLook.EMAIL, re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")),
    (PersonalDataLook.CARD, re.compile(r"(?<!\d)(?:\d{4}[\s-]){3}\d{4}(?!\d)")),
)


def looks_of(*words: str) -> tuple[PersonalDataLook, ...]:
    """Name what looks like personal data in some words, in order of the names."""
    found = {look for look, pattern in _LOOKS for text in words if pattern.search(text)}
    return tuple(sorted(found))


def publish(
    house: House,
    known: Announcement | None,
    announcement: AnnouncementId,
    author: Author,
    body: AnnouncementBody,
) -> AnnouncementPublished:
    """Publish an announcement in a house."""
    if known is not None:
        raise Refused(AnnouncementExists())
    _check_body(house, body)
    return AnnouncementPublished(announcement, author, body)


def correct(
    house: House,
    known: Announcement,
    by: OrganisationId,
    version: int,
    body: AnnouncementBody,
    reason: str,
) -> AnnouncementCorrected:
    """Word an announcement anew; `version` is the one that is being corrected."""
    _check_change(known, by, version, reason)
    if body == known.body:
        raise Refused(NothingCorrected())
    _check_body(house, body, reason)
    return AnnouncementCorrected(known.announcement, version + 1, body, reason)


def cancel(
    known: Announcement, by: OrganisationId, version: int, reason: str
) -> AnnouncementCancelled:
    """Take an announcement back; the reason is shown with it."""
    _check_change(known, by, version, reason)
    # There is no new wording to confirm: what was confirmed of the old one holds for the reason.
    _check_looks(known.body, reason)
    return AnnouncementCancelled(known.announcement, version, reason)


def _check_change(known: Announcement, by: OrganisationId, version: int, reason: str) -> None:
    if known.author.organisation != by:
        raise Refused(NotYourAnnouncement())
    if known.cancelled is not None:
        raise Refused(AnnouncementIsCancelled())
    if version != known.version:
        raise Refused(AnnouncementVersionUnknown(version, known.version))
    if not reason.strip():
        raise Refused(ReasonNeeded())


def _check_body(house: House, body: AnnouncementBody, reason: str = "") -> None:
    for place, words in (("heading", body.heading), ("text", body.text)):
        if not words.strip():
            raise Refused(AnnouncementEmpty(place))
    blanks = tuple(dict.fromkeys(_BLANK.findall(f"{body.heading}\n{body.text}")))
    if blanks:
        raise Refused(AnnouncementUnfilled(blanks))
    _check_period(body)
    entrances = house.registered.entrances
    unknown = tuple(number for number in body.entrances if not 1 <= number <= entrances)
    if unknown:
        raise Refused(EntrancesUnknown(unknown, entrances))
    _check_looks(body, body.heading, body.text, reason)


def _check_period(body: AnnouncementBody) -> None:
    starts, ends = body.starts_at, body.ends_at
    if body.kind in WITH_PERIOD and (starts is None or ends is None):
        raise Refused(PeriodMissing(body.kind.value))
    if ends is not None and (starts is None or ends < starts):
        raise Refused(PeriodReversed(starts, ends))


def _check_looks(body: AnnouncementBody, *words: str) -> None:
    unconfirmed = [look for look in looks_of(*words) if look not in body.not_personal]
    if unconfirmed:
        raise Refused(PersonalDataSuspected(tuple(look.value for look in unconfirmed)))
