"""A house with a chat for the tests of the outbox: a messenger that fails as told."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from api.chat.options import ChatOptions
from api.chat.outbox import Outbox
from api.chat.port import Post

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.integration.small import Meeting

CHAT = "дом-1"
BOTH_STORES = pytest.mark.parametrize(
    "store", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)
"""For tests where the store matters: what they use must rest on the fixture `store`."""


class Crash(BaseException):
    """The process dies here."""


class Chat:
    """A messenger that keeps posts and fails as told, before or after it has posted."""

    def __init__(self) -> None:
        self.posts: list[Post] = []
        self.first: list[Post] = []
        self.edits: list[tuple[int, Post]] = []
        self.before: list[BaseException] = []
        self.after: list[BaseException] = []
        self.edit_faults: list[BaseException] = []
        self.find_faults: list[BaseException] = []
        self.pins: list[int] = []
        self.pin_faults: list[BaseException] = []

    async def post(self, chat: str, post: Post) -> str:
        if self.before:
            raise self.before.pop()
        self.posts.append(post)
        self.first.append(post)
        if self.after:
            raise self.after.pop()
        return str(len(self.posts))

    async def edit(self, chat: str, post_id: str, post: Post) -> None:
        if self.edit_faults:
            raise self.edit_faults.pop()
        self.posts[int(post_id) - 1] = post
        self.edits.append((int(post_id) - 1, post))

    async def pin(self, chat: str, post_id: str) -> None:
        if self.pin_faults:
            raise self.pin_faults.pop()
        self.pins.append(int(post_id) - 1)

    async def find(self, chat: str, mark: str) -> str | None:
        if self.find_faults:
            raise self.find_faults.pop()
        places = [
            "\n".join([post.text, *(button.url for button in post.buttons)]) for post in self.posts
        ]
        found = [number for number, place in enumerate(places, 1) if mark in place]
        return str(found[0]) if found else None

    @property
    def told(self) -> list[Post]:
        """The posts that are not the card."""
        return [post for post in self.posts if not is_card(post)]

    @property
    def card(self) -> Post:
        """The living card as it stands."""
        (found,) = [post for post in self.posts if is_card(post)]
        return found


def is_card(post: Post) -> bool:
    """Tell the living card from other posts."""
    return post.buttons[0].url.endswith("#card")


def kind_of(post: Post) -> str:
    """Name what a post is by its address: the kind of a reminder, or nothing."""
    return post.buttons[0].url.partition("#")[2]


def once(meeting: Meeting, chat: Chat, options: ChatOptions | None = None) -> None:
    """Do what the running outbox does once."""
    outbox = Outbox(meeting.services, options)
    while outbox.collect():
        pass
    asyncio.run(outbox.deliver(chat, meeting.clock))
    asyncio.run(outbox.refresh(chat, meeting.clock))


def until_quiet(
    meeting: Meeting, chat: Chat, then: Callable[[], None] = lambda: None
) -> dict[str, int]:
    """Start anew after every death until nothing waits any more; gives the states of posts."""
    for _ in range(30):
        try:
            once(meeting, chat)
            then()
        except Crash:
            meeting.clock.tick(timedelta(minutes=1))
            continue
        meeting.clock.tick(timedelta(minutes=1))
        states = dict(Outbox(meeting.services).states())
        if set(states) <= {"sent", "failed", "stale", "dropped"}:
            return states
    raise AssertionError(f"it never came to rest: {states}")
