"""A file that cannot be read or written is spoken of in Russian, wherever it was named."""

from __future__ import annotations

import errno
import os
import re
from typing import TYPE_CHECKING

import pytest

from api.audit.own_count import CannotRecountError, read_law
from api.settings import SettingsError, read_settings
from api.wording.files import why_unreadable, why_unwritable
from tests.law.test_check_protocol_command import run
from tests.law.test_planning_commands import MIXED

if TYPE_CHECKING:
    from pathlib import Path

ABSENT = "такого файла нет; проверьте путь"
FOLDER = "это папка, а нужен файл"
USUAL = ("ENOENT", "ENOTDIR", "EISDIR", "EACCES", "EPERM", "ENAMETOOLONG", "ELOOP", "EIO")


def fault(name: str) -> OSError:
    """Give the fault as the system words it."""
    number = getattr(errno, name)
    return OSError(number, os.strerror(number))


@pytest.mark.parametrize("name", USUAL)
def test_what_usually_happens_has_no_english_word(name: str) -> None:
    for said in (why_unreadable(fault(name)), why_unwritable(fault(name))):
        assert said
        assert re.search("[a-zA-Z]", said) is None


@pytest.mark.parametrize("name", ["EROFS", "ENOSPC", "EDQUOT"])
def test_a_disk_that_takes_nothing_is_named(name: str) -> None:
    assert re.search("[a-zA-Z]", why_unwritable(fault(name))) is None


def test_a_rare_reason_keeps_the_systems_words() -> None:
    rare = OSError(errno.ESTALE, "Stale file handle")
    assert why_unreadable(rare) == "ошибка чтения (Stale file handle)"
    assert why_unwritable(rare) == "ошибка записи (Stale file handle)"


@pytest.mark.parametrize("command", ["check-protocol", "lint"])
def test_the_judge_and_the_planner_say_why(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path, why in ((tmp_path / "none.json", ABSENT), (tmp_path, FOLDER)):
        assert run([command, str(path)]) == 2
        assert capsys.readouterr().err == f"Файл «{path}» не читается: {why}.\n"


def test_a_case_of_conformance_that_is_a_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "case.json").mkdir()
    assert run(["conformance", str(tmp_path)]) == 2
    assert capsys.readouterr().err == f"Файл «case.json» не читается: {FOLDER}.\n"


def test_a_calendar_that_cannot_be_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path, why in (
        (tmp_path / "no" / "plan.ics", "такой папки нет; проверьте путь"),
        (tmp_path, FOLDER),
    ):
        assert run([*MIXED, "2027-02-10", "--ics", str(path)]) == 2
        assert capsys.readouterr() == ("", f"Календарь «{path}» не записан: {why}.\n")


def test_the_witnesses_of_the_settings(tmp_path: Path) -> None:
    env = {"SOBRANIE_HOME": str(tmp_path / "home"), "SOBRANIE_WITNESSES": str(tmp_path / "none")}
    with pytest.raises(SettingsError) as refused:
        read_settings(env)
    assert str(refused.value).endswith(f"«{tmp_path / 'none'}» не читается: {ABSENT}")


def test_a_law_pack_names_the_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "terms.toml").mkdir()
    with pytest.raises(CannotRecountError) as refused:
        read_law(tmp_path)
    assert str(refused.value) == f"«{tmp_path / 'terms.toml'}» не читается: {FOLDER}."
