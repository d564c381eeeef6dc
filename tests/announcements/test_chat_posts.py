"""One post per announcement: corrections and the cancellation change it where it stands."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from api.chat.announcing import LONGEST_TEXT
from api.chat.outbox import Outbox
from tests.announcements.conftest import OUTAGE
from tests.chat.stage import BOTH_STORES

if TYPE_CHECKING:
    from api.chat.port import Post
    from tests.announcements.conftest import Speaker

WORDS = {name: OUTAGE[name] for name in ("kind", "heading", "text", "starts_at", "ends_at")}


class Chat:
    """A messenger that keeps posts."""

    def __init__(self) -> None:
        self.posts: dict[str, Post] = {}

    async def post(self, chat: str, post: Post) -> str:
        number = str(len(self.posts) + 1)
        self.posts[number] = post
        return number

    async def edit(self, chat: str, post_id: str, post: Post) -> None:
        self.posts[post_id] = post

    async def pin(self, chat: str, post_id: str) -> None:
        pass

    async def find(self, chat: str, mark: str) -> str | None:
        return next((n for n, post in self.posts.items() if mark in post.text), None)

    @property
    def said(self) -> list[str]:
        return [post.text for post in self.posts.values() if "Водоканал" in post.text]


def deliver(speaker: Speaker, chat: Chat) -> None:
    outbox = Outbox(speaker.door.services)
    while outbox.collect():
        pass
    for _ in range(5):
        asyncio.run(outbox.deliver(chat, speaker.clock))
        speaker.clock.tick(timedelta(minutes=1))


@BOTH_STORES
def test_an_announcement_is_one_post_that_changes_in_place(speaker: Speaker) -> None:
    chat = Chat()
    number = speaker.announce()
    deliver(speaker, chat)
    (first,) = chat.said
    assert "Отключение: холодная вода" in first
    assert "подъезд 2" in first
    assert "Когда: с 05.03.2026 09:00 до 05.03.2026 18:00" in first
    assert "ресурсоснабжающая организация" in first
    body = WORDS | {"version": 1, "reason": "дольше", "ends_at": "2026-03-05T20:00:00+03:00"}
    assert speaker.post(f"announcements/{number}/corrections", body).status_code == 201
    deliver(speaker, chat)
    (second,) = chat.said
    assert "до 05.03.2026 20:00" in second
    assert "дольше" in second
    cancel = {"version": 2, "reason": "работы перенесены"}
    assert speaker.post(f"announcements/{number}/cancellation", cancel).status_code == 201
    deliver(speaker, chat)
    (third,) = chat.said
    assert third.startswith("ОТМЕНЕНО")
    assert "работы перенесены" in third


@BOTH_STORES
def test_all_changes_before_the_first_delivery_end_in_one_post(speaker: Speaker) -> None:
    chat = Chat()
    number = speaker.announce()
    cancel = {"version": 1, "reason": "ошибка"}
    assert speaker.post(f"announcements/{number}/cancellation", cancel).status_code == 201
    deliver(speaker, chat)
    (only,) = chat.said
    assert only.startswith("ОТМЕНЕНО")


def test_long_words_are_cut_in_the_chat(speaker: Speaker) -> None:
    chat = Chat()
    speaker.announce(text="вода " * 790)
    deliver(speaker, chat)
    (only,) = chat.said
    assert len(only) < LONGEST_TEXT + 600
    assert " …" in only
