"""What all of an owner's pages share: who comes by which link, when, and common values."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from api.desk import as_uuid
from api.identity.seats import SEAT_COOKIE, check_seat, kind_of, strength_for
from api.messages import channel_text, kind_text
from api.refusals import LinkUnknown
from api.web import answers as answering
from api.web.draft import Draft, Drafts, prepared_draft
from api.web.rendering import local, page, remember_place
from api.web.visit import Phase, Visit, find_link, visit
from domain.facts import TitleId
from domain.refusals import NotFound, NotYourBallot, Refused, VotingIsClosed, VotingNotOpen

if TYPE_CHECKING:
    from fastapi.responses import HTMLResponse
    from starlette.requests import Request

    from api.services import Services
    from api.web.limits import GuessLimit
    from projections.owner_view import OwnerTitle

FILL, VOTE, CONTEST = "fill", "vote", "contest"
SEE_OTHER = 303
INCOMPLETE = 422


class OwnerDoor:
    """Lets owners in by their personal links; the pages behind it are in modules of their own."""

    def __init__(self, services: Services, limit: GuessLimit) -> None:
        """Serve the owners of this installation."""
        self.services = services
        self.key = services.settings.form_key
        self.drafts = Drafts(services.desk, self.key)
        self._limit = limit

    def visit(self, request: Request, token: str) -> Visit:
        """Find the link and read all that its pages show, or refuse."""
        try:
            found = find_link(self.services, token)
            link = check_seat(found, request.cookies.get(SEAT_COOKIE))
        except Refused as refused:
            if isinstance(refused.reason, LinkUnknown):
                self._limit.failed(request.client.host if request.client else "")
            raise
        seen = visit(self.services, token, link)
        remember_place(request, seen.zone, seen.home)
        return seen

    def must_be_open(self, seen: Visit) -> None:
        """Refuse what comes before or after the voting."""
        if seen.phase is Phase.BEFORE:
            raise Refused(VotingNotOpen(seen.terms.opens_at))
        if seen.phase is Phase.AFTER:
            raise Refused(VotingIsClosed(seen.terms.closes_at))

    def draft(self, seen: Visit) -> Draft:
        """Give what is filled in so far, else what was prepared before."""
        kept = self.drafts.read(seen.link, seen.token)
        if kept is not None and not kept.settled:
            return kept
        prepared = prepared_draft(seen.waiting)
        acting = kept.representative if kept is not None else None
        return Draft(prepared.together, prepared.apart, acting)

    def own(self, seen: Visit, title: str) -> OwnerTitle:
        """Find one of the owner's titles, or refuse."""
        wanted = title_in(title)
        for mine in seen.titles:
            if mine.title == wanted:
                return mine
        raise Refused(NotYourBallot())

    def page(self, template: str, seen: Visit, status: int = 200, **values: Any) -> HTMLResponse:
        """Render one of the owner's pages."""
        return page(
            template,
            status,
            seen=seen,
            opens=local(seen.terms.opens_at, seen.zone),
            closes=local(seen.terms.closes_at, seen.zone),
            when=partial(local, zone=seen.zone),
            mark_text=answering.MARK_TEXT,
            choices=answering.CHOICES,
            field_of=answering.field_of,
            channel_text=channel_text,
            kind_text=kind_text,
            ways=self._ways(seen),
            **values,
        )

    def _ways(self, seen: Visit) -> tuple[str, ...]:
        """Name the evidence that would let a vote pass; empty when what is proven is enough."""
        wanted = strength_for(self.services, seen.terms.basis).suffices
        return () if kind_of(seen.link) in wanted else wanted


def title_in(text: str) -> TitleId:
    """Read a title's id from an address or a form."""
    found = as_uuid(text)
    if found is None:
        raise Refused(NotFound("ballot"))
    return TitleId(found)
