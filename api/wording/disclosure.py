"""Wording of the refusal to show strangers what is recorded while a voting is going on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.refusals import EntriesNotPublicYet
from api.wording.russian import Explained, explained, moment_text

if TYPE_CHECKING:
    from datetime import tzinfo

OfDisclosure = EntriesNotPublicYet


def of_disclosure(reason: OfDisclosure, zone: tzinfo) -> Explained:
    """Say until when the entries are closed and what is open meanwhile."""
    ends = moment_text(reason.closes_at, zone)
    text = (
        "Записи журнала с начала голосования открываются, когда оно закрыто: до тех пор "
        f"посторонний не видит, кто и как проголосовал. Приём решений объявлен до {ends}."
    )
    remedy = (
        "Хеши записей и контрольные точки открыты сейчас: по ним видно, что журнал не "
        f"переписан. За записями вернитесь после {ends}."
    )
    return explained(reason, "Идёт голосование", text, remedy)
