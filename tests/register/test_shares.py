"""Decimal shares become fractions only together; what does not make one is left to a person."""

from __future__ import annotations

from fractions import Fraction

import pytest

from api.register import read_register
from domain.votes import FINEST_SHARE
from tests.register.sheets import GOOD, changed, csv_of, right


def shares_of(*written: str, kind: str = "долевая") -> list[Fraction]:
    rows = [
        changed(GOOD, E=f"Ветров Глеб {'И' * n}горевич", F=kind, G=share, H=right(n), I="")
        for n, share in enumerate(written, start=1)
    ]
    reading = read_register(csv_of(rows, encoding="utf-8"), "r.csv")
    return [title.share for it in reading.premises for title in it.titles]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (("1/3", "2/3"), ("1/3", "2/3")),
        (("1 / 3", "2\\3"), ("1/3", "2/3")),
        (("½", "50%"), ("1/2", "1/2")),
        (("0,33", "0,67"), ("1/3", "2/3")),
        (("0,3333", "0,6666"), ("1/3", "2/3")),
        (("33,33 %", "33,33 %", "33,33 %"), ("1/3", "1/3", "1/3")),
        (("33,33%", "33,33%", "33,34%"), ("3333/10000", "3333/10000", "3334/10000")),
        (("0,17", "0,33", "1/2"), ("1/6", "1/3", "1/2")),
        (("0,25", "0,75"), ("1/4", "3/4")),
        (("0,33", "0,33", "0,34"), ("33/100", "33/100", "34/100")),
        (("334/1000", "666/1000"), ("167/500", "333/500")),
        (("целая",), ("1",)),
        (("100%",), ("1",)),
        (("1,0",), ("1",)),
        (("1/4", "1/4", ""), ("1/4", "1/4", "1/2")),
    ],
)
def test_shares_that_make_a_whole(written: tuple[str, ...], read: tuple[str, ...]) -> None:
    assert shares_of(*written) == [Fraction(it) for it in read]


@pytest.mark.parametrize(
    "written",
    [
        ("1/3", "1/3"),
        ("0,33", "0,33"),
        ("0,9999",),
        ("1/2", "1/2", ""),
        ("", ""),
        ("1/0",),
        ("0",),
        ("3/2",),
        ("150%",),
        ("1/2/3",),
        ("-1/2", "3/2"),
        ("0,5", ""),
    ],
)
def test_shares_that_do_not(written: tuple[str, ...]) -> None:
    assert shares_of(*written) == []


def test_an_empty_share_of_sole_ownership_is_the_whole() -> None:
    assert shares_of("1/2", "", kind="собственность") == []


@pytest.mark.parametrize(
    "written",
    [
        ("1/1000000001", "1000000000/1000000001"),
        ("0,1234567890123", "0,8765432109877"),
        ("1/999999999", "1/999999998", ""),
    ],
)
def test_what_the_audit_would_not_count_is_not_imported(written: tuple[str, ...]) -> None:
    assert shares_of(*written) == []


def test_the_finest_share_is_imported() -> None:
    finest = Fraction(1, FINEST_SHARE)
    assert shares_of(str(finest), str(1 - finest)) == [finest, 1 - finest]


def test_spouses_on_two_rows_hold_one_title() -> None:
    spouses = [
        changed(GOOD, F="совместная"),
        changed(GOOD, E="Ветрова Агата", F="совместная", I=""),
    ]
    (premises,) = read_register(csv_of(spouses), "r.csv").premises
    assert [len(title.holders) for title in premises.titles] == [2]


def test_two_couples_hold_a_half_each() -> None:
    rows = [
        changed(GOOD, E="Ветров Г. З., Ветрова А. К.", F="совместная", G="1/2", I=""),
        changed(GOOD, E="Рощин К. Л., Рощина О. Л.", F="совместная", G="1/2", H=right(2), I=""),
    ]
    (premises,) = read_register(csv_of(rows), "r.csv").premises
    assert [(title.share, len(title.holders)) for title in premises.titles] == [
        (Fraction(1, 2), 2)
    ] * 2
