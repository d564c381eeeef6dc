"""The demo's whole journey on both stores: every figure it prints is held against the documents."""

from __future__ import annotations

import io
import json
from fractions import Fraction
from typing import TYPE_CHECKING
from uuid import UUID

import docx
import pypdf
import pytest
from rich.console import Console

from api.demo.main import staged
from api.demo.show import Show
from domain.events import Basis
from domain.facts import HouseId
from domain.votes import percent, russian
from signing.note import VerifierKey
from signing.receipt import Receipt

if TYPE_CHECKING:
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
