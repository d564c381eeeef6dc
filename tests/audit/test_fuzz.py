"""Arbitrary damage never crashes an audit and never passes for a sound bundle.

Two attackers: one flips bytes of the file; the other holds the log's key, changes any value in any
record to anything and makes everything fit again, so that only the replay can notice.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import rfc8785
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.audit.checking import audit
from api.audit.report import to_data, to_lines
from signing.errors import BundleMalformedError
from tests.audit.forger import Forger

if TYPE_CHECKING:
    from tests.audit.conftest import Held

FIXTURE = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
STRANGE: list[Any] = [
    None, True, 0, -1, 1, 2**53 - 1, "", "0", "1/0", "-1", "1e5", "NaN", "x" * 300,
    [], [""], {}, {"": 0}, "for", "spoiled", "link", "paper", "0001-01-01", "9999-12-31",
    "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "Europe/Moscow", "../x", "\x1b[2J",
    "a0d17000-0000-4000-8000-000000000001",
]  # fmt: skip


@settings(FIXTURE, max_examples=100)
@given(data=st.data())
def test_flipped_bits_are_never_sound(held: Held, data: st.DataObject) -> None:
    whole = bytearray(held.inspector)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(whole) - 1))
        whole[at] ^= data.draw(st.integers(1, 255))
    _never_sound(bytes(whole), held)


@settings(FIXTURE, max_examples=60)
@given(data=st.data())
def test_cut_and_moved_pieces_are_never_sound(held: Held, data: st.DataObject) -> None:
    whole = held.inspector
    a, b = sorted(data.draw(st.tuples(*[st.integers(0, len(whole))] * 2)))
    piece = data.draw(st.binary(max_size=40))
    _never_sound(whole[:a] + piece + whole[b:], held)


@settings(max_examples=150)
@given(noise=st.binary(max_size=400))
def test_noise_is_refused(noise: bytes) -> None:
    try:
        audit(noise)
    except BundleMalformedError:
        return
    raise AssertionError


def _never_sound(data: bytes, held: Held) -> None:
    try:
        report = audit(data).report
    except BundleMalformedError:
        return
    assert not report.is_sound or data == held.inspector
    json.dumps(to_data(report))
    assert to_lines(report)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """List the paths to every value within a JSON value."""
    found = [path] if path else []
    if isinstance(value, dict):
        for key, one in value.items():
            found += places(one, (*path, key))
    if isinstance(value, list):
        for number, one in enumerate(value):
            found += places(one, (*path, number))
    return found


def replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """Put a value at a path."""
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = replaced(value[path[0]], path[1:], new)
    return copy


@settings(FIXTURE, max_examples=100)
@given(data=st.data())
def test_any_value_of_any_record_may_be_forged(held: Held, data: st.DataObject) -> None:
    forger = Forger(held.inspector)
    for _ in range(data.draw(st.integers(1, 3))):
        index = data.draw(st.integers(0, len(forger.entries) - 1))
        record = forger.record(index)
        path = data.draw(st.sampled_from(places(record)))
        other = forger.record(data.draw(st.integers(0, len(forger.entries) - 1)))
        values = [*STRANGE, *(value_at(other, p) for p in places(other))]
        forger.put(index, replaced(record, path, data.draw(st.sampled_from(values))))
    report = audit(forger.signed(held.signer)).report
    json.dumps(to_data(report))
    assert to_lines(report)


def value_at(value: Any, path: tuple[Any, ...]) -> Any:
    """Give the value at a path."""
    for key in path:
        value = value[key]
    return value


@settings(FIXTURE, max_examples=60)
@given(data=st.data())
def test_records_may_be_moved_doubled_and_dropped(held: Held, data: st.DataObject) -> None:
    forger = Forger(held.inspector)
    for _ in range(data.draw(st.integers(1, 6))):
        entries = forger.entries
        a = data.draw(st.integers(0, len(entries) - 1))
        b = data.draw(st.integers(0, len(entries) - 1))
        match data.draw(st.sampled_from(("move", "double", "drop"))):
            case "move":
                entries.insert(b, entries.pop(a))
            case "double":
                entries.insert(b, entries[a])
            case _ if len(entries) > 1:
                entries.pop(a)
    _never_sound_unless_same(forger, held)


def _never_sound_unless_same(forger: Forger, held: Held) -> None:
    same = forger.entries == Forger(held.inspector).entries
    report = audit(forger.signed(held.signer)).report
    changed_only_order_of_equals = sorted(map(repr, forger.entries)) == sorted(
        map(repr, Forger(held.inspector).entries)
    )
    assert not report.is_sound or same or changed_only_order_of_equals


@settings(FIXTURE, max_examples=80)
@given(data=st.data())
def test_claims_and_openings_may_be_forged(held: Held, data: st.DataObject) -> None:
    forger = Forger(held.inspector)
    path = data.draw(st.sampled_from(("claimed.json", "openings.json", "protocol/protocol.json")))
    document = json.loads(forger.files[path])
    where = data.draw(st.sampled_from(places(document)))
    new = data.draw(st.sampled_from(STRANGE))
    changed = replaced(document, where, new)
    forger.files[path] = rfc8785.dumps(changed)
    report = audit(forger.listed()).report
    assert not report.is_sound or changed == document


@settings(FIXTURE, max_examples=40)
@given(data=st.data())
def test_law_files_may_be_forged(held: Held, data: st.DataObject) -> None:
    forger = Forger(held.inspector)
    path = data.draw(st.sampled_from([p for p in forger.files if p.startswith("law/")]))
    content = bytearray(forger.files[path])
    at = data.draw(st.integers(0, len(content) - 1))
    piece = data.draw(st.binary(max_size=6))
    content[at : at + data.draw(st.integers(0, 40))] = piece
    same = bytes(content) == forger.files[path]
    forger.files[path] = bytes(content)
    report = audit(forger.listed()).report
    assert same or not report.is_sound
