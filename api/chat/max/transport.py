"""One HTTP exchange with the MAX Bot API: who we trust, what we send, what an answer means.

1. only https (plain http on the loopback alone, for tests), no redirects, no environment proxies;
2. trust = the usual public roots + the state root CA from `ca_file`; verification is never off;
3. the token goes bare in `Authorization` to the API host only, never into an address or a text;
4. every failure is one of `errors.py`; the library's own exceptions, which hold the request with
   its headers, are neither raised nor chained.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import httpx
from pydantic import SecretStr, ValidationError

from api.chat.max.errors import (
    MaxAnswerLostError,
    MaxApiError,
    MaxDeclinedError,
    MaxError,
    MaxUnreachableError,
    api_error,
    parse_wait,
    redact,
)
from api.chat.max.limits import Pacer
from api.chat.max.models import JsonObject, MaxModel

BASE_URL = "https://platform-api2.max.ru"
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}
_Model = TypeVar("_Model", bound=MaxModel)
# Raised before a byte of the request has left.
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)


class MaxSettingsError(Exception):
    """The connection is configured in a way that cannot be safe; says which setting."""


@dataclass(frozen=True, slots=True)
class MaxSettings:
    """How to reach the messenger; the token's repr is a row of stars."""

    token: SecretStr
    base_url: str = BASE_URL
    ca_file: Path | None = None
    proxy: str | None = field(default=None, repr=False)
    connect_s: float = 5
    read_s: float = 30
    not_ready_pauses: tuple[float, ...] = (1, 2, 4, 8)

    def __post_init__(self) -> None:
        """Refuse a token that cannot be a header and an address that would show it to others."""
        token = self.token.get_secret_value()
        if not token or not token.isascii() or not token.isprintable() or " " in token:
            raise MaxSettingsError("token: printable ASCII without spaces is needed")
        require_safe_url(self.base_url, loopback_allowed=True)


@dataclass(frozen=True, slots=True)
class Call:
    """A request: `pace` names the chat whose limit it counts against."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: JsonObject | None = None
    pace: str | None = None
    holds_s: float = 0


def require_safe_url(url: str, *, loopback_allowed: bool) -> None:
    """Accept https, and plain http on the loopback where that is allowed."""
    parts = urlsplit(url)
    is_loopback = loopback_allowed and parts.hostname in _LOOPBACK
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback):
        raise MaxSettingsError("url: https is needed")
    if not parts.hostname or parts.username is not None or parts.password is not None:
        raise MaxSettingsError("url: a host without a name and password is needed")


def trust(ca_file: Path | None) -> ssl.SSLContext:
    """Give the public roots plus the state root CA; a broken file is an error, not a fallback."""
    context = httpx.create_ssl_context(trust_env=False)
    if ca_file is not None:
        try:
            context.load_verify_locations(cafile=ca_file)
        except OSError as unreadable:
            raise MaxSettingsError(f"ca_file: {ca_file.name} is not readable PEM") from unreadable
    return context


class MaxTransport:
    """Sends calls one at a time within the limits and tells errors apart."""

    def __init__(self, settings: MaxSettings, pacer: Pacer | None = None) -> None:
        """Open nothing yet: the connection comes with the first call."""
        self.settings = settings
        self.pacer = pacer or Pacer()
        self._http = httpx.AsyncClient(
            verify=trust(settings.ca_file),
            timeout=httpx.Timeout(settings.read_s, connect=settings.connect_s),
            proxy=settings.proxy,
            follow_redirects=False,
            trust_env=False,
        )

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def call(self, call: Call, model: type[_Model]) -> _Model:
        """Carry out a call of the API and read the answer."""
        await self.pacer.wait(call.pace)
        headers = {"Authorization": self.settings.token.get_secret_value()}
        request = self._http.build_request(
            call.method,
            self.settings.base_url.rstrip("/") + call.path,
            params=call.query or None,
            json=call.body,
            headers=headers,
            timeout=httpx.Timeout(
                self.settings.read_s + call.holds_s, connect=self.settings.connect_s
            ),
        )
        return self._read(await self.exchange(request), model)

    async def upload(self, url: str, filename: str, content: bytes) -> bytes:
        """Send a file's bytes to an upload address, without the token: it is another host."""
        loopback = urlsplit(self.settings.base_url).hostname in _LOOPBACK
        try:
            require_safe_url(url, loopback_allowed=loopback)
        except MaxSettingsError as unsafe:
            raise MaxUnreachableError("upload.url", str(unsafe)) from None
        request = self._http.build_request("POST", url, files={"data": (filename, content)})
        return await self.exchange(request)

    async def exchange(self, request: httpx.Request) -> bytes:
        """Send and give the body of a 200; everything else is raised."""
        outcome = await self._send(request)
        if isinstance(outcome, MaxError):
            raise outcome
        if outcome.status_code != HTTPStatus.OK:
            wait = parse_wait(outcome.headers.get("Retry-After"))
            raise api_error(outcome.status_code, outcome.content, wait, self.settings.token)
        return outcome.content

    async def _send(self, request: httpx.Request) -> httpx.Response | MaxError:
        # Returned, not raised, so that no traceback chains to the request and its headers.
        try:
            return await self._http.send(request)
        except _NOT_SENT as failure:
            return MaxUnreachableError("not.sent", type(failure).__name__)
        except (httpx.HTTPError, httpx.StreamError) as failure:
            return MaxAnswerLostError("answer.lost", type(failure).__name__)

    def _read(self, body: bytes, model: type[_Model]) -> _Model:
        declined = self._declined(body)
        if declined is not None:
            raise declined
        try:
            return model.model_validate_json(body)
        except ValidationError as wrong:
            places = {".".join(map(str, error["loc"])) or "body" for error in wrong.errors()}
        raise MaxAnswerLostError("answer.unreadable", f"{model.__name__}: {sorted(places)[:5]}")

    def _declined(self, body: bytes) -> MaxApiError | None:
        try:
            verdict = _Verdict.model_validate_json(body)
        except ValidationError:
            return None
        if verdict.success is not False and verdict.error_code is None:
            return None
        token = self.settings.token
        code = redact(verdict.error_code or "success.false", token)
        return MaxDeclinedError(code, HTTPStatus.OK, redact(verdict.reason, token))


class _Verdict(MaxModel):
    success: bool | None = None
    error_code: str | None = None
    message: object = None

    @property
    def reason(self) -> str:
        return self.message if isinstance(self.message, str) else ""
