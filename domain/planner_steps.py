"""The steps of a plan: backward to the notice, through the voting, forward to the challenge."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from domain.law.errors import NotInForce
from domain.law.rules import Unit
from domain.law.spans import plus_days, plus_months, plus_years
from domain.planner_types import Step, Wish

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.law.reference import LawPack
    from domain.law.rules import Term
    from domain.law.workdays import WorkCalendar

SYSTEM_FORMS = ("first_system", "system")
_DAY = timedelta(days=1)


def days_of(term: Term) -> timedelta:
    """Give a term of days as a span."""
    return timedelta(days=term.value)


def _backward(calendar: WorkCalendar, day: date, term: Term) -> date:
    if term.unit is Unit.WORKING_DAYS:
        return calendar.before(day, term.value)
    return day - days_of(term)


def earliest_notice(pack: LawPack, calendar: WorkCalendar, wish: Wish) -> tuple[Term, date]:
    """Give the earliest lawful act of the meeting and its last day."""
    first = wish.starts.date()
    name = "system_notice_later" if wish.form == "system" else "notice"
    term = pack.term(name, first, wish.form)
    return term, _backward(calendar, first, term)


def before(pack: LawPack, calendar: WorkCalendar, wish: Wish) -> Iterator[Step]:
    first = wish.starts.date()
    term, last = earliest_notice(pack, calendar, wish)
    if wish.form == "system":
        yield _step(term, "system_notice_later", last)
        term = pack.term("system_placement_later", first)
        yield Step(
            term.id,
            term.title,
            first - days_of(term),
            wish.starts - days_of(term),
            "last",
            term.norm,
        )
    else:
        yield _step(term, "notice", last)
    if wish.form == "first_system":
        for name in ("system_refusals_by_owners", "system_refusals_by_manager"):
            term = pack.term(name, first)
            yield _step(term, name, _backward(calendar, first, term))
    yield Step("notice_advice", "дать сообщение днём раньше срока", last - _DAY, None, "advice", "")
    try:
        register = pack.term("register_to_initiator", last)
    except NotInForce:
        return
    asked = last - _DAY - days_of(register)
    yield Step(
        "ask_register", f"запросить реестр: {register.title}", asked, None, "advice", register.norm
    )


def during(pack: LawPack, wish: Wish) -> Iterator[Step]:
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


def after(pack: LawPack, wish: Wish) -> Iterator[Step]:
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
