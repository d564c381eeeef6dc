"""Phase 2 of an upload: the bytes, to an address of another host in life and of ours here."""

from __future__ import annotations

import json
from pathlib import PurePath
from typing import Annotated

from fastapi import APIRouter, File, UploadFile
from fastapi.responses import Response

from tests.fake_max.facts import LIMITS, Refusal
from tests.fake_max.people import Upload
from tests.fake_max.rules import reject
from tests.fake_max.world import World

MEGABYTE = 1024 * 1024


def upload_router(world: World) -> APIRouter:
    """Make the route; pieces with Content-Range are not served, the product sends a whole."""
    router = APIRouter()

    @router.post("/upload/{number}")
    async def fill(number: int, data: Annotated[UploadFile, File()]) -> Response:
        upload = world.uploads.get(number)
        if upload is None or upload.is_filled:
            raise Refusal("not.found", "One file per upload URL")
        content = await data.read()
        _check(upload.kind, data.filename or "", len(content))
        upload.filename, upload.content, upload.is_filled = data.filename or "", content, True
        return _answer(upload)

    return router


def _check(kind: str, filename: str, size: int) -> None:
    limits = LIMITS["uploads"][kind]
    most = limits["mb"] * MEGABYTE if "mb" in limits else limits["gb"] * 1024 * MEGABYTE
    if size > most:
        raise reject("data", "too large")
    extension = PurePath(filename).suffix.lstrip(".").lower()
    if not extension or ("..." not in limits["ext"] and extension not in limits["ext"]):
        raise reject("data", "File extension is forbidden")


def _answer(upload: Upload) -> Response:
    if upload.kind in ("video", "audio"):
        return Response("<retval>1</retval>", media_type="text/xml")
    token = {"token": upload.token}
    body = {"photos": {"p1": token}} if upload.kind == "image" else {**token, "fileId": 7}
    return Response(json.dumps(body), media_type="application/json")
