"""Lives of the webhooks that end by SIGKILL at a step of their own, see `tests/chat/dying.py`.

    python -m tests.webhooks.lives SPEC.json

Steps are every commit of the desk, every event before it leaves and after it is answered. Each
trial has an address of its own at the receiver.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import httpx
import sqlalchemy as sa
from typing_extensions import override

from api.announcements.tables import deliveries, webhooks
from api.clock import DemoClock
from api.settings import read_settings
from api.webhooks.sending import Sender
from api.webhooks.subscriptions import SENT, Subscriptions
from api.wiring import open_services
from tests.chat.dying import FINISHED, UNFINISHED, Env, Spec, Steps, run_trials

ROUNDS = 12


class Mortal(httpx.BaseTransport):
    """A real connection with a step before an event leaves and one after its answer."""

    def __init__(self, step: Steps) -> None:
        self._inner = httpx.HTTPTransport()
        self._step = step

    @override
    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._step()
        answer = self._inner.handle_request(request)
        self._step()
        return answer

    @override
    def close(self) -> None:
        self._inner.close()


def live(spec: Spec, env: Env, place: str, number: int, step: Steps) -> int:
    """Live one life; gives whether nothing waits any more."""
    clock = DemoClock(datetime.fromisoformat(spec["at"]) + timedelta(hours=number))
    with open_services(read_settings(env), clock) as services:
        engine = services.desk.engine
        with engine.begin() as connection:
            connection.execute(webhooks.update().values(url=place))
        sa.event.listen(engine, "commit", step)
        subscriptions, sender = Subscriptions(services), Sender(services, transport=Mortal(step))
        for _ in range(ROUNDS):
            while subscriptions.collect():
                pass
            while sender.deliver():
                pass
            clock.tick(timedelta(minutes=2))
        sender.close()
        with engine.connect() as connection:
            states = [row.state for row in connection.execute(sa.select(deliveries.c.state))]
        return FINISHED if states == [SENT] * len(spec["types"]) else UNFINISHED


if __name__ == "__main__":
    run_trials(live)
