"""Reading request bodies with a limit, before anything else looks at them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.refusals import BodyTooLarge
from domain.refusals import Refused

if TYPE_CHECKING:
    from starlette.requests import Request


async def read_body(request: Request, limit: int) -> bytes:
    """Read a body of at most `limit` bytes, or refuse; a longer one is not kept in memory."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limit:
        raise Refused(BodyTooLarge(limit))
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > limit:
            raise Refused(BodyTooLarge(limit))
        parts.append(part)
    return b"".join(parts)
