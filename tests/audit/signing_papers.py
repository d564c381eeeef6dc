"""A detached signature under the protocol of the meeting, by an invented person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api import signatures
from domain.meeting import Finished
from tests.audit.meeting import MEETING
from tests.signatures import building as b
from tests.signatures.building import Paper, SignatureFile

if TYPE_CHECKING:
    from domain.events import SignatureAttached
    from tests.audit.meeting import Audited

SIGNED = "protocol.pdf"
SIGNER = ("Соснина", "Вера", "Ильинична")
"""What the certificate names the signer by."""
STRANGER = b.name(cn="Тополев Гурий", sn="Тополев", g="Гурий Львович", snils="00000000001")


def signed_by(document: bytes, subject: bytes = b.PERSON) -> bytes:
    """Sign a document; the certificate of the invented authority stands in the file."""
    certificate = Paper(subject=subject).encoded()
    return SignatureFile(document, certificate, others=(b.centre(),)).encoded()


def sign_protocol(made: Audited) -> SignatureAttached:
    """Attach a signature to the protocol's document."""
    meeting = made.services.meeting(MEETING)
    assert isinstance(meeting, Finished)
    (target,) = (file.sha256 for file in meeting.protocol.files if file.name == SIGNED)
    document = made.services.desk.file(target)
    assert document is not None
    file = signed_by(document.content)
    return signatures.attach(made.services, MEETING, target, file, "секретарь")
