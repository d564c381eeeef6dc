"""Contract: client and fake are both held to the facts file."""

from __future__ import annotations

import json
import re
from typing import Any, get_args

import httpx
import pytest
from pydantic import SecretStr

from api.chat.max import content, errors, models, updates, uploads
from api.chat.max.adapter import PAGE, to_port_error
from api.chat.max.client import MaxClient
from api.chat.max.content import CallbackButton, NewMessage, keyboard
from api.chat.max.limits import Limits
from api.chat.max.models import BotCommand, MaxModel
from api.chat.max.uploads import UploadKind
from api.chat.max.webhook import SECRET_HEADER
from api.chat.port import ChatBusyError, ChatOutcomeUnknownError, ChatRefusedError
from tests.chat_max.conftest import House
from tests.fake_max.facts import ENUMS, ERRORS, FACTS, LIMITS, TOKEN, faults, fields_of
from tests.fake_max.samples import sample, sample_update
from tests.fake_max.server import NEEDED, NOT_NEEDED
from tests.fake_max.world import Seen

MODELS: dict[str, type[MaxModel]] = {
    "User": models.User,
    "BotInfo": models.BotInfo,
    "BotCommand": models.BotCommand,
    "BotCommandsInfo": models.BotCommands,
    "ChatMember": models.ChatMember,
    "ChatMembersList": models.ChatMembers,
    "Recipient": models.Recipient,
    "MarkupElement": models.Markup,
    "MessageBody": models.MessageBody,
    "LinkedMessage": models.LinkedMessage,
    "Message": models.Message,
    "SendMessageResult": models.SentMessage,
    "MessageList": models.MessageList,
    "GetPinnedMessageResult": models.PinnedMessage,
    "Chat": models.Chat,
    "SimpleQueryResult": models.Done,
    "UploadEndpoint": models.UploadEndpoint,
    "Subscription": models.Subscription,
    "GetSubscriptionsResult": models.Subscriptions,
    "UpdateList": models.UpdatePage,
    "Callback": updates.Callback,
}


@pytest.mark.parametrize("name", MODELS)
def test_a_model_asks_for_nothing_the_facts_do_not_promise(name: str) -> None:
    model, known = MODELS[name], fields_of(name)
    for field, spec in model.model_fields.items():
        wire = spec.alias or field
        assert wire in known, f"{name}.{wire} is not in the facts"
        promised = known[wire].get("req") and not known[wire].get("null")
        assert promised or not spec.is_required(), f"{name}.{wire} may be absent"
    assert isinstance(model.model_validate(sample(f"ref:{name}")), model)


@pytest.mark.parametrize("kind", ENUMS["UpdateType"])
def test_update_models_name_only_known_fields(kind: str) -> None:
    model = type(updates.read_update(sample_update(kind)))
    extra = set(model.model_fields) - set(FACTS["updates"][kind])
    assert extra <= {"raw"}


@pytest.mark.parametrize("name", ["bot_started", "bot_added", "message_created_contact"])
def test_the_facts_examples_agree_with_the_facts(name: str) -> None:
    assert faults(FACTS["examples"][name], "ref:Update") == []


def test_our_limits_are_the_facts() -> None:
    board = LIMITS["keyboard"]
    assert LIMITS["text_chars"] == content.TEXT_UNITS
    assert LIMITS["attachments_per_message"]["v"] == content.ATTACHMENTS
    assert board["rows"] == content.KEYBOARD_ROWS
    assert board["buttons_total"] == content.KEYBOARD_BUTTONS
    assert board["per_row"] == content.ROW_BUTTONS
    assert board["per_row_wide"] == content.WIDE_ROW_BUTTONS
    assert board["text_max"] == content.BUTTON_TEXT
    assert LIMITS["callback_payload"] == content.CALLBACK_PAYLOAD
    assert LIMITS["link_url"] == content.LINK_URL
    assert LIMITS["open_app_payload"]["max"] == content.APP_PAYLOAD
    assert LIMITS["messages_page"]["max"] == PAGE
    assert Limits().in_all == LIMITS["global_rps"]["v"]
    assert Limits().per_chat == LIMITS["per_chat_per_second"]["v"]
    assert Limits().window > 1
    assert list(UploadKind) == ENUMS["UploadType"]
    for kind, most in uploads.MOST_BYTES.items():
        limit = LIMITS["uploads"][kind]
        assert most == limit.get("mb", limit.get("gb", 0) * 1024) * 1024 * 1024
    assert SECRET_HEADER in FACTS["webhook"]["headers"]


def test_wide_buttons_are_the_facts() -> None:
    for button in get_args(content.AnyButton):
        fields = {"text": "х", "url": "https://a.example", "payload": "p", "bot_username": "b"}
        wanted = {name: fields.get(name, 1) for name in button.__dataclass_fields__}
        made = button(**wanted)
        assert made.wide == (made.to_wire()["type"] in LIMITS["keyboard"]["wide_types"])


@pytest.mark.parametrize("row", ERRORS, ids=lambda row: f"{row['status']}-{row['body']['code']}")
def test_every_known_error_is_treated_as_the_facts_advise(row: dict[str, Any]) -> None:
    status, code = row["status"], row["body"]["code"]
    error = errors.api_error(status, json.dumps(row["body"]).encode(), None, SecretStr(TOKEN))
    assert (error.status, error.code) == (status, code)
    policy, both = FACTS["errors"]["client_policy"], f"{status} {code}"
    port = to_port_error(error, repeatable=False)
    if both in policy["fatal"]:
        assert (type(error), port.code) == (errors.MaxTokenError, "max-token-refused")
    elif code == "method.not.found":  # seen as a server incident: not a reason to give up a chat
        assert isinstance(port, ChatBusyError)
    elif both in policy["retry_with_backoff"] or str(status) in policy["retry_with_backoff"]:
        assert isinstance(port, ChatBusyError | ChatOutcomeUnknownError)
    else:
        assert isinstance(port, ChatRefusedError)


def template(seen: Seen) -> tuple[str, str]:
    """Give the endpoint a request belongs to; fixed paths win over those with parameters."""
    known = sorted(NEEDED | NOT_NEEDED, key=lambda row: row[1].count("{"))
    for method, path in known:
        pattern = re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path))
        if method == seen.method and re.fullmatch(pattern, seen.path):
            return method, path
    raise LookupError(seen.path)


def everything(house: House) -> None:
    """Call every method of the client once, with a bot that may do all."""
    person = house.world.person("Борис", phone="+79990000002")
    dialog = house.world.start(person)
    chat_id = house.chat.chat_id

    async def work(client: MaxClient) -> None:
        await client.me()
        await client.set_commands([BotCommand(name="help", description="Помощь")])
        button = keyboard(((CallbackButton("Да", "yes"),),))
        sent = await client.send_to_user(person.user_id, NewMessage("Это вы?", (button,)))
        callback = house.world.press(dialog.messages[-1], person, "yes")
        await client.answer(callback, notification="Принято")
        file = await client.upload(UploadKind.FILE, "a.pdf", b"x")
        await client.send_to_chat(chat_id, NewMessage("<b>Протокол</b>", (file,)))
        mid = house.chat.messages[-1].mid
        await client.edit(mid, NewMessage("Протокол"), chat_id)
        await client.message(sent.body.mid)
        await client.messages(chat_id, after=0)
        await client.pin(chat_id, mid)
        await client.chat(chat_id)
        await client.pinned(chat_id)
        await client.unpin(chat_id)
        await client.membership(chat_id)
        await client.admins(chat_id)
        await client.members(chat_id)
        await client.delete(mid, chat_id)
        await client.updates(None)
        await client.subscribe("https://sobranie.example/hook", "demo-secret-1", ["bot_added"])
        await client.subscriptions()
        await client.unsubscribe("https://sobranie.example/hook")
        await client.leave(chat_id)

    house.run(work)


def test_client_and_fake_agree_with_the_facts_on_every_call(house: House) -> None:
    everything(house)
    table = {(row["method"], row["path"]): row for row in FACTS["endpoints"]}
    used = set()
    for seen in house.world.requests:
        endpoint = template(seen)
        used.add(endpoint)
        row = table[endpoint]
        assert seen.status == 200, seen
        assert set(seen.query) <= set(row.get("query", {})), seen
        if seen.body:
            assert faults(json.loads(seen.body), row["body"], closed=True) == [], seen
        assert ("body" in row) == bool(seen.body), seen
        assert faults(json.loads(seen.answer), row["ok"]) == [], seen
        assert b"null" not in seen.answer
    assert used == NEEDED


def test_every_event_of_the_fake_agrees_with_the_facts(house: House) -> None:
    world, person = house.world, house.world.person("Борис", phone="+79990000002")
    world.join(house.chat, person)
    world.rename(house.chat, house.chair, "Дом 5")
    world.start(person, "b_7")
    world.share_contact(person)
    message = world.put(world.chat_of(person), world.bot, "?", [], [])
    world.press(message, person, "yes")
    for kind in ("dialog_cleared", "dialog_muted", "dialog_unmuted"):
        world.change_dialog(person, kind)
    world.stop(person, remove=True)
    said = world.say(house.chat, person, "добрый день")
    world.edit_message(said, "Добрый день")
    world.remove_message(said, house.chair)
    world.part(house.chat, person)
    world.remove_bot(house.chat, house.chair)
    kinds = {event["update_type"] for event in world.journal.history}
    assert kinds == {kind for kind in ENUMS["UpdateType"] if not kind.startswith("comment_")}
    for event in world.journal.history:
        assert faults(event, "ref:Update") == [], event
        assert not isinstance(updates.read_update(event), updates.UnknownUpdate)


@pytest.mark.parametrize("endpoint", sorted(NOT_NEEDED))
def test_what_we_do_not_need_is_not_served_and_says_so(
    house: House, endpoint: tuple[str, str]
) -> None:
    path = re.sub(r"\{\w+\}", "7", endpoint[1])
    answer = httpx.request(
        endpoint[0], house.base_url + path, headers={"Authorization": TOKEN}, trust_env=False
    )
    assert (answer.status_code, answer.json()["code"]) == (501, "fake.not.served")


def test_the_checker_of_the_facts_is_not_blind() -> None:
    good = FACTS["examples"]["bot_started"]
    assert faults(good, "ref:Update") == []
    broken_ones: list[object] = [
        {**good, "chat_id": "1"},
        {**good, "chat_id": 1.0},
        {**good, "chat_id": 2**63},
        {**good, "user": None},
        {key: value for key, value in good.items() if key != "timestamp"},
        {**good, "payload": "x" * 513},
        {**good, "update_type": "no_such"},
        [],
    ]
    for broken in broken_ones:
        assert faults(broken, "ref:Update") != []
    assert faults({"text": "x", "novelty": 1}, "ref:NewMessageBody") == []
    assert faults({"text": "x", "novelty": 1}, "ref:NewMessageBody", closed=True) != []
    assert faults({"text": "x", "format": "rtf"}, "ref:NewMessageBody") != []
    empty = {"type": "inline_keyboard", "payload": {"buttons": []}}
    assert faults({"attachments": [empty]}, "ref:NewMessageBody") != []
