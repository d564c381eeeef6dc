"""The conformance corpus: made again byte for byte, and every case comes out as expected."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from domain.law.reference import LawPack
from projections.conformance import UnusableCase, read_case, run_case
from tests.law.generate_corpus import cases, to_bytes
from tests.law.test_check_protocol_command import run

CORPUS = Path(__file__).parent / "corpus"
FILES = sorted(CORPUS.glob("*.json"))


def test_there_are_at_least_three_hundred_cases() -> None:
    assert len(FILES) >= 300


def test_making_the_corpus_again_changes_nothing() -> None:
    made = {f"{id_}.json": to_bytes(case) for id_, case in cases().items()}
    assert made == {file.name: file.read_bytes() for file in FILES}


def test_every_case_comes_out_as_expected(pack: LawPack) -> None:
    differences = [d for file in FILES for d in run_case(read_case(file.read_bytes()), pack)]
    assert differences == []


def test_every_case_names_its_norm_and_title() -> None:
    for file in FILES:
        case = read_case(file.read_bytes())
        assert case["norm"] and case["title"] and case["id"] == file.stem


def test_a_wrong_expectation_is_noticed(pack: LawPack) -> None:
    case = read_case((CORPUS / "twice-charter-link-paper-for-against.json").read_bytes())
    case["expected"]["questions"][0]["outcome"] = "rejected"
    case["expected"]["left_out"] = []
    assert [d.what for d in run_case(case, pack)] == ["left_out", "1.outcome"]


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = (CORPUS / "no-ballots.json").read_bytes()
    (tmp_path / "a.json").write_bytes(good)
    assert run(["conformance", str(tmp_path)]) == 0
    assert capsys.readouterr().out == "Случаев: 1, расходятся: 0.\n"
    (tmp_path / "a.json").write_bytes(good.replace(b"no_quorum", b"carried"))
    assert run(["conformance", str(tmp_path), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["failed"] == 1
    (tmp_path / "a.json").write_bytes(b"{}")
    assert run(["conformance", str(tmp_path)]) == 2
    (tmp_path / "a.json").unlink()
    assert run(["conformance", str(tmp_path)]) == 2
    assert "нет случаев" in capsys.readouterr().err


@pytest.mark.parametrize("data", [b"", b"[]", b"\xff", b'{"format": "sobranie-conformance/2"}'])
def test_what_is_no_case(data: bytes) -> None:
    with pytest.raises(UnusableCase):
        read_case(data)


def test_a_case_with_a_hole_is_unusable(pack: LawPack) -> None:
    case = read_case(FILES[0].read_bytes())
    del case["premises"][0]["area"]
    with pytest.raises(UnusableCase):
        run_case(case, pack)
