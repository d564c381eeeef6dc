"""Attaching detached electronic signatures: check, keep the bytes, seal the names, record the fact.

1. документ — файл этого собрания и есть у нас;
2. подпись верна для его байтов — `signing.cms.check`;
3. имя подписавшего запечатывается, в открытую запись попадает обязательство;
4. записывается, что проверено и что нет.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

from api.names import PersonalValue
from api.refusals import FileUnknown, SignatureFalse, SignatureUnreadable
from domain import usecases
from domain.batch import Command
from domain.events import SignatureAttached, SignerFound
from domain.facts import FileRef, Party, PartyKind, PersonId, moment
from domain.meeting import Called, called_of
from domain.refusals import Refused, SignatureTargetUnknown
from domain.signatures import documents_of
from signing.cms.check import check_detached
from signing.cms.errors import CmsFalseError, CmsMalformedError, CmsUnsupportedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.services import Services
    from domain.facts import MeetingId
    from signing.cms.check import Signer
    from signing.cms.names import Name
    from signing.sealing import Sealed

SIGNATURE_NAME = "signature.p7s"
"""The sender's own file name could name a person, and the fact is open to all."""
SIGNATURE_MEDIA = "application/pkcs7-signature"


@dataclass(frozen=True, slots=True)
class ShownSigner:
    """A signer for those who may see names."""

    name: str
    subject: str
    found: SignerFound


def check_signature(file: bytes, content: bytes) -> tuple[Signer, ...]:
    """Check a signature file over a document, or refuse."""
    try:
        return check_detached(file, content)
    except (CmsMalformedError, CmsUnsupportedError) as fault:
        raise Refused(SignatureUnreadable(fault.reason, fault.where)) from fault
    except CmsFalseError as fault:
        raise Refused(SignatureFalse(fault.reason)) from fault


def attach(
    services: Services, meeting: MeetingId, target: str, file: bytes, by: str
) -> SignatureAttached:
    """Attach a signature to a document of a meeting."""
    state = services.meeting(meeting)
    # Streebog over a large file takes seconds, so a stranger's file is refused before it.
    ballots = [] if isinstance(state, Called) else services.app.ballots_of(state)
    if target not in documents_of(state, ballots):
        raise Refused(SignatureTargetUnknown(target))
    document = services.desk.file(target)
    if document is None:
        raise Refused(FileUnknown())
    signers = check_signature(file, document.content)
    kept = services.desk.keep_file(SIGNATURE_NAME, SIGNATURE_MEDIA, file)
    people = [PersonId(uuid4()) for _ in signers]
    values = [_personal(signer.subject).to_bytes() for signer in signers]
    sealed = services.logs.seal_all(zip(people, values, strict=True))
    fact = SignatureAttached(
        target,
        FileRef(SIGNATURE_NAME, kept.sha256, len(file)),
        tuple(map(_found, people, signers, sealed)),
        by,
    )
    services.writer.run(
        Command(lambda scope: usecases.attach_signature(scope, meeting, fact, sealed), (meeting,))
    )
    return fact


def attached(services: Services, meeting: MeetingId) -> tuple[SignatureAttached, ...]:
    """List the signatures of a meeting's documents in the order they were attached."""
    return called_of(services.meeting(meeting)).signatures


def shown(services: Services, signature: SignatureAttached) -> Sequence[ShownSigner]:
    """Give the signers with their names, where those can be opened."""
    return [
        ShownSigner(services.names.name(one.signer), services.names.document(one.signer), one)
        for one in signature.signers
    ]


def _personal(subject: Name) -> PersonalValue:
    person = " ".join(filter(None, (subject.part("SN"), subject.part("G"))))
    return PersonalValue(person or subject.part("CN"), str(subject), subject.part("SNILS"))


def _found(person: PersonId, signer: Signer, sealed: Sealed) -> SignerFound:
    return SignerFound(
        Party(person, PartyKind.PERSON, None, sealed.commitment),
        signer.algorithm,
        None if signer.claimed_at is None else moment(signer.claimed_at),
        tuple(map(str, signer.checked)),
        tuple(map(str, signer.not_checked)),
        tuple(map(str, signer.remarks)),
    )
