"""The contact book, on either database."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from sqlalchemy.exc import SQLAlchemyError

from api.contacts.book import Channel, Contact, ContactBook
from api.contacts.tables import contacts
from domain.facts import HouseId, PersonId
from tests.domain.memory import refusal_of

if TYPE_CHECKING:
    import sqlalchemy as sa

HOUSE, OTHER_HOUSE = HouseId(UUID(int=1)), HouseId(UUID(int=2))
ANNA, BORIS = PersonId(UUID(int=11)), PersonId(UUID(int=12))
PHONE, EMAIL = Channel.PHONE, Channel.EMAIL


def test_a_person_is_found_by_any_spelling_of_the_phone(engine: sa.Engine) -> None:
    book = ContactBook(engine)
    book.keep(HOUSE, ANNA, PHONE, "8 (900) 123-45-67")
    for written in ("+79001234567", "8 900 1234567", "9001234567"):
        assert book.people_with(HOUSE, PHONE, written) == (ANNA,)
    assert book.people_with(HOUSE, EMAIL, "+79001234567") == ()
    assert book.people_with(HOUSE, PHONE, "Robert'); DROP TABLE desk_contacts;--") == ()


def test_a_contact_of_another_house_finds_nobody(engine: sa.Engine) -> None:
    book = ContactBook(engine)
    book.keep(HOUSE, ANNA, PHONE, "+79001234567")
    book.keep(OTHER_HOUSE, BORIS, PHONE, "+79001234567")
    assert book.people_with(OTHER_HOUSE, PHONE, "+79001234567") == (BORIS,)
    assert book.people_with(HouseId(UUID(int=3)), PHONE, "+79001234567") == ()
    assert book.of_house(HOUSE).keys() == {ANNA}


def test_a_family_may_share_a_phone(engine: sa.Engine) -> None:
    book = ContactBook(engine)
    book.keep(HOUSE, ANNA, PHONE, "+79001234567")
    book.keep(HOUSE, BORIS, PHONE, "+79001234567")
    assert book.people_with(HOUSE, PHONE, "+79001234567") == (ANNA, BORIS)


def test_the_newest_phone_takes_the_place_of_the_old_one(engine: sa.Engine) -> None:
    book = ContactBook(engine)
    book.keep(HOUSE, ANNA, PHONE, "+79001234567")
    book.keep(HOUSE, ANNA, PHONE, "+79001234568")
    assert book.people_with(HOUSE, PHONE, "+79001234567") == ()
    assert book.of(ANNA) == (Contact(HOUSE, ANNA, PHONE, "+79001234568"),)


def test_all_are_kept_or_none_and_what_is_the_same_is_not_counted(engine: sa.Engine) -> None:
    book = ContactBook(engine)
    good = Contact(HOUSE, ANNA, EMAIL, "anna@mail.example")
    assert refusal_of(
        lambda: book.keep_all([good, Contact(HOUSE, BORIS, PHONE, "12")])
    ).code == "contact_malformed"  # fmt: skip
    assert book.of(ANNA) == ()
    assert book.keep_all([good, Contact(HOUSE, BORIS, PHONE, "+79001234567")]) == 2
    assert book.keep_all([good, Contact(HOUSE, BORIS, PHONE, "89001234567")]) == 0
    assert book.keep_all([]) == 0


def test_whoever_is_forgotten_is_reached_by_nothing(engine: sa.Engine) -> None:
    book = ContactBook(engine)
    for house in (HOUSE, OTHER_HOUSE):
        book.keep(house, ANNA, PHONE, "+79001234567")
        book.keep(house, ANNA, EMAIL, "anna@mail.example")
    book.keep(HOUSE, BORIS, PHONE, "+79001234567")
    assert book.forget(ANNA) == 4
    assert book.of(ANNA) == ()
    assert book.people_with(HOUSE, PHONE, "+79001234567") == (BORIS,)


def test_a_failure_of_the_database_does_not_tell_the_phone(engine: sa.Engine) -> None:
    book = ContactBook(engine)
    contacts.drop(engine)
    with pytest.raises(SQLAlchemyError) as caught:
        book.people_with(HOUSE, PHONE, "+79001234567")
    assert "900" not in str(caught.value)


def test_a_contact_does_not_show_in_a_repr() -> None:
    assert "900" not in repr(Contact(HOUSE, ANNA, PHONE, "+79001234567"))
