"""Both verifiers agree on every bundle: the state of it, and every entry and file they name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import rfc8785

from tests.audit import attacks
from tests.audit.forger import Forger
from tests.verifier.runner import SOUND, UNSOUND, UNUSABLE, Job, by_page

if TYPE_CHECKING:
    from pathlib import Path

    from tests.audit.conftest import Held
    from tests.verifier.conftest import Both
    from tests.verifier.runner import Verdict

LAW_CODES = {("law/", "law_unreadable"), ("law/", "law_differs")}
"""The page compares the digest of the pack and does not read it; both call the pack wrong."""


def named(verdict: Verdict) -> frozenset[tuple[str, str]]:
    """Give what is named and how, the law pack apart."""
    return verdict.errors - LAW_CODES


def test_true_bundles_are_sound_to_both(both: Both) -> None:
    for name in ("inspector", "public", "early"):
        assert both.page[name].state == both.python[name].state == SOUND, both.page[name].text


def test_every_attack_comes_out_the_same(both: Both) -> None:
    assert len(both.page) > 100
    page = {name: (said.state, named(said)) for name, said in both.page.items()}
    python = {name: (said.state, named(said)) for name, said in both.python.items()}
    assert page == python


def test_a_wrong_law_pack_is_wrong_to_both(both: Both) -> None:
    for name, said in both.page.items():
        assert bool(said.errors & LAW_CODES) == bool(both.python[name].errors & LAW_CODES), name


def test_every_attack_on_the_list_is_found_by_the_page(both: Both) -> None:
    assert {both.page[name].state for name in attacks.ATTACKS} == {UNSOUND}
    assert {both.page[name].state for name in attacks.UNUSABLE} == {UNUSABLE}


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
