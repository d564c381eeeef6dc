"""What a large bundle is read with without a second copy: rows of hashes, files, entries, roots."""

from __future__ import annotations

import struct
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.errors import BundleMalformedError
from signing.hash_row import HashRow
from signing.merkle import Frontier, leaf_hash, root_of
from signing.opened import Entries
from signing.zipped import Files, read_zip, write_zip

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
    entries = Entries(files, 300)
    entries.put(1, "one", 2, 3)
    entries.put(299, "two", 0, 4)
    assert dict(entries) == {1: b"abc", 299: b"defg"}
    assert (list(entries), len(entries)) == ([1, 299], 2)
    assert [entries[299], entries[1], entries[299]] == [b"defg", b"abc", b"defg"]
    for index in (0, 2, -1, 300):
        assert index not in entries
