"""GOST R 34.11-2012 "Streebog", 256 and 512 bits, as RFC 6986 describes it.

ГОСТ Р 34.11-2012. Numbers are little-endian: byte 0 of a block is its lowest. S, P and L of the
standard are one look-up here: `_TABLES[j][b]` is what byte b in row j adds to a word of the result.
"""

from __future__ import annotations

from struct import Struct

from signing.cms.streebog_tables import MATRIX, ROUND_KEYS, SBOX

BLOCK = 64
_WORDS = Struct("<8Q")
_MASK = (1 << 512) - 1


def _tables() -> tuple[tuple[int, ...], ...]:
    return tuple(
        tuple(_row(SBOX[byte], MATRIX[8 * (7 - row) : 8 * (8 - row)]) for byte in range(256))
        for row in range(8)
    )


def _row(byte: int, matrix: tuple[int, ...]) -> int:
    word = 0
    for bit in range(8):
        if byte >> bit & 1:
            word ^= matrix[7 - bit]
    return word


_TABLES = _tables()


def streebog256(data: bytes) -> bytes:
    """Hash to 256 bits (OID 1.2.643.7.1.1.2.2)."""
    return _hash(data, int.from_bytes(b"\x01" * BLOCK, "little"))[32:]


def streebog512(data: bytes) -> bytes:
    """Hash to 512 bits (OID 1.2.643.7.1.1.2.3)."""
    return _hash(data, 0)


def _hash(data: bytes, state: int) -> bytes:
    done = total = 0
    whole = len(data) - len(data) % BLOCK
    for start in range(0, whole, BLOCK):
        block = int.from_bytes(data[start : start + BLOCK], "little")
        state = _compress(state, done, block)
        done = (done + 8 * BLOCK) & _MASK
        total = (total + block) & _MASK
    rest = data[whole:]
    block = int.from_bytes(rest + b"\x01", "little")
    state = _compress(state, done, block)
    done = (done + 8 * len(rest)) & _MASK
    total = (total + block) & _MASK
    state = _compress(state, 0, done)
    return _compress(state, 0, total).to_bytes(BLOCK, "little")


def _compress(state: int, done: int, block: int) -> int:
    """Carry out g_N (RFC 6986, 8): the cipher E under a key from the state, and a feed-forward."""
    key = _lps(state ^ done)
    text = key ^ block
    for constant in ROUND_KEYS:
        text = _lps(text)
        key = _lps(key ^ constant)
        text ^= key
    return text ^ state ^ block


def _lps(value: int) -> int:
    t0, t1, t2, t3, t4, t5, t6, t7 = _TABLES
    b = value.to_bytes(BLOCK, "little")
    rows = zip(
        b[:8], b[8:16], b[16:24], b[24:32], b[32:40], b[40:48], b[48:56], b[56:], strict=True
    )
    words = [
        t0[i] ^ t1[j] ^ t2[k] ^ t3[m] ^ t4[n] ^ t5[o] ^ t6[p] ^ t7[q]
        for i, j, k, m, n, o, p, q in rows
    ]
    return int.from_bytes(_WORDS.pack(*words), "little")
