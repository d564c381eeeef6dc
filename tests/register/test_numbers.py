"""Check digits of СНИЛС and ОГРН, at the remainders where the rule turns."""

from __future__ import annotations

import pytest

from api.register.numbers import find_ogrn, is_ogrn, ogrn_check, snils_check, snils_fault


@pytest.mark.parametrize(("serial", "check"), [(112_233_445, 95), (87_654_302, 0), (87_654_303, 0)])
def test_snils_check(serial: int, check: int) -> None:
    assert snils_check(serial) == check


@pytest.mark.parametrize(
    ("digits", "fault"),
    [
        ("11223344595", ""),
        ("11223344596", "snils_check"),
        ("00100199800", ""),
        ("00100199900", "snils_check"),
        ("00000000000", "snils_zeros"),
        ("1122334459", "snils_length"),
    ],
)
def test_snils_fault(digits: str, fault: str) -> None:
    assert snils_fault(digits) == fault


def test_ogrn_with_remainder_ten_ends_in_zero() -> None:
    assert ogrn_check("100000000000") == 0
    assert is_ogrn("1000000000000")
    assert not is_ogrn("1000000000001")


def test_ogrn_of_an_entrepreneur_has_fifteen_digits() -> None:
    body = "30000000000000"
    assert is_ogrn(f"{body}{ogrn_check(body)}")


@pytest.mark.parametrize("text", ["ИНН 7700000000", "12345678901234", ""])
def test_no_ogrn(text: str) -> None:
    assert find_ogrn(text) is None
