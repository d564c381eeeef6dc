"""JSON bodies read strictly: said to be JSON, every member once, not nested beyond reason."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import orjson
from fastapi import Request
from fastapi.params import Form
from fastapi.routing import APIRoute
from typing_extensions import override

from api.http.body_faults import DOUBLED
from api.refusals import WrongContentType
from domain.refusals import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from starlette.responses import Response

JSON = "application/json"


class StrictRequest(Request):
    """A request whose body says that it is JSON, and has every member once."""

    @override
    async def json(self) -> Any:
        """Read the body; faults arrive as the library's own JSON error."""
        return strict_json(await self.body())

    async def must_be_json(self) -> None:
        """Refuse a body of another media type, or of none."""
        given = self.headers.get("content-type", "").partition(";")[0].strip()
        if not _IS_JSON.fullmatch(given) and await self.body():
            raise Refused(WrongContentType(given, JSON))


class StrictRoute(APIRoute):
    """Routes whose handlers get such requests."""

    @override
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap the library's handler."""
        handler = super().get_route_handler()
        takes_json = self.body_field is not None and not isinstance(
            self.body_field.field_info, Form
        )

        async def strict(request: Request) -> Response:
            own = StrictRequest(request.scope, request.receive)
            if takes_json:
                await own.must_be_json()
            return await handler(own)

        return strict


def strict_json(body: bytes) -> Any:
    """Read JSON; every fault arrives as the library's own JSON error."""
    try:
        text = body.decode()
        if "\\u" in text:
            # Half of a surrogate pair is no text; the zero character is none to PostgreSQL.
            orjson.loads(text)
            if _ZERO.search(text):
                raise json.JSONDecodeError("a zero character", "", 0)
        return _DECODER.decode(text)
    except json.JSONDecodeError:
        raise
    except (RecursionError, ValueError):
        # A ValueError is also what a number of thousands of digits comes to.
        raise json.JSONDecodeError("not readable", "", 0) from None


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise json.JSONDecodeError(f"{DOUBLED}{twice}", "", 0)
    return members


_IS_JSON = re.compile(r"application/([a-z0-9.-]+\+)?json", re.IGNORECASE)
_ZERO = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
_DECODER = json.JSONDecoder(object_pairs_hook=_each_once)
