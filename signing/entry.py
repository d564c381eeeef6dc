"""Log entries: the envelope that signing knows; the body is the domain's and opaque here.

An entry is one JSON object in the canonical form of RFC 8785 (JCS), UTF-8, no newline, < 64 KiB:

    {"at":"2026-03-01T09:00:00Z","body":{…},"house":"<uuid>","stream":"<uuid>",
     "type":"ballot-received/1","version":1}

(shown on two lines, written on one). UUIDs are lower-case with hyphens, `at` is UTC, numbers are
integers within ±(2^53 - 1): whatever is finer is text. Every other spelling of the same entry is
refused: the bytes signed are the bytes stored.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NoReturn
from uuid import UUID

import orjson
import rfc8785

from signing.errors import EntryMalformedError

MAX_ENTRY_BYTES = 65_535
"""The largest entry whose length fits the two bytes of an entry bundle (tlog-tiles)."""

_FIELDS = frozenset({"at", "body", "house", "stream", "type", "version"})
_TYPE = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*/[1-9][0-9]*")
_SPELLED_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_BEYOND_BASIC_PLANE = re.compile(rb"[\xf0-\xf4]")
_MAX_INTEGER = 2**53 - 1


@dataclass(frozen=True, slots=True)
class Entry:
    """A parsed log entry; `raw` are the very bytes that stand in the leaf."""

    house: UUID
    stream: UUID
    type: str
    version: int
    at: datetime
    body: dict[str, Any]
    raw: bytes

    @classmethod
    def from_bytes(cls, raw: bytes) -> Entry:
        """Parse an entry strictly, or refuse it saying which field is wrong."""
        fields = _object(raw)
        _check_fields(fields)
        body = fields["body"]
        if not isinstance(body, dict):
            raise EntryMalformedError("not_an_object", "body")
        if _canonical(fields) != raw:
            raise EntryMalformedError("not_canonical", "entry")
        return cls(
            house=_uuid(fields, "house"),
            stream=_uuid(fields, "stream"),
            type=_type(fields),
            version=_version(fields),
            at=_moment(fields),
            body=body,
            raw=raw,
        )


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the recorder must know of an entry: whose log, which place in which stream."""

    house: UUID
    stream: str
    type: str
    version: int


def envelope_of(raw: bytes) -> Envelope:
    """Read the envelope cheaply: what a writer checks; `Entry.from_bytes` is what a reader checks.

    What a quick library reads, and writes again as the same bytes, is in canonical form wherever
    numbers are integers and characters are of the basic plane (names are sorted by UTF-16 units in
    RFC 8785, by code points here); other entries pay for more, and so does finding their fault.
    """
    fields = _quickly(raw)
    if fields is None:
        fields = _object(raw)
        _check_fields(fields)
        if _canonical(fields) != raw:
            raise EntryMalformedError("not_canonical", "entry")
    stream = fields["stream"]
    if not isinstance(stream, str) or not _SPELLED_UUID.fullmatch(stream):
        raise EntryMalformedError("not_a_uuid", "stream")
    return Envelope(_uuid(fields, "house"), stream, _type(fields), _version(fields))


def _quickly(raw: bytes) -> dict[str, Any] | None:
    """Read an entry that is plainly canonical; None for any other."""
    if len(raw) > MAX_ENTRY_BYTES or not (raw.isascii() or _BEYOND_BASIC_PLANE.search(raw) is None):
        return None
    try:
        fields = orjson.loads(raw)
        again = orjson.dumps(fields, option=_SORTED)
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):
        return None
    plain = again == raw and isinstance(fields, dict) and fields.keys() == _FIELDS
    return fields if plain and _is_whole(fields) else None


_PLAIN = (str, int, type(None))
_NESTED = (dict, list)


def _is_whole(value: dict[str, Any] | list[Any]) -> bool:
    """Tell whether every number in a value is an integer."""
    for part in value.values() if isinstance(value, dict) else value:
        if not isinstance(part, _PLAIN) and not (isinstance(part, _NESTED) and _is_whole(part)):
            return False
    return True


class _DuplicateNameError(ValueError):
    pass


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        raise _DuplicateNameError(next(name for name in names if names.count(name) > 1))
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _no_fraction(text: str) -> NoReturn:
    raise EntryMalformedError("number_not_integer", text[:40])


def _integer(text: str) -> int:
    if len(text) > 17 or not -_MAX_INTEGER <= int(text) <= _MAX_INTEGER:
        raise EntryMalformedError("number_too_large", text[:40])
    return int(text)


_SORTED = orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER
_DECODER = json.JSONDecoder(
    object_pairs_hook=_no_duplicates,
    parse_constant=_no_constant,
    parse_float=_no_fraction,
    parse_int=_integer,
)


def _object(raw: bytes) -> dict[str, Any]:
    if len(raw) > MAX_ENTRY_BYTES:
        raise EntryMalformedError("too_long", f"{len(raw)} bytes")
    try:
        fields = _DECODER.decode(raw.decode("utf-8"))
    except UnicodeDecodeError as fault:
        raise EntryMalformedError("not_utf8", f"byte {fault.start}") from fault
    except json.JSONDecodeError as fault:
        raise EntryMalformedError("not_json", f"byte {fault.pos}") from fault
    except _DuplicateNameError as fault:
        raise EntryMalformedError("duplicate_name", str(fault)) from fault
    except (ValueError, RecursionError) as fault:
        raise EntryMalformedError("not_json", str(fault)[:80]) from fault
    if not isinstance(fields, dict):
        raise EntryMalformedError("not_an_object", "entry")
    return fields


def _check_fields(fields: dict[str, Any]) -> None:
    missing = _FIELDS - fields.keys()
    if missing:
        raise EntryMalformedError("missing_field", min(missing))
    extra = fields.keys() - _FIELDS
    if extra:
        raise EntryMalformedError("unknown_field", min(extra))


def _canonical(fields: dict[str, Any]) -> bytes:
    try:
        return rfc8785.dumps(fields)
    except (rfc8785.CanonicalizationError, ValueError, RecursionError) as fault:
        raise EntryMalformedError("not_canonical", str(fault)[:80]) from fault


def _uuid(fields: dict[str, Any], name: str) -> UUID:
    value = fields[name]
    try:
        found, spelling = _read_uuid(value)
    except (ValueError, AttributeError, TypeError) as fault:
        raise EntryMalformedError("not_a_uuid", name) from fault
    if spelling != value:
        raise EntryMalformedError("uuid_spelling", name)
    return found


@lru_cache(maxsize=1024)
def _read_uuid(value: str) -> tuple[UUID, str]:
    """Read an id and write it again; the same few houses come with every entry."""
    found = UUID(value)
    return found, str(found)


def _type(fields: dict[str, Any]) -> str:
    value = fields["type"]
    if not isinstance(value, str) or not _TYPE.fullmatch(value):
        raise EntryMalformedError("not_a_type", "type")
    return value


def _version(fields: dict[str, Any]) -> int:
    value = fields["version"]
    if type(value) is not int or not 1 <= value <= _MAX_INTEGER:
        raise EntryMalformedError("not_a_version", "version")
    return value


def _moment(fields: dict[str, Any]) -> datetime:
    value = fields["at"]
    try:
        found = datetime.fromisoformat(value)
    except (ValueError, TypeError) as fault:
        raise EntryMalformedError("not_a_moment", "at") from fault
    if found.utcoffset() != timedelta(0):
        raise EntryMalformedError("not_utc", "at")
    if found.replace(tzinfo=None).isoformat() + "Z" != value:
        raise EntryMalformedError("moment_spelling", "at")
    return found
