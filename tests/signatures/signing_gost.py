"""Signing with GOST R 34.10-2012 for tests alone: the numbers are known to everybody, k too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signing.cms.gost import GostKey

if TYPE_CHECKING:
    from signing.cms.curves import Curve


def key_of(curve: Curve, secret: int) -> GostKey:
    """Give the public key of a secret."""
    point = curve.times(secret, curve.base)
    assert point is not None
    return GostKey(curve, *point)


def sign(curve: Curve, secret: int, digest: bytes, k: int = 0x1234567) -> bytes:
    """Give s ‖ r over a digest (RFC 7091, 6.1)."""
    point = curve.times(k, curve.base)
    assert point is not None
    r = point[0] % curve.q
    e = int.from_bytes(digest, "little") % curve.q or 1
    s = (r * secret + k * e) % curve.q
    assert r and s
    return spelled(curve, r, s)


def spelled(curve: Curve, r: int, s: int) -> bytes:
    """Write a signature the way files hold it."""
    return s.to_bytes(curve.size, "big") + r.to_bytes(curve.size, "big")


def key_bytes(key: GostKey) -> bytes:
    """Write a key the way files hold it."""
    size = key.curve.size
    return key.x.to_bytes(size, "little") + key.y.to_bytes(size, "little")
