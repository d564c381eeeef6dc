"""Security headers on every answer: nothing is loaded, framed or sent anywhere but to ourselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import MutableHeaders

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self' data:",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
DATA_HEADERS = {
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "same-origin",
}
"""For JSON: what concerns scripts, forms and windows of a page has no meaning there."""
PAGE_HEADERS = {
    **DATA_HEADERS,
    "content-security-policy": POLICY,
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
}
CONTENT_POLICY = b"content-security-policy"
CONTENT_TYPE = b"content-type"
DATA = (b"application/json", b"application/problem+json")
PRIVATE = "/b/"

Pairs = tuple[tuple[bytes, bytes], ...]


def _pairs(headers: dict[str, str]) -> Pairs:
    return tuple((name.encode(), value.encode()) for name, value in headers.items())


OF_DATA, OF_PAGES = _pairs(DATA_HEADERS), _pairs(PAGE_HEADERS)


class SecurityHeaders:
    """ASGI middleware; a header the answer already has is left alone."""

    def __init__(self, app: ASGIApp, exempt: tuple[str, ...] = ()) -> None:
        """Wrap an app; paths in `exempt` keep their own content policy (API browser pages)."""
        self._app = app
        self._exempt = exempt

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and complete the headers of the answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path: str = scope["path"]

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._complete(message, path)
            await send(message)

        await self._app(scope, receive, send_with_headers)

    def _complete(self, message: Message, path: str) -> None:
        given = list(message["headers"])
        present = dict(given)
        added = OF_DATA if present.get(CONTENT_TYPE) in DATA else OF_PAGES
        if path in self._exempt:
            present[CONTENT_POLICY] = b""
        message["headers"] = given + [pair for pair in added if pair[0] not in present]
        if path.startswith(PRIVATE):
            MutableHeaders(scope=message)["cache-control"] = "no-store"
