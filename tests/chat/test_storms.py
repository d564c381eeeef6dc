"""The outbox over the messenger's HTTP: storms, lost answers, a bot that is shut out."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from api.chat.max.adapter import MaxHouseChat
from api.chat.max.client import MaxClient
from api.chat.max.limits import Pacer
from api.chat.max.transport import MaxSettings
from api.chat.outbox import Outbox
from tests.chat.stage import BOTH_STORES
from tests.chat.test_card import follow, vote_all
from tests.chat.test_kills import EXPECTED, Hasty, told
from tests.fake_max.clock import VirtualClock
from tests.fake_max.faults import Fault, FaultKind
from tests.fake_max.people import FakeChat, Person
from tests.fake_max.serve import running
from tests.fake_max.world import World
from tests.integration.small import CLOSES_AT, OPENS_AT, Meeting, called, installation


@dataclass
class Scene:
    """A meeting past its half-time, and a fake messenger with its chat."""

    meeting: Meeting
    world: World
    chat: FakeChat
    chair: Person
    base_url: str

    def once(self, token: str = "") -> None:
        """Do what the running outbox does once."""
        asyncio.run(self._once(token or self.world.token))

    async def _once(self, token: str) -> None:
        clock, outbox = VirtualClock(), Outbox(self.meeting.services)
        settings = MaxSettings(SecretStr(token), self.base_url, read_s=2)
        async with MaxClient(settings, Pacer(clock=clock.seconds, sleep=clock.sleep)) as client:
            house_chat = MaxHouseChat(client, clock.moment)
            while outbox.collect():
                pass
            await outbox.deliver(house_chat, self.meeting.clock)
            await outbox.refresh(house_chat, self.meeting.clock)

    def until_told(self, rounds: int = 40, step: timedelta = timedelta(minutes=2)) -> None:
        """Go on until nothing waits."""
        for _ in range(rounds):
            self.once()
            self.meeting.clock.tick(step)

    def check(self) -> None:
        """Hold the chat against what it should show."""
        assert Counter(told(self.chat)) == Counter(EXPECTED)
        assert dict(Outbox(self.meeting.services).states()) == {"sent": 5}


@pytest.fixture
def scene(store: dict[str, str], tmp_path: Path) -> Iterator[Scene]:
    """Prepare everything, with nothing told yet."""
    world = World(Hasty())
    chair = world.person("Анна")
    chat = world.group("Домовой чат", chair)
    world.add_bot(chat, chair)
    world.set_rights(chat, chair)
    with (
        running(world) as fake,
        installation(tmp_path / "home", store) as (services, clock),
    ):
        meeting = called(services, clock)
        Outbox(services).bind(meeting.house, str(chat.chat_id))
        meeting.open()
        vote_all(meeting)
        follow(meeting)
        clock.move_to(OPENS_AT + (CLOSES_AT - OPENS_AT) / 2 + timedelta(hours=1))
        yield Scene(meeting, world, chat, chair, fake.base_url)


@pytest.mark.parametrize(
    "faults",
    [
        [Fault(FaultKind.BURST_429, times=25)],
        [Fault(FaultKind.BURST_429, "POST", "/messages", times=6, wait=90)],
        [Fault(FaultKind.BURST_5XX, "POST", "/messages", times=7, status=500)],
        [Fault(FaultKind.BURST_5XX, times=9, status=503)],
        [Fault(FaultKind.LOST_ANSWER, "POST", "/messages", times=4)],
        [Fault(FaultKind.DROPPED_BEFORE, "POST", "/messages", times=4)],
        [Fault(FaultKind.NOT_JSON, "POST", "/messages", times=3)],
        [
            Fault(FaultKind.LOST_ANSWER, "POST", "/messages", times=2),
            Fault(FaultKind.BURST_429, "GET", "/messages", times=5),
            Fault(FaultKind.LOST_ANSWER, "PUT", "/messages", times=3),
        ],
    ],
    ids=["429", "429 with a wait", "500", "503", "lost", "dropped", "no json", "all at once"],
)
def test_a_storm_neither_loses_nor_doubles(scene: Scene, faults: list[Fault]) -> None:
    for fault in faults:
        scene.world.faults.add(fault)
    scene.until_told()
    assert not any(fault.times for fault in faults)
    scene.check()


@BOTH_STORES
def test_a_time_out_after_acceptance_is_looked_up(scene: Scene) -> None:
    """The messenger took the post and never answered: it is found, not sent again."""
    scene.world.faults.add(Fault(FaultKind.TIMEOUT_AFTER_ACCEPT, "POST", "/messages"))
    scene.until_told(20)
    scene.check()


def test_a_bot_that_was_removed_says_all_when_it_is_back(scene: Scene) -> None:
    """Nothing is lost meanwhile, and it resumes by itself."""
    scene.world.remove_bot(scene.chat, scene.chair)
    scene.until_told(3)
    assert not scene.chat.messages
    state = Outbox(scene.meeting.services).chats.of(str(scene.chat.chat_id))
    assert state is not None
    assert (state.state, state.code) == ("refused", "max-forbidden")
    scene.world.add_bot(scene.chat, scene.chair)
    scene.world.set_rights(scene.chat, scene.chair)
    scene.until_told(20)
    scene.check()


def test_a_revoked_token_is_a_state_and_not_a_loss(scene: Scene) -> None:
    """With the new token everything is told."""
    old, scene.world.token = scene.world.token, "renewed"
    scene.once(old)
    state = Outbox(scene.meeting.services).chats.of(str(scene.chat.chat_id))
    assert state is not None
    assert state.code == "max-token-refused"
    scene.until_told(20)
    scene.check()


@BOTH_STORES
def test_without_the_right_to_read_a_lost_answer_waits_for_a_person(scene: Scene) -> None:
    """It is never sent blindly; with the right given, it is found and told on."""
    scene.world.set_rights(scene.chat, scene.chair, None)
    scene.world.faults.add(Fault(FaultKind.LOST_ANSWER, "POST", "/messages"))
    scene.until_told(6, timedelta(minutes=11))
    assert len(scene.chat.messages) == 1
    state = Outbox(scene.meeting.services).chats.of(str(scene.chat.chat_id))
    assert state is not None
    assert (state.state, state.code) == ("silent", "max-may-not-read")
    scene.world.set_rights(scene.chat, scene.chair)
    scene.until_told(20, timedelta(minutes=6))
    scene.check()
