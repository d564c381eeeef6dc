"""Forms as they come in: one content type, a bounded body, and proof that the form is ours.

    token = hex HMAC-SHA-256(form key, lines "sobranie-form/1", purpose, link, shown)

`link` is the hash of the personal link, so a token of one owner is useless to another; `shown`
binds the second step to exactly the answers and titles the owner was shown on the first.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from api.refusals import BodyMalformed, BodyTooLarge, FormOutOfDate, WrongContentType
from domain.refusals import Refused

if TYPE_CHECKING:
    from starlette.requests import Request

    from api.desk import Link

CONTENT_TYPE = "application/x-www-form-urlencoded"
MAX_BODY = 64 * 1024
MAX_FIELDS = 2000
TOKEN_FIELD = "form"  # noqa: S105 - the name of a field


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a form; a field may stand several times."""

    fields: Mapping[str, tuple[str, ...]]

    def text(self, name: str) -> str:
        """Give a field that stands at most once; empty when it is missing."""
        values = self.fields.get(name, ("",))
        if len(values) > 1:
            raise Refused(BodyMalformed(name, "указано несколько раз"))
        return values[0]

    def texts(self, name: str) -> tuple[str, ...]:
        """Give every value of a field."""
        return self.fields.get(name, ())


async def read_form(request: Request) -> Form:
    """Read a form, or refuse: wrong type, too large, not readable."""
    given = request.headers.get("content-type", "")
    if given.partition(";")[0].strip().lower() != CONTENT_TYPE:
        raise Refused(WrongContentType(given, CONTENT_TYPE))
    return parse_form(await _body(request))


def parse_form(body: bytes) -> Form:
    """Read the body of a form strictly."""
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=bool(body),
            errors="strict",
            max_num_fields=MAX_FIELDS,
        )
    except ValueError as fault:
        raise Refused(BodyMalformed("", "форму не удалось прочитать")) from fault
    fields: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        fields[name] = (*fields.get(name, ()), value)
    return Form(fields)


async def _body(request: Request) -> bytes:
    stated = request.headers.get("content-length", "0")
    if stated.isascii() and stated.isdigit() and int(stated) > MAX_BODY:
        raise Refused(BodyTooLarge(MAX_BODY))
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise Refused(BodyTooLarge(MAX_BODY))
    return bytes(body)


def form_token(key: bytes, link: Link, purpose: str, shown: str = "") -> str:
    """Make the token of a form: for one link, one purpose, and what it showed."""
    message = f"sobranie-form/1\n{purpose}\n{link.token_hash}\n{shown}"
    return hmac.new(key, message.encode(), sha256).hexdigest()


def check_token(key: bytes, link: Link, purpose: str, form: Form, shown: str = "") -> None:
    """Refuse a form that these pages did not make for this link."""
    expected = form_token(key, link, purpose, shown)
    if not hmac.compare_digest(expected.encode(), form.text(TOKEN_FIELD).encode()):
        raise Refused(FormOutOfDate())
