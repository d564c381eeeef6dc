"""Calling a meeting and proving its notice: the state and a request give facts, or a refusal.

1. повестка не пуста и неизменна — п. 4 ч. 5 ст. 45, ч. 2 ст. 46 ЖК РФ;
2. каждый вопрос отнесён к виду решения, известному закону на день подведения итогов; где закон
   неясен, прочтение выбирает человек и называет причину;
3. опрос на бумаге — только после несостоявшегося очного собрания с той же повесткой — ч. 1 ст. 47;
4. голосование в системе длится не меньше и не больше срока — ч. 8 ст. 47.1;
5. сообщение — не позднее срока до даты собрания, двумя путями — ч. 4 ст. 45.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from domain.agenda import AgendaItem, agenda_digest
from domain.events import (
    AgendaFixed,
    Basis,
    ItemAdded,
    ItemEdited,
    MeetingForm,
    NoticeProven,
)
from domain.law import errors as law_errors
from domain.law.edition_choice import Matter, MeetingDays, choose
from domain.law.rules import Base, Body, Unit
from domain.law.workdays import load_calendar
from domain.refusals import (
    AgendaIsEmpty,
    AgendaIsFixed,
    CalledTooLate,
    EditionsDiffer,
    EntranceNeeded,
    ItemNotFollowing,
    NotForThisMeeting,
    NoticeInTheFuture,
    NoticeTooLate,
    PollNeedsFailedMeeting,
    ReadingNotChosen,
    ReasonNeeded,
    Refused,
    UnknownDecision,
    VotingPeriodOutOfBounds,
    WrongStage,
)

if TYPE_CHECKING:
    from domain.agenda import Agenda
    from domain.events import MeetingCalled, NoticeLeg
    from domain.facts import FileRef, Moment
    from domain.law.reference import LawPack
    from domain.law.rules import DecisionRule, Term
    from domain.meeting import Meeting
    from domain.premises import House

from domain.meeting import Called, stage

_ENTRANCE = (Base.ENTRANCE_OWNERS, Base.ENTRANCE_PARTICIPANTS)


def local_day(house: House, at: Moment) -> date:
    """Give the day of a moment where the house stands."""
    return at.astimezone(ZoneInfo(house.registered.time_zone)).date()


def add_item(agenda: Agenda | None, item: AgendaItem) -> ItemAdded:
    """Put an item on the draft agenda, in the order of numbers."""
    if agenda is not None and agenda.digest is not None:
        raise Refused(AgendaIsFixed())
    expected = len(agenda.items) + 1 if agenda is not None else 1
    if item.number != expected:
        raise Refused(ItemNotFollowing(item.number, expected))
    return ItemAdded(item)


def edit_item(agenda: Agenda | None, item: AgendaItem) -> ItemEdited:
    """Word an item of the draft agenda anew."""
    if agenda is None or item.number > len(agenda.items):
        raise Refused(ItemNotFollowing(item.number, len(agenda.items) if agenda else 0))
    if agenda.digest is not None:
        raise Refused(AgendaIsFixed())
    return ItemEdited(item)


def fix_agenda(agenda: Agenda | None) -> AgendaFixed:
    """Freeze the agenda for the notice (ч. 2 ст. 46 ЖК РФ)."""
    if agenda is None or not agenda.items:
        raise Refused(AgendaIsEmpty())
    if agenda.digest is not None:
        raise Refused(AgendaIsFixed())
    return AgendaFixed(agenda_digest(agenda.items))


def rules_of(
    items: tuple[AgendaItem, ...], judged_on: date, pack: LawPack
) -> dict[int, DecisionRule]:
    """Find the rule of every item on the day whose edition judges the meeting."""
    rules: dict[int, DecisionRule] = {}
    for item in items:
        try:
            rules[item.number] = pack.rule(item.decision, judged_on)
        except (law_errors.NotInForce, law_errors.UnknownDecision):
            reason = UnknownDecision(item.number, item.decision, judged_on)
            raise Refused(reason) from None
    return rules


def call_meeting(
    terms: MeetingCalled,
    house: House,
    pack: LawPack,
    now: Moment,
    failed_agenda: str | None = None,
) -> MeetingCalled:
    """Check a call against the law and give it as the fact.

    Args:
        terms: the call as wanted, complete.
        house: the house that meets.
        pack: the law; its reference stands in `terms`.
        now: the moment of the call.
        failed_agenda: digest of the agenda of the in-person meeting that had no quorum, if one had.
    """
    for item, rule in zip(
        terms.items, rules_of(terms.items, terms.judged_on, pack).values(), strict=True
    ):
        _check_item(item, rule, house)
    _check_form(terms, failed_agenda)
    opens_on = local_day(house, terms.opens_at)
    _check_length(terms, opens_on, pack)
    notice = pack.term("notice", local_day(house, now), law_form(terms))
    last_day = last_notice_day(notice, opens_on)
    if local_day(house, now) > last_day:
        nearest = opens_on + (local_day(house, now) - last_day)
        raise Refused(CalledTooLate(opens_on, notice.value, nearest))
    _check_edition(terms, house, pack, now)
    return terms


def _check_edition(terms: MeetingCalled, house: House, pack: LawPack, now: Moment) -> None:
    """Hold the day that judges the meeting against the rows; only a person may choose another."""
    first, last = local_day(house, terms.opens_at), local_day(house, terms.closes_at)
    choice = choose(
        pack,
        Matter.QUORUM_AND_MAJORITY,
        MeetingDays(local_day(house, now), first, last),
        decisions=[item.decision for item in terms.items],
    )
    if terms.judged_on_reason.strip():
        return
    if choice.needs_a_person:
        raise Refused(EditionsDiffer(choice.differs, first, last))
    if terms.judged_on != choice.on:
        raise Refused(ReasonNeeded())


def law_form(terms: MeetingCalled) -> str:
    """Name the form the way the rows of terms and channels do (ст. 44.1, 47, 47.1 ЖК РФ)."""
    if terms.basis is Basis.REGIONAL_SYSTEM:
        return "first_system" if terms.first_in_system else "system"
    return "absentee_poll" if terms.form is MeetingForm.ABSENTEE else terms.form.value


def last_notice_day(notice: Term, opens_on: date) -> date:
    """Give the last day a notice may be given for a meeting that opens on a day."""
    if notice.unit is Unit.WORKING_DAYS:
        return load_calendar().before(opens_on, notice.value)
    return opens_on - timedelta(days=notice.value)


def _check_item(item: AgendaItem, rule: DecisionRule, house: House) -> None:
    if rule.body is not Body.OWNERS_MEETING:
        raise Refused(NotForThisMeeting(item.number, item.decision, rule.body.value))
    if rule.needs_a_choice:
        known = tuple(reading.id for reading in rule.readings)
        if item.reading not in known or not item.reading_reason.strip():
            raise Refused(ReadingNotChosen(item.number, item.decision, known))
    by_entrance = any(t.base in _ENTRANCE for t in (*rule.majority, *rule.quorum))
    entrances = house.registered.entrances
    if by_entrance and not (item.entrance and 1 <= item.entrance <= entrances):
        raise Refused(EntranceNeeded(item.number, entrances))


def _check_form(terms: MeetingCalled, failed_agenda: str | None) -> None:
    is_poll = terms.form is MeetingForm.ABSENTEE and terms.basis is Basis.WRITTEN_DECISIONS
    if is_poll and failed_agenda != terms.agenda_digest:
        raise Refused(PollNeedsFailedMeeting())


def _check_length(terms: MeetingCalled, opens_on: date, pack: LawPack) -> None:
    if terms.basis is not Basis.REGIONAL_SYSTEM:
        return
    shortest = pack.term("system_length_min", opens_on).value
    longest = pack.term("system_length_max", opens_on).value
    length = terms.closes_at - terms.opens_at
    if not timedelta(days=shortest) <= length <= timedelta(days=longest):
        raise Refused(VotingPeriodOutOfBounds(length.days, shortest, longest))


def prove_notice(
    meeting: Meeting,
    house: House,
    pack: LawPack,
    *,
    leg: NoticeLeg,
    way: str,
    given_at: Moment,
    proof: FileRef,
    now: Moment,
) -> NoticeProven:
    """Record that a notice was given in time, with its proof (ч. 4 ст. 45 ЖК РФ)."""
    if not isinstance(meeting, Called):
        raise Refused(WrongStage(stage(meeting), "called"))
    if given_at > now:
        raise Refused(NoticeInTheFuture(given_at))
    given_on = local_day(house, given_at)
    opens_on = local_day(house, meeting.terms.opens_at)
    last_day = last_notice_day(pack.term("notice", given_on, law_form(meeting.terms)), opens_on)
    if given_on > last_day:
        nearest = opens_on + (given_on - last_day)
        raise Refused(NoticeTooLate(given_on, last_day, nearest))
    return NoticeProven(leg, way, given_at, proof)
