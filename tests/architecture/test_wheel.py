"""The wheel holds every room with its data, and the auditor runs from it without a network."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest

from tests.architecture.tree import NOT_OURS, ROOMS, ROOT

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.xdist_group("wheel")
NO_NETWORK = """\
import sys


def refuse(event, arguments):
    if event.startswith("socket.") and event != "socket.__new__":
        raise RuntimeError(f"the network was touched: {event}")


sys.addaudithook(refuse)
"""
DATA = (
    "api/web/templates/question.html", "api/web/static/sobranie.css", "domain/law/decisions.toml",
    "projections/documents/protocol.typ", "projections/documents/fonts/LiberationSerif-Bold.ttf",
)  # fmt: skip


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel once."""
    folder = tmp_path_factory.mktemp("wheel")
    _run([sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)])
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel into an empty folder, beside a hook that forbids the network."""
    folder = tmp_path_factory.mktemp("installed")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "install"]
    _run([*pip, "--no-deps", "--no-index", "--target", str(folder), str(wheel)])
    (folder / "sitecustomize.py").write_text(NO_NETWORK, encoding="utf-8")
    return folder


def test_every_file_of_the_rooms_is_inside_and_nothing_else(wheel: Path) -> None:
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    wanted = {
        path.relative_to(ROOT).as_posix()
        for room in ROOMS
        for path in (ROOT / room).rglob("*")
        if path.is_file() and not NOT_OURS & set(path.parts)
    }
    assert names == wanted
    assert names >= set(DATA)


def test_the_licence_and_both_commands_are_inside(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        inside = {name.split(".dist-info/")[-1]: name for name in archive.namelist()}
        commands = archive.read(inside["entry_points.txt"]).decode()
    assert "licenses/LICENSE" in inside
    assert "sobranie = api.cli.operator:main" in commands
    assert "sobranie-audit = api.cli.auditor:main" in commands


def test_the_hook_forbids_the_network(installed: Path, tmp_path: Path) -> None:
    code = "import socket; socket.getaddrinfo('localhost', 80)"
    tried = _in_wheel(installed, tmp_path, "-c", code)
    assert tried.returncode == 1
    assert "the network was touched" in tried.stderr


def test_the_auditor_runs_from_the_wheel_without_a_network(installed: Path, tmp_path: Path) -> None:
    script = str(installed / "bin" / "sobranie-audit")
    helped = _in_wheel(installed, tmp_path, script, "--help")
    assert helped.returncode == 0, helped.stderr
    assert "verify" in helped.stdout
    missing = _in_wheel(installed, tmp_path, script, "verify", "нет.oss")
    assert missing.returncode == 2
    assert "нет.oss" in missing.stderr


def test_the_auditor_of_the_wheel_brings_no_server_and_no_store(
    installed: Path, tmp_path: Path
) -> None:
    code = (
        "import sys, api.cli.auditor as a; print(a.__file__); "
        "print(*sorted({n.split('.')[0] for n in sys.modules}))"
    )
    seen = _in_wheel(installed, tmp_path, "-c", code)
    file, modules = seen.stdout.splitlines()
    assert file.startswith(str(installed)), seen.stderr
    heavy = {"fastapi", "starlette", "httpx", "uvicorn", "psycopg", "sqlite3", "eventsourcing"}
    assert not heavy & set(modules.split())


def test_the_data_of_the_wheel_is_readable(installed: Path, tmp_path: Path) -> None:
    code = (
        "from domain.law.reference import load_pack; from api.web.rendering import style_sheet; "
        "from api.web.rendering import page; print(load_pack().sha256, len(style_sheet()), "
        "page('home.html', meetings=[]).status_code)"
    )
    read = _in_wheel(installed, tmp_path, "-c", code)
    assert read.returncode == 0, read.stderr


def _in_wheel(installed: Path, cwd: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(installed), "PYTHONUTF8": "1"}
    return subprocess.run(
        [sys.executable, *command],
        cwd=cwd, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def _run(command: list[str]) -> None:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
