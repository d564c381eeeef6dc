"""Facts as records: fact ↔ canonical bytes, one spelling each way, old versions read for ever.

A record is one JSON object in the canonical form of RFC 8785:

    {"at":"2026-03-01T09:00:00Z","body":{…},"house":"…","stream":"…","type":"voting-closed/1","version":7}

Shares and votes are fractions as text ("1/2", "537/20"), areas decimals with two places ("53.70"),
moments UTC. Reading calls the constructors and then writes again: another spelling is refused.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, get_args
from uuid import UUID

import orjson
import rfc8785
from pydantic import TypeAdapter, ValidationError

from domain.events import AnyFact, Recorded
from domain.facts import Moment, is_utc

MAX_RECORD_BYTES = 65_535
"""A record fits a tlog-tiles entry bundle, whose lengths are two bytes."""


class UnreadableRecordError(ValueError):
    """Bytes that are no record of this format; `code` is stable."""

    def __init__(self, code: str, detail: str) -> None:
        """Keep the code beside the detail."""
        super().__init__(f"{code}: {detail}")
        self.code = code


@dataclass(frozen=True, slots=True)
class _Kind:
    fact: type[AnyFact]
    adapter: TypeAdapter[Any]


_MOMENT: TypeAdapter[Moment] = TypeAdapter(Moment)
_HUGE_EXPONENT = re.compile(rb'"[-+]?[0-9._]+[eE][-+]?[0-9_]{4,}"')
_SORTED = orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER
_BEYOND_BASIC_PLANE = re.compile(rb"[\xf0-\xf4]")


@cache
def _kinds() -> dict[str, _Kind]:
    return {fact.TYPE: _Kind(fact, TypeAdapter(fact)) for fact in get_args(AnyFact)}


def fact_types() -> tuple[str, ...]:
    """List the type names this version reads and writes."""
    return tuple(_kinds())


def to_record(recorded: Recorded) -> bytes:
    """Write a fact as the bytes that are stored, hashed and signed."""
    kind = _kinds()[recorded.fact.TYPE]
    record = _canonical(
        {
            "at": _spelled(recorded.at),
            "body": kind.adapter.dump_python(recorded.fact, mode="json"),
            "house": str(recorded.house),
            "stream": str(recorded.originator_id),
            "type": recorded.fact.TYPE,
            "version": recorded.originator_version,
        }
    )
    _check_form(record)
    return record


def from_record(record: bytes) -> Recorded:
    """Read a record; an unknown type, an unknown field or another spelling is refused."""
    recorded = _parse(record)
    try:
        again = to_record(recorded)
    except ValueError as fault:
        raise UnreadableRecordError("record_not_canonical", repr(fault)) from fault
    if again != record:
        raise UnreadableRecordError("record_not_canonical", recorded.fact.TYPE)
    return recorded


@lru_cache(maxsize=64)
def _spelled(at: Moment) -> Any:
    """Write a moment; all facts of a batch have the same."""
    return _MOMENT.dump_python(at, mode="json")


def _canonical(value: dict[str, Any]) -> bytes:
    """Write the canonical form, by a quick library wherever it cannot differ from RFC 8785.

    It may where names are sorted that hold characters beyond the basic plane; and for fractions of
    a number, which no fact has.
    """
    try:
        quick = orjson.dumps(value, option=_SORTED)
    except orjson.JSONEncodeError:
        return rfc8785.dumps(value)
    plain = quick.isascii() or _BEYOND_BASIC_PLANE.search(quick) is None
    return quick if plain else rfc8785.dumps(value)


def _check_form(record: bytes) -> None:
    if len(record) > MAX_RECORD_BYTES:
        raise UnreadableRecordError("record_too_long", f"{len(record)} bytes")
    # Fraction("1e999999999") would be computed for hours before anything could refuse it.
    if _HUGE_EXPONENT.search(record):
        raise UnreadableRecordError("record_not_canonical", "a number with a huge exponent")


def _body(value: object) -> bytes:
    try:
        return orjson.dumps(value)
    except orjson.JSONEncodeError as fault:
        raise UnreadableRecordError("record_body", str(fault)) from fault


def _version(value: object) -> int:
    if type(value) is not int or value < 1:
        raise UnreadableRecordError("record_envelope", f"version: {value!r}")
    return value


def _at(value: object) -> Moment:
    at: Moment = _MOMENT.validate_json(json.dumps(value), strict=True)
    if not is_utc(at):
        raise UnreadableRecordError("record_envelope", f"at: {value!r} is not in UTC")
    return at


def _parse(record: bytes) -> Recorded:
    _check_form(record)
    try:
        envelope = json.loads(record)
        kind = _kinds()[envelope["type"]]
        body = _body(envelope["body"])
        return Recorded(
            house=UUID(str(envelope["house"])),
            originator_id=UUID(str(envelope["stream"])),
            originator_version=_version(envelope["version"]),
            at=_at(envelope["at"]),
            fact=kind.adapter.validate_json(body),
        )
    except UnreadableRecordError:
        raise
    except ValidationError as fault:
        first = fault.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise UnreadableRecordError("record_body", f"{place}: {first['msg']}") from fault
    except (ValueError, KeyError, TypeError, RecursionError) as fault:
        raise UnreadableRecordError("record_envelope", repr(fault)) from fault
