"""The register of the count: every ballot in its row, sums below, every sheet with a heading."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from io import BytesIO

import pytest
from pypdf import PdfReader

from domain.votes import russian
from projections.documents.tally_pdf import tally_pdf
from projections.documents.wording import MARKS
from projections.protocol import ProtocolAnnex
from tests.documents.reading import pdf_pages, pdf_text, plain
from tests.documents.sample import sample_protocol, small_protocol


def test_seven_hundred_ballots_each_stand_in_a_row() -> None:
    protocol = sample_protocol(700)
    rest = pdf_text(tally_pdf(protocol))
    for ballot in protocol.ballots:
        votes = russian(ballot.votes)
        row = (
            str(ballot.number),
            ballot.premises,
            ballot.voter,
            votes if ballot.counted else f"({votes})",
            *(MARKS[mark] for mark in ballot.marks),
            ballot.note if ballot.counted else f"не учтено; {ballot.note}",
        )
        before, found, rest = rest.partition(plain(" ".join(row)))
        assert found, f"{row} is missing in {before[:200]}"


def test_the_sums_and_the_control_line() -> None:
    protocol = sample_protocol(120)
    text = pdf_text(tally_pdf(protocol)).partition("Итоги по вопросам")[2]
    for q in protocol.questions:
        parts = (q.votes_for, q.votes_against, q.votes_abstained, q.votes_invalid)
        figures = " ".join(russian(part) for part in (*parts, protocol.participants))
        assert f"{q.number} {plain(figures)}" in text
    assert "Учтено 117 решений, не учтено 3." in text
    assert f"{plain(russian(protocol.participants))} равна количеству голосов принявших" in text


def test_every_sheet_repeats_the_heading_and_is_landscape() -> None:
    pdf = tally_pdf(sample_protocol(300))
    pages = pdf_pages(pdf)
    assert pages[0].startswith("Приложение № 8 к протоколу общего собрания № 10000012345678 от")
    for number, page in enumerate(pages[:-1], start=1):
        heads = ("№", "Помещение", "Собственник", "Голоса", "Вопросы", "Примечание")
        assert all(head in page.replace("\u00ad", "") for head in heads)
        assert "1 2 3 4 5 6 7 8" in page
        assert f"лист {number} из {len(pages)}" in page
    box = PdfReader(BytesIO(pdf)).pages[0].mediabox
    assert box.width > box.height


def test_an_agenda_too_wide_for_the_sheet_is_printed_in_blocks() -> None:
    protocol = sample_protocol(50)
    questions = tuple(
        replace(protocol.questions[index % 8], number=index + 1) for index in range(20)
    )
    lines = tuple(replace(line, marks=(line.marks * 3)[:20]) for line in protocol.ballots)
    pages = pdf_pages(tally_pdf(replace(protocol, questions=questions, ballots=lines)))
    text = " ".join(pages)
    heading = " ".join(str(number) for number in range(1, 15))
    assert heading in text
    assert "15 16 17 18 19 20" in text
    marks = " ".join(MARKS[mark] for mark in lines[49].marks[14:])
    assert marks in text


def test_a_protocol_without_ballots_and_annex_still_prints() -> None:
    protocol = replace(small_protocol(), annexes=(ProtocolAnnex(1, "Копия сообщения"),))
    text = pdf_text(tally_pdf(protocol))
    assert "Приложение № _____ к протоколу общего собрания № ______________ от 15.10.2026" in text
    assert "Учтено 0 решений, не учтено 0." in text


@pytest.mark.parametrize("count", [40, 700])
def test_made_again_the_bytes_are_the_same(count: int) -> None:
    assert tally_pdf(sample_protocol(count)) == tally_pdf(sample_protocol(count))


def test_thirds_are_cut_never_rounded_up() -> None:
    protocol = sample_protocol(50)
    thirds = [b for b in protocol.ballots if b.votes.denominator % 3 == 0]
    assert thirds
    text = pdf_text(tally_pdf(protocol))
    for ballot in thirds:
        shown = Fraction(russian(ballot.votes).replace(",", "."))
        assert shown < ballot.votes < shown + Fraction(1, 100)
        assert re.search(rf"\b{ballot.number} \S+ ?\d+ .*?{russian(ballot.votes)}", text)
