"""Events all the way over HTTP to the product's receiving end, and the fake as a process."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import httpx
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.chat.max.webhook import SECRET_HEADER, Delivery, ForgedWebhookError, receive
from tests.chat_max.conftest import House
from tests.fake_max.serve import HttpDelivery, serving

ROOT = Path(__file__).parents[2]
HOOK = "https://sobranie.example/hook"
SECRET = "demo-secret-1"


class Receiver:
    """A bot's server that keeps each event once."""

    def __init__(self) -> None:
        self.kept: dict[str, Delivery] = {}
        self.forged = 0
        self.app = Starlette(routes=[Route("/hook", self._take, methods=["POST"])])

    async def _take(self, request: Request) -> Response:
        try:
            received = request.headers.get(SECRET_HEADER)
            delivery = receive(SecretStr(SECRET), received, await request.body())
        except ForgedWebhookError:
            self.forged += 1
            return Response(status_code=401)
        self.kept.setdefault(delivery.key, delivery)
        return Response()


def test_doubled_and_reordered_events_are_kept_once(house: House) -> None:
    receiver, world = Receiver(), house.world
    with serving(receiver.app) as place:
        world.journal.deliver = HttpDelivery({HOOK: f"{place}/hook"})
        house.run(lambda client: client.subscribe(HOOK, SECRET))
        world.faults.duplicate_update = world.faults.reorder_updates = True
        person = world.person("Борис", phone="+79990000002")
        world.start(person, "b_7")
        world.share_contact(person)
        world.emit_unknown()
        assert world.journal.pump() == 6
        assert world.journal.pump() == 0
        kinds = [kept.update.update_type for kept in receiver.kept.values()]
        assert kinds == ["moon_phase_changed", "message_created", "bot_started"]
        world.journal.webhooks[HOOK].secret = "of-somebody-else"
        world.stop(person)
        world.journal.pump()
        assert (receiver.forged, len(receiver.kept)) == (2, 3)


def test_a_bot_that_is_down_gets_the_event_when_it_is_back(house: House) -> None:
    receiver, world = Receiver(), house.world
    house.run(lambda client: client.subscribe(HOOK, SECRET))
    world.journal.deliver = HttpDelivery({HOOK: "http://127.0.0.1:1/hook"})
    world.start(world.person("Борис"))
    assert world.journal.pump() == 1
    with serving(receiver.app) as place:
        world.journal.deliver = HttpDelivery({HOOK: f"{place}/hook"})
        house.clock.advance(60)
        assert world.journal.pump() == 1
    assert len(receiver.kept) == 1


def test_the_demo_process_says_where_it_is_and_shows_its_page() -> None:
    command = [sys.executable, "-m", "tests.fake_max"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            start = json.loads(process.stdout.readline())
            page = httpx.get(start["page"], trust_env=False)
            me = httpx.get(
                f"{start['base_url']}/me",
                headers={"Authorization": start["token"]},
                trust_env=False,
            )
        finally:
            process.terminate()
    assert start["chat_id"].startswith("-")
    assert "ул. Выдуманная, 5" in page.text
    assert me.json()["is_bot"] is True
