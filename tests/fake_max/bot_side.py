"""What the bot may do, each with the rights it needs; refusals are the catalogue's."""

from __future__ import annotations

import re
from typing import Any

from tests.fake_max.facts import ENUMS, LIMITS, Refusal
from tests.fake_max.journal import Webhook
from tests.fake_max.markup import read_html
from tests.fake_max.people import FakeChat, FakeMessage, Json, Person, Upload, message_to_wire
from tests.fake_max.rules import check_message, check_webhook, reject
from tests.fake_max.world import World

MESSAGE_ID = re.compile(r"(mid.)?[a-zA-Z0-9_\-]+")


def chat_to_read(world: World, chat_id: int, *rights: str, admin: bool = False) -> FakeChat:
    """Give a chat the bot is in, with the rights a call needs."""
    if chat_id == 0:
        raise Refusal("chat.denied", "Invalid chatId: 0")
    chat = world.chats.get(chat_id)
    if chat is None:
        raise Refusal("chat.not.found")
    if not chat.bot_is_in:
        raise Refusal("chat.denied", "error.bot.not.member")
    if (admin or rights) and chat.person is None and chat.bot_rights is None:
        raise Refusal("chat.denied", "error.bot.not.admin")
    if rights and chat.person is None and not set(rights) <= (chat.bot_rights or frozenset()):
        raise Refusal("chat.denied", f"error.bot.no.permission {rights}")
    return chat


def chat_to_write(world: World, chat_id: int | None, user_id: int | None) -> FakeChat:
    """Give the chat a message goes to."""
    if (chat_id is None) == (user_id is None):
        raise reject("query", "exactly one of user_id, chat_id")
    if chat_id is None:
        person = world.people.get(user_id or 0)
        chat = person and world.dialog(person)
        if not chat:
            raise Refusal("dialog.not.found")
    else:
        chat = chat_to_read(world, chat_id)
    if chat.is_suspended:
        raise Refusal("chat.denied", "error.dialog.suspended")
    if not world.plain_members_may_post and chat.person is None and chat.bot_rights is None:
        raise Refusal("chat.denied", "error.bot.not.admin")
    return chat


def find_message(world: World, mid: str) -> tuple[FakeChat, FakeMessage]:
    """Find a message the bot can see."""
    for chat in world.chats.values():
        message = chat.find(mid)
        if message is not None and chat.bot_is_in:
            return chat, message
    raise Refusal("not.found")


def send(world: World, chat: FakeChat, body: Json) -> Json:
    """Post a message."""
    check_message(body, is_new=True)
    world.throttle.chat(chat.chat_id)
    attachments = receive_attachments(world, body.get("attachments") or [])
    text, markup = formatted(body)
    message = world.put(chat, world.bot, text or "", markup, attachments)
    message.notified = body.get("notify", True)
    message.link = linked(world, body.get("link"))
    return {"message": message_to_wire(message, chat, world.bot)}


def edit(world: World, mid: str, body: Json) -> Json:
    """Change one's own message."""
    check_message(body, is_new=False)
    chat, message = find_message(world, mid)
    world.throttle.chat(chat.chat_id)
    if message.sender is not world.bot:
        return {"success": False, "message": "Not own message"}
    age = world.clock.now_ms() - message.time_ms
    if chat.person and not message.has_keyboard and age > world.edit_limit_ms():
        return {"success": False, "message": "Too late to edit"}
    replace(world, message, body)
    return {"success": True}


def replace(world: World, message: FakeMessage, body: Json) -> None:
    """Put new content in place: null keeps, empty removes."""
    if body.get("attachments") is not None:
        message.attachments = receive_attachments(world, body["attachments"])
    if body.get("text") is not None:
        message.text, message.markup = formatted(body)
    message.is_edited = True


def delete(world: World, mid: str) -> Json:
    """Remove a message: one's own in a dialog, any with `write` in a group."""
    chat, message = find_message(world, mid)
    if chat.person is not None and message.sender is not world.bot:
        raise Refusal("chat.denied", "error.message.not.own")
    chat_to_read(world, chat.chat_id, "write")
    world.throttle.chat(chat.chat_id)
    chat.messages.remove(message)
    chat.pinned = None if chat.pinned == mid else chat.pinned
    return {"success": True}


def read(
    world: World, chat_id: int, before: int | None, after: int | None, count: int
) -> list[Json]:
    """Read a chat, newest first."""
    chat = chat_to_read(world, chat_id, admin=True)
    found = [
        message_to_wire(message, chat, world.bot)
        for message in reversed(chat.messages)
        if (before is None or message.time_ms < before)
        and (after is None or message.time_ms > after)
    ]
    return found[:count]


def answer(world: World, callback_id: str, body: Json) -> Json:
    """Answer a pressed button."""
    message = world.callbacks.get(callback_id)
    if message is None:
        raise Refusal("not.found", "Callback not found")
    world.throttle.chat(message.chat_id)
    if body.get("message") is not None:
        check_message(body["message"], is_new=False)
        replace(world, message, body["message"])
    if body.get("notification"):
        world.toasts.append((callback_id, body["notification"]))
    elif body.get("message") is None:
        raise reject("notification", "nothing to answer")
    return {"success": True}


def formatted(body: Json) -> tuple[str | None, list[Json]]:
    """Read the text by its format."""
    text: str | None = body.get("text")
    return read_html(text) if text and body.get("format") == "html" else (text, [])


def linked(world: World, link: Json | None) -> Json | None:
    """Give what a reply or a forward shows."""
    if link is None:
        return None
    chat, message = find_message(world, link["mid"])
    wire = message_to_wire(message, chat, world.bot)
    return {"type": link["type"], "chat_id": chat.chat_id, "message": wire["body"]}


def receive_attachments(world: World, items: list[Json]) -> list[Json]:
    """Turn sent attachments into the received form; a file must be ready."""
    return [receive_attachment(world, item) for item in items]


def receive_attachment(world: World, item: Json) -> Json:
    """Turn one attachment into the received form."""
    payload = item.get("payload", {})
    if item["type"] == "inline_keyboard":
        return {**item, "callback_id": f"k{world.number()}"}
    if item["type"] not in ENUMS["UploadType"]:
        return item
    if "url" in payload:
        return {"type": "image", "payload": {"photo_id": 1, "token": "by-url", **payload}}
    photos = payload.get("photos") or {"-": payload}
    token = next(iter(photos.values())).get("token")
    upload = next((row for row in world.uploads.values() if row.token == token), None)
    if upload is None or not upload.is_filled or upload.kind != item["type"]:
        raise reject("attachments", "unknown token")
    if upload.not_ready > 0:
        upload.not_ready -= 1
        raise Refusal("attachment.not.ready")
    received: Json = {"token": upload.token, "url": f"https://fu.oneme.ru/get/{upload.number}"}
    if item["type"] == "image":
        return {"type": "image", "payload": {"photo_id": upload.number, **received}}
    named = {"filename": upload.filename, "size": len(upload.content)}
    return {"type": item["type"], "payload": received, **(named if item["type"] == "file" else {})}


def open_upload(world: World, kind: str, base: str) -> Json:
    """Give the address for a file; `photo` and the like are refused."""
    if kind not in ENUMS["UploadType"]:
        raise reject("type", "unknown")
    number = world.number()
    upload = Upload(number, kind, f"tok{number}f", not_ready=world.faults.not_ready_attempts)
    world.uploads[number] = upload
    early = upload.token if kind in ("video", "audio") else None
    return {"url": f"{base}/upload/{number}", "token": early}


def subscribe(world: World, body: Json) -> Json:
    """Set a webhook; the same address again replaces it."""
    check_webhook(body)
    hook = Webhook(body["url"], body.get("secret"), body.get("update_types"), world.clock.now_ms())
    world.journal.webhooks[hook.url] = hook
    return {"success": True}


def member(world: World, chat: FakeChat, person: Person) -> Json:
    """Give a member with rights."""
    owner = chat.owner is person
    rights = chat.bot_rights if person.is_bot else None
    return {
        **person.to_wire(),
        "last_access_time": world.clock.now_ms(),
        "is_owner": owner,
        "is_admin": owner or rights is not None,
        "join_time": chat.joined_ms or world.clock.now_ms(),
        "permissions": sorted(rights) if rights is not None else None,
    }


def chat_info(world: World, chat: FakeChat) -> Json:
    """Describe a chat; participants and owner are for administrators."""
    people = {str(user_id): chat.joined_ms for user_id in chat.members}
    is_admin = chat.bot_rights is not None
    pinned = chat.find(chat.pinned) if chat.pinned else None
    newest: Any = max((row.time_ms for row in chat.messages), default=world.clock.now_ms())
    return {
        "chat_id": chat.chat_id,
        "type": chat.kind,
        "status": "suspended" if chat.is_suspended else "active",
        "title": chat.title,
        "last_event_time": newest,
        "participants_count": len(people) + 1,
        "is_public": False,
        "participants": people if is_admin else None,
        "owner_id": chat.owner.user_id if is_admin and chat.owner else None,
        "dialog_with_user": chat.person.to_wire() if chat.person else None,
        "pinned_message": message_to_wire(pinned, chat, world.bot) if pinned else None,
    }


def page_of_members(
    world: World, chat: FakeChat, user_ids: str | None, marker: int | None, count: int
) -> Json:
    """Give a page of members, or those asked for."""
    people = [*chat.members.values(), world.bot]
    if user_ids is not None:
        wanted = {int(number) for number in user_ids.split(",")}
        rows = [person for person in people if person.user_id in wanted]
        return {"members": [member(world, chat, person) for person in rows]}
    first = marker or 0
    rest = first + count if first + count < len(people) else None
    rows = people[first : first + count]
    return {"members": [member(world, chat, person) for person in rows], "marker": rest}


def check_count(count: int, name: str) -> None:
    """Refuse a page size out of bounds."""
    if not LIMITS[name]["min"] <= count <= LIMITS[name]["max"]:
        raise reject("count", "out of bounds")
