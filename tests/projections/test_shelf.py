"""Putting the ballots of past meetings away changes nothing of what a replay finds."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from domain import deciding, voting
from domain.ballot import ballot_id
from domain.count import count_id
from domain.events import CountPurpose
from domain.facts import MeetingId
from domain.records import from_record, to_record
from projections.replay import Replay
from projections.shelf import Shelf
from tests.simulation.large_log import EVERY, FIRST, HOUSE, LAW, Maker

if TYPE_CHECKING:
    from collections.abc import Callable

    from domain.ballot import Ballot
    from domain.events import AnyFact

TITLES, MEETINGS = 4, 3
LATER = FIRST + EVERY * MEETINGS


class Made:
    """A log of three meetings; the ballots of the first two are past."""

    def __init__(self) -> None:
        self.maker = Maker(TITLES)
        self.maker.found("log.example/key+00000000+AAAA")
        self.meetings = [self.maker.hold(number) for number in range(MEETINGS)]

    @property
    def past(self) -> MeetingId:
        return self.meetings[0]

    def ballot(self) -> Ballot:
        return self.maker.state.ballots(self.past)[0]

    def add(self, stream: Any, fact: AnyFact) -> None:
        self.maker.add(stream, fact, LATER)

    def replays(self) -> tuple[Replay, Replay]:
        """Replay with and without a shelf."""
        entries = [entry for entry in self.maker.entries if entry is not None]
        shelf = Shelf(entries.__getitem__, self.meetings[-1])
        plain, spared = Replay(HOUSE, [LAW]), Replay(HOUSE, [LAW], shelf)
        return plain.run(enumerate(entries)), spared.run(enumerate(entries))


def contested(made: Made) -> None:
    ballot = made.ballot()
    title = made.maker.state.registers[made.past].titles[ballot.title]
    made.add(ballot.id, voting.contest_ballot(ballot, title, title.holders[0]))


def contested_twice(made: Made) -> None:
    contested(made)
    entry = made.maker.entries[-1]
    assert entry is not None
    record = from_record(entry)
    again = replace(record, originator_version=record.originator_version + 1)
    made.maker.entries.append(to_record(again))


def counted_again(made: Made) -> None:
    state, stream = made.maker.state, count_id(made.past, 2)
    meeting = state.meeting(made.past)
    assert meeting is not None
    made.add(stream, deciding.open_count(meeting, CountPurpose.INSPECTOR, "инспекция"))
    opened = state.count(stream)
    assert opened is not None
    made.add(stream, deciding.strike_ballot(opened, made.ballot(), "нет подписи"))
    register, ballots = state.registers[made.past], state.ballots(made.past)
    opened = state.count(stream)
    assert opened is not None
    made.add(stream, deciding.complete_count(opened, meeting, register, ballots, LAW))


def voted_twice(made: Made) -> None:
    received = made.ballot().received
    assert received is not None
    made.add(made.ballot().id, received)


def voted_twice_with_a_version_of_its_own(made: Made) -> None:
    index = next(i for i, e in enumerate(made.maker.entries) if e and b"ballot-received" in e)
    made.maker.entries.append(made.maker.entries[index])


def objected_during_the_voting(made: Made) -> None:
    """The ballot has two entries when its meeting ends, so it is not put away."""
    entries = made.maker.entries
    state = made.maker.state
    ballot = made.ballot()
    title = state.registers[made.past].titles[ballot.title]
    made.add(ballot.id, voting.contest_ballot(ballot, title, title.holders[0]))
    entry = entries.pop()
    assert entry is not None
    last = max(i for i, e in enumerate(entries) if e and b"voting-closed" in e)
    first = min(i for i, e in enumerate(entries) if e and b"voting-closed" in e)
    assert first < last
    before = from_record(entries[first - 1] or b"")
    entries.insert(first, to_record(replace(from_record(entry), at=before.at)))


def nothing_more(_made: Made) -> None:
    """The log as it was."""


@pytest.mark.parametrize(
    "happens",
    [
        nothing_more, contested, contested_twice, counted_again, voted_twice,
        voted_twice_with_a_version_of_its_own, objected_during_the_voting,
    ],
)  # fmt: skip
def test_a_replay_finds_the_same_with_a_shelf(happens: Callable[[Made], None]) -> None:
    made = Made()
    happens(made)
    plain, spared = made.replays()
    assert spared.noticed == plain.noticed
    assert spared.applied == plain.applied == len(plain.recorded)
    for meeting in made.meetings:
        assert spared.state.ballots(meeting) == plain.state.ballots(meeting)
        assert spared.state.registers[meeting] == plain.state.registers[meeting]
    results = [(again.index, again.result, again.why_not) for again in plain.state.recounts]
    assert [(a.index, a.result, a.why_not) for a in spared.state.recounts] == results


def test_past_ballots_are_put_away_and_those_asked_about_are_not() -> None:
    made = Made()
    plain, spared = made.replays()
    asked = {ballot_id(made.meetings[-1], t) for t in plain.state.registers[made.past].titles}
    held = {stream for stream in spared.state.states if spared.state.ballot(stream) is not None}
    assert held == asked
    assert not spared.recorded
    assert [len(again.ballots) for again in spared.state.recounts] == [0, 0, TITLES]
    one = spared.state.registers
    assert one[made.meetings[0]].titles is one[made.meetings[1]].titles
