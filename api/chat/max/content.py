"""What we send to MAX: messages and keyboards, held to the documented limits before they leave.

1. text up to 4000 UTF-16 units, up to 12 attachments;
2. keyboard up to 30 rows and 210 buttons; up to 7 in a row, up to 3 in a row with a wide button;
3. button text 1..128, payloads and links by their own limits.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape

from api.chat.max.errors import MaxContentError
from api.chat.max.models import JsonObject

TEXT_UNITS = 4000
ATTACHMENTS = 12
KEYBOARD_ROWS = 30
KEYBOARD_BUTTONS = 210
ROW_BUTTONS = 7
WIDE_ROW_BUTTONS = 3
BUTTON_TEXT = 128
CALLBACK_PAYLOAD = 1024
LINK_URL = 2048
APP_PAYLOAD = 512
_APP_PAYLOAD = re.compile(r"[A-Za-z0-9_-]*")


def utf16_units(text: str) -> int:
    """Count as the messenger does: a character outside the basic plane is two units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def plain_to_html(text: str) -> str:
    """Escape plain text: names and addresses are full of `_` and `*`, so we never send markdown."""
    return escape(text, quote=False)


def _require(ok: bool, code: str, detail: str) -> None:
    if not ok:
        raise MaxContentError(code, detail)


@dataclass(frozen=True, slots=True)
class LinkButton:
    """Opens an address; needs no event, so it works where the bot is not an administrator."""

    text: str
    url: str
    wide = True

    def to_wire(self) -> JsonObject:
        """Give the JSON form, refusing what is over the limits."""
        _require(0 < utf16_units(self.url) <= LINK_URL, "button.url", "1..2048")
        return {"type": "link", "text": _button_text(self.text), "url": self.url}


@dataclass(frozen=True, slots=True)
class OpenAppButton:
    """Opens the bot's mini-app; the payload arrives signed as `start_param`."""

    text: str
    bot_username: str
    bot_id: int
    payload: str = ""
    wide = True

    def to_wire(self) -> JsonObject:
        """Give the JSON form, with both names of the bot: `web_app` alone is not always enough."""
        fits = len(self.payload) <= APP_PAYLOAD and _APP_PAYLOAD.fullmatch(self.payload)
        _require(bool(fits), "button.payload", "up to 512 of A-Za-z0-9_-")
        wire: JsonObject = {
            "type": "open_app",
            "text": _button_text(self.text),
            "web_app": self.bot_username,
            "contact_id": self.bot_id,
        }
        return wire | ({"payload": self.payload} if self.payload else {})


@dataclass(frozen=True, slots=True)
class CallbackButton:
    """Sends an event to the bot: for dialogs, where the bot always hears."""

    text: str
    payload: str
    wide = False

    def to_wire(self) -> JsonObject:
        """Give the JSON form, refusing what is over the limits."""
        _require(utf16_units(self.payload) <= CALLBACK_PAYLOAD, "button.payload", "up to 1024")
        return {"type": "callback", "text": _button_text(self.text), "payload": self.payload}


@dataclass(frozen=True, slots=True)
class ContactButton:
    """Asks the person to send their verified phone."""

    text: str
    wide = True

    def to_wire(self) -> JsonObject:
        """Give the JSON form."""
        return {"type": "request_contact", "text": _button_text(self.text)}


AnyButton = LinkButton | OpenAppButton | CallbackButton | ContactButton


def _button_text(text: str) -> str:
    _require(0 < utf16_units(text) <= BUTTON_TEXT, "button.text", "1..128")
    return text


def keyboard(rows: tuple[tuple[AnyButton, ...], ...]) -> JsonObject:
    """Give the keyboard attachment, refusing one the server would refuse."""
    _require(0 < len(rows) <= KEYBOARD_ROWS, "keyboard.rows", "1..30 rows")
    _require(sum(map(len, rows)) <= KEYBOARD_BUTTONS, "keyboard.buttons", "up to 210 buttons")
    for row in rows:
        most = WIDE_ROW_BUTTONS if any(button.wide for button in row) else ROW_BUTTONS
        _require(0 < len(row) <= most, "keyboard.row", f"1..{most} buttons in this row")
    return {
        "type": "inline_keyboard",
        "payload": {"buttons": [[button.to_wire() for button in row] for row in rows]},
    }


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A message to send or to put in place of another.

    In an edit `None` keeps what stands, `""` and `()` remove it.
    """

    text: str | None = None
    attachments: tuple[JsonObject, ...] | None = None
    notify: bool = True
    as_html: bool = field(default=True)

    def to_wire(self) -> JsonObject:
        """Give the JSON form, refusing what is over the limits."""
        wire: JsonObject = {"notify": self.notify}
        if self.text is not None:
            _require(utf16_units(self.text) <= TEXT_UNITS, "text.too.long", "up to 4000")
            wire["text"] = self.text
        if self.text is not None and self.as_html:
            wire["format"] = "html"
        if self.attachments is not None:
            _require(len(self.attachments) <= ATTACHMENTS, "attachments.too.many", "up to 12")
            wire["attachments"] = list(self.attachments)
        return wire
