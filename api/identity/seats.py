"""Where a proven link may be used: in the browser that proved it, and nowhere else.

1. a link nothing was proven of opens for whoever holds it, and its answers say so: `link`;
2. a proven link opens together with the secret of the browser that proved it (its seat); copied
   from the address bar to a neighbour it opens nothing;
3. a link bound to a messenger account opens through that account alone;
4. a vote needs evidence that the installation finds sufficient on the meeting's basis;
5. people are told of the ways that are set up here, and of no others.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from api.chat.max.connecting import TOKEN
from api.desk import token_hash
from api.identity.provider import ISSUER
from api.identity.strength import Kind, Strength, strengths
from api.refusals import IdentificationNeeded, LinkOfAnother
from domain.refusals import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.desk import Link
    from api.services import Services
    from domain.events import Basis

SEAT_COOKIE = "sobranie_seat"


def check_seat(link: Link, seat: str | None) -> Link:
    """Give the link back, or refuse: it is bound to an account, or proven in another browser."""
    if link.proof is None:
        return link
    kept = link.proof.seat_hash
    # Compared even when there is nothing to compare with: no answer is faster than another.
    if not hmac.compare_digest(kept, token_hash(seat or "")) or not kept:
        raise Refused(LinkOfAnother())
    return link


def kind_of(link: Link) -> str:
    """Name what is proven of whoever holds the link."""
    return link.proof.kind if link.proof is not None else Kind.LINK.value


def strength_for(services: Services, basis: Basis) -> Strength:
    """Give the row that says what this installation wants proven."""
    return strengths()[services.settings.identification, basis.value]


def ways_here(services: Services, basis: Basis) -> tuple[Kind, ...]:
    """Name the evidence that suffices and can be given in this installation; maybe none."""
    given = services.settings.secrets
    absent: set[Kind] = set()
    if not bot_here(given):
        absent |= {Kind.MAX_INIT_DATA, Kind.MAX_PHONE}
    if not given.get(ISSUER):
        absent.add(Kind.OIDC)
    wanted = strength_for(services, basis).suffices
    return tuple(kind for kind in wanted if kind not in absent)


def bot_here(given: Mapping[str, str]) -> str:
    """Name the bot people can be led to; empty when MAX is not set up, or the bot has no name."""
    is_connected = given.get(TOKEN) or given.get(f"{TOKEN}_FILE")
    return given.get("SOBRANIE_MAX_BOT", "") if is_connected else ""


def must_suffice(services: Services, link: Link, basis: Basis) -> None:
    """Refuse a vote whose voter is not proven well enough for the meeting's basis."""
    if kind_of(link) not in strength_for(services, basis).suffices:
        raise Refused(IdentificationNeeded(ways_here(services, basis)))
