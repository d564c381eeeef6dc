"""For every refusal about contacts one way to provoke it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.contacts.book import Channel, ContactBook
from tests.domain import builders as given
from tests.domain.memory import refusal_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.api.door import Door


def malformed(door: Door) -> str:
    """Keep something that is no phone."""
    book, person = ContactBook(door.services.desk.engine), given.person("1").person
    return refusal_of(lambda: book.keep(given.HOUSE, person, Channel.PHONE, "12")).code


def faulty_rows(door: Door) -> str:
    """Import a row of a premises the house does not have."""
    rows = {"rows": [{"premises": "никакое", "phone": "+79000000000"}]}
    path = f"/api/v1/houses/{given.HOUSE}/contacts"
    return door.code("PUT", path, json=rows, headers=door.officer)


CONTACTS: Mapping[str, Callable[[Door], str]] = {
    "contact_malformed": malformed,
    "contacts_refused": faulty_rows,
}
