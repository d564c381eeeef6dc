"""Lives of the outbox that end by SIGKILL at a step of their own, see `dying.py`.

    python -m tests.chat.lives SPEC.json

Steps are every commit of the desk, every call of the messenger before it leaves and after it is
answered. Each trial has a chat of its own in the fake messenger.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa
from pydantic import SecretStr

from api.chat.max.adapter import MaxHouseChat
from api.chat.max.client import MaxClient
from api.chat.max.limits import Pacer
from api.chat.max.transport import MaxSettings
from api.chat.outbox import Outbox
from api.clock import DemoClock
from api.settings import read_settings
from api.wiring import open_services
from domain.facts import HouseId
from tests.chat.dying import FINISHED, UNFINISHED, Env, Spec, Steps, run_trials
from tests.fake_max.clock import VirtualClock

if TYPE_CHECKING:
    from api.chat.port import Post

ROUNDS = 6


class Mortal:
    """The messenger's adapter with a step before and after each call."""

    def __init__(self, inner: MaxHouseChat, step: Steps) -> None:
        self._inner = inner
        self._step = step

    async def post(self, chat: str, post: Post) -> str:
        self._step()
        done = await self._inner.post(chat, post)
        self._step()
        return done

    async def edit(self, chat: str, post_id: str, post: Post) -> None:
        self._step()
        await self._inner.edit(chat, post_id, post)
        self._step()

    async def pin(self, chat: str, post_id: str) -> None:
        self._step()
        await self._inner.pin(chat, post_id)
        self._step()

    async def find(self, chat: str, mark: str) -> str | None:
        self._step()
        return await self._inner.find(chat, mark)


def live(spec: Spec, env: Env, chat: str, number: int, step: Steps) -> int:
    """Live one life; gives whether nothing waits any more."""
    clock = DemoClock(datetime.fromisoformat(spec["at"]) + timedelta(hours=number))
    with open_services(read_settings(env), clock) as services:
        outbox = Outbox(services)
        outbox.bind(HouseId(UUID(spec["house"])), chat)
        sa.event.listen(services.desk.engine, "commit", step)
        asyncio.run(_work(spec, outbox, clock, step))
        return FINISHED if set(outbox.states()) == {"sent"} else UNFINISHED


async def _work(spec: Spec, outbox: Outbox, clock: DemoClock, step: Steps) -> None:
    still = VirtualClock()
    settings = MaxSettings(SecretStr(spec["token"]), spec["base_url"])
    async with MaxClient(settings, Pacer(clock=still.seconds, sleep=still.sleep)) as client:
        house_chat = Mortal(MaxHouseChat(client, still.moment), step)
        for _ in range(ROUNDS):
            while outbox.collect():
                pass
            await outbox.deliver(house_chat, clock)
            await outbox.refresh(house_chat, clock)
            clock.tick(timedelta(minutes=2))


if __name__ == "__main__":
    run_trials(live)
