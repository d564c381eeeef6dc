"""Where a proven link may be used: in the browser that proved it, and nowhere else.

1. a link nothing was proven of opens for whoever holds it, and its answers say so: `link`;
2. a proven link opens together with the secret of the browser that proved it (its seat); copied
   from the address bar to a neighbour it opens nothing;
3. a link bound to a messenger account opens through that account alone;
4. a vote needs evidence that the installation finds sufficient on the meeting's basis.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from api.desk import token_hash
from api.identity.strength import Kind, Strength, strengths
from api.refusals import IdentificationNeeded, LinkOfAnother
from domain.meeting import called_of
from domain.refusals import Refused

if TYPE_CHECKING:
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


def must_suffice(services: Services, link: Link) -> None:
    """Refuse a vote whose voter is not proven well enough."""
    terms = called_of(services.app.meeting_seen(link.meeting)).terms
    wanted = strength_for(services, terms.basis)
    if kind_of(link) not in wanted.suffices:
        raise Refused(IdentificationNeeded(wanted.suffices))
