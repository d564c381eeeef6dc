"""What can go wrong with the MAX Bot API, decided by HTTP status first and `code` second.

MaxError
├── MaxContentError          we refuse to send it: over a documented limit
├── MaxUnreachableError      no connection, so nothing was sent
├── MaxAnswerLostError       sent, but the answer never came or cannot be read
└── MaxApiError              the server answered "no"
    ├── MaxBadRequestError       400, 405, 415
    │   └── MaxNotReadyError         400 attachment.not.ready
    ├── MaxTokenError            401; 403 deprecated.token
    ├── MaxForbiddenError        403
    ├── MaxNotFoundError         404
    ├── MaxRateLimitedError      429
    ├── MaxUnavailableError      503; 404 method.not.found (a server incident)
    ├── MaxServerError           other 5xx
    └── MaxDeclinedError         HTTP 200 with success:false

No message ever holds the token: details from the server pass through `redact`.
"""

from __future__ import annotations

import json

from pydantic import SecretStr

LONGEST_WAIT_S = 3600
LONGEST_DETAIL = 200


class MaxError(Exception):
    """The root: a stable code of ours and a short detail without secrets."""

    def __init__(self, code: str, detail: str = "") -> None:
        """Keep the code; the detail is for the log."""
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


class MaxContentError(MaxError):
    """A message is over a documented limit and was not sent."""


class MaxUnreachableError(MaxError):
    """The connection failed before anything was sent: safe to repeat."""


class MaxAnswerLostError(MaxError):
    """The request was sent; what the server did with it is unknown."""


class MaxApiError(MaxError):
    """The server answered and did not do what was asked."""

    def __init__(self, code: str, status: int, detail: str = "", wait: int | None = None) -> None:
        """Keep the HTTP status and, if the server named it, the wait in seconds."""
        super().__init__(code, f"HTTP {status} {detail}".rstrip())
        self.status = status
        self.wait = wait


class MaxBadRequestError(MaxApiError):
    """The server found the request wrong."""


class MaxNotReadyError(MaxBadRequestError):
    """The uploaded file is still being processed."""


class MaxTokenError(MaxApiError):
    """The token is wrong, revoked or sent the wrong way."""


class MaxForbiddenError(MaxApiError):
    """The bot has no right here, or the person stopped it."""


class MaxNotFoundError(MaxApiError):
    """No such chat, dialog or message."""


class MaxRateLimitedError(MaxApiError):
    """Too many requests."""


class MaxUnavailableError(MaxApiError):
    """The service is down for now; nothing was done."""


class MaxServerError(MaxApiError):
    """A server fault; whether the request was carried out is unknown."""


class MaxDeclinedError(MaxApiError):
    """HTTP 200, but the body says `success: false`."""


_BY_STATUS: dict[int, type[MaxApiError]] = {
    400: MaxBadRequestError,
    401: MaxTokenError,
    403: MaxForbiddenError,
    404: MaxNotFoundError,
    405: MaxBadRequestError,
    415: MaxBadRequestError,
    429: MaxRateLimitedError,
    503: MaxUnavailableError,
}
_BY_CODE: dict[tuple[int, str], type[MaxApiError]] = {
    (400, "attachment.not.ready"): MaxNotReadyError,
    (403, "deprecated.token"): MaxTokenError,
    (404, "method.not.found"): MaxUnavailableError,
}
_FIRST_SERVER_FAULT = 500


def redact(text: str, token: SecretStr) -> str:
    """Cut a server's text short and take the token out of it."""
    return text.replace(token.get_secret_value(), "***")[:LONGEST_DETAIL]


def parse_wait(header: str | None) -> int | None:
    """Read Retry-After in whole seconds; the form with a date is not used by anyone here."""
    if header is None or not (header.isascii() and header.isdigit()):
        return None
    return min(int(header[:9]), LONGEST_WAIT_S)


def api_error(status: int, body: bytes, wait: int | None, token: SecretStr) -> MaxApiError:
    """Make the error that belongs to an answer."""
    code, message = _code_and_message(body)
    fault = MaxServerError if status >= _FIRST_SERVER_FAULT else MaxApiError
    kind = _BY_CODE.get((status, code)) or _BY_STATUS.get(status, fault)
    return kind(redact(code, token) or f"http.{status}", status, redact(message, token), wait)


def _code_and_message(body: bytes) -> tuple[str, str]:
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        return "", "answer is not JSON"
    if not isinstance(parsed, dict):
        return "", "answer is not an object"
    code, message = parsed.get("code"), parsed.get("message")
    return code if isinstance(code, str) else "", message if isinstance(message, str) else ""
