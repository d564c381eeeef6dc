"""`sobranie forget`: finds a person's number by name, erases by number."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from api import erasure
from api.messages import explain
from api.wiring import open_services
from domain.events import ErasureReason, ErasureScope
from domain.facts import PersonId
from domain.refusals import Refused

if TYPE_CHECKING:
    from uuid import UUID

    from api.erasure import Forgotten
    from api.settings import Settings

SOUND, REFUSED, UNUSABLE = 0, 1, 2


def find(settings: Settings, name: str) -> int:
    """Show who is named so; nothing is erased by name."""
    with open_services(settings) as services:
        found = erasure.people_named(services, name)
    for person, known in sorted(found.items(), key=lambda pair: pair[1]):
        sys.stdout.write(f"{person}  {known}\n")
    sys.stderr.write("Ничего не стёрто: стирают по номеру участника.\n")
    return UNUSABLE


def forget(settings: Settings, person: UUID, reason: str, *, contacts_only: bool) -> int:
    """Erase, and tell what was done."""
    scope = ErasureScope.CONTACTS if contacts_only else ErasureScope.EVERYTHING
    with open_services(settings) as services:
        try:
            done = erasure.forget(services, PersonId(person), ErasureReason(reason), scope)
        except Refused as refused:
            words = explain(refused.reason, ZoneInfo("Europe/Moscow"))
            sys.stderr.write(f"{words.title}. {words.text} {words.remedy}\n")
            return REFUSED
    for line in _told(done):
        sys.stdout.write(line + "\n")
    return SOUND


def _told(done: Forgotten) -> list[str]:
    lines = [f"Участник {done.person}: личных ссылок удалено {done.links}."]
    if done.key_destroyed:
        lines.append(
            f"Ключ уничтожен, документов удалено {done.documents}. Имя и документы этого человека "
            "больше нельзя прочесть ни здесь, ни из этой базы."
        )
        lines.append("Копии базы, сделанные раньше, хранят ключ: уничтожьте их в свой срок.")
    if done.still_owner and done.key_destroyed:
        lines.append(
            "Внимание: по реестру этот человек всё ещё собственник; вместо имени будет "
            "«имя скрыто». Если он владеет помещением, внесите его в реестр заново."
        )
    if done.namesakes:
        numbers = ", ".join(map(str, done.namesakes))
        lines.append(
            f"Под тем же именем записаны другие номера: {numbers}. У подписавшего документ номер "
            "свой: если это тот же человек, сотрите и его."
        )
    lines.append(f"Записей в журналах: {len(done.receipts)}.")
    return lines
