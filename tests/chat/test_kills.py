"""Killed by SIGKILL at every step, over a real HTTP messenger: each post stands exactly once."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from typing_extensions import override

from tests.chat.test_card import follow, vote_all
from tests.fake_max.clock import VirtualClock
from tests.fake_max.serve import running
from tests.fake_max.world import World
from tests.integration.small import CLOSES_AT, OPENS_AT, called, installation

if TYPE_CHECKING:
    from tests.fake_max.people import FakeChat

ROOT = Path(__file__).parents[2]
MOST_STEPS = 120
EXPECTED = ["card", "called", "opened", "half-time", "quorum"]


class Hasty(VirtualClock):
    """A second passes with every look at the clock, so that limits are never in the way."""

    @override
    def now_ms(self) -> int:
        self.advance(1)
        return super().now_ms()


def prepared(home: Path, store: dict[str, str]) -> dict[str, Any]:
    """Bring a meeting past its quorum and its half-time, with nothing told yet."""
    with installation(home, store) as (services, clock):
        meeting = called(services, clock)
        meeting.open()
        vote_all(meeting)
        follow(meeting)
        at = OPENS_AT + (CLOSES_AT - OPENS_AT) / 2 + timedelta(hours=1)
        whole = {"house": str(meeting.house), "at": at.isoformat(), "home": str(home)}
        return whole | {"env": store}


def told(chat: FakeChat) -> list[str]:
    """Name the posts of a chat."""
    return [_kind(message.text or "", message.attachments) for message in chat.messages]


def _kind(text: str, attachments: list[dict[str, Any]]) -> str:
    address: str = attachments[0]["payload"]["buttons"][0][0]["url"]
    kind = address.partition("#")[2]
    return kind or ("called" if text.startswith("Созвано") else "opened")


def run_lives(
    program: str, spec: dict[str, Any], stride: int, folder: Path
) -> list[dict[str, Any]]:
    """Run the trials of a program of lives; gives what became of each."""
    path = folder / "spec.json"
    whole = spec | {"work": str(folder), "first": 1, "stride": stride}
    path.write_text(json.dumps(whole), encoding="utf-8")
    command = [sys.executable, "-m", program, str(path)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    trials: list[dict[str, Any]] = json.loads(done.stdout)
    return trials


def _card_is_pinned(chat: FakeChat) -> bool:
    found = chat.find(chat.pinned or "")
    return found is not None and _kind(found.text or "", found.attachments) == "card"


@pytest.mark.parametrize(
    ("store", "stride", "least"),
    [
        ("sqlite", 1, 20),
        # The same program and the same tables: every fourth step is enough here.
        pytest.param("postgres", 4, 5, marks=pytest.mark.postgres),
    ],
    indirect=["store"],
)
def test_each_post_stands_once_wherever_it_dies(
    store: dict[str, str], stride: int, least: int, tmp_path: Path
) -> None:
    spec: dict[str, Any] = prepared(tmp_path / "home", store)
    world = World(Hasty())
    chair = world.person("Анна")
    chats = []
    for number in range(MOST_STEPS):
        chat = world.group(f"дом {number}", chair)
        world.add_bot(chat, chair)
        world.set_rights(chat, chair)
        chats.append(chat)
    with running(world) as fake:
        names = [str(chat.chat_id) for chat in chats]
        spec |= {"base_url": fake.base_url, "token": world.token, "places": names}
        trials = run_lives("tests.chat.lives", spec, stride, tmp_path)
    killed = [row for row in trials if row["endings"][0] == -signal.SIGKILL]
    assert len(killed) == len(trials) - 1 >= least, "it died at every step there is"
    by_name = dict(zip(names, chats, strict=True))
    for row in trials:
        chat = by_name[row["place"]]
        assert row["endings"][-1] == 0, row
        assert Counter(told(chat)) == Counter(EXPECTED), row
        assert _card_is_pinned(chat), row
