"""Proofs from the rows at hand are those that would be read from a whole tree."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from signing.growing import GrownRows
from signing.merkle import Frontier, consistency_proof, inclusion_proof

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signing.merkle import Hashes, Place

SMALL = 20


def _leaves(size: int) -> list[bytes]:
    return [sha256(bytes([place])).digest() for place in range(size)]


class _Tree:
    """Every complete subtree of a tree, as a store would keep them."""

    def __init__(self, leaves: list[bytes]) -> None:
        self.known = {(0, index): leaf for index, leaf in enumerate(leaves)}
        _, nodes = Frontier().append(leaves)
        self.known.update({(level, index): hash_ for level, index, hash_ in nodes})

    def nodes(self, places: Sequence[Place]) -> Hashes:
        return {place: self.known[place] for place in places}


@pytest.mark.parametrize("old", range(SMALL))
@pytest.mark.parametrize("added", range(1, SMALL))
def test_every_new_leaf_of_every_small_growth_is_proved_as_from_the_whole(
    old: int, added: int
) -> None:
    leaves = _leaves(old + added)
    before, _ = Frontier().append(leaves[:old])
    rows, tree = GrownRows(before, leaves[old:]), _Tree(leaves)
    wanted = [inclusion_proof(index, old + added, tree.nodes) for index in range(old, old + added)]
    assert rows.inclusion_proofs() == wanted
    if old:
        expected = consistency_proof(old, old + added, tree.nodes)
        assert consistency_proof(old, old + added, rows.nodes) == expected


def test_only_complete_subtrees_are_given() -> None:
    leaves = _leaves(7)
    rows, tree = GrownRows(Frontier().append(leaves[:3])[0], leaves[3:]), _Tree(leaves)
    places = [(level, index) for level in range(4) for index in range(8)]
    found = rows.nodes(places)
    assert found == {place: tree.known[place] for place in found}
    assert {(0, 3), (0, 6), (1, 1), (1, 2), (2, 0)} <= found.keys()
    assert not found.keys() & {(0, 7), (1, 3), (2, 1), (3, 0)}
