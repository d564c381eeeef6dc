"""The auditor's command as people use it: what it prints, where, and how it exits."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from typing_extensions import override

from api.cli import audit_input
from api.cli.auditor import main
from domain.ballot import ballot_id
from signing import bundle as form
from tests.audit.attacks import ATTACKS
from tests.audit.forger import Forger, flipped
from tests.audit.meeting import MEETING, PEOPLE, title

if TYPE_CHECKING:
    from pathlib import Path

    from tests.audit.conftest import Held

Run = Any


@pytest.fixture
def files(held: Held, tmp_path: Path) -> Path:
    """A folder with the true files."""
    (tmp_path / "meeting.oss").write_bytes(held.inspector)
    (tmp_path / "public.oss").write_bytes(held.public)
    (tmp_path / "early.oss").write_bytes(held.early)
    (tmp_path / "vote.tlog-proof").write_text(held.receipt, encoding="utf-8")
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    """Run the command; gives exit status, stdout and stderr."""
    try:
        status = main([str(argument) for argument in arguments])
    except SystemExit as stopped:
        status = int(stopped.code or 0)
    out, err = capsys.readouterr()
    return status, out, err


def test_a_file_that_is_not_there_is_named_in_russian(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    absent = tmp_path / "meeting.oss"
    status, out, err = run(capsys, "verify", absent)
    assert (status, out) == (2, "")
    assert err == f"Файл «{absent}» не читается: такого файла нет; проверьте путь.\n"
    status, out, err = run(capsys, "verify", tmp_path)
    assert (status, out) == (2, "")
    assert err == f"Файл «{tmp_path}» не читается: это папка, а нужен файл.\n"


def test_sound_bundle_gives_one_line_per_step(
    files: Path, held: Held, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, err = run(capsys, "verify", files / "meeting.oss", "--key", held.vkey)
    assert (status, err) == (0, "")
    lines = out.splitlines()
    assert [line.split(" ")[0] for line in lines[:6]] == [f"{n}/6" for n in range(1, 7)]
    assert all(": верно" in line for line in lines[:6])
    assert lines[6:] == ["Итог: ошибок не найдено."]


def test_key_may_stand_in_a_file(
    files: Path, held: Held, capsys: pytest.CaptureFixture[str]
) -> None:
    (files / "log.vkey").write_text(f"{held.vkey}\n", encoding="utf-8")
    status, _, _ = run(capsys, "verify", files / "meeting.oss", "--key", f"@{files / 'log.vkey'}")
    assert status == 0


def test_changed_byte_names_the_entry_and_exits_1(
    files: Path, held: Held, capsys: pytest.CaptureFixture[str]
) -> None:
    changed = ATTACKS["byte_of_a_ballot"][0](held)
    (files / "changed.oss").write_bytes(changed)
    status, out, _ = run(capsys, "verify", files / "changed.oss")
    index = Forger(held.inspector).index_of("ballot-received")
    assert status == 1
    assert "2/6 хэши: НЕВЕРНО" in out
    assert f"запись № {index} (ballot-received/1, поток " in out


def test_json_has_every_step_and_finding(
    files: Path, held: Held, capsys: pytest.CaptureFixture[str]
) -> None:
    (files / "changed.oss").write_bytes(ATTACKS["ballot_removed"][0](held))
    status, out, _ = run(capsys, "verify", files / "changed.oss", "--json")
    report = json.loads(out)
    assert status == 1
    assert report["format"] == "sobranie-audit/1"
    assert report["sound"] is False
    assert [step["number"] for step in report["steps"]] == [1, 2, 3, 4, 5, 6]
    for step in report["steps"]:
        for finding in step["findings"]:
            assert finding.keys() == {"severity", "code", "text", "place", "details"}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "не архив"),
        (b"PK", "не архив"),
        (b"hello" * 100, "не архив"),
        (None, "не читается"),
    ],
)
def test_unusable_file_exits_2_and_says_what_was_wanted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes | None, says: str
) -> None:
    path = tmp_path / "x.oss"
    if content is not None:
        path.write_bytes(content)
    status, out, err = run(capsys, "verify", path)
    assert (status, out) == (2, "")
    assert says in err and "x.oss" in err
    words = err.replace(str(path), "").replace("meeting.oss", "")
    assert not re.search("[a-z]{2}", words), words


def test_mangled_key_exits_2(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, "verify", files / "meeting.oss", "--key", "no key")
    assert (status, out) == (2, "")
    assert "нужна строка вида" in err


def test_verbose_shows_where_an_unusable_file_broke(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "x.oss").write_bytes(b"x" * 40)
    status, _, err = run(capsys, "verify", tmp_path / "x.oss", "--verbose")
    assert status == 2
    assert "Traceback" in err


def test_unknown_command_exits_2(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, "explain")
    assert (status, out) == (2, "")
    assert "Команда не понята" in err


def test_show_tells_the_story_and_names_nobody(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, _ = run(capsys, "show", files / "meeting.oss")
    assert status == 0
    for part in ("внесён дом", "собрание созвано", "получено решений 8", "протокол №"):
        assert part in out
    assert not any(name in out for name in PEOPLE)
    every = run(capsys, "show", files / "meeting.oss", "--verbose")[1]
    assert every.count("решение получено") == 8
    assert len(every.splitlines()) == len(Forger((files / "meeting.oss").read_bytes()).entries)


def test_replay_stands_at_an_entry_or_a_moment(
    files: Path, held: Held, capsys: pytest.CaptureFixture[str]
) -> None:
    index = Forger(held.inspector).index_of("ballot-received", 1)
    status, out, _ = run(capsys, "replay", files / "meeting.oss", "--at", index, "--json")
    at_entry = json.loads(out)
    assert status == 0
    assert (at_entry["stage"], at_entry["ballots"], at_entry["votes"]) == ("open", 2, "60")
    moment = "2026-03-16T13:12+03:00"
    out = run(capsys, "replay", files / "meeting.oss", "--at", moment, "--json")[1]
    assert json.loads(out) == at_entry
    before = run(capsys, "replay", files / "meeting.oss", "--at", "2020-01-01T00:00Z")[1]
    assert "собрание не созвано" in before


@pytest.mark.parametrize("place", ["2026-03-16T13:12", "вчера", "-1"])
def test_replay_wants_a_clear_place(
    files: Path, capsys: pytest.CaptureFixture[str], place: str
) -> None:
    status, out, err = run(capsys, "replay", files / "meeting.oss", f"--at={place}")
    assert (status, out) == (2, "")
    assert "пояс" in err


def test_recount_with_own_rejections_shows_what_changed(
    files: Path, held: Held, capsys: pytest.CaptureFixture[str]
) -> None:
    ballot = ballot_id(MEETING, title("2"))
    asked = ("recount", files / "meeting.oss", "--strike", f"{ballot}=нет подписи")
    status, out, _ = run(capsys, *asked)
    assert status == 0
    assert "помещение № 2, голосов 40,50 — нет подписи" in out
    assert "БЫЛО не принято, СТАЛО принято" in out
    data = json.loads(run(capsys, *asked, "--json")[1])
    assert data["format"] == "sobranie-recount/1"
    assert [s["votes"] for s in data["struck"]] == ["81/2"]
    assert data["same"] is False
    index = Forger(held.inspector).index_of("ballot-received", 2)
    by_index = run(capsys, "recount", files / "meeting.oss", "--strike", f"{index}=нет подписи")
    assert by_index[1] == out


def test_recount_without_rejections_is_the_recorded_one(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, _ = run(capsys, "recount", files / "meeting.oss", "--json")
    assert (status, json.loads(out)["same"]) == (0, True)


def test_recount_by_rules_of_ones_own(
    files: Path, held: Held, capsys: pytest.CaptureFixture[str]
) -> None:
    from tests.audit.other_law import other_pack

    law = files / "law"
    law.mkdir()
    packed = {p[4:]: c for p, c in Forger(held.inspector).files.items() if p.startswith(form.LAW)}
    for name, content in other_pack(packed).items():
        (law / name).write_bytes(content)
    status, out, _ = run(capsys, "recount", files / "meeting.oss", "--law", law)
    assert status == 0
    assert "Вопрос 3" in out and "БЫЛО не принято, СТАЛО принято" in out


@pytest.mark.parametrize(
    "asked",
    [
        ("--strike", "28"),
        ("--strike", "28= "),
        ("--strike", "0=причина"),
        ("--strike", "a0d17000-0000-4000-8000-000000000001=причина"),
        ("--strike", "кто-то=причина"),
        ("--law", "нет такой папки"),
        ("--on", "вчера"),
        ("--on", "1990-01-01"),
    ],
)
def test_recount_refuses_what_it_cannot_do(
    files: Path, capsys: pytest.CaptureFixture[str], asked: tuple[str, str]
) -> None:
    status, out, err = run(capsys, "recount", files / "meeting.oss", *asked)
    assert (status, out) == (2, "")
    assert err.strip()


def test_older_bundle_is_a_beginning_of_the_newer(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(capsys, "diff", files / "early.oss", files / "meeting.oss")[0] == 0
    status, out, _ = run(capsys, "diff", files / "meeting.oss", files / "early.oss")
    assert status == 1
    assert "меньше" in out


def test_commands_on_an_unsound_bundle_say_so(
    files: Path, held: Held, capsys: pytest.CaptureFixture[str]
) -> None:
    (files / "changed.oss").write_bytes(ATTACKS["byte_of_a_ballot"][0](held))
    for asked in (("show",), ("recount",), ("replay", "--at", "5")):
        status, out, err = run(capsys, asked[0], files / "changed.oss", *asked[1:])
        assert status == 1
        assert out and "не прошёл проверку" in err


def test_terminal_is_not_steered_by_a_forged_bundle(
    files: Path, held: Held, capsys: pytest.CaptureFixture[str]
) -> None:
    forger = Forger(held.inspector)
    forger.body("house-registered", address="\x1b]0;owned\x07\u202e")
    (files / "evil.oss").write_bytes(forger.signed(held.signer))
    out = run(capsys, "show", files / "evil.oss")[1]
    assert "\x1b" not in out and "\x07" not in out and "\u202e" not in out


def test_closed_pipe_is_no_error(files: Path) -> None:
    script = (
        "import sys; from api.cli.auditor import main; "
        f"sys.exit(main(['show', {str(files / 'meeting.oss')!r}, '--verbose']))"
    )
    reader = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert reader.stdout is not None and reader.stderr is not None
    reader.stdout.close()
    said = reader.stderr.read()
    reader.stderr.close()
    assert (reader.wait(), said) == (0, b"")


def test_bundle_may_come_by_standard_input(files: Path) -> None:
    command = [sys.executable, "-m", "api.cli.auditor", "verify", "-"]
    done = subprocess.run(
        command, input=(files / "public.oss").read_bytes(), capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_flipped_byte_of_a_file_is_named(
    files: Path, held: Held, capsys: pytest.CaptureFixture[str]
) -> None:
    at = held.inspector.index(Forger(held.inspector).files["law/terms.toml"])
    (files / "changed.oss").write_bytes(flipped(held.inspector, at + 10))
    status, out, _ = run(capsys, "verify", files / "changed.oss")
    assert status == 1
    assert "law/terms.toml: Содержимое файла изменено" in out


def test_terminal_without_cyrillic_gets_an_answer(files: Path) -> None:
    command = [sys.executable, "-m", "api.cli.auditor", "verify", str(files / "public.oss")]
    env = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(command, capture_output=True, env=env, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.isascii()


class _Terminal(io.StringIO):
    @override
    def isatty(self) -> bool:
        return True


def test_bar_is_drawn_on_a_terminal_only_when_the_work_takes_a_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    times = iter(range(100))
    monkeypatch.setattr("api.cli.audit_input.time.monotonic", lambda: next(times))
    monkeypatch.setattr(sys, "stderr", terminal := _Terminal())
    bar = audit_input.ProgressBar("meeting.oss")
    bar.show(64, 128)
    bar.clear()
    assert "64/128" in terminal.getvalue()
    assert terminal.getvalue().endswith("\r\x1b[K")


def test_no_bar_where_nobody_watches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", silent := io.StringIO())
    bar = audit_input.ProgressBar("meeting.oss")
    bar.show(64, 128)
    bar.clear()
    assert silent.getvalue() == ""
