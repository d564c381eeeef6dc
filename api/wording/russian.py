"""Dates, moments, counts and lists the Russian way, and the shape of an explanation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime, tzinfo

    from domain.refusals import Refusal

NBSP = "\N{NO-BREAK SPACE}"
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


def day_text(day: date) -> str:
    """Write a day: 12.03.2026."""
    return f"{day.day:02d}.{day.month:02d}.{day.year:04d}"


def moment_text(at: datetime, zone: tzinfo) -> str:
    """Write a moment where the house stands: 12.03.2026 19:00."""
    local = at.astimezone(zone)
    return f"{day_text(local.date())} {local.hour:02d}:{local.minute:02d}"


def plural(count: int, one: str, few: str, many: str) -> str:
    """Choose the form that agrees with a count: 1 день, 3 дня, 11 дней."""
    if 11 <= count % 100 <= 14:
        return many
    return {1: one, 2: few, 3: few, 4: few}.get(count % 10, many)


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
