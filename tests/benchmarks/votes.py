"""How many votes a second does the product accept, and what do its log and proofs cost?

Run: `python -m tests.benchmarks.votes [--rounds N] [--only NAME,…] [--json FILE]` (`make bench`).

The product on SQLite and on PostgreSQL and the baselines of `baselines.py` answer the same request
over real HTTP: one vote on eight questions for one title of a house with 4 000, a link's token as
the bearer. Servers stand in processes of their own, the load comes from this one, all on the same
cores. Rounds are interleaved, so that a noisy moment hits everybody, and ratios are taken within a
round. The run fails unless every vote was answered 201 and the log afterwards holds them all.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
import urllib.request
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from api.private_postgres import private_postgres
from tests.benchmarks.check import BenchmarkUnsoundError, check_log
from tests.benchmarks.contender import Contender, Running, processor_seconds, running
from tests.benchmarks.house import TITLES, meeting_id
from tests.benchmarks.load import Answered, send_votes
from tests.benchmarks.report import Measured, show, write

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from api.private_postgres import PrivatePostgres

ROUNDS = 5
SLOW = 800
"""Votes per round of the `library` servers, which would take all day for more."""
CATCH_UP_WITHIN_SECONDS = 120
CREATED = "yes"


def contenders(home: Path, server: PrivatePostgres, meetings: int) -> list[Contender]:
    """List the servers to compare."""
    library = {"PERSISTENCE_MODULE": "eventsourcing.postgres", "CREATE_TABLE": CREATED}
    stock = {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "CREATE_TABLE": CREATED}
    return [
        Contender("echo", "echo", home),
        Contender("insert", "insert", home, server.create_database("baseline_insert")),
        Contender(
            "library-sqlite", "library", home, stock | {"SQLITE_DBNAME": str(home / "library.db")}
        ),
        Contender(
            "library-postgres",
            "library",
            home,
            library | server.create_database("baseline_library"),
        ),
        Contender("product-sqlite", "product", home / "sqlite", {}, meetings),
        Contender(
            "product-postgres",
            "product",
            home / "postgres",
            server.create_database("product"),
            meetings,
        ),
    ]


def tokens_of(contender: Contender, server: Running, number: int) -> Sequence[str]:
    """Give the tokens of a round; those of a baseline need only be new."""
    if server.tokens:
        return server.tokens[number]
    count = SLOW if contender.kind == "library" else TITLES
    return [f"voter-{number}-{place}-in-place-of-a-token" for place in range(count)]


def one_round(contender: Contender, server: Running, number: int) -> Answered:
    """Let everybody vote once; anything but 201 ends the run."""
    tokens = tokens_of(contender, server, number)
    before = processor_seconds(server.pid)
    answered = send_votes(server.port, tokens)
    answered.processor = processor_seconds(server.pid) - before
    if answered.statuses != {201: len(tokens)}:
        raise BenchmarkUnsoundError(f"{contender.name}: {answered.statuses}")
    return answered


def seconds_behind(server: Running, number: int) -> float:
    """Wait until the live turnout shows every ballot of a round."""
    address = f"http://127.0.0.1:{server.port}/api/v1/meetings/{meeting_id(number)}/turnout"
    started = time.perf_counter()
    while time.perf_counter() - started < CATCH_UP_WITHIN_SECONDS:
        with urllib.request.urlopen(address) as answer:
            if json.load(answer)["ballots"] == TITLES:
                return time.perf_counter() - started
        time.sleep(0.01)
    raise BenchmarkUnsoundError("the turnout does not catch up with the log")


def measure(rounds: int, only: Sequence[str], out: Path) -> None:
    """Run everything and report."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sobranie-bench-")))
        server = stack.enter_context(private_postgres())
        chosen = [
            one for one in contenders(home, server, rounds + 1) if not only or one.name in only
        ]
        # The first round only warms up: statements are prepared, registers built, caches filled.
        tables, answers = _rounds(chosen, rounds + 1)
        entries = {
            one.name: check_log(one, TITLES * (rounds + 1), answers[one.name])
            for one in chosen
            if one.kind == "product"
        }
        postgres = _version(server)
        show(tables, entries, postgres)
        write(out, tables, postgres)


def _rounds(
    chosen: Sequence[Contender], rounds: int
) -> tuple[list[Measured], dict[str, list[bytes]]]:
    tables = [Measured(one.name, one.kind, _store(one)) for one in chosen]
    answers: dict[str, list[bytes]] = {one.name: [] for one in chosen}
    with ExitStack() as stack:
        started = [stack.enter_context(running(one)) for one in chosen]
        for number in range(rounds):
            for contender, server, table in zip(chosen, started, tables, strict=True):
                answered = one_round(contender, server, number)
                answers[contender.name] += answered.samples
                behind = list(_behind(contender, server, number))
                if number:
                    table.rounds.append(answered)
                    table.behind += behind
                sys.stderr.write(f"{number}/{rounds - 1} {contender.name}: {answered.rate:.0f}/s\n")
    return tables, answers


def _behind(contender: Contender, server: Running, number: int) -> Iterator[float]:
    if contender.kind == "product":
        yield seconds_behind(server, number)


def _store(contender: Contender) -> str:
    return "" if contender.kind == "echo" else "postgres" if _on_postgres(contender) else "sqlite"


def _on_postgres(contender: Contender) -> bool:
    return "POSTGRES_DBNAME" in contender.env


def _version(server: PrivatePostgres) -> str:
    settings = server.environment("postgres")
    with psycopg.connect(
        host=settings["POSTGRES_HOST"],
        port=int(settings["POSTGRES_PORT"]),
        user=settings["POSTGRES_USER"],
        password=settings["POSTGRES_PASSWORD"],
        dbname=settings["POSTGRES_DBNAME"],
    ) as connection:
        number = connection.info.server_version
    return f"{number // 10000}.{number % 10000}"


def main(arguments: Sequence[str]) -> int:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.votes")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--only", default="", help="names of servers, separated by commas")
    parser.add_argument("--json", type=Path, default=Path("build/benchmark.json"))
    given = parser.parse_args(arguments)
    measure(given.rounds, [name for name in given.only.split(",") if name], given.json)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
