"""Files for MAX in two phases: ask for an address, send the bytes, attach by the token.

The token of a video or an audio comes in phase 1, that of a file or an image in phase 2. The server
works on the file for a while: sending too early is `MaxNotReadyError`, which the client waits out.
"""

from __future__ import annotations

import json
from enum import StrEnum

from api.chat.max.errors import MaxAnswerLostError, MaxContentError
from api.chat.max.models import JsonObject, UploadEndpoint
from api.chat.max.transport import Call, MaxTransport

_MEGABYTE = 1024 * 1024


class UploadKind(StrEnum):
    """What is uploaded; `photo` is refused by the server."""

    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"
    FILE = "file"


MOST_BYTES = {
    UploadKind.IMAGE: 50 * _MEGABYTE,
    UploadKind.VIDEO: 250 * _MEGABYTE,
    UploadKind.AUDIO: 256 * _MEGABYTE,
    UploadKind.FILE: 4096 * _MEGABYTE,
}


async def upload(
    transport: MaxTransport, kind: UploadKind, filename: str, content: bytes
) -> JsonObject:
    """Upload and give the attachment; people see the file's name."""
    if not content or len(content) > MOST_BYTES[kind]:
        raise MaxContentError("upload.size", f"{kind}: 1..{MOST_BYTES[kind]} bytes")
    endpoint = await transport.call(Call("POST", "/uploads", {"type": kind}), UploadEndpoint)
    answer = await transport.upload(endpoint.url, filename, content)
    if kind in (UploadKind.VIDEO, UploadKind.AUDIO):
        if endpoint.token is None:
            raise MaxAnswerLostError("upload.token", "no token in phase 1")
        return {"type": kind.value, "payload": {"token": endpoint.token}}
    return {"type": kind.value, "payload": _payload(answer, kind)}


def _payload(answer: bytes, kind: UploadKind) -> JsonObject:
    try:
        parsed = json.loads(answer)
    except (ValueError, RecursionError):
        parsed = None
    if isinstance(parsed, dict):
        token, photos = parsed.get("token"), parsed.get("photos")
        if isinstance(token, str):
            return {"token": token}
        if kind is UploadKind.IMAGE and isinstance(photos, dict) and photos:
            return {"photos": photos}
    raise MaxAnswerLostError("upload.token", "no token in phase 2")
