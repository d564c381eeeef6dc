"""Written decisions of an owner as PDF/A-2b: answers marked, ready to be signed and handed in.

1. решение содержит сведения о собственнике и о документе о праве и ответ на каждый вопрос — ч. 5.1
   ст. 48 ЖК РФ; дату заполнения и СНИЛС собственник вписывает сам;
2. по каждому вопросу — одна отметка, иначе голоса по нему не считаются — ч. 6 ст. 48 ЖК РФ;
3. подпись и дата стоят на каждом листе: потерянный лист — потерянный голос.

Each sheet carries a QR code without personal data and four corner marks, so that one scan brings
the decision back to its place: `OSS1|<УИН>|<number>|<sheet>/<sheets>|r<revision>|<CRC>`.
"""

from __future__ import annotations

import re
from binascii import crc_hqx
from dataclasses import dataclass, replace
from fractions import Fraction
from io import BytesIO
from typing import TYPE_CHECKING, Any

import segno

from domain.votes import russian
from projections.documents.printable import printable
from projections.documents.typesetting import labelled, typeset
from projections.documents.wording import FORMS, NBSP, SIGNING_DATE, begun, sentence

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

TEMPLATE = "ballot.typ"
TITLE_REST = (
    "собственника помещения в многоквартирном доме\nпо вопросам повестки дня общего собрания"
)
INSTRUCTION = (
    "По каждому вопросу должна стоять отметка только в одной клетке. Если отмечено несколько "
    "вариантов или ни одного, голоса по этому вопросу не подсчитываются "
    f"(ч.{NBSP}6 ст.{NBSP}48 ЖК{NBSP}РФ)."
)
STANDING = (
    "Отметки поставлены по ответам, данным по личной ссылке. Без подписи этот лист голосом не "
    "является и в подсчёт не входит."
)
SIGN = "Подпишите каждый лист"
BOXES = (("for", "ЗА"), ("against", "ПРОТИВ"), ("abstain", "ВОЗДЕРЖАЛСЯ"))
_CRC_START = 0xFFFF
_SHEET_CODE = re.compile(
    r"OSS1\|([0-9A-Za-z-]{1,40})\|(B[2-7A-Z]{10})\|(\d{1,3})/(\d{1,3})\|r(\d{1,9})\|[0-9A-F]{4}",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class DecisionPremises:
    """A row of the decision: a premises and the owner's right in it."""

    premises: str
    area: Fraction
    share: Fraction
    votes: Fraction
    document: str


@dataclass(frozen=True, slots=True)
class DecisionQuestion:
    """A question with the answer to be marked: `for`, `against` or `abstain`."""

    number: int
    question: str
    proposal: str
    mark: str


@dataclass(frozen=True, slots=True)
class WrittenDecision:
    """One decision: titles with the same answers; `number` and `revision` go into its code.

    An organisation (`is_person` false) writes its ОГРН where a person writes the СНИЛС.
    """

    number: str
    revision: int
    owner: str
    representative: str
    premises: tuple[DecisionPremises, ...]
    questions: tuple[DecisionQuestion, ...]
    is_person: bool = True


@dataclass(frozen=True, slots=True)
class DecisionMeeting:
    """What all decisions of a file share.

    Attributes:
        code: the meeting in the QR code: its УИН or, while there is none, a mark of our own.
        period: «с 14.09.2026 19:00 по 12.10.2026 18:00 (UTC+3)»; `until` its end, as shown.
    """

    code: str
    system_id: str
    address: str
    annual: bool
    form: str
    period: str
    until: str
    place: str
    initiator: str


class SheetCodeError(ValueError):
    """A text that is no code of a sheet; `why` is not_a_code or damaged."""

    def __init__(self, why: str) -> None:
        """Keep a stable name of what is wrong."""
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class SheetCode:
    """The text of a sheet's QR code."""

    meeting: str
    number: str
    sheet: int
    sheets: int
    revision: int

    def to_text(self) -> str:
        """Write it; the last part is CRC-16/CCITT of what stands before it."""
        body = f"OSS1|{self.meeting}|{self.number}|{self.sheet}/{self.sheets}|r{self.revision}"
        return f"{body}|{crc_hqx(body.encode('ascii'), _CRC_START):04X}"

    @classmethod
    def from_text(cls, text: str) -> SheetCode:
        """Read it; SheetCodeError unless it is spelled just as `to_text` writes it."""
        found = _SHEET_CODE.fullmatch(text)
        if found is None:
            raise SheetCodeError("not_a_code")
        meeting, number, sheet, sheets, revision = found.groups()
        code = cls(meeting, number, int(sheet), int(sheets), int(revision))
        if code.to_text() != text:
            raise SheetCodeError("damaged")
        return code


def ballot_pdf(
    meeting: DecisionMeeting, decisions: Sequence[WrittenDecision], dated: date
) -> bytes:
    """Typeset the decisions; the same answers and date give the same bytes."""
    data = decision_content(meeting, decisions)
    starts = labelled(TEMPLATE, data, "decision")
    (last,) = labelled(TEMPLATE, data, "pages")
    pages: list[dict[str, str]] = []
    for decision, start, end in zip(decisions, starts, [*starts[1:], last + 1], strict=True):
        code = SheetCode(meeting.code, decision.number, 0, end - start, decision.revision)
        pages += [_page(replace(code, sheet=number)) for number in range(1, end - start + 1)]
    return typeset(TEMPLATE, data | {"pages": pages}, dated=dated, tagged=True)


def _page(code: SheetCode) -> dict[str, str]:
    drawn = BytesIO()
    text = code.to_text()
    segno.make(text, error="m", micro=False).save(drawn, kind="svg", border=4, light="#fff")
    return {
        "number": code.number,
        "sheet": f"лист {code.sheet} из {code.sheets}",
        "payload": text,
        "code": drawn.getvalue().decode(),
    }


def decision_content(
    meeting: DecisionMeeting, decisions: Sequence[WrittenDecision]
) -> dict[str, Any]:
    """Give what the template prints; `pages` is filled in when the sheets are known."""
    return {
        "title": "Решение собственника помещения",
        "title-rest": TITLE_REST,
        "address": printable(meeting.address),
        "meeting": _meeting(meeting),
        "hand-in": f"Сдайте подписанное решение до {meeting.until}: {printable(meeting.place)}",
        "standing": STANDING,
        "instruction": INSTRUCTION,
        "sign": SIGN,
        "filled": SIGNING_DATE,
        "decisions": [_decision(decision) for decision in decisions],
        "pages": [],
    }


def _meeting(meeting: DecisionMeeting) -> str:
    kind = "Годовое" if meeting.annual else "Внеочередное"
    parts = [
        f"{kind} общее собрание в форме {FORMS[meeting.form]}, {meeting.period}.",
        f"Инициатор: {sentence(printable(meeting.initiator))}",
    ]
    if meeting.system_id:
        parts.append(f"Номер собрания в ГИС{NBSP}ЖКХ: {printable(meeting.system_id)}.")
    return " ".join(parts)


_SNILS = {"name": "СНИЛС (впишите)", "cells": [3, 3, 3, 2]}
_OGRN = {"name": "ОГРН (впишите)", "cells": [13]}


def _decision(decision: WrittenDecision) -> dict[str, Any]:
    total = sum((row.votes for row in decision.premises), Fraction(0))
    return {
        "owner": printable(decision.owner),
        "id": _SNILS if decision.is_person else _OGRN,
        "representative": printable(decision.representative),
        "premises": [
            [
                begun(printable(row.premises)),
                russian(row.area),
                str(row.share),
                russian(row.votes),
                printable(row.document) or "____________________",
            ]
            for row in decision.premises
        ],
        "total": russian(total) if len(decision.premises) > 1 else "",
        "questions": [_question(question) for question in decision.questions],
    }


def _question(question: DecisionQuestion) -> dict[str, Any]:
    return {
        "number": str(question.number),
        "question": sentence(printable(question.question)),
        "proposal": sentence(printable(question.proposal)),
        "boxes": [[name, mark == question.mark] for mark, name in BOXES],
    }
