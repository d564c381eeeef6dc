"""Phones and e-mail addresses in the one spelling they are kept, matched and written to.

1. a phone is E.164 with its plus; eleven digits with 8 or 7 in front and ten with 9 are Russian;
2. an address keeps its local part, its domain is lower case and ASCII (IDNA); quoted local parts,
   addresses in brackets and anything with a space or a control character are refused;
3. what is refused is refused by a code; the value itself never stands in the refusal.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING

from api.contacts.tables import LONGEST_VALUE
from api.refusals import ContactMalformed
from domain.refusals import Refused

if TYPE_CHECKING:
    from collections.abc import Callable


class Channel(StrEnum):
    """How a person is reached outside the house chat."""

    PHONE = "phone"
    EMAIL = "email"


LONGEST_LOCAL_PART = 64
LONGEST_PHONE = 40
_SPACING = str.maketrans("", "", " ()-.\u00a0\u2010\u2011\u2012\u2013\u202f")
_INTERNATIONAL = re.compile(r"\+[1-9][0-9]{7,14}")
_RUSSIAN = re.compile(r"(?:\+7|7|8)([3-9][0-9]{9})|(9[0-9]{9})")
_MOBILE = re.compile(r"\+79[0-9]{9}")
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+(?!\d+$){_LABEL}")


def normalised(channel: Channel, value: str) -> str:
    """Bring a contact to the one spelling it is kept in, or refuse it."""
    found, why = _READ[channel](value)
    if why:
        raise Refused(ContactMalformed(channel.value, why))
    return found


def takes_short_messages(phone: str) -> bool:
    """Tell whether a normalised phone may take an SMS: Russian landlines do not."""
    return not phone.startswith("+7") or _MOBILE.fullmatch(phone) is not None


def _phone(value: str) -> tuple[str, str]:
    if len(value) > LONGEST_PHONE:
        return "", "too_long"
    plain = value.strip().translate(_SPACING)
    russian = _RUSSIAN.fullmatch(plain)
    if russian is not None:
        return f"+7{russian[1] or russian[2]}", ""
    if plain.startswith("+7") or _INTERNATIONAL.fullmatch(plain) is None:
        return "", "not_a_phone"
    return plain, ""


def _email(value: str) -> tuple[str, str]:
    if len(value) > LONGEST_VALUE:
        return "", "too_long"
    local, _, domain = value.strip(" ").rpartition("@")
    if _LOCAL.fullmatch(local) is None or len(local) > LONGEST_LOCAL_PART:
        return "", "not_an_email"
    try:
        # The encoding itself is IDNA 2003: enough for .рф and .рус, and in the standard library.
        ascii_domain = domain.lower().encode("idna").decode("ascii").lower()
    except UnicodeError:
        return "", "not_an_email"
    if _DOMAIN.fullmatch(ascii_domain) is None:
        return "", "not_an_email"
    whole = f"{local}@{ascii_domain}"
    return (whole, "") if len(whole) <= LONGEST_VALUE else ("", "too_long")


_READ: dict[Channel, Callable[[str], tuple[str, str]]] = {
    Channel.PHONE: _phone,
    Channel.EMAIL: _email,
}
