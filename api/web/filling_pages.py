"""The way to an answer: start, one question at a time or all at once, representative, check, vote.

1. каждый шаг сохраняется в черновике, прочитать который можно только по личной ссылке; назад,
   вперёд и закрыть страницу можно без потерь; GET ничего не записывает;
2. голоса одного собственника неделимы (письмо Минстроя 2017 г. в пересказе): один ответ за все
   помещения, а разные — только по явному выбору;
3. до записи собственник видит ответы ещё раз вместе с весом; что показано, то и записывается;
4. голос окончателен; подготовленное решение можно изменить, пока подписанное не принято.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from api.names import PersonalValue
from api.owners import cast_each_by_link
from api.refusals import PageUnknown
from api.web import answers as answering
from api.web.draft import shown_text
from api.web.forms import check_token, form_token, read_form
from api.web.owner_door import FILL, INCOMPLETE, SEE_OTHER, VOTE, OwnerDoor
from api.web.representing import KINDS, fields_of, read_representative
from api.web.visit import Phase, Visit
from domain.calling import local_day
from domain.refusals import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.web.draft import Draft
    from api.web.forms import Form
    from api.web.representing import Representative

APART_AT_MOST = 50
"""Nobody answers for more premises one by one, and a form has a limit of fields."""

Missing = tuple[tuple[int, int], ...]


class FillingPages:
    """The handlers of `/b/…` up to the vote."""

    def __init__(self, door: OwnerDoor) -> None:
        """Serve whoever the door lets in."""
        self._door = door

    def router(self) -> APIRouter:
        """Give the routes."""
        router = APIRouter(include_in_schema=False)
        router.get("/b/{token}")(self.start)
        router.get("/b/{token}/q/{number}")(self.question)
        router.post("/b/{token}/q/{number}")(self.question_given)
        router.get("/b/{token}/all")(self.all_questions)
        router.post("/b/{token}/review")(self.all_given)
        router.post("/b/{token}/premises")(self.premises_given)
        router.get("/b/{token}/representative")(self.representative)
        router.post("/b/{token}/representative")(self.representative_given)
        router.get("/b/{token}/review")(self.review)
        router.post("/b/{token}/vote")(self.vote)
        return router

    # --- pages: read only -------------------------------------------------------------------------

    def start(self, request: Request, token: str, again: str = "", saved: str = "") -> Response:
        """Show what the answer will be, for which premises, until when; or what stands instead."""
        seen = self._door.visit(request, token)
        if seen.phase is not Phase.OPEN or not seen.titles:
            return self._door.page("waiting.html", seen)
        if not seen.waiting or (seen.is_done and not again and not saved):
            return _to(seen, "/receipt")
        draft = self._door.draft(seen)
        missing = draft.missing(seen.waiting, seen.count)
        return self._door.page(
            "start.html",
            seen,
            draft=draft,
            left=len({number for number, _ in missing}),
            following=_following(missing),
            saved=bool(saved),
            apart_at_most=APART_AT_MOST,
            sum=seen.sum_of(seen.waiting),
            form_token=self._token(seen),
        )

    def question(self, request: Request, token: str, number: str, then: str = "") -> Response:
        """Show one question."""
        seen = self._door.visit(request, token)
        wanted = _number(seen, number)
        return self._elsewhere(seen) or self._question(seen, self._door.draft(seen), wanted, then)

    def all_questions(self, request: Request, token: str) -> Response:
        """Show every question on one page."""
        seen = self._door.visit(request, token)
        return self._elsewhere(seen) or self._all(seen, self._door.draft(seen))

    def representative(self, request: Request, token: str) -> Response:
        """Ask who answers for the owner, and by what document."""
        seen = self._door.visit(request, token)
        if (other := self._elsewhere(seen)) is not None:
            return other
        known = self._door.draft(seen).representative
        return self._representative(seen, fields_of(known), {}, known=known is not None)

    def review(self, request: Request, token: str) -> Response:
        """Show the answers once more with their weight, before anything is recorded."""
        seen = self._door.visit(request, token)
        if (other := self._elsewhere(seen)) is not None:
            return other
        draft = self._door.draft(seen)
        missing = draft.missing(seen.waiting, seen.count)
        if missing:
            return _to(seen, _following(missing))
        decisions = draft.decisions(seen.waiting, seen.count)
        shown = shown_text(decisions, draft.representative)
        return self._door.page(
            "review.html",
            seen,
            draft=draft,
            sheets=draft.sheets(seen.waiting),
            sum=seen.sum_of(seen.waiting),
            decisions=answering.decision_fields(decisions),
            form_token=form_token(self._door.key, seen.link, VOTE, shown),
        )

    # --- forms: each keeps the draft and leads on -------------------------------------------------

    async def question_given(self, request: Request, token: str, number: str) -> Response:
        """Keep the answer to one question and go on, back, or out."""
        seen, form = self._door.visit(request, token), await read_form(request)
        check_token(self._door.key, seen.link, FILL, form)
        return await run_in_threadpool(self._question_given, seen, form, _number(seen, number))

    def _question_given(self, seen: Visit, form: Form, number: int) -> Response:
        then = form.text("then")
        draft, missing = self._keep(seen, form)
        if then == "back":
            return _to(seen, f"/q/{number - 1}" if number > 1 else "?again=1")
        if then == "later":
            return _to(seen, "?saved=1")
        missing = tuple(place for place in missing if place[0] == number)
        if missing:
            return self._question(seen, draft, number, then, missing)
        if then == "review" or number == seen.count:
            return _to(seen, "/review")
        return _to(seen, f"/q/{number + 1}")

    async def all_given(self, request: Request, token: str) -> Response:
        """Keep the answers of the one long page; missing ones are asked for again."""
        seen, form = self._door.visit(request, token), await read_form(request)
        check_token(self._door.key, seen.link, FILL, form)
        return await run_in_threadpool(self._all_given, seen, form)

    def _all_given(self, seen: Visit, form: Form) -> Response:
        draft, missing = self._keep(seen, form)
        if form.text("then") == "later":
            return _to(seen, "?saved=1")
        return self._all(seen, draft, missing) if missing else _to(seen, "/review")

    async def premises_given(self, request: Request, token: str) -> Response:
        """Choose between one answer for all premises and one for each."""
        seen, form = self._door.visit(request, token), await read_form(request)
        check_token(self._door.key, seen.link, FILL, form)
        self._door.must_be_open(seen)
        apart = form.text("answer") == "apart" and len(seen.waiting) <= APART_AT_MOST
        draft = self._door.draft(seen).split(seen.waiting, apart=apart)
        await run_in_threadpool(self._door.drafts.keep, seen.link, seen.token, draft)
        missing = draft.missing(seen.waiting, seen.count)
        return _to(seen, _following(missing))

    async def representative_given(self, request: Request, token: str) -> Response:
        """Keep who answers for the owner; the owner may also take it back."""
        seen, form = self._door.visit(request, token), await read_form(request)
        check_token(self._door.key, seen.link, FILL, form)
        return await run_in_threadpool(self._representative_given, seen, form)

    def _representative_given(self, seen: Visit, form: Form) -> Response:
        self._door.must_be_open(seen)
        draft, acting = self._door.draft(seen), None
        if form.text("then") != "owner":
            reading = read_representative(form, local_day(seen.house, seen.now))
            if reading.found is None:
                known = draft.representative is not None
                return self._representative(seen, reading.given, reading.errors, known=known)
            acting = reading.found
        draft = replace(draft, representative=acting)
        self._door.drafts.keep(seen.link, seen.token, draft)
        missing = draft.missing(seen.waiting, seen.count)
        return _to(seen, "/review" if not missing else "?again=1")

    async def vote(self, request: Request, token: str) -> Response:
        """Record the answers that were confirmed, for all titles shown or for none."""
        seen, form = self._door.visit(request, token), await read_form(request)
        draft = self._door.draft(seen)
        decisions = answering.decisions_in(form, seen.count)
        shown = shown_text(decisions, draft.representative)
        check_token(self._door.key, seen.link, VOTE, form, shown)
        self._door.must_be_open(seen)
        acting = _sealed_value(draft.representative) if seen.binding else None
        await cast_each_by_link(self._door.services, seen.link, decisions, acting)
        settle = self._door.drafts.settle
        await run_in_threadpool(settle, seen.link, seen.token, draft, binding=seen.binding)
        return _to(seen, "/receipt")

    # --- parts ------------------------------------------------------------------------------------

    def _keep(self, seen: Visit, form: Form) -> tuple[Draft, Missing]:
        self._door.must_be_open(seen)
        draft = self._door.draft(seen)
        places = [sheet.place for sheet in draft.sheets(seen.waiting)]
        given = answering.answers_in(form, seen.count, places)
        draft = draft.answered(seen.waiting, given)
        self._door.drafts.keep(seen.link, seen.token, draft)
        return draft, draft.missing(seen.waiting, seen.count)

    def _elsewhere(self, seen: Visit) -> Response | None:
        """Lead away from a page that has nothing to ask now."""
        if seen.phase is not Phase.OPEN or not seen.titles:
            return _to(seen, "")
        return None if seen.waiting else _to(seen, "/receipt")

    def _question(
        self, seen: Visit, draft: Draft, number: int, then: str, missing: Missing = ()
    ) -> Response:
        return self._door.page(
            "question.html",
            seen,
            INCOMPLETE if missing else 200,
            question=seen.questions[number - 1],
            sheets=draft.sheets(seen.waiting),
            missing=missing,
            then="review" if then == "review" else "next",
            form_token=self._token(seen),
        )

    def _all(self, seen: Visit, draft: Draft, missing: Missing = ()) -> Response:
        return self._door.page(
            "all.html",
            seen,
            INCOMPLETE if missing else 200,
            sheets=draft.sheets(seen.waiting),
            draft=draft,
            missing=missing,
            sum=seen.sum_of(seen.waiting),
            form_token=self._token(seen),
        )

    def _representative(
        self, seen: Visit, given: Mapping[str, str], errors: Mapping[str, str], *, known: bool
    ) -> Response:
        return self._door.page(
            "representative.html",
            seen,
            INCOMPLETE if errors else 200,
            given=given,
            errors=errors,
            kinds=KINDS,
            known=known,
            form_token=self._token(seen),
        )

    def _token(self, seen: Visit) -> str:
        return form_token(self._door.key, seen.link, FILL)


def _to(seen: Visit, place: str) -> Response:
    return RedirectResponse(f"{seen.home}{place}", SEE_OTHER)


def _following(missing: Missing) -> str:
    """Name the page to go on with: the first question without an answer, else the check."""
    return f"/q/{missing[0][0]}" if missing else "/review"


def _number(seen: Visit, text: str) -> int:
    for question in seen.questions:
        if text == str(question.number):
            return question.number
    raise Refused(PageUnknown())


def _sealed_value(acting: Representative | None) -> PersonalValue | None:
    return PersonalValue(acting.name, acting.document) if acting is not None else None
