"""Properties of the domain: order never matters, votes sum to the house, replay gives the state.

A stateful machine drives the procedure beside a naive model kept in plain dicts.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import TYPE_CHECKING
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from typing_extensions import override

from domain.calling import rules_of
from domain.count import Count
from domain.counting import CountedBallot, count
from domain.events import Channel, Mark, NoticeLeg, PremisesKind, RightKind
from domain.facts import BallotId, CountId, PremisesId, TitleId
from domain.fold import fold
from domain.meeting import stage
from domain.premises import RegisterTitle, fold_premises, register_on
from domain.records import from_record, to_record
from domain.refusals import Refused
from domain.votes import FloorArea, TitleShare, floor_area, russian
from tests.domain import builders
from tests.domain.memory import Story

if TYPE_CHECKING:
    from collections.abc import Callable

    from domain.events import CountResult, Recorded

DAY = date(2026, 3, 26)
DECISIONS = ("procedural", "44.2.4.7", "44.2.1", "44.2.4.5-multi", "44.2.4.6-include")
AGENDA = tuple(
    builders.item(number, decision, entrance=1) for number, decision in enumerate(DECISIONS, 1)
)
RULES = rules_of(AGENDA, DAY, builders.LAW)

areas = st.integers(1, 99_999).map(lambda cents: FloorArea(Decimal(cents).scaleb(-2)))


@st.composite
def shares(draw: st.DrawFn) -> list[Fraction]:
    """Draw shares that make exactly one."""
    parts = draw(st.lists(st.integers(1, 12), min_size=1, max_size=5))
    return [Fraction(part, sum(parts)) for part in parts]


@st.composite
def registers(draw: st.DrawFn) -> list[RegisterTitle]:
    """Draw a house: every premises with shares that make one."""
    titles: list[RegisterTitle] = []
    for number in range(draw(st.integers(1, 6))):
        kind = draw(st.sampled_from(PremisesKind))
        entrance = draw(st.sampled_from((None, 1, 2)))
        area = draw(areas)
        for share in draw(shares()):
            key = UUID(int=len(titles) + 1)
            titles.append(
                RegisterTitle(
                    TitleId(key), PremisesId(UUID(int=number)), str(number), kind, entrance,
                    area, TitleShare(share), RightKind.SHARED, (builders.person(str(key)),),
                )
            )  # fmt: skip
    return titles


@st.composite
def elections(draw: st.DrawFn) -> tuple[list[RegisterTitle], list[CountedBallot]]:
    """Draw a house and the ballots of some of its titles."""
    titles = draw(registers())
    marks = st.tuples(*[st.sampled_from(Mark) for _ in AGENDA])
    ballots = [
        CountedBallot(BallotId(title.id), title, draw(marks), draw(st.booleans()))
        for title in titles
        if draw(st.booleans())
    ]
    return titles, ballots


def result(titles: list[RegisterTitle], ballots: list[CountedBallot]) -> CountResult:
    return count(AGENDA, RULES, titles, ballots)


@given(elections(), st.randoms(use_true_random=False))
def test_ballots_in_any_order_give_the_same_result(
    drawn: tuple[list[RegisterTitle], list[CountedBallot]], order: Random
) -> None:
    titles, ballots = drawn
    mixed, mixed_titles = list(ballots), list(titles)
    order.shuffle(mixed)
    order.shuffle(mixed_titles)
    assert result(mixed_titles, mixed) == result(titles, ballots)


@given(elections())
def test_votes_close_up_on_every_question(
    drawn: tuple[list[RegisterTitle], list[CountedBallot]],
) -> None:
    titles, ballots = drawn
    found = result(titles, ballots)
    area = {title.premises: Fraction(title.area) for title in titles}
    assert found.all_votes == sum(area.values())
    assert 0 <= found.participants <= found.all_votes
    for one in found.items:
        marks = (one.votes_for, one.votes_against, one.votes_abstained, one.votes_invalid)
        assert sum(marks) == found.participants


@given(elections(), st.integers(0, len(AGENDA) - 1))
def test_one_more_vote_for_never_turns_carried_into_rejected(
    drawn: tuple[list[RegisterTitle], list[CountedBallot]], index: int
) -> None:
    titles, ballots = drawn
    changed = [
        CountedBallot(
            b.id, b.title, (*b.answers[:index], Mark.FOR, *b.answers[index + 1 :]), b.contested
        )
        for b in ballots
    ]
    before = result(titles, ballots).items[index].outcome
    after = result(titles, changed).items[index].outcome
    assert before.value != "carried" or after.value == "carried"


@given(areas)
def test_an_area_is_read_back_from_its_text(area: FloorArea) -> None:
    assert floor_area(str(area)) == area


@given(st.fractions())
def test_what_is_printed_is_never_more_than_there_is(number: Fraction) -> None:
    text = russian(abs(number)).replace("\N{NO-BREAK SPACE}", "").replace(",", ".")
    assert 0 <= abs(number) - Fraction(text) < Fraction(1, 100)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_record_or_a_typed_refusal(data: bytes) -> None:
    try:
        assert to_record(from_record(data)) == data
    except ValueError as fault:
        assert hasattr(fault, "code")


@given(st.data())
@settings(max_examples=60)
def test_any_changed_byte_of_a_record_is_another_fact_or_refused(data: st.DataObject) -> None:
    record = to_record(_told()[-1])
    place = data.draw(st.integers(0, len(record) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != record[place]))
    changed = record[:place] + bytes([byte]) + record[place + 1 :]
    try:
        assert from_record(changed) != from_record(record)
    except ValueError as fault:
        assert hasattr(fault, "code")


def _told() -> list[Recorded]:
    story = Story().house().premises().called().noticed().opened()
    return story.voted("1", Mark.FOR).app.recorded()


def result_of(story: Story, counting: CountId) -> CountResult:
    state = story.app.load(counting).state
    assert isinstance(state, Count)
    assert state.completed is not None
    return state.completed.result


NAMES = ("1", "2а", "2б", "3а", "3б", "4", "Н-1")
WEIGHTS = {"1": 50, "2а": 30, "2б": 30, "3а": 15, "3б": 30, "4": 55, "Н-1": 90}
names = st.sampled_from(NAMES)
choices = st.sampled_from((Mark.FOR, Mark.AGAINST, Mark.ABSTAIN, Mark.SPOILED, Mark.BLANK))


class Procedure(RuleBasedStateMachine):
    """A meeting beside a naive model: a stage, marks by title, objections."""

    def __init__(self) -> None:
        """Begin with a house and nothing else."""
        super().__init__()
        self.story = Story().house().premises()
        self.stage = "none"
        self.legs: set[NoticeLeg] = set()
        self.prepared: set[str] = set()
        self.votes: dict[str, Mark] = {}
        self.objections: dict[str, bool | None] = {}

    def attempt(self, expected: bool, step: Callable[[], object]) -> None:
        """Take a step and hold its success against the model."""
        written = len(self.story.app.log)
        try:
            step()
        except Refused:
            assert not expected
            assert len(self.story.app.log) == written
        else:
            assert expected

    @initialize()
    def call(self) -> None:
        """Call the meeting."""
        self.story.called()
        self.stage = "called"

    @rule(leg=st.sampled_from(NoticeLeg))
    def notice(self, leg: NoticeLeg) -> None:
        """Prove a notice."""
        self.attempt(self.stage == "called", lambda: self.story.noticed(leg))
        if self.stage == "called":
            self.legs.add(leg)

    @rule()
    def open(self) -> None:
        """Open the voting."""
        lawful = self.stage == "called" and self.legs == set(NoticeLeg)
        self.attempt(lawful, self.story.opened)
        self.stage = "open" if lawful else self.stage

    @rule(name=names, mark=choices)
    def vote(self, name: str, mark: Mark) -> None:
        """Hand in a decision on paper."""
        lawful = self.stage == "open" and name not in self.votes
        self.attempt(lawful, lambda: self.story.voted(name, mark))
        if lawful:
            self.votes[name] = mark

    @precondition(lambda self: self.stage == "open")
    @rule(name=names, mark=choices)
    def prepare(self, name: str, mark: Mark) -> None:
        """Answer by link, which is no vote on this basis."""
        lawful = name not in self.votes and mark.is_choice
        self.attempt(lawful, lambda: self.story.voted(name, mark, channel=Channel.LINK))
        if lawful:
            self.prepared.add(name)

    @precondition(lambda self: self.stage in ("open", "closed"))
    @rule(name=names)
    def object(self, name: str) -> None:
        """Object to the decision in one's name."""
        lawful = name in self.votes and name not in self.objections
        holder = "41" if name == "4" else name
        self.attempt(lawful, lambda: self.story.contested(name, by=holder))
        if lawful:
            self.objections[name] = None

    @precondition(lambda self: self.stage in ("open", "closed"))
    @rule(name=names, upheld=st.booleans())
    def resolve(self, name: str, upheld: bool) -> None:
        """Decide on an objection."""
        lawful = name in self.objections and self.objections[name] is None
        self.attempt(lawful, lambda: self.story.resolved(name, upheld=upheld))
        if lawful:
            self.objections[name] = upheld

    @rule(too_early=st.booleans())
    def close(self, too_early: bool) -> None:
        """Close the voting."""
        lawful = self.stage == "open" and not too_early
        now = builders.DURING if too_early else builders.AFTER
        self.attempt(lawful, lambda: self.story.closed(now))
        self.stage = "closed" if lawful else self.stage

    @rule()
    def count(self) -> None:
        """Count, and compare with the model's own sum."""
        if self.stage != "closed":
            self.attempt(False, self.story.count)
            return
        counting = self.story.count()
        found = result_of(self.story.complete(counting), counting)
        taking_part = {n: m for n, m in self.votes.items() if self.objections.get(n) is not True}
        assert found.participants == sum(WEIGHTS[name] for name in taking_part)
        pro = sum(WEIGHTS[name] for name, mark in taking_part.items() if mark is Mark.FOR)
        assert found.items[0].votes_for == pro
        part = found.participants
        expected = "no_quorum" if part * 2 <= 300 else "carried" if pro * 2 > part else "rejected"
        assert found.items[0].outcome.value == expected

    @invariant()
    def states_agree(self) -> None:
        """The folded states are those of the model, and replay changes nothing."""
        if self.stage == "none":
            return
        assert stage(self.story.meeting()) == self.stage
        for name in NAMES:
            ballot = self.story.ballot(name)
            received = ballot is not None and ballot.received is not None
            assert received == (name in self.votes)
            assert (ballot is not None) == (name in self.votes or name in self.prepared)

    @override
    def teardown(self) -> None:
        """Replay of the written log gives the states it was written from."""
        entries = [from_record(record) for record in self.story.app.log]
        assert [to_record(entry) for entry in entries] == self.story.app.log
        replayed = register_on(fold_premises(entries).values(), DAY)
        assert replayed.totals.all_votes == sum(WEIGHTS.values())
        for stream in {entry.originator_id for entry in entries}:
            own = [entry for entry in entries if entry.originator_id == stream]
            assert fold(own) == fold(own[1:], fold(own[:1]))


TestProcedure = Procedure.TestCase
TestProcedure.settings = settings(max_examples=40, stateful_step_count=25)
