"""Phones that MAX vouches for: the facts' vectors and every way to cheat."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from api.chat.max.init_data import InitData, MiniAppUser
from api.chat.max.models import Message
from api.chat.max.phone import (
    PhoneRefusal,
    PhoneRefusedError,
    PhoneWay,
    VerifiedPhone,
    phone_from_contact,
    phone_from_mini_app,
)
from tests.fake_max.facts import FACTS, TOKEN
from tests.fake_max.signatures import sign_bridge_contact, sign_contact

BUTTON = FACTS["test_vectors"]["contact_button"]
BRIDGE = FACTS["test_vectors"]["bridge_contact"]
SIGNED = datetime.fromtimestamp(1795305600, UTC)
KEY = SecretStr(TOKEN)
USER = 501234567


def contact(card: str = BUTTON["vcf_info"], sign: str | None = None, **changes: Any) -> Message:
    payload = {
        "vcf_info": card,
        "hash": sign_contact(TOKEN, card) if sign is None else sign,
        "max_info": {"user_id": USER, "first_name": "Анна", "is_bot": False},
    }
    message: dict[str, Any] = {
        "recipient": {"chat_id": 1, "chat_type": "dialog"},
        "timestamp": 1,
        "sender": {"user_id": USER, "first_name": "Анна", "is_bot": False},
        "body": {
            "mid": "mid.1",
            "seq": 1,
            "attachments": [{"type": "contact", "payload": payload}],
        },
    }
    return Message.model_validate({**message, **changes})


def launch(user_id: int = BRIDGE["userId"]) -> InitData:
    return InitData("q", SIGNED, MiniAppUser(id=user_id, first_name="Анна"), None, None)


def from_mini_app(
    phone: str = BRIDGE["phone"],
    when: str = BRIDGE["authDate"],
    sign: str = BRIDGE["hash"],
    now: datetime = SIGNED,
    user_id: int = BRIDGE["userId"],
) -> VerifiedPhone:
    return phone_from_mini_app(phone, when, sign, launch(user_id), KEY, now)


def refused(work: Any) -> PhoneRefusal:
    with pytest.raises(PhoneRefusedError) as error:
        work()
    assert "7999" not in str(error.value)
    return error.value.refusal


def test_the_facts_vectors_are_believed() -> None:
    button = phone_from_contact(contact(sign=BUTTON["hash"]), KEY)
    assert button == VerifiedPhone("+79990000001", USER, PhoneWay.CONTACT_BUTTON)
    assert from_mini_app() == VerifiedPhone("+79990000001", 67890, PhoneWay.MINI_APP)


def test_the_observed_message_is_believed() -> None:
    example = FACTS["examples"]["message_created_contact"]["message"]
    assert phone_from_contact(Message.model_validate(example), KEY).number == "+79990000001"


def test_the_number_is_hidden_in_repr() -> None:
    assert "7999" not in repr(from_mini_app())


def test_the_plus_does_not_matter() -> None:
    assert from_mini_app(phone=BRIDGE["phone"].removeprefix("+")) == from_mini_app()


def test_a_reply_is_no_forward() -> None:
    answer = contact(link={"type": "reply", "message": {}})
    assert phone_from_contact(answer, KEY).user_id == USER


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (contact(link={"type": "forward", "chat_id": 0}), PhoneRefusal.FORWARDED),
        (contact(sender=None), PhoneRefusal.NO_CONTACT),
        (contact(body={"mid": "m", "seq": 1, "text": "+79990000001"}), PhoneRefusal.NO_CONTACT),
        (
            contact(sender={"user_id": 5, "first_name": "Чужой", "is_bot": False}),
            PhoneRefusal.NOT_OWN,
        ),
        (contact(sign="0" * 64), PhoneRefusal.WRONG_HASH),
        (contact(sign="é" * 64), PhoneRefusal.WRONG_HASH),
        (contact(sign=""), PhoneRefusal.WRONG_HASH),
        (contact(card="BEGIN:VCARD\r\nEND:VCARD\r\n"), PhoneRefusal.UNREADABLE),
        (contact(card="TEL:12345\r\n"), PhoneRefusal.UNREADABLE),
        (contact(card="TEL:+79990000001\r\nTEL:+79990000002\r\n"), PhoneRefusal.SEVERAL),
        (contact(card="x" * 20_000), PhoneRefusal.NO_CONTACT),
    ],
)
def test_each_defect_of_a_contact_has_its_code(message: Message, expected: PhoneRefusal) -> None:
    assert refused(lambda: phone_from_contact(message, KEY)) is expected


@pytest.mark.parametrize(
    "card", ["TEL:+7 (999) 000-00-01\r\n", "item1.tel;type=CELL:7999000\r\n 0001"]
)
def test_other_spellings_of_a_card_are_read(card: str) -> None:
    assert phone_from_contact(contact(card=card), KEY).number == "+79990000001"


def test_line_ends_are_part_of_what_is_signed() -> None:
    unix = BUTTON["vcf_info"].replace("\r\n", "\n")
    changed = contact(card=unix, sign=BUTTON["hash"])
    assert refused(lambda: phone_from_contact(changed, KEY)) is PhoneRefusal.WRONG_HASH


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"phone": "+79990000002"}, PhoneRefusal.WRONG_HASH),
        ({"when": "1795305601"}, PhoneRefusal.WRONG_HASH),
        ({"user_id": 67891}, PhoneRefusal.WRONG_HASH),
        ({"sign": "0" * 64}, PhoneRefusal.WRONG_HASH),
        ({"sign": "nonsense"}, PhoneRefusal.WRONG_HASH),
        ({"phone": "7999\nuserId=1"}, PhoneRefusal.UNREADABLE),
        ({"when": "yesterday"}, PhoneRefusal.UNREADABLE),
        ({"now": SIGNED + timedelta(hours=1, seconds=1)}, PhoneRefusal.STALE),
        ({"now": SIGNED - timedelta(minutes=2)}, PhoneRefusal.FROM_THE_FUTURE),
    ],
)
def test_each_defect_of_a_mini_apps_answer_has_its_code(
    changes: dict[str, Any], expected: PhoneRefusal
) -> None:
    assert refused(lambda: from_mini_app(**changes)) is expected


def test_milliseconds_are_read_too() -> None:
    when = "1795305600000"
    sign = sign_bridge_contact(TOKEN, when, BRIDGE["phone"], BRIDGE["userId"])
    assert from_mini_app(when=when, sign=sign).number == "+79990000001"
