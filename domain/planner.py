"""Plan of a meeting: every last day, backward to the notice and forward to the challenge.

Counting, in order:

1. «не позднее чем за N дней» — сообщение не позднее дня D-N; советуем днём раньше;
2. рабочие дни — по таблице праздников, и лишь где закон считает рабочие дни (ч. 2.1 ст. 47.1);
3. часы — от момента окончания голосования; прочие сроки — со следующего дня (ст. 191, 192 ГК);
4. последний нерабочий день не переносим: на ст. 193 ГК не полагаемся.

A plan that breaks a term is `Impossible`, with the norm and the nearest day that would do.
"""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from domain.law.errors import NotInForce
from domain.law.rules import Unit
from domain.law.spans import plus_days
from domain.planner_steps import SYSTEM_FORMS, after, before, days_of, during, earliest_notice
from domain.planner_types import Impossible, Plan, Step, Wish

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.law.reference import LawPack
    from domain.law.workdays import WorkCalendar

FORMS = ("in_person", "absentee_poll", "mixed", "first_system", "system")
__all__ = ["FORMS", "Impossible", "Plan", "Step", "Wish", "plan"]
_DAY = timedelta(days=1)


def plan(pack: LawPack, calendar: WorkCalendar, wish: Wish) -> Plan | Impossible:
    """Plan a meeting, or say why it cannot be."""
    refusal = _shape(wish) or _form(pack, wish)
    if refusal is not None:
        return refusal
    try:
        steps = (*before(pack, calendar, wish), *during(pack, wish), *after(pack, wish))
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
    earliest = wish.failed_meeting + days_of(pack.term("notice", first, wish.form)) + _DAY
    if first < earliest:
        why = "сообщение об опросе даётся уже после несостоявшегося собрания"
        return Impossible("poll-too-early", why, rule.norm, earliest)
    return None


def _length(pack: LawPack, wish: Wish) -> Impossible | None:
    """Check the length of voting in the system, from moment to moment."""
    if wish.form not in SYSTEM_FORMS:
        return None
    first = wish.starts.date()
    shortest = pack.term("system_length_min", first)
    longest = pack.term("system_length_max", first)
    length = wish.ends.astimezone(UTC) - wish.starts.astimezone(UTC)
    if length < days_of(shortest):
        why = f"голосование в системе длится не меньше {shortest.value} дней"
        return Impossible("too-short", why, shortest.norm, first + days_of(shortest))
    if length > days_of(longest):
        why = f"голосование в системе длится не больше {longest.value} дней"
        return Impossible("too-long", why, longest.norm, first + days_of(longest))
    return None


def _in_time(pack: LawPack, calendar: WorkCalendar, wish: Wish) -> Impossible | None:
    """Check that the notice can still be given."""
    term, last = earliest_notice(pack, calendar, wish)
    if last >= wish.today:
        return None
    nearest = (
        calendar.after(wish.today, term.value)
        if term.unit is Unit.WORKING_DAYS
        else wish.today + days_of(term)
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
    unseen = pack.unseen_changes(wish.ends.date())
    if unseen:
        yield f"изменения ЖК РФ, которых никто не прочёл: {len(unseen)}; они не учтены"
