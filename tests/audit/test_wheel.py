"""The auditor runs from the built wheel alone, where there is no network at all."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.audit.conftest import Held

ROOT = Path(__file__).parents[2]
PROBE = """
import socket, sys
try:
    socket.create_connection(("192.0.2.1", 80), timeout=1)
except OSError as fault:
    print("no network:", type(fault).__name__)
import api.cli.auditor
print(api.cli.auditor.__file__)
status = api.cli.auditor.main(sys.argv[1:])
heavy = {"fastapi", "starlette", "httpx", "sqlite3", "psycopg", "sqlalchemy", "eventsourcing"}
print("heavy:", sorted(heavy & {name.partition(".")[0] for name in sys.modules}))
sys.exit(status)
"""
BLOCKED = """
import socket
def refuse(*_):
    raise OSError("blocked")
socket.socket.connect = socket.socket.connect_ex = refuse
socket.create_connection = refuse
"""


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The rooms as they stand in the built wheel."""
    folder: Path = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)]
    done = subprocess.run([*command, str(ROOT)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "rooms")
    return folder / "rooms"


def has_namespaces() -> bool:
    """Tell whether a namespace without a network can be made here."""
    try:
        tried = subprocess.run(["unshare", "-rn", "true"], capture_output=True, check=False)
    except OSError:
        return False
    return tried.returncode == 0


def test_wheel_verifies_without_a_network(held: Held, unpacked: Path, tmp_path: Path) -> None:
    (tmp_path / "meeting.oss").write_bytes(held.inspector)
    apart = ["unshare", "-rn"] if has_namespaces() else []
    script = PROBE if apart else BLOCKED + PROBE
    done = subprocess.run(
        [*apart, sys.executable, "-c", script, "verify", "meeting.oss", "--key", held.vkey],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(unpacked), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = done.stdout.splitlines()
    assert done.returncode == 0, done.stdout + done.stderr
    assert lines[0].startswith("no network")
    assert lines[1].startswith(str(unpacked))
    assert "Итог: ошибок не найдено." in lines
    assert lines[-1] == "heavy: []"


def test_wheel_holds_the_data_the_auditor_needs(unpacked: Path) -> None:
    assert (unpacked / "api" / "audit" / "findings.toml").is_file()
    assert (unpacked / "domain" / "law" / "pack.toml").is_file()
