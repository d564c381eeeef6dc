"""A house's log as people read it: one line per fact in Russian, naming no natural person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from fractions import Fraction
from itertools import groupby
from typing import TYPE_CHECKING, assert_never

from domain.events import (
    AgendaFixed,
    AnnouncementCancelled,
    AnnouncementCorrected,
    AnnouncementPublished,
    AnswersPrepared,
    AreaCorrected,
    BallotContested,
    BallotReceived,
    BallotStruck,
    Channel,
    ContestResolved,
    CountCompleted,
    CountOpened,
    CountPurpose,
    ErasureScope,
    HouseRegistered,
    ItemAdded,
    ItemEdited,
    LogKeyAdded,
    LogKeyRetired,
    Mark,
    MeetingCalled,
    NoticeLeg,
    NoticeProven,
    Outcome,
    PersonForgotten,
    PremisesRecorded,
    ProtocolHandedOver,
    ProtocolRecorded,
    SignatureAttached,
    TitleEnded,
    TitleRecorded,
    VotingClosed,
    VotingOpened,
)
from domain.votes import russian

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, tzinfo

    from domain.events import AnyFact, Recorded
    from domain.facts import TitleId

MARKS = {
    Mark.FOR: "за",
    Mark.AGAINST: "против",
    Mark.ABSTAIN: "воздержался",
    Mark.SPOILED: "недействительно",
    Mark.BLANK: "нет ответа",
}
OUTCOMES = {
    Outcome.CARRIED: "принято",
    Outcome.REJECTED: "не принято",
    Outcome.NO_QUORUM: "нет кворума",
    Outcome.UNCLEAR: "не определено",
}
CHANNELS = {
    Channel.LINK: "по ссылке",
    Channel.PAPER: "на бумаге",
    Channel.IN_PERSON: "лично на собрании",
    Channel.EXTERNAL_SYSTEM: "в другой системе",
}
LEGS = {NoticeLeg.SYSTEM: "в системе", NoticeLeg.OWNERS: "собственникам"}
PURPOSES = {
    CountPurpose.COMMISSION: "счётной комиссией",
    CountPurpose.INSPECTOR: "инспектором",
    CountPurpose.COURT: "судом",
    CountPurpose.WHAT_IF: "для проверки",
}
REGISTER = (PremisesRecorded, AreaCorrected, TitleRecorded, TitleEnded)
BALLOTS = (AnswersPrepared, BallotReceived)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the timeline: the leaves it speaks of, when, and what happened."""

    first: int
    last: int
    at: datetime
    text: str


def timeline(
    recorded: Mapping[int, Recorded],
    numbers: Mapping[TitleId, str],
    zone: tzinfo,
    *,
    every: bool = False,
) -> list[Line]:
    """Give the lines of a log; runs of register facts and of ballots are one line unless `every`.

    `numbers` gives the number of a title's premises.
    """
    lines = []
    for run, group in groupby(sorted(recorded.items()), lambda item: _run_of(item[1].fact)):
        facts = list(group)
        if run and len(facts) > 1 and not every:
            text = _summed([one.fact for _, one in facts])
            lines.append(Line(facts[0][0], facts[-1][0], facts[0][1].at, text))
        else:
            lines += [Line(i, i, r.at, sentence(r.fact, numbers, zone)) for i, r in facts]
    return lines


def _run_of(fact: AnyFact) -> str:
    if isinstance(fact, REGISTER):
        return "register"
    return "ballots" if isinstance(fact, BALLOTS) else ""


def _summed(facts: list[AnyFact]) -> str:
    received = [fact for fact in facts if isinstance(fact, BallotReceived)]
    prepared = sum(isinstance(fact, AnswersPrepared) for fact in facts)
    if received or prepared:
        votes = russian(sum((fact.votes for fact in received), Fraction(0)))
        more = f", подготовлено ответов {prepared}" if prepared else ""
        return f"получено решений {len(received)}, голосов {votes}{more}"
    premises = sum(isinstance(fact, PremisesRecorded) for fact in facts)
    titles = sum(isinstance(fact, TitleRecorded) for fact in facts)
    rest = len(facts) - premises - titles
    more = f", изменений {rest}" if rest else ""
    return f"реестр: записано помещений {premises}, прав {titles}{more}"


def shown_at(at: datetime, zone: tzinfo) -> str:
    """Write a moment where the house stands; UTC is named.

    A forged moment at the end of time may have no local time; it is shown in UTC.
    """
    try:
        local = at.astimezone(zone)
    except OverflowError:
        return shown_at(at, UTC)
    return f"{local:%d.%m.%Y %H:%M:%S}{' UTC' if zone is UTC else ''}"


def sentence(fact: AnyFact, numbers: Mapping[TitleId, str], zone: tzinfo) -> str:
    """Say in words what a fact says."""
    match fact:
        case HouseRegistered() | LogKeyAdded() | LogKeyRetired() | PersonForgotten():
            return _of_house(fact)
        case PremisesRecorded() | AreaCorrected() | TitleRecorded() | TitleEnded():
            return _of_register(fact)
        case ItemAdded() | ItemEdited() | AgendaFixed():
            return _of_agenda(fact)
        case MeetingCalled() | NoticeProven() | VotingOpened() | VotingClosed():
            return _of_meeting(fact, zone)
        case ProtocolRecorded() | ProtocolHandedOver() | SignatureAttached():
            return _of_papers(fact)
        case AnswersPrepared() | BallotReceived() | BallotContested() | ContestResolved():
            return _of_ballot(fact, numbers)
        case CountOpened() | BallotStruck() | CountCompleted():
            return _of_count(fact)
        case AnnouncementPublished() | AnnouncementCorrected() | AnnouncementCancelled():
            return _of_announcement(fact)
        case _:
            assert_never(fact)


def _of_house(fact: HouseRegistered | LogKeyAdded | LogKeyRetired | PersonForgotten) -> str:
    match fact:
        case HouseRegistered(address=address, declared_area=area):
            return f"внесён дом: {address}, площадь помещений {russian(Fraction(area))} м²"
        case LogKeyAdded(key):
            return f"введён ключ журнала {_key_text(key)}"
        case LogKeyRetired(key, reason, compromised):
            why = "ключ мог попасть в чужие руки" if compromised else "плановая замена"
            return f"выведен ключ журнала {_key_text(key)}: {why}; {reason}"
        case PersonForgotten(person, scope=scope):
            what = "контакты" if scope is ErasureScope.CONTACTS else "персональные данные и ключ"
            return f"стёрто по 152-ФЗ: {what}, участник {person}"


def _of_agenda(fact: ItemAdded | ItemEdited | AgendaFixed) -> str:
    match fact:
        case ItemAdded(item):
            return f"вопрос {item.number} внесён в проект повестки: {item.question}"
        case ItemEdited(item):
            return f"вопрос {item.number} проекта повестки изложен заново: {item.question}"
        case AgendaFixed(digest):
            return f"повестка закреплена, отпечаток {digest[:16]}…"


def _of_papers(fact: ProtocolRecorded | ProtocolHandedOver | SignatureAttached) -> str:
    match fact:
        case ProtocolRecorded(number=number, drawn_up_on=day, files=files):
            named = f"№ {number}" if number else "без номера"
            return f"протокол {named} от {day:%d.%m.%Y}, файлов {len(files)}"
        case ProtocolHandedOver(to=to):
            return f"подлинники протокола переданы: {to}"
        case SignatureAttached(target, signature, signers):
            return (
                f"к документу {target[:16]}… приложена электронная подпись "
                f"{signature.sha256[:16]}…, подписавших {len(signers)}"
            )


def _key_text(key: str) -> str:
    return "+".join(key.split("+")[:2])


def _of_register(fact: PremisesRecorded | AreaCorrected | TitleRecorded | TitleEnded) -> str:
    match fact:
        case PremisesRecorded(number=number, area=area):
            return f"помещение № {number}, {russian(Fraction(area))} м²"
        case AreaCorrected(area, source):
            return f"площадь исправлена: {russian(Fraction(area))} м² ({source})"
        case TitleRecorded(share=share):
            return f"право записано, доля {share}"
        case TitleEnded(true_until=day):
            return f"право прекращено с {day:%d.%m.%Y}"


def _of_meeting(
    fact: MeetingCalled | NoticeProven | VotingOpened | VotingClosed, zone: tzinfo
) -> str:
    match fact:
        case MeetingCalled(items=items, opens_at=opens_at, closes_at=closes_at):
            period = f"с {shown_at(opens_at, zone)} до {shown_at(closes_at, zone)}"
            return f"собрание созвано: вопросов {len(items)}, приём решений {period}"
        case NoticeProven(leg, way, given_at):
            return f"сообщение доказано ({LEGS[leg]}): {way}, дано {shown_at(given_at, zone)}"
        case VotingOpened(register):
            votes, digest = russian(register.all_votes), register.digest[:16]
            return f"голосование открыто: прав {register.titles}, голосов {votes}, реестр {digest}…"
        case VotingClosed():
            return "голосование завершено"


def _of_ballot(
    fact: AnswersPrepared | BallotReceived | BallotContested | ContestResolved,
    numbers: Mapping[TitleId, str],
) -> str:
    number = numbers.get(fact.title)
    # A receipt alone holds no register: the number is known with the bundle beside it.
    where = f"помещение № {number}" if number is not None else "помещение (номер — в пакете)"
    whose = f"{where}, голосов {russian(fact.votes)}"
    match fact:
        case AnswersPrepared(answers=answers):
            return f"подготовлены ответы: {whose}; {_marks(answers)}"
        case BallotReceived(channel=channel, answers=answers):
            return f"решение получено {CHANNELS[channel]}: {whose}; {_marks(answers)}"
        case BallotContested():
            return f"собственник возразил «это не мой голос»: {whose}"
        case ContestResolved(upheld=upheld, reason=reason):
            state = "удовлетворено, решение исключено" if upheld else "отклонено"
            return f"возражение {state}: {whose}; причина: {reason}"


def _of_announcement(
    fact: AnnouncementPublished | AnnouncementCorrected | AnnouncementCancelled,
) -> str:
    match fact:
        case AnnouncementPublished(author=author, body=body):
            return f"объявление, {author.name}: {body.heading}"
        case AnnouncementCorrected(version=version, body=body, reason=reason):
            return f"объявление исправлено, редакция {version}: {body.heading}; причина: {reason}"
        case AnnouncementCancelled(reason=reason):
            return f"объявление отменено: {reason}"


def _marks(answers: tuple[Mark, ...]) -> str:
    return ", ".join(f"{number} — {MARKS[mark]}" for number, mark in enumerate(answers, 1))


def _of_count(fact: CountOpened | BallotStruck | CountCompleted) -> str:
    match fact:
        case CountOpened(purpose=purpose):
            return f"подсчёт начат {PURPOSES[purpose]}"
        case BallotStruck(ballot, reason):
            return f"решение {ballot} исключено из подсчёта: {reason}"
        case CountCompleted(result=result):
            part = f"участвовало {russian(result.participants)} из {russian(result.all_votes)}"
            items = ", ".join(f"{i.number} — {OUTCOMES[i.outcome]}" for i in result.items)
            return f"подсчёт завершён: {part}; {items}"
