"""Who is asking: officers by a bearer token, owners by the token of their personal link."""

from __future__ import annotations

from asyncio import to_thread
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.desk import Link
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


BY_LINK: dict[str, Any] = {"security": [{_bearer.scheme_name: []}]}
"""What the description of the API says of operations that ask `owner_of` themselves."""


async def owner_of(request: Request) -> tuple[Services, Link]:
    """Give the installation and the personal link of the owner who asks, or refuse.

    Handlers call it: as a dependency it would cost a vote more than all its cryptography.
    """
    services, given = installation(request), await _bearer(request)
    if given is None:
        raise Refused(LinkUnknown())
    desk, token = services.desk, given.credentials
    link = desk.link_seen(token) or await to_thread(desk.link, token)
    if link is None:
        raise Refused(LinkUnknown())
    if link.revoked:
        raise Refused(LinkRevoked())
    return services, link


async def _link(request: Request, _given: Bearer) -> Link:
    return (await owner_of(request))[1]


Owner = Annotated[Link, Depends(_link)]
