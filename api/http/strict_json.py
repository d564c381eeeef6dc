"""JSON bodies read strictly: a doubled member is an error, not a silent choice of the last one."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import orjson
from fastapi import Request
from fastapi.routing import APIRoute
from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from starlette.responses import Response


class StrictRequest(Request):
    """A request whose JSON has every member once and is not nested beyond reason."""

    @override
    async def json(self) -> Any:
        """Read the body; faults arrive as the library's own JSON error."""
        return strict_json(await self.body())


class StrictRoute(APIRoute):
    """Routes whose handlers get such requests."""

    @override
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap the library's handler."""
        handler = super().get_route_handler()

        async def strict(request: Request) -> Response:
            return await handler(StrictRequest(request.scope, request.receive))

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
        raise json.JSONDecodeError("a doubled member", "", 0)
    return members


_ZERO = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
_DECODER = json.JSONDecoder(object_pairs_hook=_each_once)
