"""States of a meeting, a ballot, a counting: `evolve` applies what was recorded, never refuses."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from domain.agenda import agenda_digest, with_names
from domain.ballot import Ballot, ballot_id, evolve_ballot
from domain.count import Count, evolve_count
from domain.events import (
    AnswersPrepared,
    BallotContested,
    BallotReceived,
    BallotStruck,
    Channel,
    ContestResolved,
    CountOpened,
    CountPurpose,
    Evidence,
    NoticeLeg,
    NoticeProven,
    ProtocolHandedOver,
    ProtocolRecorded,
    Recorded,
    VotingClosed,
    VotingOpened,
)
from domain.facts import CountId, MeetingId
from domain.fold import evolve, fold
from domain.meeting import (
    Called,
    Finished,
    VotingEnded,
    VotingOpen,
    called_of,
    evolve_meeting,
    register_of,
    stage,
)
from domain.premises import register_on
from domain.votes import Votes
from tests.domain import builders as given
from tests.domain.builders import AGAINST, FOR, HOUSE, MEETING, PROOF, title_id

if TYPE_CHECKING:
    from domain.events import AnyFact
    from domain.meeting import Meeting

TOTALS = register_on((), date(2026, 3, 16)).totals
VOTES = Votes(Fraction(30))
PROTOCOL = ProtocolRecorded(CountId(UUID(int=1)), "1", date(2026, 4, 1), (PROOF,))
HANDED = ProtocolHandedOver("управляющая организация", given.AFTER, PROOF)
NOTICED = NoticeProven(NoticeLeg.OWNERS, "лично", given.NOTICED_AT, PROOF)
LIFE: tuple[AnyFact, ...] = (
    given.terms(),
    NOTICED,
    VotingOpened(TOTALS),
    VotingClosed(),
    PROTOCOL,
    HANDED,
)


def entry(fact: AnyFact, version: int = 1) -> Recorded:
    return Recorded(HOUSE, MEETING, version, given.DURING, fact)


def lived(steps: int) -> Meeting:
    state = fold(entry(fact, n) for n, fact in enumerate(LIFE[:steps], 1))
    assert isinstance(state, Called | VotingOpen | VotingEnded | Finished)
    return state


def test_a_meeting_goes_through_its_stages() -> None:
    stages = [stage(lived(steps)) for steps in range(1, len(LIFE) + 1)]
    assert stages == ["called", "called", "open", "closed", "finished", "finished"]


def test_every_state_rests_on_the_call_and_keeps_the_register() -> None:
    for steps in range(1, len(LIFE) + 1):
        assert called_of(lived(steps)).terms == LIFE[0]
        assert register_of(lived(steps)) == (TOTALS if steps >= 3 else None)


def test_missing_notices_are_named_until_both_are_proven() -> None:
    called = lived(1)
    assert isinstance(called, Called)
    assert called.missing_legs == (NoticeLeg.SYSTEM, NoticeLeg.OWNERS)
    proven = lived(2)
    assert isinstance(proven, Called)
    assert proven.missing_legs == (NoticeLeg.SYSTEM,)


@pytest.mark.parametrize("steps", range(1, len(LIFE) + 1))
def test_a_fact_out_of_its_place_changes_nothing_and_raises_nothing(steps: int) -> None:
    state = lived(steps)
    in_place = {1: (1, 2), 2: (1, 2), 3: (3,), 4: (4,), 5: (5,), 6: (5,)}[steps]
    for index, fact in enumerate(LIFE):
        after = evolve_meeting(state, entry(fact, 9))
        assert (after != state) == (index in in_place)
    strangers: tuple[AnyFact, ...] = (
        given.house_registered(),
        given.title("1"),
        AnswersPrepared(MEETING, title_id("1"), VOTES, (FOR,), Evidence("link", "00")),
        CountOpened(MEETING, CountPurpose.COURT, "суд"),
    )
    for fact in strangers:
        assert evolve(state, entry(fact, 9)) == state


def test_a_meeting_begins_with_its_call_only() -> None:
    for fact in LIFE[1:]:
        assert evolve_meeting(None, entry(fact)) is None


BALLOT = ballot_id(MEETING, title_id("2а"))
PREPARED = AnswersPrepared(MEETING, title_id("2а"), VOTES, (AGAINST,), Evidence("link", "00"))
RECEIVED = BallotReceived(
    MEETING, title_id("2а"), VOTES, Channel.PAPER, (FOR,), Evidence("paper", "00"), given.DURING
)
CONTESTED = BallotContested(MEETING, title_id("2а"), VOTES, given.person("2а"))
REJECTED = ContestResolved(MEETING, title_id("2а"), VOTES, False, "подпись его", "комиссия")
UPHELD = ContestResolved(MEETING, title_id("2а"), VOTES, True, "подпись не его", "комиссия")


def ballot(*facts: AnyFact) -> Ballot:
    state = fold(Recorded(HOUSE, BALLOT, n, given.AFTER, f) for n, f in enumerate(facts, 1))
    assert isinstance(state, Ballot)
    return state


def test_a_prepared_decision_is_no_received_one() -> None:
    prepared = ballot(PREPARED)
    assert prepared.received is None
    assert prepared.prepared == PREPARED


def test_a_signed_decision_stands_beside_the_prepared_one() -> None:
    both = ballot(PREPARED, RECEIVED)
    assert (both.prepared, both.received, both.recorded_at) == (PREPARED, RECEIVED, given.AFTER)


def test_an_objection_waits_until_a_person_decides() -> None:
    assert ballot(RECEIVED, CONTESTED).is_contested
    assert not ballot(RECEIVED, CONTESTED).is_struck
    settled = ballot(RECEIVED, CONTESTED, REJECTED)
    assert (settled.is_contested, settled.is_struck) == (False, False)
    struck = ballot(RECEIVED, CONTESTED, UPHELD)
    assert (struck.is_contested, struck.is_struck) == (False, True)


def test_an_objection_against_nothing_changes_nothing() -> None:
    assert evolve_ballot(None, Recorded(HOUSE, BALLOT, 1, given.AFTER, CONTESTED)) is None
    assert evolve_ballot(None, Recorded(HOUSE, BALLOT, 1, given.AFTER, UPHELD)) is None


def test_one_title_has_one_ballot_in_one_meeting() -> None:
    other = MeetingId(UUID(int=5))
    assert ballot_id(MEETING, title_id("1")) == ballot_id(MEETING, title_id("1"))
    assert ballot_id(MEETING, title_id("1")) != ballot_id(MEETING, title_id("2а"))
    assert ballot_id(MEETING, title_id("1")) != ballot_id(other, title_id("1"))


def test_a_counting_collects_what_it_strikes_out() -> None:
    begun = CountOpened(MEETING, CountPurpose.COURT, "суд")
    opened = Recorded(HOUSE, UUID(int=1), 1, given.AFTER, begun)
    struck = Recorded(HOUSE, UUID(int=1), 2, given.AFTER, BallotStruck(BALLOT, "нет даты"))
    state = fold([opened, struck])
    assert isinstance(state, Count)
    assert state.struck == {BALLOT: "нет даты"}
    assert evolve_count(None, struck) is None


def test_the_digest_of_an_agenda_binds_number_wording_and_decision() -> None:
    digests = {
        agenda_digest((given.item(),)),
        agenda_digest((given.item(2),)),
        agenda_digest((given.item(question="О другом"),)),
        agenda_digest((given.item(proposal="решить иначе"),)),
        agenda_digest((given.item(decision="44.2.1"),)),
        agenda_digest((given.item(question="О предмете 1решить", proposal=" 1"),)),
        agenda_digest((given.item(), given.item(2))),
    }
    assert len(digests) == 7


def test_names_are_put_where_the_proposal_says() -> None:
    assert with_names("избрать {2} и {1}", ("А.", "Б.")) == "избрать Б. и А."
