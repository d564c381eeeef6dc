"""Reading ASN.1 bytes: DER, one value – one spelling, and every fault with its place.

Only what signature files need. Outside of certificates and signed attributes some programs write
constructed values with the indefinite length of BER; `lax` reading takes that, and nothing else.

    30 03          SEQUENCE of 3 bytes          30 80 … 00 00     the same in BER, lax only
       02 01 05    INTEGER 5
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from signing.cms.errors import CmsMalformedError

if TYPE_CHECKING:
    from collections.abc import Iterator

BOOLEAN, INTEGER, BIT_STRING, OCTET_STRING, NULL, OID = 0x01, 0x02, 0x03, 0x04, 0x05, 0x06
UTC_TIME, GENERALIZED_TIME = 0x17, 0x18
SEQUENCE, SET = 0x30, 0x31
CONSTRUCTED = 0x20
MAX_DEPTH = 24
_INDEFINITE = 0x80
_LONG_TAG = 0x1F


def context(number: int, *, constructed: bool = True) -> int:
    """Give the tag [number] of an optional or implicit field."""
    return 0x80 | (CONSTRUCTED if constructed else 0) | number


@dataclass(frozen=True, slots=True)
class Element:
    """One value: its tag, what it holds, its whole encoding as found, and where it stands."""

    tag: int
    content: bytes
    encoded: bytes
    where: str
    lax: bool = False
    definite: bool = True

    def fields(self) -> Fields:
        """Read what a constructed value holds, field by field."""
        return Fields(self.content, self.where, lax=self.lax)

    def strict(self) -> Element:
        """Give the same value to be read as DER from here on."""
        if not self.definite:
            raise CmsMalformedError("indefinite_length", self.where)
        return Element(self.tag, self.content, self.encoded, self.where)


class Fields:
    """A walk along values that stand one after another."""

    def __init__(self, data: bytes, where: str, *, lax: bool = False) -> None:
        """Begin at the first byte."""
        self._data = data
        self._where = where
        self._lax = lax
        self._at = 0

    @property
    def done(self) -> bool:
        """Tell whether everything is read."""
        return self._at == len(self._data)

    def next_is(self, *tags: int) -> bool:
        """Tell whether another value follows and has one of the tags."""
        return not self.done and self._data[self._at] in tags

    def take(self, name: str, *tags: int) -> Element:
        """Read the next value, which must have one of the tags; any tag if none is named."""
        where = f"{self._where}.{name}" if self._where else name
        tag, start, end, stop = _extent(self._data, self._at, where, lax=self._lax)
        if tags and tag not in tags:
            raise CmsMalformedError("unexpected_tag", f"{where} ({tag:#04x})")
        found = Element(
            tag,
            self._data[start:end],
            self._data[self._at : stop],
            where,
            self._lax,
            end == stop,
        )
        self._at = stop
        return found

    def maybe(self, name: str, *tags: int) -> Element | None:
        """Read the next value if it has one of the tags."""
        return self.take(name, *tags) if self.next_is(*tags) else None

    def each(self, name: str, tag: int, most: int) -> Iterator[Element]:
        """Read all the rest, values of one tag and at most so many."""
        number = 0
        while not self.done:
            if number == most:
                raise CmsMalformedError("too_many", f"{self._where}.{name}")
            yield self.take(f"{name}[{number}]", tag)
            number += 1

    def end(self) -> None:
        """Refuse anything more."""
        if not self.done:
            raise CmsMalformedError("trailing_bytes", self._where)


def read_one(data: bytes, name: str, tag: int, *, lax: bool = False) -> Element:
    """Read bytes that are exactly one value."""
    fields = Fields(data, "", lax=lax)
    found = fields.take(name, tag)
    if not fields.done:
        raise CmsMalformedError("trailing_bytes", name)
    return found


def _extent(
    data: bytes, at: int, where: str, *, lax: bool, depth: int = 0
) -> tuple[int, int, int, int]:
    """Give the tag, where the content starts and ends, and where the whole value ends."""
    if depth > MAX_DEPTH:
        raise CmsMalformedError("nested_too_deep", where)
    if at + 2 > len(data):
        raise CmsMalformedError("truncated", where)
    tag, first = data[at], data[at + 1]
    if tag & _LONG_TAG == _LONG_TAG:
        raise CmsMalformedError("tag_too_long", where)
    if first == _INDEFINITE:
        if not (lax and tag & CONSTRUCTED):
            raise CmsMalformedError("indefinite_length", where)
        end = _end_of_contents(data, at + 2, where, depth)
        return tag, at + 2, end, end + 2
    start, length = _length(data, at + 1, where)
    if start + length > len(data):
        raise CmsMalformedError("truncated", where)
    return tag, start, start + length, start + length


def _end_of_contents(data: bytes, at: int, where: str, depth: int) -> int:
    while data[at : at + 2] != b"\x00\x00":
        _, _, _, at = _extent(data, at, where, lax=True, depth=depth + 1)
    return at


def _length(data: bytes, at: int, where: str) -> tuple[int, int]:
    first = data[at]
    if first < 0x80:
        return at + 1, first
    size = first & 0x7F
    if size > 4:
        raise CmsMalformedError("length_not_minimal", where)
    digits = data[at + 1 : at + 1 + size]
    if len(digits) < size:
        raise CmsMalformedError("truncated", where)
    length = int.from_bytes(digits, "big")
    if length < 0x80 or digits[0] == 0:
        raise CmsMalformedError("length_not_minimal", where)
    return at + 1 + size, length
