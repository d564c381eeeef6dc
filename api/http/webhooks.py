"""Where messengers send their events: checked, kept once, answered at once, worked off later.

1. the secret is compared in constant time; a wrong one is answered 401 and nothing is read of it;
2. a body longer than a mebibyte is refused by `limits.py` before it is read;
3. what cannot be read is logged by its code and answered 200: anything else would be repeated for
   eight hours, and then the messenger would drop us;
4. a repeated event is answered 200 and changes nothing.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from api.chat.heard import HeardEvents
from api.chat.max.connecting import HOOK, read_webhook
from api.chat.max.hearing import keep
from api.chat.max.updates import dedupe_key, parse_update
from api.chat.max.webhook import (
    SECRET_HEADER,
    Delivery,
    ForgedWebhookError,
    MalformedUpdateError,
    check_secret,
)

if TYPE_CHECKING:
    from api.services import Services

logger = logging.getLogger(__name__)


def router(services: Services) -> APIRouter:
    """Make the route, if the settings hold a secret for it."""
    routes = APIRouter()
    settings = services.settings
    webhook = read_webhook(settings.secrets, settings.public_url)
    if settings.chat != "max" or webhook is None:
        return routes
    events, secret = HeardEvents(services.desk.engine), webhook.secret

    @routes.post(HOOK, include_in_schema=False)
    async def max_events(request: Request) -> Response:
        """Take one event of MAX."""
        try:
            check_secret(secret, request.headers.get(SECRET_HEADER))
        except ForgedWebhookError as forged:
            logger.warning("an event was refused: %s", forged.code)
            return Response(status_code=401)
        body = await request.body()
        try:
            update = parse_update(body)
            delivery = Delivery(dedupe_key(update), update)
        except MalformedUpdateError as malformed:
            logger.warning("an event cannot be read: %s at %s", malformed.code, malformed.where)
            return Response()
        await run_in_threadpool(keep, events, delivery, body, services.clock())
        return Response()

    return routes
