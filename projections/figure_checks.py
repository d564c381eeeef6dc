"""Checks of printed figures against each other: nothing here knows a majority.

Meeting: participants within the whole, the printed turnout and quorum, the form of the date.
Question: sums close, percentages follow from votes, nobody votes with more than there is.
A difference that rounding or cutting off explains is none.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from projections.intervals import total
from projections.known import ONE, PERCENT, Remark, percent_sum, printed_of_all

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from domain.law.reference import LawPack
    from projections.figures import Figure, Figures, QuestionFigures
    from projections.known import Known

CHANNEL_OF_FORM = {
    "in_person": "in_person",
    "absentee": "paper_poll",
    "absentee_poll": "paper_poll",
    "mixed": "paper_mixed",
    "system": "system",
    "absentee_system": "system",
}
ANSWERS = ("for", "against", "abstained")
WORDS = {
    "for": "«за»",
    "against": "«против»",
    "abstained": "«воздержался»",
    "invalid": "«недейств.»",
}


def number_text(value: Fraction, decimals: int = 2) -> str:
    """Write a number the Russian way, rounded for reading only."""
    whole = round(value * 10**decimals)
    sign, whole = ("\u2212", -whole) if whole < 0 else ("", whole)
    digits = f"{whole:0{decimals + 1}d}"
    head = f"{int(digits[:-decimals]):,}".replace(",", "\u00a0")
    return f"{sign}{head},{digits[-decimals:]}"


def check_form(figures: Figures, pack: LawPack) -> Iterator[Remark]:
    """Check that the form existed on the date."""
    if not figures.form or figures.body != "owners_meeting":
        return
    channel = CHANNEL_OF_FORM.get(figures.form)
    if channel is None:
        yield Remark("unknown_form", f"форма «{figures.form}» неизвестна")
        return
    rule = pack.channel(channel, figures.on)
    if not rule.binding:
        yield Remark("form_not_in_force", f"{rule.rule} ({rule.norm})")


def check_meeting(figures: Figures, known: Known, held: bool | None) -> Iterator[Remark]:
    """Check the figures of the meeting as a whole."""
    whole, present = figures.total_votes, figures.participants_votes
    if whole and present and present.value > whole.value:
        yield Remark("participants_exceed_total", "участников больше, чем всех голосов в доме")
    printed = figures.quorum_percent
    if printed and whole and present:
        share = present.value / whole.value
        if not printed.interval().scaled(PERCENT).holds(share):
            found = number_text(share * 100)
            yield Remark(
                "quorum_percent_mismatch", f"явка по голосам — {found} %, а напечатано другое"
            )
    if known.turnout is None and known.assumed_quorum is not None:
        yield Remark("quorum_unverified", "явка не указана: кворум взят из протокола без проверки")
    elif held is None:
        yield Remark("quorum_unclear", "по цифрам нельзя сказать, был ли кворум")
    elif figures.quorum_held is not None and figures.quorum_held != held:
        found = "был" if held else "не был"
        yield Remark("quorum_differs", f"по цифрам кворум {found} собран, а напечатано обратное")
    numbers = [question.number for question in figures.questions]
    for number in sorted({one for one in numbers if numbers.count(one) > 1}):
        yield Remark("duplicate_number", f"номер вопроса {number} встречается дважды")


def check_question(question: QuestionFigures, known: Known) -> Iterator[Remark]:
    """Check the figures of one question."""
    yield from _votes_close(question, known)
    yield from _percent_closes(question, known)
    yield from _percent_follows(question, known)


def _votes_close(question: QuestionFigures, known: Known) -> Iterator[Remark]:
    if question.votes is None:
        return
    marks = question.votes.marks
    most = known.participants or known.total
    sums = total(figure.interval() for figure in marks.values())
    if most is not None and sums.low > most.high:
        yield Remark("votes_exceed_whole", "голосов по вопросу больше, чем участвовало")
    elif (
        known.participants
        and all(one in marks for one in ANSWERS)
        and not sums.meets(known.participants)
    ):
        spare = known.participants.low - sum((f.value for f in marks.values()), Fraction(0))
        yield Remark("votes_not_closed", f"голоса не сходятся с участниками: {number_text(spare)}")
    base = question.votes.base
    if base is not None:
        wholes = [one for one in (known.participants, known.total) if one]
        if wholes and not any(base.interval().meets(one) for one in wholes):
            yield Remark("base_differs", "основа вопроса — не участники и не все голоса дома")


def _percent_closes(question: QuestionFigures, known: Known) -> Iterator[Remark]:
    if question.percent is None or not all(one in question.percent.marks for one in ANSWERS):
        return
    sums = percent_sum(question)
    to_one = sums.holds(ONE)
    to_turnout = known.turnout is not None and sums.meets(known.turnout)
    of_all = printed_of_all(question, known)
    if (to_turnout or known.turnout is None) if of_all else to_one:
        return
    printed = sum((f.value for f in question.percent.marks.values()), Fraction(0))
    other = "; похоже, проценты взяты от другой основы" if to_one or to_turnout else ""
    yield Remark("percent_not_closed", f"проценты в сумме дают {number_text(printed)}{other}")


def _percent_follows(question: QuestionFigures, known: Known) -> Iterator[Remark]:
    if question.percent is None or question.votes is None:
        return
    whole = known.total if printed_of_all(question, known) else known.participants
    if whole is None or whole.low == 0:
        return
    votes: Mapping[str, Figure] = question.votes.marks
    for mark, figure in question.percent.marks.items():
        if mark not in votes:
            continue
        share = votes[mark].interval().over(whole)
        if not figure.interval().scaled(PERCENT).meets(share):
            found = number_text(votes[mark].value / whole.low * 100)
            yield Remark(
                "percent_not_from_votes",
                f"{WORDS[mark]}: по голосам {found} %, напечатано {number_text(figure.value)} %",
            )
