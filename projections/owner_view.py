"""What an owner sees of their titles in a meeting: weight, ballot, channel, objection."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.ballot import Ballot, ballot_id
from domain.events import Mark
from domain.votes import in_words, russian

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from fractions import Fraction

    from domain.facts import BallotId, MeetingId, Moment, TitleId
    from domain.premises import RegisterTitle


@dataclass(frozen=True, slots=True)
class OwnerTitle:
    """One title of the owner and the ballot recorded in it.

    Attributes:
        weight: how the votes come about: "53,70 м² × 1/2 = 26,85".
        state: `none`, `prepared`, `received`, `contested`, `struck`.
        answers: marks in the order of the agenda, of the ballot or the prepared answers.
    """

    title: TitleId
    ballot: BallotId
    premises: str
    kind: str
    weight: str
    votes: Fraction
    votes_text: str
    state: str
    channel: str | None
    received_at: Moment | None
    answers: tuple[Mark, ...]


def owner_titles(
    meeting: MeetingId, titles: Iterable[RegisterTitle], ballots: Mapping[BallotId, Ballot]
) -> tuple[OwnerTitle, ...]:
    """Show titles with what is recorded in each."""
    return tuple(_shown(meeting, title, ballots) for title in titles)


def _shown(
    meeting: MeetingId, title: RegisterTitle, ballots: Mapping[BallotId, Ballot]
) -> OwnerTitle:
    key = ballot_id(meeting, title.id)
    ballot = ballots.get(key)
    received = ballot.received if ballot is not None else None
    prepared = ballot.prepared if ballot is not None else None
    decision = received or prepared
    return OwnerTitle(
        title=title.id,
        ballot=key,
        premises=title.number,
        kind=title.kind.value,
        weight=in_words(title.area, title.share),
        votes=title.votes,
        votes_text=russian(title.votes),
        state=_state(ballot),
        channel=received.channel.value if received is not None else None,
        received_at=received.received_at if received is not None else None,
        answers=decision.answers if decision is not None else (),
    )


def _state(ballot: Ballot | None) -> str:
    if ballot is None:
        return "none"
    if ballot.is_struck:
        return "struck"
    if ballot.is_contested:
        return "contested"
    return "received" if ballot.received is not None else "prepared"
