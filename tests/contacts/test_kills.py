"""Killed by SIGKILL at every step: no letter goes twice, and none is lost without a word."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from domain.events import Channel as BallotChannel
from domain.events import Mark
from tests.contacts.pouch import Post
from tests.integration.small import called, installation

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parents[2]
MOST_STEPS = 60
LETTERS = 4


def prepared(home: Path, env: Mapping[str, str]) -> dict[str, Any]:
    """Order two personal links and enter two decisions on paper, with nothing sent yet."""
    with installation(home, env) as (services, clock):
        meeting = called(services, clock)
        meeting.open()
        post = Post(meeting)
        for number in ("2", "3"):
            post.reach(number, f"owner{number}@mail.example")
            title = meeting.titles[number][0].id
            meeting.vote(title, Mark.FOR, Mark.FOR, channel=BallotChannel.PAPER)
        post.planner.send_links(meeting.meeting)
        return {"at": clock().isoformat(), "home": str(home), "env": dict(env)}


def test_no_letter_goes_twice_and_none_is_lost_unnoticed(
    env: dict[str, str], tmp_path: Path
) -> None:
    # The same program and the same tables on PostgreSQL: every third step is enough there.
    stride = 3 if env["SOBRANIE_STORE"] == "postgres" else 1
    spec = prepared(tmp_path / "home", env)
    places = [f"trial-{number}" for number in range(MOST_STEPS)]
    spec |= {"work": str(tmp_path), "first": 1, "stride": stride, "places": places}
    (tmp_path / "spec.json").write_text(json.dumps(spec), encoding="utf-8")
    command = [sys.executable, "-m", "tests.contacts.lives", str(tmp_path / "spec.json")]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    trials = json.loads(done.stdout)
    killed = [row for row in trials if row["endings"][0] == -signal.SIGKILL]
    assert len(killed) == len(trials) - 1 >= 20 // stride, "it died at every step there is"
    for row in trials:
        assert row["endings"][-1] == 0, row
        _is_right(tmp_path, row)


def _is_right(folder: Path, row: dict[str, Any]) -> None:
    states = json.loads((folder / f"{row['place']}.json").read_text(encoding="utf-8"))
    mailbox = folder / row["place"]
    taken = Counter(mailbox.read_text(encoding="utf-8").split() if mailbox.exists() else [])
    assert len(states) == LETTERS, row
    assert max(taken.values()) == 1, row
    for mark, state in states.items():
        assert state == "unknown" or taken[mark] == 1, row
    assert sum(state == "unknown" for state in states.values()) <= 1, row
