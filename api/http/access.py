"""Who is asking: officers by a bearer token, owners by the token of their personal link."""

from __future__ import annotations

from asyncio import to_thread
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.desk import Link
from api.identity.seats import check_seat
from api.refusals import LinkRevoked, LinkUnknown, OfficerUnknown
from api.services import Services
from domain.refusals import Refused

_bearer = HTTPBearer(auto_error=False, description="Токен должностного лица или личной ссылки")
Bearer = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]


def installation(request: Request) -> Services:
    """Give the installation the request came to."""
    services: Services = request.app.state.services
    return services


async def _installation(request: Request) -> Services:
    # A plain function would be called in a thread.
    return installation(request)


Here = Annotated[Services, Depends(_installation)]


def officer(services: Here, given: Bearer) -> str:
    """Give the name of the officer who asks, or refuse."""
    name = services.desk.officer(given.credentials) if given is not None else None
    if name is None:
        raise Refused(OfficerUnknown())
    return name


Officer = Annotated[str, Depends(officer)]


async def officer_if_any(request: Request) -> str | None:
    """Give the name of the officer who asks; None for everybody else, whatever they call."""
    given = await _bearer(request)
    if given is None:
        return None
    return await to_thread(installation(request).desk.officer, given.credentials)


OfficerOrNobody = Annotated[str | None, Depends(officer_if_any)]


async def link_of(services: Services, token: str) -> Link:
    """Give the personal link of a token, or refuse; a proven one comes as `token.seat`."""
    desk = services.desk
    token, _, seat = token.partition(".")
    link = desk.link_seen(token) or await to_thread(desk.link, token)
    if link is None:
        raise Refused(LinkUnknown())
    if link.revoked:
        raise Refused(LinkRevoked())
    return check_seat(link, seat)


async def _link(services: Here, given: Bearer) -> Link:
    if given is None:
        raise Refused(LinkUnknown())
    return await link_of(services, given.credentials)


Owner = Annotated[Link, Depends(_link)]
