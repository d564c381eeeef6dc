"""From a commit to a receipt, and what a restored backup or a lost guard does to it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from api.log import HouseLogs
from signing.checkpoint import log_origin, open_checkpoint
from signing.errors import LogDamagedError, RefusedToSignError
from signing.guard import GuardedSigner
from signing.merkle import leaf_hash
from signing.receipt import Receipt
from signing.sealing import Sealer
from signing.tiles import Tile, tiles_of, write_entries, write_hashes
from tests.contract.conftest import Log, OpenLog
from tests.signing.builders import HOST, HOUSE, event, events, signer, stream

KEY = signer().verifier_key(log_origin(HOST, HOUSE))


@pytest.fixture
def guarded(tmp_path: Path) -> GuardedSigner:
    return GuardedSigner(signer(), tmp_path / "guard")


def sign_head(log: Log, guarded: GuardedSigner) -> tuple[int, str]:
    """Sign the newest head as a process does that has just started; give its size and the note."""
    return HouseLogs(log, guarded, Sealer(log, b"k" * 32), HOST).checkpoint_with_size(HOUSE)


def statement(log: Log, text: str) -> None:
    with log.datastore.transaction(commit=True) as cursor:
        cursor.execute(text)


def test_every_entry_gets_a_receipt_that_verifies_offline(log: Log, guarded: GuardedSigner) -> None:
    for batch in range(3):
        log.insert_events(events(7, start=batch * 7))
        size, note = sign_head(log, guarded)
        assert size == (batch + 1) * 7
        assert log.latest_checkpoint(HOUSE) == (size, note)
        entries = log.entries(HOUSE, 0, size)
        for index, proof in log.receipts(HOUSE, range(size), size).items():
            receipt = Receipt(index, proof, note, entries[index])
            again = Receipt.from_bytes(receipt.to_text().encode())
            assert again.extra == entries[index]
            assert again.verify(entries[index], [KEY]).checkpoint.size == size


def test_signing_the_same_head_again_gives_the_same_note(log: Log, guarded: GuardedSigner) -> None:
    first = sign_head(log, guarded)
    assert first[0] == 0
    log.insert_events(events(2))
    assert sign_head(log, guarded) == sign_head(log, guarded)


def test_several_processes_sign_without_contradiction(
    log: Log, open_log: OpenLog, guarded: GuardedSigner
) -> None:
    logs = [log, open_log(CREATE_TABLE="no")]

    def write(number: int) -> str:
        logs[number % 2].insert_events([event(f"w{number}", 1)])
        return sign_head(logs[number % 2], guarded)[1]

    with ThreadPoolExecutor(4) as pool:
        notes = list(pool.map(write, range(24)))
    heads = {open_checkpoint(note.encode(), [KEY]).checkpoint for note in notes}
    assert max(head.size for head in heads) == 24
    for head in heads:
        assert log.root_at(HOUSE, head.size) == head.root


def test_a_restored_backup_is_noticed_before_anything_is_signed(
    log: Log, guarded: GuardedSigner
) -> None:
    log.insert_events(events(5))
    sign_head(log, guarded)
    for table in ("stored_events", "log_nodes", "log_heads", "log_checkpoints"):
        statement(log, f"DELETE FROM {table}")
    log.insert_events(events(3))
    with pytest.raises(RefusedToSignError) as smaller:
        sign_head(log, guarded)
    assert smaller.value.reason == "smaller_than_signed"
    log.insert_events(events(2, start=30))
    with pytest.raises(RefusedToSignError) as same_size:
        sign_head(log, guarded)
    assert same_size.value.reason == "another_root_of_the_same_size"
    log.insert_events(events(2, start=40))
    with pytest.raises(RefusedToSignError) as branched:
        sign_head(log, guarded)
    assert branched.value.reason == "not_an_extension"


def test_a_lost_guard_is_noticed_too(log: Log, guarded: GuardedSigner, tmp_path: Path) -> None:
    log.insert_events(events(5))
    _, note = sign_head(log, guarded)
    fresh = GuardedSigner(signer(), tmp_path / "another")
    with pytest.raises(RefusedToSignError) as refused:
        sign_head(log, fresh)
    assert refused.value.reason == "guard_lost"
    with fresh.held(log_origin(HOST, HOUSE)) as held:
        held.adopt(open_checkpoint(note.encode(), [KEY]).checkpoint)
    log.insert_events(events(1, start=5))
    assert sign_head(log, fresh)[0] == 6


def test_a_head_that_was_changed_in_place_is_not_signed(log: Log, guarded: GuardedSigner) -> None:
    log.insert_events(events(4))
    sign_head(log, guarded)
    statement(log, "UPDATE log_heads SET frontier = root, size = 8")
    with pytest.raises((RefusedToSignError, LogDamagedError)):
        sign_head(log, guarded)


def test_the_tiles_of_the_log_are_read_from_the_store(log: Log) -> None:
    log.insert_events(events(520))
    entries = log.entries(HOUSE, 0, 520)
    for tile in tiles_of(520):
        if tile.level is None:
            part = log.entries(HOUSE, tile.start, tile.start + tile.width)
            assert write_entries(part) == write_entries(entries[tile.start :][: tile.width])
        else:
            found = log.nodes(HOUSE, tile.places())
            data = write_hashes([found[place] for place in tile.places()])
            assert len(data) == 32 * tile.width
    assert log.nodes(HOUSE, Tile(1, 0, 2).places()) == {
        (8, 0): log.root_at(HOUSE, 256),
        (8, 1): log.node(HOUSE, 8, 1),
    }
    assert log.node(HOUSE, 0, 519) == leaf_hash(entries[519])


def test_personal_values_are_sealed_with_the_store_and_forgotten(log: Log) -> None:
    sealer = Sealer(log, b"k" * 32)
    sealed = sealer.seal_all([(stream("one"), b"first"), (stream("two"), b"second")])
    log.insert_events(events(1), sealed=sealed)
    stored = log.sealed_values([one.commitment for one in sealed])
    assert [sealer.open(stored[one.commitment]).value for one in sealed] == [b"first", b"second"]
    sealer.forget(stream("one"))
    with pytest.raises(Exception, match="key_forgotten"):
        sealer.open(stored[sealed[0].commitment])
    assert sealer.open(stored[sealed[1].commitment]).value == b"second"
