"""Special rules of meetings, as pure functions over rows of the pack. Carried out here, in order:

1. согласие всех — реестр согласий, не голосование: ч. 3 ст. 36, ч. 2 ст. 40 ЖК РФ;
2. перевод в нежилое: голосование и согласия примыкающих собственников — ст. 23, ч. 1.2 ст. 46;
3. единственный собственник решает письменно — ч. 7 ст. 46;
4. опрос — лишь после очного собрания без кворума с той же повесткой — ч. 1 ст. 47;
5. повторный вопрос — лишь после срока размещения прежнего протокола — ч. 2.2 ст. 45;
6. собрание по обращению собственников с десятью процентами голосов — ч. 6 ст. 45;
7. годовое собрание — ч. 1 ст. 45; голосование по передаточному акту — ч. 1.1 ст. 44;
8. первое собрание в системе не проводится при отказах более половины голосов — ч. 2.1 ст. 47.1.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from domain.law.errors import NotInForce
from domain.law.spans import plus_days, plus_years

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from domain.law.reference import LawPack
    from domain.law.rules import Base, Threshold


@dataclass(frozen=True, slots=True)
class Allowed:
    """A special rule lets the step pass."""

    norm: str


@dataclass(frozen=True, slots=True)
class Barred:
    """A special rule stops the step; `code` is stable, `earliest` says from when it may pass."""

    code: str
    norm: str
    earliest: date | None = None


Answer = Allowed | Barred


@dataclass(frozen=True, slots=True)
class TestMet:
    """One test held against the votes of its base."""

    threshold: Threshold
    votes: Fraction
    whole: Fraction
    met: bool


def hold_tests(
    tests: Iterable[Threshold], votes: Mapping[Base, Fraction], wholes: Mapping[Base, Fraction]
) -> tuple[TestMet, ...]:
    """Hold votes by base against tests by base; a base left out is a `KeyError`, not a zero."""
    return tuple(
        TestMet(
            test,
            votes[test.base],
            wholes[test.base],
            test.is_met(votes[test.base], wholes[test.base]),
        )
        for test in tests
    )


@dataclass(frozen=True, slots=True)
class Consents:
    """A register of consents: which titles must agree, and which have agreed in writing."""

    needed: Mapping[str, Fraction]
    given: frozenset[str]

    @property
    def missing(self) -> tuple[str, ...]:
        """List the titles without a consent, in order."""
        return tuple(title for title in sorted(self.needed) if title not in self.given)

    @property
    def unknown(self) -> tuple[str, ...]:
        """List consents of titles that need not or cannot agree."""
        return tuple(sorted(self.given - set(self.needed)))


def consent_of_all(pack: LawPack, decision: str, consents: Consents, on: date) -> Answer:
    """Tell whether every owner has agreed: not a vote, one missing consent is enough to fail.

    Согласие всех собственников — ч. 3 ст. 36, ч. 2 ст. 40, ч. 2 ст. 41, ч. 7.1 ст. 157.2 ЖК РФ.
    """
    rule = pack.rule(decision, on)
    if not consents.needed:
        return Barred("consents-of-nobody", rule.norm)
    given = sum((v for t, v in consents.needed.items() if t in consents.given), Fraction(0))
    whole = sum(consents.needed.values(), Fraction(0))
    if consents.missing or not all(test.is_met(given, whole) for test in rule.majority):
        return Barred("consent-missing", rule.norm)
    return Allowed(rule.norm)


def adjoining_consents(pack: LawPack, adjoining: Consents, decision: str, on: date) -> Answer:
    """Tell whether every owner of every adjoining premises has agreed to the conversion.

    Кроме голосования собрания — п. 7 ч. 2, ч. 2.2 ст. 23 ЖК РФ.
    """
    rule = pack.rule(decision, on)
    if adjoining.missing:
        return Barred("adjoining-consent-missing", rule.note)
    return Allowed(rule.norm)


def sole_owner_may_decide(pack: LawPack, owners: Iterable[str], on: date) -> Answer:
    """Tell whether one person owns everything and so decides in writing, without a meeting."""
    rule = pack.rule("46.7", on)
    return Allowed(rule.norm) if len(set(owners)) == 1 else Barred("not-sole-owner", rule.norm)


@dataclass(frozen=True, slots=True)
class FailedMeeting:
    """An in-person meeting that had no quorum, with the wording of its questions."""

    held_on: date
    agenda: tuple[str, ...]
    had_quorum: bool


def poll_allowed(
    pack: LawPack, agenda: tuple[str, ...], earlier: FailedMeeting | None, on: date
) -> Answer:
    """Tell whether a paper poll may be held: at once until 2011, then only after a failed meeting.

    Та же повестка, кворума не было — ч. 1 ст. 47 ЖК РФ.
    """
    rule = pack.channel("paper_poll", on)
    if rule is pack.conduct.channels["paper_poll"][0]:  # the first row: a poll at once
        return Allowed(rule.norm)
    if earlier is None or earlier.held_on > on:
        return Barred("no-failed-meeting", rule.norm)
    if earlier.had_quorum:
        return Barred("earlier-meeting-had-quorum", rule.norm)
    if earlier.agenda != agenda:
        return Barred("agenda-differs", rule.norm)
    return Allowed(rule.norm)


def repeat_allowed(pack: LawPack, decided_on: date, called_on: date) -> Answer:
    """Tell whether a decided question may be put again; free before the rule existed (ч. 2.2)."""
    try:
        term = pack.term("repeat_question", called_on)
    except NotInForce:
        return Allowed("до 09.07.2022 закон этого не ограничивал")
    last = plus_days(decided_on, term.value)
    if called_on <= last:
        return Barred("repeated-too-early", term.norm, last + timedelta(days=1))
    return Allowed(term.norm)


@dataclass(frozen=True, slots=True)
class RequestDuty:
    """What a valid request of owners obliges the manager to: last days, with the norm."""

    meeting_until: date
    notice_until: date
    norm: str


def request_of_owners(
    pack: LawPack, votes: Fraction, all_votes: Fraction, received: date, worded: bool
) -> RequestDuty | Barred:
    """Check a request to hold a meeting and give its last days.

    Не менее десяти процентов голосов, вопросы сформулированы, 45 дней — ч. 6 ст. 45 ЖК РФ.
    """
    share = pack.share("request_of_meeting", received)
    if not share.test.is_met(votes, all_votes):
        return Barred("request-too-small", share.norm)
    if not worded:
        return Barred("request-without-questions", share.norm)
    term = pack.term("request_of_10_percent", received)
    notice = pack.term("request_notice", received)
    until = plus_days(received, term.value)
    return RequestDuty(until, until - timedelta(days=notice.value), term.norm)


@dataclass(frozen=True, slots=True)
class AnnualPeriod:
    """First and last day for the annual meeting; None for both when the meeting itself sets it."""

    first: date | None
    last: date | None
    norm: str


def annual_meeting(pack: LawPack, year: int) -> AnnualPeriod:
    """Give the days on which the annual meeting about the year before is due (ч. 1 ст. 45)."""
    duty = pack.duty("annual_meeting", date(year, 1, 1))
    if not duty.first_month:
        return AnnualPeriod(None, None, duty.norm)
    last_day = monthrange(year, duty.last_month)[1]
    return AnnualPeriod(
        date(year, duty.first_month, 1), date(year, duty.last_month, last_day), duty.norm
    )


def transfer_act_holder_votes(pack: LawPack, permit: date, on: date) -> Answer:
    """Tell whether a holder by a transfer act still votes: one year from the permit (ч. 1.1)."""
    try:
        term = pack.term("transfer_act_holder", on)
    except NotInForce:
        return Barred("transfer-act-not-yet", "ч. 1.1 ст. 44 ЖК РФ")
    if permit <= on <= plus_years(permit, term.value):
        return Allowed(term.norm)
    return Barred("transfer-act-expired", term.norm)


def system_meeting_allowed(
    pack: LawPack, refused: Fraction, all_votes: Fraction, on: date
) -> Answer:
    """Tell whether written refusals bar the first meeting in the system (ч. 2.1 ст. 47.1)."""
    share = pack.share("system_barred_by_refusals", on)
    if share.test.is_met(refused, all_votes):
        return Barred("system-barred-by-refusals", share.norm)
    return Allowed(share.norm)
