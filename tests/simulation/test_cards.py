"""A small town keeps what the large simulation shows: limits held, what matters first."""

from __future__ import annotations

from typing import Any

from tests.simulation.cards import Plan, simulate

PLAN = Plan(houses=1200, minutes=24, voting=100, last_day=10, wave=100)


def test_cards_are_refreshed_within_the_limits_and_in_order() -> None:
    seen: dict[str, Any] = simulate(PLAN)
    assert seen["refused_by_the_limits"] == 0
    assert seen["edits_per_second"] <= 30
    assert seen["wave_houses"] == PLAN.wave
    # A round of others, then the wave itself at 27 a second.
    assert seen["wave_wait_s"]["most"] <= 15
    assert seen["between_edits_voting_s"]["median"] >= 600
    assert seen["between_edits_voting_s"]["most"] <= 720


def test_the_simulation_repeats_exactly() -> None:
    plan = Plan(houses=120, minutes=12, wave=10)
    assert simulate(plan) == simulate(plan)
