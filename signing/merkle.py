"""The Merkle tree of RFC 6962 and RFC 9162 with SHA-256: hashes, growth, proofs and their checks.

    leaf hash = SHA-256(0x00 ‖ entry)        node hash = SHA-256(0x01 ‖ left ‖ right)

A `Place` (level, index) names a complete subtree: the hash over leaves index·2^level up to
(index+1)·2^level. Complete subtrees never change, so they alone are stored; every hash on the
right edge, every root and every proof is folded from them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from signing.errors import ConsistencyError, InclusionError, LogDamagedError, ProofError

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()

Place = tuple[int, int]
Hashes = Mapping[Place, bytes]
NodeGetter = Callable[[Sequence[Place]], Hashes]
"""Gives the hashes of several complete subtrees in one call; what is not there is left out."""


def leaf_hash(entry: bytes) -> bytes:
    """Hash an entry as a leaf."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees as their parent."""
    return sha256(b"\x01" + left + right).digest()


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Hash a whole tree of leaf hashes; nothing but its right edge is ever held."""
    peaks: list[bytes] = []
    for before, leaf in enumerate(leaves):
        node, rest = leaf, before
        while rest & 1:
            node = sha256(b"\x01" + peaks.pop() + node).digest()
            rest >>= 1
        peaks.append(node)
    return _fold(peaks) if peaks else EMPTY_ROOT


@dataclass(frozen=True, slots=True)
class Frontier:
    """The right edge of a tree: its size and its complete subtrees, largest first."""

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        """Keep one peak per binary one of the size."""
        if len(self.peaks) != self.size.bit_count():
            raise LogDamagedError("frontier_does_not_fit_size", f"size {self.size}")

    @property
    def root(self) -> bytes:
        """The root hash at this size."""
        return _fold(self.peaks) if self.peaks else EMPTY_ROOT

    def append(self, leaves: Sequence[bytes]) -> tuple[Frontier, list[tuple[int, int, bytes]]]:
        """Grow by leaf hashes; give the new edge and the (level, index, hash) to be stored.

        Level 0 (the leaves themselves) is not among them.
        """
        size = self.size + len(leaves)
        old_peaks = list(self.peaks)
        peaks: list[bytes] = []
        stored: list[tuple[int, int, bytes]] = []
        row, level = list(leaves), 0
        while row or old_peaks:
            first = self.size >> level
            if first & 1:
                row.insert(0, old_peaks.pop())
                first -= 1
            if len(row) & 1:
                peaks.append(row.pop())
            pairs = zip(row[::2], row[1::2], strict=True)
            row = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
            first, level = first >> 1, level + 1
            stored.extend((level, first + offset, hash_) for offset, hash_ in enumerate(row))
        return Frontier(size, tuple(reversed(peaks))), stored

    def to_bytes(self) -> bytes:
        """Write the peaks one after another; the size is kept beside them."""
        return b"".join(self.peaks)

    @classmethod
    def from_bytes(cls, size: int, data: bytes) -> Frontier:
        """Read the peaks of a tree of this size."""
        if len(data) != size.bit_count() * HASH_BYTES:
            raise LogDamagedError("frontier_does_not_fit_size", f"size {size}")
        cut = range(0, len(data), HASH_BYTES)
        return cls(size, tuple(data[start : start + HASH_BYTES] for start in cut))


def _fold(peaks: Sequence[bytes]) -> bytes:
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = node_hash(peak, root)
    return root


def _places(start: int, stop: int) -> list[Place]:
    """Cut a range that a proof speaks of into complete subtrees, largest first."""
    found = []
    while start < stop:
        level = (stop - start).bit_length() - 1
        found.append((level, start >> level))
        start += 1 << level
    return found


def _split(size: int) -> int:
    return 1 << (size - 1).bit_length() - 1


Plan = tuple[tuple[Place, ...], ...]
"""A proof before its hashes are read: one group of complete subtrees to fold per proof hash."""


def plan_root(size: int) -> Plan:
    """Plan the root of a tree of this size."""
    return (tuple(_places(0, size)),)


def plan_inclusion(index: int, size: int) -> Plan:
    """Plan the proof that leaf `index` stands in the tree of `size` (RFC 6962, 2.1.1)."""
    if not 0 <= index < size:
        raise InclusionError("index_outside_tree", f"index {index}, size {size}")
    ranges: list[tuple[int, int]] = []
    start, stop = 0, size
    while stop - start > 1:
        middle = start + _split(stop - start)
        if index < middle:
            ranges.append((middle, stop))
            stop = middle
        else:
            ranges.append((start, middle))
            start = middle
    return tuple(tuple(_places(*range_)) for range_ in reversed(ranges))


def plan_consistency(old_size: int, new_size: int) -> Plan:
    """Plan the proof that the tree of `new_size` extends that of `old_size` (RFC 6962, 2.1.2)."""
    if not 0 < old_size <= new_size:
        raise ConsistencyError("sizes_out_of_order", f"old {old_size}, new {new_size}")
    ranges: list[tuple[int, int]] = []
    start, stop, whole = 0, new_size, True
    while stop != old_size:
        middle = start + _split(stop - start)
        if old_size <= middle:
            ranges.append((middle, stop))
            stop = middle
        else:
            ranges.append((start, middle))
            start, whole = middle, False
    if not whole:
        ranges.append((start, stop))
    return tuple(tuple(_places(*range_)) for range_ in reversed(ranges))


def fill(plan: Plan, hashes: Hashes) -> tuple[bytes, ...]:
    """Turn a plan into hashes."""
    try:
        return tuple(_fold([hashes[place] for place in group]) for group in plan)
    except KeyError as fault:
        raise LogDamagedError("node_missing", f"level, index {fault.args[0]}") from fault


def places_of(plans: Iterable[Plan]) -> list[Place]:
    """List every complete subtree that the plans need, each once."""
    return list(dict.fromkeys(place for plan in plans for group in plan for place in group))


def inclusion_proof(index: int, size: int, nodes: NodeGetter) -> tuple[bytes, ...]:
    """Prove that leaf `index` stands in the tree of `size`."""
    plan = plan_inclusion(index, size)
    return fill(plan, nodes(places_of([plan])))


def consistency_proof(old_size: int, new_size: int, nodes: NodeGetter) -> tuple[bytes, ...]:
    """Prove that the tree of `new_size` extends that of `old_size`."""
    plan = plan_consistency(old_size, new_size)
    return fill(plan, nodes(places_of([plan])))


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """Check an inclusion proof (RFC 9162, 2.1.3.2); a false one is an `InclusionError`."""
    if not 0 <= index < size:
        raise InclusionError("index_outside_tree", f"index {index}, size {size}")
    if any(len(hash_) != HASH_BYTES for hash_ in (leaf, root, *proof)):
        raise InclusionError("hash_length", f"index {index}")
    current = leaf
    for left, sibling in _climb(index, size - 1, proof, InclusionError):
        current = node_hash(sibling, current) if left else node_hash(current, sibling)
    if current != root:
        raise InclusionError("root_differs", f"index {index}, size {size}")


def verify_consistency(
    old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """Check a consistency proof (RFC 9162, 2.1.4.2); a false one is a `ConsistencyError`.

    An empty old tree is refused: everything extends it, so nothing would be proved.
    """
    if not 0 < old_size <= new_size:
        raise ConsistencyError("sizes_out_of_order", f"old {old_size}, new {new_size}")
    if any(len(hash_) != HASH_BYTES for hash_ in (old_root, new_root, *proof)):
        raise ConsistencyError("hash_length", f"old {old_size}, new {new_size}")
    if old_size == new_size:
        _check_same_tree(new_size, old_root, new_root, proof)
        return
    complete = old_size.bit_count() == 1
    path = [old_root, *proof] if complete else list(proof)
    if not path:
        raise ConsistencyError("proof_too_short", "0 hashes")
    edge, last = old_size - 1, new_size - 1
    while edge & 1:
        edge, last = edge >> 1, last >> 1
    old = new = path[0]
    for left, sibling in _climb(edge, last, path[1:], ConsistencyError):
        if left:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
        else:
            new = node_hash(new, sibling)
    if old != old_root:
        raise ConsistencyError("old_root_differs", f"size {old_size}")
    if new != new_root:
        raise ConsistencyError("new_root_differs", f"size {new_size}")


def _check_same_tree(size: int, old_root: bytes, root: bytes, proof: Sequence[bytes]) -> None:
    if proof:
        raise ConsistencyError("proof_too_long", "hash 0")
    if old_root != root:
        raise ConsistencyError("roots_differ", f"size {size}")


def _climb(
    edge: int, last: int, proof: Sequence[bytes], false: type[ProofError]
) -> Iterator[tuple[bool, bytes]]:
    """Walk from a node to the root: each proof hash, and whether it stands on the left."""
    for step, sibling in enumerate(proof):
        if last == 0:
            raise false("proof_too_long", f"hash {step}")
        left = bool(edge & 1) or edge == last
        while left and edge and not edge & 1:
            edge, last = edge >> 1, last >> 1
        yield left, sibling
        edge, last = edge >> 1, last >> 1
    if last:
        raise false("proof_too_short", f"{len(proof)} hashes")
