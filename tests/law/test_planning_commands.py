"""`sobranie plan` and `sobranie lint`: exit status and what is printed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.law.test_check_protocol_command import run

MIXED = [
    "plan", "--form", "mixed", "--starts", "2027-03-12T19:00", "--ends", "2027-04-11T20:00",
    "--zone", "Asia/Vladivostok", "--today",
]  # fmt: skip


def test_a_plan_as_text_json_and_calendar(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ics = tmp_path / "plan.ics"
    assert run([*MIXED, "2027-02-10", "--ics", str(ics)]) == 0
    out = capsys.readouterr().out
    assert "02.03.2027  не позднее: сообщение о собрании (ч. 4 ст. 45 ЖК РФ)" in out
    assert ics.read_bytes().startswith(b"BEGIN:VCALENDAR\r\n")
    assert run([*MIXED, "2027-02-10", "--json"]) == 0
    form = json.loads(capsys.readouterr().out)
    assert form["possible"] is True
    assert {"id", "title", "day", "moment", "kind", "norm"} == set(form["steps"][0])


def test_an_impossible_plan_names_the_nearest_day(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*MIXED, "2027-03-05"]) == 1
    assert "Ближайший возможный день: 15.03.2027" in capsys.readouterr().out
    assert run([*MIXED, "2027-03-05", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["nearest"] == "2027-03-15"


@pytest.mark.parametrize(
    "change", [["--zone", "Nowhere/City"], ["--starts", "soon"], ["--failed-meeting", "31.31"]]
)
def test_unusable_wishes(change: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*MIXED, "2027-02-10", *change]) == 2
    assert capsys.readouterr().err


def lint(tmp_path: Path, data: Any, *more: str) -> int:
    file = tmp_path / "agenda.json"
    file.write_bytes(data if isinstance(data, bytes) else json.dumps(data).encode())
    return run(["lint", str(file), *more])


def agenda(text: str, decision: str, date: str = "2026-06-01") -> dict[str, Any]:
    item = {"number": "1", "text": text, "decision": decision}
    return {"format": "sobranie-agenda/1", "date": date, "items": [item]}


def test_an_agenda_is_linted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert lint(tmp_path, agenda("Разное", "44.2.5")) == 1
    assert "приказа 44/пр" in capsys.readouterr().out
    assert lint(tmp_path, agenda("Разное", "44.2.5"), "--json") == 1
    (first, *_) = json.loads(capsys.readouterr().out)["findings"]
    assert first["code"] == "miscellaneous" and first["words"] == ["разное"]
    assert lint(tmp_path, agenda("Избрать председателем собрания жильца № 7", "procedural")) == 0
    assert capsys.readouterr().out == "Замечаний нет.\n"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"\xff",
        b"[" * 100_000,
        {"format": "sobranie-agenda/1", "date": "2026-06-01", "items": []},
        {"format": "sobranie-agenda/1", "date": "2026-06-01", "items": [{"number": "1"}]},
        {"format": "sobranie-agenda/1", "date": "today", "items": [
            {"number": "1", "text": "a", "decision": "b"}]},
        {"format": "sobranie-agenda/1", "date": "2026-06-01", "items": [
            {"number": 1, "text": "a", "decision": "b"}]},
    ],
)  # fmt: skip
def test_an_unusable_agenda(tmp_path: Path, data: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert lint(tmp_path, data) == 2
    assert capsys.readouterr().err.startswith("Повестка не читается")
