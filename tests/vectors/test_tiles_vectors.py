"""A whole log written by Tessera: sixteen checkpoints, tiles and entry bundles."""

from __future__ import annotations

from pathlib import Path

import pytest

from signing.checkpoint import open_checkpoint
from signing.merkle import consistency_proof, leaf_hash, root_of, verify_consistency
from signing.note import VerifierKey
from signing.tiles import Tile, read_entries, read_hashes, tiles_of, write_entries, write_hashes
from tests.signing.test_merkle import stored_nodes

FOLDER = Path(__file__).parent / "tlog-tiles-log"
KEY = VerifierKey.from_text((FOLDER / "log.vkey").read_text().strip())
SIZES = range(16)


def checkpoint(size: int) -> tuple[int, bytes]:
    opened = open_checkpoint((FOLDER / f"checkpoint.{size}").read_bytes(), [KEY])
    return opened.checkpoint.size, opened.checkpoint.root


@pytest.mark.parametrize("size", SIZES)
def test_checkpoint_bundle_and_tile_agree(size: int) -> None:
    found, root = checkpoint(size)
    assert found == size
    entries: list[bytes] = []
    for tile in tiles_of(size):
        data = (FOLDER / tile.to_path()).read_bytes()
        if tile.level is None:
            entries = read_entries(data, tile.width)
            assert write_entries(entries) == data
        else:
            assert read_hashes(data, tile.width) == [leaf_hash(entry) for entry in entries]
            assert write_hashes(read_hashes(data, tile.width)) == data
    assert root_of([leaf_hash(entry) for entry in entries]) == root


def test_every_path_of_the_log_is_read_and_written_alike() -> None:
    for file in FOLDER.glob("tile/**/*"):
        path = str(file.relative_to(FOLDER))
        if file.is_file():
            assert Tile.from_path(path).to_path() == path


def test_any_two_checkpoints_are_consistent() -> None:
    largest = (FOLDER / "tile/0/000.p/15").read_bytes()
    nodes = stored_nodes(read_hashes(largest, 15))
    for old in range(1, 16):
        for new in range(old, 16):
            proof = consistency_proof(old, new, lambda places: {p: nodes[p] for p in places})
            verify_consistency(*checkpoint(old), *checkpoint(new), proof)
