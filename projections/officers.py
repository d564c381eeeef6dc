"""Who led a meeting and who counted, as its protocol names them: taken from what was elected.

1. председательствующего, секретаря и лиц, проводящих подсчёт, избирает собрание; кто из названных
   в вопросе избран кем, видно по его словам;
2. не избраны — вместо них протокол подписывает инициатор (п. 23 приказа 44/пр; для 266/пр известно
   из печати);
3. избраны, но по имени не записаны — место для имени остаётся пустым: его впишут от руки.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from domain.events import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.agenda import AgendaItem
    from domain.events import CountResult, MeetingCalled
    from domain.facts import Party

PROCEDURAL = "procedural"


class Office(Enum):
    """What a person is elected to do at a meeting."""

    CHAIR = auto()
    SECRETARY = auto()
    COUNTER = auto()


_WORDS = re.compile(
    r"\{(?P<person>\d+)\}"
    r"|(?P<COUNTER>(?:председател\w* )?(?:счетн|комисси)|подсчет)"
    r"|(?P<CHAIR>председател)|(?P<SECRETARY>секретар)"
)


@dataclass(frozen=True, slots=True)
class Officers:
    """Those whom the protocol names and who sign it.

    Attributes:
        chair, secretary: None where somebody was elected whose name the record does not hold.
        counters: nobody, where none were elected or named in the call.
    """

    chair: Party | None
    secretary: Party | None
    counters: tuple[Party, ...]


def officers_of(terms: MeetingCalled, result: CountResult) -> Officers:
    """Tell who was elected by the questions that were carried; the initiator stands in."""
    elected: dict[Office, list[Party]] = {}
    for item, tallied in zip(terms.items, result.items, strict=True):
        if item.decision == PROCEDURAL and tallied.outcome is Outcome.CARRIED:
            for office, persons in elections(item).items():
                elected.setdefault(office, []).extend(persons)
    unelected = {Office.CHAIR: terms.initiator, Office.SECRETARY: terms.secretary}
    chair, secretary = (
        _first(elected[office]) if office in elected else stand_in or terms.initiator
        for office, stand_in in unelected.items()
    )
    return Officers(chair, secretary, tuple(elected.get(Office.COUNTER, ())) or terms.counters)


def elections(item: AgendaItem) -> dict[Office, tuple[Party, ...]]:
    """Tell to which offices a question elects, and whom of the persons it lists."""
    offices = dict.fromkeys(_offices(item.question) + _offices(item.proposal))
    found: dict[Office, list[Party]] = {office: [] for office in offices}
    if not found and len(item.persons) > 1:
        found = {Office.CHAIR: [], Office.SECRETARY: []}
    for office, number in _places(item):
        found[office].append(item.persons[number - 1])
    if found and not any(found.values()):
        # The proposal points at nobody: its persons stand in the order of the offices.
        order = list(found)
        for place, person in enumerate(item.persons):
            found[order[min(place, len(order) - 1)]].append(person)
    return {office: tuple(persons) for office, persons in found.items()}


def _places(item: AgendaItem) -> list[tuple[Office, int]]:
    """Give the office of each `{1}` in a proposal: the word before it, or after where none is."""
    words = _words(item.proposal)
    office = next(iter(_offices(item.question)), None)
    backwards = bool(words) and _office(words[0]) is None and bool(_offices(item.proposal))
    found = []
    for word in reversed(words) if backwards else words:
        if word["person"] is None:
            office = _office(word)
        elif office is not None:
            found.append((office, int(word["person"])))
    return found[::-1] if backwards else found


def _words(text: str) -> list[re.Match[str]]:
    return list(_WORDS.finditer(text.casefold().replace("ё", "е")))


def _offices(text: str) -> list[Office]:
    return [office for word in _words(text) if (office := _office(word)) is not None]


def _office(word: re.Match[str]) -> Office | None:
    return None if word["person"] is not None else Office[str(word.lastgroup)]


def _first(persons: Sequence[Party]) -> Party | None:
    return persons[0] if persons else None


def signed_as(name: str) -> str:
    """Shorten a person's full name as a signature block wants it: surname and initials."""
    parts = name.split()
    if len(parts) not in (2, 3) or not all(part[:1].isupper() for part in parts):
        return name
    initials = "\N{NO-BREAK SPACE}".join(f"{part[0]}." for part in parts[1:])
    return f"{parts[0]}\N{NO-BREAK SPACE}{initials}"
