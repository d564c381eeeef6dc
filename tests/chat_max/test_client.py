"""The client against the fake over real HTTP: every call, every kind of failure."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from api.chat.max import errors
from api.chat.max.client import MaxClient
from api.chat.max.content import CallbackButton, NewMessage, keyboard
from api.chat.max.limits import Limits
from api.chat.max.models import BotCommand
from api.chat.max.uploads import UploadKind
from tests.chat_max.conftest import House
from tests.fake_max.faults import Fault, FaultKind

HELLO = NewMessage("<b>Начато</b> голосование")
OFF = Limits(in_all=10**6, per_chat=10**6)


def send(house: House, message: NewMessage = HELLO) -> str:
    return house.run(lambda client: client.send_to_chat(house.chat.chat_id, message)).body.mid


def fail(house: House, error: type[errors.MaxError], fault: Fault) -> errors.MaxError:
    house.world.faults.add(fault)
    with pytest.raises(error) as failed:
        send(house)
    assert type(failed.value) is error
    return failed.value


def test_who_we_are(house: House) -> None:
    me = house.run(lambda client: client.me())
    assert (me.user_id, me.username, me.is_bot) == (509876543, "id7700000000_bot", True)


def test_commands_are_set_and_cleared(house: House) -> None:
    hint = BotCommand(name="help", description="Помощь")
    assert house.run(lambda client: client.set_commands([hint])).commands == (hint,)
    assert house.run(lambda client: client.set_commands([])).commands == ()


def test_a_message_is_sent_edited_read_and_deleted(house: House) -> None:
    mid = send(house)
    message = house.run(lambda client: client.message(mid))
    assert message.body.text == "Начато голосование"
    assert message.body.seq > 2**53
    assert [(run.type, run.start, run.length) for run in message.body.markup] == [("strong", 0, 6)]
    chat_id = house.chat.chat_id
    house.run(lambda client: client.edit(mid, NewMessage("Окончено"), chat_id))
    assert house.run(lambda client: client.messages(chat_id))[0].body.text == "Окончено"
    house.run(lambda client: client.delete(mid, chat_id))
    with pytest.raises(errors.MaxNotFoundError):
        house.run(lambda client: client.message(mid))


def test_a_person_is_written_to_after_opening_the_dialog(house: House) -> None:
    person = house.world.person("Борис")
    with pytest.raises(errors.MaxNotFoundError):
        house.run(lambda client: client.send_to_user(person.user_id, HELLO))
    house.world.start(person)
    sent = house.run(lambda client: client.send_to_user(person.user_id, HELLO))
    assert sent.recipient.user_id == person.user_id
    house.world.stop(person)
    with pytest.raises(errors.MaxForbiddenError, match=r"chat\.denied"):
        house.run(lambda client: client.send_to_user(person.user_id, HELLO))


def test_a_pressed_button_is_answered(house: House) -> None:
    person = house.world.person("Борис")
    dialog = house.world.start(person)
    asked = NewMessage("Это вы?", (keyboard(((CallbackButton("Да", "yes"),),)),))
    house.run(lambda client: client.send_to_user(person.user_id, asked))
    callback_id = house.world.press(dialog.messages[-1], person, "yes")
    answer = NewMessage("Спасибо", ())
    house.run(
        lambda client: client.answer(
            callback_id, chat_id=dialog.chat_id, message=answer, notification="Принято"
        )
    )
    assert (dialog.messages[-1].text, dialog.messages[-1].attachments) == ("Спасибо", [])
    assert house.world.toasts == [(callback_id, "Принято")]


def test_pins_chat_and_members(house: House) -> None:
    chat_id, mid = house.chat.chat_id, send(house)

    async def work(client: MaxClient) -> None:
        assert await client.pinned(chat_id) is None
        await client.pin(chat_id, mid)
        pinned = await client.pinned(chat_id)
        assert pinned is not None and pinned.body.mid == mid
        chat = await client.chat(chat_id)
        assert chat.pinned_message == pinned and chat.owner_id == house.chair.user_id
        await client.unpin(chat_id)
        assert await client.pinned(chat_id) is None
        assert (await client.membership(chat_id)).permissions == (
            "pin_message",
            "read_all_messages",
            "write",
        )
        assert len(await client.admins(chat_id)) == 2
        page = await client.members(chat_id, count=1)
        assert page.marker is not None
        rest = await client.members(chat_id, count=1, marker=page.marker)
        assert [row.is_bot for row in page.members + rest.members] == [False, True]
        await client.leave(chat_id)
        with pytest.raises(errors.MaxForbiddenError):
            await client.membership(chat_id)

    house.run(work)


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (UploadKind.FILE, "протокол.pdf"),
        (UploadKind.IMAGE, "card.png"),
        (UploadKind.VIDEO, "a.mp4"),
        (UploadKind.AUDIO, "a.mp3"),
    ],
)
def test_a_file_is_uploaded_and_waited_for(house: House, kind: UploadKind, name: str) -> None:
    house.world.faults.not_ready_attempts = 3

    async def work(client: MaxClient) -> None:
        attachment = await client.upload(kind, name, b"bytes")
        await client.send_to_chat(house.chat.chat_id, NewMessage("Файл", (attachment,)))
        await client.send_to_chat(house.chat.chat_id, NewMessage("Ещё раз", (attachment,)))

    started = house.clock.seconds()
    house.run(work)
    assert [row.attachments[0]["type"] for row in house.chat.messages] == [kind, kind]
    assert house.chat.messages[0].attachments[0].get("filename", name) == name
    assert house.clock.seconds() - started >= 1 + 2 + 4


def test_a_file_never_ready_is_an_error(house: House) -> None:
    house.world.faults.not_ready_attempts = 100
    file = house.run(lambda client: client.upload(UploadKind.FILE, "a.pdf", b"x"))
    with pytest.raises(errors.MaxNotReadyError):
        send(house, NewMessage("Файл", (file,)))


def test_a_forbidden_extension_and_an_empty_file_are_refused(house: House) -> None:
    with pytest.raises(errors.MaxBadRequestError, match="File extension is forbidden"):
        house.run(lambda client: client.upload(UploadKind.IMAGE, "a.exe", b"x"))
    with pytest.raises(errors.MaxContentError, match=r"upload\.size"):
        house.run(lambda client: client.upload(UploadKind.IMAGE, "a.png", b""))


def test_the_token_is_not_sent_with_the_bytes(house: House) -> None:
    seen: list[httpx.Request] = []

    async def work(client: MaxClient) -> None:
        async def spy(request: httpx.Request) -> None:
            seen.append(request)

        client._transport._http.event_hooks = {"request": [spy], "response": []}
        await client.upload(UploadKind.FILE, "a.pdf", b"x")

    house.run(work)
    assert ["authorization" in request.headers for request in seen] == [True, False]


def test_webhooks_are_set_listed_and_removed(house: House) -> None:
    url = "https://sobranie.example/hooks/max"

    async def work(client: MaxClient) -> None:
        await client.subscribe(url, "demo-secret-1", ["bot_added"])
        (hook,) = await client.subscriptions()
        assert (hook.url, hook.update_types) == (url, ("bot_added",))
        await client.unsubscribe(url)
        assert await client.subscriptions() == ()
        with pytest.raises(errors.MaxDeclinedError):
            await client.unsubscribe(url)
        with pytest.raises(errors.MaxContentError):
            await client.subscribe(url, "bad_secret")
        with pytest.raises(errors.MaxBadRequestError):
            await client.subscribe("https://sobranie.example:8443/x", "demo-secret-1")

    house.run(work)


def test_polling_keeps_the_marker(house: House) -> None:
    async def work(client: MaxClient) -> list[Any]:
        first = await client.updates(None)
        again = await client.updates(None, limit=1)
        assert again.updates == first.updates[:1]
        house.clock.advance(1)
        last = await client.updates(first.marker)
        assert (last.updates, last.marker) == ((), None)
        return [row["update_type"] for row in first.updates]

    assert house.run(work) == ["bot_added"]


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(FaultKind.BURST_429, wait=7), errors.MaxRateLimitedError),
        (Fault(FaultKind.BURST_5XX, status=503), errors.MaxUnavailableError),
        (Fault(FaultKind.BURST_5XX, status=500), errors.MaxServerError),
        (Fault(FaultKind.BURST_5XX, status=504), errors.MaxServerError),
        (Fault(FaultKind.SUCCESS_FALSE), errors.MaxDeclinedError),
        (Fault(FaultKind.PATHS_GONE), errors.MaxUnavailableError),
    ],
)
def test_failures_that_did_nothing(
    house: House, fault: Fault, error: type[errors.MaxError]
) -> None:
    failed = fail(house, error, fault)
    assert house.chat.messages == []
    assert getattr(failed, "wait", None) == (7 if fault.wait else None)


@pytest.mark.parametrize("kind", [FaultKind.LOST_ANSWER, FaultKind.NOT_JSON])
def test_a_lost_or_unreadable_answer_leaves_the_message(house: House, kind: FaultKind) -> None:
    fail(house, errors.MaxAnswerLostError, Fault(kind))
    assert len(house.chat.messages) == 1


def test_a_time_out_after_the_message_was_accepted(house: House) -> None:
    house.settings["read_s"] = 0.3
    fail(house, errors.MaxAnswerLostError, Fault(FaultKind.TIMEOUT_AFTER_ACCEPT))
    assert house.world.faults.accepted.wait(30)
    assert len(house.chat.messages) == 1


def test_a_connection_dropped_before_anything_is_still_unknown_to_us(house: House) -> None:
    fail(house, errors.MaxAnswerLostError, Fault(FaultKind.DROPPED_BEFORE))
    assert house.chat.messages == []


def test_nobody_listens(house: House) -> None:
    house.settings["base_url"] = "http://127.0.0.1:1"
    with pytest.raises(errors.MaxUnreachableError):
        send(house)


def test_a_wrong_token(house: House) -> None:
    house.settings["token"] = SecretStr("another")
    with pytest.raises(errors.MaxTokenError, match=r"verify\.token"):
        send(house)


@pytest.mark.parametrize("mid", ["", "../me", "..", "a/b", "a?b", "mid.", "a" * 200])
def test_an_id_that_is_none_of_the_messengers_is_not_put_into_a_path(
    house: House, mid: str
) -> None:
    with pytest.raises(errors.MaxContentError):
        house.run(lambda client: client.message(mid))
    assert house.world.requests == []


def test_our_pace_keeps_the_messengers_limits(house: House) -> None:
    async def work(client: MaxClient) -> None:
        for _ in range(9):
            await client.send_to_chat(house.chat.chat_id, HELLO)
        for _ in range(70):
            await client.me()

    house.run(work)
    assert {seen.status for seen in house.world.requests} == {200}
    assert len(house.chat.messages) == 9


def test_without_the_pace_the_messenger_refuses(house: House) -> None:
    house.limits = OFF

    async def work(client: MaxClient) -> None:
        for _ in range(3):
            await client.send_to_chat(house.chat.chat_id, HELLO)

    with pytest.raises(errors.MaxRateLimitedError):
        house.run(work)
    assert len(house.chat.messages) == 2


def test_extras_on_the_wire_are_ignored(house: House) -> None:
    house.run(lambda client: client.me())
    house.run(lambda client: client.me())
    answers = [json.loads(seen.answer) for seen in house.world.requests]
    assert any("future_field" in answer for answer in answers)
