"""Shares in a title. Rules carried out here, in order:

1. доля — обыкновенная дробь больше 0 и не больше 1; пустая ячейка — целая — ст. 244 ГК РФ;
2. десятичная доля становится дробью только вместе с остальными долями помещения;
3. сумма долей помещения — ровно 1 — ст. 245 ГК РФ.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from api.register.header import Field
from api.register.text import date_made_of, day_in_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.register.lines import Line
    from api.register.report import Report

_FRACTION = re.compile(r"(\d{1,12})[/\\](\d{1,12})")
_DECIMAL = re.compile(r"\d{1,6}(?:[.,]\d{1,15})?")
_PERCENT = re.compile(r"(\d{1,6}(?:[.,]\d{1,15})?)%")
_PRODUCT = re.compile(r"(\d{1,9})/(\d{1,9})(?:от|из|x|х|×|\*)(\d{1,9})/(\d{1,9})")
_WHOLE = ("целая", "целое", "вся", "полная", "единоличная")
_NOTHING = ("", "-", "—", "нет")
_EXCEL_DAYS = range(20_000, 80_000)
_EXCEL_EPOCH = 693_594  # day 0 of Excel counted as date.toordinal() does
_LARGEST_DENOMINATOR = 100
_SIMPLE_DENOMINATOR = 30
_TWO_PERCENT_PLACES = 2


@dataclass(frozen=True, slots=True)
class Approximate:
    """A decimal share: known only to as many places as were written."""

    value: Decimal
    places: int

    def is_written_for(self, share: Fraction) -> bool:
        """Tell whether the share, rounded or cut to these places, is what was written."""
        step = Decimal(1).scaleb(-self.places)
        exact = Decimal(share.numerator) / Decimal(share.denominator)
        rounded = (exact.quantize(step, ROUND_HALF_UP), exact.quantize(step, ROUND_DOWN))
        return self.value in rounded


StatedShare = Fraction | Approximate | None
"""A share as stated: exact, decimal, or not at all."""


def read_share(line: Line, report: Report) -> StatedShare:
    """Read a share: 1/3, 0,3333, 33,33 %, «целая»; what Excel made a date is refused."""
    cell = line.cell(Field.SHARE)
    shown = cell.text
    if typed := date_made_of(shown, cell.day):
        _say_date(line, typed, report)
        return None
    text = unicodedata.normalize("NFKC", shown).replace("\N{FRACTION SLASH}", "/").lower()
    text = re.sub(r"\s", "", text)
    if text in _NOTHING:
        return None
    if text in _WHOLE:
        return Fraction(1)
    stated = _parsed(text)
    if stated is None:
        _say_unreadable(line, text, report)
        return None
    value = stated.value if isinstance(stated, Approximate) else stated
    if cell.is_number and value in _EXCEL_DAYS:
        typed = _day_of_serial(int(value))
        _say_date(line, typed, report)
    elif not 0 < value <= 1:
        report.say("share_out_of_range", line.row, Field.SHARE, shown)
    return stated


def _parsed(text: str) -> Fraction | Approximate | None:
    if found := _FRACTION.fullmatch(text):
        return Fraction(int(found[1]), int(found[2])) if int(found[2]) else None
    if found := _PERCENT.fullmatch(text):
        value = Decimal(found[1].replace(",", "."))
        return _approximate(value.scaleb(-_TWO_PERCENT_PLACES))
    if _DECIMAL.fullmatch(text):
        return _approximate(Decimal(text.replace(",", ".")))
    return None


def _approximate(value: Decimal) -> Fraction | Approximate:
    exponent = value.as_tuple().exponent
    places = -exponent if isinstance(exponent, int) else 0
    if places <= 0 or value == value.to_integral_value():
        return Fraction(value)
    return Approximate(value, places)


def _say_unreadable(line: Line, text: str, report: Report) -> None:
    shown = line.text(Field.SHARE)
    found = _PRODUCT.fullmatch(text)
    if found and int(found[2]) and int(found[4]):
        offer = Fraction(int(found[1]), int(found[2])) * Fraction(int(found[3]), int(found[4]))
        report.say("share_product", line.row, Field.SHARE, shown, offer=offer)
    else:
        report.say("share_unreadable", line.row, Field.SHARE, shown)


def _say_date(line: Line, typed: tuple[int, int], report: Report) -> None:
    day, fraction = day_in_words(*typed), f"{typed[0]}/{typed[1]}"
    shown = line.text(Field.SHARE)
    report.say("share_date", line.row, Field.SHARE, shown, day=day, fraction=fraction)


def _day_of_serial(serial: int) -> tuple[int, int]:
    day = date.fromordinal(serial + _EXCEL_EPOCH)
    return day.day, day.month


@dataclass(frozen=True, slots=True)
class Settled:
    """Shares of one premises as fractions, with the places that a person should confirm."""

    shares: tuple[Fraction, ...]
    matched: tuple[int, ...] = ()
    literal: tuple[int, ...] = ()
    completed: int | None = None

    @property
    def total(self) -> Fraction:
        """Sum the shares."""
        return sum(self.shares, Fraction(0))


def settle(stated: Sequence[StatedShare], may_complete: Sequence[bool]) -> Settled:
    """Make fractions of all shares of one premises; the sum is the caller's to judge.

    One missing share among others is what they leave, if its right is not of sole ownership.
    """
    literal = tuple(_literally(share) for share in stated)
    decimals = [place for place, share in enumerate(stated) if isinstance(share, Approximate)]
    missing = [place for place, share in enumerate(stated) if share is None]
    if len(missing) == 1 and len(stated) > 1 and may_complete[missing[0]] and not decimals:
        rest = 1 - sum((share for share in literal), Fraction(0)) + literal[missing[0]]
        if 0 < rest < 1:
            shares = tuple(rest if n == missing[0] else share for n, share in enumerate(literal))
            return Settled(shares, completed=missing[0])
    if not decimals:
        return Settled(literal)
    for matched in (
        _common(stated, literal, decimals, range(1, _SIMPLE_DENOMINATOR + 1)),
        literal if sum(literal, Fraction(0)) == 1 else None,
        _common(
            stated, literal, decimals, range(_SIMPLE_DENOMINATOR + 1, _LARGEST_DENOMINATOR + 1)
        ),
    ):
        if matched is not None:
            changed = tuple(n for n in decimals if matched[n] != literal[n])
            awkward = tuple(n for n in decimals if matched[n].denominator > _SIMPLE_DENOMINATOR)
            return Settled(matched, changed, () if changed else awkward)
    return Settled(literal)


def _literally(share: StatedShare) -> Fraction:
    if share is None:
        return Fraction(1)
    return Fraction(share.value) if isinstance(share, Approximate) else share


def _common(
    stated: Sequence[StatedShare],
    literal: Sequence[Fraction],
    decimals: Sequence[int],
    denominators: range,
) -> tuple[Fraction, ...] | None:
    """Find the smallest common denominator at which the decimal shares complete the rest to 1."""
    for denominator in denominators:
        shares = list(literal)
        for place in decimals:
            share = stated[place]
            nearest = Fraction(round(literal[place] * denominator), denominator)
            if not isinstance(share, Approximate) or not share.is_written_for(nearest):
                break
            shares[place] = nearest
        else:
            if sum(shares, Fraction(0)) == 1 and all(share > 0 for share in shares):
                return tuple(shares)
    return None


def total_in_words(total: Fraction, stated: Sequence[StatedShare]) -> str:
    """Write a wrong sum the way its parts were written: 0,6666 or 5/6."""
    if any(isinstance(share, Approximate) for share in stated):
        cut = Decimal(total.numerator) / Decimal(total.denominator)
        text = f"{cut.quantize(Decimal('0.0001'), ROUND_DOWN):f}".rstrip("0").rstrip(".")
        return text.replace(".", ",")
    return str(total)
