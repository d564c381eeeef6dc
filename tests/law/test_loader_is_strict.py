"""The loader: every kind of fault in any row is an error at start-up that says where and what."""

from __future__ import annotations

import hashlib

import pytest

from domain.law.errors import LawDataError
from domain.law.reference import FILES, LawPack, digest, load_pack
from domain.law.workdays import HOLIDAYS, read_calendar

FAULTS = [
    # file, old text, new text, fault
    ("terms.toml", 'id = "notice"\n', 'id = "notice"\nextra = 1\n', "unknown-key"),
    ("terms.toml", "[[duty]]", "[[duties]]", "unknown-key"),
    ("editions.toml", "until = 2018-12-08", "until = 2018-12-09", "overlap"),
    ("editions.toml", "until = 2018-12-08", "until = 2018-12-07", "gap"),
    ("terms.toml", "until = 2025-02-28", "until = 2025-02-27", "gap"),
    ("terms.toml", "until = 2025-02-28", "until = 2025-03-01", "overlap"),
    ("terms.toml", "until = 2025-02-28", "until = 2001-02-28", "bad-date"),
    ("channels.toml", 'source = ["PST47"]', "source = []", "no-source"),
    ("channels.toml", 'source = ["PST47"]', 'source = ["HEARSAY"]', "unknown-source"),
    ("channels.toml", "binding = true", 'binding = "yes"', "bad-value"),
    ("channels.toml", 'link = "charter"', 'link = "pigeon"', "unknown-reference"),
    ("decisions.toml", 'part = "2/3"', 'part = "0.67"', "bad-fraction"),
    ("decisions.toml", 'part = "2/3"', 'part = "3/2"', "bad-fraction"),
    ("decisions.toml", 'part = "2/3"', 'part = "2/0"', "bad-fraction"),
    ("decisions.toml", 'part = "2/3"', "part = 0.67", "bad-fraction"),
    ("decisions.toml", 'base = "entrance_owners"', 'base = "neighbours"', "bad-value"),
    ("decisions.toml", 'quorum = "krt"', 'quorum = "crowd"', "unknown-reference"),
    ("decisions.toml", 'same_as = "44.2.1"', 'same_as = "44.2.77"', "unknown-reference"),
    ("decisions.toml", 'before = "44.2.1"', 'before = "44.2.77"', "unknown-reference"),
    ("decisions.toml", 'norm = "ч. 1 ст. 136 ЖК РФ"\n', "", "no-norm"),
    ("decisions.toml", 'id = "44.2.1.2"', 'id = "44.2.1.1"', "duplicate"),
    ("decisions.toml", 'body = "sole_owner"', 'body = "king"', "bad-value"),
    ("decisions.toml", 'trust = "unclear"', 'trust = "verified"', "bad-value"),
    ("decisions.toml", 'point = "4.5"', 'point = "4.9"', "unknown-reference"),
    ("editions.toml", 'special = ["4.5"]', 'special = ["4.5", "5"]', "duplicate"),
    ("editions.toml", 'id = "2018-12-09"', 'id = "2018-09-01"', "duplicate"),
    ("editions.toml", 'point = "1.1", lists', 'point = "4", lists', "bad-value"),
    ("editions.toml", 'trust_date = "verified"', 'trust_date = "gossip"', "bad-value"),
    ("editions.toml", "since = 2005-03-01", "since = 2005-03-01T00:00:00", "bad-date"),
    ("editions.toml", "[source]", "[[[source", "not-toml"),
    ("pack.toml", 'version = "2026.11.22"\n', "", "missing-key"),
    ("resolution.toml", "trust", "faith", "missing-key"),
]


@pytest.mark.parametrize(("file", "old", "new", "fault"), FAULTS)
def test_a_fault_in_a_row_stops_the_pack(file: str, old: str, new: str, fault: str) -> None:
    files = load_pack().files()
    text = files[file].decode()
    assert old in text
    files[file] = text.replace(old, new, 1).encode()
    with pytest.raises(LawDataError) as refused:
        LawPack.from_files(files)
    assert refused.value.fault == fault
    assert refused.value.file in FILES and refused.value.why


def test_a_missing_and_a_foreign_file_are_refused() -> None:
    files = load_pack().files()
    del files["terms.toml"]
    with pytest.raises(LawDataError) as refused:
        LawPack.from_files(files)
    assert refused.value.fault == "missing-file"
    with pytest.raises(LawDataError) as refused:
        LawPack.from_files({**load_pack().files(), "notes.txt": b""})
    assert refused.value.fault == "unknown-file"


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(LawDataError) as refused:
        LawPack.from_files({**load_pack().files(), "terms.toml": b"\xff\xfe"})
    assert refused.value.fault == "not-toml"


def test_a_pack_from_a_bundle_is_the_same_pack() -> None:
    packaged = load_pack()
    again = LawPack.from_files(packaged.files())
    assert (again.sha256, again.name, again.version) == (
        packaged.sha256,
        packaged.name,
        packaged.version,
    )


def test_the_digest_is_the_documented_one_and_sees_every_byte() -> None:
    files = load_pack().files()
    plain = b"".join(
        name.encode() + b"\0" + str(len(data)).encode() + b"\0" + data
        for name, data in sorted(files.items())
    )
    assert load_pack().sha256 == hashlib.sha256(plain).hexdigest()
    for name in files:
        assert digest({**files, name: files[name] + b"\n"}) != load_pack().sha256


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("2025-11-03", "2025-11-02", "bad-date"),
        ("working_weekends = [2025-11-01]", "working_weekends = [2025-11-05]", "bad-date"),
        ("year = 2026", "year = 2030", "bad-date"),
        ("settled = true", "settled = 1", "bad-value"),
        ("2025-01-02, 2025-01-03", "2025-01-02, 2025-01-02", "duplicate"),
    ],
)
def test_the_table_of_holidays_is_as_strict(old: str, new: str, fault: str) -> None:
    from importlib.resources import files

    text = (files("domain.law") / HOLIDAYS).read_text(encoding="utf-8")
    with pytest.raises(LawDataError) as refused:
        read_calendar({HOLIDAYS: text.replace(old, new, 1).encode()})
    assert refused.value.fault == fault
