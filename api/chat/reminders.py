"""What the clock and the turnout make worth saying: each once per meeting, by its mark.

    half-time    the middle of the voting, when a day or more is left until the next reminder
    three-days   three days before the close, in votings longer than four days
    last-day     24 hours before the close, in votings longer than two days
    quorum       every quorum of the whole house has been reached
    objection    two weeks before the term to challenge ends, counted from the protocol

A reminder that waited too long (quiet hours, a messenger that was down) gives way to the next one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from api.chat.card import left, turnout_lines
from api.chat.port import Button, Post
from api.chat.posts import (
    BASIS_TEXT,
    TO_THE_PAGE,
    TO_THE_PROOF,
    challenge_text,
    challenge_until,
    fingerprint_of,
    proof_address,
)
from api.wording.russian import moment_text
from domain.facts import moment
from domain.meeting import Finished

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api.chat.options import QuietHours
    from api.chat.standing import Standing
    from domain.facts import Moment
    from domain.law.reference import LawPack

DAY = timedelta(days=1)
OBJECTION_AHEAD = timedelta(days=14)
MORNING = time(10)


@dataclass(frozen=True, slots=True)
class Due:
    """A reminder's kind, from when and until when it is worth saying."""

    kind: str
    since: Moment
    until: Moment


@dataclass(frozen=True, slots=True)
class Reminder:
    """A reminder to be said now."""

    mark: str
    post: Post
    until: Moment


def mark_for(meeting: object, kind: str) -> str:
    """Give the mark of a reminder; it stands in the address under it."""
    return f"{meeting}#{kind}"


def dues_of_voting(opens_at: Moment, closes_at: Moment) -> tuple[Due, ...]:
    """Lay the reminders of a voting out; in a short one the crowded ones are left out."""
    half = moment(opens_at + (closes_at - opens_at) / 2)
    three, last = moment(closes_at - 3 * DAY), moment(closes_at - DAY)
    starts = [("last-day", last)] if last - opens_at > DAY else []
    if three - opens_at > DAY:
        starts.insert(0, ("three-days", three))
    if starts and starts[0][1] - half >= DAY:
        starts.insert(0, ("half-time", half))
    ends = [*(since for _, since in starts[1:]), *([closes_at] if starts else [])]
    return tuple(Due(kind, since, until) for (kind, since), until in zip(starts, ends, strict=True))


def dues(standing: Standing, law: LawPack) -> Iterator[Due]:
    """Walk what may be said of a meeting as it stands."""
    terms = standing.terms
    if standing.is_open:
        yield from dues_of_voting(terms.opens_at, terms.closes_at)
        if standing.has_quorum:
            yield Due("quorum", terms.opens_at, terms.closes_at)
    if isinstance(standing.meeting, Finished):
        day = challenge_until(law, standing.meeting.protocol.drawn_up_on)
        begin = datetime.combine(day - OBJECTION_AHEAD, MORNING, tzinfo=standing.zone)
        end = datetime.combine(day, time.max, tzinfo=standing.zone)
        yield Due("objection", moment(begin), moment(end))


def reminders_of(standing: Standing, law: LawPack, quiet: QuietHours) -> tuple[Reminder, ...]:
    """Word what is due now; in the quiet hours nothing is."""
    if quiet.cover(standing.local):
        return ()
    return tuple(
        Reminder(mark_for(_id(standing), due.kind), _post(standing, law, due), due.until)
        for due in dues(standing, law)
        if due.since <= standing.now < due.until
    )


def _id(standing: Standing) -> str:
    return standing.page.rsplit("/", 1)[-1]


def _post(standing: Standing, law: LawPack, due: Due) -> Post:
    said = "\n".join(_lines(standing, law, due.kind))
    proof = proof_address(standing.public_url, standing.house.id, standing.size, standing.root)
    buttons = (Button(TO_THE_PAGE, f"{standing.page}#{due.kind}"), Button(TO_THE_PROOF, proof))
    return Post(f"{said}\n\n{fingerprint_of(standing.size, standing.root)}", buttons)


def _lines(standing: Standing, law: LawPack, kind: str) -> Iterator[str]:
    if kind == "objection":
        yield f"Напоминание о сроке обжалования: {standing.house.registered.address}."
        if isinstance(standing.meeting, Finished):
            yield challenge_text(law, standing.meeting.protocol.drawn_up_on)
        return
    until = moment_text(standing.terms.closes_at, standing.zone)
    match kind:
        case "quorum":
            yield "Кворум набран. Пока идёт приём решений, явка может измениться."
        case "half-time":
            yield "Прошла половина срока голосования."
        case "three-days":
            yield "До конца голосования три дня."
        case _:
            yield "До конца голосования меньше суток."
    yield f"Решения принимаются до {until}, {left(standing)}."
    yield from turnout_lines(standing)
    yield BASIS_TEXT[standing.terms.basis]
