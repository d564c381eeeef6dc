"""The fake messenger beside a served house: chat, card, the bot's dialogs, events both ways."""

from __future__ import annotations

import asyncio
import socket
import time
from contextlib import AsyncExitStack, ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from api.chat.max.connecting import HOOK, read_connection
from api.chat.options import NEVER, ChatOptions
from api.chat.outbox import Outbox
from api.chat.running import a_round, on_max
from api.contacts.book import Channel, ContactBook
from domain.events import Basis
from tests.browser.house import open_site
from tests.fake_max.serve import HttpDelivery, running
from tests.fake_max.world import World
from tests.integration.small import OPENS_AT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from api.chat.running import Messenger
    from tests.browser.house import Site
    from tests.fake_max.people import FakeChat, Person

SECRET = "browser-webhook-1"
PUBLIC_HOOK = f"https://sobranie.example{HOOK}"
PHONE = "+79990000042"


class Passing:
    """The meeting's time, passing as fast as ours: the messenger's limits count real seconds."""

    def __init__(self) -> None:
        """Begin two hours after the opening."""
        self._begun = time.monotonic()

    def moment(self) -> datetime:
        """Tell the time as a date."""
        return OPENS_AT + timedelta(hours=2, seconds=time.monotonic() - self._begun)

    def now_ms(self) -> int:
        """Tell the time."""
        return int((self.moment() - datetime.fromtimestamp(0, UTC)) / timedelta(milliseconds=1))

    def pass_seconds(self, seconds: float) -> None:
        """Do not move the time."""


@dataclass
class ChatSite:
    """A served house whose chat stands in the fake messenger."""

    site: Site
    world: World
    clock: Passing
    chat: FakeChat
    base_url: str
    outbox: Outbox
    runner: asyncio.Runner = field(default_factory=asyncio.Runner)
    stack: AsyncExitStack = field(default_factory=AsyncExitStack)
    messenger: Messenger | None = None

    def eyes(self, person: Person, chat: FakeChat | None = None) -> str:
        """Give the address where a person looks at a chat."""
        shown = self.chat if chat is None else chat
        return f"{self.base_url}/_fake/chats/{shown.chat_id}?eyes={person.user_id}"

    def owner(self, name: str, first: str, last: str) -> Person:
        """Let an owner join the chat; the register's contacts hold the phone."""
        services, held = self.site.meeting.services, self.site.meeting
        link = services.desk.link(self.site.tokens[name])
        if link is None:
            raise LookupError(name)
        book = ContactBook(services.desk.engine)
        book.keep(held.house, link.person, Channel.PHONE, PHONE)
        person = self.world.person(first, last, PHONE)
        self.world.join(self.chat, person)
        return person

    def catch_up(self) -> None:
        """Deliver events, tell what is new, and what follows from that."""
        self.site.meeting.clock.move_to(self.clock.moment())
        for _ in range(2):
            self.world.journal.pump()
            self.runner.run(self._round())

    async def _round(self) -> None:
        services = self.site.meeting.services
        if self.messenger is None:
            connection = read_connection(services.settings.secrets, services.settings.public_url)
            self.messenger = await self.stack.enter_async_context(on_max(services, connection))
        await a_round(self.outbox, self.messenger, services)

    def close(self) -> None:
        """Let the connection go."""
        self.runner.run(self.stack.aclose())
        self.runner.close()


@contextmanager
def open_chat_site(home: Path, basis: Basis, **settings: str) -> Iterator[ChatSite]:
    """Serve a house with an open voting and bind it to a chat of the fake messenger."""
    clock = Passing()
    world = World(clock)
    with ExitStack() as stack:
        fake = stack.enter_context(running(world))
        port = _free_port()
        env = {
            "SOBRANIE_PUBLIC_URL": f"http://127.0.0.1:{port}",
            "SOBRANIE_CHAT": "max",
            "SOBRANIE_MAX_TOKEN": world.token,
            "SOBRANIE_MAX_BASE_URL": fake.base_url,
            "SOBRANIE_MAX_BOT": world.bot.username or "",
            "SOBRANIE_MAX_WEBHOOK_SECRET": SECRET,
            "SOBRANIE_MAX_WEBHOOK_URL": PUBLIC_HOOK,
            "SOBRANIE_MAX_SCRIPT": f"{fake.base_url}/_fake/max-web-app.js",
            **settings,
        }
        world.mini_app_url = f"http://127.0.0.1:{port}/app"
        site = stack.enter_context(open_site(home, basis, env, port))
        world.journal.routes[PUBLIC_HOOK] = site.address + HOOK
        world.journal.deliver = HttpDelivery(world.journal.routes)
        chair = world.person("Анна", "Петрова")
        chat = world.group("Дом на Кленовой, 12", chair)
        world.add_bot(chat, chair)
        world.set_rights(chat, chair)
        services = site.meeting.services
        outbox = Outbox(services, ChatOptions(NEVER, card_every=timedelta()))
        outbox.bind(site.meeting.house, str(chat.chat_id))
        made = ChatSite(site, world, clock, chat, fake.base_url, outbox)
        stack.callback(made.close)
        yield made


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port
