"""Detached signatures in the bundle: where they are, what is checked of them and what is said."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest
import rfc8785

from api.audit.checking import audit
from api.audit.report import ERROR, NOTE, WARNING
from signing import bundle as form
from signing.bundle import read_bundle
from signing.cms.check import check_detached
from signing.note import VerifierKey
from signing.sealing import commit
from signing.spelling import to_base64
from tests.audit import attacks
from tests.audit.erasure_attacks import forget_at
from tests.audit.forger import Forger
from tests.audit.signature_attacks import FACT, path_of
from tests.audit.signing_papers import SIGNED, SIGNER

if TYPE_CHECKING:
    from api.audit.report import Finding
    from tests.audit.conftest import Held


def findings(data: bytes, held: Held) -> list[Finding]:
    """Give the findings, those about the key apart."""
    return audit(data, key=VerifierKey.from_text(held.vkey)).report.findings


def test_the_file_stands_by_its_hash_and_holds(held: Held) -> None:
    files = read_bundle(held.signed).files
    (path,) = [path for path in files if path.startswith("signatures/")]
    assert path == f"signatures/{sha256(files[path]).hexdigest()}.p7s"
    (signer,) = check_detached(files[path], files[f"protocol/{SIGNED}"])
    assert SIGNER[0] in str(signer.subject)


def test_what_was_checked_and_what_was_not_is_said_in_words(held: Held) -> None:
    (said,) = findings(held.signed, held)
    assert (said.step, said.severity, said.code) == (6, NOTE, "signature_checked")
    for words in (
        SIGNED,
        "подпись математически верна",
        "хеш документа совпадает",
        "цепочка до аккредитованного удостоверяющего центра не проверена",
        "был ли сертификат отозван",
        "время подписания заявлено подписавшим",
    ):
        assert words in said.text
    assert not any(word in said.text for word in SIGNER)
    assert "подписей 1" in audit(held.signed).report.steps[5].summary


def test_the_public_form_has_no_signature_and_says_so(held: Held) -> None:
    assert not read_bundle(held.signed_public).signatures()
    for word in SIGNER:
        assert word.encode() not in held.signed_public
    (said,) = findings(held.signed_public, held)
    assert (said.severity, said.code, said.details["number"]) == (NOTE, "signatures_not_here", 1)


@pytest.mark.parametrize("name", sorted(attacks.PROGRAM_ONLY))
def test_attack_is_found_by_the_program(held: Held, name: str) -> None:
    attack, expected = attacks.PROGRAM_ONLY[name]
    found = {f.code for f in findings(attack(held), held) if f.severity == ERROR}
    assert found == expected


def test_attacks_on_signatures_say_nothing_else(held: Held) -> None:
    """Each names what was done to it and nothing besides."""
    for name in ("signature_changed", "signature_withheld", "signature_of_nobodys_smuggled_in"):
        attack, expected = attacks.ATTACKS[name]
        found = {f.code for f in findings(attack(held), held) if f.severity == ERROR}
        assert expected <= found <= expected | {"signature_file_false"}


def test_without_the_document_nothing_is_claimed(held: Held) -> None:
    forger = Forger(held.signed)
    del forger.files[f"protocol/{SIGNED}"]
    codes = {f.code: f.severity for f in findings(forger.listed(), held)}
    assert codes == {"protocol_file_missing": WARNING, "signature_not_checked": NOTE}


def test_a_missing_file_is_a_warning_once_somebody_was_forgotten(held: Held) -> None:
    forger = Forger(held.signed)
    del forger.files[path_of(forger)]
    signer = forger.record(forger.index_of(FACT))["body"]["signers"][0]["signer"]["person"]
    forget_at(forger, signer, "2029-04-02T09:00:00Z")
    codes = {f.code: f.severity for f in findings(forger.signed(held.signer), held)}
    assert codes == {"signature_file_missing": WARNING}


def test_a_sealed_name_that_cannot_be_read_is_another_signer(held: Held) -> None:
    for value in (b"\xff", b"[1]", b"{}"):
        forger = Forger(held.signed)
        index = forger.index_of(FACT)
        record = forger.record(index)
        signer = record["body"]["signers"][0]["signer"]
        opened = {"salt": to_base64(bytes(32)), "value": to_base64(value)}
        data = json.loads(forger.files[form.OPENINGS])
        del data["openings"][signer["sealed"]]
        signer["sealed"] = commit(bytes(32), value)
        forger.put(index, record)
        data["openings"][signer["sealed"]] = opened
        forger.files[form.OPENINGS] = rfc8785.dumps(data)
        codes = [f.code for f in findings(forger.signed(held.signer), held) if f.severity == ERROR]
        assert codes == ["signer_differs"]
