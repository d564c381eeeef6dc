"""Looking at a live log with distrust: what stands in the tables against what was signed.

`check_head` is quick and asked at every start: the head, its root, the last signed head. The other
functions read everything, one step of `sobranie check` each, and give all they notice:

1. rows: the leaves stand in one piece from 0 to the size;
2. entries: every record is its row's, and gives the leaf hash at its index;
3. tree: the nodes and the head are those that follow from the leaf hashes;
4. signed: what was signed last, and every kept checkpoint, is a head this log had.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256
from uuid import UUID

from signing.checkpoint import Checkpoint, open_checkpoint
from signing.entry import envelope_of
from signing.errors import (
    EntryMalformedError,
    LogDamagedError,
    RefusedToSignError,
    VerificationError,
)
from signing.finding import Finding, Severity
from signing.guard import HeldLog
from signing.merkle import Frontier
from signing.note import VerifierKey
from signing.rows import LeafRow, LogRows
from signing.store import LogStore

ROWS, ENTRIES, TREE, SIGNED = 1, 2, 3, 4
CHUNK = 1000


def check_head(store: LogStore, held: HeldLog, house: UUID) -> None:
    """Refuse a log that is not the one signed last, or whose head does not follow from its nodes.

    Costs a few reads, however long the log is.
    """
    last, head = held.last(), store.head(house)
    if last is None and store.latest_checkpoint(house) is not None:
        raise RefusedToSignError("guard_lost", str(house))
    if store.root_at(house, head.size) != head.root:
        raise LogDamagedError("root_differs", f"{house}, size {head.size}")
    if last is not None:
        _check_extended(store, house, last, head.size)


def _check_extended(store: LogStore, house: UUID, last: Checkpoint, size: int) -> None:
    sizes = f"signed {last.size}, found {size}"
    if size < last.size:
        raise RefusedToSignError("smaller_than_signed", sizes)
    if store.root_at(house, last.size) != last.root:
        same = "another_root_of_the_same_size"
        raise RefusedToSignError(same if size == last.size else "not_an_extension", sizes)


# --- everything ----------------------------------------------------------------------------------


def _error(step: int, code: str, place: str, **details: str | int) -> Finding:
    return Finding(step, Severity.ERROR, code, place, details)


def _last_of(held: HeldLog) -> tuple[Checkpoint | None, str]:
    """Give the head signed last, or why it cannot be told."""
    try:
        return held.last(), ""
    except RefusedToSignError as fault:
        return None, fault.reason


class HouseInspection:
    """Reads one house's log once and keeps what the steps need: leaf hashes and findings.

    A server may go on writing meanwhile: what was signed and the head are read first, and rows
    beyond that head count only if the head has not moved by the end.
    """

    def __init__(self, rows: LogRows, house: UUID, held: HeldLog) -> None:
        """Read what was signed last, then the head."""
        self.house = house
        self.leaves: list[bytes] = []
        self.findings: list[Finding] = []
        self._rows = rows
        self._last, self._guard = _last_of(held)
        self._head = rows.head_row(house)
        self._beyond: int | None = None

    @property
    def size(self) -> int:
        """The size the head states."""
        return self._head[0]

    def records(self) -> Iterator[tuple[int, bytes]]:
        """Walk all leaves once: check rows and entries, give the records that can be read."""
        expected = start = 0
        while self._beyond is None and (rows := self._rows.leaf_rows(self.house, start, CHUNK)):
            for row in rows:
                if row.index >= self.size:
                    self._beyond = row.index
                    break
                if row.index != expected:
                    self._notice(ROWS, "leaf_missing", expected, got=row.index)
                expected = row.index + 1
                self.leaves.append(row.hash)
                self._check_entry(row)
                yield row.index, row.state
            start = rows[-1].index + 1

    def _check_entry(self, row: LeafRow) -> None:
        got = sha256(b"\x00" + row.state).digest()
        if got != row.hash:
            self._notice(ENTRIES, "entry_changed", row.index, got=got.hex(), wanted=row.hash.hex())
        try:
            envelope = envelope_of(row.state)
        except EntryMalformedError as fault:
            self._notice(ENTRIES, "entry_unreadable", row.index, reason=str(fault))
            return
        found = {
            "house": (str(envelope.house), str(self.house)),
            "stream": (envelope.stream, str(row.stream)),
            "version": (str(envelope.version), str(row.version)),
            "type": (envelope.type, row.type),
        }
        for field, (got_text, wanted) in found.items():
            if got_text != wanted:
                self._notice(
                    ENTRIES, "row_differs", row.index, field=field, got=got_text, wanted=wanted
                )

    def check_tree(self) -> None:
        """Build the tree from the leaf hashes and hold nodes and head against it."""
        frontier, nodes = Frontier().append(self.leaves)
        kept = self._rows.all_nodes(self.house)
        if self._has_moved():
            kept = {
                place: node
                for place, node in kept.items()
                if (place[1] + 1) << place[0] <= self.size
            }
        elif self._beyond is not None:
            self._notice(ROWS, "leaf_beyond_head", self._beyond, wanted=self.size)
        for level, index, wanted in nodes:
            got = kept.pop((level, index), None)
            if got is None:
                self._at(TREE, "node_missing", level, index)
            elif got != wanted:
                self._at(TREE, "node_changed", level, index, got=got.hex(), wanted=wanted.hex())
        for level, index in kept:
            self._at(TREE, "node_unknown", level, index)
        size, edge, root = self._head
        stored = {"size": str(size), "frontier": edge.hex(), "root": root.hex()}
        built = {
            "size": str(frontier.size),
            "frontier": frontier.to_bytes().hex(),
            "root": frontier.root.hex(),
        }
        for field, wanted_text in built.items():
            if stored[field] != wanted_text:
                details = {"field": field, "got": stored[field], "wanted": wanted_text}
                self.findings.append(_error(TREE, "head_differs", str(self.house), **details))

    def check_signed(self, keys: Sequence[VerifierKey]) -> None:
        """Hold the last signed head and the kept checkpoints against the leaves."""
        notes = self._rows.all_checkpoints(self.house)
        if self._has_moved():
            notes = [(size, note) for size, note in notes if size <= self.size]
        last = self._last
        if self._guard or (last is None and notes):
            self.findings.append(_error(SIGNED, self._guard or "guard_lost", str(self.house)))
        heads = [(last, "signed_head_differs")] if last is not None else []
        for size, note in notes:
            place = f"checkpoint {size}"
            try:
                opened = open_checkpoint(note.encode(), keys).checkpoint
            except VerificationError as fault:
                reason = {"reason": str(fault)}
                self.findings.append(_error(SIGNED, "checkpoint_false", place, **reason))
                continue
            if opened.size != size:
                sizes = {"got": opened.size, "wanted": size}
                self.findings.append(_error(SIGNED, "checkpoint_of_another_size", place, **sizes))
            heads.append((opened, "checkpoint_differs"))
        self._check_heads(heads)

    def _check_heads(self, heads: Sequence[tuple[Checkpoint, str]]) -> None:
        """Grow the tree once, stopping at the size of every head."""
        frontier = Frontier()
        for head, code in sorted(heads, key=lambda pair: pair[0].size):
            place = f"size {head.size}"
            if head.size > len(self.leaves):
                details = {"got": len(self.leaves), "wanted": head.size}
                self.findings.append(_error(SIGNED, "log_shorter_than_signed", place, **details))
                continue
            frontier = frontier.append(self.leaves[frontier.size : head.size])[0]
            if frontier.root != head.root:
                hashes = {"got": frontier.root.hex(), "wanted": head.root.hex()}
                self.findings.append(_error(SIGNED, code, place, **hashes))

    def _has_moved(self) -> bool:
        return self._rows.head_row(self.house)[0] != self.size

    def _notice(self, step: int, code: str, index: int, **details: str | int) -> None:
        self.findings.append(_error(step, code, f"entry {index}", index=index, **details))

    def _at(self, step: int, code: str, level: int, index: int, **details: str | int) -> None:
        place = f"node {level}/{index}"
        self.findings.append(_error(step, code, place, level=level, index=index, **details))
