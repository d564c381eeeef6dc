"""A plan as an iCalendar file (RFC 5545): whole days as dates, moments in UTC, lines folded.

BEGIN:VCALENDAR … BEGIN:VEVENT / UID / DTSTAMP / DTSTART / SUMMARY / DESCRIPTION … END:VCALENDAR
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.planner import Plan, Step

_LIMIT = 75
_KINDS = {"last": "последний срок", "first": "не раньше", "advice": "совет", "event": "событие"}


def to_ics(plan: Plan, calendar_id: str, made_at: datetime) -> bytes:
    """Write the file; the same plan, id and time give the same bytes."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//sobranie//plan//RU",
        "CALSCALE:GREGORIAN",
    ]
    for step in plan.steps:
        lines.extend(_event(step, calendar_id, made_at))
    lines.append("END:VCALENDAR")
    return b"".join(_folded(line) for line in lines)


def _event(step: Step, calendar_id: str, made_at: datetime) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{step.id}-{step.day:%Y%m%d}@{calendar_id}"
    yield f"DTSTAMP:{_utc(made_at)}"
    if step.moment is not None:
        yield f"DTSTART:{_utc(step.moment)}"
    else:
        yield f"DTSTART;VALUE=DATE:{step.day:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{step.day + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{_escaped(f'{_KINDS[step.kind]}: {step.title}')}"
    if step.norm:
        yield f"DESCRIPTION:{_escaped(step.norm)}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    for mark in ("\\", ";", ","):
        text = text.replace(mark, "\\" + mark)
    return text.replace("\n", "\\n")


def _folded(line: str) -> bytes:
    """Fold at 75 octets, never inside a character; a continuation starts with a space."""
    out, piece = b"", b""
    for char in line:
        octets = char.encode("utf-8")
        if len(piece) + len(octets) > _LIMIT:
            out += piece + b"\r\n"
            piece = b" "
        piece += octets
    return out + piece + b"\r\n"
