"""The protocol of a meeting as data: every figure once, for every document that prints it.

Made by `protocol_of` from facts and a completed count; rendered by `documents/`. Figures are exact
fractions of votes; how they are written is the renderer's business.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime
    from fractions import Fraction


@dataclass(frozen=True, slots=True)
class ProtocolQuestion:
    """One question with its tally (вопрос, слушали, предложено, решили).

    Attributes:
        number: the number in the agenda.
        question: wording as in the notice.
        norm: the norm of competence and majority, in Russian.
        heard: who spoke and what about (СЛУШАЛИ).
        proposed: the decision put to the vote (ПРЕДЛОЖЕНО).
        needed: what was needed, in words with the exact figure.
        quorum_held: the quorum of this very question.
        outcome: `carried`, `rejected`, `no_quorum` or `unclear`.
        remarks: e.g. which reading of an unclear norm a person chose, and why.
    """

    number: int
    question: str
    norm: str
    heard: str
    proposed: str
    votes_for: Fraction
    votes_against: Fraction
    votes_abstained: Fraction
    votes_invalid: Fraction
    needed: str
    quorum_held: bool
    outcome: str
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProtocolAnnex:
    """An annex (приложение) by number and title; `sheets` None until somebody counts them."""

    number: int
    title: str
    sheets: int | None = None


@dataclass(frozen=True, slots=True)
class ProtocolSigner:
    """A line of the signature block."""

    role: str
    name: str


@dataclass(frozen=True, slots=True)
class BallotLine:
    """One ballot in the register of the count (реестр подсчёта голосов).

    Attributes:
        premises: number of the premises; `voter` the name as far as the reader may see it.
        marks: one of `for`, `against`, `abstain`, `spoiled`, `blank` per question.
        note: channel, objection, reason for striking out.
    """

    number: int
    premises: str
    voter: str
    votes: Fraction
    marks: tuple[str, ...]
    counted: bool
    note: str


@dataclass(frozen=True, slots=True)
class MeetingProtocol:
    """All that a protocol says, in the order it says it (Пр 266; documents §4).

    Attributes:
        number: the meeting's identifier in ГИС ЖКХ (УИН); None prints a gap to fill in.
        drawn_up_on: the day the count ended.
        opens_at, closes_at, in_person_at: aware datetimes in the house's zone.
        basis_text: why answers by link counted or did not, in plain words.
        all_votes, participants: votes of all owners and of those who took part.
        quorum_needed: votes that had to be exceeded.
        proof: lines on law pack, log and checkpoint, for the footer of the last page.
    """

    number: str | None
    drawn_up_on: date
    address: str
    annual: bool
    form: str
    basis_text: str
    opens_at: datetime
    closes_at: datetime
    in_person_at: datetime | None
    place: str
    initiator: str
    chair: str
    secretary: str
    counters: tuple[str, ...]
    participants_count: int
    invited_count: int
    residential_area: Fraction
    non_residential_area: Fraction
    all_votes: Fraction
    participants: Fraction
    quorum_needed: Fraction
    quorum_held: bool
    questions: tuple[ProtocolQuestion, ...]
    storage_place: str
    annexes: tuple[ProtocolAnnex, ...]
    signers: tuple[ProtocolSigner, ...]
    remarks: tuple[str, ...]
    proof: tuple[str, ...]
    ballots: tuple[BallotLine, ...] = ()
