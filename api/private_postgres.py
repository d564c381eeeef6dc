"""A PostgreSQL server of one's own, for the demo and the tests: started, used, thrown away.

It listens on a loopback port only, keeps its data in a temporary folder, and needs nothing but the
server programs (`initdb`, `pg_ctl`, `postgres`) on PATH or in Debian's folder for them. PostgreSQL
refuses to run as root, so when the caller is root the server runs as an unprivileged user.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

USER = "sobranie"


class PostgresUnavailableError(Exception):
    """The server programs are not on this machine, or the server did not start."""


@dataclass(frozen=True, slots=True)
class PrivatePostgres:
    """A running server: where it listens and how to log in."""

    port: int
    password: str

    def environment(self, dbname: str) -> dict[str, str]:
        """Give the settings under which the log's PostgreSQL module reaches one database."""
        return {
            "POSTGRES_DBNAME": dbname,
            "POSTGRES_HOST": "127.0.0.1",
            "POSTGRES_PORT": str(self.port),
            "POSTGRES_USER": USER,
            "POSTGRES_PASSWORD": self.password,
        }

    def create_database(self, dbname: str) -> dict[str, str]:
        """Create an empty database and give its settings."""
        import psycopg  # noqa: PLC0415 - the demo on SQLite runs without the driver

        conninfo = (
            f"host=127.0.0.1 port={self.port} user={USER} password={self.password} dbname=postgres"
        )
        with psycopg.connect(conninfo, autocommit=True) as connection:
            connection.execute(
                psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(dbname))
            )
        return self.environment(dbname)


def server_program(name: str) -> str:
    """Find one of the server's programs; newest of Debian's folders when it is not on PATH."""
    found = shutil.which(name)
    if found:
        return found
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (folder / name).exists():
            return str(folder / name)
    raise PostgresUnavailableError(f"Программа {name} не найдена: установите пакет postgresql.")


def _unprivileged() -> str | None:
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    raise PostgresUnavailableError(
        "Сервер PostgreSQL не запускается от имени root: заведите учётную запись postgres."
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def private_postgres(*, durable: bool = True) -> Iterator[PrivatePostgres]:
    """Start a server in a temporary folder, give it, and remove it again.

    `durable=False` switches off the waits for the disk: for tests that do not measure or crash.
    """
    user = _unprivileged()
    home = Path(tempfile.mkdtemp(prefix="sobranie-pg-"))
    data = home / "data"
    password = secrets.token_urlsafe(16)
    secret = home / "password"
    secret.write_text(password)
    secret.chmod(0o600)
    if user is not None:
        account = pwd.getpwnam(user)
        for path in (home, secret):
            os.chown(path, account.pw_uid, account.pw_gid)
    port = _free_port()

    def run(*command: str) -> None:
        done = subprocess.run(  # noqa: S603 - fixed programs, no shell
            command, user=user, cwd=home, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise PostgresUnavailableError(f"{command[0]}: {done.stderr.strip()}")

    try:
        run(
            server_program("initdb"), "-D", str(data), "-U", USER, "-A", "scram-sha-256",
            f"--pwfile={secret}", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync",
        )  # fmt: skip
        settings = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={home}"
        settings += " -c max_connections=60 -c client_min_messages=warning"
        if not durable:
            settings += " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
        pg_ctl = server_program("pg_ctl")
        run(pg_ctl, "-D", str(data), "-w", "-l", str(home / "server.log"), "-o", settings, "start")
        try:
            yield PrivatePostgres(port, password)
        finally:
            run(pg_ctl, "-D", str(data), "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)
