"""What every store of the log does, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest
from eventsourcing.persistence import IntegrityError, StoredEvent

from signing.errors import EntryMalformedError, LogDamagedError, RowMismatchError
from signing.merkle import EMPTY_ROOT, leaf_hash, root_of, verify_consistency, verify_inclusion
from signing.postgres import LogRecorder as PostgresLog
from signing.sealing import Sealed
from signing.store import Appended, StaleDecisionError
from tests.contract.conftest import Log, OpenLog
from tests.signing.builders import HOUSE, OTHER_HOUSE, event, events, record, stream


def records(found: list[StoredEvent] | tuple[StoredEvent, ...]) -> list[bytes]:
    return [one.state for one in found]


BROKEN = RuntimeError("a fault of the test")


def nothing_is_written(log: Log, house: UUID = HOUSE) -> bool:
    return (
        log.head(house).size == 0
        and log.houses() == []
        and log.leaf_hashes(house, 0, 0) == []
        and not list(log.select_notifications(start=1, limit=10))
        and log.nodes(house, [(0, 0), (1, 0)]) == {}
    )


def test_an_empty_log_has_the_root_of_nothing(log: Log) -> None:
    head = log.head(HOUSE)
    assert (head.size, head.root) == (0, EMPTY_ROOT)
    assert log.entries(HOUSE, 0, 0) == []
    assert log.stored([stream("a")]) == {stream("a"): []}
    assert log.stored([]) == {}
    assert log.entries_of_types(HOUSE, ["ballot-received/1"]) == []
    assert log.root_at(HOUSE, 0) == EMPTY_ROOT
    assert nothing_is_written(log)


def test_entries_stand_in_the_log_as_they_were_given(log: Log) -> None:
    for size in (1, 2, 5, 50):
        log.insert_events(events(size, start=log.head(HOUSE).size))
    every = records(list(events(58)))
    assert log.entries(HOUSE, 0, 58) == every
    assert log.entries(HOUSE, 7, 9) == every[7:9]
    hashes = [leaf_hash(entry) for entry in every]
    assert log.leaf_hashes(HOUSE, 0, 58) == hashes
    assert log.head(HOUSE).root == root_of(hashes) == log.root_at(HOUSE, 58)
    assert log.head(HOUSE).size == 58
    for size in range(59):
        assert log.root_at(HOUSE, size) == root_of(hashes[:size])
    assert log.node(HOUSE, 3, 2) == root_of(hashes[16:24])


def test_the_caller_learns_what_was_appended(log: Log) -> None:
    log.insert_events(events(3))
    appended: list[Appended] = []
    mixed = [*events(2, start=3), *events(2, house=OTHER_HOUSE), *events(1, start=5)]
    ids = log.insert_events(mixed, appended=appended)
    assert ids is not None
    assert list(ids) == [4, 5, 6, 7, 8]
    notifications = log.select_notifications(start=4, limit=10)
    assert [one.state for one in notifications] == records(mixed)
    own, other = sorted(appended, key=lambda one: one.house != HOUSE)
    assert (own.first_index, own.size, own.root) == (3, 6, log.head(HOUSE).root)
    assert list(own.leaf_hashes) == log.leaf_hashes(HOUSE, 3, 6)
    assert (other.first_index, other.size, other.root) == (0, 2, log.head(OTHER_HOUSE).root)
    assert log.houses() == sorted([HOUSE, OTHER_HOUSE])
    assert log.index_of(stream(f"{HOUSE}-5"), 1) == 5


def test_proofs_of_a_stored_log_verify(log: Log) -> None:
    log.insert_events(events(37))
    entries = log.entries(HOUSE, 0, 37)
    for size in (1, 2, 36, 37):
        proofs = log.receipts(HOUSE, range(size), size)
        for index, proof in proofs.items():
            root = log.root_at(HOUSE, size)
            verify_inclusion(leaf_hash(entries[index]), index, size, proof, root)
        proof = log.consistency_proof(HOUSE, size, 37)
        verify_consistency(size, log.root_at(HOUSE, size), 37, log.head(HOUSE).root, proof)


def test_many_streams_are_read_at_once(log: Log) -> None:
    log.insert_events([event("a", 1), event("b", 1), event("a", 2)])
    found = log.stored([stream("b"), stream("nobody"), stream("a")])
    assert found == {
        stream("a"): [event("a", 1).state, event("a", 2).state],
        stream("b"): [event("b", 1).state],
        stream("nobody"): [],
    }
    assert [one.state for one in log.select_events(stream("a"))] == found[stream("a")]


def test_entries_of_some_types_come_in_the_order_of_the_log(log: Log) -> None:
    made = [
        event("a", 1, type_="title-recorded/1"),
        event("b", 1),
        event("c", 1, type_="premises-recorded/1"),
        event("a", 2, type_="title-recorded/1"),
        event("a", 1, type_="title-recorded/1", house=OTHER_HOUSE),
    ]
    made[4] = StoredEvent(
        stream("z"),
        1,
        "title-recorded/1",
        record(stream("z"), 1, house=OTHER_HOUSE, type_="title-recorded/1"),
    )
    log.insert_events(made)
    asked = ["premises-recorded/1", "title-recorded/1"]
    assert log.entries_of_types(HOUSE, asked) == records([made[0], made[2], made[3]])
    assert log.entries_of_types(HOUSE, asked, stop=3) == records([made[0], made[2]])
    assert log.entries_of_types(HOUSE, []) == []


def test_what_is_not_there_is_named(log: Log) -> None:
    log.insert_events(events(2))
    with pytest.raises(LogDamagedError) as beyond:
        log.entries(HOUSE, 0, 3)
    assert beyond.value.reason == "entries_missing"
    with pytest.raises(LogDamagedError):
        log.leaf_hashes(HOUSE, 0, 3)
    with pytest.raises(LogDamagedError):
        log.node(HOUSE, 4, 0)
    with pytest.raises(LogDamagedError):
        log.index_of(stream("nobody"), 1)


def test_the_same_version_twice_is_refused_and_leaves_nothing(log: Log) -> None:
    log.insert_events([event("a", 1)])
    before = log.head(HOUSE)
    with pytest.raises(IntegrityError) as refused:
        log.insert_events([event("b", 1), event("a", 1)])
    assert not isinstance(refused.value, StaleDecisionError)
    assert log.head(HOUSE) == before
    assert log.stored([stream("b")]) == {stream("b"): []}
    log.insert_events([event("b", 1)])
    assert log.head(HOUSE).size == 2


def test_a_decision_stands_only_while_what_it_rests_on_has_not_moved(log: Log) -> None:
    log.insert_events([event("meeting", 1), event("meeting", 2)])
    log.insert_events([event("ballot-1", 1)], expected={stream("meeting"): 2})
    log.insert_events([event("meeting", 3)])
    with pytest.raises(StaleDecisionError) as refused:
        log.insert_events([event("ballot-2", 1)], expected={stream("meeting"): 2})
    assert (refused.value.expected, refused.value.found) == (2, 3)
    assert refused.value.stream == stream("meeting")
    assert log.head(HOUSE).size == 4
    assert log.stored([stream("ballot-2")]) == {stream("ballot-2"): []}


def test_a_decision_may_rest_on_nothing_being_there_yet(log: Log) -> None:
    log.insert_events([event("a", 1)], expected={stream("meeting"): 0})
    log.insert_events([event("meeting", 1)])
    with pytest.raises(StaleDecisionError):
        log.insert_events([event("b", 1)], expected={stream("meeting"): 0})


def test_a_decision_may_rest_on_facts_of_its_own_batch(log: Log) -> None:
    batch = [event("meeting", 1), event("meeting", 2), event("ballot", 1)]
    log.insert_events(batch, expected={stream("meeting"): 2})
    log.insert_events([event("meeting", 3)], expected={stream("meeting"): 2})
    with pytest.raises(StaleDecisionError):
        log.insert_events([event("meeting", 6)], expected={stream("meeting"): 6})


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (StoredEvent(stream("b"), 1, "ballot-received/1", event("a", 1).state), "stream_differs"),
        (StoredEvent(stream("a"), 2, "ballot-received/1", event("a", 1).state), "version_differs"),
        (StoredEvent(stream("a"), 1, "ballot-received/2", event("a", 1).state), "type_differs"),
        (StoredEvent("a", 1, "ballot-received/1", event("a", 1).state), "stream_differs"),
    ],
)
def test_a_row_must_say_what_its_record_says(log: Log, row: StoredEvent, reason: str) -> None:
    with pytest.raises(RowMismatchError) as refused:
        log.insert_events([event("x", 1), row])
    assert refused.value.reason == reason
    assert nothing_is_written(log)


def test_a_record_in_another_spelling_is_refused(log: Log) -> None:
    spaced = event("a", 1).state.replace(b'"version":1', b'"version": 1')
    with pytest.raises(EntryMalformedError):
        log.insert_events([StoredEvent(stream("a"), 1, "ballot-received/1", spaced)])
    assert nothing_is_written(log)


SEALED = Sealed("c0" * 32, stream("person"), b"sealed bytes")


def test_sealed_values_come_with_their_facts(log: Log) -> None:
    log.insert_events(events(1), sealed=[SEALED])
    assert log.sealed_values([SEALED.commitment, "00" * 32]) == {SEALED.commitment: SEALED}
    assert log.sealed_values([]) == {}


def test_a_sealed_value_that_cannot_be_stored_takes_its_facts_with_it(log: Log) -> None:
    with pytest.raises(IntegrityError):
        log.insert_events(events(3), sealed=[SEALED, SEALED])
    assert nothing_is_written(log)
    assert log.sealed_values([SEALED.commitment]) == {}


@pytest.mark.parametrize("table", ["log_nodes", "log_heads", "stored_events", "sealed_values"])
def test_a_fault_in_any_step_leaves_nothing_behind(log: Log, table: str) -> None:
    statement(log, f"ALTER TABLE {table} RENAME TO {table}_away")
    with pytest.raises(Exception, match=table):
        log.insert_events(events(4), sealed=[SEALED])
    statement(log, f"ALTER TABLE {table}_away RENAME TO {table}")
    assert nothing_is_written(log)
    assert log.sealed_values([SEALED.commitment]) == {}
    log.insert_events(events(4), sealed=[SEALED])
    assert log.head(HOUSE).size == 4


@pytest.mark.parametrize("hook", ["grow", "check_versions"])
@pytest.mark.parametrize("fault", [BROKEN, KeyboardInterrupt()])
def test_an_exception_in_our_own_code_rolls_back(
    log: Log, monkeypatch: pytest.MonkeyPatch, hook: str, fault: BaseException
) -> None:
    def fails(*_: object) -> None:
        raise fault

    with monkeypatch.context() as patch:
        patch.setattr(f"{type(log).__module__}.{hook}", fails)
        with pytest.raises(type(fault)):
            log.insert_events(events(4))
    assert nothing_is_written(log)
    log.insert_events(events(4))
    assert log.head(HOUSE).size == 4


def test_an_exception_after_the_insert_rolls_it_back(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The library's own PostgreSQL recorder would commit here, and then raise."""
    method = "_insert_all" if isinstance(log, PostgresLog) else "_insert_events"
    original = getattr(log, method)

    def inserts_and_fails(*args: Any, **kwargs: Any) -> None:
        original(*args, **kwargs)
        raise BROKEN

    with monkeypatch.context() as patch:
        patch.setattr(log, method, inserts_and_fails)
        with pytest.raises(RuntimeError, match="fault of the test"):
            log.insert_events(events(4), sealed=[SEALED])
    assert nothing_is_written(log)
    assert log.sealed_values([SEALED.commitment]) == {}
    log.insert_events(events(4))
    assert log.head(HOUSE).size == 4


def test_a_program_that_does_not_know_the_log_cannot_write_events(log: Log) -> None:
    lone = event("a", 1)
    with pytest.raises(IntegrityError):
        statement(
            log,
            "INSERT INTO stored_events (originator_id, originator_version, topic, state) "
            f"VALUES ('{stream('a').hex}', 1, '{lone.topic}', '')",
        )
    assert nothing_is_written(log)


def test_writers_in_several_threads_never_branch_the_log(log: Log, open_log: OpenLog) -> None:
    logs = [log, open_log(CREATE_TABLE="no")]

    def write(writer: int) -> None:
        for number in range(10):
            logs[writer % 2].insert_events(
                [event(f"w{writer}-{number}-{part}", 1) for part in "ab"]
            )

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    entries = log.entries(HOUSE, 0, 80)
    assert len(set(entries)) == 80
    assert log.head(HOUSE).root == root_of([leaf_hash(entry) for entry in entries])
    notifications = [one.state for one in log.select_notifications(start=1, limit=100)]
    assert notifications == entries


def test_of_two_decisions_on_one_version_one_stands(log: Log, open_log: OpenLog) -> None:
    logs = [log, open_log(CREATE_TABLE="no")]
    log.insert_events([event("meeting", 1)])

    def decide(writer: int) -> bool:
        try:
            logs[writer % 2].insert_events(
                [event("meeting", 2), event(f"closing-{writer}", 1)],
                expected={stream("meeting"): 1},
            )
        except IntegrityError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(decide, range(4))) == 1
    assert log.head(HOUSE).size == 3


def test_tables_may_be_made_by_several_processes_at_once(open_log: OpenLog) -> None:
    with ThreadPoolExecutor(4) as pool:
        logs = list(pool.map(lambda _: open_log(), range(4)))
    logs[0].insert_events(events(1))
    assert [one.head(HOUSE).size for one in logs] == [1, 1, 1, 1]


def test_the_log_survives_being_opened_again(log: Log, open_log: OpenLog) -> None:
    log.insert_events(events(5))
    again = open_log()
    assert again.head(HOUSE) == log.head(HOUSE)
    again.insert_events(events(3, start=5))
    assert log.head(HOUSE).root == root_of(log.leaf_hashes(HOUSE, 0, 8))


def test_checkpoints_are_kept_by_size(log: Log) -> None:
    assert log.latest_checkpoint(HOUSE) is None
    assert log.checkpoint_at(HOUSE, 3) is None
    log.put_checkpoint(HOUSE, 10, "ten")
    log.put_checkpoint(HOUSE, 3, "three")
    log.put_checkpoint(HOUSE, 3, "three, cosigned")
    log.put_checkpoint(OTHER_HOUSE, 99, "another house")
    assert log.latest_checkpoint(HOUSE) == (10, "ten")
    assert log.checkpoint_at(HOUSE, 3) == "three, cosigned"
    assert log.recent_checkpoints(HOUSE, 9) == [(10, "ten"), (3, "three, cosigned")]
    assert log.recent_checkpoints(HOUSE, 1) == [(10, "ten")]


def test_person_keys_are_added_once_and_destroyed(log: Log) -> None:
    first, second = stream("first"), stream("second")
    log.add_person_keys({first: b"one"})
    log.add_person_keys({first: b"never", second: b"two"})
    assert log.person_keys([first, second, stream("third")]) == {first: b"one", second: b"two"}
    log.forget_person_key(first)
    log.forget_person_key(first)
    assert log.person_keys([first, second]) == {second: b"two"}


def test_the_hash_of_a_leaf_is_that_of_the_bytes_stored(log: Log) -> None:
    log.insert_events(events(1))
    (stored,) = log.select_notifications(start=1, limit=1)
    assert log.leaf_hashes(HOUSE, 0, 1) == [sha256(b"\0" + stored.state).digest()]


def statement(log: Log, text: str) -> None:
    """Run a statement behind the recorder's back."""
    with log.datastore.transaction(commit=True) as cursor:
        cursor.execute(text)
