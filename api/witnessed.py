"""How far a house's log is witnessed, read from the checkpoints that are kept.

Any process can tell, also one that asks no witnesses itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.wording.witnesses import NO_WITNESSES, witnessed_text
from signing.cosignature import verify_cosignature
from signing.note import Note

if TYPE_CHECKING:
    from uuid import UUID

    from api.log import HouseLogs
    from signing.cosignature import Cosignature
    from signing.note import VerifierKey
    from signing.policy import KnownWitness, Policy

LOOKED_AT = 64
"""How many kept checkpoints are looked at: each start of a server adds one without witnesses."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The newest head that a witness cosigned; size and time are None before the first."""

    witness: KnownWitness
    size: int | None
    timestamp: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    """The newest head of a log, and the newest one that the quorum has cosigned."""

    size: int
    witnessed: tuple[int, str] | None
    cosigned: int
    seen: tuple[Seen, ...]

    @property
    def text(self) -> str:
        """Say it in Russian."""
        if not self.seen:
            return NO_WITNESSES
        size = self.witnessed[0] if self.witnessed is not None else None
        return witnessed_text(self.cosigned, len(self.seen), size, self.size)


def cosignatures_of(note: str, keys: tuple[VerifierKey, ...]) -> list[Cosignature]:
    """Verify the lines of these witnesses on a checkpoint of ours."""
    parsed = Note.from_bytes(note.encode())
    return [
        verify_cosignature(parsed.text, line, key)
        for line in parsed.signatures
        for key in keys
        if line.is_under(key)
    ]


def standing(logs: HouseLogs, house: UUID, policy: Policy | None) -> Standing:
    """Look from the newest head back until the quorum is met."""
    newest = logs.newest(house)
    if policy is None:
        return Standing(newest[0], None, 0, ())
    seen: dict[VerifierKey, tuple[int, int]] = {}
    witnessed, cosigned = None, 0
    for size, note in (newest, *logs.store.recent_checkpoints(house, LOOKED_AT)):
        found = cosignatures_of(note, policy.keys())
        for one in found:
            seen.setdefault(one.witness, (size, one.timestamp))
        if witnessed is None:
            cosigned = max(cosigned, len(found))
        if witnessed is None and policy.is_met_by([one.witness for one in found]):
            witnessed, cosigned = (size, note), len(found)
        if witnessed is not None and len(seen) == len(policy.witnesses):
            break
    shown = tuple(Seen(w, *seen.get(w.key, (None, None))) for w in policy.witnesses)
    return Standing(newest[0], witnessed, cosigned, shown)
