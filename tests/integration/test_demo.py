"""The demo's whole journey on both stores: every figure it prints is held against the documents."""

from __future__ import annotations

import contextlib
import io
import json
from fractions import Fraction
from typing import TYPE_CHECKING, Any
from uuid import UUID

import docx
import pypdf
import pytest
from rich.console import Console

from api.cli.operator import main
from api.demo import main as demo_main
from api.demo.main import staged
from api.demo.show import Show
from api.private_postgres import PostgresUnavailableError
from domain.events import Basis
from domain.facts import HouseId
from domain.votes import percent, russian
from signing.note import VerifierKey
from signing.receipt import Receipt

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from api.demo.run import Demo

OUTCOMES = [
    "carried",
    "carried",
    "carried",
    "rejected",
    "rejected",
    "carried",
    "carried",
    "carried",
]
NBSP = "\N{NO-BREAK SPACE}"


def run(demo: Demo) -> dict[str, str]:
    """Run every step; gives what was printed, by step."""
    for step in (
        "enter_house",
        "call",
        "announce",
        "open",
        "vote",
        "close",
        "tally",
        "protocol",
        "audit",
    ):
        getattr(demo, step)()
    return {step.title: "\n".join(step.proved) for step in demo.show.steps}


def plain(text: str) -> str:
    """Make all spaces equal."""
    return " ".join(text.replace(NBSP, " ").split())


@pytest.mark.parametrize(
    ("store", "basis"),
    [
        ("sqlite", Basis.REGIONAL_SYSTEM),
        ("sqlite", Basis.CHARTER),
        pytest.param("postgres", Basis.REGIONAL_SYSTEM, marks=pytest.mark.postgres),
        pytest.param("postgres", Basis.WRITTEN_DECISIONS, marks=pytest.mark.postgres),
    ],
)
def test_the_demo_runs_a_whole_meeting(
    store: str, basis: Basis, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """A house of 1143 premises meets, 700 ballots and more; all papers say the same figures."""
    if store == "postgres":
        request.getfixturevalue("postgres_server")
    out = tmp_path / "out"
    show = Show(Console(file=io.StringIO()))
    with staged(store, basis, out, show) as demo:
        told = run(demo)
        count = demo.secretary.get(f"/counts/{demo.count}")
        key = VerifierKey.from_text(_key(demo))
    assert count["ballots"] >= 700
    assert [item["outcome"] for item in count["items"]] == OUTCOMES
    _for_want_of_two_thirds_of_all(count)
    _voting_is_told(told, count)
    announced = plain(told["Объявления организации: одному подъезду, с исправлением"])
    assert "работы во 2-м подъезде — с 03.09.2026 10:00 до 03.09.2026 19:00" in announced
    assert "объявлений в чате два, а не четыре" in announced
    assert "четыре записи, прежние слова не стёрты" in announced
    assert "403 · Организация не может обращаться к домам" in announced
    finished = plain(told["Протокол, квитанция, пакет для проверки"])
    assert "каждое один раз" in finished
    assert "карточка собрания — одно сообщение; менялась на месте и закреплена" in finished
    assert "39 773,80" in plain(told["Дом и реестр собственников из файла XLSX"])
    _same_figures(out, count)
    receipt = Receipt.from_bytes((out / "receipt.tlog-proof").read_bytes())
    assert receipt.extra is not None
    receipt.verify(receipt.extra, [key])
    assert {"meeting.oss", "meeting-public.oss", "protocol.pdf"} <= {p.name for p in out.iterdir()}


def _for_want_of_two_thirds_of_all(count: dict[str, Any]) -> None:
    """What was rejected had a majority of the participants, and less than two thirds of all."""
    present, everybody = Fraction(count["participants"]), Fraction(count["all_votes"])
    rejected = [item for item in count["items"] if item["outcome"] == "rejected"]
    votes = [Fraction(item["votes_for"]) for item in rejected]
    assert len(votes) == 2
    assert all(v * 2 > present and v * 3 < everybody * 2 for v in votes)


def _voting_is_told(told: dict[str, str], count: dict[str, Any]) -> None:
    """Every refusal has its sentence, and the live turnout ends at what is counted."""
    titles = ("Собственники голосуют", "Собственники готовят решения")
    voting = plain(next(text for title, text in told.items() if title.startswith(titles)))
    for said in (
        "второй голос отклонён: 409 · Решение по этому помещению получено",
        "голос за чужое помещение: 403 · Решение подаёт собственник помещения",
        "отозванная ссылка: 410 · Эта личная ссылка больше не действует",
        "собственник возразил против бумаги от его имени",
    ):
        assert said in voting
    present, everybody = Fraction(count["participants"]), Fraction(count["all_votes"])
    turnout = f"явка {percent(present, everybody)} %, решений {count['ballots']}"
    assert voting.endswith(plain(turnout))
    closing = plain(told["Закрытие: опоздавший голос не принимается"])
    assert "409 · Приём решений окончен 12.10.2026 18:00" in closing
    assert count["contested"] == 1


def _key(demo: Demo) -> str:

    return demo.services.logs.key(HouseId(UUID(demo.house))).to_text()


def _same_figures(out: Path, count: dict[str, object]) -> None:
    pages = pypdf.PdfReader(out / "protocol.pdf").pages
    pdf = plain(" ".join(page.extract_text() for page in pages))
    book = docx.Document(str(out / "protocol.docx"))
    cells = [cell.text for table in book.tables for row in table.rows for cell in row.cells]
    word = plain(" ".join([*(p.text for p in book.paragraphs), *cells]))
    figures = json.loads((out / "protocol.json").read_text(encoding="utf-8"))
    everybody = Fraction(str(count["all_votes"]))
    present = Fraction(str(count["participants"]))
    assert Fraction(figures["all_votes"]) == everybody == Fraction("39773.8")
    assert Fraction(figures["participants"]) == present
    items = count["items"]
    assert isinstance(items, list)
    for item, told in zip(items, figures["questions"], strict=True):
        marks = [Fraction(item[f"votes_{mark}"]) for mark in ("for", "against", "abstained")]
        assert sum(marks, Fraction(item["votes_invalid"])) == present
        assert Fraction(told["for"]) == marks[0]
        for votes in marks:
            for shown in (russian(votes), percent(votes, present), percent(votes, everybody)):
                assert plain(shown) in pdf
                assert plain(shown) in word


@pytest.mark.parametrize(("name", "fit"), [("STORE", "sqlite, postgres"), ("BASIS", "charter")])
@pytest.mark.parametrize("command", [("demo",), ("serve", "--demo")])
def test_a_variable_that_does_not_fit_is_named_before_anything_is_lost(
    command: tuple[str, ...],
    name: str,
    fit: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(name, "другое")
    earlier = tmp_path / "demo-output" / "meeting.oss"
    earlier.parent.mkdir()
    earlier.write_text("earlier")
    assert main(command) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"Показ не запущен. {name}: «другое» не подходит; есть ")
    assert fit in err
    assert earlier.exists()


def test_a_machine_without_postgresql_is_told_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    @contextlib.contextmanager
    def nowhere() -> Iterator[None]:
        raise PostgresUnavailableError("Программа initdb не найдена: установите пакет postgresql.")
        yield

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(demo_main, "private_postgres", nowhere)
    assert main(["demo", "--store", "postgres"]) == 2
    said = "Показ не запущен. Программа initdb не найдена: установите пакет postgresql.\n"
    assert capsys.readouterr().err == said


def test_an_unknown_command_is_refused_in_russian(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["frobnicate"])
    assert ended.value.code == 2
    assert "Команда не понята: " in capsys.readouterr().err
