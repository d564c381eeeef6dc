"""For every refusal about identification one way to provoke it."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

from pydantic import SecretStr

from api.desk import Link, Proof
from api.identity.login import Logins
from api.identity.max_ways import MaxWays
from api.identity.oidc import OidcProvider
from api.identity.provider import Asked, OidcSettings
from api.identity.seats import check_seat, must_suffice
from domain.events import Basis
from domain.facts import PersonId
from tests.domain import builders as given
from tests.domain.memory import refusal_of
from tests.fake_max.facts import TOKEN
from tests.fake_max.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from api.chat.max.models import Message
    from api.services import Services
    from tests.api.door import Door

LINK = Link("00" * 32, given.MEETING, PersonId(given.HOUSE), False)
NOWHERE = OidcSettings("http://127.0.0.1:9", "client", SecretStr("secret"))
PAGE = {"content-type": "application/x-www-form-urlencoded"}


def by_link_alone(door: Door) -> str:
    """Vote by a link where identification is required."""
    settings = replace(door.services.settings, identification="state")
    strict = replace(door.services, settings=settings)
    return refusal_of(lambda: must_suffice(strict, LINK, Basis.CHARTER)).code


def in_another_browser(_door: Door) -> str:
    """Open a proven link without the secret of its browser."""
    proven = replace(LINK, proof=Proof("code", "ab" * 32, "", "cd" * 32))
    return refusal_of(lambda: check_seat(proven, "wrong")).code


def forged_launch(door: Door) -> str:
    """Send launch data that nobody signed."""
    return door.code("POST", "/app", content="init_data=a%3Db", headers=PAGE)


def nobodys_contact(door: Door) -> str:
    """Send the bot a message without a contact."""
    message = SimpleNamespace(link=None, sender=None, body=SimpleNamespace(attachments=()))
    ways = MaxWays(_with_messenger(door.services))
    return refusal_of(lambda: ways.contact(cast("Message", message))).code


def unknown_account(door: Door) -> str:
    """Open the mini-app with an account that proved nothing yet."""
    ways = MaxWays(_with_messenger(door.services))
    return refusal_of(lambda: ways.known(World().person("Анна").user_id)).code


def made_up_login(door: Door) -> str:
    """Come back from a login that nobody began."""
    logins = Logins(door.services, OidcProvider(NOWHERE, door.services.clock))
    return refusal_of(lambda: logins.finish("cookie", "state", "code")).code


def silent_provider(door: Door) -> str:
    """Begin a login at a provider that does not answer."""
    provider = OidcProvider(NOWHERE, door.services.clock)
    return refusal_of(lambda: provider.address(Asked("s", "n", "v", "back"))).code


def _with_messenger(services: Services) -> Services:
    secrets = {"SOBRANIE_MAX_TOKEN": TOKEN}
    return replace(services, settings=replace(services.settings, secrets=secrets))


IDENTITY: Mapping[str, Callable[[Door], str]] = {
    "identification_needed": by_link_alone,
    "link_of_another": in_another_browser,
    "launch_refused": forged_launch,
    "phone_refused": nobodys_contact,
    "person_not_matched": unknown_account,
    "code_unknown": lambda door: door.code("POST", "/code", content="code=1", headers=PAGE),
    "ticket_unknown": lambda door: door.code("GET", "/in/nothing"),
    "login_refused": made_up_login,
    "login_unavailable": silent_provider,
}
