"""Everything that can be wrong with bytes, signatures, proofs and the store, as one tree.

    VerificationError
    ├── MalformedError                  bytes that are not in the format they claim
    │   ├── EntryMalformedError         entry_malformed
    │   ├── KeyMalformedError           key_malformed
    │   ├── NoteMalformedError          note_malformed
    │   ├── CheckpointMalformedError    checkpoint_malformed
    │   ├── CosignatureMalformedError   cosignature_malformed
    │   ├── ReceiptMalformedError       receipt_malformed
    │   ├── BundleMalformedError        bundle_malformed
    │   ├── TileMalformedError          tile_malformed
    │   ├── PolicyMalformedError        policy_malformed
    │   └── WitnessMalformedError       witness_malformed
    ├── SignatureError
    │   ├── SignatureFalseError         signature_false
    │   └── SignatureMissingError       signature_missing
    ├── ProofError
    │   ├── InclusionError              inclusion_false
    │   └── ConsistencyError            consistency_false
    ├── WitnessRefusedError             witness_refused    a witness did not cosign
    ├── RowMismatchError                row_mismatch       a row that belies its record
    ├── LogDamagedError                 log_damaged        rows that must be in the store are not
    ├── SealBrokenError                 seal_broken        a sealed value that does not open
    └── KeyForgottenError               key_forgotten      a person's key was destroyed, as asked

    RefusedToSignError                  signing_refused    the guard or a key file says no

`code` and `reason` are stable; `where` names the line, the field or the index.
"""

from __future__ import annotations

from typing import ClassVar


class VerificationError(Exception):
    """Bytes, a signature, a proof or a row are false; says which and where."""

    code: ClassVar[str] = "verification_failed"

    def __init__(self, reason: str, where: str = "") -> None:
        """Keep the reason apart from the place."""
        super().__init__(": ".join(part for part in (self.code, where, reason) if part))
        self.reason = reason
        self.where = where


class MalformedError(VerificationError):
    """The bytes are not in the format they claim."""

    code = "malformed"


class EntryMalformedError(MalformedError):
    """Not a canonical log entry."""

    code = "entry_malformed"


class KeyMalformedError(MalformedError):
    """Not a verifier key."""

    code = "key_malformed"


class NoteMalformedError(MalformedError):
    """Not a signed note."""

    code = "note_malformed"


class CheckpointMalformedError(MalformedError):
    """Not a checkpoint of a log of ours."""

    code = "checkpoint_malformed"


class CosignatureMalformedError(MalformedError):
    """Not a timestamped cosignature."""

    code = "cosignature_malformed"


class ReceiptMalformedError(MalformedError):
    """Not a receipt."""

    code = "receipt_malformed"


class BundleMalformedError(MalformedError):
    """Not an audit bundle."""

    code = "bundle_malformed"


class TileMalformedError(MalformedError):
    """Not a tile, an entry bundle or the path of one."""

    code = "tile_malformed"


class PolicyMalformedError(MalformedError):
    """Not a policy file."""

    code = "policy_malformed"


class WitnessMalformedError(MalformedError):
    """Not what is sent to a witness, or not what a witness answers."""

    code = "witness_malformed"


class SignatureError(VerificationError):
    """The signatures do not carry the text."""

    code = "signature"


class SignatureFalseError(SignatureError):
    """A signature under a known key does not verify."""

    code = "signature_false"


class SignatureMissingError(SignatureError):
    """No signature is under a known key."""

    code = "signature_missing"


class ProofError(VerificationError):
    """A Merkle proof is false."""

    code = "proof"


class InclusionError(ProofError):
    """The entry is not shown to be in the tree."""

    code = "inclusion_false"


class ConsistencyError(ProofError):
    """The new tree is not shown to be an extension of the old one."""

    code = "consistency_false"


class WitnessRefusedError(VerificationError):
    """A witness answered that it does not cosign, or cosigned nothing."""

    code = "witness_refused"


class RowMismatchError(VerificationError):
    """A stored row says another thing than the record in it."""

    code = "row_mismatch"


class LogDamagedError(VerificationError):
    """Rows that the head of the log calls for are not in the store."""

    code = "log_damaged"


class SealBrokenError(VerificationError):
    """A sealed value does not open or does not fit its commitment."""

    code = "seal_broken"


class KeyForgottenError(VerificationError):
    """The person's key is not there: destroyed on request, or never made."""

    code = "key_forgotten"


class RefusedToSignError(Exception):
    """The guard or the state of a key file forbids signing."""

    code: ClassVar[str] = "signing_refused"

    def __init__(self, reason: str, detail: str = "") -> None:
        """Keep the reason apart from the detail."""
        super().__init__(": ".join(part for part in (self.code, reason, detail) if part))
        self.reason = reason
        self.detail = detail


DAMAGE = frozenset(
    {
        "smaller_than_signed",
        "another_root_of_the_same_size",
        "not_an_extension",
        "guard_lost",
        "guard_unreadable",
        "guard_of_another_log",
    }
)
"""Reasons not to sign that waiting does not mend: the log or the guard was changed."""


def is_damage(fault: BaseException) -> bool:
    """Tell whether a failure means that the log is not what was signed."""
    if isinstance(fault, RefusedToSignError):
        return fault.reason in DAMAGE
    return isinstance(fault, VerificationError)
