"""Receipts at the page: alone, with a key, with a bundle; held against what the command says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from api.audit.checking import audit
from api.audit.receipts import Against, check_receipt
from signing.errors import VerificationError
from signing.note import VerifierKey
from signing.receipt import Receipt
from tests.audit.forger import Forger
from tests.verifier.runner import SOUND, UNSOUND, UNUSABLE, Job, by_page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.audit.conftest import Held
    from tests.verifier.runner import Verdict

SPECIFICATION = Path(__file__).parents[2] / "docs" / "reference" / "log-format.md"


def codes(verdict: Verdict) -> set[str]:
    """Give the codes of the errors."""
    return {code for _, code in verdict.errors}


def test_a_true_receipt_is_sound_with_its_key_and_with_its_bundle(
    held: Held, tmp_path: Path
) -> None:
    receipt = held.receipt.encode()
    jobs = [Job(receipt=receipt, key=held.vkey), Job(held.inspector, receipt), Job(receipt=receipt)]
    keyed, bundled, alone = by_page(jobs, tmp_path)
    assert (keyed.state, bundled.state) == (SOUND, SOUND)
    assert (alone.state, codes(alone)) == (UNSOUND, {"key_not_given"})


def test_a_receipt_newer_than_the_bundle_says_so(held: Held, tmp_path: Path) -> None:
    (said,) = by_page([Job(held.early, held.receipt.encode(), held.vkey)], tmp_path)
    assert said.state == SOUND
    assert "сравнить целиком нельзя" in said.text


def test_a_receipt_outlives_a_rewritten_log(held: Held, tmp_path: Path) -> None:
    forger = Forger(held.inspector)
    forger.body("ballot-received", evidence={"kind": "link", "sha256": "0" * 64})
    rewritten = forger.signed(held.signer)
    (said,) = by_page([Job(rewritten, held.receipt.encode(), held.vkey)], tmp_path)
    assert codes(said) == {"log_rewritten"}
    assert "Журнал переписан" in said.text


def test_a_strangers_key_does_not_fit(held: Held, tmp_path: Path) -> None:
    key = held.thief.verifier_key(held.vkey.split("+")[0]).to_text()
    (said,) = by_page([Job(receipt=held.receipt.encode(), key=key)], tmp_path)
    assert codes(said) == {"signature_missing"}


def test_the_vector_of_the_specification_verifies(tmp_path: Path) -> None:
    page = SPECIFICATION.read_text(encoding="utf-8")
    *_, receipt = re.findall(
        r"```text\n(c2sp\.org/tlog-proof@v1\nindex 1\n.*?)```", page, re.DOTALL
    )
    (key,) = re.findall(r"^(sobranie\.example/\S+\+8c9d7794\+\S+)$", page, re.MULTILINE)
    entries = re.findall(r'^\{"at":.*\}$', page, re.MULTILINE)
    found = Receipt.from_bytes(receipt.encode())
    made = [
        Receipt(found.index, found.proof, found.checkpoint, entry.encode()).to_text().encode()
        for entry in entries[-3:]
    ]
    said = by_page([Job(receipt=one, key=key) for one in made], tmp_path)
    # Its entries are of a shorter form than any fact: all else holds for the second, at index 1.
    wrong = {"record_unreadable", "inclusion_false"}
    assert [codes(one) for one in said] == [wrong, {"record_unreadable"}, wrong]


def test_every_changed_byte_comes_out_as_the_command_says(held: Held, tmp_path: Path) -> None:
    receipt = held.receipt.encode()
    changed = [
        receipt[:at] + bytes([receipt[at] ^ 1]) + receipt[at + 1 :] for at in range(len(receipt))
    ]
    key = VerifierKey.from_text(held.vkey)
    said = by_page([Job(receipt=one, key=held.vkey) for one in changed], tmp_path)
    wanted = [by_command(one, Against(key)) for one in changed]
    assert [one.state for one in said] == wanted
    assert SOUND not in wanted


def test_whole_receipts_with_a_bundle_come_out_as_the_command_says(
    held: Held, tmp_path: Path
) -> None:
    receipt, other = held.receipt.encode(), Forger(held.inspector)
    other.origin = other.origin.replace("log.example", "log.other")
    bundles = [held.inspector, held.public, held.early, other.listed()]
    said = by_page([Job(one, receipt, held.vkey) for one in bundles], tmp_path)
    key = VerifierKey.from_text(held.vkey)
    wanted = [by_command(receipt, Against(key, audit(one, key=key))) for one in bundles]
    assert [one.state for one in said] == wanted


def by_command(data: bytes, against: Against) -> str:
    """Say what the command's core comes to."""
    try:
        report = check_receipt(Receipt.from_bytes(data), against)
    except VerificationError:
        return UNUSABLE
    return SOUND if report.is_sound else UNSOUND


CUT: Sequence[bytes] = (
    b"", b"\n\n", b"c2sp.org/tlog-proof@v1\n\n", b"c2sp.org/tlog-proof@v1\nindex 01\n\nx",
    b"c2sp.org/tlog-proof@v1\nindex 1\nAA==\n\nx\n1\nx\n", b"\xff\xfe", b"PK\x03\x04",
)  # fmt: skip


@pytest.mark.parametrize("data", CUT)
def test_what_is_no_receipt_is_refused(data: bytes, tmp_path: Path) -> None:
    (said,) = by_page([Job(receipt=data)], tmp_path)
    assert said.state == UNUSABLE
    assert said.text.startswith("квитанция не читается")


def test_an_old_browser_is_told_and_nothing_passes_for_sound(held: Held, tmp_path: Path) -> None:
    jobs = [
        Job(held.inspector, key=held.vkey, is_old_browser=True),
        Job(receipt=held.receipt.encode(), key=held.vkey, is_old_browser=True),
    ]
    for said in by_page(jobs, tmp_path):
        assert (said.state, codes(said)) == (UNSOUND, {"signature_unchecked"})
        assert "в более новом" in said.text.replace("\n", " ")
