"""Owners' data is never markup: whatever it says is printed as it stands."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projections.documents.printable import printable
from projections.documents.protocol_docx import protocol_docx
from projections.documents.protocol_pdf import protocol_pdf
from projections.documents.tally_pdf import tally_pdf
from projections.protocol import MeetingProtocol, ProtocolAnnex, ProtocolSigner
from tests.documents.reading import docx_text, pdf_text, plain
from tests.documents.sample import sample_protocol, small_protocol

HOSTILE = [
    '#panic("x")',
    "#sys.inputs #data.number_line",
    "$ x^2 + \\alpha $",
    "*жирно* _наклонно_ `код` ~ @ссылка",
    "<b>тег</b> &amp; <метка> ]]> <!-- -->",
    "= Заголовок - пункт + пункт / термин: да",
    "кавычки \"прямые\" 'одиночные' «ёлочки» „лапки“",
    "путь C:\\новый\\тест \\n \\u{41} %s {0} {{ x }}",
    "// комментарий /* и ещё */ --- -- ...",
    "https://example.test/a_b?c=1#d",
    "א שלום ב",
    "две\nстроки",
    "обратно\u202eтьсонжомзов",
    "\x00\x1b[31m",
    "漢字 \N{GRINNING FACE}",
]


def _everywhere(text: str) -> MeetingProtocol:
    protocol = small_protocol()
    first = replace(
        protocol.questions[0],
        question=text,
        norm=text,
        heard=text,
        proposed=text,
        needed=text,
        remarks=(text,),
    )
    return replace(
        protocol,
        number=text,
        address=text,
        place=text,
        basis_text=text,
        initiator=text,
        chair=text,
        secretary=text,
        counters=(text, text),
        questions=(first, *protocol.questions[1:]),
        storage_place=text,
        annexes=(ProtocolAnnex(1, text, 3),),
        signers=(ProtocolSigner(text, text),),
        remarks=(text,),
        proof=(text,),
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_printed_as_it_stands(text: str) -> None:
    protocol = _everywhere(text)
    shown = plain(printable(text))
    at_least = 12
    assert docx_text(protocol_docx(protocol)).count(shown) >= at_least
    if "ש" not in text:  # the order of Hebrew in extracted text is the reader's choice
        assert pdf_text(protocol_pdf(protocol)).count(shown) >= at_least
    assert "3 641,75 95,52 69,45" in pdf_text(protocol_pdf(protocol))


def test_hebrew_letters_reach_the_pdf() -> None:
    assert "ש" in pdf_text(protocol_pdf(_everywhere("שלום")))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_in_the_register_of_the_count(text: str) -> None:
    protocol = sample_protocol(50)
    first = replace(protocol.ballots[0], premises=text, voter=text, note=text)
    pdf = tally_pdf(
        replace(protocol, number=text, address=text, ballots=(first, *protocol.ballots[1:]))
    )
    if "ש" not in text:
        squeezed = plain(printable(text)).replace(" ", "")
        assert pdf_text(pdf).replace(" ", "").count(squeezed) >= 4


def test_a_word_longer_than_its_column_stays_on_the_page() -> None:
    word = "Сверхдлинное" * 20
    protocol = replace(sample_protocol(50), address=word)
    first = replace(protocol.ballots[0], premises=word, voter=word, note=word)
    pdf = tally_pdf(replace(protocol, ballots=(first, *protocol.ballots[1:])))
    assert pdf_text(pdf).replace(" ", "").count(word) == 4
    assert pdf_text(protocol_pdf(_everywhere(word))).replace(" ", "").count(word) >= 12


@settings(max_examples=25)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_no_text_stops_the_printing(text: str) -> None:
    protocol = _everywhere(text)
    assert protocol_pdf(protocol).startswith(b"%PDF")
    assert protocol_docx(protocol).startswith(b"PK")
