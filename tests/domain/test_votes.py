"""Areas, shares and votes as exact numbers (ЖК 15 ч. 5, 48 ч. 3; ГК 244, 245)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from domain.votes import (
    FloorArea,
    NotAnAreaError,
    NotAShareError,
    floor_area,
    in_words,
    percent,
    russian,
    title_share,
    two_places,
    votes_of,
)

NBSP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("text", "area"), [("53.7", "53.70"), ("53.70", "53.70"), ("1", "1.00"), ("53.700", "53.70")]
)
def test_an_area_has_two_places_however_it_was_written(text: str, area: str) -> None:
    assert str(floor_area(text)) == area


@pytest.mark.parametrize(
    "text", ["0", "0.00", "-1", "53.701", "", "много", "NaN", "sNaN", "Infinity", "10000000", "1e9"]
)
def test_what_is_no_area_is_refused(text: str) -> None:
    with pytest.raises(NotAnAreaError):
        floor_area(text)


@pytest.mark.parametrize("spelling", ["53.7", "5.37E+1", "53.700"])
def test_a_fact_holds_an_area_in_one_spelling(spelling: str) -> None:
    with pytest.raises(NotAnAreaError):
        two_places(FloorArea(Decimal(spelling)))


@pytest.mark.parametrize("text", ["0", "0/5", "-1/2", "3/2", "1/0", "", "половина", "1/2/3"])
def test_what_is_no_share_is_refused(text: str) -> None:
    with pytest.raises(NotAShareError):
        title_share(text)


@pytest.mark.parametrize("text", ["1", "1/1", "2/2"])
def test_the_whole_is_a_share(text: str) -> None:
    assert title_share(text) == 1


def test_votes_are_the_area_times_the_share_and_thirds_are_exact() -> None:
    area = floor_area("45.00")
    assert votes_of(area, title_share("1/3")) == 15
    odd = floor_area("53.71")
    thirds = [votes_of(odd, title_share(share)) for share in ("1/3", "2/3")]
    assert sum(thirds) == Fraction("53.71")


def test_a_weight_is_explained_so_that_an_owner_can_check_it() -> None:
    assert in_words(floor_area("53.70"), title_share("1/2")) == "53,70 м² × 1/2 = 26,85"
    assert in_words(floor_area("53.70"), title_share("1")) == "53,70 м²"


@pytest.mark.parametrize(
    ("number", "written"),
    [
        ("39773.80", f"39{NBSP}773,80"),
        ("1/3", "0,33"),
        ("2/3", "0,66"),
        ("0", "0,00"),
        ("-1/2", "\N{MINUS SIGN}0,50"),
        ("-1/1000", "0,00"),
        ("1234567.999", f"1{NBSP}234{NBSP}567,99"),
    ],
)
def test_numbers_are_cut_and_never_rounded_up(number: str, written: str) -> None:
    assert russian(Fraction(number)) == written


def test_a_number_without_places_has_no_comma() -> None:
    assert russian(Fraction("12.99"), 0) == "12"


def test_half_a_hundredth_below_the_half_does_not_look_like_the_half() -> None:
    assert percent(Fraction("149.99"), Fraction(300)) == "49,99"
    assert percent(Fraction(150), Fraction(300)) == "50,00"
    assert percent(Fraction(1), Fraction(0)) == "—"
