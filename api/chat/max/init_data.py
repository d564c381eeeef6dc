"""The signed launch data of a mini-app: who opened it, from where, and that MAX says so.

Steps, in order; the first that fails is the refusal:

1. `key=value` pairs split on `&` and the first `=`; none repeats, none is without `=`;
2. values percent-decoded as strict UTF-8, `+` stays `+`; a decoded line break is refused, because
   it would let signed pairs be glued into one (a new `query_id`, a vanished `start_param`);
3. `hash` taken out; HMAC-SHA256 over the sorted `key=value` lines compared in constant time;
4. `auth_date` neither stale nor ahead of our clock; seconds, or milliseconds by magnitude;
5. `query_id`, `user.id` and `user.first_name` present and well formed.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from urllib.parse import unquote

from pydantic import Field, SecretStr, ValidationError

from api.chat.max.models import Int64, MaxModel

LONGEST = 16_384
_HASH = re.compile(r"[0-9a-fA-F]{64}")
_TIME = re.compile(r"[0-9]{1,14}")
_FIRST_MILLISECONDS = 10**11


class InitDataRefusal(StrEnum):
    """Why launch data is not believed; the value is the stable code."""

    TOO_LONG = "init-data-too-long"
    MALFORMED = "init-data-malformed"
    REPEATED_KEY = "init-data-repeated-key"
    NO_HASH = "init-data-no-hash"
    WRONG_HASH = "init-data-wrong-hash"
    NO_TIME = "init-data-no-time"
    STALE = "init-data-stale"
    FROM_THE_FUTURE = "init-data-from-the-future"
    NO_SESSION = "init-data-no-session"
    NO_USER = "init-data-no-user"
    BAD_CHAT = "init-data-bad-chat"


class InitDataRefusedError(Exception):
    """The launch data is not believed; it holds a code and never the data."""

    def __init__(self, refusal: InitDataRefusal) -> None:
        """Keep the reason."""
        super().__init__(refusal.value)
        self.refusal = refusal
        self.code = refusal.value


class MiniAppUser(MaxModel):
    """The MAX account that opened the mini-app."""

    id: Int64
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = None


class MiniAppChat(MaxModel):
    """The chat it was opened from; absent outside a chat."""

    id: Int64
    kind: str = Field(alias="type")


@dataclass(frozen=True, slots=True)
class InitData:
    """What MAX has signed; store `query_id` to admit a launch once."""

    query_id: str
    signed_at: datetime
    user: MiniAppUser
    chat: MiniAppChat | None
    start_param: str | None


def verify_init_data(
    raw: str,
    token: SecretStr,
    now: datetime,
    max_age: timedelta = timedelta(hours=1),
    leeway: timedelta = timedelta(minutes=1),
) -> InitData:
    """Check launch data as it came from `window.WebApp.initData`; InitDataRefusedError if not."""
    pairs = _split(raw)
    _check_hash(pairs, token)
    signed_at = read_time(pairs.get("auth_date", ""))
    if signed_at is None:
        raise InitDataRefusedError(InitDataRefusal.NO_TIME)
    if signed_at - now > leeway:
        raise InitDataRefusedError(InitDataRefusal.FROM_THE_FUTURE)
    if now - signed_at > max_age:
        raise InitDataRefusedError(InitDataRefusal.STALE)
    if not pairs.get("query_id"):
        raise InitDataRefusedError(InitDataRefusal.NO_SESSION)
    return InitData(
        query_id=pairs["query_id"],
        signed_at=signed_at,
        user=_user(pairs.get("user", "")),
        chat=_chat(pairs.get("chat")),
        start_param=pairs.get("start_param") or None,
    )


def read_time(text: str) -> datetime | None:
    """Read a Unix time that may be in seconds or, in older clients, in milliseconds."""
    if not _TIME.fullmatch(text):
        return None
    number = int(text)
    milliseconds = number if number >= _FIRST_MILLISECONDS else number * 1000
    return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=milliseconds)


def _split(raw: str) -> dict[str, str]:
    if len(raw) > LONGEST:
        raise InitDataRefusedError(InitDataRefusal.TOO_LONG)
    pairs: dict[str, str] = {}
    for pair in raw.split("&"):
        key, equals, value = pair.partition("=")
        if not equals or not key:
            raise InitDataRefusedError(InitDataRefusal.MALFORMED)
        if key in pairs:
            raise InitDataRefusedError(InitDataRefusal.REPEATED_KEY)
        pairs[key] = _decoded(value)
        if "\n" in key or "\n" in pairs[key]:
            raise InitDataRefusedError(InitDataRefusal.MALFORMED)
    return pairs


def _decoded(value: str) -> str:
    try:
        decoded = unquote(value, errors="strict")
        decoded.encode()
    except UnicodeError:
        raise InitDataRefusedError(InitDataRefusal.MALFORMED) from None
    return decoded


def _check_hash(pairs: dict[str, str], token: SecretStr) -> None:
    claimed = pairs.pop("hash", "")
    if not _HASH.fullmatch(claimed):
        raise InitDataRefusedError(InitDataRefusal.NO_HASH)
    lines = "\n".join(f"{key}={pairs[key]}" for key in sorted(pairs))
    secret = hmac.digest(b"WebAppData", token.get_secret_value().encode(), hashlib.sha256)
    # Surrogates in a key cannot be signed text: "replace" keeps the comparison, which then fails.
    expected = hmac.digest(secret, lines.encode(errors="replace"), hashlib.sha256)
    if not hmac.compare_digest(expected, bytes.fromhex(claimed)):
        raise InitDataRefusedError(InitDataRefusal.WRONG_HASH)


def _user(text: str) -> MiniAppUser:
    try:
        return MiniAppUser.model_validate_json(text)
    except ValidationError:
        raise InitDataRefusedError(InitDataRefusal.NO_USER) from None


def _chat(text: str | None) -> MiniAppChat | None:
    if text is None:
        return None
    try:
        return MiniAppChat.model_validate_json(text)
    except ValidationError:
        raise InitDataRefusedError(InitDataRefusal.BAD_CHAT) from None
