"""The contact book: by which phone and e-mail the owners of a house are reached.

Erasable and no facts. Several people may share one phone: a family's tablet, a daughter who helps.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import sqlalchemy as sa

from api.contacts.tables import contacts, insert_or
from api.contacts.values import Channel, normalised, takes_short_messages
from domain.facts import HouseId, PersonId
from domain.refusals import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Channel", "Contact", "ContactBook"]


@dataclass(frozen=True, slots=True)
class Contact:
    """One way to reach a person; the value is hidden in repr and so in logs."""

    house: HouseId
    person: PersonId
    channel: Channel
    value: str = field(repr=False)

    @property
    def takes_letters(self) -> bool:
        """Tell whether anything can be written here: a landline is only called."""
        return self.channel is not Channel.PHONE or takes_short_messages(self.value)


class ContactBook:
    """The contacts of one installation."""

    def __init__(self, engine: sa.Engine) -> None:
        """Work on the desk's database."""
        self._engine = engine

    def keep(self, house: HouseId, person: PersonId, channel: Channel, value: str) -> None:
        """Keep a contact in place of the person's earlier one, or refuse a malformed value."""
        self.keep_all([Contact(house, person, channel, value)])

    def keep_all(self, given: Iterable[Contact]) -> int:
        """Keep contacts, all of them or none; gives how many are new or changed."""
        clean = {
            (one.house, one.person, one.channel): normalised(one.channel, one.value)
            for one in given
        }
        with self._engine.begin() as connection:
            return _put(connection, clean)

    def people_with(self, house: HouseId, channel: Channel, value: str) -> tuple[PersonId, ...]:
        """Give the people of a house with this contact; nobody has a malformed one."""
        try:
            wanted = normalised(channel, value)
        except Refused:
            return ()
        query = (
            sa.select(contacts.c.person)
            .where(
                contacts.c.house == house,
                contacts.c.channel == channel.value,
                contacts.c.value == wanted,
            )
            .order_by(contacts.c.person)
        )
        with self._engine.connect() as connection:
            return tuple(PersonId(row.person) for row in connection.execute(query))

    def of(self, person: PersonId) -> tuple[Contact, ...]:
        """Give everything by which a person is reached, in all houses."""
        query = sa.select(contacts).where(contacts.c.person == person)
        ordered = query.order_by(contacts.c.house, contacts.c.channel)
        with self._engine.connect() as connection:
            return tuple(_contact(row) for row in connection.execute(ordered))

    def of_house(self, house: HouseId) -> Mapping[PersonId, Mapping[Channel, Contact]]:
        """Give all contacts of a house, by person and channel."""
        found: dict[PersonId, dict[Channel, Contact]] = {}
        query = sa.select(contacts).where(contacts.c.house == house)
        with self._engine.connect() as connection:
            for row in connection.execute(query):
                contact = _contact(row)
                found.setdefault(contact.person, {})[contact.channel] = contact
        return found

    def forget(self, person: PersonId) -> int:
        """Erase the contacts of a person in all houses; gives how many there were."""
        with self._engine.begin() as connection:
            return connection.execute(contacts.delete().where(contacts.c.person == person)).rowcount


def _contact(row: sa.Row[tuple[object, ...]]) -> Contact:
    return Contact(HouseId(row.house), PersonId(row.person), Channel(row.channel), row.value)


def _put(connection: sa.Connection, clean: Mapping[tuple[HouseId, PersonId, Channel], str]) -> int:
    houses = {house for house, _, _ in clean}
    query = sa.select(contacts).where(contacts.c.house.in_(houses))
    known = {
        (contact.house, contact.person, contact.channel): contact.value
        for contact in map(_contact, connection.execute(query))
    }
    rows = [
        {"house": house, "person": person, "channel": channel.value, "value": value}
        # In one order for everybody: two imports at once must not wait for each other's rows.
        for (house, person, channel), value in sorted(clean.items())
        if known.get((house, person, channel)) != value
    ]
    if rows:
        put = insert_or(connection, contacts)
        newest = {"value": put.excluded.value}
        keys = [contacts.c.house, contacts.c.person, contacts.c.channel]
        connection.execute(put.on_conflict_do_update(index_elements=keys, set_=newest), rows)
    return len(rows)
