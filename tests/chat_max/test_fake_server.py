"""The fake does what `fake_server` in the facts demands; each demand names its test."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from api.chat.max.init_data import verify_init_data
from api.chat.max.models import Message
from api.chat.max.phone import phone_from_contact, phone_from_mini_app
from api.chat.max.updates import read_update
from tests.chat_max.conftest import House
from tests.fake_max.facts import ERRORS, FACTS, TOKEN
from tests.fake_max.faults import Fault, FaultKind, Faults
from tests.fake_max.journal import RETRY_DELAYS_S, Event
from tests.fake_max.markup import read_html, show_html

HOOK = "https://sobranie.example/hook"


class Listener:
    """A bot's webhook that answers what it is told."""

    def __init__(self, status: int | None = 200) -> None:
        self.status = status
        self.got: list[tuple[str, dict[str, str], Event]] = []

    def __call__(self, url: str, headers: dict[str, str], event: Event) -> int | None:
        self.got.append((url, headers, event))
        return self.status

    @property
    def kinds(self) -> list[str]:
        return [event["update_type"] for _, _, event in self.got]


def call(
    house: House, method: str, path: str, body: Any = None, token: str | None = TOKEN
) -> tuple[int, Any]:
    """Ask the fake without the product's client."""
    headers = {} if token is None else {"Authorization": token}
    answer = httpx.request(
        method, house.base_url + path, json=body, headers=headers, trust_env=False
    )
    return answer.status_code, answer.json()


def listen(house: House, status: int | None = 200, **body: Any) -> Listener:
    listener = Listener(status)
    house.world.journal.deliver = listener
    assert call(house, "POST", "/subscriptions", {"url": HOOK, **body})[0] == 200
    return listener


def post(house: House, body: Any, where: str | None = None) -> tuple[int, Any]:
    house.clock.advance(1)
    return call(house, "POST", "/messages?" + (where or f"chat_id={house.chat.chat_id}"), body)


def test_auth(house: House) -> None:
    expected = {row["body"]["code"]: row for row in ERRORS}
    for token in (None, "wrong", f"Bearer {TOKEN}"):
        status, body = call(house, "GET", "/me", token=token)
        assert (status, body) == (401, expected["verify.token"]["body"])
    status, body = call(house, "GET", f"/me?access_token={TOKEN}")
    assert (status, body) == (403, expected["deprecated.token"]["body"])
    assert call(house, "GET", "/me")[0] == 200


def test_nulls_are_omitted_and_extras_appear(house: House) -> None:
    bodies = [call(house, "GET", f"/chats/{house.chat.chat_id}")[1] for _ in range(4)]
    assert all(None not in body.values() for body in bodies)
    assert {"future_field" in body for body in bodies} == {True, False}


def button(**more: Any) -> dict[str, Any]:
    return {"type": "callback", "text": "Да", "payload": "y", **more}


def rows(*buttons: list[dict[str, Any]]) -> dict[str, Any]:
    return {"attachments": [{"type": "inline_keyboard", "payload": {"buttons": list(buttons)}}]}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": ""},
        {"text": 5},
        {"text": "х" * 4001},
        {"text": "😀" * 2001},
        {"text": "х", "format": "rtf"},
        {"text": "х", "attachments": [{"type": "no_such", "payload": {}}]},
        {"text": "х", "attachments": [{"type": "location", "latitude": 1, "longitude": 2}] * 13},
        {"attachments": [{"type": "contact", "payload": {}}] * 2},
        {"attachments": [{"type": "file", "payload": {"token": "unknown"}}]},
        rows(),
        rows([button()] * 8),
        rows(*[[button()]] * 31),
        rows(*[[button()] * 7] * 31),
        rows([button(type="link", url="https://a.example")] * 4),
        rows([button(text="")]),
        rows([button(text="х" * 129)]),
        rows([button(payload="y" * 1025)]),
        rows([{"type": "link", "text": "х"}]),
        rows([{"type": "link", "text": "х", "url": "u" * 2049}]),
        rows([{"type": "open_app", "text": "х"}]),
        rows([{"type": "open_app", "text": "х", "web_app": "b", "payload": "a/b"}]),
        rows([{"type": "open_app", "text": "х", "web_app": "b", "payload": "a" * 513}]),
        rows([{"type": "chat", "text": "х"}]),
    ],
)
def test_bad_content_is_refused(house: House, body: Any) -> None:
    status, answer = post(house, body)
    assert (status, answer["code"]) == (400, "proto.payload")
    assert house.chat.messages == []


def test_recipients_and_queries_are_checked(house: House) -> None:
    person = house.world.person("Борис")
    for where in (f"chat_id=1&user_id={person.user_id}", "x=1", "chat_id=abc"):
        assert post(house, {"text": "х"}, where)[1]["code"] == "proto.payload"
    twice = f"chat_id={house.chat.chat_id}"
    assert post(house, {"text": "х"}, f"{twice}&{twice}")[0] == 400
    assert post(house, {"text": "х"}, "chat_id=0")[1]["message"] == "Invalid chatId: 0"
    assert post(house, {"text": "х"}, "chat_id=-5")[1]["code"] == "chat.not.found"
    for path in ("count=0", "count=101", "chat_id=abc"):
        assert call(house, "GET", f"/messages?chat_id={house.chat.chat_id}&{path}")[0] == 400


def test_rate_limits(house: House) -> None:
    chat = f"/messages?chat_id={house.chat.chat_id}"
    sent = [call(house, "POST", chat, {"text": "х"}) for _ in range(3)]
    assert [status for status, _ in sent] == [200, 200, 429]
    assert sent[2][1]["code"] == "too.many.requests"
    mid = house.chat.messages[0].mid
    for method in ("PUT", "DELETE"):
        assert call(house, method, f"/messages?message_id={mid}", {"text": "у"})[0] == 429
    house.clock.advance(1)
    assert call(house, "DELETE", f"/messages?message_id={mid}")[0] == 200
    house.clock.advance(1)
    assert [call(house, "GET", "/me")[0] for _ in range(31)] == [200] * 30 + [429]
    house.clock.advance(1)
    assert [call(house, "GET", "/updates")[0] for _ in range(3)] == [200, 200, 429]


def test_dialogs_must_be_open(house: House) -> None:
    person = house.world.person("Борис")
    where = f"user_id={person.user_id}"
    assert post(house, {"text": "х"}, where)[0] == 404
    house.world.start(person)
    assert post(house, {"text": "х"}, where)[0] == 200
    house.world.stop(person)
    status, body = post(house, {"text": "х"}, where)
    assert (status, body) == (403, {"code": "chat.denied", "message": "error.dialog.suspended"})
    house.world.start(person)
    assert post(house, {"text": "х"}, where)[0] == 200


ADMIN_CALLS = [
    "/messages?chat_id={}",
    "/chats/{}/pin",
    "/chats/{}/members",
    "/chats/{}/members/admins",
]


def test_rights_of_members(house: House) -> None:
    chat_id = house.chat.chat_id
    post(house, {"text": "х"})
    mid = house.chat.messages[0].mid
    pin = f"/chats/{chat_id}/pin"
    writes: list[tuple[str, str, Any]] = [("DELETE", pin, None), ("PUT", pin, {"message_id": mid})]
    writes.append(("DELETE", f"/messages?message_id={mid}", None))
    house.world.set_rights(house.chat, house.chair, frozenset({"read_all_messages"}))
    assert [call(house, *row)[1]["code"] for row in writes] == ["chat.denied"] * 3
    assert [call(house, "GET", path.format(chat_id))[0] for path in ADMIN_CALLS] == [200] * 4
    house.world.set_rights(house.chat, house.chair, None)
    assert [call(house, "GET", path.format(chat_id))[0] for path in ADMIN_CALLS] == [403] * 4
    shown = call(house, "GET", f"/chats/{chat_id}")[1]
    assert "participants" not in shown and "owner_id" not in shown
    assert post(house, {"text": "х"})[0] == 200
    house.world.plain_members_may_post = False
    assert post(house, {"text": "х"})[0] == 403
    house.world.remove_bot(house.chat, house.chair)
    assert call(house, "GET", f"/chats/{chat_id}/members/me")[0] == 403
    assert call(house, "GET", f"/messages/{mid}")[0] == 404


def test_only_ones_own_messages_are_edited_and_in_time(house: House) -> None:
    said = house.world.say(house.chat, house.chair, "чужое")
    person = house.world.person("Борис")
    dialog = house.world.start(person)
    post(house, {"text": "без кнопок"}, f"user_id={person.user_id}")
    post(house, rows([button()]), f"user_id={person.user_id}")
    plain, with_buttons = (row.mid for row in dialog.messages)

    def edit(mid: str) -> Any:
        house.clock.advance(1)
        return call(house, "PUT", f"/messages?message_id={mid}", {"text": "у"})[1].get("success")

    assert [edit(said.mid), edit(plain), edit(with_buttons)] == [False, True, True]
    house.clock.advance(7 * 86_400)
    assert [edit(plain), edit(with_buttons)] == [False, True]
    house.clock.advance(1)
    assert call(house, "DELETE", f"/messages?message_id={said.mid}")[0] == 200


def test_a_plain_member_hears_only_of_itself(house: House) -> None:
    world = house.world
    world.set_rights(house.chat, house.chair, None)
    listener = listen(house)
    message = world.put(house.chat, world.bot, "?", [], [])
    person = world.person("Борис")
    world.join(house.chat, person)
    world.say(house.chat, person, "привет")
    world.rename(house.chat, house.chair, "Дом")
    world.press(message, person, "y")
    world.remove_message(message, house.chair)
    world.remove_bot(house.chat, house.chair)
    world.add_bot(house.chat, house.chair)
    world.journal.pump()
    assert listener.kinds == ["bot_removed", "bot_added"]


def test_webhooks_one_by_one_with_the_secret(house: House) -> None:
    listener = listen(house, secret="demo-secret-1", update_types=["bot_started"])
    house.world.start(house.world.person("Борис"))
    house.world.start(house.world.person("Вера"))
    house.world.say(house.chat, house.chair, "мимо")
    assert house.world.journal.pump() == 2
    assert listener.kinds == ["bot_started"] * 2
    assert {headers["X-Max-Bot-Api-Secret"] for _, headers, _ in listener.got} == {"demo-secret-1"}


@pytest.mark.parametrize(
    "body",
    [
        {"url": "http://sobranie.example/hook"},
        {"url": "https://sobranie.example:443/hook"},
        {"url": HOOK, "secret": "four"},
        {"url": HOOK, "secret": "under_score"},
        {"url": HOOK, "update_types": ["moon"]},
        {},
    ],
)
def test_a_webhook_max_would_not_call_is_refused(house: House, body: Any) -> None:
    assert call(house, "POST", "/subscriptions", body)[0] == 400


def test_retries_climb_the_ladder_and_stop_at_success(house: House) -> None:
    listener = listen(house, status=None)
    house.world.start(house.world.person("Борис"))
    house.world.journal.pump()
    for number, delay in enumerate(RETRY_DELAYS_S[:3], start=1):
        house.clock.advance(delay - 1)
        assert house.world.journal.pump() == 0
        house.clock.advance(1)
        assert house.world.journal.pump() == 1
        assert len(listener.got) == number + 1
    listener.status = 200
    house.clock.advance(RETRY_DELAYS_S[3])
    assert [house.world.journal.pump(), house.world.journal.pump()] == [1, 0]


@pytest.mark.parametrize("status", [None, 201, 302, 401, 500])
def test_after_eight_hours_of_failure_the_bot_is_unsubscribed_silently(
    house: House, status: int | None
) -> None:
    listen(house, status)
    house.world.start(house.world.person("Борис"))
    for _ in range(8 * 60 - 1):
        house.world.journal.pump()
        house.clock.advance(60)
    assert len(call(house, "GET", "/subscriptions")[1]["subscriptions"]) == 1
    for _ in range(2):
        house.world.journal.pump()
        house.clock.advance(60)
    house.world.journal.pump()
    assert call(house, "GET", "/subscriptions")[1]["subscriptions"] == []


def test_updates_may_be_doubled_reordered_and_unknown(house: House) -> None:
    listener = listen(house)
    house.world.faults.duplicate_update = house.world.faults.reorder_updates = True
    house.world.start(house.world.person("Борис"))
    house.world.emit_unknown()
    house.world.journal.pump()
    assert listener.kinds == ["moon_phase_changed"] * 2 + ["bot_started"] * 2
    assert {read_update(event).update_type for _, _, event in listener.got} == set(listener.kinds)


def test_a_callback_may_come_without_a_chat(house: House) -> None:
    house.world.faults.callback_without_chat_id = True
    person = house.world.person("Борис")
    message = house.world.put(house.world.start(person), house.world.bot, "?", [], [])
    house.world.press(message, person, "y")
    recipient = house.world.journal.history[-1]["message"]["recipient"]
    assert recipient == {"chat_type": "dialog", "user_id": person.user_id}


def test_polling_is_idle_beside_a_webhook_and_forgets_after_a_day(house: House) -> None:
    house.world.start(house.world.person("Борис"))
    first = call(house, "GET", "/updates?types=bot_started,bot_stopped")[1]
    assert [row["update_type"] for row in first["updates"]] == ["bot_started"]
    listen(house)
    assert call(house, "GET", "/updates")[1]["updates"] == []
    call(house, "DELETE", f"/subscriptions?url={HOOK}")
    house.clock.advance(1)
    assert len(call(house, "GET", "/updates")[1]["updates"]) == 2
    house.clock.advance(86_400)
    assert call(house, "GET", "/updates")[1]["updates"] == []


def test_uploads_in_two_phases(house: House) -> None:
    house.world.faults.not_ready_attempts = 2
    assert call(house, "POST", "/uploads?type=photo")[0] == 400
    url = call(house, "POST", "/uploads?type=file")[1]["url"]
    token = "tok%sf" % url.rsplit("/", 1)[1]  # noqa: UP031 - the shape the fake gives
    attach = {"attachments": [{"type": "file", "payload": {"token": token}}]}
    assert post(house, attach)[1]["code"] == "proto.payload"
    filled = [
        httpx.post(url, files={"data": ("a.pdf", b"x")}, trust_env=False).status_code
        for _ in range(2)
    ]
    assert filled == [200, 404]
    codes = [post(house, attach)[1].get("code") for _ in range(3)]
    assert codes == ["attachment.not.ready", "attachment.not.ready", None]


def test_success_false_with_200(house: House) -> None:
    house.world.faults.add(Fault(FaultKind.SUCCESS_FALSE))
    status, body = post(house, {"text": "х"})
    assert (status, body["success"]) == (200, False)
    assert house.chat.messages == []


def test_slow_200_passes_time(house: House) -> None:
    house.world.faults.add(Fault(FaultKind.SLOW_200, seconds=29))
    before = house.clock.seconds()
    assert call(house, "GET", "/me")[0] == 200
    assert house.clock.seconds() == before + 29


def test_a_start_payload_over_128_is_dropped(house: House) -> None:
    house.world.start(house.world.person("Борис"), "a" * 128)
    house.world.start(house.world.person("Вера"), "a" * 129)
    longest, dropped = house.world.journal.history[-2:]
    assert longest["payload"] == "a" * 128
    assert "payload" not in dropped


def test_signatures_are_those_the_product_believes(house: House) -> None:
    person = house.world.person("Борис", "Смирнов", "+79990000002")
    house.world.start(person)
    now, key = house.clock.moment(), SecretStr(TOKEN)
    launch = verify_init_data(house.world.init_data(person, "b_7", house.chat), key, now)
    assert (launch.user.id, launch.start_param) == (person.user_id, "b_7")
    bridge = house.world.bridge_contact(person)
    phone = phone_from_mini_app(
        bridge["phone"], bridge["authDate"], bridge["hash"], launch, key, now
    )
    house.world.share_contact(person)
    message = Message.model_validate(house.world.journal.history[-1]["message"])
    assert phone.number == phone_from_contact(message, key).number == "+79990000002"


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/chats"), ("DELETE", "/chats/7"), ("PATCH", "/me"), ("GET", "/x")]
)
def test_removed_methods_are_not_recognized(house: House, method: str, path: str) -> None:
    status, body = call(house, method, path)
    assert (status, body["code"]) == (404, "method.not.found")
    assert call(house, "PUT", "/updates")[1]["code"] == "method.not.allowed"


MUSTS = {
    "answer 401": test_auth,
    "accept the token": test_auth,
    "omit null keys": test_nulls_are_omitted_and_extras_appear,
    "enforce text 4000": test_bad_content_is_refused,
    "enforce 30 requests/s": test_rate_limits,
    "refuse POST /messages?user_id=": test_dialogs_must_be_open,
    "refuse admin-only": test_rights_of_members,
    "send to a non-admin bot": test_a_plain_member_hears_only_of_itself,
    "deliver webhooks": test_after_eight_hours_of_failure_the_bot_is_unsubscribed_silently,
    "stop long polling": test_polling_is_idle_beside_a_webhook_and_forgets_after_a_day,
    "two-phase uploads": test_uploads_in_two_phases,
    "return HTTP 200": test_success_false_with_200,
    "drop a start payload": test_a_start_payload_over_128_is_dropped,
    "sign initData": test_signatures_are_those_the_product_believes,
    "answer 404 method.not.found": test_removed_methods_are_not_recognized,
}


def test_every_demand_of_the_facts_has_its_test() -> None:
    demands = FACTS["fake_server"]["must"]
    unmet = [row for row in demands if not any(row.startswith(start) for start in MUSTS)]
    assert unmet == []
    assert len(MUSTS) == len(demands)
    switches = {kind.value for kind in FaultKind} | set(vars(Faults())) | {"unknown_update_type"}
    assert {row.split()[0] for row in FACTS["fake_server"]["fault_switches"]} <= switches


def test_html_becomes_text_and_markup_and_back() -> None:
    text, markup = read_html(
        '😀<b>а&lt;<i>б</i></b> <script>x</script><a href="https://a.example">в</a>'
    )
    assert text == "😀а<б xв"
    assert [(run["type"], run["from"], run["length"]) for run in markup] == [
        ("emphasized", 4, 1),
        ("strong", 2, 3),
        ("link", 7, 1),
    ]
    shown = show_html(text, markup)
    assert shown == '😀<b>а&lt;<i>б</i></b> x<a href="https://a.example">в</a>'
