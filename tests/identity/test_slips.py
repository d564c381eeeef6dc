"""Slips for paper notices: what each says, how lists are shortened, nothing cut at an edge."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader
from pypdf.generic import ContentStream

from api.identity.slips import ROOM, Heading, Slip, slips_pdf

if TYPE_CHECKING:
    from pypdf import PageObject

ASCENT, DESCENT = 0.891, 0.216
"""How far Liberation Serif reaches above and below the line, in its sizes."""
SLACK = 0.01
INFINITE = 1e9
HEADING = Heading(
    "край Приозёрский, г. Заречный-на-Выдуманке, ул. Первая Железнодорожная, д. 143, корп. 2",
    "12.03.2026 10:00",
    "22.03.2026 18:00",
    "https://sobranie.example/code",
)
NAME = "Константинопольский-Преображенский Александр Владимирович"
CODE = "WMWMW-MWMWM"


def slip(*premises: str) -> Slip:
    """Give a slip for premises with these numbers."""
    return Slip(NAME, premises, CODE, f"https://sobranie.example/code/{CODE}")


def drawn(*slips: Slip) -> list[str]:
    """Draw slips and read the pages back without spaces, as lines end where there is room."""
    pages = PdfReader(io.BytesIO(slips_pdf(HEADING, slips))).pages
    return ["".join(page.extract_text().split()) for page in pages]


def close(text: str) -> str:
    """Write a text as it is read back."""
    return "".join(text.split())


def test_a_slip_says_where_when_who_and_the_code() -> None:
    (text,) = drawn(slip("2"))
    assert close(f"Общее собрание: {HEADING.address}") in text
    assert close("Приём решений: с 12.03.2026 10:00 до 22.03.2026 18:00") in text
    assert close(f"Кому: {NAME} Помещение: 2 Ваш код: {CODE}") in text
    assert close(f"введите код на странице: {HEADING.place} Код личный") in text


def test_a_code_and_an_address_to_type_stand_on_one_line() -> None:
    long = replace(HEADING, place=f"https://{'sobranie.' * 8}example/code")
    reader = PdfReader(io.BytesIO(slips_pdf(long, [slip("2")])))
    lines = reader.pages[0].extract_text().splitlines()
    assert {CODE, long.place} <= {line.strip() for line in lines}


def test_eight_slips_stand_on_a_sheet() -> None:
    pages = drawn(*[slip(str(number)) for number in range(1, 41)])
    assert [page.count("Коддляголосования") for page in pages] == [8] * 5


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["2"], "Помещение: 2"),
        (["2", "2"], "Помещение: 2"),
        (["2", "10а"], "Помещения: 2, 10а"),
        (["a" * ROOM], f"Помещение: {'a' * ROOM}"),
        (["a" * (ROOM - 1), "b", "c"], f"Помещения: {'a' * (ROOM - 1)}, b и ещё 1"),
        (["a" * (ROOM + 1), "b"], f"Помещения: {'a' * (ROOM + 1)} и ещё 1"),
        ([f"кладовая {n}-подвал-секция-Ж" for n in range(1, 11)],
         "Помещения: кладовая 1-подвал-секция-Ж, кладовая 2-подвал-секция-Ж и ещё 8"),
    ],
)  # fmt: skip
def test_of_many_premises_the_first_are_named_and_the_rest_counted(
    given: list[str], said: str
) -> None:
    (text,) = drawn(slip(*given))
    assert close(f"{said} Ваш код") in text


def cut(page: PageObject) -> list[tuple[float, float, float, float]]:
    """List the lines that pass the clipped place they stand in: bottom, top, and the place's."""
    found, places, corners = [], [(-INFINITE, INFINITE)], [0.0]
    base = size = 0.0
    for given, operator in ContentStream(page.get_contents(), page.pdf).operations:
        if operator == b"q":
            places.append(places[-1])
        elif operator == b"Q":
            places.pop()
        elif operator == b"m":
            corners = [float(given[1])]
        elif operator == b"l":
            corners.append(float(given[1]))
        elif operator == b"W":
            places[-1] = min(corners), max(corners)
        elif operator == b"cm":
            base = float(given[5])
        elif operator == b"Tf":
            size = float(given[1])
        elif operator == b"TJ":
            bottom, top = base - DESCENT * size, base + ASCENT * size
            if bottom < places[-1][0] - SLACK or top > places[-1][1] + SLACK:
                found.append((bottom, top, *places[-1]))
    return found


@pytest.mark.parametrize(
    "premises", [["2"], [*map(str, range(1, 41))], [f"кладовая {n}-подвал-Ж" for n in range(40)]]
)
@pytest.mark.parametrize("words", [1, 8])
def test_no_letter_is_cut_at_the_edge_of_its_place(premises: list[str], words: int) -> None:
    heading = replace(HEADING, address=" ".join(["Железнодорожная"] * words))
    reader = PdfReader(io.BytesIO(slips_pdf(heading, [slip(*premises)])))
    assert cut(reader.pages[0]) == []
