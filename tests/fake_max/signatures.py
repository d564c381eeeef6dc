"""What the messenger signs with the bot's token; written from the facts, apart from the product."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any
from urllib.parse import quote


def _hex(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def sign_init_data(token: str, fields: dict[str, Any]) -> str:
    """Give signed launch data; objects become compact JSON, absent fields are None."""
    texts = {
        key: value
        if isinstance(value, str)
        else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        for key, value in fields.items()
        if value is not None
    }
    lines = "\n".join(f"{key}={texts[key]}" for key in sorted(texts))
    secret = hmac.new(b"WebAppData", token.encode(), hashlib.sha256).digest()
    pairs = [f"{key}={quote(texts[key], safe='')}" for key in sorted(texts)]
    return "&".join([*pairs, f"hash={_hex(secret, lines)}"])


def sign_contact(token: str, vcf_info: str) -> str:
    """Give the hash of a contact sent by the button."""
    return _hex(token.encode(), vcf_info)


def sign_bridge_contact(token: str, auth_date: str, phone: str, user_id: int) -> str:
    """Give the hash of `requestContact()`."""
    text = f"authDate={auth_date}\nphone={phone.removeprefix('+')}\nuserId={user_id}"
    return _hex(token.encode(), text)
