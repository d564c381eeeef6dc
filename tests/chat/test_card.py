"""The living card: one post edited in place, only when its words change and not too often."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from api.chat.cards import LAST_DAY, RESTING, URGENT, VOTING
from api.chat.outbox import Outbox
from api.chat.port import ChatBusyError, ChatOutcomeUnknownError, ChatRefusedError
from domain.events import Basis, Mark
from tests.chat.stage import BOTH_STORES, CHAT, Chat, once, until_quiet
from tests.integration.small import CLOSES_AT, OPENS_AT, Meeting, called, installation

if TYPE_CHECKING:
    from pathlib import Path


def follow(meeting: Meeting) -> None:
    """Wait until the read tables have seen every ballot."""
    from projections.follow import Follower

    follower = Follower(meeting.services.app.recorder, meeting.services.tables)
    while follower.step():
        pass


def vote_all(meeting: Meeting) -> None:
    for titles in meeting.titles.values():
        for title in titles:
            meeting.vote(title.id, Mark.FOR, Mark.FOR)
    follow(meeting)


@BOTH_STORES
def test_the_card_follows_the_meeting(meeting: Meeting) -> None:
    """Stage, days left, turnout by weight, what is missing, basis, fingerprint; one post."""
    chat = Chat()
    until_quiet(meeting, chat)
    assert "Созвано. Приём решений — с 16.03.2026 12:00" in chat.card.text
    meeting.open()
    follow(meeting)
    until_quiet(meeting, chat)
    assert "осталось 14" in chat.card.text
    assert "Участвуют 0,00 % голосов" in chat.card.text
    assert "До кворума не хватает" in chat.card.text
    assert "Ответ по личной ссылке — голос" in chat.card.text
    meeting.vote(meeting.titles["3"][0].id, Mark.FOR, Mark.FOR)
    follow(meeting)
    meeting.clock.tick(timedelta(minutes=15))
    once(meeting, chat)
    assert "Участвуют 35,00 % голосов: 70,00 из 200,00." in chat.card.text.replace("\u00a0", " ")
    meeting.finish()
    follow(meeting)
    until_quiet(meeting, chat)
    assert "Собрание завершено" in chat.card.text
    assert "6 месяцев" in chat.card.text
    assert "Отпечаток журнала: записей" in chat.card.text
    assert sum("Общее собрание:" in post.text for post in chat.first) == 1


def test_prepared_answers_stand_apart(tmp_path: Path) -> None:
    """Where answers by link are no votes, the card never counts them."""
    with installation(tmp_path / "home", {}) as (services, clock):
        meeting = called(services, clock, Basis.WRITTEN_DECISIONS)
        Outbox(services).bind(meeting.house, CHAT)
        meeting.open()
        meeting.vote(meeting.titles["3"][0].id, Mark.FOR, Mark.FOR)
        follow(meeting)
        chat = Chat()
        until_quiet(meeting, chat)
    text = chat.card.text.replace("\u00a0", " ")
    assert "Участвуют 0,00 %" in text
    assert "Подготовлено, не подписано и потому не считается: 35,00 %." in text
    assert "не голос" in text


def test_an_unchanged_card_is_not_edited(meeting: Meeting) -> None:
    """The log may grow: without other words there is no edit."""
    chat = Chat()
    meeting.open()
    follow(meeting)
    until_quiet(meeting, chat)
    before = len(chat.edits)
    for _ in range(6):
        meeting.clock.tick(timedelta(minutes=11))
        once(meeting, chat)
    assert len(chat.edits) == before


@BOTH_STORES
def test_a_card_is_edited_not_too_often(meeting: Meeting) -> None:
    """Votes every minute for an hour: an edit each ten minutes, not sixty."""
    chat = Chat()
    meeting.open()
    follow(meeting)
    until_quiet(meeting, chat)
    before = len(chat.edits)
    ballots = [title for titles in meeting.titles.values() for title in titles]
    for minute in range(40):
        if minute % 8 == 0:
            meeting.vote(ballots[minute // 8].id, Mark.FOR, Mark.FOR)
            follow(meeting)
        meeting.clock.tick(timedelta(minutes=1))
        once(meeting, chat)
    assert 3 <= len(chat.edits) - before <= 5


def test_a_change_of_stage_does_not_wait(meeting: Meeting) -> None:
    """The card says «открыто» in the same round as the post."""
    chat = Chat()
    until_quiet(meeting, chat)
    meeting.open()
    follow(meeting)
    once(meeting, chat)
    assert "Идёт приём решений" in chat.card.text


@pytest.mark.parametrize(
    "fault",
    [ChatBusyError("max-rate-limited", 2), ChatOutcomeUnknownError("max-answer-lost")],
    ids=["busy", "lost"],
)
def test_an_edit_that_failed_is_made_later(meeting: Meeting, fault: Exception) -> None:
    """An edit may be repeated, so it is."""
    chat = Chat()
    until_quiet(meeting, chat)
    meeting.open()
    follow(meeting)
    chat.edit_faults = [fault] * 2
    until_quiet(meeting, chat)
    for _ in range(3):
        meeting.clock.tick(timedelta(minutes=1))
        once(meeting, chat)
    assert "Идёт приём решений" in chat.card.text


def test_a_card_that_somebody_removed_is_not_forced_upon_the_chat(meeting: Meeting) -> None:
    """The operator sees that it is lost; reminders are still said."""
    chat = Chat()
    until_quiet(meeting, chat)
    meeting.open()
    chat.edit_faults = [ChatRefusedError("max-not-found")]
    until_quiet(meeting, chat)
    outbox = Outbox(meeting.services)
    assert outbox.cards.state(meeting.meeting) == "lost"
    meeting.clock.move_to(OPENS_AT + (CLOSES_AT - OPENS_AT) / 2 + timedelta(hours=1))
    until_quiet(meeting, chat)
    assert any("половина срока" in post.text for post in chat.posts)
    assert not chat.edits


@BOTH_STORES
def test_what_matters_most_comes_first(meeting: Meeting) -> None:
    """A changed stage, then the last day, then open votings, then the rest."""
    assert URGENT < LAST_DAY < VOTING < RESTING
    chat, outbox = Chat(), Outbox(meeting.services)
    meeting.open()
    follow(meeting)
    until_quiet(meeting, chat)
    meeting.clock.tick(timedelta(hours=1))
    ranks = [row.rank for row in outbox.cards.due(meeting.clock(), frozenset(), 10)]
    assert ranks == [VOTING]
    meeting.clock.move_to(CLOSES_AT - timedelta(hours=20))
    asyncio.run(outbox.refresh(chat, meeting.clock))
    meeting.clock.tick(timedelta(hours=1))
    ranks = [row.rank for row in outbox.cards.due(meeting.clock(), frozenset(), 10)]
    assert ranks == [LAST_DAY]


def test_a_chat_bound_late_gets_the_card_and_not_the_past(meeting: Meeting) -> None:
    """Facts told elsewhere are not repeated in a new chat; the card comes along."""
    chat, new = Chat(), Chat()
    meeting.open()
    follow(meeting)
    until_quiet(meeting, chat)
    Outbox(meeting.services).bind(meeting.house, "дом-2")
    until_quiet(meeting, new)
    assert len(new.posts) == 1
    assert "Идёт приём решений" in new.card.text
