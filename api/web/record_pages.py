"""What is recorded in an owner's name: receipt, scan, the decision to sign, objection.

1. собственник видит, как записан его голос: когда, каким способом, кем внесён, — и вправе
   возразить;
2. подготовленное решение становится письменным решением собственника после подписи (ч. 5.1 ст. 48
   ЖК РФ); до этого оно не голос;
3. GET ничего не записывает.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, RedirectResponse, Response

from api.owners import contest_by_link
from api.refusals import FileUnknown
from api.web.forms import check_token, form_token, read_form
from api.web.owner_door import CONTEST, SEE_OTHER, OwnerDoor
from api.web.record import records_of, scan_of, version_of
from api.web.visit import Phase
from api.web.written import decisions_pdf
from domain.ballot import Ballot
from domain.refusals import NotFound, Refused

if TYPE_CHECKING:
    from api.services import Services
    from api.web.visit import Visit

MAX_STATEMENT = 2000
PDF = "application/pdf"
OCTETS = "application/octet-stream"


class RecordPages:
    """The handlers of `/b/…` about what is recorded."""

    def __init__(self, door: OwnerDoor) -> None:
        """Serve whoever the door lets in."""
        self._door = door

    def router(self) -> APIRouter:
        """Give the routes."""
        router = APIRouter(include_in_schema=False)
        router.get("/b/{token}/receipt")(self.receipt)
        router.get("/b/{token}/receipt/{title}.tlog-proof")(self.receipt_file)
        router.get("/b/{token}/scan/{title}")(self.scan)
        router.get("/b/{token}/decision.pdf")(self.decision)
        router.post("/b/{token}/contest")(self.contest)
        return router

    def receipt(self, request: Request, token: str) -> Response:
        """Show what is recorded in the owner's name."""
        seen = self._door.visit(request, token)
        if seen.phase is Phase.BEFORE or not seen.titles:
            return RedirectResponse(seen.home, SEE_OTHER)
        return self._door.page(
            "receipt.html",
            seen,
            records=records_of(self._door.services, seen),
            to_sign=_to_sign(seen),
            contest_token=form_token(self._door.key, seen.link, CONTEST),
            max_statement=MAX_STATEMENT,
            verify=_verify_with_key(self._door.services, seen),
        )

    def receipt_file(self, request: Request, token: str, title: str) -> Response:
        """Give the proof that the owner's decision stands in the log, to be checked offline."""
        seen = self._door.visit(request, token)
        mine = self._door.own(seen, title)
        version = version_of(self._door.services, mine.ballot)
        text = self._door.services.logs.receipt(seen.house.id, mine.ballot, version)
        name = f"receipt-{mine.title}.tlog-proof"
        headers = {"content-disposition": f'attachment; filename="{name}"'}
        return PlainTextResponse(text, headers=headers)

    def scan(self, request: Request, token: str, title: str) -> Response:
        """Give the scan of the paper decision that was entered in the owner's name."""
        seen = self._door.visit(request, token)
        mine = self._door.own(seen, title)
        ballot = self._door.services.app.current(Ballot, mine.ballot)
        digest = scan_of(self._door.services, ballot.received if ballot is not None else None)
        found = self._door.services.desk.file(digest) if digest else None
        if found is None:
            raise Refused(FileUnknown())
        return _attachment(found.content, OCTETS, found.name)

    def decision(self, request: Request, token: str) -> Response:
        """Give the prepared decisions as a PDF, ready to be signed and handed in."""
        seen = self._door.visit(request, token)
        if not _to_sign(seen):
            raise Refused(NotFound("ballot"))
        kept = self._door.drafts.read(seen.link, seen.token)
        acting = kept.representative if kept is not None else None
        content = decisions_pdf(self._door.services, seen, acting)
        return _attachment(content, PDF, "reshenie-sobstvennika.pdf")

    async def contest(self, request: Request, token: str) -> Response:
        """Record «это не мой голос»; the owner's words are sealed."""
        seen, form = self._door.visit(request, token), await read_form(request)
        check_token(self._door.key, seen.link, CONTEST, form)
        words = form.text("statement").strip()
        await contest_by_link(self._door.services, seen.link, form.text("title"), words)
        return RedirectResponse(f"{seen.home}/receipt", SEE_OTHER)


def _verify_with_key(services: Services, seen: Visit) -> str:
    """Give the address of the verifier with the log's key written in: it asks for one."""
    return f"/verify#key={quote(services.logs.key(seen.house.id).to_text(), safe='')}"


def _to_sign(seen: Visit) -> bool:
    """Tell whether there is a prepared decision that may still be signed and handed in."""
    prepared = any(title.state == "prepared" for title in seen.titles)
    return prepared and not seen.binding and seen.phase is Phase.OPEN


def _attachment(content: bytes, media: str, name: str) -> Response:
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}
    return Response(content, media_type=media, headers=headers)
