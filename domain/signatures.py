"""Detached electronic signatures: to what they may be attached.

1. подпись прикладывают к документу этого собрания: протоколу, решению собственника, подтверждению
   сообщения или передачи — ст. 6 63-ФЗ «Об электронной подписи»;
2. одна и та же подпись под одним документом записывается один раз.

Whether a signature holds is found out at the door; the fact says what was and was not checked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.events import SignatureAttached
from domain.meeting import Finished, called_of
from domain.refusals import Refused, SignatureAttachedAlready, SignatureTargetUnknown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from domain.ballot import Ballot
    from domain.meeting import Meeting

SCAN = "scan"
"""Kind of evidence of a paper decision: its SHA-256 is that of the scan."""


def documents_of(meeting: Meeting, ballots: Iterable[Ballot]) -> frozenset[str]:
    """List the documents of a meeting by SHA-256."""
    found = {notice.proof.sha256 for notice in called_of(meeting).notices}
    if isinstance(meeting, Finished):
        found |= {file.sha256 for file in meeting.protocol.files}
        found |= {handed.proof.sha256 for handed in meeting.hand_overs}
    received = (ballot.received for ballot in ballots)
    evidence = (ballot.evidence for ballot in received if ballot is not None)
    return frozenset(found | {proof.sha256 for proof in evidence if proof.kind == SCAN})


def attach_signature(
    meeting: Meeting, ballots: Iterable[Ballot], signature: SignatureAttached
) -> SignatureAttached:
    """Attach a signature to a document of the meeting."""
    if signature.target not in documents_of(meeting, ballots):
        raise Refused(SignatureTargetUnknown(signature.target))
    for known in called_of(meeting).signatures:
        same_file = known.signature.sha256 == signature.signature.sha256
        if same_file and known.target == signature.target:
            raise Refused(SignatureAttachedAlready())
    return signature
