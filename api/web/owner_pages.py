"""The owner's pages put together: the way to an answer, and what is recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter

from api.web.filling_pages import FillingPages
from api.web.owner_door import OwnerDoor
from api.web.record_pages import RecordPages

if TYPE_CHECKING:
    from api.services import Services
    from api.web.limits import GuessLimit


def owner_router(services: Services, limit: GuessLimit) -> APIRouter:
    """Give the routes of `/b/…`; `limit` is the brake on guessing links."""
    door = OwnerDoor(services, limit)
    routes = APIRouter(include_in_schema=False)
    routes.include_router(FillingPages(door).router())
    routes.include_router(RecordPages(door).router())
    return routes
