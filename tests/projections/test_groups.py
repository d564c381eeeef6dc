"""Turnout by entrance shows no group so small that a neighbour could be read out of it."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.groups import SMALLEST_GROUP, shown_groups
from projections.turnout import EntranceTurnout


def entrance(number: int, titles: int, ballots: int = 0) -> EntranceTurnout:
    return EntranceTurnout(number, titles, Fraction(50 * titles), Fraction(50 * ballots), ballots)


@pytest.mark.parametrize(
    ("titles", "shown"),
    [
        ([], []),
        ([40], []),
        ([40, 40], [(1,), (2,)]),
        ([5, 5], [(1,), (2,)]),
        ([4, 40], []),
        ([4, 5, 40], [(3,), (1, 2)]),
        ([4, 1, 40], [(3,), (1, 2)]),
        ([4, 40, 41], [(3,), (1, 2)]),
        ([1, 1, 1], []),
        ([40, 3, 2, 30], [(1,), (4,), (2, 3)]),
    ],
)
def test_small_groups_are_pooled(titles: list[int], shown: list[tuple[int, ...]]) -> None:
    groups = shown_groups(entrance(n, count) for n, count in enumerate(titles, 1))
    assert [group.entrances for group in groups] == shown


@given(st.lists(st.integers(1, 30), max_size=12))
def test_nothing_small_is_shown_or_left_to_subtraction(titles: list[int]) -> None:
    entrances = [entrance(n, count, count // 2) for n, count in enumerate(titles)]
    groups = shown_groups(entrances)
    assert all(group.titles >= SMALLEST_GROUP for group in groups)
    assert len(groups) != 1
    if groups:
        assert sum(group.titles for group in groups) == sum(titles)
        assert sum(group.votes for group in groups) == sum(one.votes for one in entrances)
        assert sorted(n for group in groups for n in group.entrances) == list(range(len(titles)))
