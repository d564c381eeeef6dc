"""Who chaired, who kept the record and who counted, as the words of the questions say."""

from __future__ import annotations

from uuid import UUID

import pytest

from domain.agenda import AgendaItem
from domain.facts import Party, PartyKind, PersonId
from projections.officers import Office, elections, signed_as

PEOPLE = tuple(Party(PersonId(UUID(int=number)), PartyKind.PERSON) for number in range(1, 5))
CHAIR, SECRETARY, COUNTER = Office.CHAIR, Office.SECRETARY, Office.COUNTER


def _who(question: str, proposal: str, persons: int) -> dict[Office, list[int]]:
    item = AgendaItem(1, question, proposal, "procedural", persons=PEOPLE[:persons])
    found = elections(item)
    return {office: [PEOPLE.index(p) + 1 for p in people] for office, people in found.items()}


@pytest.mark.parametrize(
    ("question", "proposal", "persons", "wanted"),
    [
        (
            "Об избрании",
            "Избрать председателем {1}, секретарём — {2}.",
            2,
            {CHAIR: 1, SECRETARY: 2},
        ),
        ("Об избрании", "Избрать {1} председателем, {2} секретарем", 2, {CHAIR: 1, SECRETARY: 2}),
        ("Об избрании", "Секретарь — {1}, председатель — {2}", 2, {CHAIR: 2, SECRETARY: 1}),
        ("О председателе собрания", "Избрать {1}", 1, {CHAIR: 1}),
        ("О секретаре собрания", "Избрать секретарём общего собрания {1}.", 1, {SECRETARY: 1}),
        ("О процедуре", "Избрать названных", 2, {CHAIR: 1, SECRETARY: 2}),
        ("О председателе и секретаре", "Избрать названных", 2, {CHAIR: 1, SECRETARY: 2}),
        ("О председателе счётной комиссии", "Избрать {1}", 1, {COUNTER: 1}),
    ],
)
def test_the_words_of_a_question_say_who_is_elected(
    question: str, proposal: str, persons: int, wanted: dict[Office, int]
) -> None:
    assert _who(question, proposal, persons) == {o: [number] for o, number in wanted.items()}


def test_a_commission_is_not_taken_for_chair_and_secretary() -> None:
    lone = "Избрать для подсчёта голосов комиссию в составе: {1}, {2}, {3}."
    assert _who("О счётной комиссии", lone, 3) == {COUNTER: [1, 2, 3]}
    assert _who("О лицах", "Избрать {1} и {2} в счётную комиссию", 2) == {COUNTER: [1, 2]}


def test_an_office_whose_holder_is_not_recorded_stays_open() -> None:
    found = _who("Об избрании председателя и секретаря", "Избрать председателем: {1}.", 1)
    assert found == {CHAIR: [1], SECRETARY: []}
    assert _who("Об избрании председателя", "Избрать Иванова", 0) == {CHAIR: []}


def test_a_question_of_something_else_elects_nobody() -> None:
    assert _who("О порядке ведения", "Утвердить регламент", 0) == {}
    assert _who("О порядке ведения", "Поручить {1}", 1) == {}


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Рощин Глеб Захарович", "Рощин Г. З."),
        ("Громова-Дальняя Анна", "Громова-Дальняя А."),
        ("Мамедов Али Гасан оглы", "Мамедов Али Гасан оглы"),
        ("имя скрыто", "имя скрыто"),
        ("", ""),
    ],
)
def test_a_signature_block_has_surname_and_initials(name: str, short: str) -> None:
    assert signed_as(name).replace("\N{NO-BREAK SPACE}", " ") == short
