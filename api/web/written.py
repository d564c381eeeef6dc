"""Prepared decisions as papers to sign: which titles go on one, and under which number.

    number = "B" ‖ base32(SHA-256("sobranie-written-decision/1\\n" ‖ meeting ‖ sorted titles))[:10]

The number names titles, not a person; nobody learns from it who voted how.
"""

from __future__ import annotations

import base64
import hashlib
from fractions import Fraction
from typing import TYPE_CHECKING

from api.messages import kind_text
from api.web.rendering import local
from domain.calling import local_day
from domain.events import AnswersPrepared
from domain.facts import PartyKind
from projections.documents.ballot_pdf import (
    DecisionMeeting,
    DecisionPremises,
    DecisionQuestion,
    WrittenDecision,
    ballot_pdf,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from api.services import Services
    from api.web.representing import Representative
    from api.web.visit import Visit
    from domain.events import Mark
    from domain.facts import BallotId, MeetingId, Moment, TitleId
    from domain.premises import RegisterTitle
    from projections.owner_view import OwnerTitle

_LENGTH = 10


def decision_number(meeting: MeetingId, titles: Iterable[TitleId]) -> str:
    """Number the paper of a set of titles."""
    text = "".join(sorted(str(title) for title in titles))
    digest = hashlib.sha256(f"sobranie-written-decision/1\n{meeting}\n{text}".encode()).digest()
    return "B" + base64.b32encode(digest).decode()[:_LENGTH]


def meeting_code(meeting: MeetingId, system_id: str | None) -> str:
    """Name the meeting in a code: by its УИН, or while it has none by its own id."""
    return system_id or f"M{meeting.hex[:12]}"


def papers(titles: Iterable[OwnerTitle]) -> list[tuple[OwnerTitle, ...]]:
    """Put prepared titles with the same answers on one paper."""
    found: dict[tuple[Mark, ...], tuple[OwnerTitle, ...]] = {}
    for title in titles:
        if title.state == "prepared":
            found[title.answers] = (*found.get(title.answers, ()), title)
    return list(found.values())


def decisions_pdf(services: Services, seen: Visit, acting: Representative | None) -> bytes:
    """Make the PDF of all decisions the owner has prepared."""
    register = {title.id: title for title in services.titles(seen.link)}
    made: list[WrittenDecision] = []
    dates: list[Moment] = []
    for paper in papers(seen.titles):
        prepared = [recorded for t in paper for recorded in _prepared(services, t.ballot)]
        dates += [at for _, at in prepared]
        revision = max(version for version, _ in prepared)
        titles = [register[title.title] for title in paper]
        made.append(_decision(services, seen, paper, titles, revision, acting))
    return ballot_pdf(_meeting(services, seen), made, local_day(seen.house, max(dates)))


def _prepared(services: Services, ballot: BallotId) -> list[tuple[int, Moment]]:
    return [
        (recorded.originator_version, recorded.at)
        for recorded in services.app.recorded(ballot)
        if isinstance(recorded.fact, AnswersPrepared)
    ]


def _decision(
    services: Services,
    seen: Visit,
    paper: Sequence[OwnerTitle],
    titles: Sequence[RegisterTitle],
    revision: int,
    acting: Representative | None,
) -> WrittenDecision:
    holders = [next(h for h in t.holders if h.person == seen.link.person) for t in titles]
    return WrittenDecision(
        number=decision_number(seen.link.meeting, [title.title for title in paper]),
        revision=revision,
        owner=services.names.name(holders[0]),
        representative=f"{acting.name}; {acting.document}" if acting is not None else "",
        premises=tuple(
            DecisionPremises(
                f"{kind_text(title.kind)} {title.number}",
                Fraction(title.area),
                title.share,
                title.votes,
                services.names.document(holder),
            )
            for title, holder in zip(titles, holders, strict=True)
        ),
        questions=tuple(
            DecisionQuestion(question.number, question.question, question.proposal, mark.value)
            for question, mark in seen.marks(paper[0].answers)
        ),
        is_person=holders[0].kind is PartyKind.PERSON,
    )


def _meeting(services: Services, seen: Visit) -> DecisionMeeting:
    terms = seen.terms
    opens, closes = local(terms.opens_at, seen.zone), local(terms.closes_at, seen.zone)
    return DecisionMeeting(
        code=meeting_code(seen.link.meeting, terms.gis_id),
        system_id=terms.gis_id or "",
        address=seen.house.registered.address,
        annual=terms.annual,
        form=terms.form.value,
        period=f"с {opens.text} по {closes.text} ({closes.zone})",
        until=f"{closes.text} ({closes.zone})",
        place=terms.place,
        initiator=services.names.name(terms.initiator),
    )
