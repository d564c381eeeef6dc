"""Streebog against RFC 6986, section 10, and against digests of another implementation."""

from __future__ import annotations

from hashlib import sha256

import pytest

from signing.cms.streebog import streebog256, streebog512

M1 = b"012345678901234567890123456789012345678901234567890123456789012"
M2 = "Се ветри, Стрибожи внуци, веютъ с моря стрелами на храбрыя плъкы Игоревы".encode("cp1251")
RFC = [
    (
        M1,
        "9d151eefd8590b89daa6ba6cb74af9275dd051026bb149a452fd84e5e57b5500",
        "1b54d01a4af5b9d5cc3d86d68d285462b19abc2475222f35c085122be4ba1ffa"
        "00ad30f8767b3a82384c6574f024c311e2a481332b08ef7f41797891c1646f48",
    ),
    (
        M2,
        "9dd2fe4e90409e5da87f53976d7405b0c0cac628fc669a741d50063c557e8f50",
        "1e88e62226bfca6f9994f1f2d51569e0daf8475a3b0fe61a5300eee46d961376"
        "035fe83549ada2b8620fcd7c496ce5b33f0cb9dddc2b6460143b03dabac9fb28",
    ),
    (
        b"",
        "3f539a213e97c802cc229d474c6aa32a825a360b2a933a949fd925208d9ce1bb",
        "8e945da209aa869f0455928529bcae4679e9873ab707b55315f56ceb98bef0a7"
        "362f715528356ee83cda5f2aac4c6ad2ba3a715c1bcd81cb8e9f90bf4c1c1a8a",
    ),
]
ALL_LENGTHS = (
    "5e7ceee0822ba2f1c928ca462282724c4ae11249233fc1a5aff74081973c706e",
    "530115af0d932e02d4a6c6289cd25f30ba5762aaa62b4d123e18946a69982a99",
)
"""SHA-256 over the digests of 0, 1, … 200 bytes, made with the gost engine of OpenSSL."""


@pytest.mark.parametrize(("message", "short", "long"), RFC)
def test_values_of_the_rfc(message: bytes, short: str, long: str) -> None:
    assert streebog256(message).hex() == short
    assert streebog512(message).hex() == long


def test_every_length_around_the_block_as_openssl_has_it() -> None:
    messages = [bytes(range(length)) for length in range(201)]
    digests = (b"".join(map(streebog256, messages)), b"".join(map(streebog512, messages)))
    assert tuple(sha256(joined).hexdigest() for joined in digests) == ALL_LENGTHS


def test_the_sum_of_blocks_carries_over_512_bits() -> None:
    # Blocks of all ones overflow the checksum; value made with the gost engine of OpenSSL.
    assert (
        streebog256(b"\xff" * 192).hex()
        == "d3ce7eb4da9ad01a0b929025486a2fd99e84f188069f9e5f47f11d1a949be991"
    )
