"""Attacks by erasing: a key destroyed while the law still keeps what it opens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.audit.attack_list import PROGRAM_ONLY
from tests.audit.forger import Forger
from tests.audit.meeting import person
from tests.audit.signature_attacks import FACT, true_key

if TYPE_CHECKING:
    from tests.audit.conftest import Held

KEPT_UNTIL = "2029-04-01"
"""Three years from the day of the protocol, which was drawn up on 1 April 2026."""


def forget_at(forger: Forger, who: str, at: str, scope: str = "everything") -> int:
    """Record at the end of the log that somebody was forgotten."""
    house = str(forger.house)
    records = [forger.record(index) for index in range(len(forger.entries))]
    version = max(record["version"] for record in records if record["stream"] == house)
    body = {"person": who, "reason": "consent_withdrawn", "scope": scope}
    forgotten = {
        **records[-1], "at": at, "body": body, "stream": house,
        "type": "person-forgotten/1", "version": version + 1,
    }  # fmt: skip
    return forger.insert(len(records), forgotten)


@true_key(PROGRAM_ONLY, "refused_erasure_too_early")
def owner_forgotten_on_the_last_day_of_keeping(forger: Forger) -> None:
    forget_at(forger, str(person(1)), f"{KEPT_UNTIL}T18:00:00Z")


@true_key(PROGRAM_ONLY, "refused_erasure_too_early")
def signer_forgotten_at_once(forger: Forger) -> None:
    who = forger.record(forger.index_of(FACT))["body"]["signers"][0]["signer"]["person"]
    forget_at(forger, who, "2026-04-02T09:00:00Z")


@true_key(PROGRAM_ONLY, "refused_erasure_too_early")
def initiator_forgotten_at_once(forger: Forger) -> None:
    forget_at(forger, str(person(99)), "2026-04-02T09:00:00Z")


def forgotten_in_time(held: Held, who: str, at: str, scope: str = "everything") -> bytes:
    """Make the bundle of a log that forgets somebody when it may."""
    forger = Forger(held.signed)
    forget_at(forger, who, at, scope)
    return forger.signed(held.signer)
