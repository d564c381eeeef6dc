"""Recent facts are a run without a gap: whoever asks beyond it must read the store."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from domain.events import Recorded, VotingClosed
from domain.facts import HouseId, moment
from projections.recent import MOST, RecentFacts

HOUSE = HouseId(UUID(int=1))
AT = moment(datetime(2026, 3, 1, tzinfo=UTC))


def facts(*versions: int) -> list[Recorded]:
    """Make facts told apart by their versions."""
    return [Recorded(HOUSE, HOUSE, version, AT, VotingClosed()) for version in versions]


def test_what_follows_a_position_is_given_in_order() -> None:
    recent = RecentFacts()
    recent.add([5, 6], facts(5, 6))
    recent.add([7], facts(7))
    assert list(recent.after(4, 10)) == facts(5, 6, 7)
    assert list(recent.after(5, 1)) == facts(6)
    assert list(recent.after(7, 10)) == []


def test_a_position_before_the_run_has_nothing_to_give() -> None:
    recent = RecentFacts()
    recent.add([5], facts(5))
    assert list(recent.after(3, 10)) == []


def test_a_commit_of_somebody_else_begins_a_new_run() -> None:
    recent = RecentFacts()
    recent.add([1, 2], facts(1, 2))
    recent.add([4], facts(4))
    assert list(recent.after(0, 10)) == []
    assert list(recent.after(2, 10)) == []
    assert list(recent.after(3, 10)) == facts(4)


def test_ids_with_a_gap_inside_are_not_kept() -> None:
    recent = RecentFacts()
    recent.add([1], facts(1))
    recent.add([2, 4], facts(2, 4))
    assert list(recent.after(1, 10)) == []
    recent.add([5], facts(5))
    assert list(recent.after(4, 10)) == facts(5)
    assert list(recent.after(0, 10)) == []


def test_only_so_many_are_kept() -> None:
    recent = RecentFacts()
    for version in range(1, 3 * MOST):
        recent.add([version], facts(version))
    assert list(recent.after(0, 10)) == []
    assert list(recent.after(3 * MOST - 3, 10)) == facts(3 * MOST - 2, 3 * MOST - 1)
    assert list(recent.after(2 * MOST, 1)) == facts(2 * MOST + 1)
