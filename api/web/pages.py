"""All pages as one router: the list of meetings, the owner's ballot, the observer's page."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.desk import as_uuid
from api.lifecycle import lifecycle
from api.messages import channel_text, outcome_text, stage_text
from api.web.feed import feed_router
from api.web.house_pages import house_router
from api.web.identity_pages import identity_router
from api.web.limits import GuessLimit
from api.web.observing import completed_count, documents_of, observed, outcome_line
from api.web.owner_pages import owner_router
from api.web.rendering import STYLE, local, page, remember_place, style_sheet
from api.web.visit import link_rule
from domain.facts import MeetingId
from domain.meeting import called_of, stage
from domain.refusals import NotFound, Refused

if TYPE_CHECKING:
    from api.services import Services

REFRESH_SECONDS = 10
A_YEAR = 31_536_000
CODE_TRIES_A_MINUTE = 10


def router(services: Services, limit: GuessLimit | None = None) -> APIRouter:
    """Give the routes of all pages; `limit` is the brake on guessing links."""
    public = PublicPages(services)
    routes = APIRouter(include_in_schema=False)
    routes.get("/")(public.home)
    routes.get("/m/{meeting}")(public.meeting)
    routes.get(f"/static/{STYLE}")(style)
    routes.include_router(house_router(services))
    routes.include_router(feed_router(services))
    routes.include_router(identity_router(services, GuessLimit(tries=CODE_TRIES_A_MINUTE)))
    routes.include_router(owner_router(services, GuessLimit() if limit is None else limit))
    return routes


def style() -> Response:
    """Give the style sheet; its address changes with its content."""
    caching = {"cache-control": f"public, max-age={A_YEAR}, immutable"}
    return Response(style_sheet(), media_type="text/css; charset=utf-8", headers=caching)


class PublicPages:
    """The handlers of pages that hold no person's data."""

    def __init__(self, services: Services) -> None:
        """Serve the meetings of this installation."""
        self._services = services

    def home(self) -> Response:
        """List the meetings."""
        lines = []
        for meeting_id, _ in self._services.desk.meetings():
            meeting = self._services.meeting(meeting_id)
            house = self._services.house_of(meeting)
            zone = ZoneInfo(house.registered.time_zone)
            terms = called_of(meeting).terms
            lines.append(
                {
                    "url": f"/m/{meeting_id}",
                    "address": house.registered.address,
                    "annual": terms.annual,
                    "stage": stage_text(stage(meeting)),
                    "opens": local(terms.opens_at, zone),
                    "closes": local(terms.closes_at, zone),
                }
            )
        return page("home.html", meetings=lines)

    def meeting(self, request: Request, meeting: str, live: str = "") -> Response:
        """Show a meeting to an observer; `live` reloads the page by itself."""
        found = as_uuid(meeting)
        if found is None:
            raise Refused(NotFound("meeting"))
        state = self._services.meeting(MeetingId(found))
        house = self._services.house_of(state)
        zone = ZoneInfo(house.registered.time_zone)
        remember_place(request, zone, "/")
        terms = called_of(state).terms
        turnout = self._services.turnout(MeetingId(found))
        result = completed_count(self._services, state)
        items = result.items if result is not None else ()
        return page(
            "observer.html",
            state=stage(state),
            stage=stage_text(stage(state)),
            house=house,
            terms=terms,
            url=f"/m/{found}",
            opens=local(terms.opens_at, zone),
            closes=local(terms.closes_at, zone),
            in_person=local(terms.in_person_at, zone) if terms.in_person_at else None,
            asked_at=local(self._services.clock(), zone),
            channel=link_rule(self._services, house, terms),
            turnout=turnout,
            observed=observed(self._services, terms, turnout),
            channels=[(channel_text(name), n) for name, n in turnout.channels.items() if n],
            outcomes={i.number: outcome_line(i, outcome_text(i.outcome)) for i in items},
            counted=result is not None,
            documents=documents_of(state),
            events=[
                (event.title, local(event.at, zone), event.leaf + 1)
                for event in lifecycle(self._services, MeetingId(found))
            ],
            key=self._services.logs.key(house.id).to_text(),
            live=bool(live) and stage(state) in ("called", "open"),
            refresh=REFRESH_SECONDS,
        )
