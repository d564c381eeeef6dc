"""The fake's HTTP side: the routes of the Bot API that the product needs.

Endpoints the facts mark as not needed answer 501 `fake.not.served`, so that using one is noticed.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from tests.fake_max import bot_side
from tests.fake_max.facts import FACTS, Refusal
from tests.fake_max.gate import Gate
from tests.fake_max.page import page_router
from tests.fake_max.people import Json, message_to_wire
from tests.fake_max.rules import check_shape, reject
from tests.fake_max.uploads import upload_router
from tests.fake_max.world import World, without_nulls

NEEDED = {(row["method"], row["path"]) for row in FACTS["endpoints"] if row["need"]}
NOT_NEEDED = {(row["method"], row["path"]) for row in FACTS["endpoints"] if not row["need"]}
CHAT = "/chats/{chatId}"
NewBody = Annotated[dict[str, Any], Body()]


def create_app(world: World) -> FastAPI:
    """Make the server for a world."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)

    async def locked() -> AsyncIterator[None]:
        with world.lock:
            yield

    for router in (_messages(world), _chats(world), _rest(world)):
        app.include_router(router, dependencies=[Depends(locked)])
    app.include_router(upload_router(world), dependencies=[Depends(locked)])
    app.include_router(page_router(world), prefix="/_fake", dependencies=[Depends(locked)])
    for method, path in sorted(NOT_NEEDED):
        app.add_api_route(path, _not_served, methods=[method])
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _unknown)
    app.add_middleware(Gate, world=world)
    return app


def reply(world: World, body: Json) -> Response:
    """Answer as the wire does: no nulls, and an unknown key now and then."""
    full = without_nulls(body)
    if world.number() % 2:
        full["future_field"] = {"since": "0.0.34"}
    return _json(200, full)


def _json(status: int, body: Json, wait: int | None = None) -> Response:
    headers = {} if wait is None else {"Retry-After": str(wait)}
    text = json.dumps(body, ensure_ascii=False)
    return Response(text, status, headers, media_type="application/json; charset=utf-8")


async def _not_served() -> Response:
    return _json(501, {"code": "fake.not.served", "message": "the product does not need it"})


async def _refused(request: Request, error: Exception) -> Response:
    if not isinstance(error, Refusal):
        raise error
    return _json(error.status, error.body, error.wait)


async def _invalid(request: Request, error: Exception) -> Response:
    return await _refused(request, reject("request", type(error).__name__))


async def _unknown(request: Request, error: Exception) -> Response:
    path = request.url.path
    if path in ("/answers", "/updates"):
        return await _refused(request, Refusal("method.not.allowed"))
    docs = "Please check docs at https://dev.max.ru/docs"
    gone = Refusal("method.not.found", f"Path {path} is not recognized. {docs}")
    return await _refused(request, gone)


def _messages(world: World) -> APIRouter:
    router = APIRouter()

    @router.post("/messages")
    async def send(
        body: NewBody, chat_id: int | None = None, user_id: int | None = None
    ) -> Response:
        chat = bot_side.chat_to_write(world, chat_id, user_id)
        return reply(world, bot_side.send(world, chat, body))

    @router.put("/messages")
    async def edit(message_id: str, body: NewBody) -> Response:
        return reply(world, bot_side.edit(world, message_id, body))

    @router.delete("/messages")
    async def delete(message_id: str) -> Response:
        return reply(world, bot_side.delete(world, message_id))

    @router.get("/messages")
    async def read(
        chat_id: int | None = None,
        message_ids: str | None = None,
        before: int | None = None,
        after: int | None = None,
        count: int = 50,
    ) -> Response:
        bot_side.check_count(count, "messages_page")
        if (chat_id is None) == (message_ids is None):
            raise reject("query", "one of chat_id, message_ids")
        if chat_id is not None:
            rows = bot_side.read(world, chat_id, before, after, count)
        else:
            found = [bot_side.find_message(world, mid) for mid in (message_ids or "").split(",")]
            rows = [message_to_wire(message, chat, world.bot) for chat, message in found]
        return reply(world, {"messages": rows})

    @router.get("/messages/{messageId}")
    async def one(messageId: str) -> Response:  # noqa: N803 - the facts' name
        chat, message = bot_side.find_message(world, messageId)
        return reply(world, message_to_wire(message, chat, world.bot))

    @router.post("/answers")
    async def answer(callback_id: str, body: NewBody) -> Response:
        check_shape(body, "ref:CallbackAnswer")
        return reply(world, bot_side.answer(world, callback_id, body))

    return router


def _chats(world: World) -> APIRouter:
    router = APIRouter()

    @router.get(CHAT)
    async def chat(chatId: int) -> Response:  # noqa: N803
        return reply(world, bot_side.chat_info(world, bot_side.chat_to_read(world, chatId)))

    @router.get(CHAT + "/pin")
    async def pinned(chatId: int) -> Response:  # noqa: N803
        found = bot_side.chat_to_read(world, chatId, admin=True)
        return reply(world, {"message": bot_side.chat_info(world, found)["pinned_message"]})

    @router.put(CHAT + "/pin")
    async def pin(chatId: int, body: NewBody) -> Response:  # noqa: N803
        check_shape(body, "ref:PinMessageBody")
        found = bot_side.chat_to_read(world, chatId, "read_all_messages", "pin_message")
        if found.find(body["message_id"]) is None:
            raise Refusal("not.found")
        found.pinned = body["message_id"]
        found.pins.append((body["message_id"], body.get("notify") is not False))
        return reply(world, {"success": True})

    @router.delete(CHAT + "/pin")
    async def unpin(chatId: int) -> Response:  # noqa: N803
        bot_side.chat_to_read(world, chatId, "pin_message").pinned = None
        return reply(world, {"success": True})

    @router.get(CHAT + "/members/me")
    async def membership(chatId: int) -> Response:  # noqa: N803
        found = bot_side.chat_to_read(world, chatId)
        return reply(world, bot_side.member(world, found, world.bot))

    @router.delete(CHAT + "/members/me")
    async def leave(chatId: int) -> Response:  # noqa: N803
        world.remove_bot(bot_side.chat_to_read(world, chatId), world.bot)
        return reply(world, {"success": True})

    @router.get(CHAT + "/members/admins")
    async def admins(chatId: int) -> Response:  # noqa: N803
        found = bot_side.chat_to_read(world, chatId, admin=True)
        people = [person for person in (found.owner, world.bot) if person is not None]
        return reply(world, {"members": [bot_side.member(world, found, row) for row in people]})

    @router.get(CHAT + "/members")
    async def members(
        chatId: int,  # noqa: N803
        user_ids: str | None = None,
        marker: int | None = None,
        count: int = 20,
    ) -> Response:
        bot_side.check_count(count, "members_page")
        found = bot_side.chat_to_read(world, chatId, admin=True)
        return reply(world, bot_side.page_of_members(world, found, user_ids, marker, count))

    return router


def _rest(world: World) -> APIRouter:
    router = APIRouter()

    @router.get("/me")
    async def me() -> Response:
        return reply(world, {**world.bot.to_wire(), "commands": world.commands or None})

    @router.patch("/me/commands")
    async def commands(body: NewBody) -> Response:
        check_shape(body, "ref:BotCommandsPatch")
        world.commands = body.get("commands", [])
        return reply(world, {"commands": world.commands})

    @router.post("/uploads")
    async def uploads(type: str, request: Request) -> Response:
        base = str(request.base_url).rstrip("/")
        return reply(world, bot_side.open_upload(world, type, base))

    @router.get("/updates")
    async def updates(
        limit: int = 100, timeout: int = 30, marker: int | None = None, types: str | None = None
    ) -> Response:
        if not (1 <= limit <= 1000 and 0 <= timeout <= 90):
            raise reject("query", "out of bounds")
        world.throttle.poll()
        events, following = world.journal.poll(marker, limit, types.split(",") if types else None)
        return reply(world, {"updates": events, "marker": following})

    @router.get("/subscriptions")
    async def subscriptions() -> Response:
        rows = [
            {"url": hook.url, "time": hook.since_ms, "update_types": hook.types}
            for hook in world.journal.webhooks.values()
        ]
        return reply(world, {"subscriptions": rows})

    @router.post("/subscriptions")
    async def subscribe(body: NewBody) -> Response:
        return reply(world, bot_side.subscribe(world, body))

    @router.delete("/subscriptions")
    async def unsubscribe(url: str) -> Response:
        known = world.journal.webhooks.pop(url, None) is not None
        return reply(world, {"success": known, "message": None if known else "No such webhook"})

    return router
