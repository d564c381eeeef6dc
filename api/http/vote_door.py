"""A short way for the request that comes by the thousand: the vote.

It stands before everything else of the application and takes a well-formed `POST /api/v1/ballots`.
Whatever is not well formed passes on to the route of that path, which describes the operation and
words its faults: routing, dependencies, a dozen layers and a second look at the answer would be
half of the work of a request.
"""

from __future__ import annotations

from json import JSONDecodeError
from typing import TYPE_CHECKING

import orjson
from fastapi import Request
from pydantic import ValidationError

from api.http.access import link_of
from api.http.limits import SMALL
from api.http.models import VoteIn
from api.http.owners import BALLOTS, cast_vote
from api.http.strict_json import strict_json
from api.web.headers import OF_DATA, SecurityHeaders

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from api.http.problems import Wording
    from api.services import Services

BEARER = b"bearer"
READ = (b"authorization", b"content-type")
"""Headers the door reads; said twice, they are for the route to judge."""
JSON = b"application/json"
RECEIVED_HEADERS = ((b"content-type", JSON), *OF_DATA)


class VoteDoor:
    """ASGI middleware for votes; what is no vote received is worded by the application's own."""

    def __init__(self, app: ASGIApp, services: Services, wording: Wording) -> None:
        """Stand before an application, in the service of an installation."""
        self._app = app
        self._services = services
        self._wording = wording

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a vote; let everything else pass."""
        if scope.get("path") != BALLOTS or scope.get("method") != "POST":
            await self._app(scope, receive, send)
            return
        heard = await _heard(receive)
        vote = _understood(scope, heard)
        if vote is None:
            await self._app(scope, _replayed(heard, receive), send)
            return
        try:
            link = await link_of(self._services, vote[0])
            answer = await cast_vote(self._services, link, vote[1])
        except Exception as fault:
            other = SecurityHeaders(self._wording(Request(scope), fault))
            await other(scope, receive, send)
            return
        body = orjson.dumps(answer)
        length = (b"content-length", str(len(body)).encode())
        await send(
            {"type": "http.response.start", "status": 201, "headers": [length, *RECEIVED_HEADERS]}
        )
        await send({"type": "http.response.body", "body": body})


async def _heard(receive: Receive) -> list[Message]:
    """Read the body, or as much of it as a vote may have and a little more."""
    heard = [await receive()]
    size = len(heard[0].get("body", b""))
    while heard[-1].get("more_body") and size <= SMALL:
        heard.append(await receive())
        size += len(heard[-1].get("body", b""))
    return heard


def _understood(scope: Scope, heard: list[Message]) -> tuple[str, VoteIn] | None:
    """Give the token and the vote; None for what is not plainly both."""
    given = [pair for pair in scope["headers"] if pair[0] in READ]
    headers: dict[bytes, bytes] = dict(given)
    body = b"".join(message.get("body", b"") for message in heard)
    whole = heard[-1]["type"] == "http.request" and not heard[-1].get("more_body")
    if not whole or len(body) > SMALL or len(given) != len(headers):
        return None
    scheme, _, token = headers.get(b"authorization", b"").partition(b" ")
    kind = headers.get(b"content-type", b"").partition(b";")[0]
    if scheme.lower() != BEARER or kind.lower() != JSON:
        return None
    try:
        return token.decode("ascii"), VoteIn.model_validate(strict_json(body))
    except (JSONDecodeError, UnicodeDecodeError, ValidationError):
        return None


def _replayed(heard: list[Message], receive: Receive) -> Receive:
    """Give what was heard once more, and then what follows."""
    rest = iter(heard)

    async def once_more() -> Message:
        return next(rest, None) or await receive()

    return once_more
