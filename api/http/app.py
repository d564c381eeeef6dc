"""The HTTP application: JSON API, pages and the log over one set of services."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.bundles import BundleShelf
from api.http import (
    announcements,
    chat,
    contacts,
    identity,
    officers,
    owners,
    problems,
    public,
    scanned,
    signatures,
    subscriptions,
    unsettled,
    webhooks,
)
from api.http.guessing import WrongTokens
from api.http.limits import BodyLimit
from api.http.openapi import DescribedApi, operation_id
from api.http.vote_door import VoteDoor
from api.web import errors, pages, verify
from api.web.headers import SecurityHeaders
from api.web.rendering import problem_page, zone_of

if TYPE_CHECKING:
    from fastapi import FastAPI

    from api.services import Services

DESCRIPTION = """
Общие собрания собственников помещений: реестр, созыв, голосование, подсчёт, протокол и журнал,
который каждый может проверить.

* Секретарь называет себя токеном должностного лица, собственник — токеном личной ссылки; оба —
  в заголовке `Authorization: Bearer …`.
* Голоса — точные дроби строкой: `537/20` — это 26,85.
* Отказ — `application/problem+json` с постоянным `code`, нормой и советом, что делать.
* Каждая запись подтверждается квитанцией C2SP tlog-proof; журнал — C2SP tlog-tiles.
"""


def json_api() -> DescribedApi:
    """Build the JSON API alone, over no installation: enough to describe it."""
    app = DescribedApi(
        title="sobranie",
        version="1",
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        generate_unique_id_function=operation_id,
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.include_router(owners.router)
    app.include_router(officers.router)
    app.include_router(signatures.router)
    app.include_router(identity.router)
    app.include_router(contacts.router)
    app.include_router(subscriptions.router)
    app.include_router(announcements.officers)
    app.include_router(announcements.authors)
    app.include_router(announcements.public)
    app.include_router(chat.router)
    app.include_router(unsettled.router)
    app.include_router(scanned.router)
    app.include_router(chat.proofs)
    app.include_router(public.router)
    return app


def create_app(services: Services) -> FastAPI:
    """Build the application over open services."""
    app = json_api()
    app.state.services = services
    app.state.bundles = BundleShelf(services)
    app.include_router(errors.router)
    app.include_router(pages.router(services))
    app.include_router(verify.router)
    app.include_router(webhooks.router(services))
    app.add_middleware(BodyLimit)
    wording = problems.install(app, zone_of, problem_page, WrongTokens().weighed)
    app.add_middleware(SecurityHeaders)
    app.before_all(lambda behind: VoteDoor(behind, services, wording))
    return app
