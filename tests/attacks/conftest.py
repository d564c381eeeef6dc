"""A voted and closed meeting on either store, and a hand that reaches past the application."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import psycopg
import pytest

from api.live_check import NoSigner, check_installation
from api.settings import read_settings
from api.startup import StartRefusedError
from api.wiring import opened_log
from domain.ballot import ballot_id
from domain.events import Mark
from domain.facts import BallotId, HouseId, MeetingId
from tests.integration.small import called, installation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api.audit.report import Finding
    from api.services import Services

YES, NO = (Mark.FOR, Mark.FOR), (Mark.AGAINST, Mark.FOR)


@dataclass
class Victim:
    """The installation under attack."""

    env: dict[str, str]
    house: HouseId
    meeting: MeetingId
    ballots: list[BallotId] = field(default_factory=list)

    @property
    def on_sqlite(self) -> bool:
        """Tell which database it is."""
        return self.env["SOBRANIE_STORE"] == "sqlite"

    @property
    def home(self) -> Path:
        """The installation's folder."""
        return Path(self.env["SOBRANIE_HOME"])

    @property
    def guard(self) -> Path:
        """The guard's memory."""
        return self.home / "keys" / "guard"

    def sql(self, text: str, **values: Any) -> list[tuple[Any, ...]]:
        """Run one statement as the database's own tool would."""
        if self.on_sqlite:
            with closing(sqlite3.connect(self.home / "log.db")) as file, file:
                return file.execute(text, {k: _hex(v) for k, v in values.items()}).fetchall()
        for name in values:
            text = text.replace(f":{name}", f"%({name})s")
        with closing(psycopg.connect(self._conninfo())) as server:
            done = server.execute(text, values)
            rows = done.fetchall() if done.description else []
            server.commit()
            return rows

    def state_of(self, stream: UUID, version: int = 1) -> bytes:
        """Read a record as it is stored."""
        text = "SELECT state FROM stored_events WHERE originator_id=:s AND originator_version=:v"
        return bytes(self.sql(text, s=stream, v=version)[0][0])

    def put_state(self, stream: UUID, state: bytes, version: int = 1) -> None:
        """Overwrite a record."""
        text = "UPDATE stored_events SET state=:b WHERE originator_id=:s AND originator_version=:v"
        self.sql(text, b=state, s=stream, v=version)

    def index_of(self, stream: UUID) -> int:
        """Give a stream's first leaf."""
        text = "SELECT idx FROM stored_events WHERE originator_id=:s ORDER BY originator_version"
        return int(self.sql(text, s=stream)[0][0])

    @contextmanager
    def served(self) -> Iterator[Services]:
        """Serve it."""
        with installation(self.home, self.env) as (services, _clock):
            yield services

    def start_code(self) -> str:
        """Start it; gives the code of the refusal, or nothing."""
        try:
            with self.served():
                return ""
        except StartRefusedError as refused:
            return refused.fault.code

    def checked(self) -> list[Finding]:
        """Run `sobranie check`; gives the errors."""
        with opened_log(read_settings(self.env), NoSigner()) as (app, logs):
            reports = list(check_installation(app, logs))
        return [f for report in reports for f in report.findings if f.severity == "error"]

    def _conninfo(self) -> str:
        names = ("dbname", "host", "port", "user", "password")
        return " ".join(f"{name}={self.env['POSTGRES_' + name.upper()]}" for name in names)


def _hex(value: Any) -> Any:
    return value.hex if isinstance(value, UUID) else value


def held(home: Path, env: dict[str, str], *, to_the_end: bool = True) -> Victim:
    """Carry a meeting up to its protocol, or leave it while votes come in."""
    with installation(home, env) as (services, clock):
        meeting = called(services, clock)
        meeting.open()
        victim = Victim({"SOBRANIE_HOME": str(home), **env}, meeting.house, meeting.meeting)
        for number, marks in (("1", YES), ("2", NO), ("3", YES)):
            title = meeting.titles[number][0].id
            meeting.vote(title, *marks)
            victim.ballots.append(ballot_id(meeting.meeting, title))
        if to_the_end:
            meeting.finish()
    return victim


@pytest.fixture(scope="module")
def sqlite_home(tmp_path_factory: pytest.TempPathFactory) -> Victim:
    """Hold the meeting once; every attack gets a copy."""
    return held(tmp_path_factory.mktemp("held") / "home", {"SOBRANIE_STORE": "sqlite"})


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def victim(request: pytest.FixtureRequest, tmp_path: Path) -> Victim:
    """Give an installation nobody has touched."""
    if request.param == "sqlite":
        made: Victim = request.getfixturevalue("sqlite_home")
        shutil.copytree(made.home, tmp_path / "home")
        env = made.env | {"SOBRANIE_HOME": str(tmp_path / "home")}
        return Victim(env, made.house, made.meeting, made.ballots)
    copy: Callable[[Path], Victim] = request.getfixturevalue("postgres_copy")
    return copy(tmp_path / "home")


@pytest.fixture(scope="module")
def postgres_copy(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[Path], Victim]:
    """Hold the meeting once on PostgreSQL; every attack gets a database copied from it."""
    server = request.getfixturevalue("postgres_server")
    home = tmp_path_factory.mktemp("held-pg") / "home"
    name = f"held_{home.parent.name.replace('-', '_')}"
    made = held(home, {"SOBRANIE_STORE": "postgres", **server.create_database(name)})
    taken: list[str] = []

    def copy(to: Path) -> Victim:
        copied = f"{name}_{len(taken)}"
        taken.append(copied)
        template = psycopg.sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
            psycopg.sql.Identifier(copied), psycopg.sql.Identifier(name)
        )
        admin = made._conninfo().replace(f"dbname={name}", "dbname=postgres")
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute(template)
        shutil.copytree(made.home, to)
        env = made.env | {"SOBRANIE_HOME": str(to), "POSTGRES_DBNAME": copied}
        return Victim(env, made.house, made.meeting, made.ballots)

    return copy
