"""A scanned sheet of a prepared decision: from its QR code back to the titles and the marks.

1. the number in the code is a digest of the titles and can only be compared: every paper that an
   owner could have printed is numbered again, in the order in which answers were prepared;
2. a paper printed before the owner changed the answers is found too, with its own marks: what was
   signed is what counts, and the officer is told that there are newer ones;
3. nothing is recorded here: the officer holds the marks and the signature against the paper.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

from api.refusals import SheetCodeRefused
from api.web.written import decision_number, meeting_code
from domain.events import AnswersPrepared, BallotReceived
from domain.meeting import called_of
from domain.records import from_record
from domain.refusals import Refused
from projections.documents.ballot_pdf import SheetCode, SheetCodeError
from projections.owner_view import owner_titles

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from api.services import Services
    from domain.events import Mark, Recorded
    from domain.facts import MeetingId, TitleId
    from domain.meeting import Meeting
    from domain.premises import RegisterTitle
    from projections.owner_view import OwnerTitle

_TYPES = (AnswersPrepared.TYPE, BallotReceived.TYPE)
Placed = tuple[int, "Recorded"]


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper as it was printed: its titles in the order of the register, one set of marks."""

    titles: tuple[RegisterTitle, ...]
    answers: tuple[Mark, ...]
    revision: int


@dataclass(frozen=True, slots=True)
class Scanned:
    """A paper found by its code, with what is recorded in its titles now.

    Attributes:
        newer: the owner has prepared other answers, or other titles, since it was printed.
    """

    code: SheetCode
    answers: tuple[Mark, ...]
    titles: tuple[tuple[RegisterTitle, OwnerTitle], ...]
    newer: bool


@dataclass(slots=True)
class _Owner:
    """One person's prepared answers as they change: title by title, with the stream's version."""

    titles: Sequence[RegisterTitle]
    prepared: dict[TitleId, tuple[tuple[Mark, ...], int]] = field(default_factory=dict)

    def apply(self, recorded: Recorded) -> None:
        """Note what was prepared, or received on paper and so printed no more."""
        fact = recorded.fact
        if isinstance(fact, AnswersPrepared):
            self.prepared[fact.title] = (fact.answers, recorded.originator_version)
        elif isinstance(fact, BallotReceived):
            self.prepared.pop(fact.title, None)

    def papers(self) -> Iterable[Paper]:
        """Give what would be printed now: titles with the same answers on one paper."""
        together: dict[tuple[Mark, ...], list[RegisterTitle]] = {}
        for title in self.titles:
            if title.id in self.prepared:
                together.setdefault(self.prepared[title.id][0], []).append(title)
        for answers, titles in together.items():
            revision = max(self.prepared[title.id][1] for title in titles)
            yield Paper(tuple(titles), answers, revision)


def scanned(services: Services, meeting: MeetingId, text: str) -> Scanned:
    """Find the prepared decision of a sheet; Refused says why there is none."""
    state = services.meeting(meeting)
    try:
        code = SheetCode.from_text(text.strip())
    except SheetCodeError as fault:
        raise Refused(SheetCodeRefused(fault.why)) from None
    if code.meeting != meeting_code(meeting, called_of(state).terms.gis_id):
        raise Refused(SheetCodeRefused("another_meeting"))
    paper, newer = _found(services, state, code)
    ballots = {ballot.id: ballot for ballot in services.app.ballots_of(state)}
    shown = owner_titles(meeting, paper.titles, ballots)
    return Scanned(code, paper.answers, tuple(zip(paper.titles, shown, strict=True)), newer)


def _found(services: Services, state: Meeting, code: SheetCode) -> tuple[Paper, bool]:
    called = called_of(state)
    facts = _facts(services, state)
    for titles in services.app.register_of(state).people.values():
        owner, found = _Owner(titles), None
        own = sorted((one for title in titles for one in facts.get(title.id, ())), key=_place)
        for _, together in groupby(own, key=_request):
            for _, recorded in together:
                owner.apply(recorded)
            for paper in owner.papers():
                number = decision_number(called.id, [title.id for title in paper.titles])
                if (number, paper.revision) == (code.number, code.revision):
                    found = paper
        if found is not None:
            latest = {title: prepared for title, (prepared, _) in owner.prepared.items()}
            newer = any(latest.get(t.id, found.answers) != found.answers for t in found.titles)
            return found, newer
    raise Refused(SheetCodeRefused("nothing_prepared"))


def _facts(services: Services, state: Meeting) -> dict[TitleId, list[Placed]]:
    """Give what was prepared and received in each title, with its place in the log's order."""
    called = called_of(state)
    found: dict[TitleId, list[Placed]] = {}
    records = services.app.reader.entries_of_types(called.house, _TYPES)
    for place, recorded in enumerate(map(from_record, records)):
        fact = recorded.fact
        if isinstance(fact, AnswersPrepared | BallotReceived) and fact.meeting == called.id:
            found.setdefault(fact.title, []).append((place, recorded))
    return found


def _place(one: Placed) -> int:
    return one[0]


def _request(one: Placed) -> tuple[object, str]:
    """Tell what was recorded together: nothing was printed in the middle of one request."""
    return one[1].at, one[1].fact.TYPE
