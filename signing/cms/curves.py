"""Elliptic curves of GOST R 34.10-2012: the named parameter sets and the arithmetic to verify.

The numbers are those of RFC 7836 and RFC 4357 (named anew by Р 1323565.1.024-2019). Everything here
is public: no secret passes through, so nothing needs to take constant time. Not for signing.
"""

from __future__ import annotations

from dataclasses import dataclass

Point = tuple[int, int] | None
"""Affine coordinates; None is the point at infinity."""


@dataclass(frozen=True, slots=True)
class Curve:
    """y² = x³ + ax + b over the field of p, a base point of prime order q, and the cofactor."""

    name: str
    p: int
    a: int
    b: int
    q: int
    base: tuple[int, int]
    cofactor: int = 1

    @property
    def size(self) -> int:
        """How many bytes a coordinate takes: 32 or 64."""
        return 32 if self.p.bit_length() <= 256 else 64

    def holds(self, x: int, y: int) -> bool:
        """Tell whether coordinates are in range and on the curve."""
        inside = 0 <= x < self.p and 0 <= y < self.p
        return inside and (y * y - (x * x * x + self.a * x + self.b)) % self.p == 0

    def add(self, one: Point, other: Point) -> Point:
        """Add two points of the curve."""
        if one is None or other is None:
            return one or other
        (x1, y1), (x2, y2) = one, other
        if x1 == x2 and (y1 + y2) % self.p == 0:
            return None
        if x1 == x2:
            slope = (3 * x1 * x1 + self.a) * pow(2 * y1, -1, self.p)
        else:
            slope = (y2 - y1) * pow(x2 - x1, -1, self.p)
        x = (slope * slope - x1 - x2) % self.p
        return x, (slope * (x1 - x) - y1) % self.p

    def times(self, factor: int, point: Point) -> Point:
        """Multiply a point by a number that is not negative."""
        return self.combined(factor, point, 0, None)

    def combined(self, factor: int, point: Point, other_factor: int, other: Point) -> Point:
        """Give factor·point + other_factor·other, doubling once for both."""
        addends = (None, point, other, self.add(point, other))
        total: Point = None
        for bit in reversed(range(max(factor.bit_length(), other_factor.bit_length()))):
            total = self.add(total, total)
            total = self.add(total, addends[(factor >> bit & 1) + 2 * (other_factor >> bit & 1)])
        return total

    def is_key(self, x: int, y: int) -> bool:
        """Tell whether a point can be a public key: on the curve and of the base point's order."""
        return self.holds(x, y) and (self.cofactor == 1 or self.times(self.q, (x, y)) is None)
