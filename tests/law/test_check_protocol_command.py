"""`sobranie check-protocol`: exit status, sentences for unusable input, odd but usable numbers."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import pytest

from api.cli import judge

CASES = Path(__file__).parent / "cases"
GOOD: dict[str, Any] = {
    "format": "sobranie-figures/1",
    "date": "2019-05-20",
    "total_votes": "3000",
    "participants_votes": "2000",
    "questions": [{"number": "1", "percent": {"base": "participants", "for": "60.00"}}],
}


def run(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser()
    judge.add_commands(parser.add_subparsers(required=True))
    parsed = parser.parse_args(arguments)
    status: int = parsed.handler(parsed)
    return status


def check(tmp_path: Path, data: bytes | dict[str, Any], *more: str) -> int:
    file = tmp_path / "figures.json"
    file.write_bytes(data if isinstance(data, bytes) else json.dumps(data).encode())
    return run(["check-protocol", str(file), *more])


@pytest.mark.parametrize(
    ("case", "status"),
    [("kh-marksa145-2018", 0), ("kh-matveevskoe27-2018", 1), ("kh-stroiteley20-2019", 0)],
)
def test_published_protocols(case: str, status: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check-protocol", str(CASES / f"{case}.json"), "--json"]) == status
    form = json.loads(capsys.readouterr().out)
    assert form["format"] == "sobranie-judgement/1"
    assert run(["check-protocol", str(CASES / f"{case}.json")]) == status
    assert "Кворум: есть" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"format": "sobranie-figures/2"}, "format"),
        ({"format": None}, "format"),
        ({"date": None}, "date"),
        ({"date": "31.02.2019"}, "date"),
        ({"date": 2019}, "date"),
        ({"date": "2005-02-28"}, "date"),
        ({"body": "parliament"}, "body"),
        ({"total_votes": "-1"}, "total_votes"),
        ({"total_votes": "\u22121"}, "total_votes"),
        ({"total_votes": "0"}, "total_votes"),
        ({"total_votes": "NaN"}, "total_votes"),
        ({"total_votes": "много"}, "total_votes"),
        ({"total_votes": True}, "total_votes"),
        ({"total_votes": [1]}, "total_votes"),
        ({"participants_votes": "1e3"}, "participants_votes"),
        ({"printed": []}, "printed"),
        ({"printed": {"quorum_percent": "100.01"}}, "printed.quorum_percent"),
        ({"printed": {"quorum_held": "yes"}}, "printed.quorum_held"),
        ({"questions": []}, "questions"),
        ({"questions": None}, "questions"),
        ({"questions": ["1"]}, "questions[0]"),
        ({"questions": [{"number": [1]}]}, "questions[0].number"),
        ({"questions": [{"decision": 44}]}, "questions[0].decision"),
        ({"questions": [{"percent": {"base": "all", "for": "101"}}]}, "questions[0].percent.for"),
        ({"questions": [{"percent": {"base": "some", "for": "1"}}]}, "questions[0].percent.base"),
        ({"questions": [{"votes": {"for": "-5"}}]}, "questions[0].votes.for"),
        ({"questions": [{"printed": {"carried": 1}}]}, "questions[0].printed.carried"),
        ({"questions": [{"bases": {"residential_owners": "x"}}]},
         "questions[0].bases.residential_owners"),
    ],
)  # fmt: skip
def test_unusable_input_names_the_field(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], change: dict[str, Any], field: str
) -> None:
    assert check(tmp_path, GOOD | change) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(f"Поле «{field}»: ")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe\x00",
        b'{"format": NaN}',
        b'{"format": "a", "format": "b"}',
        b"[" * 100_000,
        b'{"total_votes": ' + b"1" * 5000 + b"}",
        b'{"format": "sobranie-figures/1", "date": "2019-05-20", "total_votes": 1e999999999, '
        b'"questions": [{}]}',
    ],
)
def test_what_is_no_file_of_figures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], data: bytes
) -> None:
    assert check(tmp_path, data) == 2
    assert capsys.readouterr().err.strip()


def test_a_missing_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check-protocol", str(tmp_path / "none.json")]) == 2
    assert "не читается" in capsys.readouterr().err


@pytest.mark.parametrize(
    "change",
    [
        {"total_votes": "3\u00a0000,00", "participants_votes": "2 000,0"},
        {"total_votes": 3000, "participants_votes": 2000.0},
        {"date": "20.05.2019"},
        {"printed": None, "form": None, "body": None},
        {"questions": [{"percent": {"base": "participants", "for": 60}}]},
        {"questions": [{"percent": {"base": "participants", "for": "60,00 %"}}]},
        {"questions": [{"number": 1, "percent": None, "votes": {"for": 1200, "base": "all"}}]},
        {"questions": [{"number": "1", "votes": {"for": 1200.0, "base": 2000}}]},
        {"questions": [{"percent": {"base": "participants", "for": "60.00", "invalid": ""}}]},
        {"expected": [], "comment": "unknown keys of the author do no harm"},
    ],
)
def test_odd_but_usable_figures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], change: dict[str, Any]
) -> None:
    assert check(tmp_path, GOOD | change, "--json") == 0
    form = json.loads(capsys.readouterr().out)
    assert form["questions"][0]["outcome"] == "carried"


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    assert check(tmp_path, b"\xef\xbb\xbf" + json.dumps(GOOD).encode()) == 0
