"""A receipt checked: the record in it, its inclusion, the signature, and the log as it is now.

What it is held against is what the reader has: a key, a bundle, or the log's address.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import TYPE_CHECKING

from api.audit.checking import worded, zone_of
from api.audit.report import ERROR, NOTE, Finding, Report, Step, ordered
from domain.events import BallotReceived
from domain.records import UnreadableRecordError, from_record
from projections.noticed import Noticed
from projections.timeline import sentence, shown_at
from signing.checkpoint import open_checkpoint, parse_checkpoint
from signing.errors import MalformedError, ProofError, SignatureError, VerificationError
from signing.merkle import leaf_hash, root_of, verify_consistency, verify_inclusion
from signing.note import VerifierKey
from signing.verify import check_witnesses

if TYPE_CHECKING:
    from api.audit.checking import Audited
    from api.audit.remote import RemoteLog
    from domain.events import Recorded
    from signing.checkpoint import Checkpoint
    from signing.policy import Policy
    from signing.receipt import Receipt

RECORD, INCLUSION, SIGNATURE, LOG = 1, 2, 3, 4
STEPS = (
    ("record", "запись"),
    ("inclusion", "включение"),
    ("signature", "подпись"),
    ("log", "журнал сейчас"),
)


@dataclass(frozen=True, slots=True)
class Against:
    """What a receipt is held against; each may be missing."""

    key: VerifierKey | None = None
    bundle: Audited | None = None
    log: RemoteLog | None = None
    policy: Policy | None = None

    def zone(self) -> tzinfo:
        """Give the house's zone where a bundle tells it."""
        return zone_of(self.bundle.replay) if self.bundle is not None else UTC


def check_receipt(receipt: Receipt, against: Against) -> Report:
    """Check a receipt that could be parsed."""
    head, _ = parse_checkpoint(receipt.checkpoint.encode())
    zone = against.zone()
    found: dict[int, list[Noticed]] = {number: [] for number in (RECORD, INCLUSION, SIGNATURE, LOG)}
    recorded, found[RECORD] = _record(receipt)
    found[INCLUSION] = _inclusion(receipt, head)
    found[SIGNATURE] = _signature(receipt, against)
    found[LOG], held = _log(head, against)
    summaries = {
        RECORD: _told(recorded, against, zone),
        INCLUSION: f"запись № {receipt.index} из {head.size}",
        SIGNATURE: "подпись журнала",
        LOG: held,
    }
    steps = tuple(
        Step(number, *STEPS[number - 1], summaries[number], ordered(_worded(number, ones, zone)))
        for number, ones in found.items()
    )
    about: dict[str, str | int] = {
        "origin": head.origin,
        "index": receipt.index,
        "size": head.size,
    }
    return Report("receipt", about, steps)


def _worded(number: int, found: list[Noticed], zone: tzinfo) -> list[Finding]:
    return [worded(number, one, zone) for one in found]


def _record(receipt: Receipt) -> tuple[Recorded | None, list[Noticed]]:
    if receipt.extra is None:
        return None, [Noticed(ERROR, "receipt_without_record", "receipt")]
    try:
        return from_record(receipt.extra), []
    except UnreadableRecordError as fault:
        details: dict[str, str | int] = {"reason": str(fault)}
        return None, [Noticed(ERROR, "record_unreadable", "receipt", details)]


def _told(recorded: Recorded | None, against: Against, zone: tzinfo) -> str:
    if recorded is None:
        return ""
    numbers = {}
    if against.bundle is not None and isinstance(recorded.fact, BallotReceived):
        register = against.bundle.replay.state.registers.get(recorded.fact.meeting)
        if register is not None:
            numbers = {key: title.number for key, title in register.titles.items()}
    return f"{shown_at(recorded.at, zone)} — {sentence(recorded.fact, numbers, zone)}"


def _inclusion(receipt: Receipt, head: Checkpoint) -> list[Noticed]:
    if receipt.extra is None:
        return []
    leaf = leaf_hash(receipt.extra)
    try:
        verify_inclusion(leaf, receipt.index, head.size, receipt.proof, head.root)
    except ProofError as fault:
        return [_failed(fault)]
    return []


def _failed(fault: VerificationError) -> Noticed:
    return Noticed(ERROR, fault.code, "receipt", {"reason": fault.reason})


def _signature(receipt: Receipt, against: Against) -> list[Noticed]:
    head, _ = parse_checkpoint(receipt.checkpoint.encode())
    keys = [against.key] if against.key is not None else []
    if not keys and against.bundle is not None:
        keys = _keys_of(against.bundle, head)
    if not keys and against.policy is not None:
        keys = list(against.policy.log_keys(head.origin))
    if not keys:
        return [Noticed(ERROR, "key_not_given", "receipt")]
    try:
        opened = open_checkpoint(receipt.checkpoint.encode(), keys)
    except (SignatureError, MalformedError) as fault:
        return [_failed(fault)]
    _, found = check_witnesses(opened.note, (), against.policy)
    return [Noticed(ERROR, one.code, "receipt", one.details) for one in found]


def _log(head: Checkpoint, against: Against) -> tuple[list[Noticed], str]:
    """Hold the receipt's head against a bundle, the served log, or both."""
    found: list[Noticed] = []
    held: list[str] = []
    if against.bundle is not None:
        found += _in_bundle(head, against.bundle)
        held.append(f"в пакете записей {against.bundle.bundle.manifest.size}")
    if against.log is not None:
        noticed, size = _in_served(head, against.log, against.key)
        found += noticed
        held.append(f"по адресу записей {size}" if size is not None else "по адресу")
    return found, ", ".join(held) or "не сравнивался"


def _keys_of(audited: Audited, head: Checkpoint) -> list[VerifierKey]:
    """Give the keys that may stand under a head: what a retired key signed before stays good.

    Beyond the bundle's own size nothing shows that a retired key signed in its time.
    """
    manifest, house = audited.bundle.manifest, audited.replay.state.house
    texts = [manifest.vkey]
    if house is not None:
        texts += house.keys if head.size <= manifest.size else house.signing_keys
    keys = []
    for text in dict.fromkeys(texts):
        try:
            keys.append(VerifierKey.from_text(text))
        except MalformedError:
            # A bundle's third step says so already; such a key verifies nothing.
            continue
    return keys


def _in_bundle(head: Checkpoint, audited: Audited) -> list[Noticed]:
    manifest = audited.bundle.manifest
    if head.origin != manifest.origin:
        return [_other_log(head.origin, manifest.origin)]
    found = [f for step in audited.report.steps[:3] for f in step.findings if f.severity == ERROR]
    noticed = [Noticed(ERROR, f.code, f.place, f.details) for f in found]
    if head.size > manifest.size:
        sizes: dict[str, str | int] = {"got": head.size, "wanted": manifest.size}
        noticed.append(Noticed(NOTE, "receipt_newer_than_log", "receipt", sizes))
        return noticed
    root = root_of(audited.leaves[: head.size])
    return noticed if root == head.root else [*noticed, _rewritten(head, root)]


def _in_served(
    head: Checkpoint, log: RemoteLog, key: VerifierKey | None
) -> tuple[list[Noticed], int | None]:
    """Ask the served log to prove that it still begins with the receipt's head."""
    try:
        now, _ = parse_checkpoint(log.checkpoint())
        if now.origin != head.origin:
            return [_other_log(head.origin, now.origin)], now.size
        if key is not None:
            open_checkpoint(log.checkpoint(), [key])
        if head.size > now.size:
            sizes: dict[str, str | int] = {"got": head.size, "wanted": now.size}
            return [Noticed(ERROR, "receipt_newer_than_log", "receipt", sizes)], now.size
        proof = log.consistency(head.size, now.size)
        verify_consistency(head.size, head.root, now.size, now.root, proof)
    except VerificationError as fault:
        return [_failed(fault)], None
    return [], now.size


def _other_log(got: str, wanted: str) -> Noticed:
    return Noticed(ERROR, "receipt_of_another_log", "receipt", {"got": got, "wanted": wanted})


def _rewritten(head: Checkpoint, root: bytes) -> Noticed:
    details: dict[str, str | int] = {
        "size": head.size,
        "wanted": head.root.hex(),
        "got": root.hex(),
    }
    return Noticed(ERROR, "log_rewritten", "receipt", details)
