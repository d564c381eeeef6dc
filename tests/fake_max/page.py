"""The page where a person sees chats and dialogs as in the messenger, and acts in them.

No script is needed. Links to the bot (`?startapp=`, `?start=`) and `open_app` buttons lead where
the messenger would lead the person whose eyes the page looks through.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from tests.fake_max.markup import show_html
from tests.fake_max.people import FakeChat, FakeMessage, Json, Person
from tests.fake_max.world import World

HERE = Path(__file__).parent


def page_router(world: World) -> APIRouter:
    """Make the routes of the page; they need no token, as they are no part of the API."""
    router = APIRouter()
    templates = Environment(loader=FileSystemLoader(HERE), autoescape=True)
    templates.filters["shown"] = _shown

    @router.get("/")
    async def chats() -> Response:
        page = templates.get_template("page.html")
        return HTMLResponse(page.render(world=world, chat=None, eyes=None))

    @router.get("/chats/{chat_id}")
    async def chat(chat_id: int, eyes: int) -> Response:
        found, person = world.chats.get(chat_id), world.people.get(eyes)
        if found is None or person is None or not _may_see(found, person):
            return HTMLResponse("no such chat", 404)
        page = templates.get_template("page.html")
        links = {"url": lambda button: address(world, found, person, button)}
        return HTMLResponse(page.render(world=world, chat=found, eyes=person, **links))

    @router.get("/start")
    async def start(eyes: int, payload: str = "") -> Response:
        opened = world.start(world.people[eyes], payload or None)
        return _to_chat(opened.chat_id, eyes)

    @router.post("/say")
    async def say(
        chat_id: Annotated[int, Form()], eyes: Annotated[int, Form()], text: Annotated[str, Form()]
    ) -> Response:
        world.say(world.chats[chat_id], world.people[eyes], text)
        return _to_chat(chat_id, eyes)

    @router.post("/press")
    async def press(
        chat_id: Annotated[int, Form()],
        eyes: Annotated[int, Form()],
        mid: Annotated[str, Form()],
        payload: Annotated[str, Form()],
    ) -> Response:
        message = world.chats[chat_id].find(mid)
        if message is not None:
            world.press(message, world.people[eyes], payload)
        return _to_chat(chat_id, eyes)

    @router.post("/contact")
    async def contact(chat_id: Annotated[int, Form()], eyes: Annotated[int, Form()]) -> Response:
        shared = world.share_contact(world.people[eyes])
        return _to_chat(shared.chat_id, eyes)

    @router.get("/bridge-contact")
    async def bridge_contact(eyes: int) -> Response:
        answer = world.bridge_contact(world.people[eyes])
        return JSONResponse(answer, headers={"Access-Control-Allow-Origin": "*"})

    _plumbing(world, router)
    return router


def _plumbing(world: World, router: APIRouter) -> None:
    """Add what no person sees: the messenger's script, and where a webhook's address leads."""

    @router.get("/max-web-app.js")
    async def script() -> Response:
        text = (HERE / "max-web-app.js").read_text("utf-8")
        return Response(text, media_type="text/javascript")

    @router.post("/route")
    async def route(address: Annotated[str, Form()], place: Annotated[str, Form()]) -> Response:
        world.journal.routes[address] = place
        return Response(status_code=204)


def address(world: World, chat: FakeChat, person: Person, button: Json) -> str:
    """Give where a button leads this person."""
    if button["type"] == "open_app":
        return launch(world, person, button.get("payload"), chat)
    deep = world.deep_link(button["url"])
    if deep is None:
        return str(button["url"])
    if deep[0] == "startapp":
        return launch(world, person, deep[1], chat)
    return f"/_fake/start?eyes={person.user_id}&payload={quote(deep[1], safe='')}"


def launch(world: World, person: Person, payload: str | None, chat: FakeChat | None) -> str:
    """Give the address MAX opens the mini-app with."""
    data = quote(world.init_data(person, payload, chat), safe="")
    return f"{world.mini_app_url}#WebAppData={data}&WebAppPlatform=web&WebAppVersion=26.2.8"


def _may_see(chat: FakeChat, person: Person) -> bool:
    return chat.person is person or person.user_id in chat.members


def _to_chat(chat_id: int, eyes: int) -> Response:
    return RedirectResponse(f"/_fake/chats/{chat_id}?eyes={eyes}", 303)


def _shown(message: FakeMessage) -> Any:
    # Safe as markup: `show_html` escapes everything but its own tags.
    return Markup(show_html(message.text or "", message.markup))
