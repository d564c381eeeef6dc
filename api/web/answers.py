"""The answers of a form: `q1=for&q2=against…`, one field per question of the agenda.

Where premises are answered for apart, the second field part is the place of the sheet: `q1.2=for`.

Ответ на вопрос — один из трёх: «за», «против», «воздержался» (ч. 5.1, 6 ст. 48 ЖК РФ).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from uuid import UUID

from api.refusals import BodyMalformed
from domain.events import Mark
from domain.facts import TitleId
from domain.refusals import AnswersDoNotFit, Refused

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from api.web.forms import Form
    from domain.events import Answers

CHOICES: tuple[Mark, ...] = (Mark.FOR, Mark.AGAINST, Mark.ABSTAIN)
MARK_TEXT: Mapping[Mark, str] = {
    Mark.FOR: "за",
    Mark.AGAINST: "против",
    Mark.ABSTAIN: "воздержался",
    Mark.SPOILED: "недействительно",
    Mark.BLANK: "нет отметки",
}
Decisions = tuple[tuple[tuple[TitleId, ...], tuple[Mark, ...]], ...]
"""What is decided: titles with the same answers together."""

_FIELD = re.compile(r"q([1-9][0-9]{0,3})(?:\.([1-9][0-9]{0,3}))?")
_DECISION = re.compile(r"([a-z]+(?:,[a-z]+)*):([0-9a-f-]{36}(?: [0-9a-f-]{36})*)")
_VALUES = {mark.value: mark for mark in CHOICES}


def field_of(number: int, place: int = 0) -> str:
    """Name the form field of a question on a sheet; 0 is the only sheet."""
    return f"q{number}.{place}" if place else f"q{number}"


def answers_in(
    form: Form, questions: int, places: Sequence[int] = (0,)
) -> dict[tuple[int, int], Mark]:
    """Read the answers given, by question and sheet; unknown and unclear ones are refused.

    A missing answer is for the page to ask for again; the other two no page of ours can send.
    """
    found: dict[tuple[int, int], Mark] = {}
    unknown: list[str] = []
    unclear: list[int] = []
    for name, values in form.fields.items():
        if not name.startswith("q"):
            continue
        place = _FIELD.fullmatch(name)
        key = (int(place[1]), int(place[2] or 0)) if place is not None else (0, 0)
        if not 1 <= key[0] <= questions or key[1] not in places:
            unknown.append(name.removeprefix("q")[:8])
        elif len(values) > 1 or values[0] not in _VALUES:
            unclear.append(key[0])
        else:
            found[key] = _VALUES[values[0]]
    if unknown or unclear:
        raise Refused(AnswersDoNotFit((), tuple(unknown), tuple(sorted(unclear))))
    return found


def decision_fields(decisions: Decisions) -> list[str]:
    """Write decisions for the hidden fields of the confirmation: `for,against:<title> <title>`."""
    return [
        f"{','.join(mark.value for mark in marks)}:{' '.join(str(title) for title in titles)}"
        for titles, marks in decisions
    ]


def decisions_in(form: Form, questions: int) -> Decisions:
    """Read the decisions a confirmation carries back."""
    found: list[tuple[tuple[TitleId, ...], Answers]] = []
    for text in form.texts("decision"):
        parts = _DECISION.fullmatch(text)
        marks = parts[1].split(",") if parts is not None else []
        if parts is None or len(marks) != questions or not all(mark in _VALUES for mark in marks):
            raise Refused(BodyMalformed("decision", "не прочитано подтверждение"))
        try:
            titles = tuple(TitleId(UUID(title)) for title in parts[2].split(" "))
        except ValueError as fault:
            raise Refused(BodyMalformed("decision", "не прочитано подтверждение")) from fault
        found.append((titles, tuple(_VALUES[mark] for mark in marks)))
    if not found:
        raise Refused(AnswersDoNotFit(tuple(range(1, questions + 1)), (), ()))
    return tuple(found)
