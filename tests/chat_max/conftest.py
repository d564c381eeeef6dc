"""A fake messenger with a house's chat, and a client of it on the same virtual clock."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pytest
from pydantic import SecretStr

from api.chat.max.adapter import MaxHouseChat
from api.chat.max.client import MaxClient
from api.chat.max.limits import Limits, Pacer
from api.chat.max.transport import MaxSettings
from tests.fake_max.clock import VirtualClock
from tests.fake_max.people import FakeChat, Person
from tests.fake_max.serve import Stage, serving
from tests.fake_max.world import World

_T = TypeVar("_T")


@dataclass
class House:
    """A house's chat where the bot is an administrator, and the ways to reach it."""

    world: World
    clock: VirtualClock
    base_url: str
    chair: Person
    chat: FakeChat
    settings: dict[str, Any] = field(default_factory=dict)
    limits: Limits | None = None

    @property
    def name(self) -> str:
        """Name the chat as the port does."""
        return str(self.chat.chat_id)

    def client(self) -> MaxClient:
        """Connect."""
        settings = {"token": SecretStr(self.world.token), "base_url": self.base_url}
        pacer = Pacer(self.limits, clock=self.clock.seconds, sleep=self.clock.sleep)
        return MaxClient(MaxSettings(**{**settings, **self.settings}), pacer)

    def run(self, work: Callable[[MaxClient], Awaitable[_T]]) -> _T:
        """Do something with a client of its own, some seconds after the last time."""
        self.clock.advance(5)

        async def whole() -> _T:
            async with self.client() as client:
                return await work(client)

        return asyncio.run(whole())

    def chatting(self, work: Callable[[MaxHouseChat], Awaitable[_T]]) -> _T:
        """Do something through the port's adapter."""
        return self.run(lambda client: work(MaxHouseChat(client, self.clock.moment)))


@pytest.fixture(scope="session")
def stage() -> Iterator[tuple[Stage, str]]:
    """Serve one app for all tests of this folder."""
    stage = Stage()
    with serving(stage) as base_url:
        yield stage, base_url


@pytest.fixture
def house(stage: tuple[Stage, str]) -> House:
    """Give a fresh world with one house."""
    clock = VirtualClock()
    world = World(clock)
    stage[0].put(world)
    chair = world.person("Анна", "Петрова", "+79990000001")
    chat = world.group("Домовой чат: ул. Выдуманная, 5", chair)
    world.add_bot(chat, chair)
    world.set_rights(chat, chair)
    return House(world, clock, stage[1], chair, chat)
