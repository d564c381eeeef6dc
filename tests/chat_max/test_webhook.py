"""The receiving end: the secret, the parser, the key that tells repeats apart."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from api.chat.max.updates import (
    BotMembership,
    BotRightsChanged,
    BotStarted,
    MalformedUpdateError,
    MessageCallback,
    MessageCreated,
    UnknownUpdate,
    dedupe_key,
    parse_update,
    read_update,
)
from api.chat.max.webhook import (
    ForgedWebhookError,
    WebhookSecretError,
    check_secret,
    receive,
)
from tests.fake_max.facts import ENUMS, FACTS
from tests.fake_max.samples import sample_update

SECRET = SecretStr("demo-secret-1")
EXAMPLES = FACTS["examples"]
PARSED = ("bot_started", "bot_added", "message_callback_dialog_without_chat_id")


def body(name: str) -> bytes:
    return json.dumps(EXAMPLES[name]).encode()


def test_the_right_secret_lets_an_event_in() -> None:
    delivery = receive(SECRET, "demo-secret-1", body("bot_added"))
    assert isinstance(delivery.update, BotMembership)
    assert delivery.update.chat_id == -70000000000005
    assert delivery.key == '["bot_added",-70000000000005,501234567,1795305600000]'


@pytest.mark.parametrize("received", [None, "", "demo-secret-2", "demo-secret-1 ", "é", "\ud800"])
def test_any_other_secret_is_forged(received: str | None) -> None:
    with pytest.raises(ForgedWebhookError):
        receive(SECRET, received, body("bot_added"))


@pytest.mark.parametrize("secret", ["", "four", "with_underscore", "пароль", "x" * 257])
def test_a_secret_max_would_not_take_is_a_mistake_of_ours(secret: str) -> None:
    with pytest.raises(WebhookSecretError):
        check_secret(SecretStr(secret), secret)


def test_observed_events_are_read() -> None:
    started, added, pressed = (read_update(EXAMPLES[name]) for name in PARSED)
    assert isinstance(started, BotStarted) and started.payload == "b_7Qk2mZ0aX-9"
    assert isinstance(added, BotMembership)
    assert isinstance(pressed, MessageCallback) and pressed.message is not None
    assert pressed.message.recipient.chat_id is None
    assert pressed.message.body.seq == 117657147897020425
    contact = read_update(EXAMPLES["message_created_contact"])
    assert isinstance(contact, MessageCreated)


@pytest.mark.parametrize("kind", ENUMS["UpdateType"])
def test_the_barest_event_of_every_type_is_read(kind: str) -> None:
    update = read_update(sample_update(kind))
    assert update.update_type == kind
    assert dedupe_key(update)
    assert isinstance(update, UnknownUpdate) == kind.startswith("comment_")


def test_nulls_and_extras_do_no_harm() -> None:
    raw = {**EXAMPLES["bot_started"], "payload": None, "user_locale": None, "novelty": [1]}
    update = read_update(raw)
    assert isinstance(update, BotStarted) and update.payload is None


def test_a_null_is_the_same_as_an_absent_key() -> None:
    raw = {**sample_update("bot_admin_permissions_changed"), "permissions": None}
    rights = read_update(raw)
    assert isinstance(rights, BotRightsChanged) and rights.permissions == ()
    body = {"mid": "m", "seq": 1, "text": None, "attachments": None, "markup": None}
    bare = {**sample_update("message_created"), "message": None}
    bare["message"] = {"recipient": {"chat_type": "chat"}, "timestamp": 1, "body": body}
    created = read_update(bare)
    assert isinstance(created, MessageCreated) and created.message.body.attachments == ()


def test_an_unknown_type_is_kept_whole() -> None:
    raw: dict[str, Any] = {
        "update_type": "moon_phase_changed",
        "timestamp": 1,
        "moon": {"n": 2**60},
    }
    update = read_update(raw)
    assert isinstance(update, UnknownUpdate) and update.raw == raw


@pytest.mark.parametrize(
    ("raw", "code", "where"),
    [
        (b"", "update-not-json", "body"),
        (b"\xff", "update-not-json", "body"),
        (b"[" * 100_000, "update-not-json", "body"),
        (b"[]", "update-not-an-object", "body"),
        (b"{}", "update-wrong-shape", "update_type"),
        (b'{"update_type":7,"timestamp":1}', "update-wrong-shape", "update_type"),
        (b'{"update_type":"new"}', "update-wrong-shape", "timestamp"),
        (b'{"update_type":"bot_added","timestamp":1}', "update-wrong-shape", "bot_added.chat_id"),
        (
            b'{"update_type":"message_removed","timestamp":1,"message_id":"m",'
            b'"chat_id":1.0,"user_id":1}',
            "update-wrong-shape",
            "message_removed.chat_id",
        ),
        (b'{"x":"' + b"y" * 1_100_000 + b'"}', "update-too-long", "body"),
    ],
)
def test_each_malformed_body_says_where(raw: bytes, code: str, where: str) -> None:
    with pytest.raises(MalformedUpdateError) as wrong:
        parse_update(raw)
    assert (wrong.value.code, wrong.value.where) == (code, where)


def test_a_repeat_has_the_same_key_and_another_event_another() -> None:
    keys = [dedupe_key(read_update(sample_update(kind))) for kind in ENUMS["UpdateType"]]
    assert len(set(keys)) == len(keys)
    assert keys == [dedupe_key(read_update(sample_update(kind))) for kind in ENUMS["UpdateType"]]


def test_two_removed_messages_are_two_events() -> None:
    raw: dict[str, Any] = sample_update("message_removed")
    assert dedupe_key(read_update(raw)) != dedupe_key(read_update({**raw, "message_id": "y"}))


def test_an_edit_later_is_another_event() -> None:
    raw: dict[str, Any] = sample_update("message_edited")
    later = {**raw, "timestamp": raw["timestamp"] + 1}
    assert dedupe_key(read_update(raw)) != dedupe_key(read_update(later))


@given(st.binary(max_size=300))
def test_no_bytes_break_the_parser(raw: bytes) -> None:
    with pytest.raises(MalformedUpdateError):
        parse_update(raw)
