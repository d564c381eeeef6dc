"""Turnout by entrance without telling how a neighbour acts: small groups are never shown alone.

1. группа меньше пяти прав не показывается: по ней видно, кто из соседей уже ответил;
2. малые группы складываются в одну; если и она мала, к ней добавляют следующую по величине, иначе
   её узнали бы вычитанием из итога дома;
3. если после этого осталась одна группа, разбивки нет.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from projections.turnout import EntranceTurnout

SMALLEST_GROUP = 5


@dataclass(frozen=True, slots=True)
class Group:
    """Some entrances together: one of them, or the rest; all sums are votes."""

    entrances: tuple[int, ...]
    titles: int
    all_votes: Fraction
    votes: Fraction
    ballots: int


def shown_groups(
    entrances: Iterable[EntranceTurnout], smallest: int = SMALLEST_GROUP
) -> tuple[Group, ...]:
    """Give the groups that may be shown, in order of entrances, the pooled rest at the end."""
    by_size = sorted(entrances, key=lambda one: (one.titles, one.entrance))
    pooled = [one for one in by_size if one.titles < smallest]
    alone = by_size[len(pooled) :]
    while pooled and alone and sum(one.titles for one in pooled) < smallest:
        pooled.append(alone.pop(0))
    groups = [_together([one]) for one in sorted(alone, key=lambda one: one.entrance)]
    if pooled:
        groups.append(_together(sorted(pooled, key=lambda one: one.entrance)))
    return tuple(groups) if len(groups) > 1 else ()


def _together(entrances: list[EntranceTurnout]) -> Group:
    return Group(
        entrances=tuple(one.entrance for one in entrances),
        titles=sum(one.titles for one in entrances),
        all_votes=sum((one.all_votes for one in entrances), Fraction(0)),
        votes=sum((one.votes for one in entrances), Fraction(0)),
        ballots=sum(one.ballots for one in entrances),
    )
