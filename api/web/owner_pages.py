"""The owner's pages: ballot, confirmation, receipt, objection. GET never writes.

1. ответы даются на все вопросы сразу, и до записи собственник видит их ещё раз вместе с весом;
2. голос окончателен; подготовленное решение можно изменить, пока подписанное не принято;
3. собственник видит, как записан его голос, и вправе возразить.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from api.desk import as_uuid
from api.messages import channel_text, kind_text
from api.owners import cast_by_link, contest_by_link
from api.refusals import LinkUnknown
from api.web import answers as answering
from api.web.forms import check_token, form_token, read_form
from api.web.limits import GuessLimit
from api.web.rendering import local, page, remember_place
from api.web.visit import Phase, Visit, find_link, visit
from domain.events import AnswersPrepared, BallotReceived
from domain.facts import TitleId
from domain.refusals import (
    NotFound,
    NotYourBallot,
    Refused,
    VotingIsClosed,
    VotingNotOpen,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.services import Services
    from domain.events import Mark
    from domain.facts import BallotId
    from projections.owner_view import OwnerTitle

REVIEW, VOTE, CONTEST = "review", "vote", "contest"
SEE_OTHER = 303
INCOMPLETE = 422
MAX_STATEMENT = 2000


class OwnerPages:
    """The handlers of `/b/…` over the services of an installation."""

    def __init__(self, services: Services, limit: GuessLimit) -> None:
        """Serve the owners of this installation."""
        self._services = services
        self._limit = limit

    def router(self) -> APIRouter:
        """Give the routes."""
        router = APIRouter(include_in_schema=False)
        router.get("/b/{token}")(self.ballot)
        router.post("/b/{token}/review")(self.review)
        router.post("/b/{token}/vote")(self.vote)
        router.get("/b/{token}/receipt")(self.receipt)
        router.get("/b/{token}/receipt/{title}.tlog-proof")(self.receipt_file)
        router.post("/b/{token}/contest")(self.contest)
        return router

    def ballot(self, request: Request, token: str, again: str = "") -> Response:
        """Show the ballot, or what stands in its place before and after the voting."""
        seen = self._visit(request, token)
        if seen.phase is not Phase.OPEN or not seen.titles:
            return self._page("waiting.html", seen)
        if not seen.waiting or (seen.is_done and not again):
            return RedirectResponse(f"{seen.home}/receipt", SEE_OTHER)
        return self._form(seen, seen.prepared_answers, ())

    async def review(self, request: Request, token: str) -> Response:
        """Show the answers once more with their weight; missing ones are asked for again."""
        seen, form = self._visit(request, token), await read_form(request)
        check_token(self._key, seen.link, REVIEW, form)
        self._must_be_open(seen)
        if not seen.waiting:
            return RedirectResponse(f"{seen.home}/receipt", SEE_OTHER)
        given = answering.answers_in(form, len(seen.questions))
        missing = answering.missing_in(given, len(seen.questions))
        if missing or form.text("edit"):
            return self._form(seen, given, () if form.text("edit") else missing)
        marks = answering.in_order(given, len(seen.questions))
        shown = answering.shown_text(marks, (title.title for title in seen.waiting))
        return self._page(
            "review.html",
            seen,
            marks=seen.marks(marks),
            sum=seen.sum_of(seen.waiting),
            vote_token=form_token(self._key, seen.link, VOTE, shown),
            edit_token=form_token(self._key, seen.link, REVIEW),
        )

    async def vote(self, request: Request, token: str) -> Response:
        """Record the answers that were confirmed, for all titles shown or for none."""
        seen, form = self._visit(request, token), await read_form(request)
        given = answering.answers_in(form, len(seen.questions))
        marks = answering.in_order(given, len(seen.questions))
        titles = [_title(text) for text in form.texts("title")]
        check_token(self._key, seen.link, VOTE, form, answering.shown_text(marks, titles))
        self._must_be_open(seen)
        shown = [str(title) for title in titles]
        await cast_by_link(self._services, seen.link, marks, only=shown)
        return RedirectResponse(f"{seen.home}/receipt", SEE_OTHER)

    def receipt(self, request: Request, token: str) -> Response:
        """Show what is recorded in the owner's name."""
        seen = self._visit(request, token)
        if seen.phase is Phase.BEFORE or not seen.titles:
            return RedirectResponse(seen.home, SEE_OTHER)
        return self._page(
            "receipt.html",
            seen,
            contest_token=form_token(self._key, seen.link, CONTEST),
            max_statement=MAX_STATEMENT,
        )

    def receipt_file(self, request: Request, token: str, title: str) -> Response:
        """Give the proof that the owner's decision stands in the log, to be checked offline."""
        seen = self._visit(request, token)
        mine = self._own(seen, title)
        version = self._version_of(mine.ballot)
        text = self._services.logs.receipt(seen.house.id, mine.ballot, version)
        name = f"receipt-{mine.title}.tlog-proof"
        headers = {"content-disposition": f'attachment; filename="{name}"'}
        return PlainTextResponse(text, headers=headers)

    async def contest(self, request: Request, token: str) -> Response:
        """Record «это не мой голос»; the owner's words are sealed."""
        seen, form = self._visit(request, token), await read_form(request)
        check_token(self._key, seen.link, CONTEST, form)
        words = form.text("statement").strip()
        await contest_by_link(self._services, seen.link, form.text("title"), words)
        return RedirectResponse(f"{seen.home}/receipt", SEE_OTHER)

    # --- parts ------------------------------------------------------------------------------------

    @property
    def _key(self) -> bytes:
        return self._services.settings.form_key

    def _visit(self, request: Request, token: str) -> Visit:
        try:
            link = find_link(self._services, token)
        except Refused as refused:
            if isinstance(refused.reason, LinkUnknown):
                self._limit.failed(request.client.host if request.client else "")
            raise
        seen = visit(self._services, token, link)
        remember_place(request, seen.zone, seen.home)
        return seen

    def _must_be_open(self, seen: Visit) -> None:
        if seen.phase is Phase.BEFORE:
            raise Refused(VotingNotOpen(seen.terms.opens_at))
        if seen.phase is Phase.AFTER:
            raise Refused(VotingIsClosed(seen.terms.closes_at))

    def _form(self, seen: Visit, given: Mapping[int, Mark], missing: tuple[int, ...]) -> Response:
        return self._page(
            "ballot.html",
            seen,
            INCOMPLETE if missing else 200,
            given=given,
            missing=missing,
            choices=answering.CHOICES,
            sum=seen.sum_of(seen.waiting),
            form_token=form_token(self._key, seen.link, REVIEW),
        )

    def _page(self, template: str, seen: Visit, status: int = 200, **values: Any) -> HTMLResponse:
        return page(
            template,
            status,
            seen=seen,
            opens=local(seen.terms.opens_at, seen.zone),
            closes=local(seen.terms.closes_at, seen.zone),
            when=partial(local, zone=seen.zone),
            mark_text=answering.MARK_TEXT,
            field_of=answering.field_of,
            channel_text=channel_text,
            kind_text=kind_text,
            **values,
        )

    def _own(self, seen: Visit, title: str) -> OwnerTitle:
        wanted = _title(title)
        for mine in seen.titles:
            if mine.title == wanted:
                return mine
        raise Refused(NotYourBallot())

    def _version_of(self, ballot: BallotId) -> int:
        """Find the record a receipt is for: the decision received, else the one prepared last."""
        facts = self._services.app.recorded(ballot)
        for kind in (BallotReceived, AnswersPrepared):
            for recorded in reversed(facts):
                if isinstance(recorded.fact, kind):
                    return recorded.originator_version
        raise Refused(NotFound("ballot"))


def _title(text: str) -> TitleId:
    found = as_uuid(text)
    if found is None:
        raise Refused(NotFound("ballot"))
    return TitleId(found)
