"""What a right rests on: number and date of registration, or another paper."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.register.header import Field

if TYPE_CHECKING:
    from api.register.lines import Line
    from api.register.report import Report

_DATE = re.compile(r"(?<!\d)(\d{1,2})\.(\d{1,2})\.(\d{4}|\d{2})(?!\d)(?:\s*г(?:ода|\.)?)?")
_LINK = re.compile(r"[\s,;]*\bот\s*$|[\s,;]+$", re.IGNORECASE)
_FIRST_YEAR_OF_RIGHTS = 91
_CENTURY = 100


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper as written in documents, and its number alone, by which rows are compared."""

    text: str
    number: str


def read_paper(line: Line, report: Report) -> Paper:
    """Read number and date of the right; a year of two digits is completed and shown."""
    if not report.columns.has(Field.DOCUMENT):
        return Paper("", "")
    text = " ".join(f"{line.text(Field.DOCUMENT)} {line.text(Field.DOCUMENT_DATE)}".split())
    found = _DATE.search(text)
    number = _LINK.sub("", text[: found.start()] + text[found.end() :] if found else text).strip()
    day = _day(found, text, line, report) if found else ""
    if any(sign.isdigit() for sign in number):
        return Paper(f"{number} от {day}" if day else number, number)
    if day:
        report.say("document_without_number", line.row, Field.DOCUMENT, text)
        return Paper(f"{number} от {day}".strip(), "")
    report.say("document_missing", line.row, Field.DOCUMENT, text)
    return Paper("", "")


def _day(found: re.Match[str], text: str, line: Line, report: Report) -> str:
    year = int(found[3])
    if year < _CENTURY:
        year += 1900 if year >= _FIRST_YEAR_OF_RIGHTS else 2000
        report.say("document_short_year", line.row, Field.DOCUMENT, text, year=year)
    return f"{int(found[1]):02d}.{int(found[2]):02d}.{year}"
