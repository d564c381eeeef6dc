"""The figures of a protocol: checked before anything is printed, and as data for the auditor.

Rules checked here, in order:

1. голоса не отрицательны, участвовало не больше, чем есть всего;
2. кворум указан так, как следует из чисел;
3. за + против + воздержался + недействительно = приняли участие, по каждому вопросу;
4. решение принято или отклонено только при кворуме;
5. реестр подсчёта даёт те же суммы, что и протокол.
"""

from __future__ import annotations

from fractions import Fraction
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import rfc8785

from projections.documents.wording import FORMS, MARKS, OUTCOMES

if TYPE_CHECKING:
    from projections.protocol import MeetingProtocol, ProtocolQuestion

FORMAT = "sobranie-protocol/1"
_INVALID = frozenset({"spoiled", "blank"})


class InconsistentProtocolError(ValueError):
    """Figures that contradict each other; such a protocol is never printed. `code` is stable."""

    def __init__(self, code: str, detail: str) -> None:
        """Keep the code beside the detail."""
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


def _require(condition: bool, code: str, detail: str) -> None:
    if not condition:
        raise InconsistentProtocolError(code, detail)


def check_figures(protocol: MeetingProtocol) -> None:
    """Refuse a protocol whose figures contradict each other, saying which and where."""
    _check_whole(protocol)
    for question in protocol.questions:
        _check_question(protocol, question)
    if protocol.ballots:
        _check_ballots(protocol)


def _check_whole(protocol: MeetingProtocol) -> None:
    p = protocol
    _require(p.form in FORMS, "unknown_form", p.form)
    aware = [m for m in (p.opens_at, p.closes_at, p.in_person_at) if m is not None]
    _require(all(m.utcoffset() is not None for m in aware), "moment_without_zone", str(aware))
    _require(p.opens_at <= p.closes_at, "period_reversed", f"{p.opens_at} > {p.closes_at}")
    _require(p.all_votes > 0, "no_votes_at_all", f"all votes {p.all_votes}")
    areas = (p.residential_area, p.non_residential_area, p.participants, p.quorum_needed)
    _require(min(areas) >= 0, "negative_figure", f"{min(areas)}")
    counts = (p.participants_count, p.invited_count)
    _require(min(counts) >= 0, "negative_figure", f"{min(counts)}")
    _require(
        p.participants <= p.all_votes,
        "participants_above_all",
        f"participants {p.participants}, all votes {p.all_votes}",
    )
    _require(
        p.quorum_held == (p.participants > p.quorum_needed),
        "quorum_contradicts_votes",
        f"participants {p.participants}, to be exceeded {p.quorum_needed}, held {p.quorum_held}",
    )
    numbers = [question.number for question in p.questions]
    _require(bool(numbers), "no_questions", "the agenda is empty")
    _require(numbers == sorted(set(numbers)), "question_numbers", f"{numbers}")


def _votes(question: ProtocolQuestion) -> dict[str, Fraction]:
    return {
        "for": question.votes_for,
        "against": question.votes_against,
        "abstained": question.votes_abstained,
        "invalid": question.votes_invalid,
    }


def _check_question(protocol: MeetingProtocol, question: ProtocolQuestion) -> None:
    votes, where = _votes(question).values(), f"question {question.number}"
    _require(min(votes) >= 0, "negative_figure", f"{where}: {min(votes)}")
    total = sum(votes, Fraction(0))
    _require(
        total == protocol.participants,
        "question_sum",
        f"{where}: the votes come to {total}, participants {protocol.participants}",
    )
    _require(question.outcome in OUTCOMES, "unknown_outcome", f"{where}: {question.outcome}")
    decided = question.outcome in {"carried", "rejected"}
    _require(
        question.quorum_held or not decided,
        "decided_without_quorum",
        f"{where}: {question.outcome} without a quorum",
    )
    _require(
        not question.quorum_held or question.outcome != "no_quorum",
        "quorum_contradicts_outcome",
        f"{where}: no_quorum although the quorum was held",
    )


def _check_ballots(protocol: MeetingProtocol) -> None:
    sums = [
        dict.fromkeys(("for", "against", "abstain", "invalid"), Fraction(0))
        for _ in protocol.questions
    ]
    total = Fraction(0)
    for ballot in protocol.ballots:
        where = f"ballot {ballot.number}"
        _require(
            len(ballot.marks) == len(protocol.questions),
            "ballot_marks",
            f"{where}: {len(ballot.marks)} marks, {len(protocol.questions)} questions",
        )
        _require(MARKS.keys() >= set(ballot.marks), "unknown_mark", f"{where}: {ballot.marks}")
        _require(ballot.votes >= 0, "negative_figure", f"{where}: {ballot.votes}")
        if ballot.counted:
            total += ballot.votes
            for per_mark, mark in zip(sums, ballot.marks, strict=True):
                per_mark["invalid" if mark in _INVALID else mark] += ballot.votes
    _require(
        total == protocol.participants,
        "ballots_sum",
        f"the ballots come to {total}, participants {protocol.participants}",
    )
    for question, per_mark in zip(protocol.questions, sums, strict=True):
        said, found = list(_votes(question).values()), list(per_mark.values())
        _require(
            said == found,
            "ballots_marks_sum",
            f"question {question.number}: {said} said, {found} in the ballots",
        )


def figures_of(protocol: MeetingProtocol) -> dict[str, Any]:
    """Give the figures as JSON-able data; votes are exact fractions as text ("537/20")."""
    return {
        "format": FORMAT,
        "number": protocol.number,
        "address": protocol.address,
        "drawn_up_on": protocol.drawn_up_on.isoformat(),
        "all_votes": str(protocol.all_votes),
        "participants": str(protocol.participants),
        "quorum_needed": str(protocol.quorum_needed),
        "quorum_held": protocol.quorum_held,
        "questions": [
            {
                "number": question.number,
                **{name: str(votes) for name, votes in _votes(question).items()},
                "quorum_held": question.quorum_held,
                "outcome": question.outcome,
            }
            for question in protocol.questions
        ],
    }


def figures_digest(protocol: MeetingProtocol) -> str:
    """Give the control mark of a document: SHA-256 (hex) of its figures in RFC 8785 form."""
    return sha256(rfc8785.dumps(figures_of(protocol))).hexdigest()
