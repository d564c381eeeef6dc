"""Lives of the letters that end by SIGKILL at a step of their own, see `tests/chat/dying.py`.

    python -m tests.contacts.lives SPEC.json

Steps are every commit of the desk, every letter before it leaves and after it was taken. The
mailbox of a trial is a file: a line for each letter, on the disk before the courier returns.
"""

from __future__ import annotations

import json
import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from api.clock import DemoClock
from api.contacts.book import Channel
from api.contacts.planning import Planner
from api.contacts.sending import Sender
from api.contacts.tables import letters
from api.settings import read_settings
from api.wiring import open_services
from tests.chat.dying import FINISHED, UNFINISHED, Env, Spec, Steps, run_trials

if TYPE_CHECKING:
    from api.contacts.courier import Letter

ENDED = {"sent", "unknown"}


class Mailbox:
    """Takes letters into a file."""

    name = "mailbox"

    def __init__(self, path: Path, step: Steps) -> None:
        self._path = path
        self._step = step

    def send(self, letter: Letter) -> None:
        """Take a letter, with a step before and after."""
        self._step()
        with self._path.open("a", encoding="utf-8") as lines:
            lines.write(f"{letter.mark}\n")
            lines.flush()
            os.fsync(lines.fileno())
        self._step()

    def close(self) -> None:
        """Nothing is held."""


def live(spec: Spec, env: Env, place: str, number: int, step: Steps) -> int:
    """Live one life; gives whether nothing waits any more."""
    clock = DemoClock(datetime.fromisoformat(spec["at"]) + timedelta(hours=number))
    with open_services(read_settings(env), clock) as services:
        engine = services.desk.engine
        sa.event.listen(engine, "commit", step)
        by = {Channel.EMAIL: Mailbox(Path(spec["work"]) / place, step)}
        planner = Planner(services, by)
        sender = Sender(services, planner.store, by)
        planner.begin()
        sender.begin()
        while planner.collect():
            pass
        while sender.deliver():
            pass
        with engine.connect() as connection:
            rows = connection.execute(sa.select(letters.c.mark, letters.c.state))
            states = {row.mark: row.state for row in rows}
    (Path(spec["work"]) / f"{place}.json").write_text(json.dumps(states), encoding="utf-8")
    return FINISHED if set(states.values()) <= ENDED else UNFINISHED


if __name__ == "__main__":
    run_trials(live)
