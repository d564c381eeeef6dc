"""Every attack on a finished bundle with the finding that names it.

An attack is a function of the true bundle and of two keys: the log's own and the attacker's.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from signing import bundle as form
from signing.bundle import read_bundle
from signing.sealing import commit
from signing.spelling import to_base64
from signing.zipped import write_zip
from tests.audit.forger import OTHER, Forger, at_file, flipped

if TYPE_CHECKING:
    from tests.audit.conftest import Held

from tests.audit import erasure_attacks, insiders, signature_attacks
from tests.audit.attack_list import (
    ATTACKS,
    PROGRAM_ONLY,
    UNSEEN,
    UNUSABLE,
    found_by,
    refused_as,
)

__all__ = [
    "ATTACKS",
    "PROGRAM_ONLY",
    "UNSEEN",
    "UNUSABLE",
    "erasure_attacks",
    "insiders",
    "signature_attacks",
]

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
