"""What the messenger accepts in a message, from the facts; a breach is 400 `proto.payload`."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from tests.fake_max.facts import LIMITS, Refusal, faults

Body = dict[str, Any]
KEYBOARD = LIMITS["keyboard"]


def reject(place: str, reason: str) -> Refusal:
    """Make the validation error."""
    return Refusal("proto.payload", f"{place}: {reason}")


def check_shape(value: object, notation: str) -> None:
    """Refuse a body that departs from the facts."""
    found = faults(value, notation)
    if found:
        raise Refusal("proto.payload", found[0])


def check_message(body: Body, *, is_new: bool) -> None:
    """Refuse a message over the limits."""
    check_shape(body, "ref:NewMessageBody")
    attachments = body.get("attachments") or []
    if len(attachments) > LIMITS["attachments_per_message"]["v"]:
        raise reject("attachments", "too many")
    content = [item for item in attachments if item["type"] != "inline_keyboard"]
    lonely = [item for item in content if item["type"] in LIMITS["only_attachment_in_message"]]
    if lonely and len(content) > 1:
        raise reject("attachments", f"{lonely[0]['type']} must be the only attachment")
    if is_new and not (body.get("text") or attachments or body.get("link")):
        raise reject("text", "empty message")
    for item in attachments:
        if item["type"] == "inline_keyboard":
            check_keyboard(item["payload"]["buttons"])


def check_keyboard(rows: list[list[Body]]) -> None:
    """Refuse a keyboard over the limits; a mixed row counts as a wide one."""
    if len(rows) > KEYBOARD["rows"]:
        raise reject("buttons", "too many rows")
    if sum(map(len, rows)) > KEYBOARD["buttons_total"]:
        raise reject("buttons", "too many buttons")
    for place, row in enumerate(rows):
        wide = any(button["type"] in KEYBOARD["wide_types"] for button in row)
        if len(row) > KEYBOARD["per_row_wide" if wide else "per_row"]:
            raise reject(f"buttons[{place}]", "too many buttons in a row")


def check_webhook(body: Body) -> None:
    """Refuse an address the messenger would not call."""
    check_shape(body, "ref:SubscriptionRequestBody")
    parts = urlsplit(body["url"])
    if parts.scheme != "https" or not parts.hostname:
        raise reject("url", "https only")
    if parts.port is not None:
        raise reject("url", "port must not be given")
