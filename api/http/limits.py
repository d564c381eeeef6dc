"""Size limits on every body, kept before anything is parsed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

MEBI = 1024 * 1024
SMALL = 64 * 1024
LARGE = {
    "register": 20 * MEBI,
    "notices": 20 * MEBI,
    "paper-ballots": 20 * MEBI,
    "signatures": 2 * MEBI,
    "max": MEBI,
    "announcements": 20 * MEBI,
    "corrections": 20 * MEBI,
    "contacts": 4 * MEBI,
    "table": 20 * MEBI,
    "letters": MEBI,
}
"""Last part of the paths that take files."""
CALL = MEBI


def limit_of(path: str) -> int:
    """Give the largest body a path takes, in bytes."""
    last = path.rstrip("/").rsplit("/", 1)[-1]
    if path == "/api/v1/meetings":
        return CALL
    return LARGE.get(last, SMALL)


class BodyLimit:
    """ASGI middleware that stops reading a body that is longer than its path takes."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count what is read; a body too long is answered with 413."""
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        limit = limit_of(scope["path"])
        size = 0

        async def counted() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > limit:
                raise HTTPException(413)
            return message

        await self._app(scope, counted, send)
