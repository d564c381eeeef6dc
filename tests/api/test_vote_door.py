"""The door takes well-formed votes and hands everything else on, unchanged."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest

from api import offices
from api.http.app import create_app
from api.http.limits import SMALL
from api.http.models import VoteOut
from api.http.owners import BALLOTS
from api.http.strict_json import strict_json
from api.http.vote_door import VoteDoor
from api.web.headers import DATA_HEADERS
from tests.integration.small import called, installation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import Message, Receive, Scope, Send

    from api.services import Services

GOOD = json.dumps({"answers": {"1": "for", "2": "against"}}).encode()
JSON = b"application/json"


class Behind:
    """Stands where the routes stand, and keeps what it is handed."""

    def __init__(self) -> None:
        """Nothing has come yet."""
        self.bodies: list[bytes] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read a whole body and answer 299."""
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = bool(message.get("more_body"))
        self.bodies.append(body)
        await send({"type": "http.response.start", "status": 299, "headers": []})
        await send({"type": "http.response.body", "body": b""})


def unworded(_request: Request, fault: Exception) -> Response:
    """Stand for the wording of refusals where none is expected."""
    raise fault


def sent(
    app: Any, parts: list[bytes], headers: dict[bytes, bytes], method: str = "POST"
) -> tuple[int, bytes]:
    """Send a body in parts; gives status and body of the answer."""
    messages = [
        {"type": "http.request", "body": part, "more_body": place < len(parts)}
        for place, part in enumerate(parts, 1)
    ]
    return heard(app, messages, list(headers.items()), method)


def heard(
    app: Any, messages: list[Any], headers: list[tuple[bytes, bytes]], method: str = "POST"
) -> tuple[int, bytes]:
    """Let an application hear messages, and then that the other side is gone."""
    answer = answered(app, messages, headers, method)
    return answer[0]["status"], b"".join(part.get("body", b"") for part in answer[1:])


def answered(
    app: Any, messages: list[Any], headers: list[tuple[bytes, bytes]], method: str = "POST"
) -> list[Message]:
    """Give all that an application sends."""
    answer: list[Message] = []

    async def receive() -> Message:
        return messages.pop(0) if messages else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        answer.append(message)

    scope = {
        "type": "http", "method": method, "path": BALLOTS, "query_string": b"",
        "headers": headers, "app": app,
    }  # fmt: skip
    asyncio.run(app(scope, receive, send))
    return answer


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[tuple[Services, str]]:
    """Give an open meeting and the token of one owner."""
    with installation(tmp_path / "home", {}) as (services, clock):
        meeting = called(services, clock)
        meeting.open()
        links = offices.issue_links(services, meeting.meeting)
        yield services, links[0].token


def head(token: str, kind: bytes = JSON) -> dict[bytes, bytes]:
    """Give the headers of a vote."""
    return {b"authorization": f"Bearer {token}".encode(), b"content-type": kind}


def test_a_vote_is_answered_without_the_routes(opened: tuple[Services, str]) -> None:
    services, token = opened
    behind = Behind()
    door = VoteDoor(behind, services, unworded)
    status, body = sent(door, [GOOD[:7], b"", GOOD[7:]], head(token))
    assert status == 201
    assert VoteOut.model_validate_json(body, strict=True).ballots[0].binding
    assert behind.bodies == []


@pytest.mark.parametrize(
    "parts",
    [
        [b""],
        [b"{"],
        [b"\xff"],
        [b"[]"],
        [GOOD[:-2] + b',"1":"for"}}'],
        [b'{"answers":{"1":"for","2":"spoiled"}}'],
        [b" " * SMALL, b" ", GOOD],
        [b"x" * (2 * SMALL)],
        [GOOD + b" " * SMALL],
        [b'{"answers":' + b"9" * 5000 + b"}"],
        [b'{"answers":{"1":"for","2":"for","\\ud800":"for"}}'],
    ],
)
def test_what_is_no_vote_passes_on_as_it_came(
    opened: tuple[Services, str], parts: list[bytes]
) -> None:
    services, token = opened
    behind = Behind()
    door = VoteDoor(behind, services, unworded)
    assert sent(door, list(parts), head(token))[0] == 299
    assert behind.bodies == [b"".join(parts)]


def test_other_kinds_and_methods_pass_on(opened: tuple[Services, str]) -> None:
    services, token = opened
    behind = Behind()
    door = VoteDoor(behind, services, unworded)
    assert sent(door, [GOOD], head(token, b"text/plain"))[0] == 299
    assert sent(door, [GOOD], {b"content-type": JSON})[0] == 299
    assert sent(door, [GOOD], head(token) | {b"authorization": b"Basic eDp5"})[0] == 299
    assert sent(door, [b""], head(token), "GET")[0] == 299


def test_refusals_are_worded_as_on_the_route(opened: tuple[Services, str]) -> None:
    services, token = opened
    app = create_app(services)
    missing = b'{"answers":{"1":"for"}}'
    by_door = sent(app, [missing], head(token))
    by_route = sent(app, [missing], head(token, b"application/problem+json"))
    assert (by_door[0], json.loads(by_door[1])["code"]) == (422, "answers_do_not_fit")
    assert by_route[0] == by_door[0]
    assert by_route[1] == by_door[1]
    unknown = sent(app, [GOOD], head("A" * 22))
    assert (unknown[0], json.loads(unknown[1])["code"]) == (404, "link_unknown")


def test_a_failure_at_the_door_is_told_as_everywhere(
    opened: tuple[Services, str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    services, token = opened

    async def fails(*_: object) -> None:
        raise ZeroDivisionError(token)

    monkeypatch.setattr("api.http.vote_door.cast_vote", fails)
    with caplog.at_level("ERROR"):
        status, body = sent(create_app(services), [GOOD], head(token))
    assert (status, json.loads(body)["code"]) == (500, "internal_error")
    assert token.encode() not in body
    assert "ZeroDivisionError" in caplog.text
    assert token not in caplog.text


def test_every_answer_of_the_door_has_the_security_headers(opened: tuple[Services, str]) -> None:
    services, token = opened
    app = create_app(services)
    wanted = {(name.encode(), value.encode()) for name, value in DATA_HEADERS.items()}
    for bearer, status in (("A" * 22, 404), (token, 201), (token, 409)):
        whole = [{"type": "http.request", "body": GOOD, "more_body": False}]
        begun, *_ = answered(app, whole, list(head(bearer).items()))
        assert begun["status"] == status
        assert wanted <= set(begun["headers"])


def test_a_request_that_broke_off_is_no_vote(opened: tuple[Services, str]) -> None:
    services, token = opened
    begun = [{"type": "http.request", "body": GOOD, "more_body": True}]
    assert heard(create_app(services), begun, list(head(token).items()))[0] == 400
    meeting, _ = services.desk.meetings()[0]
    assert services.app.ballots_of(services.meeting(meeting)) == []


def test_two_tokens_are_judged_by_the_route(opened: tuple[Services, str]) -> None:
    services, token = opened
    behind = Behind()
    twice = [(b"authorization", b"Bearer " + b"A" * 22), *head(token).items()]
    whole = [{"type": "http.request", "body": GOOD, "more_body": False}]
    assert heard(VoteDoor(behind, services, unworded), whole, twice)[0] == 299


@pytest.mark.parametrize(
    "body",
    [
        b"9" * 5000,
        b'{"answers":{"1":"for","2":"for","\\ud800":"for"}}',
        b'"\\udc00"',
        b'"\\\\\\u0000"',
    ],
)
@pytest.mark.parametrize("kind", [JSON, b"application/problem+json"])
def test_what_is_no_text_and_no_number_is_refused_and_not_a_failure(
    opened: tuple[Services, str], body: bytes, kind: bytes
) -> None:
    services, token = opened
    status, answer = sent(create_app(services), [body], head(token, kind))
    assert (status, json.loads(answer)["code"]) == (422, "body_malformed")


def test_a_zero_that_is_only_spelled_out_is_text() -> None:
    assert strict_json(b'"\\\\u0000"') == "\\u0000"
