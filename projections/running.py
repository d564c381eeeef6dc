"""A turnout while facts are added to it: sums are kept by denominator, fractions made at the end.

Adding two fractions looks for common divisors every time; a ballot goes into a dozen sums.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from projections.turnout import Turnout

if TYPE_CHECKING:
    from domain.events import BallotReceived, Mark
    from projections.turnout import EntranceTurnout


class ExactSum:
    """A sum of fractions."""

    __slots__ = ("_numerators",)

    def __init__(self, start: Fraction = Fraction(0)) -> None:
        """Start from a number."""
        self._numerators = {start.denominator: start.numerator}

    def add(self, numerator: int, denominator: int) -> None:
        """Add a fraction; a negative one is taken away."""
        self._numerators[denominator] = self._numerators.get(denominator, 0) + numerator

    @property
    def total(self) -> Fraction:
        """Give the sum."""
        parts = (Fraction(n, denominator) for denominator, n in self._numerators.items())
        return sum(parts, Fraction(0))


class RunningTurnout:
    """A turnout being changed; whatever is no sum of ballots is changed in `base`."""

    def __init__(self, turnout: Turnout) -> None:
        """Start from the row as it stands."""
        self.base = turnout
        self._votes = ExactSum(turnout.votes)
        self._ballots = turnout.ballots
        self._prepared = ExactSum(turnout.prepared)
        self._prepared_ballots = turnout.prepared_ballots
        self._channels = dict(turnout.channels)
        self._items = [
            {mark: ExactSum(votes) for mark, votes in item.items()} for item in turnout.items
        ]
        self._entrances = {one.entrance: _RunningEntrance(one) for one in turnout.entrances}

    def count(self, ballot: BallotReceived, entrance: int | None, sign: int) -> None:
        """Add a received ballot (1) or take it out again (-1)."""
        numerator, denominator = ballot.votes.as_integer_ratio()
        numerator *= sign
        self._votes.add(numerator, denominator)
        self._ballots += sign
        channel = ballot.channel.value
        self._channels[channel] = self._channels.get(channel, 0) + sign
        for item, mark in zip(self._items, ballot.answers, strict=True):
            _sum_of(item, mark).add(numerator, denominator)
        seat = self._entrances.get(entrance) if entrance is not None else None
        if seat is not None:
            seat.votes.add(numerator, denominator)
            seat.ballots += sign

    def prepare(self, votes: Fraction, sign: int) -> None:
        """Add answers that wait for a signature, or take them out again."""
        self._prepared.add(votes.numerator * sign, votes.denominator)
        self._prepared_ballots += sign

    def result(self) -> Turnout:
        """Give the row as it stands now."""
        return replace(
            self.base,
            votes=self._votes.total,
            ballots=self._ballots,
            prepared=self._prepared.total,
            prepared_ballots=self._prepared_ballots,
            channels=self._channels,
            items=tuple({mark: held.total for mark, held in item.items()} for item in self._items),
            entrances=tuple(one.result() for one in self._entrances.values()),
        )


class _RunningEntrance:
    __slots__ = ("_base", "ballots", "votes")

    def __init__(self, entrance: EntranceTurnout) -> None:
        self._base = entrance
        self.votes = ExactSum(entrance.votes)
        self.ballots = entrance.ballots

    def result(self) -> EntranceTurnout:
        return replace(self._base, votes=self.votes.total, ballots=self.ballots)


def _sum_of(item: dict[Mark, ExactSum], mark: Mark) -> ExactSum:
    known = item.get(mark)
    if known is None:
        known = item[mark] = ExactSum()
    return known
