"""The tree against a naive model, over every small tree."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.errors import ConsistencyError, InclusionError, LogDamagedError
from signing.merkle import (
    EMPTY_ROOT,
    Frontier,
    Place,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)

LARGEST = 256
LEAVES = [leaf_hash(b"leaf %d" % number) for number in range(LARGEST)]


def naive_root(leaves: Sequence[bytes]) -> bytes:
    """Hash a tree as RFC 6962, 2.1 words it."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(naive_root(leaves[:split]), naive_root(leaves[split:]))


ROOTS = [naive_root(LEAVES[:size]) for size in range(LARGEST + 1)]


def stored_nodes(leaves: Sequence[bytes]) -> dict[Place, bytes]:
    """Give what a store would hold after appending one by one."""
    nodes = {(0, index): leaf for index, leaf in enumerate(leaves)}
    edge = Frontier()
    for leaf in leaves:
        edge, complete = edge.append([leaf])
        nodes |= {(level, index): hash_ for level, index, hash_ in complete}
    return nodes


NODES = stored_nodes(LEAVES)


def nodes(places: Sequence[Place]) -> dict[Place, bytes]:
    """Read as a store does: what is not there is left out."""
    return {place: NODES[place] for place in places if place in NODES}


def test_an_empty_tree_has_the_hash_of_nothing() -> None:
    assert Frontier().root == EMPTY_ROOT == ROOTS[0]
    assert Frontier().append([])[0] == Frontier()


def test_every_stored_node_is_the_root_of_its_leaves() -> None:
    for (level, index), hash_ in NODES.items():
        assert hash_ == naive_root(LEAVES[index << level : (index + 1) << level])


def test_growing_from_any_size_to_any_other_gives_the_naive_root_and_the_same_nodes() -> None:
    for old in range(LARGEST + 1):
        edge, first = Frontier().append(LEAVES[:old])
        for new in range(old, LARGEST + 1):
            grown, second = edge.append(LEAVES[old:new])
            assert grown.root == ROOTS[new]
            assert grown.size == new
            found = {(level, index): hash_ for level, index, hash_ in [*first, *second]}
            assert len(found) == len(first) + len(second)
            assert found.items() <= NODES.items()
            assert len(found) == new - new.bit_count()


def test_every_inclusion_proof_of_every_tree_verifies_and_no_other_place_does() -> None:
    for size in range(1, LARGEST + 1):
        for index in range(size):
            proof = inclusion_proof(index, size, nodes)
            verify_inclusion(LEAVES[index], index, size, proof, ROOTS[size])
            for other in {0, size - 1, index ^ 1, index + 1} - {index}:
                with pytest.raises(InclusionError):
                    verify_inclusion(LEAVES[index], other, size, proof, ROOTS[size])


def test_every_consistency_proof_of_every_pair_verifies_and_no_other_root_does() -> None:
    for new in range(1, LARGEST + 1):
        for old in range(1, new + 1):
            proof = consistency_proof(old, new, nodes)
            verify_consistency(old, ROOTS[old], new, ROOTS[new], proof)
            with pytest.raises(ConsistencyError):
                verify_consistency(old, ROOTS[old - 1], new, ROOTS[new], proof)
            with pytest.raises(ConsistencyError):
                verify_consistency(old, ROOTS[old], new, ROOTS[new - 1], proof)


def test_a_proof_with_one_hash_more_less_or_changed_is_refused() -> None:
    for index, size in ((0, 1), (3, 7), (40, 64), (200, 255)):
        proof = inclusion_proof(index, size, nodes)
        for false in (
            (*proof, EMPTY_ROOT),
            (EMPTY_ROOT, *proof),
            *([proof[:-1]] if proof else []),
            *((*proof[:at], EMPTY_ROOT, *proof[at + 1 :]) for at in range(len(proof))),
            *((*proof[:at], proof[at][:31], *proof[at + 1 :]) for at in range(len(proof))),
        ):
            with pytest.raises(InclusionError):
                verify_inclusion(LEAVES[index], index, size, false, ROOTS[size])


def test_every_fault_has_its_own_reason() -> None:
    proof = inclusion_proof(1, 4, nodes)

    def reason(leaf: bytes, index: int, size: int, hashes: Sequence[bytes], root: bytes) -> str:
        with pytest.raises(InclusionError) as refused:
            verify_inclusion(leaf, index, size, hashes, root)
        return refused.value.reason

    assert reason(LEAVES[1], 4, 4, proof, ROOTS[4]) == "index_outside_tree"
    assert reason(LEAVES[1], -1, 4, proof, ROOTS[4]) == "index_outside_tree"
    assert reason(b"", 1, 4, proof, ROOTS[4]) == "hash_length"
    assert reason(LEAVES[1], 1, 4, (*proof, LEAVES[0]), ROOTS[4]) == "proof_too_long"
    assert reason(LEAVES[1], 1, 4, proof[:1], ROOTS[4]) == "proof_too_short"
    assert reason(LEAVES[2], 1, 4, proof, ROOTS[4]) == "root_differs"


def test_an_empty_old_tree_proves_nothing() -> None:
    with pytest.raises(ConsistencyError) as refused:
        verify_consistency(0, EMPTY_ROOT, 4, ROOTS[4], ())
    assert refused.value.reason == "sizes_out_of_order"
    with pytest.raises(ConsistencyError):
        consistency_proof(0, 4, nodes)
    with pytest.raises(InclusionError):
        inclusion_proof(4, 4, nodes)


def test_a_store_that_lost_a_node_is_named_damaged() -> None:
    def forgetful(places: Sequence[Place]) -> dict[Place, bytes]:
        return {place: hash_ for place, hash_ in nodes(places).items() if place != (1, 1)}

    with pytest.raises(LogDamagedError):
        inclusion_proof(0, 4, forgetful)


def test_a_frontier_that_does_not_fit_its_size_is_refused() -> None:
    edge = Frontier().append(LEAVES[:11])[0]
    assert Frontier.from_bytes(11, edge.to_bytes()) == edge
    with pytest.raises(LogDamagedError):
        Frontier.from_bytes(12, edge.to_bytes())
    with pytest.raises(LogDamagedError):
        Frontier(3, (EMPTY_ROOT,))


@given(st.lists(st.lists(st.binary(max_size=3), max_size=9), max_size=20))
def test_any_batches_give_the_naive_root(batches: list[list[bytes]]) -> None:
    edge, every = Frontier(), list[bytes]()
    for batch in batches:
        leaves = [leaf_hash(entry) for entry in batch]
        edge, _ = edge.append(leaves)
        every += leaves
        assert edge.root == naive_root(every) == root_of(every)
