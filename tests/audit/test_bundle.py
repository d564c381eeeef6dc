"""The bundle's format: one spelling, nothing smuggled, nobody named where nobody may be."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.audit.checking import audit
from api.bundles import UnknownReaderError
from signing import bundle as form
from signing.bundle import Manifest, entry_files, entry_tiles, read_bundle
from signing.errors import BundleMalformedError
from signing.tiles import read_entries
from signing.zipped import is_safe_name, read_zip, write_zip
from tests.audit.forger import Forger
from tests.audit.meeting import PEOPLE, installation, person

if TYPE_CHECKING:
    from pathlib import Path

    from tests.audit.conftest import Held

NAMES = st.from_regex(r"[a-z0-9_]{1,8}(/[a-z0-9_]{1,8})?", fullmatch=True)


@given(files=st.dictionaries(NAMES, st.binary(max_size=50), max_size=8))
def test_zip_has_one_spelling_and_reads_back(files: dict[str, bytes]) -> None:
    data = write_zip(files)
    again = read_zip(data)
    assert (dict(again.files), again.faults) == (files, ())
    assert write_zip(dict(reversed(files.items()))) == data


def test_other_programs_open_the_bundle(held: Held) -> None:
    with zipfile.ZipFile(io.BytesIO(held.inspector)) as archive:
        assert archive.testzip() is None
        assert archive.read("manifest.json") == read_bundle(held.inspector).files["manifest.json"]
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize(
    "name", ["", "/a", "../a", "a/../b", "a//b", ".a", "a\\b", "а", "a b", "a\n", "a/" * 150 + "a"]
)
def test_names_that_lead_elsewhere_are_refused(name: str) -> None:
    assert not is_safe_name(name)
    with pytest.raises(BundleMalformedError):
        write_zip({name: b""})


def test_bundle_made_again_is_the_same(tmp_path: Path) -> None:
    with installation(tmp_path) as made:
        made.hold()
        assert made.bundle() == made.bundle()
        assert made.bundle("public") == made.bundle("public")
        with pytest.raises(UnknownReaderError):
            made.bundle("journalist")


def test_public_bundle_names_nobody(held: Held) -> None:
    for name in PEOPLE:
        for part in name.split():
            assert part.encode() not in held.public
    assert "openings.json" not in read_bundle(held.public).files
    assert set(read_bundle(held.public).protocol()) == {form.FIGURES}


def test_inspector_reads_every_name_of_the_meeting(held: Held) -> None:
    openings = audit(held.inspector).openings
    names = {json.loads(o.value).get("name") for o in openings.values()}
    assert set(PEOPLE) <= names


def test_erased_person_leaves_the_bundle_sound(tmp_path: Path) -> None:
    with installation(tmp_path) as made:
        made.hold()
        made.services.logs._sealer.forget(person(1))
        data = made.bundle()
    report = audit(data).report
    assert report.is_sound
    assert "openings_missing" in {f.code for f in report.findings}
    opened = {json.loads(o.value).get("name") for o in audit(data).openings.values()}
    assert PEOPLE[1] not in opened and PEOPLE[0] in opened


def test_entries_not_opened_are_said_to_be_unknown(held: Held) -> None:
    """A bundle of a log whose other meetings stay closed: what is in them cannot be known."""
    forger = Forger(held.inspector)
    forger.entries[forger.index_of("protocol-recorded")] = None
    for path in (form.FIGURES, "protocol/protocol.pdf"):
        del forger.files[path]
    report = audit(forger.listed()).report
    assert report.is_sound
    assert "entries_withheld" in {f.code for f in report.findings}


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 513])
def test_entry_tiles_hold_every_entry_in_its_place(size: int) -> None:
    entries: list[bytes | None] = [str(number).encode() for number in range(size)]
    files = entry_files(entries)
    tiles = entry_tiles(size)
    assert files.keys() == tiles.keys()
    again = [e for path, tile in tiles.items() for e in read_entries(files[path], tile.width)]
    assert again == entries


def test_manifest_reads_back(held: Held) -> None:
    manifest = read_bundle(held.inspector).manifest
    assert Manifest.from_bytes(manifest.to_bytes()) == manifest


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("format", "sobranie-bundle/2", "format"),
        ("reader", "everybody", "reader"),
        ("size", 0, "size"),
        ("size", True, "size"),
        ("size", 2**30, "size"),
        ("house", "A0D17000-0000-4000-8000-000000000001", "uuid_spelling"),
        ("house", "no", "not_a_uuid"),
        ("meeting", None, "not_a_uuid"),
        ("vkey", 1, "not_text"),
        ("extra", 1, "missing_or_unknown_field"),
        ("files", {}, "not_a_list"),
        ("files", [1], "missing_or_unknown_field"),
        ("files", [{"path": "../x", "sha256": "0" * 64, "size": 1}], "file_name"),
        ("files", [{"path": "x", "sha256": "0", "size": 1}], "sha256"),
        ("files", [{"path": "x", "sha256": "0" * 64, "size": -1}], "size"),
        ("files", [{"path": "x", "sha256": "0" * 64, "size": 1}] * 2, "files_not_sorted"),
    ],
)
def test_manifest_is_read_strictly(held: Held, field: str, value: object, reason: str) -> None:
    import rfc8785

    data = json.loads(read_bundle(held.inspector).manifest.to_bytes())
    data[field] = value
    with pytest.raises(BundleMalformedError) as refused:
        Manifest.from_bytes(rfc8785.dumps(data))
    assert refused.value.reason == reason
