"""Every attack on a finished bundle with the finding that names it; the list of `issue 4, point 6`.

An attack is a function of the true bundle and of two keys: the log's own and the attacker's.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import uuid5

from domain.ballot import ballot_id
from domain.facts import MeetingId
from signing import bundle as form
from signing.bundle import read_bundle
from signing.sealing import commit
from signing.spelling import to_base64
from signing.zipped import write_zip
from tests.audit.forger import OTHER, Forger, at_file, flipped
from tests.audit.meeting import MEETING, person, title
from tests.audit.other_law import under_other_law

if TYPE_CHECKING:
    from tests.audit.conftest import Held

Attack = Callable[["Held"], bytes]
ATTACKS: dict[str, tuple[Attack, frozenset[str]]] = {}
UNUSABLE: dict[str, tuple[Attack, str]] = {}
UNSEEN: dict[str, Attack] = {}
"""What one bundle alone cannot show; a receipt, an older bundle or the published key can."""


def found_by(*codes: str) -> Callable[[Attack], Attack]:
    """Put an attack on the list with the codes that must be among its findings."""

    def listed(attack: Attack) -> Attack:
        ATTACKS[attack.__name__] = (attack, frozenset(codes))
        return attack

    return listed


def refused_as(reason: str) -> Callable[[Attack], Attack]:
    """Put an attack on the list of those after which the file is no bundle any more."""

    def listed(attack: Attack) -> Attack:
        UNUSABLE[attack.__name__] = (attack, reason)
        return attack

    return listed


def true_key(*codes: str) -> Callable[[Callable[[Forger], None]], Callable[[Forger], None]]:
    """List an attack by one who holds the log's true key and makes everything fit again."""

    def listed(change: Callable[[Forger], None]) -> Callable[[Forger], None]:
        def attack(held: Held) -> bytes:
            forger = Forger(held.inspector)
            change(forger)
            return forger.signed(held.signer)

        ATTACKS[change.__name__] = (attack, frozenset(codes))
        return change

    return listed


# --- with a hex editor ---------------------------------------------------------------------------


@found_by("zip_crc", "file_changed", "entry_changed")
def byte_of_a_ballot(held: Held) -> bytes:
    return flipped(held.inspector, held.inspector.index(b'"answers":["for"') + 13)


@found_by("file_changed", "signature_false")
def byte_of_the_signature(held: Held) -> bytes:
    note = Forger(held.inspector).files[form.CHECKPOINT]
    text = note.decode()
    changed = text[:-9] + ("A" if text[-9] != "A" else "B") + text[-8:]
    return held.inspector.replace(note, changed.encode())


@found_by("file_changed", "root_differs", "leaf_changed")
def byte_of_a_leaf(held: Held) -> bytes:
    leaves = Forger(held.inspector).files[form.LEAVES]
    return flipped(held.inspector, at_file(held.inspector, leaves, 5 * 32))


@found_by("file_changed", "law_differs")
def byte_of_the_law(held: Held) -> bytes:
    return flipped(held.inspector, at_file(held.inspector, b"# ", 2))


@found_by("file_changed", "protocol_file_unknown", "protocol_file_missing")
def byte_of_the_document(held: Held) -> bytes:
    content = Forger(held.inspector).files["protocol/protocol.pdf"]
    return flipped(held.inspector, at_file(held.inspector, content))


@found_by("zip_header")
def byte_of_a_local_header(held: Held) -> bytes:
    return flipped(held.inspector, held.inspector.index(b"checkpoint") - 18)


@found_by("zip_header")
def date_in_the_directory(held: Held) -> bytes:
    return flipped(held.inspector, held.inspector.rindex(b"PK\x01\x02") + 13)


@found_by("zip_spelling")
def attributes_in_the_directory(held: Held) -> bytes:
    return flipped(held.inspector, held.inspector.rindex(b"PK\x01\x02") + 38)


@found_by("entry_length", "file_changed")
def length_of_an_entry(held: Held) -> bytes:
    entry = Forger(held.inspector).entries[7]
    assert entry is not None
    return flipped(held.inspector, held.inspector.index(entry) - 1)


@refused_as("not_a_zip")
def bytes_behind_the_end(held: Held) -> bytes:
    return held.inspector + b"\n"


@refused_as("not_a_zip")
def half_of_the_file(held: Held) -> bytes:
    return held.inspector[: len(held.inspector) // 2]


@refused_as("zip_compressed")
def compressed_again(held: Held) -> bytes:
    return _zipped(Forger(held.inspector).files, zipfile.ZIP_DEFLATED)


@refused_as("file_name")
def path_out_of_the_folder(held: Held) -> bytes:
    files = Forger(held.inspector).files
    return _zipped({**files, "../outside": b"x"}, zipfile.ZIP_STORED)


@refused_as("file_twice")
def one_name_twice(held: Held) -> bytes:
    data = write_zip({"leaves": b"1", "leavez": b"2"})
    return data.replace(b"leavez", b"leaves")


@refused_as("file_missing")
def no_manifest(held: Held) -> bytes:
    return write_zip(Forger(held.inspector).files)


@refused_as("not_json")
def byte_of_the_manifest(held: Held) -> bytes:
    return flipped(held.inspector, held.inspector.index(b'"sobranie-bundle/1"'))


def _zipped(files: dict[str, bytes], method: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


# --- with a manifest that fits again -------------------------------------------------------------


def listed(*codes: str) -> Callable[[Callable[[Forger], None]], Callable[[Forger], None]]:
    """List an attack by one who can only make the manifest fit again."""

    def on_list(change: Callable[[Forger], None]) -> Callable[[Forger], None]:
        def attack(held: Held) -> bytes:
            forger = Forger(held.inspector)
            change(forger)
            return forger.listed()

        ATTACKS[change.__name__] = (attack, frozenset(codes))
        return change

    return on_list


@listed("entry_changed", "count_differs")
def entry_changed(forger: Forger) -> None:
    forger.body("ballot-received", answers=["against", "against", "against"])


@listed("version_gap", "refused_notice_not_proven")
def entry_withheld(forger: Forger) -> None:
    forger.entries[forger.index_of("notice-proven", 1)] = None


@listed("file_unknown", "entries_withheld")
def entry_dropped(forger: Forger) -> None:
    del forger.entries[forger.index_of("ballot-received", 3)]


@found_by("entry_changed", "tile_broken", "count_differs")
def entry_dropped_from_its_tile(held: Held) -> bytes:
    forger = Forger(held.inspector)
    (path,) = form.entry_files(forger.entries)
    del forger.entries[forger.index_of("ballot-received", 3)]
    (content,) = form.entry_files(forger.entries).values()
    return forger.with_files({**forger.files, path: content})


@listed("entry_changed")
def entries_reordered(forger: Forger) -> None:
    a, b = forger.index_of("ballot-received", 0), forger.index_of("ballot-received", 1)
    forger.entries[a], forger.entries[b] = forger.entries[b], forger.entries[a]


@listed("entry_changed", "version_repeated", "refused_already_voted")
def entry_duplicated(forger: Forger) -> None:
    a, b = forger.index_of("ballot-received", 0), forger.index_of("ballot-received", 1)
    forger.entries[b] = forger.entries[a]


@listed("size_differs", "leaves_length")
def log_cut_short_in_the_manifest(forger: Forger) -> None:
    forger.size -= 1


@listed("meeting_not_in_log")
def another_meeting_named(forger: Forger) -> None:
    forger.meeting = OTHER


@listed("log_of_another_house", "foreign_house")
def another_house_named(forger: Forger) -> None:
    forger.house = OTHER


@listed("origin_differs")
def another_origin_named(forger: Forger) -> None:
    forger.origin = forger.origin.replace("log.example", "log.other")


@listed("key_unreadable")
def key_mangled(forger: Forger) -> None:
    forger.vkey = forger.vkey[:-1]


@listed("leaf_changed", "root_differs")
def leaf_replaced(forger: Forger) -> None:
    forger.files[form.LEAVES] = bytes(32) + forger.files[form.LEAVES][32:]


@listed("leaves_length", "root_differs")
def leaves_cut(forger: Forger) -> None:
    forger.files[form.LEAVES] = forger.files[form.LEAVES][:-7]


@listed("checkpoint_unreadable")
def checkpoint_mangled(forger: Forger) -> None:
    forger.files[form.CHECKPOINT] = b"no note\n"


@listed("opening_false")
def sealed_value_changed(forger: Forger) -> None:
    def change(data: dict[str, Any]) -> None:
        first = min(data["openings"])
        data["openings"][first]["value"] = "e30="

    forger.json(form.OPENINGS, change)


@listed("opening_false")
def sealed_values_exchanged(forger: Forger) -> None:
    def change(data: dict[str, Any]) -> None:
        a, b = sorted(data["openings"])[:2]
        opened = data["openings"]
        opened[a], opened[b] = opened[b], opened[a]

    forger.json(form.OPENINGS, change)


@listed("opening_of_nothing")
def sealed_value_invented(forger: Forger) -> None:
    salt, value = bytes(32), b'{"name":"X"}'
    opened = {"salt": to_base64(salt), "value": to_base64(value)}
    forger.json(form.OPENINGS, lambda data: data["openings"].update({commit(salt, value): opened}))


@listed("openings_unreadable")
def openings_mangled(forger: Forger) -> None:
    forger.json(form.OPENINGS, lambda data: data.update(openings={"x": 1}))


@listed("claim_differs")
def claim_changed(forger: Forger) -> None:
    forger.json(form.CLAIMED, lambda c: c["result"]["items"][1].update(outcome="carried"))


@listed("claim_of_unknown_count")
def claim_of_another_count(forger: Forger) -> None:
    forger.json(form.CLAIMED, lambda claim: claim.update(count=str(OTHER)))


@listed("claim_unreadable")
def claim_mangled(forger: Forger) -> None:
    forger.files[form.CLAIMED] = b"{"


@listed("figures_differ")
def figures_changed(forger: Forger) -> None:
    forger.json(form.FIGURES, lambda figures: figures["questions"][1].update({"for": "300"}))


@listed("figures_missing")
def figures_removed(forger: Forger) -> None:
    del forger.files[form.FIGURES]


@listed("figures_unreadable")
def figures_mangled(forger: Forger) -> None:
    forger.files[form.FIGURES] += b" "


@listed("protocol_file_unknown")
def document_replaced(forger: Forger) -> None:
    forger.files["protocol/protocol.pdf"] = b"another protocol"


@listed("law_differs")
def law_replaced(forger: Forger) -> None:
    forger.files["law/terms.toml"] += b"\n# harmless\n"


@listed("law_unreadable")
def law_broken(forger: Forger) -> None:
    del forger.files["law/decisions.toml"]


@listed("file_unknown")
def file_smuggled_in(forger: Forger) -> None:
    forger.files["run.sh"] = b"echo"


@listed("public_bundle_names")
def names_in_a_public_bundle(forger: Forger) -> None:
    forger.reader = form.PUBLIC


@listed("file_missing")
def checkpoint_removed(forger: Forger) -> None:
    del forger.files[form.CHECKPOINT]


@found_by("file_not_listed")
def file_not_in_the_manifest(held: Held) -> bytes:
    return write_zip({**read_bundle(held.inspector).files, "protocol/extra.pdf": b"x"})


@found_by("root_differs", "size_differs")
def stale_checkpoint(held: Held) -> bytes:
    forger = Forger(held.inspector)
    forger.files[form.CHECKPOINT] = Forger(held.early).files[form.CHECKPOINT]
    return forger.listed()


@found_by("root_differs")
def leaves_fit_the_changed_entry(held: Held) -> bytes:
    forger = Forger(held.inspector)
    forger.body("ballot-received", answers=["against", "against", "against"])
    return forger.hashed()


@found_by("signature_missing")
def signed_by_a_stranger(held: Held) -> bytes:
    forger = Forger(held.inspector)
    forger.body("ballot-received", answers=["against", "against", "against"])
    return forger.signed(held.thief)


@found_by("key_not_recorded")
def signed_by_a_stranger_whose_key_is_named(held: Held) -> bytes:
    forger = Forger(held.inspector)
    forger.vkey = held.thief.verifier_key(forger.origin).to_text()
    return forger.signed(held.thief)


@found_by("root_differs")
def forked_checkpoint(held: Held) -> bytes:
    forked = Forger(held.inspector)
    forked.body("ballot-received", answers=["against", "against", "against"])
    forked.signed(held.signer)
    forger = Forger(held.inspector)
    forger.files[form.CHECKPOINT] = forked.files[form.CHECKPOINT]
    return forger.listed()


# --- with the log's true key, everything recomputed: what the replay still finds -----------------


@true_key("count_differs", "claim_differs", "figures_differ")
def ballot_rewritten(forger: Forger) -> None:
    forger.body("ballot-received", answers=["against", "against", "against"])


@true_key("fact_differs")
def weight_of_a_ballot_raised(forger: Forger) -> None:
    forger.body("ballot-received", votes="90")


@true_key("refused_voting_is_closed")
def ballot_past_the_close(forger: Forger) -> None:
    record = _ballot_of(forger, title("6"))
    forger.insert(forger.index_of("voting-closed") + 1, record)


@true_key("refused_already_voted")
def second_ballot(forger: Forger) -> None:
    record = forger.record(forger.index_of("ballot-received"))
    record["version"] = 2
    forger.insert(forger.index_of("ballot-contested"), record)


@true_key("stream_differs")
def second_ballot_in_another_stream(forger: Forger) -> None:
    record = forger.record(forger.index_of("ballot-received"))
    record["stream"] = str(OTHER)
    forger.insert(forger.index_of("ballot-contested"), record)


@true_key("refused_title_not_in_register")
def ballot_of_an_unknown_title(forger: Forger) -> None:
    forger.insert(forger.index_of("ballot-contested"), _ballot_of(forger, OTHER))


@true_key("count_differs", "claim_differs")
def ballot_removed(forger: Forger) -> None:
    del forger.entries[forger.index_of("ballot-received")]


@true_key("count_differs")
def ballot_invented(forger: Forger) -> None:
    forger.insert(forger.index_of("ballot-contested"), _ballot_of(forger, title("6")))


@true_key("refused_answers_do_not_fit")
def ballot_with_missing_answers(forger: Forger) -> None:
    forger.body("ballot-received", answers=["for"])


@true_key("refused_paper_too_late")
def paper_ballot_at_the_last_moment(forger: Forger) -> None:
    index = forger.index_of("ballot-received", 3)
    record = forger.record(index)
    late = "2026-03-30T08:00:00Z"
    record["at"], record["body"]["received_at"] = late, late
    del forger.entries[index]
    forger.insert(forger.index_of("voting-closed"), record)


@true_key("refused_received_outside_voting")
def ballot_dated_before_the_opening(forger: Forger) -> None:
    forger.body("ballot-received", received_at="2026-03-10T09:00:00Z")


@true_key("fact_of_another_kind")
def links_where_they_are_no_votes(forger: Forger) -> None:
    forger.body("meeting-called", basis="written_decisions")


@true_key("fact_differs")
def area_raised(forger: Forger) -> None:
    forger.body("premises-recorded", area="160.00")


@true_key("fact_differs")
def shares_moved(forger: Forger) -> None:
    forger.body("title-recorded", share="3/4")
    forger.body("title-recorded", 1, share="1/4")


@true_key("refused_register_incomplete")
def shares_above_one(forger: Forger) -> None:
    forger.body("title-recorded", share="1")


@true_key("refused_register_total_differs", "count_differs")
def premises_removed(forger: Forger) -> None:
    index = forger.index_of("premises-recorded", 6)
    del forger.entries[index : index + 2]


@true_key("refused_premises_exists")
def premises_recorded_twice(forger: Forger) -> None:
    record = forger.record(forger.index_of("premises-recorded"))
    record["version"] = 4
    forger.insert(forger.index_of("item-added"), record)


@true_key("title_repeated")
def title_recorded_twice(forger: Forger) -> None:
    record = forger.record(forger.index_of("title-recorded"))
    record["version"] = 4
    forger.insert(forger.index_of("item-added"), record)


@true_key("fact_differs")
def register_digest_changed(forger: Forger) -> None:
    forger.edit("voting-opened", lambda r: r["body"]["register"].update(digest="0" * 64))


@true_key("agenda_differs")
def wording_changed(forger: Forger) -> None:
    def change(record: dict[str, Any]) -> None:
        record["body"]["items"][1]["proposal"] = "Провести капитальный ремонт подвала."

    forger.edit("meeting-called", change)


@true_key("fact_differs", "agenda_differs")
def agenda_digest_changed(forger: Forger) -> None:
    forger.body("agenda-fixed", digest="0" * 64)


@true_key("refused_agenda_is_fixed", "agenda_differs")
def question_added_behind_the_notice(forger: Forger) -> None:
    record = forger.record(forger.index_of("item-added", 2))
    record["version"], record["body"]["item"]["number"] = 5, 4
    forger.insert(forger.index_of("meeting-called"), record)


@true_key("refused_notice_not_proven", "version_gap")
def notice_removed(forger: Forger) -> None:
    del forger.entries[forger.index_of("notice-proven", 1)]


@true_key("refused_notice_too_late")
def notice_given_late(forger: Forger) -> None:
    def change(record: dict[str, Any]) -> None:
        record["at"] = record["body"]["given_at"] = "2026-03-12T09:00:00Z"

    forger.edit("notice-proven", change, 1)


@true_key("refused_called_too_late")
def meeting_called_late(forger: Forger) -> None:
    forger.edit("meeting-called", lambda record: record.update(at="2026-03-12T09:00:00Z"))


@true_key("refused_voting_not_open")
def voting_opened_early(forger: Forger) -> None:
    forger.edit("voting-opened", lambda record: record.update(at="2026-03-14T09:00:00Z"))


@true_key("refused_too_early_to_close")
def voting_closed_early(forger: Forger) -> None:
    forger.edit("voting-closed", lambda record: record.update(at="2026-03-20T09:00:00Z"))


@true_key("count_differs")
def result_changed(forger: Forger) -> None:
    def change(record: dict[str, Any]) -> None:
        record["body"]["result"]["items"][1]["outcome"] = "carried"

    forger.edit("count-completed", change)


@true_key("count_differs", "claim_differs", "figures_differ")
def result_changed_everywhere(forger: Forger) -> None:
    def change(result: dict[str, Any]) -> None:
        result["items"][1].update(outcome="carried", votes_for="250")

    forger.edit("count-completed", lambda record: change(record["body"]["result"]))
    forger.json(form.CLAIMED, lambda claim: change(claim["result"]))
    forger.json(
        form.FIGURES,
        lambda figures: figures["questions"][1].update({"outcome": "carried", "for": "250"}),
    )


@true_key("refused_other_rules")
def result_of_other_rules(forger: Forger) -> None:
    forger.edit("count-completed", lambda r: r["body"]["law"].update(version="0"))


@true_key("refused_wrong_stage")
def counting_before_the_close(forger: Forger) -> None:
    index = forger.index_of("count-opened")
    record = forger.entries.pop(index)
    forger.entries.insert(forger.index_of("voting-closed"), record)


@true_key("refused_reason_needed", "count_differs")
def ballot_struck_without_a_reason(forger: Forger) -> None:
    opened = forger.record(forger.index_of("count-opened"))
    ballot = str(ballot_id(MeetingId(MEETING), title("2")))
    body = {"ballot": ballot, "reason": " "}
    forger.insert(
        forger.index_of("count-completed"),
        {**opened, "type": "ballot-struck/1", "version": 2, "body": body},
    )
    forger.edit("count-completed", lambda record: record.update(version=3))


@true_key("refused_not_your_ballot")
def objection_by_a_stranger(forger: Forger) -> None:
    stranger = {"person": str(person(77)), "kind": "person", "name": None, "sealed": None}
    forger.body("ballot-contested", by={**stranger, "minor": False})


@true_key("refused_nothing_to_contest")
def objection_to_nothing(forger: Forger) -> None:
    index = forger.index_of("ballot-received", 5)
    del forger.entries[index]


@true_key("count_differs")
def upheld_objection_hidden(forger: Forger) -> None:
    del forger.entries[forger.index_of("contest-resolved")]


@true_key("refused_not_found")
def protocol_of_another_count(forger: Forger) -> None:
    forger.body("protocol-recorded", count=str(OTHER))


@true_key("protocol_file_missing", "protocol_file_unknown")
def protocol_files_changed(forger: Forger) -> None:
    forger.edit(
        "protocol-recorded", lambda record: record["body"]["files"][1].update(sha256="0" * 64)
    )


@true_key("foreign_house", "count_differs")
def entry_of_another_house(forger: Forger) -> None:
    forger.edit("ballot-received", lambda record: record.update(house=str(OTHER)))


@true_key("record_unreadable")
def unknown_kind_of_fact(forger: Forger) -> None:
    forger.edit("ballot-received", lambda record: record.update(type="ballot-received/9"))


@true_key("record_unreadable")
def another_spelling(forger: Forger) -> None:
    index = forger.index_of("ballot-received")
    entry = forger.entries[index]
    assert entry is not None
    forger.entries[index] = entry.replace(b'{"at"', b'{ "at"')


@true_key("record_unreadable")
def unknown_field(forger: Forger) -> None:
    forger.body("ballot-received", bonus="1")


@true_key("version_repeated")
def version_repeated(forger: Forger) -> None:
    forger.edit("notice-proven", lambda record: record.update(version=2), 1)


@true_key("time_runs_back", "refused_voting_not_open")
def time_runs_back(forger: Forger) -> None:
    forger.edit("voting-opened", lambda record: record.update(at="2026-02-16T09:00:00Z"))


@true_key("meeting_called_twice")
def meeting_called_twice(forger: Forger) -> None:
    record = forger.record(forger.index_of("meeting-called"))
    record["version"] = 6
    forger.insert(forger.index_of("count-opened"), record)


@true_key("time_zone_unknown")
def time_zone_invented(forger: Forger) -> None:
    forger.body("house-registered", time_zone="Europe/Nowhere")


@true_key("refused_house_exists")
def house_registered_twice(forger: Forger) -> None:
    record = forger.record(0)
    record["version"] = 3
    forger.insert(2, record)


@true_key("key_retired")
def signed_by_a_retired_key(forger: Forger) -> None:
    body = {"key": forger.vkey, "reason": "утечка", "compromised": True}
    record = forger.record(1)
    forger.insert(2, {**record, "type": "log-key-retired/1", "version": 3, "body": body})


@true_key("share_too_fine", "refused_register_incomplete")
def share_nobody_can_add_up(forger: Forger) -> None:
    forger.body("title-recorded", share=f"1/{10**4000 + 1}")


@true_key("premises_unknown")
def title_of_no_premises(forger: Forger) -> None:
    record = forger.record(forger.index_of("title-recorded"))
    record["stream"], record["version"] = str(OTHER), 1
    forger.insert(forger.index_of("item-added"), record)


@found_by("outcome_differs_by_installed_law", "law_not_installed")
def law_of_ones_own_making(held: Held) -> bytes:
    """Everything made anew under rules by which capital repair carries with a third of all."""
    forger = Forger(held.inspector)
    under_other_law(forger)
    return forger.signed(held.signer)


def _ballot_of(forger: Forger, which: object) -> dict[str, Any]:
    record = forger.record(forger.index_of("ballot-received", 2))
    record["stream"] = str(uuid5(MEETING, f"ballot {which}"))
    record["body"]["title"] = str(which)
    record["body"]["votes"] = "50"
    record["at"] = record["body"]["received_at"] = "2026-03-16T10:45:00Z"
    return record


# --- what one bundle alone cannot show -----------------------------------------------------------


def everything_made_anew_under_another_key(held: Held) -> bytes:
    """Another log under the same name: only the published key, a receipt or a witness shows it."""
    forger = Forger(held.inspector)
    forger.vkey = held.thief.verifier_key(forger.origin).to_text()
    forger.body("log-key-added", key=forger.vkey)
    return forger.signed(held.thief)


UNSEEN["everything_made_anew_under_another_key"] = everything_made_anew_under_another_key
