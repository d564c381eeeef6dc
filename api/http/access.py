"""Who is asking: officers by a bearer token, owners by the token of their personal link."""

from __future__ import annotations

from asyncio import to_thread
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.refusals import LinkRevoked, LinkUnknown, OfficerUnknown
from api.services import Services
from domain.refusals import Refused

if TYPE_CHECKING:
    from api.desk import Link

_bearer = HTTPBearer(auto_error=False, description="Токен должностного лица или личной ссылки")
Bearer = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]


async def services_of(request: Request) -> Services:
    """Give the installation the request came to; not `def`, which would visit a thread for it."""
    services: Services = request.app.state.services
    return services


Here = Annotated[Services, Depends(services_of)]


def officer(services: Here, given: Bearer) -> str:
    """Give the name of the officer who asks, or refuse."""
    name = services.desk.officer(given.credentials) if given is not None else None
    if name is None:
        raise Refused(OfficerUnknown())
    return name


Officer = Annotated[str, Depends(officer)]


async def owner_link(services: Here, given: Bearer) -> Link:
    """Give the personal link of the owner who asks, or refuse an unknown or a revoked one."""
    if given is None:
        raise Refused(LinkUnknown())
    token = given.credentials
    link = services.desk.link_seen(token) or await to_thread(services.desk.link, token)
    if link is None:
        raise Refused(LinkUnknown())
    if link.revoked:
        raise Refused(LinkRevoked())
    return link
