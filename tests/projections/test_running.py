"""Sums kept by denominator are the sums of the fractions, whatever is added and taken out."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from domain.events import BallotReceived, Channel, Evidence, Mark
from domain.facts import MeetingId, TitleId
from projections.running import ExactSum, RunningTurnout
from projections.turnout import EntranceTurnout, Turnout

VOTES = st.fractions(min_value=Fraction(1, 100), max_value=500, max_denominator=3000)
BALLOTS = st.lists(
    st.builds(
        BallotReceived,
        meeting=st.just(MeetingId(UUID(int=1))),
        title=st.just(TitleId(UUID(int=2))),
        votes=VOTES,
        channel=st.sampled_from(Channel),
        answers=st.tuples(st.sampled_from(Mark), st.sampled_from(Mark)),
        evidence=st.just(Evidence("link", "00")),
        received_at=st.just(datetime(2026, 3, 1, tzinfo=UTC)),
    )
)


@given(st.lists(VOTES), VOTES)
def test_a_sum_is_exact(parts: list[Fraction], start: Fraction) -> None:
    held = ExactSum(start)
    for part in parts:
        held.add(part.numerator, part.denominator)
    assert held.total == sum(parts, start)


@given(BALLOTS, st.data())
def test_a_turnout_is_the_sum_of_its_ballots(
    ballots: list[BallotReceived], data: st.DataObject
) -> None:
    out = data.draw(st.sets(st.integers(0, len(ballots) - 1))) if ballots else set()
    entrances = (EntranceTurnout(1, 9, Fraction(900)), EntranceTurnout(2, 9, Fraction(900)))
    empty = Turnout(UUID(int=1), UUID(int=2), "open", items=({}, {}), entrances=entrances)
    running = RunningTurnout(empty)
    seats = [1 + place % 3 for place in range(len(ballots))]
    for ballot, seat in zip(ballots, seats, strict=True):
        running.count(ballot, seat, 1)
    for place in out:
        running.count(ballots[place], seats[place], -1)
    row = RunningTurnout(running.result()).result()
    left = [place for place in range(len(ballots)) if place not in out]
    assert row.votes == sum((ballots[place].votes for place in left), Fraction(0))
    assert row.ballots == len(left)
    for number in (0, 1):
        for mark in Mark:
            voted = [ballots[p].votes for p in left if ballots[p].answers[number] is mark]
            assert row.items[number].get(mark, Fraction(0)) == sum(voted, Fraction(0))
    for entrance in row.entrances:
        seated = [place for place in left if seats[place] == entrance.entrance]
        assert entrance.votes == sum((ballots[place].votes for place in seated), Fraction(0))
        assert entrance.ballots == len(seated)
    assert Turnout.from_text(row.meeting, row.to_text()).votes == row.votes
