"""Dates, moments, counts and lists the Russian way, and the shape of an explanation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from projections.documents.wording import NBSP, plural, short_date

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, tzinfo

    from domain.refusals import Refusal

day_text = short_date
"""Write a day: 12.03.2026."""
SHOWN_AT_MOST = 10


@dataclass(frozen=True, slots=True)
class Explained:
    """A refusal in words.

    Attributes:
        title: a few words, no full stop.
        text: what was asked and which norm forbids it, whole sentences.
        remedy: what to do, and until when, whole sentences.
    """

    title: str
    text: str
    remedy: str


def explained(reason: Refusal, title: str, text: str, remedy: str) -> Explained:
    """Put the norm of a refusal at the end of its text."""
    norm = f" ({reason.law})." if reason.law else "."
    return Explained(title, text.rstrip(".") + norm, remedy)


def moment_text(at: datetime, zone: tzinfo) -> str:
    """Write a moment where the house stands: 12.03.2026 19:00."""
    local = at.astimezone(zone)
    return f"{day_text(local.date())} {local.hour:02d}:{local.minute:02d}"


def counted(count: int, one: str, few: str, many: str) -> str:
    """Write a count with its noun: 21 день."""
    return f"{count}{NBSP}{plural(count, one, few, many)}"


def days(count: int) -> str:
    """Write a number of days: 10 дней."""
    return counted(count, "день", "дня", "дней")


def listed(parts: Sequence[object]) -> str:
    """Join a list with commas; of a long one show the beginning and how many more there are."""
    shown = ", ".join(str(part) for part in parts[:SHOWN_AT_MOST])
    more = len(parts) - SHOWN_AT_MOST
    return f"{shown} и ещё {more}" if more > 0 else shown


def size_text(size: int) -> str:
    """Write a size in bytes in the largest unit it fills: 64 КБ, 20 МБ."""
    for unit, name in ((1024 * 1024, "МБ"), (1024, "КБ")):
        if size >= unit:
            return f"{size // unit}{NBSP}{name}"
    return counted(size, "байт", "байта", "байт")
