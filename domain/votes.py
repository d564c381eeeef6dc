"""Areas, shares and votes as exact numbers. Rules carried out here, in order:

1. общая площадь помещения — с точностью до 0,01 м² — ч. 5 ст. 15 ЖК РФ;
2. доля в праве на помещение — обыкновенная дробь от 0 (не включая) до 1 — ст. 244, 245 ГК РФ;
3. голоса собственника пропорциональны его доле в праве на общее имущество, а она — площади
   помещения — ч. 3 ст. 48, ч. 1 ст. 37 ЖК РФ; здесь один голос — один квадратный метр.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import NewType

FloorArea = NewType("FloorArea", Decimal)
TitleShare = NewType("TitleShare", Fraction)
Votes = NewType("Votes", Fraction)

NO_VOTES = Votes(Fraction(0))
WHOLE = TitleShare(Fraction(1))

FINEST_SHARE = 10**9
"""No share of a flat is finer than one part of so many: not in a register, not in a sound log.

Sums of thousands of forged finer ones would not end in a lifetime.
"""

_CENT = Decimal("0.01")
_LARGEST_AREA = Decimal(10_000_000)


class NotAnAreaError(ValueError):
    """The text is no area in m² with at most two decimal places, above zero."""


class NotAShareError(ValueError):
    """The text is no fraction above zero and at most one."""


def floor_area(value: Decimal | str) -> FloorArea:
    """Take an area in m² with exactly two decimal places; more places or zero are refused."""
    try:
        area = Decimal(value)
        exact = area.quantize(_CENT) if area.is_finite() and area < _LARGEST_AREA else None
    except InvalidOperation:
        exact = None
    if exact is None or exact != area or exact <= 0:
        raise NotAnAreaError(str(value))
    return FloorArea(exact)


def two_places(area: FloorArea) -> None:
    """Refuse an area that is not spelled with exactly two decimal places."""
    if floor_area(area).as_tuple() != area.as_tuple():
        raise NotAnAreaError(str(area))


def title_share(value: Fraction | str) -> TitleShare:
    """Take a share in a title: above zero, at most one."""
    try:
        share = Fraction(value)
    except (ValueError, ZeroDivisionError):
        raise NotAShareError(str(value)) from None
    if not 0 < share <= 1:
        raise NotAShareError(str(value))
    return TitleShare(share)


def votes_of(area: FloorArea, share: TitleShare) -> Votes:
    """Give the votes of a title: the premises' area times the share in it.

    Количество голосов — ч. 3 ст. 48, ч. 1 ст. 37 ЖК РФ.
    """
    return Votes(Fraction(area) * share)


def in_words(area: FloorArea, share: TitleShare) -> str:
    """Explain the weight of a title the way an owner can check: 53,70 м² × 1/2 = 26,85."""
    if share == 1:
        return f"{russian(Fraction(area))} м²"
    return f"{russian(Fraction(area))} м² × {share} = {russian(votes_of(area, share))}"


def russian(number: Fraction, places: int = 2) -> str:
    """Write a number the Russian way, cut (never rounded up) to `places` digits: 39 773,80.

    Truncation never shows more votes than there are; decisions are taken on the exact number.
    """
    scaled = abs(number.numerator) * 10**places // number.denominator
    whole, rest = divmod(scaled, 10**places)
    grouped = f"{whole:,}".replace(",", "\N{NO-BREAK SPACE}")
    sign = "\N{MINUS SIGN}" if number < 0 and scaled else ""
    return f"{sign}{grouped},{rest:0{places}d}" if places else f"{sign}{grouped}"


def percent(part: Fraction, whole: Fraction, places: int = 2) -> str:
    """Write `part` as a percentage of `whole`, cut to `places` digits; "—" of nothing."""
    return russian(part * 100 / whole, places) if whole else "—"
