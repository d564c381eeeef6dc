"""The ways to one's ballot: printed code, ticket from the bot, mini-app, login; all end at `/b/…`.

1. предпросмотр ссылки в мессенджере ничего не открывает и не тратит: GET не записывает, а возврат
   от поставщика удостоверений действует только с секретом начавшего вход браузера;
2. каждый путь кончается новой личной ссылкой и секретом этого браузера (`api/identity/`);
3. чужой сайт не может отправить эти формы за человека; неверные коды считаются по адресу.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from api.desk import as_uuid
from api.http.problems import problem_of, wants_page
from api.identity.codes import Codes
from api.identity.digests import Digests
from api.identity.login import BACK, LIVES, Logins
from api.identity.max_ways import MaxWays, SharedPhone
from api.identity.oidc import OidcProvider
from api.identity.provider import IdentitySettingsError, read_oidc
from api.identity.seats import SEAT_COOKIE, bot_here, strength_for, ways_here
from api.refusals import CodeUnknown, FormOutOfDate, PageUnknown, TicketUnknown, TooManyRequests
from api.web.forms import read_form
from api.web.headers import POLICY
from api.web.owner_door import SEE_OTHER
from api.web.rendering import page
from api.wording.identity import KINDS, NO_WAY, again_in
from domain.facts import MeetingId
from domain.meeting import called_of
from domain.refusals import NotFound, Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.identity.admitting import Admitted, Proven
    from api.services import Services
    from api.web.limits import GuessLimit

SCRIPT = "https://st.max.ru/js/max-web-app.js"
_SCRIPT = re.compile(r"(https://[a-z0-9.-]+|http://127\.0\.0\.1)(:[0-9]+)?/[A-Za-z0-9/._-]*")
OWN_SCRIPT = "app.js"
SHOWN = 40
LOGIN_COOKIE = "sobranie_login"
SEAT_LIVES = 120 * 86_400
NO_STORE = {"cache-control": "no-store"}


class ScriptAddressError(IdentitySettingsError):
    """`SOBRANIE_MAX_SCRIPT` is no address a page may load a script from."""


def identity_router(services: Services, limit: GuessLimit) -> APIRouter:
    """Give the routes; `limit` is the brake on guessing codes."""
    pages = IdentityPages(services, limit)
    routes = APIRouter(include_in_schema=False)
    routes.get("/code")(pages.code)
    routes.get("/code/{code}")(pages.code)
    routes.post("/code")(pages.code_given)
    routes.get("/in/{ticket}")(pages.ticket)
    routes.post("/in/{ticket}")(pages.ticket_given)
    routes.get("/app")(pages.app)
    routes.post("/app")(pages.launched)
    routes.get("/m/{meeting}/in")(pages.ways)
    routes.get("/m/{meeting}/login")(pages.login)
    routes.get(BACK)(pages.logged_in)
    routes.get(f"/static/{OWN_SCRIPT}")(own_script)
    return routes


class IdentityPages:
    """The handlers of the ways."""

    def __init__(self, services: Services, limit: GuessLimit) -> None:
        """Serve whoever comes."""
        self._services = services
        self._limit = limit
        self._max = MaxWays(services)
        self._admissions = self._max.admissions
        self._codes = Codes(services.desk.engine, Digests(services.settings.form_key))
        given = services.settings.secrets.get("SOBRANIE_MAX_SCRIPT", SCRIPT)
        if not _SCRIPT.fullmatch(given):
            raise ScriptAddressError("SOBRANIE_MAX_SCRIPT: нужен адрес скрипта по https")
        self._script = given
        provider = read_oidc(services.settings.secrets)
        self._logins = (
            Logins(services, OidcProvider(provider, services.clock)) if provider else None
        )

    # --- the printed code -------------------------------------------------------------------------

    def code(self, code: str = "") -> Response:
        """Show the form; a code in the address, as the QR has it, is only filled in."""
        return _private(page("code.html", code=code[:SHOWN], error=None))

    async def code_given(self, request: Request) -> Response:
        """Admit by a printed code."""
        _from_here(request)
        form = await read_form(request)
        return await run_in_threadpool(self._by_code, request, form.text("code"))

    def _by_code(self, request: Request, text: str) -> Response:
        address = request.client.host if request.client else ""
        try:
            # Taken before the code is looked up: else the brake would never stop a right guess.
            self._limit.failed(address)
            proven = self._codes.proven(text)
        except Refused as refused:
            if not wants_page(request):
                raise
            return _code_again(refused, text)
        self._limit.returned(address)
        return self._to_ballot(self._admissions.admit(proven, self._services.clock()))

    # --- the ticket from a dialog -----------------------------------------------------------------

    def ticket(self, ticket: str) -> Response:
        """Ask to press the button; looking uses nothing up."""
        if not self._admissions.has_ticket(ticket, self._services.clock()):
            raise Refused(TicketUnknown())
        return _private(page("ticket.html", ticket=ticket))

    def ticket_given(self, request: Request, ticket: str) -> Response:
        """Admit by a ticket, once."""
        _from_here(request)
        return self._to_ballot(self._admissions.enter(ticket, self._services.clock()))

    # --- the mini-app -----------------------------------------------------------------------------

    def app(self) -> Response:
        """Show the page the messenger opens; its scripts alone may run here."""
        host = re.match(r"https?://[^/]+", self._script)
        place = host[0] if host else ""
        policy = f"{POLICY}; script-src 'self' {place}; connect-src {place}"
        shown = page("app.html", script=self._script, own=_own_address())
        shown.headers["content-security-policy"] = policy
        return _private(shown)

    async def launched(self, request: Request) -> Response:
        """Admit by launch data; the messenger's signature is what proves the form."""
        _from_here(request)
        form = await read_form(request)
        given = [form.text(name) for name in ("phone", "auth_date", "hash")]
        shared = SharedPhone(*given) if any(given) else None
        return await run_in_threadpool(self._launched, form.text("init_data"), shared)

    def _launched(self, raw: str, shared: SharedPhone | None) -> Response:
        found, now = self._max.launched(raw, shared), self._services.clock()
        if len(found.ways) == 1:
            return self._to_ballot(self._admissions.admit(found.ways[0], now, found.once))
        self._admissions.use_up(found.once, now)
        return self._choice(found.ways)

    # --- the login at a provider ------------------------------------------------------------------

    def login(self, meeting: str) -> Response:
        """Send a person to the identity provider; nothing is written."""
        if self._logins is None:
            raise Refused(PageUnknown())
        known = self._meeting(meeting)
        begun = self._logins.begin(known)
        answer = RedirectResponse(begun.address, SEE_OTHER)
        lives = int(LIVES.total_seconds())
        return self._kept(answer, LOGIN_COOKIE, begun.cookie, BACK, lives)

    def logged_in(self, request: Request, state: str = "", code: str = "") -> Response:
        """Admit whom the provider vouches for, once."""
        if self._logins is None:
            raise Refused(PageUnknown())
        cookie = request.cookies.get(LOGIN_COOKIE, "")
        proven = self._logins.finish(cookie, state, code)
        return self._to_ballot(self._admissions.admit(proven, self._services.clock()))

    # --- parts ------------------------------------------------------------------------------------

    def _meeting(self, meeting: str) -> MeetingId:
        found = as_uuid(meeting)
        if found is None:
            raise Refused(NotFound("meeting"))
        self._services.meeting(MeetingId(found))
        return MeetingId(found)

    def ways(self, meeting: str) -> Response:
        """List the ways to one's ballot in a meeting."""
        found = self._meeting(meeting)
        state = self._services.meeting(found)
        basis = called_of(state).terms.basis
        return page(
            "ways.html",
            url=f"/m/{found}",
            bot=bot_here(self._services.settings.secrets),
            login=self._logins is not None,
            strength=strength_for(self._services, basis),
            kinds=[KINDS[kind] for kind in ways_here(self._services, basis)],
            no_way=NO_WAY,
        )

    def _choice(self, ways: Sequence[Proven]) -> Response:
        now = self._services.clock()
        offered = [
            {"ticket": self._admissions.ticket(way, now), "meeting": self.named(way.meeting)}
            for way in ways
        ]
        return _private(page("choose.html", offered=offered))

    def named(self, meeting: MeetingId) -> str:
        """Name a meeting by its house."""
        return self._services.house_of(self._services.meeting(meeting)).registered.address

    def _to_ballot(self, admitted: Admitted) -> Response:
        """Lead to the ballot page, leaving the browser's secret in a cookie of that page alone."""
        home = f"/b/{admitted.token}"
        answer = RedirectResponse(home, SEE_OTHER)
        return self._kept(answer, SEAT_COOKIE, admitted.seat, home, SEAT_LIVES)

    def _kept(self, answer: Response, name: str, value: str, path: str, lives: int) -> Response:
        """Leave something in the browser, out of reach of scripts and of other pages."""
        secure = self._services.settings.public_url.startswith("https:")
        answer.set_cookie(
            name, value, lives, path=path, secure=secure, httponly=True, samesite="lax"
        )
        return _private(answer)


def _code_again(refused: Refused, text: str) -> Response:
    """Show the form with what was typed, and say what to do; other refusals go on."""
    problem = problem_of(refused.reason)
    match refused.reason:
        case CodeUnknown():
            words = problem.words
        case TooManyRequests(seconds):
            words = again_in(seconds)
        case _:
            raise refused
    shown = page("code.html", problem.status, code=text[:SHOWN], error=words)
    shown.headers.update(problem.headers)
    return _private(shown)


def own_script() -> Response:
    """Give our own script of the mini-app page."""
    return Response(_own_script(), media_type="text/javascript; charset=utf-8")


@cache
def _own_script() -> bytes:
    return (files("api.web") / "static" / OWN_SCRIPT).read_bytes()


def _own_address() -> str:
    return f"/static/{OWN_SCRIPT}?v={hashlib.sha256(_own_script()).hexdigest()[:12]}"


def _from_here(request: Request) -> None:
    """Refuse a form that another site sends in a person's name."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise Refused(FormOutOfDate())


def _private(answer: Response) -> Response:
    answer.headers.update(NO_STORE)
    return answer
