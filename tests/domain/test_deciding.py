"""Countings, the protocol and its hand-over (ЖК 46 ч. 1, 1.1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any
from uuid import uuid5

import pytest

from domain import deciding, usecases
from domain.ballot import ballot_id
from domain.count import Count, count_id
from domain.events import Channel, CountPurpose, MeetingForm, Outcome
from domain.facts import CountId, MeetingId
from domain.meeting import Finished, stage
from domain.refusals import (
    CountIsCompleted,
    CountNotCompleted,
    NotFound,
    OtherRules,
    PollNeedsFailedMeeting,
    ReasonNeeded,
    WrongStage,
)
from tests.domain import builders as given
from tests.domain.builders import AFTER, AGAINST, FOR, HOUSE, LAW, MEETING, PROOF, title_id
from tests.domain.memory import Story, refusal_of, until_open

if TYPE_CHECKING:
    from domain.events import CountResult


V = Fraction


def counting(story: Story, count: CountId) -> Count:
    state = story.app.load(count).state
    assert isinstance(state, Count)
    return state


def result_of(story: Story, count: CountId) -> CountResult:
    completed = counting(story, count).completed
    assert completed is not None
    return completed.result


def voted() -> Story:
    return until_open().voted("1", FOR).voted("2а", AGAINST).voted("Н-1", FOR).voted("3б", FOR)


def recorded(story: Story, count: CountId) -> Story:
    story.app.run(
        lambda s: usecases.record_protocol(s, count, "1", date(2026, 3, 30), (PROOF,)), AFTER
    )
    return story


def test_a_counting_begins_when_voting_has_ended() -> None:
    assert refusal_of(until_open().count) == WrongStage("open", "closed")
    story = voted().closed()
    count = story.count()
    result = result_of(story.complete(count), count)
    assert (result.all_votes, result.participants, result.ballots) == (V(300), V(200), 4)
    assert result.items[0].outcome is Outcome.CARRIED


def test_prepared_decisions_never_count() -> None:
    story = until_open().voted("Н-1", FOR, channel=Channel.LINK).voted("1", FOR).closed()
    count = story.count()
    result = result_of(story.complete(count), count)
    assert (result.participants, result.ballots) == (V(50), 1)


def test_an_upheld_objection_takes_a_decision_out_and_a_rejected_one_does_not() -> None:
    story = voted().contested("1").resolved("1", upheld=True)
    story.contested("2а").resolved("2а", upheld=False).contested("3б").closed()
    count = story.count()
    result = result_of(story.complete(count), count)
    assert (result.participants, result.ballots, result.struck) == (V(150), 3, 1)
    assert (result.contested, result.contested_votes) == (1, V(30))


def test_a_decision_is_struck_out_of_one_counting_with_a_reason() -> None:
    story = voted().closed()
    shop = ballot_id(MEETING, title_id("Н-1"))
    by_court = story.count(CountPurpose.COURT, [(shop, "нет даты")])
    by_commission = story.count()
    story.complete(by_court).complete(by_commission)
    assert result_of(story, by_court).participants == 110
    assert result_of(story, by_court).struck == 1
    assert result_of(story, by_court).items[0].outcome is Outcome.NO_QUORUM
    assert result_of(story, by_commission).participants == 200


def test_only_a_received_decision_is_struck_out_and_only_with_a_reason() -> None:
    story = voted().closed()
    nobody, shop = (ballot_id(MEETING, title_id(name)) for name in ("2б", "Н-1"))
    unknown = refusal_of(lambda: story.count(strikes=[(nobody, "нет даты")]))
    assert unknown == NotFound("ballot")
    assert refusal_of(lambda: story.count(strikes=[(shop, " ")])) == ReasonNeeded()


def test_a_completed_counting_is_not_changed() -> None:
    story = voted().closed()
    count = story.count()
    story.complete(count)
    assert refusal_of(lambda: story.complete(count)) == CountIsCompleted()
    done = counting(story, count)
    strike = refusal_of(lambda: deciding.strike_ballot(done, story.ballot("1"), "нет даты"))
    assert strike == CountIsCompleted()


def test_a_meeting_is_counted_by_the_rules_it_was_called_under() -> None:
    story = voted().closed()
    count = story.count()
    story.app.law = replace(LAW, sha256="0" * 64)
    assert refusal_of(lambda: story.complete(count)) == OtherRules(LAW.sha256, "0" * 64)


def test_a_protocol_rests_on_the_commission_s_completed_counting() -> None:
    story = voted().closed()
    by_court, open_still = story.count(CountPurpose.COURT), story.count()
    story.complete(by_court)
    assert refusal_of(lambda: recorded(story, by_court)) == CountNotCompleted()
    assert refusal_of(lambda: recorded(story, open_still)) == CountNotCompleted()
    state = recorded(story.complete(open_still), open_still).meeting()
    assert isinstance(state, Finished)
    assert state.protocol.count == open_still
    assert refusal_of(lambda: recorded(story, open_still)) == WrongStage("finished", "closed")


def test_a_counting_of_another_meeting_bears_no_protocol() -> None:
    story = voted().closed()
    count = story.count()
    ours = counting(story.complete(count), count)
    foreign = replace(ours, opened=replace(ours.opened, meeting=MeetingId(HOUSE)))
    reason = refusal_of(
        lambda: deciding.record_protocol(
            story.meeting(), foreign, number="1", drawn_up_on=date(2026, 3, 30), files=()
        )
    )
    assert reason == CountNotCompleted()


def test_originals_are_handed_over_when_the_protocol_is_drawn_up() -> None:
    story = voted().closed()

    def hand_over() -> object:
        return story.app.run(
            lambda s: usecases.hand_over(s, MEETING, "управляющая организация", AFTER, PROOF), AFTER
        )

    assert refusal_of(hand_over) == WrongStage("closed", "finished")
    count = story.count()
    recorded(story.complete(count), count)
    hand_over()
    state = story.meeting()
    assert isinstance(state, Finished)
    assert [handed.to for handed in state.hand_overs] == ["управляющая организация"]
    assert stage(state) == "finished"


def test_a_counting_after_the_protocol_is_still_possible() -> None:
    story = voted().closed()
    count = story.count()
    recorded(story.complete(count), count)
    again = story.count(CountPurpose.INSPECTOR)
    assert again == count_id(MEETING, 2)
    assert result_of(story.complete(again), again) == result_of(story, count)


@pytest.mark.parametrize(("failed", "lawful"), [(True, True), (False, False)])
def test_a_poll_follows_a_counted_meeting_without_quorum(failed: bool, lawful: bool) -> None:
    story = (until_open().voted("1", FOR) if failed else voted()).closed()
    count = story.count()
    story.complete(count)
    poll = MeetingId(uuid5(given.ROOT, "poll"))
    month_later: dict[str, Any] = {
        "form": MeetingForm.ABSENTEE,
        "agenda": usecases.agenda_id(poll),
        "opens_at": given.at(16, month=4),
        "closes_at": given.at(26, month=4),
        "judged_on": date(2026, 4, 26),
        "refers_to": MEETING,
    }

    def call() -> object:
        wanted = given.terms(**month_later)
        return story.app.run(lambda s: usecases.call_meeting(s, HOUSE, poll, wanted, ()), AFTER)

    if lawful:
        assert call() == poll
    else:
        assert refusal_of(call) == PollNeedsFailedMeeting()
