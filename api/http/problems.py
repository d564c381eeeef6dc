"""HTTP answers to everything that says no: the one place where a status is decided.

The shape is RFC 9457, `application/problem+json`:

    {"type": "/errors/notice_too_late", "title": …, "status": 422, "detail": …, "code": …,
     "law": …, "remedy": …, …the refusal's own facts}

`type` is the page of the refusal, relative to this installation. Texts are Russian.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from api import refusals as door
from api.http.body_faults import malformed
from api.http.failures import FailureGuard, journal
from api.http.limits import limit_of
from api.messages import Explained, explain, unexpected
from domain import refusals as law
from domain.refusals import Refusal, Refused

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo

    from fastapi import FastAPI
    from starlette.requests import Request

ZoneOf = Callable[["Request"], "tzinfo"]
Page = Callable[["Request", "Problem"], Response]
Wording = Callable[["Request", Exception], Response]
Weigh = Callable[["Request", Refusal], Refusal]

MEDIA_TYPE = "application/problem+json"
INTERNAL_ERROR = "internal_error"
NOT_LAWFUL = 422
"""What was asked is understood and well formed, and the law or the procedure says no."""

_STATUSES: Mapping[type[Refusal], int] = {
    door.OfficerUnknown: 401,
    door.OrganisationUnknown: 401,
    door.HouseNotAssigned: 403,
    door.PostIsSettled: 409,
    law.NotYourAnnouncement: 403,
    law.AnnouncementExists: 409,
    law.AnnouncementVersionUnknown: 409,
    law.AnnouncementIsCancelled: 409,
    law.NothingCorrected: 409,
    law.NotYourBallot: 403,
    door.EntriesNotPublicYet: 403,
    door.IdentificationNeeded: 403,
    door.LinkOfAnother: 403,
    door.LaunchRefused: 403,
    door.PhoneRefused: 403,
    door.PersonNotMatched: 404,
    door.CodeUnknown: 404,
    door.TicketUnknown: 404,
    door.LoginRefused: 403,
    door.LoginUnavailable: 503,
    door.FormOutOfDate: 403,
    law.NotFound: 404,
    law.TitleNotInRegister: 404,
    door.LinkUnknown: 404,
    door.PersonUnknown: 404,
    door.FileUnknown: 404,
    door.PageUnknown: 404,
    door.MethodNotAllowed: 405,
    law.AgendaIsFixed: 409,
    law.WrongStage: 409,
    law.PremisesExists: 409,
    law.HouseExists: 409,
    law.PersonNotRecorded: 404,
    law.LogKeyUnknown: 404,
    law.LogKeyIsRetired: 409,
    law.LogKeyIsTheLast: 409,
    law.ErasureTooEarly: 409,
    law.VotingNotOpen: 409,
    law.VotingIsClosed: 409,
    law.AlreadyVoted: 409,
    law.NothingToContest: 409,
    law.NothingToResolve: 409,
    law.TooEarlyToClose: 409,
    law.CountIsCompleted: 409,
    law.CountNotCompleted: 409,
    law.CountOutdated: 409,
    law.OtherRules: 409,
    law.SignatureTargetUnknown: 404,
    law.SignatureAttachedAlready: 409,
    door.LinkRevoked: 410,
    door.BodyTooLarge: 413,
    door.WrongContentType: 415,
    door.TooManyRequests: 429,
    door.LogHalted: 503,
}

_MEMBER_NAMES = {"title": "title_id"}
"""Facts whose name RFC 9457 has taken for its own member."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A "no" ready to be shown: as JSON here, or as a page by whoever draws pages."""

    status: int
    code: str
    law: str
    words: Explained
    facts: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    headers: Mapping[str, str] = dataclasses.field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Give the members of the problem object."""
        return {
            **self.facts,
            "type": f"/errors/{self.code}",
            "title": self.words.title,
            "status": self.status,
            "detail": self.words.text,
            "code": self.code,
            "law": self.law,
            "remedy": self.words.remedy,
        }


def status_of(reason: Refusal) -> int:
    """Decide the HTTP status of a refusal."""
    if isinstance(reason, door.RequestNotUnderstood):
        return reason.http_status
    return status_of_kind(type(reason))


def status_of_kind(kind: type[Refusal]) -> int:
    """Decide the HTTP status of a kind of refusal, whatever its facts are."""
    return _STATUSES.get(kind, NOT_LAWFUL)


def problem_of(
    reason: Refusal, zone: tzinfo = UTC, headers: Mapping[str, str] | None = None
) -> Problem:
    """Put a refusal into words, a status and headers."""
    own: dict[str, str] = {}
    if isinstance(reason, door.TooManyRequests):
        own["Retry-After"] = str(reason.retry_after)
    if isinstance(reason, door.OfficerUnknown | door.OrganisationUnknown):
        own["WWW-Authenticate"] = 'Bearer realm="sobranie"'
    return Problem(
        status=status_of(reason),
        code=reason.code,
        law=reason.law,
        words=explain(reason, zone),
        facts=facts_of(reason),
        headers={**own, **(headers or {})},
    )


def facts_of(reason: Refusal) -> dict[str, Any]:
    """Give a refusal's own values as JSON: fractions as text, moments in UTC."""
    if not dataclasses.is_dataclass(reason):
        return {}
    return {
        _MEMBER_NAMES.get(field.name, field.name): _plain(getattr(reason, field.name))
        for field in dataclasses.fields(reason)
    }


def _plain(value: Any) -> Any:
    match value:
        case door.ContactFault():
            return dataclasses.asdict(value)
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case Fraction():
            return str(value)
        case tuple():
            return [_plain(part) for part in value]
        case _:
            return value


def problem_response(problem: Problem) -> JSONResponse:
    """Answer with a problem as JSON; also for middleware, which no handler covers."""
    return JSONResponse(
        problem.to_json(),
        status_code=problem.status,
        media_type=MEDIA_TYPE,
        headers={"Content-Language": "ru", "Cache-Control": "no-store", **problem.headers},
    )


def wants_page(request: Request) -> bool:
    """Tell whether the caller is a browser: it accepts HTML and names no JSON before it."""
    kinds = [part.split(";")[0].strip() for part in request.headers.get("accept", "").split(",")]
    wanted = [kind for kind in kinds if kind == "text/html" or kind.endswith("json")]
    return wanted[:1] == ["text/html"]


def refusal_of_http(request: Request, fault: HTTPException) -> Refusal:
    """Find our refusal for what the library refuses by itself."""
    match fault.status_code:
        case 401:
            return door.OfficerUnknown()
        case 404:
            return door.PageUnknown()
        case 405:
            return door.MethodNotAllowed((fault.headers or {}).get("Allow", ""))
        case 413:
            return door.BodyTooLarge(limit_of(request.scope["path"]))
        case 415:
            given = request.headers.get("content-type", "").split(";")[0].strip()
            return door.WrongContentType(given, "")
        case other:
            return door.RequestNotUnderstood(other)


def install(
    app: FastAPI, zone_of: ZoneOf, page: Page | None = None, weigh: Weigh | None = None
) -> Wording:
    """Answer every refusal, unreadable body, unknown address and failure of ours.

    Gives the wording of refusals and failures, for whoever answers outside of the routes.

    Args:
        app: the application; middleware added later stands outside of what is installed here.
        zone_of: the zone moments are shown in; it must not refuse.
        page: draws a problem for a browser; without it browsers get JSON too.
        weigh: may give another reason in place of the one a request was refused for.
    """

    def answer(request: Request, problem: Problem) -> Response:
        if page is not None and wants_page(request):
            return page(request, problem)
        return problem_response(problem)

    def worded(request: Request, fault: Exception) -> Response:
        if not isinstance(fault, Refused):
            return failed(request, journal(request.scope, fault))
        reason = fault.reason if weigh is None else weigh(request, fault.reason)
        return answer(request, problem_of(reason, zone_of(request)))

    async def refused(request: Request, fault: Exception) -> Response:
        return worded(request, fault)

    async def unreadable(request: Request, fault: Exception) -> Response:
        if not isinstance(fault, RequestValidationError):
            raise fault
        return answer(request, problem_of(malformed(fault.errors())))

    async def http_refused(request: Request, fault: Exception) -> Response:
        if not isinstance(fault, HTTPException):
            raise fault
        reason = refusal_of_http(request, fault)
        return answer(request, problem_of(reason, headers=fault.headers))

    def failed(request: Request, reference: str) -> Response:
        return answer(request, Problem(500, INTERNAL_ERROR, "", unexpected(reference)))

    app.add_exception_handler(Refused, refused)
    app.add_exception_handler(RequestValidationError, unreadable)
    app.add_exception_handler(HTTPException, http_refused)
    app.add_middleware(FailureGuard, answer=failed)
    return worded
