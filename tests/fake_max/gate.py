"""What stands before every request to the API: the token, the common limit, failures on order."""

from __future__ import annotations

import json
from urllib.parse import parse_qsl

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tests.fake_max.facts import Refusal
from tests.fake_max.faults import Fault, FaultKind
from tests.fake_max.rules import reject
from tests.fake_max.world import Seen, World

OPEN = ("/_fake", "/upload/")


class Gate:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp, world: World) -> None:
        """Stand before the app."""
        self._app = app
        self._world = world

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, refuse it or make it fail."""
        if scope["type"] != "http" or scope["path"].startswith(OPEN):
            await self._app(scope, receive, send)
            return
        body = await _body(receive)
        receive, send = _replay(body, receive), self._recorded(scope, body, send)
        try:
            with self._world.lock:
                self._check(scope)
                fault = self._world.faults.take(scope["method"], scope["path"])
        except Refusal as refusal:
            await _answer(send, refusal.status, json.dumps(refusal.body).encode())
            return
        if fault is None:
            await self._app(scope, receive, send)
        else:
            await self._fail(fault, scope, receive, send)

    def _recorded(self, scope: Scope, body: bytes, send: Send) -> Send:
        query = dict(parse_qsl(scope["query_string"].decode()))
        seen = Seen(scope["method"], scope["path"], query, body)
        self._world.requests.append(seen)

        async def note(message: Message) -> None:
            seen.status = message.get("status", seen.status)
            seen.answer += message.get("body", b"")
            await send(message)

        return note

    def _check(self, scope: Scope) -> None:
        query = [name for name, _ in parse_qsl(scope["query_string"].decode())]
        if "access_token" in query:
            raise Refusal("deprecated.token")
        if dict(scope["headers"]).get(b"authorization", b"").decode() != self._world.token:
            raise Refusal("verify.token")
        self._world.throttle.request()
        if len(query) != len(set(query)):
            raise reject("query", "repeated parameter")

    async def _fail(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        match fault.kind:
            case FaultKind.BURST_429:
                refusal = Refusal("too.many.requests")
                await _answer(send, 429, json.dumps(refusal.body).encode(), fault.wait)
            case FaultKind.BURST_5XX:
                code = "service.unavailable" if fault.status == 503 else "internal.error"
                body = json.dumps(Refusal(code).body).encode()
                await _answer(send, fault.status, body, fault.wait)
            case FaultKind.SUCCESS_FALSE:
                await _answer(send, 200, b'{"success":false,"message":"not today"}')
            case FaultKind.PATHS_GONE:
                text = f"Path {scope['path']} is not recognized."
                body = json.dumps(Refusal("method.not.found", text).body).encode()
                await _answer(send, 404, body)
            case FaultKind.NOT_JSON:
                await self._app(scope, receive, _swallow)
                await _answer(send, 200, b"<html>it works</html>")
            case FaultKind.SLOW_200:
                self._world.clock.pass_seconds(fault.seconds)
                await self._app(scope, receive, send)
            case FaultKind.DROPPED_BEFORE:
                await _hang_up(send)
            case FaultKind.LOST_ANSWER:
                await self._app(scope, receive, _swallow)
                self._world.faults.accepted.set()
                await _hang_up(send)
            case FaultKind.TIMEOUT_AFTER_ACCEPT:
                await self._app(scope, receive, _swallow)
                self._world.faults.accepted.set()
                # Nobody answers: the other side's patience ends first.
                while (await receive())["type"] != "http.disconnect":
                    pass


async def _body(receive: Receive) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


def _replay(body: bytes, receive: Receive) -> Receive:
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return waiting.pop() if waiting else await receive()

    return again


async def _swallow(message: Message) -> None:
    """Take an answer that nobody will see."""


async def _answer(send: Send, status: int, body: bytes, wait: int | None = None) -> None:
    headers = [(b"content-type", b"application/json; charset=utf-8")]
    if wait is not None:
        headers.append((b"retry-after", str(wait).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _hang_up(send: Send) -> None:
    """Promise a body and close without it: uvicorn then drops the connection."""
    headers = [(b"content-length", b"100")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
