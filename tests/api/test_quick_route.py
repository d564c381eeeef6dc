"""The quick route answers faults of a body as FastAPI's own routes do."""

from __future__ import annotations

import asyncio

import pytest
from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from httpx import ASGITransport, AsyncClient, Response
from pydantic import BaseModel, ConfigDict

from api.http.quick_route import NotQuickError, QuickRoute
from api.http.strict_json import StrictRoute


class Said(BaseModel):
    """A body."""

    model_config = ConfigDict(extra="forbid")
    words: list[str]


async def say(request: Request, body: Said) -> Said:
    """Say it again."""
    return Said(words=[request.method, *body.words])


def _app() -> FastAPI:
    router = APIRouter()
    router.add_api_route("/quick", say, methods=["POST"], route_class_override=QuickRoute)
    router.add_api_route("/usual", say, methods=["POST"], route_class_override=StrictRoute)
    app = FastAPI()
    app.include_router(router)

    @app.exception_handler(RequestValidationError)
    async def unreadable(_request: Request, fault: Exception) -> JSONResponse:
        assert isinstance(fault, RequestValidationError)
        return JSONResponse([[e["type"], list(e["loc"])] for e in fault.errors()], 422)

    return app


def _ask(method: str, path: str, content: bytes = b"", kind: str = "") -> Response:
    async def asked() -> Response:
        transport = ASGITransport(_app())
        async with AsyncClient(transport=transport, base_url="http://quick.test") as client:
            return await client.request(
                method, path, content=content, headers={"Content-Type": kind}
            )

    return asyncio.run(asked())


@pytest.mark.parametrize(
    "content",
    [
        b'{"words":["a"]}',
        '{"words":["ёж"]}'.encode(),
        b'{"words":[1]}',
        b'{"words":["a"],"more":1}',
        b"{}",
        b"[]",
        b'{"words":["a"],"words":["b"]}',
        b'{"words":',
        b"\xff",
        b"[" * 100_000,
    ],
)
def test_a_body_is_answered_as_on_a_usual_route(content: bytes) -> None:
    quick = _ask("POST", "/quick", content, "application/json; charset=utf-8")
    usual = _ask("POST", "/usual", content, "application/json; charset=utf-8")
    assert (quick.status_code, quick.json()) == (usual.status_code, usual.json())


def test_null_is_no_body() -> None:
    assert _ask("POST", "/quick", b"null", "application/json").status_code == 422


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_a_body_of_another_kind_is_refused(kind: str) -> None:
    assert _ask("POST", "/quick", b'{"words":[]}', kind).status_code == 415


def test_it_is_described_as_any_other_route() -> None:
    described = _ask("GET", "/openapi.json").json()["paths"]
    assert described["/quick"]["post"]["requestBody"] == described["/usual"]["post"]["requestBody"]
    assert described["/quick"]["post"]["responses"] == described["/usual"]["post"]["responses"]


def test_a_handler_without_a_body_is_no_quick_one() -> None:
    async def bodiless(request: Request) -> Said:
        return Said(words=[])

    with pytest.raises(NotQuickError):
        APIRouter().add_api_route("/", bodiless, route_class_override=QuickRoute)
