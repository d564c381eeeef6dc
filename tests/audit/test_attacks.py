"""Every attack on a finished bundle is found and named; what cannot be found is on a list."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from api.audit.checking import audit
from api.audit.report import ERROR
from api.cli.auditor import main
from signing.errors import BundleMalformedError
from signing.note import VerifierKey
from tests.audit import attacks
from tests.audit.forger import Forger

if TYPE_CHECKING:
    from pathlib import Path

    from tests.audit.conftest import Held


def test_the_true_bundles_are_sound(held: Held) -> None:
    for data in (held.inspector, held.public, held.early):
        report = audit(data, key=VerifierKey.from_text(held.vkey)).report
        assert report.is_sound, [f.text for f in report.findings]


def test_true_bundle_has_nothing_to_note_once_its_key_is_given(held: Held) -> None:
    report = audit(held.inspector, key=VerifierKey.from_text(held.vkey)).report
    assert report.findings == []


@pytest.mark.parametrize("name", sorted(attacks.ATTACKS))
def test_attack_is_found_and_named(held: Held, name: str) -> None:
    attack, expected = attacks.ATTACKS[name]
    data = attack(held)
    assert data != held.inspector
    report = audit(data).report
    found = {f.code for f in report.findings}
    assert expected <= found, (expected - found, [f.text for f in report.findings])
    assert not report.is_sound
    assert any(f.severity == ERROR and f.code in expected for f in report.findings)
    assert all(f.text and "—" * 3 not in f.text for f in report.findings)


@pytest.mark.parametrize("name", sorted(attacks.UNUSABLE))
def test_what_is_no_bundle_any_more_is_refused_with_its_reason(held: Held, name: str) -> None:
    attack, reason = attacks.UNUSABLE[name]
    with pytest.raises(BundleMalformedError) as refused:
        audit(attack(held))
    assert refused.value.reason == reason


def test_there_are_enough_kinds_of_attack() -> None:
    assert len(attacks.ATTACKS) + len(attacks.UNUSABLE) >= 40


def test_changed_entry_is_named_by_index_type_and_stream(held: Held) -> None:
    data = attacks.ATTACKS["byte_of_a_ballot"][0](held)
    (finding,) = [f for f in audit(data).report.findings if f.code == "entry_changed"]
    index = Forger(held.inspector).index_of("ballot-received")
    assert finding.place == f"entry {index}"
    assert finding.details["type"] == "ballot-received/1"
    assert str(finding.details["stream"]) in finding.text


def test_other_log_under_the_same_name_needs_the_published_key(held: Held) -> None:
    data = attacks.UNSEEN["everything_made_anew_under_another_key"](held)
    alone = audit(data).report
    assert alone.is_sound
    assert [f.code for f in alone.findings] == ["key_not_compared"]
    known = audit(data, key=VerifierKey.from_text(held.vkey)).report
    assert {"key_differs", "signature_missing", "key_not_recorded"} <= {
        f.code for f in known.findings
    }


def test_two_signed_logs_that_part_prove_a_rewriting(
    held: Held, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    forger = Forger(held.inspector)
    index = forger.body("ballot-received", evidence={"kind": "link", "sha256": "0" * 64})
    (tmp_path / "true.oss").write_bytes(held.inspector)
    (tmp_path / "forked.oss").write_bytes(forger.signed(held.signer))
    status = main(["diff", str(tmp_path / "true.oss"), str(tmp_path / "forked.oss"), "--json"])
    report = json.loads(capsys.readouterr().out)
    assert status == 1
    (finding,) = report["steps"][2]["findings"]
    assert (finding["code"], finding["place"]) == ("entry_differs", f"entry {index}")


def test_receipt_outlives_a_rewritten_log(
    held: Held, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    forger = Forger(held.inspector)
    forger.body("ballot-received", evidence={"kind": "link", "sha256": "0" * 64})
    (tmp_path / "forked.oss").write_bytes(forger.signed(held.signer))
    (tmp_path / "my.tlog-proof").write_text(held.receipt, encoding="utf-8")
    receipt = str(tmp_path / "my.tlog-proof")
    assert main(["receipt", receipt, "--bundle", str(tmp_path / "forked.oss")]) == 1
    assert "Журнал переписан" in capsys.readouterr().out
