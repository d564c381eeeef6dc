"""Opening, decisions, objections, closing: both sides of every boundary (ЖК 45, 47, 47.1, 48)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest

from domain import usecases, voting
from domain.ballot import Ballot
from domain.calling import law_form
from domain.events import Basis, Channel, Mark, MeetingCalled, NoticeLeg, RightKind
from domain.facts import Moment
from domain.meeting import VotingOpen, stage
from domain.refusals import (
    AlreadyVoted,
    AnswersDoNotFit,
    NothingToContest,
    NothingToResolve,
    NoticeNotProven,
    NotYourBallot,
    PaperTooLate,
    ReasonNeeded,
    ReceivedOutsideVoting,
    RegisterIncomplete,
    RegisterTotalDiffers,
    TitleNotInRegister,
    TooEarlyToClose,
    VotingIsClosed,
    VotingNotOpen,
    WrongStage,
)
from tests.domain import builders as given
from tests.domain.builders import (
    AGAINST,
    BLANK,
    CLOSES_AT,
    DURING,
    FOR,
    LAW,
    MEETING,
    OPENS_AT,
    SPOILED,
    item,
    terms,
    title_id,
)
from tests.domain.memory import Story, refusal_of, until_open

SECOND = timedelta(seconds=1)
SYSTEM = terms(basis=Basis.REGIONAL_SYSTEM)
CHARTER = terms(basis=Basis.CHARTER)


def before(at: Moment) -> Moment:
    return Moment(at - SECOND)


def received(story: Story, name: str) -> bool:
    ballot = story.ballot(name)
    return ballot is not None and ballot.received is not None


# --- opening


def noticed() -> Story:
    return Story().house().premises().called().noticed()


def test_voting_opens_within_its_period_and_fixes_the_register() -> None:
    state = noticed().opened().meeting()
    assert isinstance(state, VotingOpen)
    assert state.register.all_votes == 300
    assert state.register.as_of == date(2026, 3, 16)


def test_voting_opens_not_before_and_not_after_its_period() -> None:
    story = noticed()
    assert refusal_of(lambda: story.opened(before(OPENS_AT))) == VotingNotOpen(OPENS_AT)
    assert refusal_of(lambda: story.opened(CLOSES_AT)) == VotingIsClosed(CLOSES_AT)
    assert stage(story.opened(before(CLOSES_AT)).meeting()) == "open"


@pytest.mark.parametrize("leg", NoticeLeg)
def test_voting_opens_when_both_notices_are_proven(leg: NoticeLeg) -> None:
    other = next(one for one in NoticeLeg if one is not leg)
    story = Story().house().premises().called().noticed(leg)
    assert refusal_of(story.opened) == NoticeNotProven(other.value)
    assert stage(story.noticed(other).opened().meeting()) == "open"


def test_voting_opens_on_a_complete_register() -> None:
    half = given.premises("1", "300.00", given.title("1а", "1/2", RightKind.SHARED))
    story = Story().house().premises(half).called().noticed()
    assert refusal_of(story.opened) == RegisterIncomplete(("1",))


@pytest.mark.parametrize("declared", ["299.99", "300.01"])
def test_voting_opens_on_a_register_that_adds_up_to_the_hundredth(declared: str) -> None:
    story = Story().house(declared).premises().called().noticed()
    expected = RegisterTotalDiffers(Fraction(300), Fraction(declared))
    assert refusal_of(story.opened) == expected


def test_voting_is_not_opened_twice() -> None:
    assert refusal_of(until_open().opened) == WrongStage("open", "called")


# --- decisions


def test_a_decision_is_received_from_the_first_moment_to_the_last() -> None:
    story = until_open().voted("1", FOR, received_at=OPENS_AT)
    story.voted("2а", FOR, received_at=before(CLOSES_AT))
    assert received(story, "1")
    assert received(story, "2а")
    late = refusal_of(lambda: story.voted("2б", FOR, received_at=CLOSES_AT))
    assert late == VotingIsClosed(CLOSES_AT)


def test_a_decision_is_received_neither_before_the_opening_nor_in_the_future() -> None:
    story = until_open()
    early = refusal_of(lambda: story.voted("1", FOR, received_at=before(OPENS_AT), now=DURING))
    assert early == ReceivedOutsideVoting(before(OPENS_AT), OPENS_AT)
    future = Moment(DURING + SECOND)
    reason = refusal_of(lambda: story.voted("1", FOR, received_at=future, now=DURING))
    assert reason == ReceivedOutsideVoting(future, OPENS_AT)


def test_a_paper_handed_in_in_time_may_be_entered_after_the_end_while_nobody_closed() -> None:
    story = until_open().voted("1", FOR, received_at=DURING, now=given.AFTER)
    assert received(story, "1")


def test_a_decision_before_the_opening_and_after_the_closing_is_refused() -> None:
    called = Story().house().premises().called()
    assert refusal_of(lambda: called.voted("1", FOR)) == VotingNotOpen(OPENS_AT)
    story = until_open().closed()
    assert refusal_of(lambda: story.voted("1", FOR)) == VotingIsClosed(CLOSES_AT)


def test_a_title_has_one_decision_and_it_is_final() -> None:
    story = until_open().voted("1", FOR)
    again = refusal_of(lambda: story.voted("1", AGAINST, received_at=Moment(DURING + SECOND)))
    assert again == AlreadyVoted(DURING, "paper")
    ballot = story.ballot("1")
    assert ballot is not None
    assert ballot.received is not None
    assert ballot.received.answers == (FOR,)


def test_the_weight_is_fixed_with_the_decision() -> None:
    ballot = until_open().voted("3б", FOR).ballot("3б")
    assert ballot is not None
    assert ballot.received is not None
    assert ballot.received.votes == 30


def test_a_title_outside_the_register_has_no_decision() -> None:
    story = until_open()
    reason = refusal_of(lambda: story.voted("7", FOR))
    assert reason == TitleNotInRegister(str(title_id("7")))


def test_decisions_for_several_titles_are_received_together_or_not_at_all() -> None:
    story = until_open().voted("2а", FOR)
    written = len(story.app.log)
    titles = [title_id("1"), title_id("2а")]

    def both() -> object:
        return story.app.run(lambda s: usecases.cast(s, MEETING, titles, given.decision()), DURING)

    assert isinstance(refusal_of(both), AlreadyVoted)
    assert len(story.app.log) == written


def test_an_owner_votes_in_their_own_titles_only_and_any_joint_holder_may() -> None:
    story = until_open(CHARTER)

    def vote(name: str, who: str) -> object:
        link = given.decision(channel=Channel.LINK, by=given.person(who))
        return story.app.run(lambda s: usecases.cast(s, MEETING, [title_id(name)], link), DURING)

    assert refusal_of(lambda: vote("2а", "2б")) == NotYourBallot()
    vote("4", "42")
    assert received(story, "4")


@pytest.mark.parametrize(
    ("marks", "reason"),
    [
        ((), AnswersDoNotFit((2,), (), ())),
        ((FOR,), AnswersDoNotFit((2,), (), ())),
        ((FOR, FOR, FOR), AnswersDoNotFit((), ("3",), ())),
    ],
)
def test_every_question_has_one_answer(marks: tuple[Mark, ...], reason: AnswersDoNotFit) -> None:
    story = until_open(terms(item(1), item(2)))
    wanted = replace(given.decision(), answers=marks or (FOR,))
    titles = [title_id("1")]
    assert (
        refusal_of(
            lambda: story.app.run(lambda s: usecases.cast(s, MEETING, titles, wanted), DURING)
        )
        == reason
    )


def test_a_spoiled_or_blank_mark_is_taken_from_paper_and_not_from_a_link() -> None:
    story = until_open(terms(item(1), item(2), basis=Basis.CHARTER))
    story.voted("1", SPOILED, BLANK)
    assert received(story, "1")
    reason = refusal_of(lambda: story.voted("2а", SPOILED, BLANK, channel=Channel.LINK))
    assert reason == AnswersDoNotFit((), (), (1, 2))


def test_paper_in_the_system_is_taken_until_its_cut_off() -> None:
    last = Moment(CLOSES_AT - timedelta(hours=48))
    story = until_open(SYSTEM).voted("1", FOR, received_at=last)
    assert received(story, "1")
    late = Moment(last + SECOND)
    reason = refusal_of(lambda: story.voted("2а", FOR, received_at=late))
    assert reason == PaperTooLate(late, last)
    story.voted("2а", FOR, channel=Channel.LINK, received_at=late)
    assert received(story, "2а")


def test_paper_outside_the_system_has_no_cut_off() -> None:
    story = until_open().voted("1", FOR, received_at=before(CLOSES_AT))
    assert received(story, "1")


# --- what an answer by link is


def test_an_answer_by_link_is_a_vote_in_the_region_s_system_and_by_charter() -> None:
    for wanted in (SYSTEM, CHARTER):
        story = until_open(wanted).voted("1", FOR, channel=Channel.LINK)
        assert received(story, "1")


def test_an_answer_by_link_elsewhere_is_prepared_and_waits_for_a_signature() -> None:
    story = until_open().voted("1", FOR, channel=Channel.LINK)
    ballot = story.ballot("1")
    assert isinstance(ballot, Ballot)
    assert ballot.received is None
    assert ballot.prepared is not None
    story.voted("1", AGAINST, channel=Channel.LINK).voted("1", AGAINST)
    assert received(story, "1")
    reason = refusal_of(lambda: story.voted("1", FOR, channel=Channel.LINK))
    assert isinstance(reason, AlreadyVoted)


@pytest.mark.parametrize("basis", Basis)
@pytest.mark.parametrize("channel", Channel)
@pytest.mark.parametrize("wanted", [terms(), SYSTEM], ids=["mixed", "system"])
def test_the_law_answers_for_every_way_of_answering(
    basis: Basis, channel: Channel, wanted: MeetingCalled
) -> None:
    asked = replace(wanted, basis=basis)
    binding = voting.is_binding(asked, channel, LAW, date(2026, 3, 16))
    not_votes = (Channel.LINK, Channel.EXTERNAL_SYSTEM)
    assert binding == (basis is not Basis.WRITTEN_DECISIONS or channel not in not_votes)
    assert law_form(asked) == ("system" if basis is Basis.REGIONAL_SYSTEM else "mixed")


# --- objections


def test_an_owner_objects_once_and_only_to_a_received_decision() -> None:
    story = until_open()
    assert refusal_of(lambda: story.contested("1")) == NothingToContest()
    story.voted("1", FOR, channel=Channel.LINK)
    assert refusal_of(lambda: story.contested("1")) == NothingToContest()
    story.voted("1", FOR)
    assert refusal_of(lambda: story.contested("1", by="2а")) == NotYourBallot()
    story.contested("1")
    assert refusal_of(lambda: story.contested("1")) == NothingToContest()


@pytest.mark.parametrize("upheld", [True, False])
def test_an_objection_a_person_has_decided_on_is_not_raised_again(upheld: bool) -> None:
    story = until_open().voted("1", FOR).contested("1").resolved("1", upheld=upheld)
    assert refusal_of(lambda: story.contested("1")) == NothingToContest()


def test_a_person_decides_on_an_objection_once_and_with_a_reason() -> None:
    story = until_open().voted("1", FOR)
    assert refusal_of(lambda: story.resolved("1", upheld=True)) == NothingToResolve()
    story.contested("1")
    assert refusal_of(lambda: story.resolved("1", upheld=True, reason=" ")) == ReasonNeeded()
    story.resolved("1", upheld=False)
    assert refusal_of(lambda: story.resolved("1", upheld=True)) == NothingToResolve()


def test_an_objection_to_a_title_outside_the_register_is_refused() -> None:
    assert isinstance(refusal_of(lambda: until_open().contested("7")), TitleNotInRegister)


# --- closing


def test_voting_is_closed_when_its_announced_time_has_come() -> None:
    story = until_open()
    early = refusal_of(lambda: story.closed(before(CLOSES_AT)))
    assert early == TooEarlyToClose(CLOSES_AT)
    assert stage(story.closed(CLOSES_AT).meeting()) == "closed"
    assert refusal_of(story.closed) == WrongStage("closed", "open")


def test_voting_that_was_not_opened_is_not_closed() -> None:
    assert refusal_of(Story().house().premises().called().closed) == WrongStage("called", "open")
