"""Prepared decisions as papers: what stands on them, on how many sheets, under which code."""

from __future__ import annotations

import re
from binascii import crc_hqx
from dataclasses import replace
from datetime import date
from fractions import Fraction
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader

from api.web.written import decision_number, meeting_code
from projections.documents.ballot_pdf import (
    DecisionMeeting,
    DecisionPremises,
    DecisionQuestion,
    SheetCode,
    WrittenDecision,
    ballot_pdf,
    decision_content,
)
from tests.web.conftest import MEETING, NAMES, title
from tests.web.test_owner_pages import ANSWERS, entries
from tests.web.test_steps import ACTING, send, vote

if TYPE_CHECKING:
    from tests.web.conftest import World

HELD = DecisionMeeting(
    code="10000012345678",
    system_id="10000012345678",
    address="г. Залесск, ул. Кленовая, д. 12",
    annual=True,
    form="mixed",
    period="с 02.03.2026 11:00 по 30.03.2026 20:00 (UTC+5)",
    until="30.03.2026 20:00 (UTC+5)",
    place="ул. Кленовая, д. 12, пом. 1",
    initiator="ООО «УК Пример-Тест»",
)
DECISION = WrittenDecision(
    number="BABCDEFGHIJ",
    revision=1,
    owner="Полевая Маргарита Климовна",
    representative="",
    premises=(
        DecisionPremises("квартира 1", Fraction("53.70"), Fraction(1, 2), Fraction("26.85"), "№ 1"),
        DecisionPremises("машино-место М-1", Fraction("16.30"), Fraction(1), Fraction("16.30"), ""),
    ),
    questions=(
        DecisionQuestion(1, "О ремонте", "Провести ремонт", "for"),
        DecisionQuestion(2, "О рекламе", "Передать фасад", "against"),
    ),
)
DAY = date(2026, 3, 2)


def words(pdf: bytes) -> list[str]:
    """Read the words of each page, spaces collapsed."""
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages]


def test_the_paper_names_owner_right_weight_and_where_to_hand_it_in() -> None:
    (page,) = words(ballot_pdf(HELD, [DECISION], DAY))
    for text in (
        "РЕШЕНИЕ собственника помещения в многоквартирном доме",
        "Годовое общее собрание в форме очно-заочного голосования",
        "Номер собрания в ГИС ЖКХ: 10000012345678.",
        "Полевая Маргарита Климовна",
        "СНИЛС (впишите)",
        "Квартира 1 53,70 1/2 26,85 № 1",
        "Вместе 43,15",
        "Сдайте подписанное решение до 30.03.2026 20:00 (UTC+5): ул. Кленовая, д. 12, пом. 1",
        "Без подписи этот лист голосом не является",
        "только в одной клетке",
        "1. О ремонте. Предложено: Провести ремонт.",
        "ЗА ПРОТИВ ВОЗДЕРЖАЛСЯ",
        "Решение № BABCDEFGHIJ лист 1 из 1",
        "подпись",
        "дата заполнения",
    ):
        assert text in page, text
    assert "Представитель" not in page


def test_an_organisation_writes_its_own_number_where_a_person_writes_the_snils() -> None:
    (person,) = words(ballot_pdf(HELD, [DECISION], DAY))
    (company,) = words(ballot_pdf(HELD, [replace(DECISION, is_person=False)], DAY))
    assert "СНИЛС (впишите)" in person
    assert "ОГРН (впишите)" in company
    assert "СНИЛС" not in company


def test_one_box_is_marked_at_each_question() -> None:
    (decision,) = decision_content(HELD, [DECISION])["decisions"]
    assert [question["boxes"] for question in decision["questions"]] == [
        [["ЗА", True], ["ПРОТИВ", False], ["ВОЗДЕРЖАЛСЯ", False]],
        [["ЗА", False], ["ПРОТИВ", True], ["ВОЗДЕРЖАЛСЯ", False]],
    ]


def test_the_same_answers_give_the_same_bytes_and_others_do_not() -> None:
    made = ballot_pdf(HELD, [DECISION], DAY)
    assert ballot_pdf(HELD, [DECISION], DAY) == made
    other = replace(DECISION, questions=(replace(DECISION.questions[0], mark="abstain"),))
    assert ballot_pdf(HELD, [other], DAY) != made


def test_every_sheet_is_numbered_signed_and_belongs_to_its_decision() -> None:
    questions = tuple(
        DecisionQuestion(n, f"О работе № {n}", "Провести работы по смете. " * 12, "for")
        for n in range(1, 13)
    )
    long = replace(DECISION, questions=questions)
    pages = words(ballot_pdf(HELD, [long, replace(DECISION, number="BZZZZZZZZZZ")], DAY))
    assert len(pages) > 3
    sheets = len(pages) - 1
    for number, page in enumerate(pages[:-1], 1):
        assert f"Решение № BABCDEFGHIJ лист {number} из {sheets}" in page
        assert "дата заполнения" in page
    assert "Решение № BZZZZZZZZZZ лист 1 из 1" in pages[-1]
    assert "12. О работе № 12." in " ".join(pages)


def test_a_question_longer_than_a_page_is_printed_whole() -> None:
    huge = DecisionQuestion(1, "О правилах", "Слово в слово. " * 900, "abstain")
    pages = words(ballot_pdf(HELD, [replace(DECISION, questions=(huge,))], DAY))
    assert sum(page.count("Слово в слово.") for page in pages) == 900


@pytest.mark.parametrize("text", ["#pagebreak()", "$x^2$", "*a* _b_ `c`", "\\u{41}", "<b>x</b>"])
def test_what_people_wrote_is_text_and_never_markup(text: str) -> None:
    hostile = replace(
        DECISION,
        owner=text,
        representative=text,
        premises=(replace(DECISION.premises[0], premises=text, document=text),),
        questions=(DecisionQuestion(1, text, text, "for"),),
    )
    held = replace(HELD, address=text, place=text, initiator=text)
    (page,) = words(ballot_pdf(held, [hostile], DAY))
    assert page.replace(" ", "").count(text.replace(" ", "")) >= 8


def test_the_code_is_short_ascii_and_guarded() -> None:
    code = SheetCode("10000012345678", "BABCDEFGHIJ", 1, 12, 3)
    text = code.to_text()
    assert text == "OSS1|10000012345678|BABCDEFGHIJ|1/12|r3|" + text[-4:]
    assert len(text) <= 60
    assert int(text[-4:], 16) == crc_hqx(text[:-5].encode("ascii"), 0xFFFF)
    assert replace(code, sheet=2).to_text()[-4:] != text[-4:]


def test_the_number_names_titles_in_any_order_and_the_meeting() -> None:
    number = decision_number(MEETING, [title("1"), title("2")])
    assert re.fullmatch("B[A-Z2-7]{10}", number)
    assert decision_number(MEETING, [title("2"), title("1")]) == number
    assert decision_number(MEETING, [title("1")]) != number
    assert meeting_code(MEETING, "10000012345678") == "10000012345678"
    assert re.fullmatch("M[0-9a-f]{12}", meeting_code(MEETING, None))


# --- through the pages ----------------------------------------------------------------------------


def test_the_owner_takes_the_prepared_paper_and_nothing_is_written(written: World) -> None:
    written.open()
    written.vote("rita", *ANSWERS)
    before = entries(written)
    paper = written.get(f"{written.path('rita')}/decision.pdf")
    assert paper.headers["content-type"] == "application/pdf"
    assert paper.headers["cache-control"] == "no-store"
    (page,) = words(paper.content)
    assert NAMES["rita"] in page
    number = decision_number(MEETING, [title("1"), title("2"), title("М-1")])
    assert f"Решение № {number}" in page
    assert "Вместе 123,15" in page
    assert "1-rita" in page
    assert written.get(f"{written.path('rita')}/decision.pdf").content == paper.content
    assert entries(written) == before


def test_different_answers_are_different_papers_and_the_representative_stands_there(
    written: World,
) -> None:
    written.open()
    send(written, "rita", "/representative", ACTING)
    send(written, "rita", "/premises", {"answer": "apart"})
    for number in (1, 2, 3):
        marks = {f"q{number}.1": "for", f"q{number}.2": "for", f"q{number}.3": "against"}
        send(written, "rita", f"/q/{number}", marks)
    assert vote(written, "rita").status_code == 303
    pages = words(written.get(f"{written.path('rita')}/decision.pdf").content)
    assert len(pages) == 2
    assert all("Лугов Клим Демьянович; доверенность № 77/12-н" in page for page in pages)
    assert ["Машино-место" in page for page in pages] == [False, True]


def test_there_is_no_paper_before_a_decision_is_prepared_nor_after_the_end(written: World) -> None:
    written.open()
    assert written.get(f"{written.path('rita')}/decision.pdf").status_code == 404
    written.vote("gleb", *ANSWERS)
    written.close()
    assert written.get(f"{written.path('gleb')}/decision.pdf").status_code == 404


def test_there_is_no_paper_where_the_answer_is_a_vote(regional: World) -> None:
    regional.open()
    regional.vote("rita", *ANSWERS)
    assert regional.get(f"{regional.path('rita')}/decision.pdf").status_code == 404
