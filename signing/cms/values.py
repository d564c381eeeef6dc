"""Primitive ASN.1 values as Python values: numbers, names of things, bytes, moments, text."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from signing.cms.der import (
    BIT_STRING,
    BOOLEAN,
    GENERALIZED_TIME,
    INTEGER,
    OCTET_STRING,
    OID,
    UTC_TIME,
)
from signing.cms.errors import CmsMalformedError

if TYPE_CHECKING:
    from signing.cms.der import Element, Fields

MAX_NUMBER_BYTES = 2048
MAX_TEXT_BYTES = 4096
_MAX_ARC = (1 << 64) - 1
_TEXTS = {
    0x0C: "utf-8",
    0x12: "ascii",
    0x13: "ascii",
    0x14: "latin-1",
    0x16: "ascii",
    0x1A: "ascii",
    0x1C: "utf-32-be",
    0x1E: "utf-16-be",
}
_UTC = re.compile(rb"([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})Z")
_GENERALIZED = re.compile(rb"([0-9]{4})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})Z")
_CENTURY_TURNS = 50
"""RFC 5280, 4.1.2.5.1: a two-digit year below 50 is of this century."""


def integer(fields: Fields, name: str) -> int:
    """Read an INTEGER."""
    found = fields.take(name, INTEGER)
    content = found.content
    if not content:
        raise CmsMalformedError("truncated", found.where)
    if len(content) > MAX_NUMBER_BYTES:
        raise CmsMalformedError("number_too_long", found.where)
    value = int.from_bytes(content, "big", signed=True)
    if len(content) > 1 and -(1 << (8 * len(content) - 9)) <= value < 1 << (8 * len(content) - 9):
        raise CmsMalformedError("integer_not_minimal", found.where)
    return value


def oid(fields: Fields, name: str) -> str:
    """Read an OBJECT IDENTIFIER in dotted form."""
    return oid_of(fields.take(name, OID))


def oid_of(found: Element) -> str:
    """Write an OBJECT IDENTIFIER in dotted form."""
    arcs = []
    value = 0
    fresh = True
    for byte in found.content:
        if fresh and byte == 0x80:
            raise CmsMalformedError("oid_malformed", found.where)
        value = value << 7 | byte & 0x7F
        if value > _MAX_ARC:
            raise CmsMalformedError("oid_malformed", found.where)
        fresh = byte < 0x80
        if fresh:
            arcs.append(value)
            value = 0
    if not arcs or not fresh:
        raise CmsMalformedError("oid_malformed", found.where)
    top = min(arcs[0] // 40, 2)
    return ".".join(str(arc) for arc in (top, arcs[0] - 40 * top, *arcs[1:]))


def octets(fields: Fields, name: str) -> bytes:
    """Read an OCTET STRING."""
    return fields.take(name, OCTET_STRING).content


def bits(fields: Fields, name: str) -> bytes:
    """Read a BIT STRING of whole bytes."""
    found = fields.take(name, BIT_STRING)
    if found.content[:1] != b"\x00":
        raise CmsMalformedError("bits_unused", found.where)
    return found.content[1:]


def flags(fields: Fields, name: str) -> frozenset[int]:
    """Read a BIT STRING of named bits: the numbers of those that are set."""
    found = fields.take(name, BIT_STRING)
    if not found.content or found.content[0] > 7:
        raise CmsMalformedError("bits_unused", found.where)
    body = found.content[1:]
    return frozenset(
        8 * index + bit for index, byte in enumerate(body) for bit in range(8) if byte << bit & 0x80
    )


def boolean(fields: Fields, name: str) -> bool:
    """Read a BOOLEAN that may be left out when false."""
    found = fields.maybe(name, BOOLEAN)
    if found is None:
        return False
    if found.content not in (b"\x00", b"\xff"):
        raise CmsMalformedError("boolean_malformed", found.where)
    return found.content == b"\xff"


def time(fields: Fields, name: str) -> datetime:
    """Read a UTCTime or GeneralizedTime in whole seconds of UTC."""
    found = fields.take(name, UTC_TIME, GENERALIZED_TIME)
    pattern = _UTC if found.tag == UTC_TIME else _GENERALIZED
    matched = pattern.fullmatch(found.content)
    if matched is None:
        raise CmsMalformedError("time_malformed", found.where)
    year, month, day, hour, minute, second = map(int, matched.groups())
    if found.tag == UTC_TIME:
        year += 2000 if year < _CENTURY_TURNS else 1900
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError as fault:
        raise CmsMalformedError("time_malformed", found.where) from fault


def text(found: Element) -> str:
    """Read a character string; what cannot be printed is shown by its code."""
    if found.tag not in _TEXTS:
        raise CmsMalformedError("unexpected_tag", f"{found.where} ({found.tag:#04x})")
    if len(found.content) > MAX_TEXT_BYTES:
        raise CmsMalformedError("text_malformed", found.where)
    try:
        value = found.content.decode(_TEXTS[found.tag])
    except UnicodeDecodeError as fault:
        raise CmsMalformedError("text_malformed", found.where) from fault
    # A subject is shown to people: direction marks and control characters could make it lie.
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in value)
