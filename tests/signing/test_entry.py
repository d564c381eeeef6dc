"""Entries: one spelling each; every fault has its own reason."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
import rfc8785

from signing.entry import MAX_ENTRY_BYTES, Entry, envelope_of
from signing.errors import EntryMalformedError
from tests.signing.builders import HOUSE, record, stream

GOOD = record(stream("a"), 3, body={"answer": "за", "n": 7, "list": [None, True, "a\u2028b"]})


def changed(**fields: object) -> bytes:
    return rfc8785.dumps({**json.loads(GOOD), **fields})  # type: ignore[dict-item]


def without(name: str) -> bytes:
    return rfc8785.dumps({k: v for k, v in json.loads(GOOD).items() if k != name})


def test_an_entry_is_read() -> None:
    entry = Entry.from_bytes(GOOD)
    assert (entry.house, entry.stream) == (HOUSE, stream("a"))
    assert (entry.type, entry.version) == ("ballot-received/1", 3)
    assert entry.at == datetime(2026, 3, 1, 9, tzinfo=UTC)
    assert entry.body["answer"] == "за"
    assert entry.raw == GOOD
    envelope = envelope_of(GOOD)
    assert (envelope.house, envelope.stream) == (entry.house, str(entry.stream))
    assert (envelope.type, envelope.version) == (entry.type, entry.version)


def test_microseconds_are_kept() -> None:
    entry = Entry.from_bytes(changed(at="2026-03-01T09:00:00.000500Z"))
    assert entry.at.microsecond == 500


def test_names_beyond_the_basic_plane_are_sorted_by_utf16() -> None:
    both = changed(body={"\U0001f600": 1, "\uffee": 2})
    assert envelope_of(both).version == Entry.from_bytes(both).version == 3
    by_code_point = both.replace(
        '"\U0001f600":1,"\uffee":2'.encode(), '"\uffee":2,"\U0001f600":1'.encode()
    )
    assert by_code_point != both
    for reads in (Entry.from_bytes, envelope_of):
        with pytest.raises(EntryMalformedError):
            reads(by_code_point)


EVERYWHERE = [
    (GOOD + b"\n", "not_canonical"),
    (b" " + GOOD, "not_canonical"),
    (GOOD.replace(b'"version":3', b'"version":3.0'), "number_not_integer"),
    (GOOD.replace("за".encode(), b"\\u0437\\u0430"), "not_canonical"),
    (GOOD.replace(b'{"at"', b'{"version":3,"at"'), "duplicate_name"),
    (GOOD.replace(b'"n":7', b'"n":7,"n":7'), "duplicate_name"),
    (GOOD.replace(b'"n":7', b'"n":3.0'), "number_not_integer"),
    (GOOD.replace(b'"n":7', b'"n":-0'), "not_canonical"),
    (GOOD.replace(b'"n":7', b'"n":NaN'), "not_json"),
    (GOOD.replace(b'"n":7', b'"n":1e9'), "number_not_integer"),
    (GOOD.replace(b'"n":7', b'"n":9007199254740992'), "number_too_large"),
    (GOOD.replace(b'"n":7', b'"n":' + b"9" * 5000), "number_too_large"),
    (GOOD.replace(b'"n":7', b'"n":' + b"[" * 30000), "not_json"),
    (GOOD.replace(b'"n":7', b'"n":"\\ud800"'), "not_canonical"),
    (GOOD[:-1], "not_json"),
    (b"\xff" + GOOD, "not_utf8"),
    (b"\xef\xbb\xbf" + GOOD, "not_json"),
    (b"[]", "not_an_object"),
    (b"", "not_json"),
    (changed(body={"long": "x" * MAX_ENTRY_BYTES}), "too_long"),
    (changed(more=1), "unknown_field"),
    (without("house"), "missing_field"),
    (without("at"), "missing_field"),
    (changed(house=str(HOUSE).upper()), "uuid_spelling"),
    (changed(house=HOUSE.hex), "uuid_spelling"),
    (changed(house="one"), "not_a_uuid"),
    (changed(stream=7), "not_a_uuid"),
    (changed(type="ballot-received"), "not_a_type"),
    (changed(type="Ballot/1"), "not_a_type"),
    (changed(type="ballot/01"), "not_a_type"),
    (changed(type=None), "not_a_type"),
    (changed(version=0), "not_a_version"),
    (changed(version=True), "not_a_version"),
    (changed(version="3"), "not_a_version"),
]
READERS_ONLY = [
    (changed(at="2026-03-01T09:00:00+00:00"), "moment_spelling"),
    (changed(at="2026-03-01T12:00:00+03:00"), "not_utc"),
    (changed(at="2026-03-01T09:00:00"), "not_utc"),
    (changed(at="2026-03-01T09:00:00.5Z"), "moment_spelling"),
    (changed(at="2026-03-01 09:00:00Z"), "moment_spelling"),
    (changed(at="2026-02-30T09:00:00Z"), "not_a_moment"),
    (changed(at=7), "not_a_moment"),
    (changed(body=[]), "not_an_object"),
]


@pytest.mark.parametrize(("raw", "reason"), EVERYWHERE)
def test_a_writer_and_a_reader_refuse(raw: bytes, reason: str) -> None:
    for reads in (Entry.from_bytes, envelope_of):
        with pytest.raises(EntryMalformedError) as refused:
            reads(raw)
        assert refused.value.reason == reason
        assert refused.value.code == "entry_malformed"


@pytest.mark.parametrize(("raw", "reason"), READERS_ONLY)
def test_a_reader_refuses_besides(raw: bytes, reason: str) -> None:
    with pytest.raises(EntryMalformedError) as refused:
        Entry.from_bytes(raw)
    assert refused.value.reason == reason
