"""Agenda, call and notice: both sides of every boundary (ЖК 44, 45 ч. 4, 46 ч. 2, 47, 47.1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from domain import calling
from domain.agenda import Agenda
from domain.events import Basis, MeetingCalled, MeetingForm, NoticeLeg
from domain.facts import Moment
from domain.premises import House
from domain.refusals import (
    AgendaIsEmpty,
    AgendaIsFixed,
    CalledTooLate,
    EntranceNeeded,
    ItemNotFollowing,
    NotForThisMeeting,
    NoticeInTheFuture,
    NoticeTooLate,
    PollNeedsFailedMeeting,
    ReadingNotChosen,
    ReasonNeeded,
    UnknownDecision,
    VotingPeriodOutOfBounds,
    WrongStage,
)
from domain.usecases import agenda_id
from tests.domain import builders as given
from tests.domain.builders import HOUSE, LAW, MEETING, at, item, terms
from tests.domain.memory import Story, refusal_of, until_open

WHERE = House(HOUSE, given.house_registered())
DRAFT = Agenda(agenda_id(MEETING), (item(1), item(2)))
FIXED = replace(DRAFT, digest="00")


def call(
    wanted: MeetingCalled, now: Moment = given.CALLED_AT, failed: str | None = None
) -> MeetingCalled:
    return calling.call_meeting(wanted, WHERE, LAW, now, failed)


def test_items_follow_each_other_from_one() -> None:
    assert calling.add_item(None, item(1)).item.number == 1
    assert calling.add_item(DRAFT, item(3)).item.number == 3
    assert refusal_of(lambda: calling.add_item(None, item(2))) == ItemNotFollowing(2, 1)
    assert refusal_of(lambda: calling.add_item(DRAFT, item(2))) == ItemNotFollowing(2, 3)


def test_an_item_of_the_draft_is_worded_anew_and_no_other() -> None:
    assert calling.edit_item(DRAFT, item(2)).item.number == 2
    assert refusal_of(lambda: calling.edit_item(DRAFT, item(3))) == ItemNotFollowing(3, 2)
    assert refusal_of(lambda: calling.edit_item(None, item(1))) == ItemNotFollowing(1, 0)


def test_a_frozen_agenda_is_neither_added_to_nor_edited_nor_frozen_again() -> None:
    for step in (
        lambda: calling.add_item(FIXED, item(3)),
        lambda: calling.edit_item(FIXED, item(1)),
        lambda: calling.fix_agenda(FIXED),
    ):
        assert refusal_of(step) == AgendaIsFixed()


def test_an_agenda_without_questions_is_not_frozen() -> None:
    assert refusal_of(lambda: calling.fix_agenda(None)) == AgendaIsEmpty()
    empty = replace(DRAFT, items=())
    assert refusal_of(lambda: calling.fix_agenda(empty)) == AgendaIsEmpty()


def test_a_lawful_call_is_the_fact_itself() -> None:
    assert call(terms()) == terms()


@pytest.mark.parametrize(("day", "lawful"), [(5, True), (6, True), (7, False), (16, False)])
def test_a_call_is_no_later_than_ten_days_before_the_opening(day: int, lawful: bool) -> None:
    if lawful:
        assert call(terms(), at(day)) == terms()
    else:
        nearest = date(2026, 3, 16) + timedelta(days=day - 6)
        reason = refusal_of(lambda: call(terms(), at(day)))
        assert reason == CalledTooLate(date(2026, 3, 16), 10, nearest)


def test_the_day_is_that_of_the_house_and_not_of_utc() -> None:
    last_minute, next_day = at(6, 20, 59), at(6, 21, 0)
    assert call(terms(), last_minute) == terms()
    assert isinstance(refusal_of(lambda: call(terms(), next_day)), CalledTooLate)


def test_the_first_meeting_in_the_system_counts_working_days() -> None:
    first = terms(basis=Basis.REGIONAL_SYSTEM, form=MeetingForm.ABSENTEE, first_in_system=True)
    last_day = Moment(datetime(2026, 2, 27, 9, tzinfo=UTC))
    assert call(first, last_day) == first
    assert isinstance(refusal_of(lambda: call(first, at(2))), CalledTooLate)
    later = replace(first, first_in_system=False)
    assert call(later, at(6)) == later


def test_every_question_has_a_kind_of_decision_in_force() -> None:
    unknown = terms(item(), item(2, "99.9"))
    assert refusal_of(lambda: call(unknown)) == UnknownDecision(2, "99.9", date(2026, 3, 26))


def test_matters_of_consent_are_not_for_a_meeting() -> None:
    asked = terms(item(1, "36.3"))
    assert refusal_of(lambda: call(asked)) == NotForThisMeeting(1, "36.3", "consent")


@pytest.mark.parametrize(
    ("reading", "why"),
    [(None, ""), ("as-4.3", ""), ("as-4.3", " "), ("своё", "так решил совет"), (None, "так")],
)
def test_an_unclear_law_is_not_read_by_the_program(reading: str | None, why: str) -> None:
    asked = terms(item(1, "161.1.8", reading=reading, reading_reason=why))
    expected = ReadingNotChosen(1, "161.1.8", ("general-rule", "as-4.3"))
    assert refusal_of(lambda: call(asked)) == expected


def test_a_person_reads_an_unclear_law_and_says_why() -> None:
    chosen = terms(item(1, "161.1.8", reading="as-4.3", reading_reason="так решил совет"))
    assert call(chosen) == chosen


@pytest.mark.parametrize(
    ("entrance", "lawful"), [(None, False), (0, False), (1, True), (2, True), (3, False)]
)
def test_a_question_counted_by_entrance_names_one_of_the_house(
    entrance: int | None, lawful: bool
) -> None:
    asked = terms(item(1, "44.2.4.5-multi", entrance=entrance))
    if lawful:
        assert call(asked) == asked
    else:
        assert refusal_of(lambda: call(asked)) == EntranceNeeded(1, 2)


def test_another_edition_than_that_of_the_last_day_needs_a_reason() -> None:
    other = terms(judged_on=date(2026, 3, 16))
    assert refusal_of(lambda: call(other)) == ReasonNeeded()
    explained = replace(other, judged_on_reason="так указано в сообщении")
    assert call(explained) == explained


def test_a_paper_poll_follows_a_failed_meeting_of_the_same_agenda() -> None:
    poll = terms(form=MeetingForm.ABSENTEE)
    assert refusal_of(lambda: call(poll)) == PollNeedsFailedMeeting()
    assert refusal_of(lambda: call(poll, failed="другая")) == PollNeedsFailedMeeting()
    assert call(poll, failed=poll.agenda_digest) == poll


@pytest.mark.parametrize("length", [7, 60])
def test_voting_in_the_system_lasts_within_its_bounds(length: int) -> None:
    def lasting(how_long: timedelta) -> MeetingCalled:
        closes = Moment(given.OPENS_AT + how_long)
        return terms(
            basis=Basis.REGIONAL_SYSTEM,
            closes_at=closes,
            judged_on=calling.local_day(WHERE, closes),
        )

    exact = lasting(timedelta(days=length))
    assert call(exact) == exact
    over = timedelta(minutes=-1 if length == 7 else 1)
    reason = refusal_of(lambda: call(lasting(timedelta(days=length) + over)))
    assert isinstance(reason, VotingPeriodOutOfBounds)
    assert (reason.shortest, reason.longest) == (7, 60)


@pytest.mark.parametrize(("given_at", "lawful"), [(at(6, 20, 59), True), (at(6, 21), False)])
def test_a_notice_is_given_by_the_last_day_where_the_house_stands(
    given_at: Moment, lawful: bool
) -> None:
    story = Story().house().premises().called()
    if lawful:
        story.noticed(given_at=given_at, now=at(10))
    else:
        reason = refusal_of(lambda: story.noticed(given_at=given_at, now=at(10)))
        assert reason == NoticeTooLate(date(2026, 3, 7), date(2026, 3, 6), date(2026, 3, 17))


def test_a_notice_is_not_proven_before_it_was_given() -> None:
    story = Story().house().premises().called()
    reason = refusal_of(lambda: story.noticed(given_at=at(3), now=at(2)))
    assert reason == NoticeInTheFuture(at(3))


def test_a_notice_is_proven_only_before_the_opening() -> None:
    story = until_open()
    reason = refusal_of(lambda: story.noticed(NoticeLeg.OWNERS))
    assert reason == WrongStage("open", "called")


def test_the_first_system_meeting_is_announced_in_working_days_without_holidays() -> None:
    """Ч. 2.1 ст. 47.1 ЖК РФ: 9 марта 2026 года — выходной, перенесённый с воскресенья."""
    term = LAW.term("notice", date(2026, 3, 1), "first_system")
    assert calling.last_notice_day(term, date(2026, 3, 23)) == date(2026, 3, 6)
