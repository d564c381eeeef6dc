"""Check digits of СНИЛС and ОГРН."""

from __future__ import annotations

import re

SNILS_DIGITS = 11
_SNILS_UNCHECKED = 1_001_998
_OGRN = re.compile(r"(?<!\d)(\d{13}|\d{15})(?!\d)")
_OGRN_LENGTH = 13


def snils_check(serial: int) -> int:
    """Give the two check digits of a СНИЛС by its nine digits."""
    weighted = sum(int(digit) * (9 - place) for place, digit in enumerate(f"{serial:09d}"))
    return weighted % 101 % 100


def snils_text(digits: str) -> str:
    """Write eleven digits the usual way: 112-233-445 95."""
    return f"{digits[:3]}-{digits[3:6]}-{digits[6:9]} {digits[9:]}"


def snils_fault(digits: str) -> str:
    """Name what is wrong with the digits of a СНИЛС as a finding's code; empty if nothing."""
    if len(digits) != SNILS_DIGITS:
        return "snils_length"
    serial, check = int(digits[:9]), int(digits[9:])
    if serial == 0:
        return "snils_zeros"
    return "" if serial <= _SNILS_UNCHECKED or check == snils_check(serial) else "snils_check"


def ogrn_check(body: str) -> int:
    """Give the check digit of an ОГРН (12 digits before it) or ОГРНИП (14)."""
    modulus = 11 if len(body) + 1 == _OGRN_LENGTH else 13
    return int(body) % modulus % 10


def find_ogrn(text: str) -> str | None:
    """Find 13 or 15 digits in a text; an ИНН has fewer."""
    found = _OGRN.search(text)
    return found[1] if found else None


def is_ogrn(ogrn: str) -> bool:
    """Tell whether the check digit is right."""
    return int(ogrn[-1]) == ogrn_check(ogrn[:-1])
