"""A limit on guessing tokens of the JSON API, as `api/web/limits.py` sets one on the pages.

1. only a wrong token costs a try, and a right one always opens;
2. an address without tries is told to wait, and not whether its last token was wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.refusals import LinkUnknown, OfficerUnknown, OrganisationUnknown
from api.web.limits import GuessLimit
from domain.refusals import Refused

if TYPE_CHECKING:
    from starlette.requests import Request

    from domain.refusals import Refusal

API = "/api/v1/"
OF_TOKENS = (LinkUnknown, OfficerUnknown, OrganisationUnknown)


class WrongTokens:
    """Counts wrong tokens by address."""

    def __init__(self, limit: GuessLimit | None = None) -> None:
        """Count by a limit, the usual one unless told."""
        self._limit = GuessLimit() if limit is None else limit

    def weighed(self, request: Request, reason: Refusal) -> Refusal:
        """Give the reason a request was refused for, or a worse one: it has guessed too often."""
        guessed = isinstance(reason, OF_TOKENS) and "authorization" in request.headers
        if not guessed or not request.scope["path"].startswith(API):
            return reason
        try:
            self._limit.failed(request.client.host if request.client else "")
        except Refused as too_often:
            return too_often.reason
        return reason
