"""Witnesses asked over real HTTP: what they cosign is kept, what they refuse is said."""

from __future__ import annotations

import logging
import time
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from api.witnessed import standing
from api.witnessing import FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS, WitnessThreads
from api.wording.witnesses import ALARM, NO_WITNESSES
from signing.checkpoint import open_checkpoint
from signing.note import Note
from tests.signing.builders import HOUSE
from tests.witness.fake_witness import NOW

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.witness.conftest import House, Ring


def look(ring: Ring, house: House) -> None:
    """Ask every witness once."""
    for asking in ring.asking(house):
        asking.look(ring.client)


def test_all_witnesses_cosign_and_their_lines_are_kept(ring: Ring, house: House) -> None:
    house.grow(3)
    look(ring, house)
    size, note = house.logs.checkpoint_with_size(HOUSE)
    opened = open_checkpoint(note.encode(), [house.logs.key(HOUSE)], ring.policy.keys())
    assert size == 3
    assert [one.timestamp for one in opened.cosignatures] == [NOW] * 3
    assert len(opened.note.signatures) == 4, "lines of strangers and of new kinds are left out"
    assert house.recorder.latest_checkpoint(HOUSE) == (3, note)
    assert standing(house.logs, HOUSE, ring.policy).text == (
        "Засвидетельствовано 3 из 3: все записи, их 3."
    )


def test_an_unchanged_log_is_not_asked_about_again(ring: Ring, house: House) -> None:
    house.grow(3)
    asking = ring.asking(house)[0]
    for _ in range(3):
        asking.look(ring.client)
    assert len(ring.witnesses[0].asked) == 1
    # Somebody who starts anew sees the line and asks nothing either.
    ring.asking(house)[0].look(ring.client)
    assert len(ring.witnesses[0].asked) == 1


def test_a_growing_log_is_proved_from_where_the_witness_stands(ring: Ring, house: House) -> None:
    asking = ring.asking(house)[0]
    for number in (1, 2, 5, 8, 100, 256):
        house.grow(number)
        asking.look(ring.client)
    sizes = [old for _, old in ring.witnesses[0].asked]
    assert sizes == [0, 1, 3, 8, 16, 116]
    assert ring.witnesses[0].heads[house.logs.origin(HOUSE)][0] == 372
    # An asker that has just been started does not know where the witness stands: 409 tells.
    house.grow(5)
    ring.asking(house)[0].look(ring.client)
    assert [old for _, old in ring.witnesses[0].asked][-2:] == [0, 372]
    assert ring.witnesses[0].heads[house.logs.origin(HOUSE)][0] == 377


def test_two_of_three_are_a_quorum_and_the_third_is_missed(ring: Ring, house: House) -> None:
    house.grow(3)
    ring.witnesses[1].fault = "silent"
    look(ring, house)
    found = standing(house.logs, HOUSE, ring.policy)
    assert found.text == "Засвидетельствовано 2 из 3: все записи, их 3."
    assert [seen.size for seen in found.seen] == [3, None, 3]
    assert [seen.timestamp for seen in found.seen] == [NOW, None, NOW]
    assert found.witnessed == house.logs.checkpoint_with_size(HOUSE)


def test_what_was_witnessed_stays_while_the_log_grows(ring: Ring, house: House) -> None:
    house.grow(3)
    look(ring, house)
    house.grow(4)
    ring.witnesses[0].fault = ring.witnesses[1].fault = "status"
    look(ring, house)
    found = standing(house.logs, HOUSE, ring.policy)
    assert (found.size, found.cosigned) == (7, 3)
    assert found.witnessed is not None
    assert found.witnessed[0] == 3
    assert [seen.size for seen in found.seen] == [3, 3, 7]
    assert found.text == "Засвидетельствовано 3 из 3: первые 3 из 7 записей."


def test_one_of_three_is_no_quorum(ring: Ring, house: House) -> None:
    house.grow(3)
    ring.asking(house)[0].look(ring.client)
    found = standing(house.logs, HOUSE, ring.policy)
    assert found.witnessed is None
    assert found.text == "Пока не засвидетельствовано: подписали 1 из 3, кворума нет."
    assert standing(house.logs, HOUSE, None).text == NO_WITNESSES


def test_lines_survive_a_restart_and_a_second_process(
    ring: Ring, house: House, open_house: Callable[[str], House]
) -> None:
    house.grow(3)
    first, second, _ = ring.asking(house)
    first.look(ring.client)
    again = open_house("house")
    assert len(Note.from_bytes(again.logs.checkpoint(HOUSE).encode()).signatures) == 2
    second.look(ring.client)
    # This process has signed before the second line came: it finds it in the store.
    assert len(Note.from_bytes(again.logs.newest(HOUSE)[1].encode()).signatures) == 3
    ring.asking(again)[2].look(ring.client)
    assert standing(again.logs, HOUSE, ring.policy).cosigned == 3
    assert standing(house.logs, HOUSE, ring.policy).cosigned == 3


REASONS = {
    "silent": "silent",
    "status": "status",
    "empty": "witness_malformed no_final_newline",
    "garbage": "witness_malformed not_utf8",
    "not_a_line": "note_malformed not_a_signature_line",
    "no_final_newline": "witness_malformed no_final_newline",
    "huge": "witness_malformed too_long",
    "redirect": "status",
    "size_without_end": "witness_malformed no_final_newline",
    "size_is_no_number": "witness_malformed not_a_decimal",
    "conflict_without_size": "another_root",
    "same_size_again": "conflict_repeated",
    "busy": "too_often",
    "malformed": "request_refused",
    "stranger_only": "no_cosignature",
    "false": "signature_false signature_false",
    "twice": "witness_malformed several_lines",
}


@pytest.mark.parametrize("fault", REASONS)
def test_a_witness_that_misbehaves_is_named_and_nothing_is_kept(
    ring: Ring, house: House, fault: str
) -> None:
    house.grow(3)
    ring.witnesses[0].fault = fault
    asking = ring.asking(house)[0]
    asking.look(ring.client)
    assert asking.fault(HOUSE) == REASONS[fault]
    assert len(Note.from_bytes(house.logs.newest(HOUSE)[1].encode()).signatures) == 1
    # It is asked again after a while, and all is well.
    ring.witnesses[0].fault = ""
    ring.clock.passed += FIRST_WAIT_SECONDS
    asking.look(ring.client)
    assert asking.fault(HOUSE) == ""
    assert len(Note.from_bytes(house.logs.newest(HOUSE)[1].encode()).signatures) == 2


def test_a_witness_whose_clock_is_wrong_does_not_count(ring: Ring, house: House) -> None:
    house.grow(3)
    for witness, stamp in zip(ring.witnesses, (NOW + 3_600, NOW - 200_000, 0), strict=True):
        witness.time = stamp
    asked = ring.asking(house)
    for asking in asked:
        asking.look(ring.client)
    assert [asking.fault(HOUSE) for asking in asked] == ["clock"] * 3
    assert standing(house.logs, HOUSE, ring.policy).cosigned == 0


def test_who_knows_neither_log_nor_key_says_so(ring: Ring, house: House) -> None:
    house.grow(3)
    ring.witnesses[0].logs.clear()
    (own,) = ring.witnesses[1].logs.values()
    other = type(own[0])(own[0].name, own[0].hash ^ 1, 1, bytes(32))
    ring.witnesses[1].logs[own[0].name] = [other]
    asked = ring.asking(house)
    for asking in asked:
        asking.look(ring.client)
    assert [asking.fault(HOUSE) for asking in asked] == ["log_unknown", "key_unknown", ""]


def test_it_is_asked_less_and_less_often(ring: Ring, house: House) -> None:
    house.grow(3)
    ring.witnesses[0].fault = "status"
    asking = ring.asking(house)[0]
    times = []
    for _ in range(4_000):
        before = len(ring.witnesses[0].asked)
        asking.look(ring.client)
        if len(ring.witnesses[0].asked) > before:
            times.append(ring.clock.passed)
            # The fake forgets what it answered 500 to.
            ring.witnesses[0].heads.clear()
        ring.clock.passed += 1
    waits = [later - earlier for earlier, later in pairwise(times)]
    assert waits[:7] == [5, 10, 20, 40, 80, 160, 320]
    assert set(waits[7:]) == {LONGEST_WAIT_SECONDS}


@pytest.mark.parametrize("size", [2, 3, 4])
def test_a_rewritten_log_raises_the_alarm(
    ring: Ring,
    open_house: Callable[[str], House],
    caplog: pytest.LogCaptureFixture,
    size: int,
) -> None:
    """The guard was wiped with the database, so that only the witness still knows the truth."""
    true, rewritten = open_house("true"), open_house("rewritten")
    true.grow(3)
    ring.asking(true)[0].look(ring.client)
    rewritten.grow(size, body="против")
    asking = ring.asking(rewritten)[0]
    asking.look(ring.client)
    reasons = {2: "has_seen_more", 3: "another_root", 4: "proof_refused"}
    assert asking.fault(HOUSE) == reasons[size]
    alarms = [one for one in caplog.records if one.levelno == logging.CRITICAL]
    assert len(alarms) == 1
    assert ALARM in alarms[0].getMessage()
    ring.clock.passed += FIRST_WAIT_SECONDS
    asking.look(ring.client)
    assert len([one for one in caplog.records if one.levelno == logging.CRITICAL]) == 1


def test_a_head_that_another_process_signed_meanwhile_is_no_alarm(
    ring: Ring, open_house: Callable[[str], House], caplog: pytest.LogCaptureFixture
) -> None:
    """The log at hand has what the witness has seen: this process only had not looked yet."""
    house = open_house("shared")
    house.grow(3)
    slow = ring.asking(house)[0]
    ring.witnesses[0].fault = "busy"
    slow.look(ring.client)
    ring.witnesses[0].fault = ""
    ring.witnesses[0].heads.clear()
    other = open_house("shared")
    other.grow(2)
    ring.asking(other)[0].look(ring.client)
    ring.clock.passed += FIRST_WAIT_SECONDS
    slow.look(ring.client)
    assert slow.fault(HOUSE) == "too_often"
    slow.look(ring.client)
    assert slow.fault(HOUSE) == ""
    assert not [one for one in caplog.records if one.levelno == logging.CRITICAL]
    assert standing(house.logs, HOUSE, ring.policy).seen[0].size == 5


def test_threads_ask_when_they_are_woken_and_end_when_they_are_closed(
    ring: Ring, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.witnessing.REST_SECONDS", 0.01)
    monkeypatch.setattr("api.witnessing.EVERY_SECONDS", 0.01)
    for witness in ring.witnesses:
        witness.time = int(time.time())
    house.grow(2)
    threads = WitnessThreads(house.logs, ring.policy)
    try:
        while standing(house.logs, HOUSE, ring.policy).cosigned < 3:
            threads.wake()
    finally:
        threads.close()
    assert standing(house.logs, HOUSE, ring.policy).cosigned == 3


def test_without_a_policy_nobody_is_asked(house: House) -> None:
    threads = WitnessThreads(house.logs, None)
    threads.wake()
    threads.close()
    assert threads.asking == []


def test_a_log_that_may_not_be_signed_is_said_and_harms_no_thread(
    ring: Ring, open_house: Callable[[str], House], tmp_path: Path
) -> None:
    open_house("lost").grow(3)
    for file in (tmp_path / "lost" / "guard").iterdir():
        file.unlink()
    asking = ring.asking(open_house("lost"))[0]
    asking.look(ring.client)
    assert asking.fault(HOUSE) == "guard_lost"
    assert ring.witnesses[0].asked == []


def test_the_newest_of_several_witnessed_heads_counts(ring: Ring, house: House) -> None:
    ring.witnesses[2].fault = "silent"
    for number in (3, 4):
        house.grow(number)
        look(ring, house)
    found = standing(house.logs, HOUSE, ring.policy)
    assert found.witnessed is not None
    assert found.witnessed[0] == 7
    assert [seen.size for seen in found.seen] == [7, 7, None]
