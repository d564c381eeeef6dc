"""GOST R 34.10-2012: verifying a signature (RFC 7091, 6.2), and reading public keys (RFC 9215).

1. 0 < r < q и 0 < s < q, иначе подпись неверна;
2. e = h mod q, а если e = 0, то e = 1;
3. z₁ = s·e⁻¹, z₂ = -r·e⁻¹ mod q; C = z₁·P + z₂·Q;
4. подпись верна, если x(C) mod q = r.

Spellings in files, each another way round: the signature is s ‖ r big-endian, the key x ‖ y
little-endian, and the digest is taken as a little-endian number.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from signing.cms.errors import CmsMalformedError

if TYPE_CHECKING:
    from signing.cms.curves import Curve


@dataclass(frozen=True, slots=True)
class GostKey:
    """A public key: a point of a curve."""

    curve: Curve
    x: int
    y: int

    @classmethod
    def from_bytes(cls, curve: Curve, data: bytes, where: str) -> GostKey:
        """Read x ‖ y, little-endian; a point that is no key is refused."""
        if len(data) != 2 * curve.size:
            raise CmsMalformedError("key_malformed", where)
        x = int.from_bytes(data[: curve.size], "little")
        y = int.from_bytes(data[curve.size :], "little")
        if not curve.is_key(x, y):
            raise CmsMalformedError("key_not_on_curve", where)
        return cls(curve, x, y)

    def verifies(self, digest: bytes, signature: bytes) -> bool:
        """Tell whether s ‖ r signs a digest."""
        size, q = self.curve.size, self.curve.q
        if len(signature) != 2 * size or len(digest) != size:
            return False
        s = int.from_bytes(signature[:size], "big")
        r = int.from_bytes(signature[size:], "big")
        if not (0 < r < q and 0 < s < q):
            return False
        e = int.from_bytes(digest, "little") % q or 1
        inverse = pow(e, -1, q)
        found = self.curve.combined(
            s * inverse % q, self.curve.base, -r * inverse % q, (self.x, self.y)
        )
        return found is not None and found[0] % q == r
