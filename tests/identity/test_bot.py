"""The dialog with the bot: the button under the card, the phone, the way to the ballot."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from api.chat.card import card_of
from api.chat.heard import HeardEvents
from api.chat.max.client import MaxClient
from api.chat.max.connecting import HOOK, Webhook
from api.chat.max.hearing import Hearing
from api.chat.max.limits import Pacer
from api.chat.max.subscribing import Watchdog
from api.chat.max.transport import MaxSettings
from api.chat.outbox import Outbox
from api.chat.standing import standing_of
from api.chat.tables import heard
from tests.api.door import ask
from tests.chat.test_kills import Hasty
from tests.fake_max.clock import VirtualClock
from tests.fake_max.people import message_to_wire
from tests.fake_max.serve import running
from tests.fake_max.world import World
from tests.identity.conftest import House, open_house
from tests.identity.test_ways import PHONE, know_phone

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.fake_max.people import FakeMessage, Person

SECRET = "hook-secret-1"
ADDRESS = "https://sobranie.example/hooks/max"
ENV = {
    "SOBRANIE_CHAT": "max", "SOBRANIE_MAX_WEBHOOK_SECRET": SECRET,
    "SOBRANIE_MAX_BOT": "id7700000000_bot", "SOBRANIE_IDENTIFICATION": "required",
}  # fmt: skip


class Dialogs:
    """The fake messenger whose events go to the application, and the work on them."""

    def __init__(self, house: House, world: World, base_url: str) -> None:
        self.house, self.world, self.base_url = house, world, base_url
        self.services = house.meeting.services
        world.journal.deliver = self._deliver
        watchdog = Watchdog(Webhook(ADDRESS, SecretStr(SECRET)))
        self._connected(lambda client: watchdog.look(client, self.services.clock()))

    def _deliver(self, _url: str, headers: dict[str, str], event: dict[str, Any]) -> int:
        body = json.dumps(event).encode()
        return ask(self.house.app, "POST", HOOK, headers=headers, content=body).status_code

    def _connected(self, work: Any) -> None:
        clock = VirtualClock()
        settings = MaxSettings(SecretStr(self.world.token), self.base_url)

        async def whole() -> None:
            async with MaxClient(settings, Pacer(clock=clock.seconds, sleep=clock.sleep)) as client:
                await work(client)

        asyncio.run(whole())

    def work_off(self) -> None:
        """Deliver what is due and work it off."""
        self.world.journal.pump()
        events = HeardEvents(self.services.desk.engine)
        hearing = Hearing(events, Outbox(self.services).chats, self.services)
        self._connected(hearing.work_off)

    def last(self, person: Person) -> FakeMessage:
        """Give what the bot said last to a person."""
        self.work_off()
        message = self.world.chat_of(person).messages[-1]
        assert message.sender is self.world.bot
        return message

    def rows(self) -> list[tuple[str, str | None]]:
        """Give states and bodies of what was heard."""
        with self.services.desk.engine.connect() as connection:
            rows = connection.execute(heard.select().order_by(heard.c.ordinal))
            return [(row.state, row.body) for row in rows]


def buttons(message: FakeMessage) -> list[dict[str, str]]:
    """Give the buttons under a message."""
    return [row[0] for row in message.attachments[0]["payload"]["buttons"]]


def way(message: FakeMessage) -> str:
    """Give the path of the only way offered."""
    (button,) = buttons(message)
    assert "/in/" in button["url"]
    return "/in/" + button["url"].rpartition("/")[2]


@pytest.fixture
def dialogs(tmp_path: Path) -> Iterator[Dialogs]:
    """Connect the fake to an installation that wants identification."""
    world = World(Hasty())
    with running(world) as fake, open_house(tmp_path / "home", ENV) as house:
        yield Dialogs(house, world, fake.base_url)


def test_from_the_card_to_the_vote_by_phone(dialogs: Dialogs) -> None:
    """Card, dialog, contact, page, vote: the ballot says `max_phone`."""
    house = dialogs.house
    know_phone(house, "2")
    standing = standing_of(house.meeting.services, house.meeting.meeting)
    card = card_of(standing, house.meeting.services.app.law).post
    deep = dialogs.world.deep_link(card.buttons[0].url)
    assert (card.buttons[0].text, deep) == ("Мой бюллетень", ("start", "ballot"))
    anna = dialogs.world.person("Анна", phone=PHONE)
    dialogs.world.start(anna, deep[1] if deep else None)
    asked = dialogs.last(anna)
    assert buttons(asked)[0]["type"] == "request_contact"
    dialogs.world.share_contact(anna)
    path, browser = way(dialogs.last(anna)), house.browser()
    assert "Открыть мою страницу" in browser.get(path).text
    assert browser.post(path).status_code == 303
    assert browser.vote(browser.last).status_code == 303
    assert house.evidence("2") == "max_phone"
    assert PHONE.removeprefix("+") not in json.dumps(dialogs.rows())


def test_a_ticket_opens_one_browser_and_looking_does_not_use_it(dialogs: Dialogs) -> None:
    """Bots that look at addresses spend nothing; who comes second is told so."""
    know_phone(dialogs.house, "2")
    anna = dialogs.world.person("Анна", phone=PHONE)
    dialogs.world.start(anna)
    dialogs.world.share_contact(anna)
    path = way(dialogs.last(anna))
    for _ in range(3):
        assert dialogs.house.browser().get(path).status_code == 200
    assert dialogs.house.browser().send("HEAD", path).status_code in (200, 405)
    assert dialogs.house.browser().post(path).status_code == 303
    late = dialogs.house.browser().post(path)
    assert (late.status_code, "ticket_unknown" in late.text) == (404, True)
    assert dialogs.house.browser().get(path).status_code == 404


def test_a_ticket_lives_for_minutes(dialogs: Dialogs) -> None:
    from datetime import timedelta

    know_phone(dialogs.house, "2")
    anna = dialogs.world.person("Анна", phone=PHONE)
    dialogs.world.start(anna)
    dialogs.world.share_contact(anna)
    path = way(dialogs.last(anna))
    dialogs.house.meeting.clock.tick(timedelta(minutes=15))
    assert dialogs.house.browser().post(path).status_code == 404


def test_a_strangers_phone_is_told_so_kindly(dialogs: Dialogs) -> None:
    boris = dialogs.world.person("Борис", phone="+79990000077")
    dialogs.world.start(boris)
    dialogs.world.share_contact(boris)
    said = dialogs.last(boris)
    assert "нет собственника с такими сведениями" in (said.text or "")
    assert buttons(said)[0]["type"] == "request_contact"


def test_a_phone_of_two_owners_is_told_so(dialogs: Dialogs) -> None:
    know_phone(dialogs.house, "2")
    know_phone(dialogs.house, "3")
    anna = dialogs.world.person("Анна", phone=PHONE)
    dialogs.world.start(anna)
    dialogs.world.share_contact(anna)
    assert "у нескольких собственников" in (dialogs.last(anna).text or "")


@pytest.mark.parametrize("how", ["foreign", "forwarded", "forged", "unsigned"])
def test_contacts_that_are_not_ones_own_are_refused(dialogs: Dialogs, how: str) -> None:
    """Anna's contact from Boris' address book, forwarded, changed, or without a signature."""
    know_phone(dialogs.house, "2")
    world = dialogs.world
    anna, boris = world.person("Анна", phone=PHONE), world.person("Борис")
    world.start(anna)
    own = world.share_contact(anna).attachments[0]
    world.start(boris)
    contact = json.loads(json.dumps(own))
    if how == "forged":
        contact["payload"]["max_info"]["user_id"] = boris.user_id
        contact["payload"]["hash"] = "0" * 64
    if how == "unsigned":
        del contact["payload"]["hash"]
    chat = world.chat_of(boris)
    if how == "forwarded":
        sent = world.put(chat, boris, "", [], [contact])
        sent.link = {"type": "forward", "chat_id": 0, "message": {"mid": "mid.1", "seq": 1}}
        wire = message_to_wire(sent, chat, world.bot)
        now = world.clock.now_ms()
        world.journal.emit({"update_type": "message_created", "timestamp": now, "message": wire})
    else:
        world.say(chat, boris, "", [contact])
    said = dialogs.last(boris)
    assert "Номер не подтверждён" in (said.text or "")
    assert not any("/in/" in button.get("url", "") for button in buttons(said))


def test_what_is_said_to_the_bot_is_not_kept(dialogs: Dialogs) -> None:
    """Words are forgotten at once, a contact after it is answered."""
    anna = dialogs.world.person("Анна", phone=PHONE)
    chat = dialogs.world.start(anna)
    dialogs.world.say(chat, anna, "мой сосед задолжал")
    dialogs.world.share_contact(anna)
    dialogs.world.journal.pump()
    kept = json.dumps(dialogs.rows(), ensure_ascii=False)
    assert "задолжал" not in kept
    dialogs.work_off()
    assert {body for _, body in dialogs.rows()} == {None}


def test_a_contact_in_a_house_chat_is_nobodys_business(dialogs: Dialogs) -> None:
    anna = dialogs.world.person("Анна", phone=PHONE)
    group = dialogs.world.group("Домовой чат", anna)
    dialogs.world.add_bot(group, anna)
    dialogs.world.set_rights(group, anna)
    dialogs.world.start(anna)
    own = dialogs.world.share_contact(anna).attachments[0]
    dialogs.work_off()
    before = len(dialogs.world.chat_of(anna).messages)
    dialogs.world.say(group, anna, "", [own])
    dialogs.work_off()
    assert dialogs.rows()[-1] == ("done", None)
    assert len(dialogs.world.chat_of(anna).messages) == before


def test_a_link_in_the_start_is_bound_and_known_again(dialogs: Dialogs) -> None:
    """The first account keeps the link; the second is told so; a plain browser gets nothing."""
    house, world = dialogs.house, dialogs.world
    token, anna, boris = house.link("2"), world.person("Анна"), world.person("Борис")
    world.start(anna, f"b_{token}")
    path = way(dialogs.last(anna))
    world.start(boris, f"b_{token}")
    said = dialogs.last(boris)
    assert "закреплена за другим аккаунтом" in (said.text or "")
    assert house.browser().get(f"/b/{token}").status_code == 403
    browser = house.browser()
    assert browser.post(path).status_code == 303
    assert browser.get(browser.last).status_code == 200
    answer = browser.vote(browser.last)
    assert "identification_needed" in answer.text, "a link is a link, wherever it was opened"
    world.stop(anna)
    world.start(anna)
    assert "/in/" in way(dialogs.last(anna))
