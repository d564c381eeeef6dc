"""Events reach subscribers signed, in order, at least once, and never to where they must not go."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any
from uuid import UUID

import httpx
import pytest
from typing_extensions import override

from api.http.app import create_app
from api.webhooks.sending import PAUSES, Sender
from api.webhooks.subscriptions import Subscriptions
from domain.facts import HouseId
from tests.api.door import ask
from tests.chat.stage import BOTH_STORES
from tests.integration.small import Meeting, called, installation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

URL = "https://events.example:8443/in?key=1"
PUBLIC = "93.184.215.14"
SECRET = "секрет-для-проверки-подписи"


def resolver(_host: str, _port: int) -> list[str]:
    return [PUBLIC]


@dataclass
class Receiver:
    """Another system: keeps what came and answers as told."""

    answers: list[int | Exception] = field(default_factory=list)
    got: list[httpx.Request] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.got.append(request)
        answer = self.answers.pop(0) if self.answers else 204
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer, headers={"location": "https://127.0.0.1/"})

    @property
    def types(self) -> list[str]:
        return [request.headers["sobranie-event"] for request in self.got]


@dataclass
class World:
    """A meeting, its subscriptions and a receiver."""

    meeting: Meeting
    receiver: Receiver
    subscriptions: Subscriptions
    sender: Sender

    def run(self) -> int:
        while self.subscriptions.collect():
            pass
        arrived = 0
        while sent := self.sender.deliver():
            arrived += sent
        return arrived

    def later(self, by: timedelta) -> None:
        self.meeting.clock.tick(by)

    @property
    def only(self) -> Any:
        (found,) = self.subscriptions.all()
        return found


@pytest.fixture
def world(store: dict[str, str], tmp_path: Path) -> Iterator[World]:
    """Give a called meeting and a receiver that nobody has subscribed yet."""
    with installation(tmp_path / "home", store) as (services, clock):
        receiver = Receiver()
        sender = Sender(services, resolver, httpx.MockTransport(receiver))
        yield World(called(services, clock), receiver, Subscriptions(services, resolver), sender)
        sender.close()


@BOTH_STORES
def test_events_after_the_subscription_arrive_in_order_and_signed(world: World) -> None:
    webhook, _ = world.subscriptions.add(URL, "секретарь", SECRET)
    world.meeting.open()
    assert world.run() == 3
    assert world.receiver.types == ["notice-proven/1", "notice-proven/1", "voting-opened/1"]
    last = world.receiver.got[-1]
    said = dict(part.split("=", 1) for part in last.headers["sobranie-signature"].split(","))
    signed = f"{said['t']}.".encode() + last.content
    assert said["v1"] == hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
    body = json.loads(last.content)
    assert body["meeting"] == str(world.meeting.meeting)
    assert body["title"] == "Голосование открыто"
    assert UUID(last.headers["sobranie-delivery"]).version == 5
    assert world.only.webhook == webhook
    assert (world.only.waiting, world.only.failed, world.only.answer) == (0, 0, "204")
    assert world.run() == 0


def test_the_connection_goes_to_the_checked_address_under_the_given_name(world: World) -> None:
    world.subscriptions.add(URL, "секретарь")
    world.meeting.open()
    world.run()
    request = world.receiver.got[0]
    assert request.url == f"https://{PUBLIC}:8443/in?key=1"
    assert request.headers["host"] == "events.example:8443"
    assert request.extensions["sni_hostname"] == "events.example"


def test_only_the_house_asked_for_is_heard(world: World) -> None:
    world.subscriptions.add(URL, "секретарь", house=HouseId(UUID(int=1)))
    world.meeting.open()
    assert world.run() == 0


@BOTH_STORES
def test_what_did_not_arrive_is_tried_again_and_keeps_its_id_and_place(world: World) -> None:
    world.subscriptions.add(URL, "секретарь", SECRET)
    world.receiver.answers = [500, httpx.ReadTimeout("slow"), 302]
    world.meeting.open()
    for pause in PAUSES[:3]:
        assert world.run() == 0
        assert world.run() == 0
        world.later(pause)
    assert world.run() == 3
    ids = [request.headers["sobranie-delivery"] for request in world.receiver.got]
    assert len(ids) == 6
    assert len(set(ids[:4])) == 1
    assert len(set(ids)) == 3
    stamps = {request.headers["sobranie-signature"].split(",")[0] for request in world.receiver.got}
    assert len(stamps) == 4


@BOTH_STORES
def test_a_dead_receiver_is_left_to_a_person_and_taken_up_again(world: World) -> None:
    webhook, _ = world.subscriptions.add(URL, "секретарь")
    world.receiver.answers += [httpx.ConnectError("no")] * 3 * (len(PAUSES) + 1)
    world.meeting.open()
    for _ in range(3):
        for pause in PAUSES:
            world.run()
            world.later(pause)
        world.run()
    assert (world.only.waiting, world.only.failed) == (0, 3)
    assert world.only.answer == "ConnectError"
    world.subscriptions.retry(webhook)
    assert world.run() == 3


@BOTH_STORES
def test_gone_ends_the_subscription(world: World) -> None:
    world.subscriptions.add(URL, "секретарь")
    world.receiver.answers = [410]
    world.meeting.open()
    world.run()
    assert (world.only.state, len(world.receiver.got)) == ("gone", 1)
    world.meeting.finish()
    world.run()
    assert len(world.receiver.got) == 1


def test_a_name_that_comes_to_lead_inside_gets_nothing(world: World) -> None:
    world.subscriptions.add(URL, "секретарь")
    inside = Sender(
        world.meeting.services, lambda _h, _p: ["10.0.0.1"], httpx.MockTransport(world.receiver)
    )
    world.meeting.open()
    world.subscriptions.collect()
    assert inside.deliver() == 0
    assert not world.receiver.got
    assert world.only.answer == "private_address"
    inside.close()


@BOTH_STORES
def test_a_crash_between_collecting_and_sending_loses_nothing(world: World) -> None:
    world.subscriptions.add(URL, "секретарь")
    world.meeting.open()
    world.subscriptions.collect()
    again = Subscriptions(world.meeting.services, resolver)
    assert again.collect() == 0
    assert world.run() == 3


def test_no_name_leaves_with_an_event(world: World) -> None:
    world.subscriptions.add(URL, "секретарь")
    world.meeting.open()
    world.meeting.finish()
    world.run()
    everything = b"".join(request.content for request in world.receiver.got).decode()
    assert "протокол" in everything.lower()
    for name in ("Ветров", "Полевая", "Рощин", SECRET):
        assert name not in everything


@BOTH_STORES
def test_officers_keep_the_list_over_http(world: World) -> None:
    services = world.meeting.services
    app = create_app(services)
    headers = {"Authorization": f"Bearer {services.desk.add_officer('секретарь')}"}

    def send(method: str, path: str, **request: Any) -> httpx.Response:
        return ask(app, method, f"/api/v1/webhooks{path}", headers=headers, **request)

    refused = send("POST", "", json={"url": "https://127.0.0.1/"})
    assert (refused.status_code, refused.json()["why"]) == (422, "private_address")
    webhook, _ = world.subscriptions.add(URL, "секретарь", SECRET)
    (listed,) = send("GET", "").json()
    assert listed["url"] == URL
    assert SECRET not in send("GET", "").text
    assert send("POST", f"/{webhook}/retry").status_code == 204
    assert send("DELETE", f"/{webhook}").status_code == 204
    assert send("DELETE", f"/{webhook}").json()["code"] == "not_found"
    assert send("POST", f"/{webhook}/retry").json()["code"] == "not_found"
    assert send("GET", "").json() == []


class Listening(BaseHTTPRequestHandler):
    """A real server of another system."""

    got: list[bytes] = []  # noqa: RUF012 - shared on purpose

    def do_POST(self) -> None:
        """Take an event."""
        self.got.append(self.rfile.read(int(self.headers["content-length"])))
        self.send_response(200)
        self.end_headers()

    @override
    def log_message(self, *args: object) -> None:
        """Say nothing."""


def test_a_real_server_gets_it_where_the_setting_allows(tmp_path: Path) -> None:
    server = HTTPServer(("127.0.0.1", 0), Listening)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        env = {"SOBRANIE_WEBHOOKS_PRIVATE": "yes"}
        with installation(tmp_path / "home", env) as (services, clock):
            meeting = called(services, clock)
            subscriptions, sender = Subscriptions(services), Sender(services)
            subscriptions.add(f"http://127.0.0.1:{server.server_port}/in", "секретарь")
            meeting.open()
            subscriptions.collect()
            assert [sender.deliver() for _ in range(4)] == [1, 1, 1, 0]
            sender.close()
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    assert json.loads(Listening.got[-1])["type"] == "voting-opened/1"
