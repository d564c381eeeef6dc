"""A protocol whose figures contradict each other is never printed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from projections.documents.figures import (
    InconsistentProtocolError,
    check_figures,
    figures_digest,
    figures_of,
)
from projections.documents.protocol_docx import protocol_docx
from projections.documents.protocol_pdf import protocol_pdf
from projections.documents.tally_pdf import tally_pdf
from tests.documents.sample import sample_protocol, small_protocol, without_quorum

if TYPE_CHECKING:
    from collections.abc import Callable

    from projections.protocol import MeetingProtocol

NAIVE = datetime(2026, 9, 14, 19, 0)  # noqa: DTZ001 - the fault under test
CENT = Fraction(1, 100)


def _with_question(protocol: MeetingProtocol, **changes: Any) -> MeetingProtocol:
    first = replace(protocol.questions[0], **changes)
    return replace(protocol, questions=(first, *protocol.questions[1:]))


def _with_ballot(protocol: MeetingProtocol, **changes: Any) -> MeetingProtocol:
    first = replace(protocol.ballots[0], **changes)
    return replace(protocol, ballots=(first, *protocol.ballots[1:]))


def _swapped(protocol: MeetingProtocol) -> MeetingProtocol:
    marks = protocol.ballots[0].marks
    other = "against" if marks[0] != "against" else "for"
    return _with_ballot(protocol, marks=(other, *marks[1:]))


FAULTS: dict[str, Callable[[MeetingProtocol], MeetingProtocol]] = {
    "unknown_form": lambda p: replace(p, form="by_pigeon"),
    "moment_without_zone": lambda p: replace(p, opens_at=NAIVE),
    "period_reversed": lambda p: replace(p, closes_at=p.opens_at - timedelta(minutes=1)),
    "no_votes_at_all": lambda p: replace(p, all_votes=Fraction(0)),
    "negative_figure": lambda p: replace(p, residential_area=-CENT),
    "participants_above_all": lambda p: replace(p, all_votes=p.participants - CENT),
    "quorum_contradicts_votes": lambda p: replace(p, quorum_needed=p.participants),
    "no_questions": lambda p: replace(p, questions=()),
    "question_numbers": lambda p: replace(p, questions=p.questions[:1] * 2),
    "question_sum": lambda p: _with_question(p, votes_for=p.questions[0].votes_for + CENT),
    "unknown_outcome": lambda p: _with_question(p, outcome="maybe"),
    "decided_without_quorum": lambda p: _with_question(p, quorum_held=False),
    "quorum_contradicts_outcome": lambda p: _with_question(p, outcome="no_quorum"),
    "ballot_marks": lambda p: _with_ballot(p, marks=("for",)),
    "unknown_mark": lambda p: _with_ballot(p, marks=("yes",) * 8),
    "ballots_sum": lambda p: _with_ballot(p, counted=False),
    "ballots_marks_sum": _swapped,
}


@pytest.mark.parametrize("code", FAULTS)
def test_each_contradiction_has_its_code(code: str) -> None:
    broken = FAULTS[code](sample_protocol(50))
    for renderer in (check_figures, protocol_pdf, protocol_docx, tally_pdf):
        with pytest.raises(InconsistentProtocolError) as caught:
            renderer(broken)
        assert caught.value.code == code
        assert caught.value.detail


@pytest.mark.parametrize(
    "changes",
    [
        {"votes_for": Fraction(-1), "votes_against": Fraction(1)},
        {"votes_invalid": -CENT},
    ],
)
def test_negative_votes_are_refused_even_if_the_sum_is_right(changes: dict[str, Fraction]) -> None:
    with pytest.raises(InconsistentProtocolError, match="negative_figure: question 1"):
        check_figures(_with_question(small_protocol(), **changes))


def test_a_negative_ballot_and_a_negative_count_are_refused() -> None:
    with pytest.raises(InconsistentProtocolError, match="negative_figure: ballot 1"):
        check_figures(_with_ballot(sample_protocol(50), votes=-CENT))
    with pytest.raises(InconsistentProtocolError, match="negative_figure"):
        check_figures(replace(small_protocol(), invited_count=-1))


@pytest.mark.parametrize("build", [sample_protocol, small_protocol, without_quorum])
def test_sound_protocols_pass(build: Callable[[], MeetingProtocol]) -> None:
    check_figures(build())


def test_figures_are_exact_fractions_as_text() -> None:
    figures = figures_of(small_protocol())
    assert figures["format"] == "sobranie-protocol/1"
    assert figures["number"] is None
    assert figures["address"] == "г. Залесск, ул. Кленовая, д. 12"
    assert figures["all_votes"] == "52437/10"
    assert figures["participants"] == "76249/20"
    assert figures["questions"][1] == {
        "number": 2,
        "for": "18063/10",
        "against": "31057/20",
        "abstained": "4257/10",
        "invalid": "138/5",
        "quorum_held": True,
        "outcome": "rejected",
    }


def test_the_control_mark_follows_the_figures_and_nothing_else() -> None:
    protocol = small_protocol()
    edited = replace(protocol, chair="Другой человек")
    assert figures_digest(edited) == figures_digest(protocol)
    moved = _with_question(
        protocol,
        votes_for=protocol.questions[0].votes_for - CENT,
        votes_against=protocol.questions[0].votes_against + CENT,
    )
    assert figures_digest(moved) != figures_digest(protocol)
