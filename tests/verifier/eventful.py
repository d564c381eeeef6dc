"""A meeting with every kind of fact the plain one lacks, for both verifiers to look at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from domain import usecases
from domain.agenda import AgendaItem
from domain.events import ErasureReason, ErasureScope, SignatureAttached, SignerFound
from domain.facts import FileRef, Party, PartyKind
from signing.keys import FileSigner, new_key
from tests.audit import meeting as builder
from tests.audit.meeting import HOUSE, MEETING, installation, person

if TYPE_CHECKING:
    from pathlib import Path

SPECIAL = (
    AgendaItem(1, "О переводе помещения", "Перевести помещение.", "44.2.4.5-multi", entrance=1),
    AgendaItem(2, "О развитии территории", "Включить дом.", "44.2.4.6-include"),
    AgendaItem(
        3, "О совете дома", "Избрать совет.", "161.1.8",
        reading="general-rule", reading_reason="так решили инициаторы",
    ),
)  # fmt: skip
PROOF = FileRef("Опись.pdf", "cd" * 32, 900)


@dataclass(frozen=True)
class Eventful:
    """The bundle, and the key its log is signed with."""

    inspector: bytes
    signer: FileSigner


def hold_eventful(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Eventful:
    """Hold a meeting on special majorities; change keys, sign the protocol, forget a person."""
    monkeypatch.setattr(builder, "ITEMS", SPECIAL)
    other = new_key(folder / "other.pem").verifier_key(f"log.example/{HOUSE}").to_text()
    consent, contacts = ErasureReason.CONSENT_WITHDRAWN, ErasureScope.CONTACTS
    signer = Party(person(3), PartyKind.PERSON)
    found = SignerFound(signer, "ГОСТ Р 34.10-2012", None, ("signature",), ("revocation",))
    with installation(folder / "house") as made:
        made.hold()
        kept = made.services.desk.keep_file("signature.p7s", "", b"no verifier reads this one")
        file = FileRef(kept.name, kept.sha256, len(kept.content))
        # Under a notice's proof: that document is in no bundle, so nobody checks the mathematics.
        attached = SignatureAttached("ab" * 32, file, (found,), "секретарь")
        at = made.clock()
        made.run(lambda s: usecases.add_log_key(s, HOUSE, other))
        made.run(lambda s: usecases.retire_log_key(s, HOUSE, other, "утрачен"))
        made.run(lambda s: usecases.attach_signature(s, MEETING, attached, ()))
        made.run(lambda s: usecases.hand_over(s, MEETING, "управляющая организация", at, PROOF))
        made.run(
            lambda s: usecases.forget_person(s, HOUSE, person(1), consent, contacts, [MEETING])
        )
        key = FileSigner.open(folder / "house" / "keys" / "log.pem")
        return Eventful(made.bundle(), key)
