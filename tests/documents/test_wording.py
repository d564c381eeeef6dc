"""Dates, counts in words and the small helpers of Russian sentences."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from projections.documents.wording import (
    begun,
    counted,
    in_words,
    long_date,
    plural,
    quoted,
    sentence,
    short_date,
    time_of_day,
    zone_of,
)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "ноль"),
        (1, "один"),
        (2, "два"),
        (10, "десять"),
        (11, "одиннадцать"),
        (19, "девятнадцать"),
        (20, "двадцать"),
        (21, "двадцать один"),
        (40, "сорок"),
        (86, "восемьдесят шесть"),
        (90, "девяносто"),
        (100, "сто"),
        (114, "сто четырнадцать"),
        (640, "шестьсот сорок"),
        (1000, "одна тысяча"),
        (2002, "две тысячи два"),
        (5000, "пять тысяч"),
        (11_000, "одиннадцать тысяч"),
        (12_013, "двенадцать тысяч тринадцать"),
        (21_501, "двадцать одна тысяча пятьсот один"),
        (42_000, "сорок две тысячи"),
        (100_000, "сто тысяч"),
        (112_040, "сто двенадцать тысяч сорок"),
        (
            999_999,
            "девятьсот девяносто девять тысяч девятьсот девяносто девять",
        ),
    ],
)
def test_counts_in_words(number: int, words: str) -> None:
    assert in_words(number) == words


@pytest.mark.parametrize("number", [-1, 1_000_000])
def test_no_words_outside_the_range(number: int) -> None:
    with pytest.raises(ValueError, match="outside"):
        in_words(number)


def test_every_count_has_its_own_words() -> None:
    assert len({in_words(number) for number in range(0, 1_000_000, 37)}) == 27028


def test_figures_and_words() -> None:
    assert counted(86) == "86 (восемьдесят шесть)"
    assert counted(2300) == "2\N{NO-BREAK SPACE}300 (две тысячи триста)"


def test_dates_and_times() -> None:
    assert long_date(date(2026, 10, 5)) == "5\N{NO-BREAK SPACE}октября 2026\N{NO-BREAK SPACE}г."
    assert short_date(date(2026, 3, 1)) == "01.03.2026"
    at = datetime(2026, 9, 14, 19, 5, tzinfo=timezone(timedelta(hours=5)))
    assert time_of_day(at).replace("\N{NO-BREAK SPACE}", " ") == "19 ч 05 мин"
    assert zone_of(at) == "UTC+5"
    assert zone_of(at.astimezone(UTC)) == "UTC+0"
    half = at.astimezone(timezone(-timedelta(hours=3, minutes=30)))
    assert zone_of(half) == "UTC\N{MINUS SIGN}3:30"


@pytest.mark.parametrize(
    ("count", "form"),
    [(1, "голос"), (2, "голоса"), (5, "голосов"), (11, "голосов"), (21, "голос"), (112, "голосов")],
)
def test_agreement_with_a_count(count: int, form: str) -> None:
    assert plural(count, "голос", "голоса", "голосов") == form


def test_sentences() -> None:
    assert sentence("Избрать  ") == "Избрать."
    assert sentence("Избрать?") == "Избрать?"
    assert begun("избрать") == "Избрать"
    assert begun("ёлки") == "Ёлки"
    assert [begun(text) for text in ("", "ß", "ʇ", "№ 1", "Уже")] == ["", "ß", "ʇ", "№ 1", "Уже"]
    assert quoted("О выборе ООО «Клён».") == "«О выборе ООО „Клён“»"
