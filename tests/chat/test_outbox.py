"""The outbox tells every fact exactly once, wherever it dies and whatever the messenger answers."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from api.chat.outbox import Outbox
from api.chat.port import (
    ChatBusyError,
    ChatOutcomeUnknownError,
    ChatRefusedError,
    Post,
)
from tests.integration.small import Meeting, called, installation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CHAT = "дом-1"


class Crash(BaseException):
    """The process dies here."""


class Chat:
    """A messenger that keeps posts and fails as told, before or after it has posted."""

    def __init__(self) -> None:
        self.posts: list[str] = []
        self.before: list[BaseException] = []
        self.after: list[BaseException] = []

    async def post(self, chat: str, post: Post) -> str:
        if self.before:
            raise self.before.pop()
        self.posts.append(post.text)
        if self.after:
            raise self.after.pop()
        return str(len(self.posts))

    async def edit(self, chat: str, post_id: str, post: Post) -> None:
        self.posts[int(post_id) - 1] = post.text

    async def find(self, chat: str, mark: str) -> str | None:
        found = [number for number, text in enumerate(self.posts, 1) if mark in text]
        return str(found[0]) if found else None


@pytest.fixture
def meeting(tmp_path: Path) -> Iterator[Meeting]:
    """Give a house bound to a chat with a meeting that is called."""
    with installation(tmp_path / "home", {}) as (services, clock):
        made = called(services, clock)
        Outbox(services).bind(made.house, CHAT)
        yield made


def deliver(meeting: Meeting, chat: Chat) -> None:
    """Do what the running outbox does once."""
    outbox = Outbox(meeting.services)
    while outbox.collect():
        pass
    asyncio.run(outbox.deliver(chat, meeting.clock))


def until_quiet(meeting: Meeting, chat: Chat) -> None:
    """Start anew after every death until nothing waits any more."""
    for _ in range(20):
        try:
            deliver(meeting, chat)
        except Crash:
            continue
        meeting.clock.tick(timedelta(minutes=1))
        states = Outbox(meeting.services).states()
        if set(states) <= {"sent", "failed"}:
            return


def test_a_whole_meeting_is_told_in_order(meeting: Meeting) -> None:
    """Called, opened, closed, results, protocol: five posts, each with its mark."""
    chat = Chat()
    meeting.open()
    meeting.finish()
    until_quiet(meeting, chat)
    assert [text.split()[0] for text in chat.posts] == [
        "Созвано", "Голосование", "Приём", "Итоги:", "Протокол",
    ]  # fmt: skip
    assert all("журнал " in text.splitlines()[-1] for text in chat.posts)
    assert len({text.splitlines()[-1] for text in chat.posts}) == 5


@pytest.mark.parametrize(
    ("moment", "fault"),
    [
        ("before", Crash()),
        ("after", Crash()),
        ("before", ChatOutcomeUnknownError("timeout")),
        ("after", ChatOutcomeUnknownError("timeout")),
        ("before", ChatBusyError("too.many", 5)),
    ],
    ids=["death before", "death after", "lost request", "lost answer", "busy"],
)
def test_every_fact_is_posted_once(meeting: Meeting, moment: str, fault: BaseException) -> None:
    """Dying or losing the answer before or after the post neither loses nor doubles it."""
    chat = Chat()
    setattr(chat, moment, [fault] * 3)
    meeting.open()
    until_quiet(meeting, chat)
    assert len(chat.posts) == len(set(chat.posts)) == 2
    assert Outbox(meeting.services).states() == {"sent": 2}


def test_a_death_between_reading_and_writing_loses_nothing(
    meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The post and the position are written together or not at all."""
    chat = Chat()

    def die(*_: object) -> None:
        raise Crash

    with monkeypatch.context() as patched:
        patched.setattr(Outbox, "_move", staticmethod(die))
        with pytest.raises(Crash):
            deliver(meeting, chat)
    until_quiet(meeting, chat)
    assert len(chat.posts) == 1


def test_a_refused_post_waits_for_a_person(meeting: Meeting) -> None:
    """A messenger that says no is not asked again; the next post goes out."""
    chat = Chat()
    chat.before = [ChatRefusedError("chat.denied")]
    meeting.open()
    until_quiet(meeting, chat)
    assert Outbox(meeting.services).states() == {"failed": 1, "sent": 1}


def test_no_names_in_the_chat(meeting: Meeting) -> None:
    """No owner's name ever stands in a post."""
    chat = Chat()
    meeting.open()
    meeting.finish()
    until_quiet(meeting, chat)
    told = "\n".join(chat.posts)
    assert not [name for name in ("Ветров", "Полевая", "Рощин") if name in told]
