"""Contacts of a house as an officer gives them, all rows or none.

A row names the owner by number, or by premises and name as the register has them; the name may be
left out where the premises has one owner. A phone at the wrong person would hand over a vote, so
nothing is guessed: not by the order of owners, not by a part of a name.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from api.contacts.book import Channel, Contact, ContactBook
from api.contacts.values import normalised
from api.desk import as_uuid
from api.refusals import ContactFault, ContactMalformed, ContactsRefused
from api.register.text import tidy
from domain.facts import PersonId
from domain.refusals import Refused

if TYPE_CHECKING:
    from api.services import Services
    from domain.facts import HouseId, Party
    from domain.premises import OwnersRegister


@dataclass(frozen=True, slots=True)
class ContactRow:
    """One row as it was given; `number` is what its faults are told by."""

    number: int
    person: str = ""
    premises: str = ""
    name: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    email: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Kept:
    """What an import did."""

    people: int
    changed: int
    without: int
    """Owners of the house who are reached by nothing yet."""


class _FaultyFieldError(Exception):
    """A field of a row is wrong."""

    def __init__(self, place: str, why: str) -> None:
        super().__init__(place)
        self.place, self.why = place, why


def keep_contacts(services: Services, house: HouseId, rows: Sequence[ContactRow]) -> Kept:
    """Keep the contacts of a house; every fault of every row is told, and then nothing is kept."""
    register = services.app.current_register(services.house(house), services.clock())
    owners = _Owners(services, register)
    found: dict[tuple[PersonId, Channel], str] = {}
    faults: list[ContactFault] = []
    for row in rows:
        try:
            person = owners.of(row)
        except _FaultyFieldError as fault:
            faults.append(ContactFault(row.number, fault.place, fault.why))
            person = None
        values, wrong = _values(row)
        faults += wrong
        if person is not None:
            faults += _put(found, person, row, values)
    if faults:
        raise Refused(ContactsRefused(tuple(faults)))
    book = ContactBook(services.desk.engine)
    changed = book.keep_all(
        Contact(house, person, channel, value) for (person, channel), value in found.items()
    )
    reached = book.of_house(house).keys() & register.people.keys()
    people = len({person for person, _ in found})
    return Kept(people, changed, len(register.people) - len(reached))


def _values(row: ContactRow) -> tuple[dict[Channel, str], list[ContactFault]]:
    given = {Channel.PHONE: row.phone, Channel.EMAIL: row.email}
    values, faults = {}, []
    for channel, value in given.items():
        if not value.strip():
            continue
        try:
            values[channel] = normalised(channel, value)
        except Refused as refused:
            why = refused.reason.why if isinstance(refused.reason, ContactMalformed) else ""
            faults.append(ContactFault(row.number, channel.value, why))
    if not values and not faults:
        faults.append(ContactFault(row.number, "row", "nothing_given"))
    return values, faults


def _put(
    found: dict[tuple[PersonId, Channel], str],
    person: PersonId,
    row: ContactRow,
    values: dict[Channel, str],
) -> Iterable[ContactFault]:
    for channel, value in values.items():
        if found.setdefault((person, channel), value) != value:
            yield ContactFault(row.number, channel.value, "said_otherwise")


class _Owners:
    """Finds the owner a row names."""

    def __init__(self, services: Services, register: OwnersRegister) -> None:
        self._names = services.names
        self._people = register.people
        self._premises: dict[str, dict[PersonId, Party]] = {}
        for title in register.titles.values():
            holders = self._premises.setdefault(_same(title.number), {})
            holders.update((holder.person, holder) for holder in title.holders)

    def of(self, row: ContactRow) -> PersonId:
        """Give the person, or say which field is wrong."""
        if row.person and (row.premises or row.name):
            raise _FaultyFieldError("person", "named_twice")
        if row.person:
            return self._by_number(row.person)
        if not row.premises.strip():
            raise _FaultyFieldError("premises", "nobody_named")
        holders = self._premises.get(_same(row.premises))
        if holders is None:
            raise _FaultyFieldError("premises", "premises_unknown")
        return self._by_name(holders, row.name)

    def _by_number(self, text: str) -> PersonId:
        known = as_uuid(text)
        if known is None or PersonId(known) not in self._people:
            raise _FaultyFieldError("person", "person_unknown")
        return PersonId(known)

    def _by_name(self, holders: dict[PersonId, Party], name: str) -> PersonId:
        if not name.strip():
            if len(holders) != 1:
                raise _FaultyFieldError("name", "name_needed")
            return next(iter(holders))
        same = [p for p, party in holders.items() if _same(self._names.name(party)) == _same(name)]
        if not same:
            raise _FaultyFieldError("name", "name_unknown")
        if len(same) > 1:
            raise _FaultyFieldError("name", "name_ambiguous")
        return same[0]


def _same(text: str) -> str:
    """Fold what people write differently: case, spaces, ё."""
    return " ".join(tidy(text).split()).casefold().replace("ё", "е")
