"""Reading DER: one value – one spelling, and a place for every fault."""

from __future__ import annotations

import pytest

from signing.cms import values
from signing.cms.der import INTEGER, SEQUENCE, Fields, read_one
from signing.cms.errors import CmsMalformedError
from tests.signatures.building import oid, seq, tlv


def reason_of(step: object, *arguments: object, **named: object) -> tuple[str, str]:
    """Give the reason and the place of a refusal."""
    assert callable(step)
    with pytest.raises(CmsMalformedError) as caught:
        step(*arguments, **named)
    return caught.value.reason, caught.value.where


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "truncated"),
        (b"\x30", "truncated"),
        (b"\x30\x01", "truncated"),
        (b"\x30\x82\x01", "truncated"),
        (b"\x30\x81\x7f" + bytes(127), "length_not_minimal"),
        (b"\x30\x82\x00\x80" + bytes(128), "length_not_minimal"),
        (b"\x30\x85\x00\x00\x00\x00\x00", "length_not_minimal"),
        (b"\x30\xff", "length_not_minimal"),
        (b"\x30\x80\x00\x00", "indefinite_length"),
        (b"\x3f\x81\x01\x00", "tag_too_long"),
        (b"\x02\x01\x01", "unexpected_tag"),
        (b"\x30\x00\x00", "trailing_bytes"),
    ],
)
def test_a_header_that_is_wrong(data: bytes, reason: str) -> None:
    assert reason_of(read_one, data, "top", SEQUENCE)[0] == reason


def test_the_place_is_the_path() -> None:
    outer = read_one(seq(seq(tlv(0x02, b"\1"))), "top", SEQUENCE).fields()
    inner = outer.take("inner", SEQUENCE).fields()
    assert reason_of(inner.take, "name", SEQUENCE) == ("unexpected_tag", "top.inner.name (0x02)")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\x30\x80", "truncated"),
        (b"\x30\x80\x00", "truncated"),
        (b"\x30\x80\x02\x01\x01", "truncated"),
        (b"\x04\x80\x00\x00", "indefinite_length"),
        (b"\x30\x80" * 40 + b"\0\0" * 40, "nested_too_deep"),
    ],
)
def test_lax_reading_takes_no_more_than_it_should(data: bytes, reason: str) -> None:
    assert reason_of(read_one, data, "top", data[0], lax=True)[0] == reason


def test_lax_reading_finds_the_end() -> None:
    inner = b"\x30\x80\x02\x01\x05\x00\x00"
    found = read_one(b"\x30\x80" + inner + b"\x00\x00", "top", SEQUENCE, lax=True)
    assert found.content == inner
    assert values.integer(found.fields().take("inner", SEQUENCE).fields(), "x") == 5
    assert reason_of(found.strict)[0] == "indefinite_length"


@pytest.mark.parametrize("value", [0, 1, 127, 128, 255, 256, -1, -128, -129, 1 << 160])
def test_integers(value: int) -> None:
    size = (value if value >= 0 else ~value).bit_length() // 8 + 1
    data = tlv(INTEGER, value.to_bytes(size, "big", signed=True))
    assert values.integer(Fields(data, ""), "x") == value
    padded = (b"\0" if value >= 0 else b"\xff") + data[2:]
    assert reason_of(values.integer, Fields(tlv(INTEGER, padded), ""), "x")[0] == (
        "integer_not_minimal"
    )


def test_integers_that_are_none() -> None:
    assert reason_of(values.integer, Fields(b"\x02\x00", ""), "x")[0] == "truncated"
    long = tlv(INTEGER, b"\x01" + bytes(values.MAX_NUMBER_BYTES))
    assert reason_of(values.integer, Fields(long, ""), "x")[0] == "number_too_long"


@pytest.mark.parametrize("text", ["1.2.643.7.1.1.3.2", "2.5.4.3", "0.9.2342", "2.999.1", "1.39.0"])
def test_identifiers(text: str) -> None:
    assert values.oid(Fields(oid(text), ""), "x") == text


@pytest.mark.parametrize(
    "content", [b"", b"\x80", b"\x2a\x80\x01", b"\x2a\x81", b"\x2a" + b"\xff" * 10 + b"\x7f"]
)
def test_identifiers_that_are_none(content: bytes) -> None:
    assert reason_of(values.oid, Fields(tlv(6, content), ""), "x")[0] == "oid_malformed"


@pytest.mark.parametrize("text", ["250101000000Z", "491231235959Z", "500101000000Z"])
def test_short_years_turn_at_fifty(text: str) -> None:
    year = values.time(Fields(tlv(0x17, text.encode()), ""), "x").year
    assert year == (1950 if text.startswith("50") else 2000 + int(text[:2]))


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        (0x17, "2501010000Z"), (0x17, "250101000000+0300"), (0x17, "250230000000Z"),
        (0x17, "250101246000Z"), (0x17, "25010100000\u0660Z"), (0x18, "20250101000000"),
        (0x18, "20250101000000.5Z"), (0x18, "00000101000000Z"), (0x17, ""),
    ],
)  # fmt: skip
def test_times_that_are_none(tag: int, text: str) -> None:
    fields = Fields(tlv(tag, text.encode()), "")
    assert reason_of(values.time, fields, "x")[0] == "time_malformed"


def test_bits_and_flags() -> None:
    assert values.flags(Fields(b"\x03\x02\x06\xc0", ""), "x") == {0, 1}
    assert values.flags(Fields(b"\x03\x01\x00", ""), "x") == frozenset()
    assert values.flags(Fields(b"\x03\x03\x07\x00\x80", ""), "x") == {8}
    assert reason_of(values.flags, Fields(b"\x03\x02\x08\xc0", ""), "x")[0] == "bits_unused"
    assert reason_of(values.flags, Fields(b"\x03\x00", ""), "x")[0] == "bits_unused"
    assert reason_of(values.bits, Fields(b"\x03\x02\x01\xc0", ""), "x")[0] == "bits_unused"


def test_booleans() -> None:
    assert values.boolean(Fields(b"\x01\x01\xff", ""), "x")
    assert not values.boolean(Fields(b"\x01\x01\x00", ""), "x")
    assert not values.boolean(Fields(b"\x02\x01\x00", ""), "x")
    assert reason_of(values.boolean, Fields(b"\x01\x01\x01", ""), "x")[0] == "boolean_malformed"
