"""Witness lines on a bundle's checkpoint: verified when their key is given, counted when not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.audit.checking import audit
from api.audit.report import Report
from signing.cosignature import cosign
from signing.note import COSIGNATURE, VerifierKey
from signing.policy import Policy
from tests.audit.forger import Forger, flipped

if TYPE_CHECKING:
    from tests.audit.conftest import Held

NAME = "witness.example/w1"
SEEN_AT = 1_775_000_000


def witnessed(held: Held) -> Forger:
    """The true bundle with a line of a witness on its checkpoint."""
    forger = Forger(held.inspector)
    note = forger.files["checkpoint"].decode()
    text = note.partition("\n\n")[0] + "\n"
    forger.files["checkpoint"] = (note + cosign(text, NAME, held.thief, SEEN_AT).to_line()).encode()
    return forger


def witness_key(held: Held, name: str = NAME) -> VerifierKey:
    """The public key of the witness."""
    return VerifierKey(name, COSIGNATURE, held.thief.verifier_key(name).public)


def checked(data: bytes, held: Held, *witnesses: VerifierKey) -> Report:
    """Audit with the log's key and the witnesses'."""
    return audit(data, key=VerifierKey.from_text(held.vkey), witnesses=witnesses).report


def test_known_witness_is_verified(held: Held) -> None:
    report = checked(witnessed(held).listed(), held, witness_key(held))
    assert report.findings == []
    assert "свидетелей: 1 из 1" in report.steps[2].summary


def test_unknown_witness_is_only_counted(held: Held) -> None:
    report = checked(witnessed(held).listed(), held)
    assert report.findings == []
    assert "свидетелей: 0 из 1" in report.steps[2].summary


def test_witness_that_was_asked_for_and_is_absent_is_a_warning(held: Held) -> None:
    report = checked(held.inspector, held, witness_key(held))
    assert report.is_sound
    assert [f.code for f in report.findings] == ["witness_absent"]


def test_false_line_of_a_known_witness_is_an_error(held: Held) -> None:
    forger = witnessed(held)
    note = forger.files["checkpoint"]
    # A bit of the base64 text near the line's end, kept within the alphabet.
    at = len(note) - 12
    while not (note[at : at + 1].isalpha() and flipped(note, at, 1)[at : at + 1].isalpha()):
        at -= 1
    forger.files["checkpoint"] = flipped(note, at, 1)
    report = checked(forger.listed(), held, witness_key(held))
    assert {"cosignature_false"} <= {f.code for f in report.findings}


def test_one_of_two_wanted_is_no_quorum(held: Held) -> None:
    key = witness_key(held)
    other = VerifierKey("witness.example/w2", COSIGNATURE, b"o" * 32)
    known = f"witness a {key.to_text()}\nwitness b {other.to_text()}\n"
    for group, codes in (("all", ["quorum_missing"]), ("any", [])):
        policy = Policy.from_bytes(f"{known}group g {group} a b\nquorum g\n".encode())
        made = audit(
            witnessed(held).listed(), key=VerifierKey.from_text(held.vkey), policy=policy
        ).report
        assert [f.code for f in made.findings] == codes
        assert "засвидетельствовано 1 из 2" in made.steps[2].summary
