"""Files made by OpenSSL with the gost engine: what holds, and by name what does not."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from signing.cms.check import Checked, NotChecked, Remark, check_detached
from signing.errors import VerificationError

VECTORS = Path(__file__).parents[1] / "vectors" / "gost-cms"
MADE = VECTORS / "made"
DOCUMENT = (VECTORS / "doc.txt").read_bytes()
SOUND = sorted(MADE.glob("curve-*.p7s"))
ALWAYS = {NotChecked.CHAIN, NotChecked.REVOCATION, NotChecked.QUALIFIED, NotChecked.TIME}
FALSE = {
    "other-document": "digest_differs",
    "wrong-issuer": "certificate_signature_false",
    "key-usage-forbids": "key_usage_forbids",
    "attached": "attached_content",
    "no-certificate": "no_certificate",
    "rsa-sha1": "digest_algorithm",
    "rsa-pss": "signature_algorithm",
    "rsa-1024": "key_length",
}


@pytest.mark.parametrize("name", ["d256", "d512", "e256", "e512"])
def test_the_shared_samples(name: str) -> None:
    (signer,) = check_detached((VECTORS / f"{name}.p7s").read_bytes(), DOCUMENT)
    assert signer.algorithm == f"gost-2012-{name[1:]}"
    assert str(signer.subject) == "CN=Ivan Petrov (test), C=RU"
    assert signer.claimed_at is not None
    assert signer.claimed_at.date() == datetime(2026, 11, 22, tzinfo=UTC).date()
    bound = Checked.SIGNING_CERTIFICATE in signer.checked
    assert bound == name.startswith("e")
    assert (NotChecked.SIGNING_CERTIFICATE in signer.not_checked) != bound
    assert {Checked.DIGEST, Checked.SIGNATURE, Checked.SELF_SIGNED} <= set(signer.checked)
    assert Remark.SELF_SIGNED in signer.remarks
    assert set(signer.not_checked) >= ALWAYS


@pytest.mark.parametrize("path", SOUND, ids=lambda path: path.stem)
def test_every_named_curve(path: Path) -> None:
    (signer,) = check_detached(path.read_bytes(), DOCUMENT)
    assert {Checked.DIGEST, Checked.SIGNATURE, Checked.SIGNING_CERTIFICATE} <= set(signer.checked)
    assert signer.subject.part("SNILS") == "00000000000"
    assert signer.subject.part("CN") == "Соснина Вера Ильинична"
    assert NotChecked.ISSUER in signer.not_checked


def test_there_are_files_for_twelve_identifiers_of_curves() -> None:
    assert len(SOUND) == 12


@pytest.mark.parametrize("name", ["chain", "issuer"])
def test_the_issuer_in_the_file_is_asked(name: str) -> None:
    (signer,) = check_detached((MADE / f"{name}.p7s").read_bytes(), DOCUMENT)
    assert Checked.ISSUER_IN_FILE in signer.checked
    assert NotChecked.ISSUER not in signer.not_checked
    assert set(signer.not_checked) >= ALWAYS


@pytest.mark.parametrize("name", ["pem", "by-key-identifier", "rsa-sha256", "ecdsa-sha256"])
def test_other_spellings_and_kinds_hold_too(name: str) -> None:
    (signer,) = check_detached((MADE / f"{name}.p7s").read_bytes(), DOCUMENT)
    assert {Checked.DIGEST, Checked.SIGNATURE, Checked.SIGNING_CERTIFICATE} <= set(signer.checked)


def test_two_signers_are_both_given() -> None:
    found = check_detached((MADE / "two-signers.p7s").read_bytes(), DOCUMENT)
    assert sorted(signer.algorithm for signer in found) == ["gost-2012-256", "gost-2012-512"]


def test_a_signature_without_attributes_is_remarked() -> None:
    (signer,) = check_detached((MADE / "no-attributes.p7s").read_bytes(), DOCUMENT)
    assert {Remark.NO_SIGNED_ATTRIBUTES, Remark.NO_CLAIMED_TIME} <= set(signer.remarks)
    assert NotChecked.SIGNING_CERTIFICATE in signer.not_checked


def test_a_certificate_that_states_no_usage_is_said_so() -> None:
    (signer,) = check_detached((MADE / "no-key-usage.p7s").read_bytes(), DOCUMENT)
    assert NotChecked.KEY_USAGE in signer.not_checked


@pytest.mark.parametrize(("name", "reason"), FALSE.items())
def test_files_named_by_their_fault(name: str, reason: str) -> None:
    with pytest.raises(VerificationError) as caught:
        check_detached((MADE / f"{name}.p7s").read_bytes(), DOCUMENT)
    assert caught.value.reason == reason


def test_every_file_is_used_by_a_test() -> None:
    used = {path.stem for path in SOUND} | FALSE.keys()
    used |= {"chain", "issuer", "pem", "by-key-identifier", "rsa-sha256", "ecdsa-sha256"}
    used |= {"two-signers", "no-attributes", "no-key-usage"}
    assert {path.stem for path in MADE.glob("*.p7s")} == used


@pytest.mark.parametrize(
    "path", [*SOUND, MADE / "rsa-sha256.p7s", MADE / "ecdsa-sha256.p7s"], ids=lambda path: path.stem
)
def test_one_other_byte_in_the_document_is_enough(path: Path) -> None:
    for changed in (DOCUMENT + b"\n", DOCUMENT[:-1], b"", DOCUMENT.replace(b"\n", b"\r\n")):
        with pytest.raises(VerificationError) as caught:
            check_detached(path.read_bytes(), changed)
        assert caught.value.reason == "digest_differs"


@pytest.mark.parametrize("name", ["rsa-sha256", "ecdsa-sha256", "e256", "e512"])
def test_another_byte_of_the_signature_itself(name: str) -> None:
    folder = VECTORS if name in ("e256", "e512") else MADE
    file = (folder / f"{name}.p7s").read_bytes()
    changed = file[:-1] + bytes([file[-1] ^ 1])
    with pytest.raises(VerificationError) as caught:
        check_detached(changed, DOCUMENT)
    assert caught.value.reason == "signature_false"
