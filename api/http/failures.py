"""Failures of our own: the caller gets a reference and nothing else, the journal no personal data.

The stock handler answers and then raises again, and the server prints the exception with its text,
which may hold what somebody sent. So the guard stands inside it and logs places, not values.
"""

from __future__ import annotations

import hashlib
import logging
import traceback
from collections.abc import Callable
from pathlib import PurePath
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

REFERENCE_LENGTH = 8
LIBRARIES = "site-packages"
_log = logging.getLogger("sobranie.http")


class ResponseCutShortError(Exception):
    """A failure after the answer had begun; the connection is dropped, the journal says where."""


def places_of(fault: BaseException) -> list[str]:
    """List our places a failure went through and the innermost of all, which stands last.

    No values, no message.
    """
    frames = list(traceback.extract_tb(fault.__traceback__))
    ours = [frame for frame in frames[:-1] if LIBRARIES not in PurePath(frame.filename).parts]
    kept = ours + frames[-1:]
    return [f"{PurePath(frame.filename).name}:{frame.lineno} {frame.name}" for frame in kept]


def reference_of(fault: BaseException) -> str:
    """Derive a short reference: the same failure at the same place has the same one."""
    text = "\n".join([type(fault).__qualname__, *places_of(fault)])
    return hashlib.sha256(text.encode()).hexdigest()[:REFERENCE_LENGTH]


class FailureGuard:
    """ASGI middleware that turns an unexpected exception into a plain answer."""

    def __init__(self, app: ASGIApp, answer: Callable[[Request, str], Response]) -> None:
        """Wrap an application; `answer` makes the response from request and reference."""
        self._app = app
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; answer 500 when it fails before the response has begun."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as fault:
            reference = journal(scope, fault)
            if begun:
                raise ResponseCutShortError(reference) from None
            await self._answer(Request(scope), reference)(scope, receive, send)


def journal(scope: Scope, fault: Exception) -> str:
    """Write a failure down without values; gives its reference."""
    reference = reference_of(fault)
    # The route's pattern, not the path: a path may hold a voter's token.
    route = getattr(scope.get("route"), "path", "-")
    _log.error(
        "failure %s: %s at %s %s: %s",
        reference,
        type(fault).__qualname__,
        scope["method"],
        route,
        " < ".join(reversed(places_of(fault))),
    )
    return reference
