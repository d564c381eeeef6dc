"""What `sobranie serve` says to whoever starts it: an address that is taken, a demo to try."""

from __future__ import annotations

import io
import signal
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import httpx
import pytest
from rich.console import Console

from api.cli.operator import main
from api.demo.folder import FolderTakenError, own_folder
from api.demo.main import staged
from api.demo.show import Show
from domain.events import Basis

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PATIENCE = 60
PROGRAM = "from api.cli.operator import main; import sys; sys.exit(main())"
MESSENGER = """
from api.demo.messenger import fake_messenger
with fake_messenger("Чат") as fake:
    print(fake.base_url, flush=True)
    input()
"""
GIVEN = ("URL", "OFFICER", "HOUSE", "MEETING")


@pytest.fixture
def taken() -> Iterator[int]:
    """A port somebody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


@pytest.mark.parametrize(
    ("more", "begins"), [((), "Сервер не запущен. "), (("--demo",), "Показ не запущен. ")]
)
def test_a_taken_address_is_said_in_one_sentence_before_anything_is_done(
    more: tuple[str, ...],
    begins: str,
    taken: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOBRANIE_HOME", str(tmp_path / "home"))
    standing = tmp_path / "demo-output" / f"live-{taken}" / "log.db"
    standing.parent.mkdir(parents=True)
    standing.write_text("of a demo that is served")
    assert main(["serve", *more, "--port", str(taken)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err == (
        f"{begins}Адрес 127.0.0.1:{taken} занят: остановите занявшую его программу или назовите "
        "другой порт, например --port 8090.\n"
    )
    assert standing.exists()
    assert not (tmp_path / "home" / "log.db").exists()


@pytest.mark.parametrize("wrong", ["--port=80000", "--port=-1", f"--host={'a' * 70}"])
def test_an_address_that_cannot_be_is_refused(
    wrong: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SOBRANIE_HOME", str(tmp_path))
    assert main(["serve", wrong]) == 2
    assert "не подходит: проверьте --host и --port." in capsys.readouterr().err


def test_the_told_demo_begins_anew_and_spares_the_served_ones(tmp_path: Path) -> None:
    live, old = tmp_path / "live-8080" / "data" / "log.db", tmp_path / "data" / "old.db"
    for file in (live, old, tmp_path / "meeting.oss"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("earlier")
    (tmp_path / "link").symlink_to(live.parent)
    with staged("sqlite", Basis.CHARTER, tmp_path, Show(Console(file=io.StringIO()))):
        assert live.read_text() == "earlier"
        assert not old.exists()
        assert {path.name for path in tmp_path.iterdir()} == {"live-8080", "data"}


def test_two_demos_do_not_empty_each_others_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A lock holds it, not a name: the same port of two addresses of a machine is one folder."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "demo-output"
    with own_folder(folder):
        (folder / "meeting.oss").write_text("of the first")
        assert main(["demo"]) == 2
        assert capsys.readouterr().err == (
            "Показ не запущен. В папке demo-output/ уже идёт другой показ: дождитесь его конца "
            "или остановите его.\n"
        )
        assert (folder / "meeting.oss").exists()
        with own_folder(folder / "live-8080"), pytest.raises(FolderTakenError):
            own_folder(folder / "live-8080").__enter__()
    with own_folder(folder):
        assert [path.name for path in folder.iterdir()] == ["live-8080"]


def test_demos_on_any_free_port_stand_apart(tmp_path: Path) -> None:
    show, place = Show(Console(file=io.StringIO())), ("127.0.0.1", 0)
    with (
        staged("sqlite", Basis.CHARTER, tmp_path, show, place) as one,
        staged("sqlite", Basis.CHARTER, tmp_path, show, place) as other,
    ):
        for demo in (one, other):
            port = demo.address.rpartition(":")[2]
            assert demo.out == tmp_path / f"live-{port}"
            assert (demo.out / "data").is_dir()
            assert demo.services.settings.public_url == demo.address
    assert one.out != other.out


def test_the_messenger_goes_when_its_demo_is_killed(tmp_path: Path) -> None:
    """It holds the same end of `stderr`, so that ends only when both have ended."""
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", MESSENGER]
    with subprocess.Popen(
        command, cwd=tmp_path, stdin=pipe, stdout=pipe, stderr=pipe, text=True
    ) as demo:
        assert demo.stdout is not None
        address = demo.stdout.readline().strip()
        assert httpx.get(f"{address}/_fake/", timeout=PATIENCE).status_code == 200
        demo.kill()
        _, said = demo.communicate(timeout=PATIENCE)
    assert said == ""
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{address}/_fake/", timeout=PATIENCE)


def test_a_served_demo_gives_a_shell_what_it_needs_and_ends_whole(tmp_path: Path) -> None:
    result = tmp_path / "demo-output" / "meeting.oss"
    result.parent.mkdir()
    result.write_text("of a demo told before")
    command = [sys.executable, "-c", PROGRAM, "serve", "--demo", "--port", "0"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        said: list[str] = []
        while not said or not said[-1].startswith("MEETING="):
            line = server.stdout.readline()
            assert line, "the demo ended before it was open"
            said.append(line.rstrip("\n"))
        given = dict(line.split("=", 1) for line in said[-len(GIVEN) :])
        assert tuple(given) == GIVEN
        as_officer = {"Authorization": f"Bearer {given['OFFICER']}"}
        with httpx.Client(headers=as_officer, timeout=PATIENCE) as officer:
            turnout = officer.get(f"{given['URL']}/api/v1/meetings/{given['MEETING']}/turnout")
            assert turnout.json()["stage"] == "open"
            checkpoint = officer.get(f"{given['URL']}/log/{given['HOUSE']}/checkpoint")
            assert checkpoint.status_code == 200
            opened = [line.split()[-1] for line in said if "http://" in line and line[:1] == " "]
            assert len(opened) == 7
            assert [officer.get(url).status_code for url in opened] == [200] * 7
        server.send_signal(signal.SIGTERM)
        assert server.wait(PATIENCE) == 0
    chat = next(line.split()[-1] for line in said if line.strip().startswith("чат:"))
    with pytest.raises(httpx.ConnectError):
        httpx.get(chat, timeout=PATIENCE)
    assert result.read_text() == "of a demo told before"
