"""The list of attacks on a finished bundle: each with the findings that must name it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.audit.forger import Forger

if TYPE_CHECKING:
    from tests.audit.conftest import Held


Attack = Callable[["Held"], bytes]
ATTACKS: dict[str, tuple[Attack, frozenset[str]]] = {}
UNUSABLE: dict[str, tuple[Attack, str]] = {}
PROGRAM_ONLY: dict[str, tuple[Attack, frozenset[str]]] = {}
"""What `sobranie-audit` finds and the page does not: it reads neither CMS nor terms of keeping."""
UNSEEN: dict[str, Attack] = {}
"""What one bundle alone cannot show; a receipt, an older bundle or the published key can."""


def found_by(*codes: str) -> Callable[[Attack], Attack]:
    """Put an attack on the list with the codes that must be among its findings."""

    def listed(attack: Attack) -> Attack:
        ATTACKS[attack.__name__] = (attack, frozenset(codes))
        return attack

    return listed


def refused_as(reason: str) -> Callable[[Attack], Attack]:
    """Put an attack on the list of those after which the file is no bundle any more."""

    def listed(attack: Attack) -> Attack:
        UNUSABLE[attack.__name__] = (attack, reason)
        return attack

    return listed


def true_key(*codes: str) -> Callable[[Callable[[Forger], None]], Callable[[Forger], None]]:
    """List an attack by one who holds the log's true key and makes everything fit again."""

    def listed(change: Callable[[Forger], None]) -> Callable[[Forger], None]:
        def attack(held: Held) -> bytes:
            forger = Forger(held.inspector)
            change(forger)
            return forger.signed(held.signer)

        ATTACKS[change.__name__] = (attack, frozenset(codes))
        return change

    return listed
