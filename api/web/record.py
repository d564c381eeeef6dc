"""What stands in the log about an owner's title: where, how it came, by whose hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import segno

from domain.ballot import Ballot
from domain.events import AnswersPrepared, BallotReceived
from domain.refusals import NotFound, Refused
from signing.merkle import leaf_hash

if TYPE_CHECKING:
    from datetime import date

    from api.services import Services
    from api.web.visit import Visit
    from domain.facts import BallotId, Moment
    from projections.owner_view import OwnerTitle

SCAN = "scan"
SHOWN_AT_MOST = 30
"""Owners of more premises find the rest in the files: hundreds of codes open slowly."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a record stands in the house's log; `leaf` is the hash of the record, hex."""

    origin: str
    index: int
    leaf: str

    @property
    def mark(self) -> str:
        """Write it for a code: enough to find the record in anybody's copy of the log."""
        return f"OSSR1|{self.origin}|{self.index}|{self.leaf}"

    @property
    def code(self) -> str:
        """Draw the mark as a QR code, a picture within the page."""
        drawn = segno.make(self.mark, error="m", micro=False)
        return drawn.svg_data_uri(border=4, scale=3, light="#fff", dark="#000")


@dataclass(frozen=True, slots=True)
class Record:
    """How a title's record came to be.

    Attributes:
        scan: SHA-256 of the scan of a paper decision that is kept, else empty.
        resolved: the reason a person gave for deciding on the owner's objection, else empty.
    """

    entry: Entry | None
    recorded_at: Moment | None
    filled_on: date | None
    entered_by: str
    representative: str
    scan: str
    resolved: str


def records_of(services: Services, seen: Visit) -> dict[BallotId, Record]:
    """Give the records of the owner's titles, the first of them where there are very many."""
    known = [title for title in seen.titles if title.state != "none"]
    return {title.ballot: _record(services, seen, title) for title in known[:SHOWN_AT_MOST]}


def _record(services: Services, seen: Visit, title: OwnerTitle) -> Record:
    ballot = services.app.current(Ballot, title.ballot)
    if ballot is None:
        raise Refused(NotFound("ballot"))
    received, resolved = ballot.received, ballot.resolved
    acting = received.representative if received is not None else None
    return Record(
        entry=_entry(services, seen, title.ballot),
        recorded_at=ballot.recorded_at,
        filled_on=received.filled_on if received is not None else None,
        entered_by=received.entered_by if received is not None else "",
        representative=services.names.name(acting) if acting is not None else "",
        scan=scan_of(services, received),
        resolved=resolved.reason if resolved is not None else "",
    )


def scan_of(services: Services, received: BallotReceived | None) -> str:
    """Give the SHA-256 of the scan a paper decision was entered from, when the scan is kept."""
    if received is None or received.evidence.kind != SCAN:
        return ""
    return received.evidence.sha256 if services.desk.file(received.evidence.sha256) else ""


def version_of(services: Services, ballot: BallotId) -> int:
    """Find the record a receipt is for: the decision received, else the one prepared last."""
    facts = services.app.recorded(ballot)
    for kind in (BallotReceived, AnswersPrepared):
        for recorded in reversed(facts):
            if isinstance(recorded.fact, kind):
                return recorded.originator_version
    raise Refused(NotFound("ballot"))


def _entry(services: Services, seen: Visit, ballot: BallotId) -> Entry:
    index = services.logs.store.index_of(ballot, version_of(services, ballot))
    (entry,) = services.logs.store.entries(seen.house.id, index, index + 1)
    return Entry(services.logs.origin(seen.house.id), index, leaf_hash(entry).hex())
