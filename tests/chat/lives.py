"""Lives of the outbox that end by SIGKILL at a step of their own.

    python -m tests.chat.lives SPEC.json

Each trial has a copy of one installation and a chat of its own in the fake messenger. A life counts
its steps (every commit of the desk, every call of the messenger before it leaves and after it is
answered) and kills itself at the given one; then lives follow that are killed no more, until
nothing waits. Lives are forks of one process, so that they need not load the program anew.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import sys
import traceback
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
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
from tests.fake_max.clock import VirtualClock

if TYPE_CHECKING:
    from api.chat.port import Post

ROUNDS = 6
MOST_LIVES = 6
FINISHED, UNFINISHED = 0, 3


@dataclass(eq=False)
class Steps:
    """Counts steps and dies at one of them."""

    last: int | None
    count: int = 0

    def __call__(self, *_: object) -> None:
        self.count += 1
        if self.count == self.last:
            os.kill(os.getpid(), signal.SIGKILL)


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

    async def find(self, chat: str, mark: str) -> str | None:
        self._step()
        return await self._inner.find(chat, mark)


def live(spec: dict[str, Any], home: Path, chat: str, number: int, last: int | None) -> int:
    """Live one life; gives whether nothing waits any more."""
    clock = DemoClock(datetime.fromisoformat(spec["at"]) + timedelta(hours=number))
    settings = read_settings({"SOBRANIE_HOME": str(home)})
    with open_services(settings, clock) as services:
        outbox = Outbox(services)
        outbox.bind(HouseId(UUID(spec["house"])), chat)
        step = Steps(last)
        sa.event.listen(services.desk.engine, "commit", step)
        asyncio.run(_work(spec, outbox, clock, step))
        return FINISHED if set(outbox.states()) == {"sent"} else UNFINISHED


async def _work(spec: dict[str, Any], outbox: Outbox, clock: DemoClock, step: Steps) -> None:
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


def forked(spec: dict[str, Any], home: Path, chat: str, number: int, last: int | None) -> int:
    """Live one life in a process of its own; gives its exit status, negative when killed."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            status = live(spec, home, chat, number, last)
        except Exception:
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def trial(spec: dict[str, Any], last: int, chat: str) -> dict[str, Any]:
    """Die at a step, then live on until nothing waits."""
    home = Path(spec["work"]) / f"home-{last}"
    shutil.copytree(spec["home"], home)
    first = forked(spec, home, chat, 0, last)
    endings = [first]
    while endings[-1] != FINISHED and len(endings) < MOST_LIVES:
        endings.append(forked(spec, home, chat, len(endings), None))
    shutil.rmtree(home)
    return {"last": last, "chat": chat, "endings": endings}


def main() -> None:
    """Run a trial for every step there is; prints what became of each as JSON."""
    spec: dict[str, Any] = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    trials = []
    for number, chat in enumerate(spec["chats"]):
        trials.append(trial(spec, spec["first"] + number * spec["stride"], chat))
        if trials[-1]["endings"][0] != -signal.SIGKILL:
            break
    sys.stdout.write(json.dumps(trials))


if __name__ == "__main__":
    main()
