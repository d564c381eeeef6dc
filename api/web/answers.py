"""The answers of a form: `q1=for&q2=against…`, one field per question of the agenda.

Ответ на вопрос — один из трёх: «за», «против», «воздержался» (ч. 5.1, 6 ст. 48 ЖК РФ).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from domain.events import Mark
from domain.refusals import AnswersDoNotFit, Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from api.web.forms import Form
    from domain.facts import TitleId

CHOICES: tuple[Mark, ...] = (Mark.FOR, Mark.AGAINST, Mark.ABSTAIN)
MARK_TEXT: Mapping[Mark, str] = {
    Mark.FOR: "за",
    Mark.AGAINST: "против",
    Mark.ABSTAIN: "воздержался",
    Mark.SPOILED: "недействительно",
    Mark.BLANK: "нет отметки",
}
_FIELD = re.compile(r"q([1-9][0-9]{0,3})")
_VALUES = {mark.value: mark for mark in CHOICES}


def field_of(number: int) -> str:
    """Name the form field of a question."""
    return f"q{number}"


def answers_in(form: Form, questions: int) -> dict[int, Mark]:
    """Read the answers given; unknown questions and unclear answers are refused, missing are not.

    A missing answer is for the page to ask for again; the other two no page of ours can send.
    """
    found: dict[int, Mark] = {}
    unknown: list[str] = []
    unclear: list[int] = []
    for name, values in form.fields.items():
        if not name.startswith("q"):
            continue
        place = _FIELD.fullmatch(name)
        if place is None or int(place[1]) > questions:
            unknown.append(name.removeprefix("q")[:8])
        elif len(values) > 1 or values[0] not in _VALUES:
            unclear.append(int(place[1]))
        else:
            found[int(place[1])] = _VALUES[values[0]]
    if unknown or unclear:
        raise Refused(AnswersDoNotFit((), tuple(unknown), tuple(sorted(unclear))))
    return found


def missing_in(answers: Mapping[int, Mark], questions: int) -> tuple[int, ...]:
    """List the questions that have no answer."""
    return tuple(number for number in range(1, questions + 1) if number not in answers)


def in_order(answers: Mapping[int, Mark], questions: int) -> tuple[Mark, ...]:
    """Give complete answers in the order of the agenda, or refuse."""
    missing = missing_in(answers, questions)
    if missing:
        raise Refused(AnswersDoNotFit(missing, (), ()))
    return tuple(answers[number] for number in range(1, questions + 1))


def shown_text(answers: Iterable[Mark], titles: Iterable[TitleId]) -> str:
    """Write what a confirmation showed, for its form token."""
    return " ".join((*(mark.value for mark in answers), *sorted(str(title) for title in titles)))
