"""The name book: who a party is, from the sealed values, for those who may see it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from domain.facts import Party, PartyKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from domain.facts import PersonId

HIDDEN = "имя скрыто"
_NAMELESS = {
    PartyKind.PERSON: HIDDEN,
    PartyKind.COMPANY: "организация",
    PartyKind.PUBLIC: "публичный собственник",
    PartyKind.UNKNOWN: "собственник не указан в реестре",
}


class SealedReader(Protocol):
    """Opens sealed values; those whose key is destroyed stay closed."""

    def read(self, commitment: str) -> bytes | None:
        """Give the sealed value, or None when it cannot be opened any more."""
        ...


@dataclass(frozen=True, slots=True)
class PersonalValue:
    """What is sealed of a party: name, document of the right, СНИЛС."""

    name: str
    document: str = ""
    snils: str = ""

    def to_bytes(self) -> bytes:
        """Write the value that is sealed."""
        fields = {"name": self.name, "document": self.document, "snils": self.snils}
        return json.dumps(fields, ensure_ascii=False, sort_keys=True).encode()


class NameBook:
    """Names and documents of parties, opened on demand and remembered while the process lives."""

    def __init__(self, sealed: SealedReader) -> None:
        """Read through the sealed store."""
        self._sealed = sealed
        self._known: dict[str, Mapping[str, str]] = {}
        self._forgotten: set[PersonId] = set()

    def name(self, party: Party) -> str:
        """Give the name to print: public, opened, or a plain placeholder."""
        if party.name is not None:
            return party.name
        return self._value(party).get("name") or _NAMELESS[party.kind]

    def document(self, party: Party) -> str:
        """Give the document of the right as opened; empty when hidden."""
        return self._value(party).get("document", "")

    def snils(self, party: Party) -> str:
        """Give the СНИЛС as opened; empty when hidden or not in the register."""
        return self._value(party).get("snils", "")

    def forget(self, person: PersonId) -> None:
        """Drop everything remembered, and never open a value of this person again."""
        self._forgotten.add(person)
        self._known.clear()

    def _value(self, party: Party) -> Mapping[str, str]:
        if party.sealed is None or party.person in self._forgotten:
            return {}
        if party.sealed not in self._known:
            opened = self._sealed.read(party.sealed)
            self._known[party.sealed] = json.loads(opened) if opened is not None else {}
        return self._known[party.sealed]
