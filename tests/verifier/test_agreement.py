"""Both verifiers agree on every bundle: the state of it, and every entry they name."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import rfc8785

from tests.audit import attacks
from tests.audit.erasure_attacks import forgotten_in_time
from tests.audit.forger import Forger
from tests.audit.meeting import person
from tests.verifier.runner import SOUND, UNSOUND, UNUSABLE, Job, by_page, by_python

if TYPE_CHECKING:
    from pathlib import Path

    from tests.audit.conftest import Held
    from tests.verifier.conftest import Both
    from tests.verifier.runner import Verdict

LAW_CODES = {("law/", "law_unreadable"), ("law/", "law_differs")}
"""The page compares the digest of the pack and does not read it; both call the pack wrong."""
ZIPPED, ARCHIVE = {"zip_header", "zip_crc", "zip_spelling"}, "zip"


def files(verdict: Verdict) -> set[str]:
    """Give the files that are named; the page calls a wrong archive wrong as a whole."""
    return {
        ARCHIVE if code in ZIPPED else place.split("#")[0]
        for place, code in verdict.errors
        if not place.startswith("entry ")
    }


def test_true_bundles_are_sound_to_both(both: Both) -> None:
    for name in ("inspector", "public", "early"):
        assert both.page[name].state == both.python[name].state == SOUND, both.page[name].text


def test_every_attack_comes_out_the_same(both: Both) -> None:
    assert len(both.page) > 100
    page = {name: (said.state, said.entries) for name, said in both.page.items()}
    python = {name: (said.state, said.entries) for name, said in both.python.items()}
    assert page == python


def test_the_same_files_are_named(both: Both) -> None:
    page = {name: files(said) - {ARCHIVE} for name, said in both.page.items()}
    python = {name: files(said) - {ARCHIVE} for name, said in both.python.items()}
    # Where the length of an entry is false the page stops reading that file of entries.
    assert page.pop("length_of_an_entry") >= python.pop("length_of_an_entry")
    assert page == python


def test_every_broken_rule_is_said_in_words(both: Both) -> None:
    said = "\n".join(verdict.text for verdict in both.page.values())
    assert said.count("Не выполнено: ") > 30
    assert (
        re.findall(r"Не выполнено: —|undefined|Cannot read|not a function|not iterable", said) == []
    )


def test_a_wrong_law_pack_is_wrong_to_both(both: Both) -> None:
    for name, said in both.page.items():
        assert bool(said.errors & LAW_CODES) == bool(both.python[name].errors & LAW_CODES), name


def test_every_attack_on_the_list_is_found_by_the_page(both: Both) -> None:
    assert {both.page[name].state for name in attacks.ATTACKS} == {UNSOUND}
    assert {both.page[name].state for name in attacks.UNUSABLE} == {UNUSABLE}


def test_an_erasure_before_its_time_is_found_by_the_page_too(held: Held, tmp_path: Path) -> None:
    early = [
        attack
        for attack, codes in attacks.PROGRAM_ONLY.values()
        if codes == {"refused_erasure_too_early"}
    ]
    assert len(early) > 1
    made = [attack(held) for attack in early]
    made.append(forgotten_in_time(held, str(person(1)), "2029-04-02T09:00:00Z"))
    made.append(forgotten_in_time(held, str(person(55)), "2026-04-02T09:00:00Z"))
    for data, said in zip(made, by_page(map(Job, made), tmp_path), strict=True):
        python = by_python(data)
        assert (said.state, said.entries) == (python.state, python.entries)


def test_the_changed_entry_is_named(both: Both, held: Held) -> None:
    index = Forger(held.inspector).index_of("ballot-received")
    said = both.page["byte_of_a_ballot"]
    assert f"entry {index}" in said.entries
    assert f"запись № {index}" in said.text


def test_the_recount_is_the_recorded_result_to_the_last_field(both: Both, held: Held) -> None:
    claimed = json.loads(Forger(held.inspector).files["claimed.json"])["result"]
    assert both.page["inspector"].result == claimed
    assert rfc8785.dumps(both.page["inspector"].result) == rfc8785.dumps(claimed)


def test_other_log_under_the_same_name_needs_the_published_key(held: Held, tmp_path: Path) -> None:
    made = attacks.UNSEEN["everything_made_anew_under_another_key"](held)
    alone, known = by_page([Job(made), Job(made, key=held.vkey)], tmp_path)
    assert alone.state == SOUND
    assert "Ключ журнала взят из самого пакета" in alone.text
    codes = {code for _, code in known.errors}
    assert {"key_differs", "signature_missing", "key_not_recorded"} <= codes


def test_nothing_is_noted_of_a_true_bundle_once_its_key_is_given(
    held: Held, tmp_path: Path
) -> None:
    (said,) = by_page([Job(held.inspector, key=held.vkey)], tmp_path)
    assert (said.state, said.text) == (SOUND, "")
