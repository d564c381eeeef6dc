"""A house chat on the console: prints posts, for installations without a messenger and the demo."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import IO

    from api.chat.port import Post


class ConsoleChat:
    """Writes posts to a stream and remembers them while the process lives."""

    def __init__(self, stream: IO[str] | None = None) -> None:
        """Write to a stream, the standard output by default."""
        self._stream = stream or sys.stdout
        self._posts: dict[str, str] = {}

    @property
    def texts(self) -> list[str]:
        """The posts as they stand, oldest first."""
        return list(self._posts.values())

    async def post(self, chat: str, post: Post) -> str:
        """Print a post."""
        post_id = f"{chat}/{len(self._posts) + 1}"
        self._print(chat, post_id, "", post)
        return post_id

    async def edit(self, chat: str, post_id: str, post: Post) -> None:
        """Print the post again under its id."""
        self._print(chat, post_id, ", изменено", post)

    async def pin(self, chat: str, post_id: str) -> None:
        """Say that the post is pinned."""
        self._stream.write(f"── чат {chat} · {post_id}, закреплено ──\n\n")
        self._stream.flush()

    async def find(self, chat: str, mark: str) -> str | None:
        """Look among the posts of this process, in their text and in the addresses under them."""
        for post_id, text in self._posts.items():
            if post_id.startswith(f"{chat}/") and mark in text:
                return post_id
        return None

    def _print(self, chat: str, post_id: str, note: str, post: Post) -> None:
        links = "".join(f"\n[{button.text}] {button.url}" for button in post.buttons)
        self._posts[post_id] = f"{post.text}{links}"
        self._stream.write(f"── чат {chat} · {post_id}{note} ──\n{post.text}{links}\n\n")
        self._stream.flush()
