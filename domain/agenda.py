"""The agenda: items, what is proposed under each, and the digest that freezes them.

1. общее собрание не вправе принимать решения по вопросам, не включённым в повестку, и изменять
   повестку — ч. 2 ст. 46 ЖК РФ;
2. вопрос формулируется точно и один; «Разное» и соединение вопросов не допускаются — требования к
   оформлению протоколов.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from domain.facts import STRICT, AgendaId, Party, checked

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_PERSON = re.compile(r"\{(\d+)\}")


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """One question of the agenda with the decision that is proposed (вопрос, формулировка).

    Attributes:
        number: 1, 2, 3 … in the order of the notice.
        question: the question as the notice words it.
        proposal: the decision put to the vote; `{1}` stands for the first of `persons`.
        decision: id of the kind of decision in the law pack, it fixes majority and quorum.
        plain: the same in plain words for the owner.
        persons: candidates and other persons named in the proposal; their names are sealed.
        entrance: the entrance concerned, where the law counts by entrance (ЖК 44 ч. 2 п. 4.5).
        reading: id of the reading a person chose where the law is unclear, with the reason.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    number: int
    question: str
    proposal: str
    decision: str
    plain: str = ""
    persons: tuple[Party, ...] = ()
    entrance: int | None = None
    reading: str | None = None
    reading_reason: str = ""

    def __post_init__(self) -> None:
        """Keep every person the proposal names within the list."""
        checked(self.number >= 1, "agenda items are numbered from 1")
        checked(bool(self.question.strip() and self.proposal.strip()), "an empty question")
        named = [int(n) for n in _PERSON.findall(self.proposal)]
        checked(all(1 <= n <= len(self.persons) for n in named), "a person that is not listed")


def with_names(text: str, names: Sequence[str]) -> str:
    """Put names in the places `{1}`, `{2}` … of a proposal."""
    return _PERSON.sub(lambda place: names[int(place.group(1)) - 1], text)


def agenda_digest(items: Iterable[AgendaItem]) -> str:
    """Give the SHA-256 (hex) over numbers, wordings and decisions: what was put to the vote."""
    digest = hashlib.sha256(b"sobranie-agenda/1\n")
    for item in items:
        for text in (str(item.number), item.question, item.proposal, item.decision):
            encoded = text.encode()
            digest.update(len(encoded).to_bytes(4, "big") + encoded)
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Agenda:
    """A draft or frozen agenda: items in order; `digest` is set once it is frozen."""

    id: AgendaId
    items: tuple[AgendaItem, ...]
    digest: str | None = None
