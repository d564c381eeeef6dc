"""What a large bundle is read with without a second copy: rows of hashes, files, entries, roots."""

from __future__ import annotations

import struct
import tracemalloc
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.bundle import LEAVES as LEAVES_FILE
from signing.bundle import MAX_LEAVES, PUBLIC, Bundle, Manifest
from signing.errors import BundleMalformedError
from signing.hash_row import HashRow
from signing.merkle import Frontier, leaf_hash, root_of
from signing.opened import Entries, Withheld, open_entries
from signing.tiles import WIDTH, Tile
from signing.verify import check_hashes
from signing.zipped import Files, read_zip, write_zip
from tests.signing.builders import HOUSE

LEAVES = [leaf_hash(str(number).encode()) for number in range(257)]


@pytest.mark.parametrize("size", range(258))
def test_root_of_a_stream_is_that_of_the_growing_tree(size: int) -> None:
    assert root_of(iter(LEAVES[:size])) == Frontier().append(LEAVES[:size])[0].root


@given(
    size=st.integers(0, 12),
    rest=st.binary(max_size=31),
    start=st.integers(-15, 15) | st.none(),
    stop=st.integers(-15, 15) | st.none(),
    step=st.sampled_from((None, 1, 2, -1, -3)),
)
def test_a_row_of_hashes_is_cut_like_a_list(
    size: int, rest: bytes, start: int | None, stop: int | None, step: int | None
) -> None:
    hashes = LEAVES[:size]
    row = HashRow(b"".join(hashes) + rest)
    assert list(row) == hashes
    assert len(row) == size
    assert [row[at] for at in range(size)] == hashes
    assert list(row[start:stop:step]) == hashes[start:stop:step]
    assert list(reversed(row)) == hashes[::-1]


@pytest.mark.parametrize("place", [3, -4])
def test_beyond_a_row_there_is_nothing(place: int) -> None:
    with pytest.raises(IndexError):
        HashRow(b"".join(LEAVES[:3]))[place]


def laid_over(names: list[str], content: bytes) -> bytes:
    """Write a zip whose names all stand for the one content it has."""
    whole = write_zip({names[0]: content})
    start = whole.index(b"PK\x01\x02")
    line = whole[start:-22]
    lines = b"".join(line.replace(names[0].encode(), name.encode()) for name in names)
    number = len(names)
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, number, number, len(lines), start, 0)
    return whole[:start] + lines + end


def test_files_that_lie_over_each_other_cannot_be_more_than_there_is() -> None:
    assert dict(read_zip(laid_over(["a000"], bytes(500))).files) == {"a000": bytes(500)}
    with pytest.raises(BundleMalformedError) as caught:
        read_zip(laid_over([f"a{number:03}" for number in range(999)], bytes(500)))
    assert "a001" in str(caught.value)


def test_files_are_cut_out_of_the_zip() -> None:
    files = {"a": b"1", "b/c": b"", "d": sha256(b"").digest()}
    held = read_zip(write_zip(files)).files
    assert isinstance(held, Files)
    assert (dict(held), len(held), "b/c" in held, "e" in held) == (files, 3, True, False)
    with pytest.raises(KeyError):
        held["e"]
    with pytest.raises(BundleMalformedError):
        read_zip(write_zip(files).replace(b"b/c", b"b//"))


def test_entries_are_read_where_they_stand() -> None:
    files = {"one": b"..abc", "two": b"defg"}
    entries = Entries(files)
    entries.put(0, "one", 0, 0)
    entries.put(1, "one", 2, 3)
    entries.put(256, "two", 0, 4)
    assert dict(entries) == {1: b"abc", 256: b"defg"}
    assert (list(entries), len(entries)) == ([1, 256], 2)
    assert [entries[256], entries[1], entries[256]] == [b"defg", b"abc", b"defg"]
    for index in (0, 2, -1, 257, 512):
        assert index not in entries


@pytest.mark.parametrize("at", [0, MAX_LEAVES // WIDTH - 1])
def test_a_small_bundle_that_claims_many_entries_costs_little(at: int) -> None:
    """What is built while it is checked follows from its bytes, not from its claim."""
    files = {LEAVES_FILE: bytes(32), Tile(None, at).to_path(): bytes(2 * WIDTH)}
    manifest = Manifest(HOUSE, HOUSE, "log.example", "", MAX_LEAVES, PUBLIC, {})
    tracemalloc.start()
    try:
        opened, _, found = check_hashes(Bundle(manifest, files, ()))
        spent = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert spent < 100_000
    assert len(opened.entries) == 0
    told = {one.code: dict(one.details) for one in found}
    assert told == {
        "leaves_length": {"got": 32, "wanted": 32 * MAX_LEAVES},
        "entries_withheld": {"number": MAX_LEAVES, "index": 0},
    }


def test_entries_not_opened_are_counted_over_missing_tiles() -> None:
    size = 3 * WIDTH + 1
    files = {Tile(None, 1).to_path(): b"\x00\x01{" * (WIDTH - 1) + bytes(2)}
    opened = open_entries(Bundle(Manifest(HOUSE, HOUSE, "", "", size, PUBLIC, {}), files, ()), [])
    assert list(opened.entries) == list(range(WIDTH, 2 * WIDTH - 1))
    assert opened.withheld == Withheld(size - WIDTH + 1, 0)
    assert opened.findings == ()
