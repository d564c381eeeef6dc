"""A lost guard: a checkpoint known to have been signed is adopted, and no other."""

from __future__ import annotations

import shutil

import pytest

from api.guard_adoption import adopt
from api.startup import StartRefusedError
from api.wiring import opened_log
from signing.checkpoint import Checkpoint, sign_checkpoint
from signing.keys import FileSigner, new_key
from signing.receipt import Receipt
from tests.keys.conftest import Place, one_more


def checkpoint(place: Place) -> bytes:
    with place.served() as services:
        services.writer.run(one_more(place.house))
        return services.logs.checkpoint(place.house).encode()


def refused(place: Place, note: bytes) -> str:
    with pytest.raises(StartRefusedError) as caught:
        adopt(place.settings(), place.house, note)
    assert "{" not in caught.value.fault.text
    return caught.value.fault.code


def test_the_newest_checkpoint_is_adopted_and_the_log_goes_on(place: Place) -> None:
    note = checkpoint(place)
    shutil.rmtree(place.guard)
    assert adopt(place.settings(), place.house, note) > 0
    assert checkpoint(place) != note


def test_an_older_checkpoint_than_is_known_is_refused(place: Place) -> None:
    old = Receipt.from_bytes(place.receipts[0].encode()).checkpoint.encode()
    checkpoint(place)
    shutil.rmtree(place.guard)
    assert refused(place, old) == "checkpoint_too_old"


def test_a_memory_that_is_there_stays(place: Place) -> None:
    assert refused(place, checkpoint(place)) == "guard_is_there"


def test_a_checkpoint_of_another_key_is_refused(place: Place) -> None:
    shutil.rmtree(place.guard)
    foreign = new_key(place.home / "foreign.pem")
    head = Checkpoint(f"sobranie.example/{place.house}", 1, b"\1" * 32)
    assert (
        refused(place, sign_checkpoint(head, foreign).to_text().encode()) == "checkpoint_unusable"
    )
    assert refused(place, "вовсе не точка".encode()) == "checkpoint_unusable"


@pytest.mark.parametrize("size", [1, 10_000])
def test_a_checkpoint_the_log_does_not_extend_is_refused(place: Place, size: int) -> None:
    signer = FileSigner.open(place.keys / "log.pem")
    with opened_log(place.settings()) as (_app, logs):
        origin = logs.origin(place.house)
        logs.store.put_checkpoint(place.house, 1, "")
        kept = logs.store.latest_checkpoint(place.house)
    assert kept is not None
    shutil.rmtree(place.guard)
    false = sign_checkpoint(Checkpoint(origin, max(size, kept[0]), b"\1" * 32), signer)
    assert refused(place, false.to_text().encode()) == "checkpoint_not_of_this_log"
