"""Verification of a bundle as bytes: the first three steps of an audit, all findings of each.

1. bytes: the zip, the manifest, every file listed and as listed, nothing else;
2. hashes: every entry gives the leaf hash at its index, the leaf hashes give the root;
3. checkpoint: signed by the log's key, of this log, this size and this root.

None stops at its first finding. What the facts say is no business of this room.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from signing.bundle import (
    CHECKPOINT,
    FIGURES,
    LEAVES,
    MANIFEST,
    OPENINGS,
    PROTOCOL,
    PUBLIC,
    SIGNATURES,
    Bundle,
    Manifest,
    is_known_path,
    named_digest,
    read_openings,
)
from signing.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint
from signing.cosignature import Cosignature, verify_cosignature
from signing.errors import MalformedError, SignatureError, VerificationError
from signing.finding import Finding, Severity
from signing.hash_row import HashRow
from signing.merkle import HASH_BYTES, leaf_hash, root_of
from signing.note import Note, VerifierKey
from signing.opened import OpenedEntries, hint_of, open_entries
from signing.policy import Policy
from signing.sealing import Opening

BYTES, HASHES, CHECKPOINTS, REPLAY = 1, 2, 3, 4
REQUIRED = (CHECKPOINT, LEAVES)


@dataclass(frozen=True, slots=True)
class CheckedHead:
    """What the third step came to; None where it could not be read or verified."""

    checkpoint: Checkpoint | None
    key: VerifierKey | None
    cosignatures: tuple[Cosignature, ...]
    other_lines: int


def _error(step: int, code: str, place: str, **details: str | int) -> Finding:
    return Finding(step, Severity.ERROR, code, place, details)


# --- 1 bytes -------------------------------------------------------------------------------------


def check_bytes(bundle: Bundle) -> list[Finding]:
    """Check the zip and every file against the manifest."""
    found = [_error(BYTES, fault.reason, fault.file or "zip") for fault in bundle.faults]
    listed = bundle.manifest.files
    for path, content in bundle.files.items():
        if path == MANIFEST:
            continue
        if path not in listed:
            found.append(_error(BYTES, "file_not_listed", path))
        else:
            found += _check_file(path, content, listed[path].sha256, listed[path].size)
        if not is_known_path(path, bundle.manifest.size):
            found.append(_error(BYTES, "file_unknown", path))
        found += _check_name(path, content)
    missing = [path for path in (*listed, *REQUIRED) if path not in bundle.files]
    found += [_error(BYTES, "file_missing", path) for path in sorted(set(missing))]
    if bundle.manifest.reader == PUBLIC:
        found += [
            _error(BYTES, "public_bundle_names", path)
            for path in bundle.files
            if path == OPENINGS
            or path.startswith(SIGNATURES)
            or (path.startswith(PROTOCOL) and path != FIGURES)
        ]
    return found


def _check_name(path: str, content: bytes) -> list[Finding]:
    """Check that a detached signature file is named by its content."""
    named = named_digest(path)
    got = sha256(content).hexdigest() if named is not None else None
    return [] if got == named else [_error(BYTES, "signature_misnamed", path, got=str(got))]


def _check_file(path: str, content: bytes, digest: str, size: int) -> list[Finding]:
    if len(content) != size:
        return [_error(BYTES, "file_size", path, got=len(content), wanted=size)]
    got = sha256(content).hexdigest()
    return [_error(BYTES, "file_changed", path, got=got, wanted=digest)] if got != digest else []


# --- 2 hashes ------------------------------------------------------------------------------------


def check_hashes(bundle: Bundle) -> tuple[OpenedEntries, HashRow, list[Finding]]:
    """Check entries against leaves; give the entries, the leaves and the findings.

    Where an entry and its leaf differ, the signed root tells which of the two was changed.
    """
    leaves, found = bundle.leaves(), _check_leaves(bundle)
    opened = open_entries(bundle, leaves)
    found += opened.findings
    differing = [
        index
        for index, entry in opened.entries.items()
        if index < len(leaves) and leaf_hash(entry) != leaves[index]
    ]
    code = "leaf_changed" if differing and _leaves_are_false(bundle, leaves, opened) else None
    for index in differing:
        entry = opened.entries[index]
        details: dict[str, str | int] = {
            "index": index,
            **hint_of(entry),
            "got": leaf_hash(entry).hex(),
            "wanted": leaves[index].hex(),
        }
        place = f"entry {index}"
        found.append(Finding(HASHES, Severity.ERROR, code or "entry_changed", place, details))
    if opened.withheld.number:
        counted = {"number": opened.withheld.number, "index": opened.withheld.first}
        found.append(Finding(HASHES, Severity.NOTE, "entries_withheld", LEAVES, counted))
    return opened, leaves, found


def _check_leaves(bundle: Bundle) -> list[Finding]:
    length, wanted = len(bundle.files.get(LEAVES, b"")), bundle.manifest.size * HASH_BYTES
    if length == wanted:
        return []
    return [_error(HASHES, "leaves_length", LEAVES, got=length, wanted=wanted)]


def _leaves_are_false(bundle: Bundle, leaves: Sequence[bytes], opened: OpenedEntries) -> bool:
    try:
        signed, _ = parse_checkpoint(bundle.files.get(CHECKPOINT, b""))
    except VerificationError:
        return False
    return root_of(leaves) != signed.root == root_of(opened.hashes(leaves))


# --- 3 checkpoint --------------------------------------------------------------------------------


def check_checkpoint(
    bundle: Bundle,
    leaves: Sequence[bytes],
    expected: VerifierKey | None = None,
    witnesses: Sequence[VerifierKey] = (),
    policy: Policy | None = None,
) -> tuple[CheckedHead, list[Finding]]:
    """Check the signed head; `expected` is the log's key as known from elsewhere.

    Each of `witnesses` is asked for by itself; of those of a `policy` the quorum is wanted.
    """
    manifest, data = bundle.manifest, bundle.files.get(CHECKPOINT, b"")
    key, found = _key_of(manifest, expected, policy)
    try:
        head, note = parse_checkpoint(data)
    except VerificationError as fault:
        found.append(_error(CHECKPOINTS, "checkpoint_unreadable", CHECKPOINT, reason=str(fault)))
        return CheckedHead(None, key, (), 0), found
    found += _check_head(manifest, head, leaves)
    cosignatures: tuple[Cosignature, ...] = ()
    if key is not None:
        try:
            open_checkpoint(data, [key])
        except (SignatureError, MalformedError) as fault:
            found.append(_error(CHECKPOINTS, fault.code, CHECKPOINT, reason=fault.reason))
        else:
            cosignatures, noticed = check_witnesses(note, witnesses, policy)
            found += noticed
    return CheckedHead(head, key, cosignatures, _others(note, head)), found


def check_witnesses(
    note: Note, witnesses: Sequence[VerifierKey], policy: Policy | None
) -> tuple[tuple[Cosignature, ...], list[Finding]]:
    """Check the lines of all known witnesses; lines of others are passed over."""
    known = dict.fromkeys((*witnesses, *(policy.keys() if policy is not None else ())))
    cosignatures, found = [], []
    for line in note.signatures:
        for witness in known:
            if not line.is_under(witness):
                continue
            try:
                cosignatures.append(verify_cosignature(note.text, line, witness))
            except VerificationError as fault:
                false = isinstance(fault, SignatureError)
                code = "cosignature_false" if false else "cosignature_malformed"
                found.append(
                    _error(CHECKPOINTS, code, CHECKPOINT, got=witness.name, reason=fault.reason)
                )
    found += _absent(witnesses, cosignatures)
    signed = {cosignature.witness for cosignature in cosignatures}
    if policy is not None and not policy.is_met_by(signed):
        counted = {"got": len(signed & set(policy.keys())), "wanted": len(policy.witnesses)}
        found.append(_error(CHECKPOINTS, "quorum_missing", CHECKPOINT, **counted))
    return tuple(cosignatures), found


def _absent(witnesses: Sequence[VerifierKey], cosignatures: Sequence[Cosignature]) -> list[Finding]:
    seen = {cosignature.witness for cosignature in cosignatures}
    return [
        Finding(CHECKPOINTS, Severity.WARNING, "witness_absent", CHECKPOINT, {"got": witness.name})
        for witness in witnesses
        if witness not in seen
    ]


def _others(note: Note, head: Checkpoint) -> int:
    return sum(line.name != head.origin for line in note.signatures)


def _key_of(
    manifest: Manifest, expected: VerifierKey | None, policy: Policy | None
) -> tuple[VerifierKey | None, list[Finding]]:
    place = f"{MANIFEST}#vkey"
    try:
        stated = VerifierKey.from_text(manifest.vkey)
    except VerificationError as fault:
        return expected, [_error(CHECKPOINTS, "key_unreadable", place, reason=str(fault))]
    if expected is None and policy is not None and policy.logs:
        if stated in policy.log_keys(manifest.origin):
            return stated, []
        return stated, [_error(CHECKPOINTS, "log_not_in_policy", place, got=stated.to_text())]
    if expected is None:
        return stated, [Finding(CHECKPOINTS, Severity.NOTE, "key_not_compared", place)]
    if stated == expected:
        return expected, []
    details = {"got": stated.to_text(), "wanted": expected.to_text()}
    return expected, [Finding(CHECKPOINTS, Severity.ERROR, "key_differs", place, details)]


def _check_head(manifest: Manifest, head: Checkpoint, leaves: Sequence[bytes]) -> list[Finding]:
    found = []
    if head.origin != manifest.origin:
        details = {"got": head.origin, "wanted": manifest.origin}
        found.append(_error(CHECKPOINTS, "origin_differs", CHECKPOINT, **details))
    if head.origin.rpartition("/")[2] != str(manifest.house):
        details = {"got": head.origin, "wanted": str(manifest.house)}
        found.append(_error(CHECKPOINTS, "log_of_another_house", CHECKPOINT, **details))
    if head.size != manifest.size:
        sizes = {"got": head.size, "wanted": manifest.size}
        found.append(_error(CHECKPOINTS, "size_differs", CHECKPOINT, **sizes))
    root = root_of(leaves)
    if root != head.root:
        roots = {"got": root.hex(), "wanted": head.root.hex()}
        found.append(_error(CHECKPOINTS, "root_differs", CHECKPOINT, **roots))
    return found


# --- sealed values -------------------------------------------------------------------------------


def check_openings(
    bundle: Bundle, commitments: frozenset[str], needed: frozenset[str]
) -> tuple[dict[str, Opening], list[Finding]]:
    """Check what is opened against the commitments in the facts; part of the fourth step."""
    data = bundle.files.get(OPENINGS)
    if data is None:
        return {}, []
    try:
        openings = read_openings(data)
    except VerificationError as fault:
        return {}, [_error(REPLAY, "openings_unreadable", OPENINGS, reason=str(fault))]
    found, true = [], {}
    for commitment, opening in openings.items():
        place = f"{OPENINGS}#{commitment}"
        if not opening.matches(commitment):
            found.append(_error(REPLAY, "opening_false", place))
        elif commitment not in commitments:
            found.append(_error(REPLAY, "opening_of_nothing", place))
        else:
            true[commitment] = opening
    closed = len(needed - openings.keys())
    if closed:
        details = {"number": closed}
        found.append(Finding(REPLAY, Severity.NOTE, "openings_missing", OPENINGS, details))
    return true, found
