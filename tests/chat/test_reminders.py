"""Reminders come from the clock and the turnout, each once, never at night."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.chat.options import (
    NEVER,
    ChatOptions,
    ChatOptionsError,
    QuietHours,
    read_options,
)
from api.chat.outbox import Outbox
from api.chat.port import ChatBusyError, Post
from api.chat.reminders import DAY, dues_of_voting
from domain.events import Mark
from domain.facts import moment
from tests.chat.stage import Chat, Crash, kind_of, once, until_quiet
from tests.chat.test_card import follow, vote_all
from tests.integration.small import CLOSES_AT, OPENS_AT, Meeting

if TYPE_CHECKING:
    from collections.abc import Sequence

NOON = datetime(2026, 3, 20, 12, tzinfo=UTC)


def kinds(chat: Chat) -> list[str]:
    """Name the reminders in the chat, in order."""
    return [kind for post in chat.told if (kind := kind_of(post))]


def pass_time(meeting: Meeting, chat: Chat, until: datetime, step: timedelta) -> None:
    """Let the outbox run as time passes."""
    while meeting.clock() < until:
        meeting.clock.tick(step)
        once(meeting, chat)


def test_a_whole_voting_with_its_reminders(meeting: Meeting) -> None:
    """Half-time, three days, the last day: each once, by daylight, with the turnout."""
    chat = Chat()
    meeting.open()
    follow(meeting)
    pass_time(meeting, chat, CLOSES_AT + timedelta(hours=1), timedelta(minutes=45))
    assert kinds(chat) == ["half-time", "three-days", "last-day"]
    assert all("До кворума не хватает" in post.text for post in chat.told if kind_of(post))
    assert all("Отпечаток журнала" in post.text for post in chat.told if kind_of(post))


def test_the_quorum_is_told_once(meeting: Meeting) -> None:
    """It may fall and rise again; the card follows, the post is one."""
    chat = Chat()
    meeting.open()
    follow(meeting)
    until_quiet(meeting, chat)
    vote_all(meeting)
    meeting.clock.tick(timedelta(hours=1))
    for _ in range(5):
        once(meeting, chat)
        meeting.clock.tick(timedelta(minutes=30))
    assert kinds(chat) == ["quorum"]
    assert "Кворум набран" in next(post.text for post in chat.told if kind_of(post))
    assert "Кворум есть" in chat.card.text


def test_without_a_quorum_none_is_told(meeting: Meeting) -> None:
    """Exactly half is not more than half."""
    chat = Chat()
    meeting.open()
    for number in ("1", "2"):
        for title in meeting.titles[number]:
            meeting.vote(title.id, Mark.FOR, Mark.FOR)
    follow(meeting)
    for _ in range(4):
        meeting.clock.tick(timedelta(minutes=20))
        once(meeting, chat)
    assert "Участвуют 50,00 %" in chat.card.text.replace("\u00a0", " ")
    assert kinds(chat) == []


def test_a_reminder_due_at_night_is_said_in_the_morning(meeting: Meeting) -> None:
    """Half-time is at 14:00 UTC here; with quiet hours around it, it comes at their end."""
    chat, options = Chat(), ChatOptions(QuietHours(10, 20))
    meeting.open()
    follow(meeting)
    half = OPENS_AT + (CLOSES_AT - OPENS_AT) / 2
    meeting.clock.move_to(half + timedelta(minutes=5))
    once(meeting, chat, options)
    once(meeting, chat, options)
    assert kinds(chat) == []
    meeting.clock.move_to(half.replace(hour=18))
    for _ in range(2):
        once(meeting, chat, options)
        meeting.clock.tick(timedelta(minutes=11))
    assert kinds(chat) == ["half-time"]


def test_a_stage_told_at_night_makes_no_sound(meeting: Meeting) -> None:
    """People rely on stages, so they are told at once, without a push."""
    chat, options = Chat(), ChatOptions(QuietHours(8, 20))
    meeting.open()
    once(meeting, chat, options)
    assert chat.told
    assert all(post.quiet for post in chat.told)
    assert all(not post.quiet for post in _told_by_day(meeting))


def _told_by_day(meeting: Meeting) -> Sequence[Post]:
    chat = Chat()
    meeting.finish()
    once(meeting, chat, ChatOptions(NEVER))
    return [post for post in chat.told if "Протокол" in post.text or "Итоги" in post.text]


def test_a_reminder_that_waited_too_long_gives_way(meeting: Meeting) -> None:
    """A messenger that was down over half-time does not hear of it a week later."""
    chat = Chat()
    meeting.open()
    follow(meeting)
    until_quiet(meeting, chat)
    meeting.clock.move_to(OPENS_AT + (CLOSES_AT - OPENS_AT) / 2 + timedelta(minutes=1))
    chat.before = [ChatBusyError("max-unavailable", 9 * 86400)]
    for _ in range(2):
        once(meeting, chat)
    meeting.clock.move_to(CLOSES_AT - timedelta(days=2))
    assert until_quiet(meeting, chat)["stale"] == 1
    for _ in range(2):
        meeting.clock.tick(timedelta(minutes=11))
        once(meeting, chat)
    assert kinds(chat) == ["three-days"]


def test_a_death_while_reminding_neither_loses_nor_doubles(meeting: Meeting) -> None:
    chat = Chat()
    meeting.open()
    follow(meeting)
    until_quiet(meeting, chat)
    meeting.clock.move_to(CLOSES_AT - timedelta(days=2, hours=23))
    for fault in ("before", "after"):
        setattr(chat, fault, [Crash()])
    for _ in range(3):
        until_quiet(meeting, chat)
        meeting.clock.tick(timedelta(minutes=11))
    assert kinds(chat) == ["three-days"]


def test_the_term_to_challenge_is_called_to_mind(meeting: Meeting) -> None:
    """Two weeks before its end, and then the meeting is left in peace."""
    chat = Chat()
    meeting.open()
    meeting.finish()
    follow(meeting)
    until_quiet(meeting, chat)
    pass_time(meeting, chat, datetime(2026, 10, 5, tzinfo=UTC), timedelta(hours=20))
    assert kinds(chat) == ["objection"]
    assert Outbox(meeting.services).cards.state(meeting.meeting) == "done"


@given(st.integers(1, 90 * 24))
def test_reminders_are_in_order_and_apart(hours: int) -> None:
    """Whatever the length of the voting: inside it, a day apart, each until the next."""
    end = NOON + timedelta(hours=hours)
    found = dues_of_voting(moment(NOON), moment(end))
    for due in found:
        assert NOON < due.since < due.until <= end
    for earlier, later in pairwise(found):
        assert earlier.until == later.since
        assert later.since - earlier.since >= DAY
    assert bool(found) == (hours > 48)


@pytest.mark.parametrize(
    ("given_", "expected"),
    [("22-8", QuietHours(22, 8)), ("0-0", NEVER), ("none", NEVER), ("13-14", QuietHours(13, 14))],
)
def test_quiet_hours_are_read(given_: str, expected: QuietHours) -> None:
    assert read_options({"SOBRANIE_CHAT_QUIET": given_}).quiet == expected


@pytest.mark.parametrize(
    "given_",
    [
        {"SOBRANIE_CHAT_QUIET": "24-8"}, {"SOBRANIE_CHAT_QUIET": "ночь"},
        {"SOBRANIE_CHAT_QUIET": ""}, {"SOBRANIE_CHAT_CARD_MINUTES": "0"},
        {"SOBRANIE_CHAT_CARD_MINUTES": "-5"}, {"SOBRANIE_CHAT_CARD_MINUTES": "1441"},
        {"SOBRANIE_CHAT_CARD_MINUTES": "٣"},
    ],
)  # fmt: skip
def test_wrong_options_are_named(given_: dict[str, str]) -> None:
    with pytest.raises(ChatOptionsError, match=next(iter(given_))):
        read_options(given_)


def test_quiet_hours_cover_the_night() -> None:
    night = QuietHours(22, 8)
    covered = [hour for hour in range(24) if night.cover(NOON.replace(hour=hour))]
    assert covered == [0, 1, 2, 3, 4, 5, 6, 7, 22, 23]
    assert not any(NEVER.cover(NOON.replace(hour=hour)) for hour in range(24))
