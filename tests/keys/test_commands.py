"""The commands themselves: what they print, their statuses, and that every code is worded."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from api import serve as serving
from api.cli.operator import main
from api.wording import checking, startup
from signing.note import VerifierKey
from tests.keys.conftest import Place, one_more

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
Run = "Callable[..., tuple[int, str, str]]"


@pytest.fixture
def run(
    place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """Run a command in the installation; gives status, answer and talk."""
    for name, value in place.env.items():
        monkeypatch.setenv(name, value)

    def run_(*arguments: str) -> tuple[int, str, str]:
        status = main(arguments)
        said = capsys.readouterr()
        return status, said.out, said.err

    return run_


def spoil(place: Place, text: str) -> None:
    with closing(sqlite3.connect(place.home / "log.db")) as file, file:
        file.execute(text)


def test_show_names_every_key_and_its_state(
    place: Place, run: Callable[..., tuple[int, str, str]]
) -> None:
    old = place.house_state().keys[0]
    assert run("key", "rotate", "--reason", "утечка", "--compromised")[0] == 0
    status, out, _ = run("key", "show")
    assert status == 0
    assert f"Дом {place.house}" in out
    assert f"{old}\n    выведен (мог попасть в чужие руки): утечка" in out
    assert "действует; ключ этой установки" in out


def test_show_works_without_the_key(place: Place, run: Callable[..., tuple[int, str, str]]) -> None:
    (place.keys / "log.pem").unlink()
    status, out, _ = run("key", "show")
    assert status == 0
    assert "Файла ключа подписи нет" in out


def test_exported_keys_are_verifier_keys(
    place: Place, run: Callable[..., tuple[int, str, str]]
) -> None:
    run("key", "rotate", "--reason", "замена")
    status, out, _ = run("key", "export-vkey", "--house", str(place.house))
    assert status == 0
    assert [VerifierKey.from_text(line).to_text() for line in out.split()] == list(
        place.house_state().signing_keys
    )
    assert len(run("key", "export-vkey", "--all")[1].split()) == 2
    assert run("key", "export-vkey", "--house", "дом")[0] == 2


def test_new_makes_a_key_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SOBRANIE_HOME", str(tmp_path / "new"))
    answers = iter(["фраза", "другая", "фраза", "фраза"])
    monkeypatch.setattr("api.cli.keys.getpass", lambda _prompt: next(answers))
    assert main(["key", "new", "--ask-passphrase"]) == 2
    assert main(["key", "new", "--ask-passphrase"]) == 0
    pem = tmp_path / "new" / "keys" / "log.pem"
    assert b"ENCRYPTED" in pem.read_bytes()
    assert pem.stat().st_mode & 0o777 == 0o600
    assert main(["key", "new"]) == 2
    assert "уже есть" in capsys.readouterr().err


def test_rotation_needs_a_reason(run: Callable[..., tuple[int, str, str]]) -> None:
    assert run("key", "rotate", "--reason", " ")[0] == 2


def test_adopt_reads_a_file(
    place: Place, tmp_path: Path, run: Callable[..., tuple[int, str, str]]
) -> None:
    with place.served() as services:
        services.writer.run(one_more(place.house))
        note = services.logs.checkpoint(place.house)
    (tmp_path / "checkpoint").write_text(note)
    asked = ("key", "adopt", "--house", str(place.house), "--checkpoint")
    assert run(*asked, str(tmp_path / "нет"))[0] == 2
    assert run(*asked, str(tmp_path / "checkpoint"))[0] == 2
    shutil.rmtree(place.guard)
    status, out, _ = run(*asked, str(tmp_path / "checkpoint"))
    assert (status, "Принято" in out) == (0, True)


def test_check_prints_six_steps_and_its_verdict(
    place: Place, run: Callable[..., tuple[int, str, str]]
) -> None:
    status, out, _ = run("check")
    assert status == 0
    assert [line[:3] for line in out.splitlines()[1:7]] == [f"{n}/6" for n in range(1, 7)]
    assert "ошибок не найдено" in out
    spoil(place, "UPDATE stored_events SET state = x'7b7d' WHERE topic = 'premises-recorded/1'")
    status, out, _ = run("check", "--house", str(place.house))
    assert status == 1
    assert "событие изменено" in out
    status, out, _ = run("check", "--json")
    assert status == 1
    (report,) = json.loads(out)
    assert not report["sound"]
    assert {f["code"] for step in report["steps"] for f in step["findings"]} >= {"entry_changed"}


def test_check_without_keys_is_unusable(
    place: Place, run: Callable[..., tuple[int, str, str]]
) -> None:
    (place.keys / "installation.key").unlink()
    status, _, err = run("check")
    assert status == 2
    assert "installation.key" in err


def test_a_server_that_may_not_start_says_why_and_ends(
    place: Place, run: Callable[..., tuple[int, str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "mask_access_logs", lambda: None)
    shutil.rmtree(place.guard)
    status, _, err = run("serve")
    assert status == 2
    assert err.startswith("Сервер не запущен. Пропала память подписанта")
    assert "key adopt" in err


def test_every_code_is_worded() -> None:
    """Codes are literals at the place that gives them; each must have its sentence."""
    raised: set[str] = set()
    patterns = {
        startup.codes: (
            r'RefusedToSignError\(\s*"([a-z0-9_]+)"', r'StartFault\(\s*"([a-z0-9_]+)"',
            r'_refused\(\s*"([a-z0-9_]+)"', r'_locked\(settings, \S+ "([a-z0-9_]+)"',
        ),
        checking.codes: (r'(?:_notice|_error|_at)\(\s*[A-Z]+, "([a-z_]+)"',),
    }  # fmt: skip
    sources = [*(ROOT / "signing").glob("*.py"), *(ROOT / "api").glob("*.py")]
    for codes, searched in patterns.items():
        raised = {
            code
            for path in sources
            for pattern in searched
            if codes is startup.codes or path.name == "inspection.py"
            for code in re.findall(pattern, path.read_text(encoding="utf-8"))
        }
        assert raised
        assert raised <= set(codes())
    for code in startup.codes():
        assert startup.text_of(code, "Д").endswith(".")
        assert "{" not in startup.text_of(code, "Д") + startup.remedy_of(code)
