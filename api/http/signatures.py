"""JSON for detached electronic signatures of a meeting's documents."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter
from pydantic import Field

from api import signatures
from api.desk import as_uuid
from api.http.access import Here, Officer
from api.http.models import FileIn, FileOut, Model
from api.http.strict_json import StrictRoute
from api.refusals import BodyMalformed
from api.wording.signatures import CHECKED, NOT_CHECKED, REMARKS
from domain.facts import MeetingId
from domain.refusals import NotFound, Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.services import Services
    from domain.events import SignatureAttached

router = APIRouter(prefix="/api/v1", tags=["Секретарь"], route_class=StrictRoute)
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class SignatureIn(Model):
    """A detached signature of a document that is kept here."""

    target: Digest = Field(description="SHA-256 подписанного файла: протокола, скана решения")
    signature: FileIn = Field(description="Отсоединённая подпись CMS / CAdES: DER, PEM или base64")


class SaidOut(Model):
    """One thing that was, or was not, checked."""

    code: str = Field(description="Постоянное имя")
    text: str = Field(description="То же словами")


class SignerOut(Model):
    """One signer, as the certificate names them."""

    name: str = Field(description="Имя из сертификата")
    subject: str = Field(description="Субъект сертификата целиком")
    algorithm: str = Field(description="Вид ключа: gost-2012-256, gost-2012-512, rsa, ecdsa")
    claimed_at: datetime | None = Field(description="Когда подписано, по словам подписавшего")
    checked: list[SaidOut] = Field(description="Что проверено и верно")
    not_checked: list[SaidOut] = Field(description="Что не проверено")
    remarks: list[SaidOut] = Field(description="На что посмотреть человеку")


class SignatureOut(Model):
    """A signature that is recorded."""

    target: str = Field(description="SHA-256 подписанного файла")
    signature: FileOut = Field(description="Файл подписи")
    signers: list[SignerOut] = Field(description="Подписавшие")


@router.post("/meetings/{meeting}/signatures", status_code=201, summary="Приложить подпись")
def attach(services: Here, officer: Officer, meeting: str, body: SignatureIn) -> SignatureOut:
    """Check a detached signature over a document of the meeting and record what was checked."""
    try:
        file = base64.b64decode(body.signature.content, validate=True)
    except (binascii.Error, ValueError):
        why = "ожидается файл в кодировке base64"
        raise Refused(BodyMalformed("signature.content", why)) from None
    found = signatures.attach(services, _meeting(meeting), body.target, file, officer)
    return _out(services, found)


@router.get("/meetings/{meeting}/signatures", summary="Подписи под документами собрания")
def listed(services: Here, _officer: Officer, meeting: str) -> list[SignatureOut]:
    """List the signatures of the meeting's documents with their signers."""
    found = signatures.attached(services, _meeting(meeting))
    return [_out(services, signature) for signature in found]


def _meeting(text: str) -> MeetingId:
    found = as_uuid(text)
    if found is None:
        raise Refused(NotFound("meeting"))
    return MeetingId(found)


def _said(codes: tuple[str, ...], words: Mapping[str, str]) -> list[SaidOut]:
    return [SaidOut(code=code, text=words.get(code, code)) for code in codes]


def _out(services: Services, signature: SignatureAttached) -> SignatureOut:
    file = signature.signature
    return SignatureOut(
        target=signature.target,
        signature=FileOut(name=file.name, sha256=file.sha256, size=file.size),
        signers=[
            SignerOut(
                name=signer.name,
                subject=signer.subject,
                algorithm=signer.found.algorithm,
                claimed_at=signer.found.claimed_at,
                checked=_said(signer.found.checked, CHECKED),
                not_checked=_said(signer.found.not_checked, NOT_CHECKED),
                remarks=_said(signer.found.remarks, REMARKS),
            )
            for signer in signatures.shown(services, signature)
        ],
    )
