"""The demo's messenger: the fake one of the tests as a process of its own, where there is one.

In a clone of the repository `tests/fake_max` stands beside this package and is started as a
program; an installed wheel has no tests, and then the posts are printed.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING
from uuid import UUID

import httpx

import api
from api.chat.console import ConsoleChat
from api.chat.max.client import MaxClient
from api.chat.max.connecting import HOOK, read_connection
from api.chat.options import NEVER, ChatOptions
from api.chat.outbox import Outbox
from api.chat.running import ChatThread, Messenger, a_round, on_console, on_max
from domain.facts import HouseId

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.chat.max.models import Message
    from api.chat.running import Connect
    from api.services import Services

OPTIONS = ChatOptions(NEVER, card_every=timedelta())
"""The demo's days pass by jumps: a card need not rest and no hour is quiet."""
WEBHOOK_SECRET = "demo-webhook-1"  # noqa: S105 - of a messenger that lives for a minute on loopback
FOLDER = Path(api.__file__).parents[1]


@dataclass(frozen=True, slots=True)
class FakeMessenger:
    """A fake messenger that runs: where, as whom, and the house's chat."""

    base_url: str
    page: str
    token: str
    chat: str

    def settings(self) -> dict[str, str]:
        """Give the variables of an installation that speaks to it."""
        return {
            "SOBRANIE_CHAT": "max",
            "SOBRANIE_MAX_TOKEN": self.token,
            "SOBRANIE_MAX_BASE_URL": self.base_url,
            "SOBRANIE_MAX_WEBHOOK_SECRET": WEBHOOK_SECRET,
            "SOBRANIE_MAX_WEBHOOK_URL": f"https://sobranie.example{HOOK}",
        }

    def deliver_to(self, address: str) -> None:
        """Say where its events are to be delivered."""
        form = {"address": f"https://sobranie.example{HOOK}", "place": address + HOOK}
        httpx.post(f"{self.page}route", data=form, trust_env=False).raise_for_status()


@contextmanager
def fake_messenger(title: str) -> Iterator[FakeMessenger | None]:
    """Start the fake messenger with a house's chat; None where there is none to start."""
    if not (FOLDER / "tests" / "fake_max" / "__main__.py").is_file():
        yield None
        return
    command = [sys.executable, "-m", "tests.fake_max", "--title", title, "--until-input-ends"]
    pipe = subprocess.PIPE
    # Its input ends with this process, even when nobody is left to terminate it.
    with subprocess.Popen(command, cwd=FOLDER, stdin=pipe, stdout=pipe, text=True) as process:  # noqa: S603
        try:
            line = process.stdout.readline() if process.stdout is not None else ""
            said = json.loads(line) if line else None
            yield said and FakeMessenger(
                said["base_url"], said["page"], said["token"], said["chat_id"]
            )
        finally:
            process.terminate()


class DemoChat:
    """Tells the demo's chat what has happened, when the story asks for it."""

    def __init__(self, services: Services, fake: FakeMessenger | None, stream: IO[str]) -> None:
        """Connect to the fake messenger, or to the console without one."""
        self._services = services
        self._fake = fake
        self._console = ConsoleChat(stream)
        self._connect = _connect(services, fake, self._console)
        self._outbox = Outbox(services, OPTIONS)
        self._runner = asyncio.Runner()
        self._stack = AsyncExitStack()
        self._messenger: Messenger | None = None
        self.page = fake.page if fake is not None else ""
        self.chat = fake.chat if fake is not None else "дом"

    def bind(self, house: str) -> None:
        """Say that the house's posts stand here."""
        self._outbox.bind(HouseId(UUID(house)), self.chat)

    def read(self) -> list[str]:
        """Read the texts in the chat as they stand, newest first where the messenger says so."""
        if self._fake is None:
            return self._console.texts
        return [message.body.text or "" for message in self._runner.run(self._messages())]

    def pinned(self) -> str:
        """Read the text that is pinned in the chat; empty when none is."""
        message = self._runner.run(self._pinned()) if self._fake is not None else None
        return (message.body.text or "") if message is not None else ""

    async def _messages(self) -> Sequence[Message]:
        async with self._reading() as client:
            return await client.messages(int(self.chat))

    async def _pinned(self) -> Message | None:
        async with self._reading() as client:
            return await client.pinned(int(self.chat))

    def _reading(self) -> MaxClient:
        settings = self._services.settings
        return MaxClient(read_connection(settings.secrets, settings.public_url).settings)

    def tell(self) -> None:
        """Say what is new, until nothing is."""
        self._runner.run(self._tell())

    async def _tell(self) -> None:
        if self._messenger is None:
            self._messenger = await self._stack.enter_async_context(self._connect())
        # The second round says what the first one's look at the card has made due.
        for _ in range(2):
            await a_round(self._outbox, self._messenger, self._services)

    @contextmanager
    def going_on(self) -> Iterator[None]:
        """Go on telling by itself, while a person looks around."""
        self._close_messenger()
        thread = ChatThread(self._services, self._connect, OPTIONS)
        try:
            yield
        finally:
            thread.close()

    def close(self) -> None:
        """Let the connection go."""
        self._close_messenger()
        self._runner.close()

    def _close_messenger(self) -> None:
        self._messenger = None
        self._runner.run(self._stack.aclose())


def _connect(services: Services, fake: FakeMessenger | None, console: ConsoleChat) -> Connect:
    if fake is None:
        return lambda: on_console(console)
    settings = services.settings
    connection = read_connection(settings.secrets, settings.public_url)
    return lambda: on_max(services, connection)
