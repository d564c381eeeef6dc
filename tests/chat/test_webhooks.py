"""Events all the way: over HTTP into the table, worked off with a client, seen by the operator."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from api.chat.heard import HeardEvents
from api.chat.max.client import MaxClient
from api.chat.max.connecting import HOOK, Webhook, read_connection
from api.chat.max.hearing import TYPES, Hearing
from api.chat.max.limits import Pacer
from api.chat.max.subscribing import Watchdog
from api.chat.max.transport import MaxSettings, MaxSettingsError
from api.chat.outbox import Outbox
from api.chat.tables import heard
from domain.facts import moment
from tests.api.door import ask
from tests.chat.test_kills import Hasty
from tests.chat.test_operating import Office, office
from tests.fake_max.clock import VirtualClock
from tests.fake_max.serve import running
from tests.fake_max.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.fake_max.people import FakeChat, Person

__all__ = ["office"]

SECRET = "hook-secret-1"
HEADER = "X-Max-Bot-Api-Secret"
ADDRESS = "https://sobranie.example/hooks/max"


class Scene:
    """The fake messenger whose events go to the application, and the work on them."""

    def __init__(self, office: Office, world: World, base_url: str) -> None:
        self.office, self.world, self.base_url = office, world, base_url
        self.services = office.meeting.services
        self.chair: Person = world.person("Анна")
        self.chat: FakeChat = world.group("Домовой чат", self.chair)
        self.statuses: list[int] = []
        world.journal.deliver = self._deliver
        self.watchdog = Watchdog(Webhook(ADDRESS, SecretStr(SECRET)))
        self.look()

    def _deliver(self, _url: str, headers: dict[str, str], event: dict[str, Any]) -> int:
        body = json.dumps(event).encode()
        answer = ask(self.office.app, "POST", HOOK, headers=headers, content=body)
        self.statuses.append(answer.status_code)
        return answer.status_code

    def client(self) -> MaxClient:
        clock = VirtualClock()
        settings = MaxSettings(SecretStr(self.world.token), self.base_url)
        return MaxClient(settings, Pacer(clock=clock.seconds, sleep=clock.sleep))

    def look(self) -> None:
        """Let the watchdog look."""

        async def look() -> None:
            async with self.client() as client:
                await self.watchdog.look(client, self.services.clock())

        asyncio.run(look())

    def work_off(self) -> None:
        """Deliver what is due and work it off."""
        self.world.journal.pump()
        engine = self.services.desk.engine
        states = Outbox(self.services).chats
        hearing = Hearing(HeardEvents(engine), states, self.services)

        async def work() -> None:
            async with self.client() as client:
                await hearing.work_off(client)

        asyncio.run(work())

    def rows(self) -> list[tuple[str, str | None]]:
        """Give states and bodies of what was heard."""
        with self.services.desk.engine.connect() as connection:
            rows = connection.execute(heard.select().order_by(heard.c.ordinal))
            return [(row.state, row.body) for row in rows]

    def state(self) -> str:
        """Give what is known of the chat."""
        known = Outbox(self.services).chats.of(str(self.chat.chat_id))
        return known.state if known is not None else ""


@pytest.fixture
def scene(office: Office) -> Iterator[Scene]:
    """Connect the fake to the application."""
    world = World(Hasty())
    with running(world) as fake:
        yield Scene(office, world, fake.base_url)


def test_the_bot_comes_and_goes_in_the_operators_view(scene: Scene) -> None:
    """Added: offered by its title; bound; removed: said in words; back again: told on."""
    scene.world.add_bot(scene.chat, scene.chair)
    scene.work_off()
    name = str(scene.chat.chat_id)
    assert scene.office.chat()["offered"] == [{"chat": name, "title": "Домовой чат"}]
    Outbox(scene.services).bind(scene.office.meeting.house, name)
    scene.world.remove_bot(scene.chat, scene.chair)
    scene.work_off()
    seen = scene.office.chat()
    assert (seen["state"], "удалён" in seen["text"]) == ("removed", True)
    scene.world.add_bot(scene.chat, scene.chair)
    scene.work_off()
    assert scene.office.chat()["state"] == "added"
    assert set(scene.statuses) == {200}


def test_events_out_of_order_and_doubled_leave_the_newest_state(scene: Scene) -> None:
    scene.world.faults.duplicate_update = scene.world.faults.reorder_updates = True
    scene.world.add_bot(scene.chat, scene.chair)
    scene.world.remove_bot(scene.chat, scene.chair)
    scene.work_off()
    assert scene.state() == "removed"
    assert len(scene.rows()) == 2
    assert {state for state, _ in scene.rows()} == {"done"}
    assert [body for _, body in scene.rows()] == [None, None], "bodies are erased"


def test_what_people_say_is_never_kept(scene: Scene) -> None:
    """Even when the messenger sends it: the key alone is remembered."""
    scene.world.journal.webhooks[ADDRESS].types = None
    scene.world.add_bot(scene.chat, scene.chair)
    scene.world.set_rights(scene.chat, scene.chair)
    scene.world.say(scene.chat, scene.chair, "мой телефон — секрет")
    scene.world.journal.pump()
    assert "секрет" not in json.dumps(scene.rows(), ensure_ascii=False)
    assert len(scene.rows()) == 3


def test_a_person_who_starts_the_bot_gets_their_page_once(scene: Scene) -> None:
    scene.office.meeting.open()
    register = scene.services.app.register_of(scene.services.meeting(scene.office.meeting.meeting))
    person = next(iter(register.people))
    token = scene.services.desk.issue_links(scene.office.meeting.meeting, [person])[person]
    scene.world.faults.duplicate_update = True
    boris = scene.world.person("Борис")
    dialog = scene.world.start(boris, f"b_{token}")
    scene.work_off()
    scene.work_off()
    (message,) = dialog.messages
    button = message.attachments[0]["payload"]["buttons"][0][0]
    assert "/in/" in button["url"]
    assert token not in json.dumps(message.attachments), "the way is a new one, used once"
    assert token not in json.dumps(scene.rows())


@pytest.mark.parametrize("payload", [None, "b_" + "x" * 22, "../../etc", "revoked"])
def test_a_stranger_is_told_how_to_identify(scene: Scene, payload: str | None) -> None:
    if payload == "revoked":
        scene.office.meeting.open()
        key = scene.office.meeting.meeting
        person = next(iter(scene.services.app.register_of(scene.services.meeting(key)).people))
        payload = scene.services.desk.issue_links(key, [person])[person]
        assert scene.services.desk.revoke_link(payload)
    dialog = scene.world.start(scene.world.person("Борис"), payload)
    scene.work_off()
    (message,) = dialog.messages
    assert "подтвердите номер телефона" in (message.text or "")
    kinds = [row[0]["type"] for row in message.attachments[0]["payload"]["buttons"]]
    assert kinds == ["request_contact", "link"]
    assert not {"/b/", "/in/"} & set(json.dumps(message.attachments).split('"'))


def test_a_wrong_secret_is_refused_and_leaves_nothing(scene: Scene) -> None:
    body = b'{"update_type":"bot_removed","timestamp":1,"chat_id":-1,"user":{"user_id":1}}'
    for headers in ({}, {HEADER: ""}, {HEADER: "hook-secret-2"}, {HEADER: SECRET + "x"}):
        answer = ask(scene.office.app, "POST", HOOK, headers=headers, content=body)
        assert answer.status_code == 401
    assert scene.rows() == []


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"update_type":"bot_added"}', b"[" * 50_000,
        b'{"update_type":"bot_added","timestamp":"x","chat_id":{},"user":[]}',
        b'{"update_type":{"a":1},"timestamp":1}',
    ],
    ids=range(9),
)  # fmt: skip
def test_what_cannot_be_read_is_answered_and_dropped(scene: Scene, body: bytes) -> None:
    """Anything but 200 would be repeated for eight hours."""
    answer = ask(scene.office.app, "POST", HOOK, headers={HEADER: SECRET}, content=body)
    assert answer.status_code == 200
    assert scene.rows() == []


def test_a_body_too_long_is_refused(scene: Scene) -> None:
    body = b'{"a":"' + b"x" * (1024 * 1024 + 1) + b'"}'
    answer = ask(scene.office.app, "POST", HOOK, headers={HEADER: SECRET}, content=body)
    assert answer.status_code == 413


def test_the_watchdog_sets_a_webhook_that_was_dropped(scene: Scene) -> None:
    """It is set at first, and again after the messenger forgot it without a word."""
    assert set(scene.world.journal.webhooks) == {ADDRESS}
    assert scene.world.journal.webhooks[ADDRESS].types == list(TYPES)
    scene.world.journal.webhooks.clear()
    scene.look()
    assert not scene.world.journal.webhooks, "it is not asked for all the time"
    from datetime import timedelta

    scene.office.meeting.clock.tick(timedelta(minutes=6))
    scene.look()
    assert set(scene.world.journal.webhooks) == {ADDRESS}
    assert scene.watchdog.renewed == 2


def test_keys_are_forgotten_after_two_days(scene: Scene) -> None:
    from datetime import timedelta

    scene.world.add_bot(scene.chat, scene.chair)
    scene.work_off()
    events = HeardEvents(scene.services.desk.engine)
    now = scene.services.clock()
    events.forget(moment(now + timedelta(hours=47)))
    assert len(scene.rows()) == 1
    events.forget(moment(now + timedelta(hours=49)))
    assert scene.rows() == []


def test_without_a_secret_there_is_no_hook(tmp_path: Path) -> None:
    from tests.integration.small import called, installation

    with installation(tmp_path / "home", {"SOBRANIE_CHAT": "max"}) as (services, clock):
        app = Office(called(services, clock)).app
        assert ask(app, "POST", HOOK, content=b"{}").status_code == 404


def test_secrets_come_from_files_that_others_cannot_read(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("f9LHodD0cOJ-token\n", encoding="utf-8")
    file.chmod(0o600)
    given = {"SOBRANIE_MAX_TOKEN_FILE": str(file), "SOBRANIE_MAX_WEBHOOK_SECRET": SECRET}
    found = read_connection(given, "https://sobranie.example")
    assert found.settings.token.get_secret_value() == "f9LHodD0cOJ-token"
    assert found.webhook == Webhook(ADDRESS, SecretStr(SECRET))
    assert "f9LHodD0cOJ" not in repr(found)
    file.chmod(0o640)
    with pytest.raises(MaxSettingsError, match="0600") as refused:
        read_connection(given, "https://sobranie.example")
    assert "f9LHodD0cOJ" not in str(refused.value)


@pytest.mark.parametrize(
    "given",
    [
        {}, {"SOBRANIE_MAX_TOKEN": ""}, {"SOBRANIE_MAX_TOKEN": "a b"},
        {"SOBRANIE_MAX_TOKEN_FILE": "/nowhere/token"},
        {"SOBRANIE_MAX_TOKEN": "t", "SOBRANIE_MAX_WEBHOOK_SECRET": "слово"},
        {"SOBRANIE_MAX_TOKEN": "t", "SOBRANIE_MAX_WEBHOOK_SECRET": "abc"},
        {"SOBRANIE_MAX_TOKEN": "t", "SOBRANIE_MAX_BASE_URL": "http://max.example"},
    ],
    ids=range(7),
)  # fmt: skip
def test_wrong_settings_are_named(given: dict[str, str]) -> None:
    with pytest.raises(MaxSettingsError):
        read_connection(given, "https://sobranie.example")
