"""Contacts and letters go with a person: from tables, write-ahead logs, dead rows and files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from api.contacts.book import Channel, ContactBook
from api.contacts.letters import Kind, LetterStore, Wanted
from api.contacts.plain import FileCourier
from api.contacts.planning import Planner
from api.contacts.sending import Sender
from domain.ballot import ballot_id
from domain.events import ErasureScope
from tests.erasure.test_forgetting import AFTER_RETENTION, everything_stored, places_of

if TYPE_CHECKING:
    from tests.erasure.conftest import Case

PHONE, MAIL = "+79007654321", "rimma.polevaya@mail.example"
OTHER_PHONE = "+79007654322"


def written_to(case: Case) -> ContactBook:
    """Reach two owners and write to them: one letter in a file, others waiting."""
    services, meeting = case.services, case.meeting
    book = ContactBook(services.desk.engine)
    person, other = (meeting.titles[number][0].holders[0].person for number in ("2", "3"))
    book.keep(meeting.house, person, Channel.PHONE, "+79007650000")
    book.keep(meeting.house, person, Channel.PHONE, PHONE)
    book.keep(meeting.house, person, Channel.EMAIL, MAIL)
    book.keep(meeting.house, other, Channel.PHONE, OTHER_PHONE)
    by = {channel: FileCourier(case.home) for channel in Channel}
    planner = Planner(services, by)
    planner.begin()
    about = (Kind.ENTERED, meeting.meeting, person)
    ballot = ballot_id(meeting.meeting, meeting.titles["2"][0].id)
    planner.store.queue([Wanted(*about, Channel.EMAIL, ballot)])
    Sender(services, planner.store, by).deliver()
    planner.store.queue([Wanted(*about, Channel.PHONE, ballot, again=1)])
    return book


@pytest.mark.parametrize("scope", ErasureScope)
def test_nothing_of_the_contacts_is_left_anywhere(case: Case, scope: ErasureScope) -> None:
    book = written_to(case)
    person = case.person()
    for value in (PHONE, MAIL, "+79007650000"):
        found = places_of(value, everything_stored(case))
        assert found or value == "+79007650000"
    assert places_of(str(person), iter(letters_on_disk(case)))
    case.meeting.clock.move_to(AFTER_RETENTION)
    case.forget(scope)
    for value in (PHONE, MAIL, "+79007650000"):
        assert places_of(value, everything_stored(case)) == []
    assert book.of(person) == ()
    assert letters_on_disk(case) == []
    assert LetterStore(case.services.desk.engine).due(case.meeting.clock()) == []
    assert places_of(OTHER_PHONE, everything_stored(case))


def letters_on_disk(case: Case) -> list[tuple[str, bytes]]:
    """List the files of letters under the folders of their persons."""
    paths = sorted((case.home / "letters").rglob("*.txt"))
    return [(path.name, f"{path.parent.name}\n".encode() + path.read_bytes()) for path in paths]
