"""Intervals of exact numbers: what a printed, rounded figure leaves possible.

A figure printed as 66.66 with two decimals may have been rounded (66.655 … 66.665) or cut off
(66.66 … 66.67, the end not included), so it stands for everything between 66.655 and 66.67.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from domain.law.rules import Threshold


@dataclass(frozen=True, slots=True)
class Interval:
    """From `low` (included) to `high` (included unless `open_end`)."""

    low: Fraction
    high: Fraction
    open_end: bool = False

    @classmethod
    def exactly(cls, value: Fraction) -> Interval:
        """Make the interval of a figure known exactly."""
        return cls(value, value)

    @classmethod
    def printed(cls, value: Fraction, decimals: int) -> Interval:
        """Make the interval of a printed figure, rounded or cut off; never below zero."""
        unit = Fraction(1, 10**decimals)
        return cls(max(value - unit / 2, Fraction(0)), value + unit, open_end=True)

    @property
    def is_exact(self) -> bool:
        """Tell whether only one value is possible."""
        return self.low == self.high

    def capped(self, most: Fraction) -> Interval:
        """Cut off everything above `most`."""
        return Interval(min(self.low, most), most) if self.high > most else self

    def scaled(self, by: Fraction) -> Interval:
        """Multiply by an exact number."""
        return Interval(self.low * by, self.high * by, self.open_end)

    def times(self, other: Interval) -> Interval:
        """Multiply two intervals of numbers that are not negative."""
        return Interval(
            self.low * other.low, self.high * other.high, self.open_end or other.open_end
        )

    def over(self, other: Interval) -> Interval:
        """Divide by an interval above zero."""
        return Interval(self.low / other.high, self.high / other.low, self.open_end)

    def minus(self, other: Interval) -> Interval:
        """Subtract an interval."""
        return Interval(self.low - other.high, self.high - other.low)

    def holds(self, value: Fraction) -> bool:
        """Tell whether a value is possible."""
        return self.low <= value and (value < self.high if self.open_end else value <= self.high)

    def meets(self, other: Interval) -> bool:
        """Tell whether some value is possible for both."""
        if self.low > other.high or other.low > self.high:
            return False
        if self.low == other.high:
            return not other.open_end
        return not (other.low == self.high and self.open_end)


def total(parts: Iterable[Interval]) -> Interval:
    """Add intervals."""
    low = high = Fraction(0)
    open_end = False
    for part in parts:
        low, high, open_end = low + part.low, high + part.high, open_end or part.open_end
    return Interval(low, high, open_end)


def verdicts(test: Threshold, share: Interval) -> frozenset[bool]:
    """Tell how the test may end for a share of its base: one verdict, or both."""
    lowest = test.is_met(share.low, Fraction(1))
    touches = share.high > test.part or (
        share.high == test.part and not test.strict and not share.open_end
    )
    return frozenset({lowest, touches or lowest})
