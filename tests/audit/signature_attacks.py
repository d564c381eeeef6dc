"""Attacks on the detached signatures of a bundle, by strangers and by the holder of the key."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from signing import bundle as form
from signing.sealing import commit
from signing.spelling import from_base64, to_base64
from tests.audit.attack_list import ATTACKS, PROGRAM_ONLY, found_by
from tests.audit.forger import Forger, at_file, flipped
from tests.audit.signing_papers import SIGNED, STRANGER, signed_by

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.audit.attack_list import Attack
    from tests.audit.conftest import Held

    Change = Callable[[Forger], None]

FACT = "signature-attached"


def listed(*codes: str) -> Callable[[Change], Change]:
    """List an attack by one who can only make the manifest fit again."""

    def on_list(change: Change) -> Change:
        def attack(held: Held) -> bytes:
            forger = Forger(held.signed)
            change(forger)
            return forger.listed()

        ATTACKS[change.__name__] = (attack, frozenset(codes))
        return change

    return on_list


def true_key(
    where: dict[str, tuple[Attack, frozenset[str]]], *codes: str
) -> Callable[[Change], Change]:
    """List an attack by one who holds the log's true key."""

    def on_list(change: Change) -> Change:
        def attack(held: Held) -> bytes:
            forger = Forger(held.signed)
            change(forger)
            return forger.signed(held.signer)

        where[change.__name__] = (attack, frozenset(codes))
        return change

    return on_list


def path_of(forger: Forger) -> str:
    """Give the place of the one signature file."""
    (path,) = [path for path in forger.files if path.startswith(form.SIGNATURES)]
    return path


def exchange(forger: Forger, content: bytes) -> None:
    """Put another signature file in the place of the true one, and let the fact name it."""
    del forger.files[path_of(forger)]
    digest = sha256(content).hexdigest()
    forger.files[form.signature_path(digest)] = content
    named = {"name": "signature.p7s", "sha256": digest, "size": len(content)}
    forger.body(FACT, signature=named)


# --- without the key ------------------------------------------------------------------------------


@found_by("zip_crc", "file_changed", "signature_misnamed")
def byte_of_a_signature_file(held: Held) -> bytes:
    forger = Forger(held.signed)
    content = forger.files[path_of(forger)]
    return flipped(held.signed, at_file(held.signed, content, len(content) - 1))


@listed("signature_misnamed")
def signature_changed(forger: Forger) -> None:
    path = path_of(forger)
    forger.files[path] = flipped(forger.files[path], len(forger.files[path]) - 1)


@listed("signature_file_missing")
def signature_withheld(forger: Forger) -> None:
    del forger.files[path_of(forger)]


@listed("signature_file_missing", "signature_file_unknown")
def signature_replaced(forger: Forger) -> None:
    content = signed_by(b"another document")
    del forger.files[path_of(forger)]
    forger.files[form.signature_path(sha256(content).hexdigest())] = content


@listed("signature_file_unknown")
def signature_of_nobodys_smuggled_in(forger: Forger) -> None:
    content = signed_by(forger.files[f"protocol/{SIGNED}"], STRANGER)
    forger.files[form.signature_path(sha256(content).hexdigest())] = content


@listed("file_unknown", "signature_file_missing")
def signature_under_a_name_of_its_own(forger: Forger) -> None:
    forger.files["signatures/protocol.p7s"] = forger.files.pop(path_of(forger))


@listed("public_bundle_names")
def signature_in_a_public_bundle(forger: Forger) -> None:
    forger.reader = form.PUBLIC
    del forger.files[form.OPENINGS], forger.files[f"protocol/{SIGNED}"]


# --- with the log's true key ----------------------------------------------------------------------


@true_key(ATTACKS, "refused_signature_target_unknown")
def signature_of_a_document_of_nobodys(forger: Forger) -> None:
    forger.body(FACT, target="0" * 64)


@true_key(ATTACKS, "signature_file_unknown")
def signature_fact_removed(forger: Forger) -> None:
    del forger.entries[forger.index_of(FACT)]


@true_key(ATTACKS, "refused_signature_attached_already")
def signature_attached_twice(forger: Forger) -> None:
    record = forger.record(forger.index_of(FACT))
    record["version"] += 1
    forger.insert(forger.index_of(FACT) + 1, record)


# --- found by reading CMS -------------------------------------------------------------------------


@true_key(PROGRAM_ONLY, "signature_file_false")
def signature_over_other_bytes(forger: Forger) -> None:
    exchange(forger, signed_by(b"another document"))


@true_key(PROGRAM_ONLY, "signature_file_unreadable")
def signature_that_is_none(forger: Forger) -> None:
    exchange(forger, b"signed, honestly")


@true_key(PROGRAM_ONLY, "signer_differs")
def signature_of_another_person(forger: Forger) -> None:
    exchange(forger, signed_by(forger.files[f"protocol/{SIGNED}"], STRANGER))


@true_key(PROGRAM_ONLY, "signer_differs")
def another_person_named_as_the_signer(forger: Forger) -> None:
    sealed = forger.record(forger.index_of(FACT))["body"]["signers"][0]["signer"]["sealed"]
    opened = json.loads(forger.files[form.OPENINGS])["openings"][sealed]
    value = from_base64(opened["value"]).replace("Соснина".encode(), "Тополев".encode())
    renamed = commit(from_base64(opened["salt"]), value)

    def reseal(data: dict[str, Any]) -> None:
        del data["openings"][sealed]
        data["openings"][renamed] = {"salt": opened["salt"], "value": to_base64(value)}

    forger.json(form.OPENINGS, reseal)
    _signer(forger, lambda signer: signer["signer"].update(sealed=renamed))


@true_key(PROGRAM_ONLY, "signature_fact_differs")
def more_claimed_than_was_checked(forger: Forger) -> None:
    _signer(forger, lambda signer: signer["checked"].append("chain"))


@true_key(PROGRAM_ONLY, "signature_fact_differs")
def another_time_of_signing(forger: Forger) -> None:
    _signer(forger, lambda signer: signer.update(claimed_at="2026-03-01T10:11:12Z"))


@true_key(PROGRAM_ONLY, "signature_fact_differs")
def another_algorithm(forger: Forger) -> None:
    _signer(forger, lambda signer: signer.update(algorithm="RSA 4096"))


@true_key(PROGRAM_ONLY, "signature_fact_differs")
def a_second_signer_invented(forger: Forger) -> None:
    index = forger.index_of(FACT)
    record = forger.record(index)
    record["body"]["signers"] *= 2
    forger.put(index, record)


def _signer(forger: Forger, change: Callable[[dict[str, Any]], None]) -> None:
    index = forger.index_of(FACT)
    record = forger.record(index)
    change(record["body"]["signers"][0])
    forger.put(index, record)
