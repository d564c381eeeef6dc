"""Plan of a meeting: every last day, backward to the notice and forward to the challenge.

Counting, in order:

1. «не позднее чем за N дней» — сообщение не позднее дня D-N; советуем днём раньше;
2. рабочие дни — по таблице праздников, и лишь где закон считает рабочие дни (ч. 2.1 ст. 47.1);
3. часы — от момента окончания голосования; прочие сроки — со следующего дня (ст. 191, 192 ГК);
4. последний нерабочий день не переносим: на ст. 193 ГК не полагаемся.

A plan that breaks a term is `Impossible`, with the norm and the nearest day that would do.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from domain.law.errors import NotInForce
from domain.law.rules import Unit
from domain.law.spans import plus_days, plus_months, plus_years

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.law.reference import LawPack
    from domain.law.rules import Term
    from domain.law.workdays import WorkCalendar

FORMS = ("in_person", "absentee_poll", "mixed", "first_system", "system")
SYSTEM_FORMS = ("first_system", "system")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted: the form and the voting, in aware times of the house's own zone.

    Attributes:
        today: the first day on which anything can still be done.
        failed_meeting: day of the in-person meeting without quorum, for a poll.
        decisions: kinds of decision on the agenda.
        request_received: day a request of owners with 10 % was received, if there was one.
    """

    form: str
    starts: datetime
    ends: datetime
    today: date
    failed_meeting: date | None = None
    decisions: tuple[str, ...] = ()
    request_received: date | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do by a day, or by a moment where the law counts hours.

    `kind` is `last` (not later than), `first` (not earlier than), `advice` or `event`.
    """

    id: str
    title: str
    day: date
    moment: datetime | None
    kind: str
    norm: str


@dataclass(frozen=True, slots=True)
class Plan:
    """All steps in order, with doubts that a person should see."""

    form: str
    steps: tuple[Step, ...]
    doubts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Impossible:
    """The wish breaks a term; `nearest` is the nearest possible first day (or end) of voting."""

    code: str
    why: str
    norm: str
    nearest: date | None


def plan(pack: LawPack, calendar: WorkCalendar, wish: Wish) -> Plan | Impossible:
    """Plan a meeting, or say why it cannot be."""
    refusal = _shape(wish) or _form(pack, wish)
    if refusal is not None:
        return refusal
    try:
        steps = (*_before(pack, calendar, wish), *_during(pack, wish), *_after(pack, wish))
        refusal = _length(pack, wish) or _in_time(pack, calendar, wish) or _on_request(pack, wish)
    except NotInForce as error:
        return Impossible("no-rule", str(error), "", None)
    if refusal is not None:
        return refusal
    ordered = sorted(steps, key=lambda step: (step.day, step.moment is not None, step.id))
    return Plan(wish.form, tuple(ordered), tuple(_doubts(pack, calendar, wish)))


def _shape(wish: Wish) -> Impossible | None:
    if wish.form not in FORMS:
        return Impossible("unknown-form", f"форма «{wish.form}» неизвестна", "", None)
    if wish.starts.tzinfo is None or wish.ends.tzinfo is None:
        return Impossible("no-time-zone", "не указан часовой пояс дома", "", None)
    if wish.ends < wish.starts:
        return Impossible("ends-before-start", "голосование кончается раньше начала", "", None)
    return None


def _form(pack: LawPack, wish: Wish) -> Impossible | None:
    """Check that the form existed, and that a poll follows a failed meeting."""
    first = wish.starts.date()
    channel = {
        "absentee_poll": "paper_poll",
        "mixed": "paper_mixed",
        "first_system": "system",
        "system": "system",
    }.get(wish.form, wish.form)
    rule = pack.channel(channel, first)
    if not rule.binding:
        return Impossible("form-not-in-force", rule.rule, rule.norm, None)
    at_once = rule is pack.conduct.channels["paper_poll"][0]
    if wish.form != "absentee_poll" or at_once:
        return None
    if wish.failed_meeting is None:
        why = "опрос возможен лишь после очного собрания без кворума с той же повесткой"
        return Impossible("no-failed-meeting", why, rule.norm, None)
    earliest = wish.failed_meeting + pack_days(pack.term("notice", first, wish.form)) + _DAY
    if first < earliest:
        why = "сообщение об опросе даётся уже после несостоявшегося собрания"
        return Impossible("poll-too-early", why, rule.norm, earliest)
    return None


def pack_days(term: Term) -> timedelta:
    """Give a term of days as a span."""
    return timedelta(days=term.value)


def _backward(calendar: WorkCalendar, day: date, term: Term) -> date:
    if term.unit is Unit.WORKING_DAYS:
        return calendar.before(day, term.value)
    return day - pack_days(term)


def _notice(pack: LawPack, calendar: WorkCalendar, wish: Wish) -> tuple[Term, date]:
    """Give the earliest lawful act of the meeting and its last day."""
    first = wish.starts.date()
    name = "system_notice_later" if wish.form == "system" else "notice"
    term = pack.term(name, first, wish.form)
    return term, _backward(calendar, first, term)


def _before(pack: LawPack, calendar: WorkCalendar, wish: Wish) -> Iterator[Step]:
    first = wish.starts.date()
    term, last = _notice(pack, calendar, wish)
    if wish.form == "system":
        yield _step(term, "system_notice_later", last)
        term = pack.term("system_placement_later", first)
        yield Step(
            term.id,
            term.title,
            first - pack_days(term),
            wish.starts - pack_days(term),
            "last",
            term.norm,
        )
    else:
        yield _step(term, "notice", last)
    if wish.form == "first_system":
        for name in ("system_refusals_by_owners", "system_refusals_by_manager"):
            term = pack.term(name, first)
            yield _step(term, name, _backward(calendar, first, term))
    yield Step("notice_advice", "сообщение — советуем не позже", last - _DAY, None, "advice", "")
    try:
        register = pack.term("register_to_initiator", last)
    except NotInForce:
        return
    asked = last - _DAY - pack_days(register)
    yield Step(
        "ask_register", f"запросить реестр: {register.title}", asked, None, "advice", register.norm
    )


def _during(pack: LawPack, wish: Wish) -> Iterator[Step]:
    starts = "очная часть и начало приёма решений" if wish.form == "mixed" else "начало"
    if wish.form == "in_person":
        starts = "собрание"
    yield Step("starts", starts, wish.starts.date(), wish.starts, "event", "")
    if wish.form != "in_person":
        yield Step("ends", "окончание голосования", wish.ends.date(), wish.ends, "event", "")
    if wish.form in SYSTEM_FORMS:
        cut_off = pack.term("paper_cut_off", wish.ends.date())
        yield _moment(cut_off, _hours(wish.ends, -cut_off.value))
        protocol = pack.term("system_protocol", wish.ends.date())
        yield _moment(protocol, _hours(wish.ends, protocol.value))


def _hours(moment: datetime, hours: int) -> datetime:
    """Shift by real hours, whatever the clocks do, and come back to the zone of the house."""
    return (moment.astimezone(UTC) + timedelta(hours=hours)).astimezone(moment.tzinfo)


def _after(pack: LawPack, wish: Wish) -> Iterator[Step]:
    end = wish.ends.date()
    terms = ["protocol", "placement", "hand_over_to_manager", "results_to_owners"]
    terms += ["copies_to_supplier"] if "44.2.4.4" in wish.decisions else []
    last = end
    for name in terms:
        try:
            term = pack.term(name, end)
        except NotInForce:
            continue
        last = max(last, plus_days(end, term.value))
        yield _step(term, name, plus_days(end, term.value))
    try:
        inspectorate = pack.term("manager_to_inspectorate", end)
    except NotInForce:
        inspectorate = None
    if inspectorate is not None:
        yield _step(inspectorate, inspectorate.id, plus_days(last, inspectorate.value))
    challenge = pack.term("challenge", end)
    yield _step(challenge, "challenge", plus_months(last, challenge.value))
    try:
        cap = pack.term("challenge_cap", end)
        yield _step(cap, "challenge_cap", plus_years(last, cap.value))
        again = pack.term("repeat_question", end)
    except NotInForce:
        return
    day = plus_days(end, again.value) + _DAY
    yield Step("repeat_question", again.title, day, None, "first", again.norm)


def _step(term: Term, id_: str, day: date) -> Step:
    return Step(id_, term.title, day, None, "last", term.norm)


def _moment(term: Term, moment: datetime) -> Step:
    return Step(term.id, term.title, moment.date(), moment, "last", term.norm)


def _length(pack: LawPack, wish: Wish) -> Impossible | None:
    """Check the length of voting in the system, from moment to moment."""
    if wish.form not in SYSTEM_FORMS:
        return None
    first = wish.starts.date()
    shortest = pack.term("system_length_min", first)
    longest = pack.term("system_length_max", first)
    length = wish.ends.astimezone(UTC) - wish.starts.astimezone(UTC)
    if length < pack_days(shortest):
        why = f"голосование в системе длится не меньше {shortest.value} дней"
        return Impossible("too-short", why, shortest.norm, first + pack_days(shortest))
    if length > pack_days(longest):
        why = f"голосование в системе длится не больше {longest.value} дней"
        return Impossible("too-long", why, longest.norm, first + pack_days(longest))
    return None


def _in_time(pack: LawPack, calendar: WorkCalendar, wish: Wish) -> Impossible | None:
    """Check that the notice can still be given."""
    term, last = _notice(pack, calendar, wish)
    if last >= wish.today:
        return None
    nearest = (
        calendar.after(wish.today, term.value)
        if term.unit is Unit.WORKING_DAYS
        else wish.today + pack_days(term)
    )
    why = f"последний день сообщения — {last:%d.%m.%Y}, он уже прошёл"
    return Impossible("notice-too-late", why, term.norm, nearest)


def _on_request(pack: LawPack, wish: Wish) -> Impossible | None:
    """Check the term of a meeting held on the owners' request."""
    if wish.request_received is None:
        return None
    term = pack.term("request_of_10_percent", wish.request_received)
    last = plus_days(wish.request_received, term.value)
    if wish.ends.date() <= last:
        return None
    why = f"собрание по обращению нужно провести до {last:%d.%m.%Y}"
    return Impossible("request-term-missed", why, term.norm, last)


def _doubts(pack: LawPack, calendar: WorkCalendar, wish: Wish) -> Iterator[str]:
    if wish.form == "first_system" and not calendar.is_settled(wish.today, wish.starts.date()):
        yield "переносы выходных этого года не известны: рабочие дни проверьте"
    for change in pack.unseen_changes(wish.ends.date()):
        yield f"{change.law}: {change.what} — не учтено"
