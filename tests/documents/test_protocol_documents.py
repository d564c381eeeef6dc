"""The protocol as PDF and DOCX: the same figures, in the same order, the same bytes every time."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from docx import Document
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from domain.votes import percent, russian
from projections.documents.protocol_docx import protocol_docx
from projections.documents.protocol_pdf import protocol_pdf
from projections.protocol import ProtocolAnnex
from tests.documents.reading import (
    docx_lines,
    docx_tables,
    docx_text,
    pdf_pages,
    pdf_text,
    plain,
)
from tests.documents.sample import sample_protocol, small_protocol, without_quorum

if TYPE_CHECKING:
    from collections.abc import Callable

    from pypdf import PageObject

    from projections.protocol import MeetingProtocol

GOLDEN = Path(__file__).parent / "golden" / "small_protocol.txt"
ORDER = (
    "ПРОТОКОЛ № 10000012345678",
    "Внеочередное общее собрание собственников помещений",
    "проведено в форме очно-заочного голосования",
    "с 14 сентября 2026 г. 19 ч 00 мин по 12 октября 2026 г. 18 ч 00 мин (местное время, UTC+5)",
    "Очное обсуждение: 14 сентября 2026 г., 19 ч 00 мин.",
    "I. ВВОДНАЯ ЧАСТЬ",
    "1. Инициатор общего собрания: ООО «УК Пример-Тест»",
    "список прилагается (приложение № 4 к настоящему протоколу)",
    "6. Приглашённые лица: 2 (два), список прилагается (приложение № 5",
    "39 773,80 кв. м, в том числе жилых 36 120,45 кв. м, нежилых 3 653,35 кв. м",
    "необходимо более 19 886,90 голоса. КВОРУМ ИМЕЕТСЯ.",
    "12. Повестка дня:",
    "8) Об определении места хранения копий протокола.",
    "II. ОСНОВНАЯ ЧАСТЬ",
    "Вопрос № 1. Об избрании лица",
    "СЛУШАЛИ: Рощина",
    "ПРЕДЛОЖЕНО: избрать",
    "РЕШИЛИ (ПОСТАНОВИЛИ): по вопросу № 1 «Об избрании лица",
    "РЕШЕНИЕ ПРИНЯТО. Избрать председательствующим",
    "Вопрос № 8.",
    "хранения копий протокола и решений собственников: г. Залесск",
    "ПРИЛОЖЕНИЯ",
    "№ 4. Список присутствующих лиц, на 22 л.",
    "№ 9. Решения собственников помещений, на _____ л.",
    "ЗАМЕЧАНИЯ Решение № 12 оспорено",
    "ПОДПИСИ",
    "Председательствующий на общем собрании",
    "/ Рощин Г. З. /",
    "20___ г.",
    "Голоса и проценты напечатаны с двумя знаками",
    "Правила: sobranie-law 2026.1",
    "Контрольная сумма чисел протокола (SHA-256):",
)


def _rows(protocol: MeetingProtocol) -> list[list[list[str]]]:
    tables = []
    for q in protocol.questions:
        votes = {
            "«за»": q.votes_for,
            "«против»": q.votes_against,
            "«воздержался»": q.votes_abstained,
            "недействительно": q.votes_invalid,
            "всего": protocol.participants,
        }
        tables.append(
            [
                [
                    name,
                    russian(number),
                    percent(number, protocol.participants),
                    percent(number, protocol.all_votes),
                ]
                for name, number in votes.items()
            ]
        )
    return tables


def _resources(page: PageObject) -> list[str]:
    resources = page["/Resources"].get_object()
    assert isinstance(resources, DictionaryObject)
    fonts = resources["/Font"].get_object()
    assert isinstance(fonts, DictionaryObject)
    found = [font.get_object() for font in fonts.values()]
    return [str(font["/BaseFont"]) for font in found if isinstance(font, DictionaryObject)]


def test_all_figures_stand_in_the_pdf() -> None:
    protocol = sample_protocol()
    text = pdf_text(protocol_pdf(protocol))
    rest = text
    for table in _rows(protocol):
        for row in table:
            before, found, rest = rest.partition(plain(" ".join(row)))
            assert found, f"{row} is missing after …{before[:80]}"
    assert plain(russian(protocol.participants)) + ", что составляет 53,45 %" in text


def test_all_figures_stand_in_the_docx() -> None:
    protocol = sample_protocol()
    tables = docx_tables(protocol_docx(protocol))
    votes = [table[1:] for table in tables if table[0][0] == "Голосовали"]
    assert votes == _rows(protocol)


@pytest.mark.parametrize(
    "text_of", [lambda p: pdf_text(protocol_pdf(p)), lambda p: docx_text(protocol_docx(p))]
)
def test_the_order_of_the_protocol(text_of: Callable[[MeetingProtocol], str]) -> None:
    rest = text_of(sample_protocol(200))
    for part in ORDER:
        before, found, rest = rest.partition(part)
        assert found, f"«{part}» is missing in …{before[:300]}"


def test_the_small_protocol_reads_as_the_golden_file_says() -> None:
    text = "\n".join(docx_lines(protocol_docx(small_protocol()))) + "\n"
    assert text.replace("\N{NO-BREAK SPACE}", "~") == GOLDEN.read_text("utf-8")


@pytest.mark.parametrize("build", [sample_protocol, small_protocol, without_quorum])
@pytest.mark.parametrize("render", [protocol_pdf, protocol_docx])
def test_made_again_the_bytes_are_the_same(
    build: Callable[[], MeetingProtocol], render: Callable[[MeetingProtocol], bytes]
) -> None:
    assert render(build()) == render(build())


def test_the_pdf_is_for_archives_with_its_fonts_inside() -> None:
    reader = PdfReader(BytesIO(protocol_pdf(small_protocol())))
    metadata = reader.xmp_metadata
    assert metadata is not None
    assert (metadata.pdfaid_part, metadata.pdfaid_conformance) == ("2", "B")
    assert reader.metadata is not None
    assert reader.metadata.creation_date is not None
    assert reader.metadata.creation_date.date() == date(2026, 10, 15)
    assert str(reader.root_object["/Lang"]) == "ru-RU"
    fonts = [_resources(page) for page in reader.pages]
    assert all(fonts)
    assert all("+LiberationSerif" in name for page in fonts for name in page)


def test_pages_are_a4_and_numbered_from_the_second() -> None:
    pdf = protocol_pdf(sample_protocol(100))
    pages = pdf_pages(pdf)
    assert len(pages) >= 4
    assert pages[0].startswith("ПРОТОКОЛ")
    for number, page in enumerate(pages, start=1):
        assert f"Протокол № 10000012345678 · лист {number} из {len(pages)}" in page
        assert number == 1 or page.startswith(f"{number} ")
    box = PdfReader(BytesIO(pdf)).pages[0].mediabox
    assert (round(box.width), round(box.height)) == (595, 842)


def test_a_question_is_not_torn_apart() -> None:
    protocol = sample_protocol(100)
    pages = pdf_pages(protocol_pdf(protocol))
    for question in protocol.questions:
        heading = f"Вопрос № {question.number}. "
        ending = "РЕШЕНИЕ ПРИНЯТО." if question.outcome == "carried" else "РЕШЕНИЕ НЕ ПРИНЯТО."
        page = next(page for page in pages if heading in page)
        text = page.partition(heading)[2].partition("Вопрос № ")[0]
        assert ending in text
        assert plain(f"всего {russian(protocol.participants)}") in text


def test_signatures_never_stand_alone_on_a_sheet() -> None:
    protocol = sample_protocol(40)
    for lines in range(0, 12, 2):
        heard = "\n".join(["и ещё раз о том же"] * lines)
        longer = replace(
            protocol,
            questions=(replace(protocol.questions[0], heard=heard), *protocol.questions[1:]),
        )
        page = pdf_pages(protocol_pdf(longer))[-1]
        before, found, after = page.partition("ПОДПИСИ")
        assert found
        assert "№ 9. Решения собственников" in before
        assert "Контрольная сумма" in after


def test_a_question_longer_than_a_page_flows_on() -> None:
    protocol = small_protocol()
    long = "\n".join(f"пункт {number} проекта договора" for number in range(120))
    longer = replace(
        protocol, questions=(replace(protocol.questions[0], proposed=long), *protocol.questions[1:])
    )
    text = pdf_text(protocol_pdf(longer))
    assert text.count("пункт 119 проекта договора") == 2
    assert "3 641,75 95,52 69,45" in text


def test_without_a_quorum_nothing_was_decided() -> None:
    for text in (
        pdf_text(protocol_pdf(without_quorum())),
        docx_text(protocol_docx(without_quorum())),
    ):
        assert "КВОРУМ ОТСУТСТВУЕТ. Общее собрание неправомочно" in text
        assert text.count("КВОРУМ ОТСУТСТВУЕТ. Решение по вопросу не принималось.") == 3
        assert "РЕШЕНИЕ ПРИНЯТО" not in text
        assert "РЕШЕНИЕ НЕ ПРИНЯТО" not in text


def test_a_question_with_a_quorum_of_its_own_is_told_apart() -> None:
    protocol = without_quorum()
    apart = replace(protocol.questions[1], quorum_held=True, outcome="carried")
    questions = (protocol.questions[0], apart, protocol.questions[2])
    text = pdf_text(protocol_pdf(replace(protocol, questions=questions)))
    assert "кроме вопросов с особым порядком определения кворума: № 2." in text
    assert text.count("Кворум по этому вопросу имеется.") == 1
    assert text.count("РЕШЕНИЕ ПРИНЯТО. Провести в срок") == 1


def test_an_unclear_outcome_names_no_decision() -> None:
    text = docx_text(protocol_docx(small_protocol()))
    assert "РЕШЕНИЕ НЕ ОПРЕДЕЛЕНО. Примечание. Две редакции нормы" in text


def test_gaps_are_left_for_what_is_not_known_yet() -> None:
    protocol = small_protocol()
    nothing_heard = replace(protocol.questions[0], heard="")
    protocol = replace(
        protocol,
        questions=(nothing_heard, *protocol.questions[1:]),
        annexes=(ProtocolAnnex(1, "Документы"),),
        counters=(),
        signers=(),
    )
    for text in (pdf_text(protocol_pdf(protocol)), docx_text(protocol_docx(protocol))):
        assert "ПРОТОКОЛ № ______________ " in text
        assert "приложение № _____ к настоящему протоколу" in text
        assert "№ 1. Документы, на _____ л." in text
        assert "СЛУШАЛИ: ______________" in text
        assert "Лица, проводившие подсчёт голосов: не избирались." in text


def test_the_docx_tells_nothing_of_the_machine_it_was_made_on() -> None:
    docx = protocol_docx(small_protocol())
    properties = Document(BytesIO(docx)).core_properties
    assert (properties.author, properties.last_modified_by, properties.comments) == ("", "", "")
    assert properties.created is not None
    assert properties.created.date() == date(2026, 10, 15)
    with zipfile.ZipFile(BytesIO(docx)) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        footer = package.read("word/footer1.xml") + package.read("word/footer2.xml")
    assert "числа: ".encode() in footer


@pytest.mark.parametrize("render", [protocol_pdf, protocol_docx])
def test_whoever_is_not_known_by_name_leaves_a_gap_to_write_in(
    render: Callable[[MeetingProtocol], bytes],
) -> None:
    known = small_protocol()
    signers = (replace(known.signers[0], name=""), *known.signers[1:])
    made = render(replace(known, chair="", signers=signers))
    text = plain(pdf_text(made) if render is protocol_pdf else docx_text(made))
    assert "Председательствующий на общем собрании: ______________ 3. Секретарь" in text
    assert "/ ______________ /" in text
