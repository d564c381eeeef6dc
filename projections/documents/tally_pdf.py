"""The annex «Реестр подсчёта голосов»: every ballot, its marks, and the sums they come to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from domain.votes import russian
from projections.documents.content import TITLE, number_of
from projections.documents.figures import check_figures
from projections.documents.introduction import annex_number
from projections.documents.printable import printable
from projections.documents.typesetting import typeset
from projections.documents.wording import MARKS, NBSP, TRUNCATION, plural, short_date

if TYPE_CHECKING:
    from collections.abc import Sequence

    from projections.protocol import BallotLine, MeetingProtocol, ProtocolQuestion

QUESTIONS_PER_BLOCK = 14
"""As many columns of marks as an A4 sheet in landscape takes beside the owner's name."""

LEGEND = (
    "З — «за», П — «против», В — «воздержался», Н — отметка недействительна, «—» — отметки нет "
    "(при подсчёте — недействительно). В скобках — голоса решений, которые при подсчёте не учтены."
)


def tally_pdf(protocol: MeetingProtocol) -> bytes:
    """Typeset the register of the count from `protocol.ballots`, A4 landscape, PDF/A-2b."""
    check_figures(protocol)
    return typeset("tally.typ", _content(protocol), dated=protocol.drawn_up_on, tagged=False)


def _content(protocol: MeetingProtocol) -> dict[str, Any]:
    day, number = short_date(protocol.drawn_up_on), number_of(protocol)
    annex = annex_number(protocol, "реестр подсчёта голосов")
    questions = protocol.questions
    starts = range(0, len(questions), QUESTIONS_PER_BLOCK)
    return {
        "annex": f"Приложение {annex}\nк протоколу общего собрания {number} от{NBSP}{day}",
        "title": "РЕЕСТР ПОДСЧЁТА ГОЛОСОВ",
        "subtitle": f"{TITLE} по адресу: {printable(protocol.address)}",
        "legend": LEGEND,
        "blocks": [
            _block(protocol, questions[start : start + QUESTIONS_PER_BLOCK], start)
            for start in starts
        ],
        "sums": [_sums(protocol, question) for question in questions],
        "control": _control(protocol),
        "note": TRUNCATION,
        "running": f"Реестр подсчёта голосов к протоколу {number}",
    }


def _block(
    protocol: MeetingProtocol, questions: Sequence[ProtocolQuestion], start: int
) -> dict[str, Any]:
    end = start + len(questions)
    return {
        "numbers": [str(question.number) for question in questions],
        "rows": [_row(ballot, start, end) for ballot in protocol.ballots],
    }


def _row(ballot: BallotLine, start: int, end: int) -> list[str]:
    votes, note = russian(ballot.votes), printable(ballot.note)
    return [
        str(ballot.number),
        printable(ballot.premises),
        printable(ballot.voter),
        votes if ballot.counted else f"({votes})",
        *(MARKS[mark] for mark in ballot.marks[start:end]),
        note if ballot.counted else f"не учтено; {note}".removesuffix("; "),
    ]


def _sums(protocol: MeetingProtocol, question: ProtocolQuestion) -> list[str]:
    parts = (
        question.votes_for,
        question.votes_against,
        question.votes_abstained,
        question.votes_invalid,
        protocol.participants,
    )
    return [str(question.number), *(russian(part) for part in parts)]


def _control(protocol: MeetingProtocol) -> str:
    taken = sum(ballot.counted for ballot in protocol.ballots)
    left = len(protocol.ballots) - taken
    ballots = plural(taken, "решение", "решения", "решений")
    return (
        f"Учтено {taken}{NBSP}{ballots}, не учтено {left}. Сумма голосов учтённых решений "
        f"{russian(protocol.participants)} равна количеству голосов принявших участие; по каждому "
        "вопросу «за» + «против» + «воздержался» + недействительно дают ту же сумму."
    )
