"""The brake on guessing, the masked access log, the headers of other answers."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

import pytest

from api.refusals import TooManyRequests
from api.web.headers import SecurityHeaders
from api.web.limits import GuessLimit
from api.web.logging import MaskTokens, mask_access_logs, masked
from domain.refusals import Refused

if TYPE_CHECKING:
    from collections.abc import MutableMapping


def spend(limit: GuessLimit, address: str, tries: int) -> int | None:
    """Try so often; give the wait when the address is refused."""
    for _ in range(tries):
        try:
            limit.failed(address)
        except Refused as refused:
            assert isinstance(refused.reason, TooManyRequests)
            return refused.reason.retry_after
    return None


def test_thirty_wrong_tries_a_minute() -> None:
    now = [0.0]
    limit = GuessLimit(lambda: now[0])
    assert spend(limit, "203.0.113.1", 30) is None
    assert spend(limit, "203.0.113.1", 1) == 2
    now[0] += 2
    assert spend(limit, "203.0.113.1", 1) is None
    assert spend(limit, "203.0.113.1", 1) == 2
    now[0] += 3600
    assert spend(limit, "203.0.113.1", 30) is None
    assert spend(limit, "203.0.113.1", 1) == 2


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:203.0.113.1", "203.0.113.1", True),
        ("203.0.113.1", "203.0.113.2", False),
        ("", "testclient", False),
    ],
)
def test_what_counts_as_one_address(first: str, second: str, same: bool) -> None:
    limit = GuessLimit(lambda: 0.0, tries=1)
    assert spend(limit, first, 1) is None
    assert (spend(limit, second, 1) is not None) == same


def test_a_right_try_is_given_back() -> None:
    limit = GuessLimit(lambda: 0.0, tries=2)
    for _ in range(5):
        assert spend(limit, "203.0.113.1", 1) is None
        limit.returned("203.0.113.1")
    limit.returned("203.0.113.1")
    limit.returned("198.51.100.7")
    assert spend(limit, "203.0.113.1", 2) is None
    assert spend(limit, "203.0.113.1", 1) == 30


def test_memory_is_bounded() -> None:
    limit = GuessLimit(lambda: 0.0, addresses=10)
    for number in range(1000):
        spend(limit, f"198.51.100.{number}", 1)
    assert len(limit) == 10


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("GET /b/mSMC3RZbVvgq-_s1q0ZbQA HTTP/1.1", "GET /b/*** HTTP/1.1"),
        ("/b/abc/receipt/1.tlog-proof", "/b/***/receipt/1.tlog-proof"),
        ("/b/abc?again=1", "/b/***?again=1"),
        ('"http://x/b/abc"', '"http://x/b/***"'),
        ("/m/abc", "/m/abc"),
    ],
)
def test_tokens_are_masked(line: str, shown: str) -> None:
    assert masked(line) == shown


@pytest.mark.parametrize(
    ("message", "args"),
    [
        ('%s - "%s %s HTTP/%s" %d', ("203.0.113.1:1", "GET", "/b/secret?again=1", "1.1", 200)),
        ("/b/secret", ()),
        ("%(path)s", ({"path": "/b/secret"},)),
    ],
)
def test_the_filter_masks_message_and_arguments(message: str, args: tuple[Any, ...]) -> None:
    record = logging.LogRecord("x", logging.INFO, "f", 1, message, args, None)
    assert MaskTokens().filter(record)
    assert "secret" not in record.getMessage()
    assert "/b/***" in record.getMessage()


def test_the_filter_is_put_on_once() -> None:
    mask_access_logs()
    mask_access_logs()
    filters = logging.getLogger("uvicorn.access").filters
    assert sum(isinstance(known, MaskTokens) for known in filters) == 1


def test_a_header_of_the_answer_is_left_alone_and_other_scopes_pass() -> None:
    sent: list[MutableMapping[str, Any]] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            own = [(b"referrer-policy", b"same-origin")]
            await send({"type": "http.response.start", "status": 200, "headers": own})
            await send({"type": "http.response.body", "body": b""})

    async def receive() -> Any:
        return {"type": "http.request"}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    guarded = SecurityHeaders(app, exempt=("/docs",))
    asyncio.run(guarded({"type": "lifespan"}, receive, send))
    assert sent == []
    asyncio.run(guarded({"type": "http", "path": "/docs"}, receive, send))
    headers = dict(sent[0]["headers"])
    assert headers[b"referrer-policy"] == b"same-origin"
    assert b"content-security-policy" not in headers
    assert headers[b"x-content-type-options"] == b"nosniff"
