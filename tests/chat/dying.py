"""Lives that end by SIGKILL at a step of their own, each on a copy of one installation.

A life counts its steps and kills itself at the given one; then lives follow that are killed no
more, until nothing waits. Lives are forks of one process, so that they need not load the program
anew. What a step is, the life says: a commit of the desk, a call before it leaves, its answer.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

MOST_LIVES = 6
FINISHED, UNFINISHED = 0, 3
Spec = dict[str, Any]
Env = dict[str, str]


@dataclass(eq=False)
class Steps:
    """Counts steps and dies at one of them."""

    last: int | None
    count: int = 0

    def __call__(self, *_: object) -> None:
        """Make a step."""
        self.count += 1
        if self.count == self.last:
            os.kill(os.getpid(), signal.SIGKILL)


Live = Callable[[Spec, Env, str, int, Steps], int]
"""Lives once: what all share, the copy's settings, the trial's place, the number of the life."""


def forked(live: Callable[[], int]) -> int:
    """Live in a process of its own; gives its exit status, negative when killed."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            status = live()
        except Exception:
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@contextmanager
def copied(spec: Spec, number: int) -> Iterator[Env]:
    """Copy the installation, its database too; gives the settings of the copy."""
    home, env = Path(spec["work"]) / f"home-{number}", dict(spec["env"])
    shutil.copytree(spec["home"], home)
    env["SOBRANIE_HOME"] = str(home)
    name = env.get("POSTGRES_DBNAME")
    if name is not None:
        env["POSTGRES_DBNAME"] = f"{name}_{number}"
        _administer(env, "CREATE DATABASE {} TEMPLATE {}", env["POSTGRES_DBNAME"], name)
    yield env
    shutil.rmtree(home)
    if name is not None:
        _administer(env, "DROP DATABASE {} WITH (FORCE)", env["POSTGRES_DBNAME"])


def _administer(env: Env, order: str, *names: str) -> None:
    identifiers = [psycopg.sql.Identifier(name) for name in names]
    with psycopg.connect(
        host=env["POSTGRES_HOST"],
        port=env["POSTGRES_PORT"],
        user=env["POSTGRES_USER"],
        password=env["POSTGRES_PASSWORD"],
        dbname="postgres",
        autocommit=True,
    ) as connection:
        connection.execute(psycopg.sql.SQL(order).format(*identifiers))


def trial(spec: Spec, live: Live, last: int, place: str) -> Spec:
    """Die at a step, then live on until nothing waits."""
    with copied(spec, last) as env:
        endings = [forked(lambda: live(spec, env, place, 0, Steps(last)))]
        while endings[-1] != FINISHED and len(endings) < MOST_LIVES:
            number = len(endings)
            endings.append(forked(lambda: live(spec, env, place, number, Steps(None))))  # noqa: B023
    return {"last": last, "place": place, "endings": endings}


def run_trials(live: Live) -> None:
    """Run a trial for every step there is; prints what became of each as JSON."""
    spec: Spec = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    trials = []
    for number, place in enumerate(spec["places"]):
        trials.append(trial(spec, live, spec["first"] + number * spec["stride"], place))
        if trials[-1]["endings"][0] != -signal.SIGKILL:
            break
    sys.stdout.write(json.dumps(trials))
