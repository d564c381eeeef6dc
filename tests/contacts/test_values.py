"""Phones and addresses have one spelling; what is no contact is refused without repeating it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.contacts.tables import LONGEST_VALUE
from api.contacts.values import Channel, normalised, takes_short_messages
from api.refusals import ContactMalformed
from domain.refusals import Refused
from tests.domain.memory import refusal_of

PHONE, EMAIL = Channel.PHONE, Channel.EMAIL


@pytest.mark.parametrize(
    "written",
    [
        "+79001234567",
        "8 (900) 123-45-67",
        "7 900 123 45 67",
        "900 123-45-67",
        "+7\u00a0900 123\u201145\u201167",
    ],
)
def test_a_russian_phone_has_one_spelling(written: str) -> None:
    assert normalised(PHONE, written) == "+79001234567"


@pytest.mark.parametrize(
    ("written", "kept"), [("+998 90 123-45-67", "+998901234567"), ("+3725123456", "+3725123456")]
)
def test_a_foreign_phone_is_written_with_its_plus(written: str, kept: str) -> None:
    assert normalised(PHONE, written) == kept


@pytest.mark.parametrize(
    "written",
    [
        "", "12", "+7900123456", "+790012345678", "+70001234567", "998901234567", "8900123456x",
        "+7900123456;+79001234568", "+7900123456\r\n7", "+" + "1" * 16,
        "".join(chr(0x660 + int(digit)) for digit in "89001234567"),
    ],
)  # fmt: skip
def test_what_is_no_phone_is_refused(written: str) -> None:
    assert refusal_of(lambda: normalised(PHONE, written)) == ContactMalformed(
        "phone", "not_a_phone"
    )


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Anna.B@Mail.Example", "Anna.B@mail.example"),
        (" a+b@mail.example ", "a+b@mail.example"),
        ("dom@почта.рф", "dom@xn--80a1acny.xn--p1ai"),
    ],
)
def test_an_address_keeps_its_name_and_folds_its_domain(written: str, kept: str) -> None:
    assert normalised(EMAIL, written) == kept


@pytest.mark.parametrize(
    "written",
    [
        "", "a", "@b.example", "a@", "a@b", "a@b..example", "a@-b.example", "a b@c.example",
        "a@b.example\r\nBcc: x@y.example", "a@b.example\n", "a\x00@b.example",
        "a@b.example,c@d.example",
        '"a b"@c.example', "a@[127.0.0.1]", "a@127.0.0.1", "<a@b.example>", "a@b.example>",
        "имя@b.example", ".a@b.example", "a.@b.example", "a..b@c.example", "a" * 65 + "@b.example",
        "a@" + "b" * 64 + ".example",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(written: str) -> None:
    assert refusal_of(lambda: normalised(EMAIL, written)) == ContactMalformed(
        "email", "not_an_email"
    )


def test_length_is_limited() -> None:
    long = "a@" + "b" * LONGEST_VALUE + ".example"
    assert refusal_of(lambda: normalised(EMAIL, long)) == ContactMalformed("email", "too_long")
    assert refusal_of(lambda: normalised(PHONE, " " * 41)) == ContactMalformed("phone", "too_long")


@given(st.sampled_from(Channel), st.text(max_size=60))
def test_any_text_is_kept_in_one_line_or_refused(channel: Channel, text: str) -> None:
    try:
        kept = normalised(channel, text)
    except Refused:
        return
    assert kept.isascii()
    assert kept.isprintable()
    assert " " not in kept
    assert normalised(channel, kept) == kept


def test_landlines_take_no_short_messages() -> None:
    assert takes_short_messages("+79001234567")
    assert takes_short_messages("+3725123456")
    assert not takes_short_messages("+74951234567")
