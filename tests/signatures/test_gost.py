"""GOST R 34.10-2012: the examples of RFC 7091, every parameter set, false signatures."""

from __future__ import annotations

import pytest

from signing.cms.curves import Curve
from signing.cms.errors import CmsMalformedError
from signing.cms.gost import GostKey
from signing.cms.parameter_sets import CURVES
from tests.signatures.signing_gost import key_bytes, key_of, sign, spelled

TEST_256 = Curve(
    "example of RFC 7091, 7.1",
    p=0x8000000000000000000000000000000000000000000000000000000000000431,
    a=7,
    b=0x5FBFF498AA938CE739B8E022FBAFEF40563F6E6A3472FC2A514C0CE9DAE23B7E,
    q=0x8000000000000000000000000000000150FE8A1892976154C59CFC193ACCF5B3,
    base=(2, 0x8E2A8A0E65147D4BD6316030E16D19C85C97F0A9CA267122B96ABBCEA7E8FC8),
)
SECRET_256 = 0x7A929ADE789BB9BE10ED359DD39A72C11B60961F49397EEE1D19CE9891EC3B28
KEY_256 = (
    0x7F2B49E270DB6D90D8595BEC458B50C58585BA1D4E9B788F6689DBD8E56FD80B,
    0x26F1B489D6701DD185C8413A977B3CBBAF64D1C593D26627DFFB101A87FF77DA,
)
E_256 = 20798893674476452017134061561508270130637142515379653289952617252661468872421
R_256 = 29700980915817952874371204983938256990422752107994319651632687982059210933395
S_256 = 574973400270084654178925310019147038455227042649098563933718999175515839552
TEST_512 = Curve(
    "example of ГОСТ Р 34.10-2012, А.2",
    p=int(
        "4531ACD1FE0023C7550D267B6B2FEE80922B14B2FFB90F04D4EB7C09B5D2D15D"
        "F1D852741AF4704A0458047E80E4546D35B8336FAC224DD81664BBF528BE6373",
        16,
    ),
    a=7,
    b=int(
        "1CFF0806A31116DA29D8CFA54E57EB748BC5F377E49400FDD788B649ECA1AC43"
        "61834013B2AD7322480A89CA58E0CF74BC9E540C2ADD6897FAD0A3084F302ADC",
        16,
    ),
    q=int(
        "4531ACD1FE0023C7550D267B6B2FEE80922B14B2FFB90F04D4EB7C09B5D2D15D"
        "A82F2D7ECB1DBAC719905C5EECC423F1D86E25EDBE23C595D644AAF187E6E6DF",
        16,
    ),
    base=(
        int(
            "24D19CC64572EE30F396BF6EBBFD7A6C5213B3B3D7057CC825F91093A68CD762"
            "FD60611262CD838DC6B60AA7EEE804E28BC849977FAC33B4B530F1B120248A9A",
            16,
        ),
        int(
            "2BB312A43BD2CE6E0D020613C857ACDDCFBF061E91E5F2C3F32447C259F39B2C"
            "83AB156D77F1496BF7EB3351E1EE4E43DC1A18B91B24640B6DBB92CB1ADD371E",
            16,
        ),
    ),
)
SECRET_512 = int(
    "BA6048AADAE241BA40936D47756D7C93091A0E8514669700EE7508E508B10207"
    "2E8123B2200A0563322DAD2827E2714A2636B7BFD18AADFC62967821FA18DD4",
    16,
)
E_512 = int(
    "3754F3CFACC9E0615C4F4A7C4D8DAB531B09B6F9C170C533A71D147035B0C591"
    "7184EE536593F4414339976C647C5D5A407ADEDB1D560C4FC6777D2972075B8C",
    16,
)
R_512 = int(
    "2F86FA60A081091A23DD795E1E3C689EE512A3C82EE0DCC2643C78EEA8FCACD3"
    "5492558486B20F1C9EC197C90699850260C93BCBCD9C5C3317E19344E173AE36",
    16,
)
S_512 = int(
    "1081B394696FFE8E6585E7A9362D26B6325F56778AADBC081C0BFBE933D52FF5"
    "823CE288E8C4F362526080DF7F70CE406A6EEB1F56919CB92A9853BDE73E5B4A",
    16,
)
NAMED = sorted({curve.name: curve for curve in CURVES.values()}.items())
EVERY = [*NAMED, ("test-256", TEST_256), ("test-512", TEST_512)]


def test_the_example_of_256_bits() -> None:
    key = key_of(TEST_256, SECRET_256)
    assert (key.x, key.y) == KEY_256
    assert key.verifies(E_256.to_bytes(32, "little"), spelled(TEST_256, R_256, S_256))


def test_the_example_of_512_bits() -> None:
    key = key_of(TEST_512, SECRET_512)
    assert key.verifies(E_512.to_bytes(64, "little"), spelled(TEST_512, R_512, S_512))
    assert not key.verifies((E_512 + 1).to_bytes(64, "little"), spelled(TEST_512, R_512, S_512))


def _is_prime(number: int) -> bool:
    """Miller–Rabin with the first bases; these numbers were not made to deceive it."""
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for base in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37):
        power = pow(base, odd, number)
        if power in (1, number - 1):
            continue
        for _ in range(twos - 1):
            power = power * power % number
            if power == number - 1:
                break
        else:
            return False
    return True


@pytest.mark.parametrize(("name", "curve"), EVERY)
def test_a_parameter_set_is_what_the_standard_asks(name: str, curve: Curve) -> None:
    """ГОСТ Р 34.10-2012, 5.2: p, q — простые, q·P = O, m в границах Хассе, m ≠ p."""
    assert _is_prime(curve.p)
    assert _is_prime(curve.q)
    assert (4 * curve.a**3 + 27 * curve.b**2) % curve.p
    assert curve.holds(*curve.base)
    assert curve.times(curve.q, curve.base) is None
    order = curve.q * curve.cofactor
    assert (order - curve.p - 1) ** 2 <= 4 * curve.p
    assert order != curve.p
    assert curve.q.bit_length() in (254, 255, 256, 510, 511, 512)


@pytest.mark.parametrize(("name", "curve"), EVERY)
def test_what_is_signed_verifies_and_nothing_else(name: str, curve: Curve) -> None:
    key = key_of(curve, 0xC0FFEE)
    digest = bytes(range(curve.size))
    assert key.verifies(digest, sign(curve, 0xC0FFEE, digest))
    assert key.verifies(bytes(curve.size), sign(curve, 0xC0FFEE, bytes(curve.size)))
    assert not key.verifies(bytes(curve.size), sign(curve, 0xC0FFEE, digest))
    assert not key.verifies(digest, sign(curve, 0xC0FFED, digest))


def _halves(data: bytes) -> tuple[int, int]:
    half = len(data) // 2
    return int.from_bytes(data[half:], "big"), int.from_bytes(data[:half], "big")


@pytest.mark.parametrize(("name", "curve"), [EVERY[1], EVERY[3], EVERY[-1]])
def test_false_signatures(name: str, curve: Curve) -> None:
    key, digest = key_of(curve, 77), bytes(range(curve.size))
    good = sign(curve, 77, digest)
    r, s = _halves(good)
    q, most = curve.q, (1 << 8 * curve.size) - 1
    assert key.verifies(digest, good)
    numbers = [
        (0, 0), (0, s), (r, 0), (1, 1), (q, s), (r, q), (q, q), (q - r, s), (r, q - s),
        (q - r, q - s), (s, r), (most, most), (r ^ 1, s), (r, s ^ 1), (0, q), (q, 0), (1, q - 1),
    ]  # fmt: skip
    if r + q <= most:
        numbers.append((r + q, s))
    if s + q <= most:
        numbers.append((r, s + q))
    for wrong_r, wrong_s in numbers:
        assert not key.verifies(digest, spelled(curve, wrong_r, wrong_s)), (wrong_r, wrong_s)
    for wrong in (b"", good[:-1], good + b"\0", b"\0" + good, good[::-1], good[: curve.size]):
        assert not key.verifies(digest, wrong)
    for wrong in (digest[:-1], digest + b"\0", b"", digest[::-1]):
        assert not key.verifies(wrong, good)


def test_a_key_that_makes_everything_the_point_at_infinity() -> None:
    # With the key -P a crafted pair makes z1·P + z2·Q vanish; there is no x to compare then.
    curve = TEST_256
    key = key_of(curve, curve.q - 1)
    digest = (5).to_bytes(32, "little")
    assert not key.verifies(digest, spelled(curve, curve.q - 7, 7))
    assert not key.verifies(digest, spelled(curve, 7, curve.q - 7))


@pytest.mark.parametrize(("name", "curve"), NAMED)
def test_a_key_is_written_and_read(name: str, curve: Curve) -> None:
    key = key_of(curve, 31337)
    assert GostKey.from_bytes(curve, key_bytes(key), "key") == key


@pytest.mark.parametrize(("name", "curve"), NAMED)
def test_a_point_that_is_no_key_is_refused(name: str, curve: Curve) -> None:
    key, size = key_of(curve, 31337), curve.size
    points = [(0, 0), (key.x, key.y ^ 1), (key.y, key.x), (key.x + 1, key.y)]
    points += [(key.x, (key.y + curve.p) % (1 << 8 * size)), (curve.p, key.y)]
    for x, y in points:
        data = x.to_bytes(size, "little") + y.to_bytes(size, "little")
        assert _refused(curve, data) == "key_not_on_curve", (x, y)
    for data in (b"", key_bytes(key)[:-1], key_bytes(key) + b"\0", b"\x04" + key_bytes(key)):
        assert _refused(curve, data) == "key_malformed"


@pytest.mark.parametrize("curve", [c for _, c in NAMED if c.cofactor > 1], ids=lambda c: c.name)
def test_a_key_of_small_order_is_refused(curve: Curve) -> None:
    assert curve.cofactor == 4
    small = _point_of_order_two_or_four(curve)
    assert curve.holds(*small)
    assert curve.times(curve.cofactor, small) is None
    mixed = curve.add(small, curve.times(9, curve.base))
    assert mixed is not None
    for x, y in (small, mixed):
        assert not curve.is_key(x, y)


def _point_of_order_two_or_four(curve: Curve) -> tuple[int, int]:
    """Multiply points of any order by q until one of the small subgroup is left."""
    for x in range(1, 500):
        square = (x**3 + curve.a * x + curve.b) % curve.p
        root = _root(square, curve.p)
        if root is None:
            continue
        point = curve.times(curve.q, (x, root))
        if point is not None:
            return point
    raise AssertionError("no point outside the subgroup")


def _root(square: int, p: int) -> int | None:
    if p % 4 == 3:
        root = pow(square, (p + 1) // 4, p)
        return root if root * root % p == square else None
    raise AssertionError("p is 3 modulo 4 for both curves with a cofactor")


def _refused(curve: Curve, data: bytes) -> str:
    with pytest.raises(CmsMalformedError) as caught:
        GostKey.from_bytes(curve, data, "key")
    return caught.value.reason
