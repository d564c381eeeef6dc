"""One JSON shape for every "no": refusals, unreadable bodies, unknown addresses, our failures."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from fastapi import FastAPI, Request
from fastapi.responses import PlainTextResponse, Response, StreamingResponse
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException

from api.http.body_faults import malformed, why
from api.http.failures import FailureGuard, ResponseCutShortError
from api.http.problems import MEDIA_TYPE, Problem, facts_of, install
from api.refusals import TooManyRequests
from domain.refusals import (
    AlreadyVoted,
    AnswersDoNotFit,
    CalledTooLate,
    Refused,
    RegisterTotalDiffers,
)
from tests.api.door import MOSCOW, ask
from tests.domain.builders import DURING

SECRET = "Рощин Глеб Захарович"


class Body(BaseModel):
    """What the test application takes."""

    model_config = ConfigDict(extra="forbid")

    number: int
    names: list[str] = []


def application(page: bool = False) -> FastAPI:
    """Make an application that says no in every way."""
    app = FastAPI(openapi_url=None)

    def refuse(name: str) -> None:
        reasons = {"voted": AlreadyVoted(DURING, "paper"), "often": TooManyRequests(7)}
        raise Refused(reasons[name])

    def status(code: int) -> None:
        raise HTTPException(code, SECRET)

    def take(body: Body) -> int:
        return body.number

    def fail(token: str) -> None:
        raise RuntimeError(f"{SECRET} {token}")

    async def half() -> StreamingResponse:
        async def parts() -> AsyncIterator[bytes]:
            yield b"begun"
            raise RuntimeError(SECRET)

        return StreamingResponse(parts())

    app.get("/refuse/{name}")(refuse)
    app.get("/status/{code}")(status)
    app.post("/take")(take)
    app.get("/fail/{token}")(fail)
    app.get("/half")(half)
    install(app, lambda _request: MOSCOW, _page if page else None)
    return app


def _page(_request: Request, problem: Problem) -> Response:
    return PlainTextResponse(f"страница: {problem.words.title}", problem.status)


def problem(method: str, path: str, **request: Any) -> dict[str, Any]:
    """Ask for a problem and hold its shape."""
    response = ask(application(), method, path, **request)
    assert response.headers["content-type"] == MEDIA_TYPE
    assert response.headers["content-language"] == "ru"
    assert response.headers["cache-control"] == "no-store"
    found: dict[str, Any] = response.json()
    assert found["status"] == response.status_code
    assert found["type"] == f"/errors/{found['code']}"
    assert {"title", "detail", "law", "remedy"} <= found.keys()
    assert SECRET not in response.text
    return found


def test_a_refusal_carries_its_words_its_norm_and_its_facts() -> None:
    found = problem("GET", "/refuse/voted")
    assert (found["status"], found["code"]) == (409, "already_voted")
    assert found["law"] == "ч. 6 ст. 48 ЖК РФ"
    assert "18.03.2026 12:00" in found["detail"]
    assert (found["received_at"], found["channel"]) == ("2026-03-18T09:00:00Z", "paper")


def test_a_brake_says_when_to_come_again() -> None:
    response = ask(application(), "GET", "/refuse/often")
    assert (response.status_code, response.headers["retry-after"]) == (429, "7")


def test_facts_are_plain_json() -> None:
    assert facts_of(RegisterTotalDiffers(Fraction(537, 20), Fraction(27))) == {
        "register": "537/20",
        "declared": "27",
    }
    assert facts_of(AnswersDoNotFit((1,), ("x",), ()))["missing"] == [1]
    late = CalledTooLate(date(2026, 3, 12), 10, date(2026, 3, 15))
    assert facts_of(late)["nearest"] == "2026-03-15"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (400, "request_not_understood"),
        (401, "officer_unknown"),
        (404, "page_unknown"),
        (405, "method_not_allowed"),
        (413, "body_too_large"),
        (415, "wrong_content_type"),
        (431, "request_not_understood"),
    ],
)
def test_what_the_library_refuses_has_our_shape_and_its_status(code: int, expected: str) -> None:
    found = problem("GET", f"/status/{code}")
    assert (found["status"], found["code"]) == (code, expected)


def test_an_unknown_address_and_a_wrong_method() -> None:
    assert problem("GET", f"/{SECRET}")["code"] == "page_unknown"
    response = ask(application(), "GET", "/take")
    assert (response.status_code, response.headers["allow"]) == (405, "POST")
    assert response.json()["allowed"] == "POST"


@pytest.mark.parametrize(
    ("body", "place", "says"),
    [
        ({}, "number", "не заполнено"),
        ({"number": SECRET}, "number", "нужно целое число"),
        ({"number": 1, "names": [1]}, "names.1", "нужен текст"),
        ({"number": 1, "names": SECRET}, "names", "нужен список"),
        ({"number": 1, SECRET: 1}, "", "поле, которого здесь не бывает"),
    ],
)
def test_an_unreadable_body_names_the_field_and_never_what_was_sent(
    body: dict[str, Any], place: str, says: str
) -> None:
    found = problem("POST", "/take", json=body)
    assert (found["status"], found["code"], found["place"]) == (422, "body_malformed", place)
    assert says in found["detail"]


def test_half_a_body_is_no_json() -> None:
    headers = {"content-type": "application/json"}
    found = problem("POST", "/take", content=f'{{"{SECRET}":'.encode(), headers=headers)
    assert "это не JSON" in found["detail"]


def test_a_fault_of_an_unknown_kind_still_has_a_sentence() -> None:
    assert why("something_new") == "значение не подходит"
    assert why("datetime_from_date_parsing") == "нужны дата и время вида 2026-03-12T19:00:00Z"
    assert malformed([]).place == ""
    assert malformed([{"type": "missing", "loc": ("body", SECRET, 0)}]).place == "….1"


def test_of_a_closed_list_the_values_are_named() -> None:
    fault = {"type": "enum", "loc": ("body", "form"), "ctx": {"expected": "'in_person' or 'mixed'"}}
    assert malformed([fault]).why == "такого значения в перечне нет; есть in_person, mixed"
    assert malformed([{"type": "enum", "loc": ()}]).why == "такого значения в перечне нет"


def test_a_failure_of_ours_tells_the_caller_nothing_and_the_journal_no_values(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.ERROR, "sobranie.http"):
        found = problem("GET", "/fail/token-of-a-voter")
    assert (found["status"], found["code"]) == (500, "internal_error")
    (record,) = caplog.records
    line = record.getMessage()
    assert SECRET not in line
    assert "token-of-a-voter" not in line
    assert record.exc_info is None
    assert "RuntimeError at GET /fail/{token}" in line
    assert "test_problems.py" in line
    reference = line.split()[1].rstrip(":")
    assert reference in found["remedy"]
    assert problem("GET", "/fail/again")["remedy"] == found["remedy"]


def test_an_answer_that_had_begun_is_cut_and_its_error_holds_no_values() -> None:
    with pytest.raises(BaseException) as caught:
        ask(application(), "GET", "/half")
    assert _innermost(caught.value).__class__ is ResponseCutShortError
    assert SECRET not in str(_innermost(caught.value))


def test_only_requests_are_guarded() -> None:
    seen: list[str] = []

    async def inner(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["type"])
        raise RuntimeError("start-up must fail loudly")

    guard = FailureGuard(inner, lambda _request, _reference: Response())
    with pytest.raises(RuntimeError):
        asyncio.run(guard({"type": "lifespan"}, _nothing, _nothing))
    assert seen == ["lifespan"]


@pytest.mark.parametrize(
    ("accept", "is_page"),
    [
        ("text/html,application/xhtml+xml,*/*;q=0.8", True),
        ("text/html; q=0.9", True),
        ("application/json, text/html", False),
        ("application/problem+json", False),
        ("*/*", False),
        ("", False),
    ],
)
def test_a_browser_gets_a_page_and_a_program_json(accept: str, is_page: bool) -> None:
    for path in ("/refuse/voted", "/status/404", "/fail/x"):
        response = ask(application(page=True), "GET", path, headers={"accept": accept})
        assert response.text.startswith("страница: ") == is_page


async def _nothing(*_arguments: Any) -> Any:
    return None


def _innermost(fault: BaseException) -> BaseException:
    while isinstance(fault, BaseExceptionGroup):
        fault = fault.exceptions[0]
    return fault
