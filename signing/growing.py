"""The rows of a tree that one transaction has just added, kept to prove the new leaves from memory.

Whatever the path of a new leaf needs is a peak of the tree before or was hashed now: reading it
back from the store would cost more than all the hashing.
"""

from __future__ import annotations

from collections.abc import Sequence

from signing.merkle import Frontier, Hashes, Place, node_hash


class GrownRows:
    """The nodes over the new leaves, level by level, with the old peaks that stand beside them."""

    def __init__(self, before: Frontier, leaves: Sequence[bytes]) -> None:
        """Hash the new part of a tree that had this edge and grew by these leaf hashes."""
        self._added = len(leaves)
        self._size = before.size + len(leaves)
        self._rows: list[tuple[int, list[bytes]]] = []
        peaks = list(before.peaks)
        row, first = list(leaves), before.size
        while True:
            if first & 1:
                row.insert(0, peaks.pop())
                first -= 1
            self._rows.append((first, row))
            if not peaks and first == 0 and len(row) <= 1:
                return
            paired = [node_hash(row[at], row[at + 1]) for at in range(0, len(row) - 1, 2)]
            # A last node without a sibling stands for itself one level higher.
            row, first = paired + row[len(paired) * 2 :], first >> 1

    def inclusion_proofs(self) -> list[tuple[bytes, ...]]:
        """Prove of every new leaf that it stands in the grown tree.

        From the root down: the way up from a node is its sibling and then its parent's way.
        """
        above: list[tuple[bytes, ...]] = [()] * len(self._rows[-1][1])
        first_above = 0
        for first, row in reversed(self._rows[:-1]):
            # Rows begin at an even place wherever there is one above them.
            offset, size = (first >> 1) - first_above, len(row)
            above = [
                (row[place ^ 1], *above[(place >> 1) + offset])
                if place ^ 1 < size
                else above[(place >> 1) + offset]
                for place in range(size)
            ]
            first_above = first
        return above[len(above) - self._added :]

    def nodes(self, places: Sequence[Place]) -> Hashes:
        """Give the hashes of complete subtrees; those that are not here are left out."""
        found = {}
        for level, index in places:
            if level < len(self._rows) and (index + 1) << level <= self._size:
                first, row = self._rows[level]
                if first <= index < first + len(row):
                    found[level, index] = row[index - first]
        return found
