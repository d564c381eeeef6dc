"""A phone that MAX vouches for, in the two ways it is given; a phone is not yet an owner.

1. contact button: HMAC-SHA256(token, vcf_info as decoded) = `hash`; the contact is the sender's
   own and the message is not a forward; exactly one phone in the card;
2. mini-app: HMAC-SHA256(token, the lines authDate=…, phone=…, userId=…) = `hash`, with the user
   taken from launch data already verified, and the answer fresh.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import SecretStr

from api.chat.max.init_data import InitData, read_time
from api.chat.max.models import Message

LONGEST_CARD = 16_384
_HASH = re.compile(r"[0-9a-fA-F]{64}")
_PHONE = re.compile(r"\+?([0-9]{7,15})")
_TEL = re.compile(r"^(?:item[0-9]+\.)?TEL(?:;[^:]*)?:(.*)$", re.IGNORECASE | re.MULTILINE)
_PUNCTUATION = str.maketrans("", "", " ()-\u00a0")


class PhoneRefusal(StrEnum):
    """Why a phone is not believed; the value is the stable code."""

    NO_CONTACT = "phone-no-contact"
    FORWARDED = "phone-forwarded"
    NOT_OWN = "phone-not-own"
    WRONG_HASH = "phone-wrong-hash"
    UNREADABLE = "phone-unreadable"
    SEVERAL = "phone-several"
    STALE = "phone-stale"
    FROM_THE_FUTURE = "phone-from-the-future"


class PhoneRefusedError(Exception):
    """The phone is not believed; the error never holds the number."""

    def __init__(self, refusal: PhoneRefusal) -> None:
        """Keep the reason."""
        super().__init__(refusal.value)
        self.refusal = refusal
        self.code = refusal.value


class PhoneWay(StrEnum):
    """How the phone came: part of the evidence recorded with a ballot."""

    CONTACT_BUTTON = "contact-button"
    MINI_APP = "mini-app"


@dataclass(frozen=True, slots=True)
class VerifiedPhone:
    """A number bound to a MAX account, as digits with a plus; hidden in repr and logs."""

    number: str = field(repr=False)
    user_id: int
    way: PhoneWay


def phone_from_contact(message: Message, token: SecretStr) -> VerifiedPhone:
    """Check the contact a person sent by the `request_contact` button."""
    if message.link is not None and message.link.type != "reply":
        raise PhoneRefusedError(PhoneRefusal.FORWARDED)
    contacts = [item for item in message.body.attachments if item.type == "contact"]
    if len(contacts) != 1 or message.sender is None:
        raise PhoneRefusedError(PhoneRefusal.NO_CONTACT)
    payload = contacts[0].payload
    card, claimed, about = (payload.get(key) for key in ("vcf_info", "hash", "max_info"))
    if not (isinstance(card, str) and isinstance(claimed, str) and len(card) <= LONGEST_CARD):
        raise PhoneRefusedError(PhoneRefusal.NO_CONTACT)
    _check(token, card, claimed)
    owner = about.get("user_id") if isinstance(about, dict) else None
    if type(owner) is not int or owner != message.sender.user_id:
        raise PhoneRefusedError(PhoneRefusal.NOT_OWN)
    return VerifiedPhone(_only_phone(card), owner, PhoneWay.CONTACT_BUTTON)


def phone_from_mini_app(
    phone: str,
    auth_date: str,
    claimed_hash: str,
    launch: InitData,
    token: SecretStr,
    now: datetime,
    max_age: timedelta = timedelta(hours=1),
    leeway: timedelta = timedelta(minutes=1),
) -> VerifiedPhone:
    """Check the answer of `WebApp.requestContact()` for the user of a verified launch."""
    number = _number(phone)
    signed_at = read_time(auth_date)
    if signed_at is None:
        raise PhoneRefusedError(PhoneRefusal.UNREADABLE)
    text = f"authDate={auth_date}\nphone={number.removeprefix('+')}\nuserId={launch.user.id}"
    _check(token, text, claimed_hash)
    if signed_at - now > leeway:
        raise PhoneRefusedError(PhoneRefusal.FROM_THE_FUTURE)
    if now - signed_at > max_age:
        raise PhoneRefusedError(PhoneRefusal.STALE)
    return VerifiedPhone(number, launch.user.id, PhoneWay.MINI_APP)


def _check(token: SecretStr, text: str, claimed: str) -> None:
    key = token.get_secret_value().encode()
    expected = hmac.digest(key, text.encode(errors="replace"), hashlib.sha256)
    is_hash = _HASH.fullmatch(claimed) is not None
    if not is_hash or not hmac.compare_digest(expected, bytes.fromhex(claimed)):
        raise PhoneRefusedError(PhoneRefusal.WRONG_HASH)


def _only_phone(card: str) -> str:
    unfolded = re.sub(r"\r?\n[ \t]", "", card).replace("\r\n", "\n")
    numbers = {_number(found) for found in _TEL.findall(unfolded)}
    if not numbers:
        raise PhoneRefusedError(PhoneRefusal.UNREADABLE)
    if len(numbers) > 1:
        raise PhoneRefusedError(PhoneRefusal.SEVERAL)
    return numbers.pop()


def _number(text: str) -> str:
    found = _PHONE.fullmatch(text.strip().translate(_PUNCTUATION))
    if found is None:
        raise PhoneRefusedError(PhoneRefusal.UNREADABLE)
    return "+" + found[1]
