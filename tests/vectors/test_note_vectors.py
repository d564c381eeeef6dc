"""Notes, checkpoints and signatures of other people's programs (see the README.md beside each)."""

from __future__ import annotations

import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from signing.checkpoint import open_checkpoint, parse_checkpoint
from signing.errors import (
    CheckpointMalformedError,
    KeyMalformedError,
    SignatureFalseError,
    SignatureMissingError,
)
from signing.keys import FileSigner
from signing.merkle import verify_inclusion
from signing.note import ED25519, Note, VerifierKey, open_note, sign_note
from signing.receipt import Receipt

FOLDER = Path(__file__).parent


def text(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def loaded(name: str) -> Any:
    return json.loads((FOLDER / name).read_bytes())


def test_the_example_of_the_specification_opens() -> None:
    data = (FOLDER / "c2sp-notes/signed-note-example.txt").read_bytes()
    key = VerifierKey.from_text(text("c2sp-notes/signed-note-example.vkey").strip())
    note, verified = open_note(data, [key])
    assert note.text == "This is an example message.\n"
    assert verified == (key,)
    assert note.to_text().encode() == data


def test_the_cosigned_example_is_read_as_it_is_written() -> None:
    data = (FOLDER / "c2sp-notes/cosigned-checkpoint-syntax-only.txt").read_bytes()
    checkpoint, note = parse_checkpoint(data)
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert [len(line.signature) for line in note.signatures] == [64, 72]
    assert note.to_text().encode() == data


def test_two_lines_of_the_log_itself_are_one_too_many() -> None:
    request = text("c2sp-notes/add-checkpoint-request-syntax-only.txt")
    _, _, body = request.partition("\n\n")
    key = VerifierKey("example.com/behind-the-sofa", ED25519, b"k" * 32)
    with pytest.raises(CheckpointMalformedError) as refused:
        open_checkpoint(body.encode(), [key])
    assert refused.value.reason == "several_log_lines"


GO = loaded("go-sumdb-note/note.json")


def test_a_signature_of_the_go_code_comes_out_the_same() -> None:
    name, _, material = GO["skey_peter"].removeprefix("PRIVATE+KEY+").split("+", 2)
    secret = Ed25519PrivateKey.from_private_bytes(b64decode(material)[1:])
    signer = FileSigner(secret)
    key = signer.verifier_key(name)
    assert key.to_text() == GO["vkey_peter"]
    note = sign_note(GO["text"], key, signer.sign(GO["text"].encode()))
    assert note.to_text() == GO["text"] + "\n" + GO["sig_peter"]


def test_a_note_with_two_signatures_opens_with_either_key() -> None:
    data = (GO["text"] + "\n" + GO["sig_peter"] + GO["sig_enoch"]).encode()
    peter, enoch = (VerifierKey.from_text(GO[f"vkey_{name}"]) for name in ("peter", "enoch"))
    assert open_note(data, [peter])[1] == (peter,)
    assert open_note(data, [peter, enoch])[1] == (peter, enoch)
    with pytest.raises(SignatureMissingError):
        open_note(data, [VerifierKey("PeterNeumann", ED25519, b"k" * 32)])


def test_bad_verifier_keys_are_refused() -> None:
    good = GO["vkey_peter"]
    cut = [good[:at] for at in range(len(good))] + [good[at:] for at in range(1, len(good))]
    changed = [
        good[:at] + chr(ord(good[at]) ^ bit) + good[at + 1 :]
        for at in range(len(good))
        for bit in (1, 2, 0x20)
    ]
    for bad in [*GO["bad_vkeys"], *cut, *changed]:
        with pytest.raises(KeyMalformedError):
            VerifierKey.from_text(bad)


def test_a_proof_of_a_production_log_verifies() -> None:
    rekor = loaded("rekor-v2/staging-entry.json")
    key = VerifierKey.from_text(rekor["vkey"])
    leaf = b64decode(rekor["leaf_b64"])
    proof = tuple(b64decode(hash_) for hash_ in rekor["hashes"])
    receipt = Receipt(rekor["index"], proof, rekor["checkpoint"])
    opened = Receipt.from_bytes(receipt.to_text().encode()).verify(leaf, [key])
    assert opened.checkpoint.size == rekor["size"]
    assert opened.checkpoint.root == b64decode(rekor["root"])
    with pytest.raises(Exception, match="root_differs"):
        verify_inclusion(b"\0" * 32, receipt.index, rekor["size"], proof, opened.checkpoint.root)


def test_known_answers_of_ed25519() -> None:
    for case in loaded("ed25519-sign-input/ed25519_kat.json"):
        secret = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(case["seed"]))
        signer = FileSigner(secret)
        key = signer.verifier_key("kat")
        message = bytes.fromhex(case["msg"])
        assert key.public.hex() == case["public"]
        assert signer.sign(message).hex() == case["sig"]
        key.check(message, bytes.fromhex(case["sig"]))


def wycheproof() -> list[tuple[VerifierKey, dict[str, Any]]]:
    groups = loaded("wycheproof/ed25519_test.json")["testGroups"]
    return [
        (VerifierKey("w", ED25519, bytes.fromhex(group["publicKey"]["pk"])), case)
        for group in groups
        for case in group["tests"]
    ]


def test_false_signatures_of_wycheproof_are_refused_and_true_ones_not() -> None:
    for key, case in wycheproof():
        message, signature = bytes.fromhex(case["msg"]), bytes.fromhex(case["sig"])
        if case["result"] == "valid":
            key.check(message, signature)
        else:
            with pytest.raises(SignatureFalseError):
                key.check(message, signature)


def test_a_note_of_go_is_read_and_written_alike() -> None:
    data = GO["text"] + "\n" + GO["sig_peter"] + GO["sig_enoch"]
    assert Note.from_bytes(data.encode()).to_text() == data
