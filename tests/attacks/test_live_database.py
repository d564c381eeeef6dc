"""Attacks on the live database: each is found at the start, by `sobranie check`, or by both.

What none of them finds is listed in docs/explanation/what-a-log-cannot-show.md.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
import rfc8785

from api.key_changes import Rotation, rotate
from api.settings import read_settings
from domain.ballot import ballot_id
from signing.merkle import Frontier, leaf_hash
from tests.attacks.conftest import Victim, held

HAVING_BALLOT = "originator_id=:s AND originator_version=1"


# --- single rows ----------------------------------------------------------------------------------


def changed(state: bytes) -> bytes:
    """Turn the answers of a ballot round."""
    record = json.loads(state)
    turned = {"for": "against", "against": "for"}
    record["body"]["answers"] = [turned[mark] for mark in record["body"]["answers"]]
    return rfc8785.dumps(record)


def changed_event(victim: Victim) -> None:
    ballot = victim.ballots[0]
    victim.put_state(ballot, changed(victim.state_of(ballot)))


def changed_event_and_leaf(victim: Victim) -> None:
    changed_event(victim)
    _fit_leaf(victim)


def _fit_leaf(victim: Victim) -> None:
    ballot = victim.ballots[0]
    fits = leaf_hash(victim.state_of(ballot))
    victim.sql(f"UPDATE stored_events SET hash=:h WHERE {HAVING_BALLOT}", h=fits, s=ballot)


def rewritten_whole(victim: Victim) -> None:
    """Change a ballot and make leaves, nodes and head fit again, as an insider with time would."""
    changed_event_and_leaf(victim)
    _fit_tree(victim)


def _fit_tree(victim: Victim) -> None:
    rows = victim.sql("SELECT hash FROM stored_events WHERE house=:h ORDER BY idx", h=victim.house)
    frontier, nodes = Frontier().append([bytes(row[0]) for row in rows])
    victim.sql("DELETE FROM log_nodes WHERE house=:h", h=victim.house)
    for level, index, node in nodes:
        values = {"h": victim.house, "l": level, "i": index, "n": node}
        victim.sql("INSERT INTO log_nodes VALUES (:h, :l, :i, :n)", **values)
    victim.sql(
        "UPDATE log_heads SET size=:z, frontier=:f, root=:r WHERE house=:h",
        z=frontier.size, f=frontier.to_bytes(), r=frontier.root, h=victim.house,
    )  # fmt: skip


def garbled_event(victim: Victim) -> None:
    victim.put_state(victim.ballots[1], b"{}")


def deleted_event(victim: Victim) -> None:
    victim.sql(f"DELETE FROM stored_events WHERE {HAVING_BALLOT}", s=victim.ballots[0])


def dropped_ballot_whole(victim: Victim) -> None:
    """Drop a ballot, close the gap in the indexes, and make tree and head fit again."""
    gap = victim.index_of(victim.ballots[0])
    deleted_event(victim)
    # Twice, so that no two leaves ever share an index on the way.
    move = "UPDATE stored_events SET idx=-idx WHERE house=:h AND idx>:g"
    victim.sql(move, h=victim.house, g=gap)
    victim.sql("UPDATE stored_events SET idx=-idx-1 WHERE house=:h AND idx<0", h=victim.house)
    _fit_tree(victim)


def swapped_records(victim: Victim) -> None:
    one, other = victim.ballots[:2]
    first, second = victim.state_of(one), victim.state_of(other)
    victim.put_state(one, second)
    victim.put_state(other, first)


def swapped_leaves(victim: Victim) -> None:
    one, other = (victim.index_of(ballot) for ballot in victim.ballots[:2])
    for old, new in ((one, -1), (other, one), (-1, other)):
        victim.sql(
            "UPDATE stored_events SET idx=:n WHERE house=:h AND idx=:o",
            n=new, h=victim.house, o=old,
        )  # fmt: skip


def wrong_topic(victim: Victim) -> None:
    text = f"UPDATE stored_events SET topic='ballot-received/9' WHERE {HAVING_BALLOT}"
    victim.sql(text, s=victim.ballots[0])


def leaf_of_another_house(victim: Victim) -> None:
    text = f"UPDATE stored_events SET house=:o, idx=0 WHERE {HAVING_BALLOT}"
    victim.sql(text, o=uuid4(), s=victim.ballots[0])


# --- tree, head, checkpoints ----------------------------------------------------------------------


def changed_leaf_hash(victim: Victim) -> None:
    text = f"UPDATE stored_events SET hash=:h WHERE {HAVING_BALLOT}"
    victim.sql(text, h=b"\7" * 32, s=victim.ballots[0])


def changed_node(victim: Victim) -> None:
    victim.sql("UPDATE log_nodes SET hash=:n WHERE level=1 AND idx=0", n=b"\7" * 32)


def deleted_node(victim: Victim) -> None:
    victim.sql("DELETE FROM log_nodes WHERE level=1 AND idx=1")


def invented_node(victim: Victim) -> None:
    text = "INSERT INTO log_nodes VALUES (:h, 9, 9, :n)"
    victim.sql(text, h=victim.house, n=b"\7" * 32)


def changed_root(victim: Victim) -> None:
    victim.sql("UPDATE log_heads SET root=:r", r=b"\7" * 32)


def changed_frontier(victim: Victim) -> None:
    ((edge,),) = victim.sql("SELECT frontier FROM log_heads")
    victim.sql("UPDATE log_heads SET frontier=:f", f=b"\7" * len(edge))


def changed_size(victim: Victim) -> None:
    victim.sql("UPDATE log_heads SET size=size*2")


def deleted_head(victim: Victim) -> None:
    victim.sql("DELETE FROM log_heads")


def forged_checkpoint(victim: Victim) -> None:
    note = f"sobranie.example/{victim.house}\n1\n{'A' * 43}=\n\n— sobranie.example/x AAAAAAA=\n"
    victim.sql("INSERT INTO log_checkpoints VALUES (:h, 1, :n)", h=victim.house, n=note)


def cut_back(victim: Victim) -> None:
    """Put the log back to where it was five entries ago, consistently, as an old copy has it."""
    ((size,),) = victim.sql("SELECT size FROM log_heads WHERE house=:h", h=victim.house)
    rows = victim.sql(
        "SELECT originator_id, originator_version FROM stored_events WHERE house=:h AND idx>=:i",
        h=victim.house, i=size - 5,
    )  # fmt: skip
    for stream, version in rows:
        victim.sql(
            "DELETE FROM stored_events WHERE originator_id=:s AND originator_version=:v",
            s=stream, v=version,
        )  # fmt: skip
    victim.sql("DELETE FROM log_checkpoints")
    _fit_tree(victim)


def lost_guard(victim: Victim) -> None:
    shutil.rmtree(victim.guard)


# --- facts that are well formed and were never decided --------------------------------------------


def _inserted(victim: Victim, stream: object, change: Callable[[dict[str, object]], None]) -> None:
    """Append a record with leaf, nodes and head that all fit; only the procedure was not asked."""
    record = json.loads(victim.state_of(victim.ballots[0]))
    record["stream"] = str(stream)
    change(record)
    state = rfc8785.dumps(record)
    ((size,),) = victim.sql("SELECT size FROM log_heads WHERE house=:h", h=victim.house)
    named = {"s": stream, "v": record["version"], "t": record["type"]}
    victim.sql(
        "INSERT INTO stored_events"
        " (originator_id, originator_version, topic, house, idx, hash, state)"
        " VALUES (:s, :v, :t, :h, :i, :l, :b)",
        h=victim.house, i=size, l=leaf_hash(state), b=state, **named,
    )  # fmt: skip
    _fit_tree(victim)


def second_ballot(victim: Victim) -> None:
    _inserted(victim, victim.ballots[0], lambda record: record.update(version=2))


def ballot_after_close(victim: Victim) -> None:
    """Take a title nobody voted in; its stream is derived as the domain does."""
    with victim.served() as services:
        register = services.app.register_of(services.meeting(victim.meeting))
    taken = set(victim.ballots)
    free = next(t for t in register.titles.values() if ballot_id(victim.meeting, t.id) not in taken)

    def of_title(record: dict[str, object]) -> None:
        body = record["body"]
        assert isinstance(body, dict)
        body.update(title=str(free.id), votes=str(free.votes))

    _inserted(victim, ballot_id(victim.meeting, free.id), of_title)


def ballot_of_nobody(victim: Victim) -> None:
    _inserted(victim, uuid4(), lambda _record: None)


# --- sealed values --------------------------------------------------------------------------------


def changed_sealed_value(victim: Victim) -> None:
    victim.sql("UPDATE sealed_values SET ciphertext=:c", c=b"\7" * 90)


def deleted_sealed_value(victim: Victim) -> None:
    victim.sql("DELETE FROM sealed_values")


def deleted_key(victim: Victim) -> None:
    victim.sql("DELETE FROM person_keys")


def exchanged_keys(victim: Victim) -> None:
    rows = victim.sql("SELECT person, wrapped FROM person_keys ORDER BY person")
    for (person, _), (_, wrapped) in zip(rows, rows[1:] + rows[:1], strict=True):
        victim.sql("UPDATE person_keys SET wrapped=:w WHERE person=:p", w=wrapped, p=person)


def value_of_another(victim: Victim) -> None:
    victim.sql("UPDATE sealed_values SET person=:p", p=uuid4())


@dataclass(frozen=True)
class Attack:
    """What is done; what the start says (nothing where it cannot see it); what `check` finds."""

    do: Callable[[Victim], None]
    at_start: str
    found: frozenset[str]


def attack(do: Callable[[Victim], None], *found: str, at_start: str = "") -> object:
    return pytest.param(Attack(do, at_start, frozenset(found)), id=do.__name__)


ATTACKS = (
    attack(changed_event, "entry_changed"),
    attack(changed_event_and_leaf, "node_changed", "head_differs"),
    attack(
        rewritten_whole, "signed_head_differs", "count_differs",
        at_start="another_root_of_the_same_size",
    ),
    attack(garbled_event, "entry_changed", "entry_unreadable", "record_unreadable"),
    attack(deleted_event, "leaf_missing", "head_differs"),
    attack(dropped_ballot_whole, "log_shorter_than_signed", at_start="smaller_than_signed"),
    attack(swapped_records, "entry_changed", "row_differs"),
    attack(swapped_leaves, "node_changed", "head_differs"),
    attack(wrong_topic, "row_differs"),
    attack(leaf_of_another_house, "leaf_missing", "leaf_beyond_head"),
    attack(changed_leaf_hash, "entry_changed", "node_changed"),
    attack(changed_node, "node_changed"),
    attack(deleted_node, "node_missing"),
    attack(invented_node, "node_unknown"),
    attack(changed_root, "head_differs"),
    attack(changed_frontier, "head_differs", at_start="log_damaged"),
    attack(changed_size, "head_differs", at_start="log_damaged"),
    attack(deleted_head, "head_differs"),
    attack(forged_checkpoint, "checkpoint_false"),
    attack(cut_back, "log_shorter_than_signed", at_start="smaller_than_signed"),
    attack(lost_guard, "guard_lost", at_start="guard_lost"),
    attack(second_ballot, "refused_voting_is_closed"),
    attack(ballot_after_close, "refused_voting_is_closed"),
    attack(ballot_of_nobody, "stream_differs"),
    attack(changed_sealed_value, "sealed_changed"),
    attack(deleted_sealed_value, "sealed_missing"),
    attack(deleted_key, "key_missing"),
    attack(exchanged_keys, "sealed_changed"),
    attack(value_of_another, "sealed_of_another"),
)  # fmt: skip


def test_an_untouched_database_is_sound(victim: Victim) -> None:
    assert victim.start_code() == ""
    assert victim.checked() == []


@pytest.mark.parametrize("planned", ATTACKS)
def test_an_attack_is_found_and_named(victim: Victim, planned: Attack) -> None:
    planned.do(victim)
    found = {finding.code for finding in victim.checked()}
    assert found >= planned.found, found
    assert victim.start_code() == planned.at_start


def test_an_event_without_a_leaf_is_refused(victim: Victim) -> None:
    """The leaf is in the event's own row; no tool can write one without the other."""
    text = (
        "INSERT INTO stored_events (originator_id, originator_version, topic, state)"
        " VALUES (:s, 1, 'ballot-received/1', :b)"
    )
    with pytest.raises((psycopg.errors.NotNullViolation, sqlite3.IntegrityError)):
        victim.sql(text, s=uuid4(), b=victim.state_of(victim.ballots[0]))
    assert victim.checked() == []


def test_what_was_appended_while_voting_is_found_even_after_it_was_signed(tmp_path: Path) -> None:
    """The signer cannot tell who wrote a row; whoever asks the procedure again can."""
    victim = held(tmp_path / "home", {"SOBRANIE_STORE": "sqlite"}, to_the_end=False)
    second_ballot(victim)
    with victim.served() as services:
        services.logs.checkpoint(victim.house)
    assert {finding.code for finding in victim.checked()} == {"refused_already_voted"}


def test_check_needs_no_signing_key_and_survives_a_rotation(victim: Victim) -> None:
    rotate(read_settings(victim.env), Rotation("замена"))
    (victim.home / "keys" / "log.pem").unlink()
    assert victim.checked() == []
