"""Builds the protocol of a meeting from its facts and a completed counting; no figure is typed.

Порядок и содержание — требования к оформлению протокола общего собрания; номер протокола — УИН,
присвоенный сообщению в ГИС ЖКХ.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from domain.agenda import with_names
from domain.ballot import ballot_id
from domain.events import Basis, Channel, Outcome
from domain.facts import PartyKind
from domain.law.rules import Base
from domain.meeting import called_of
from domain.votes import russian
from projections.officers import officers_of, signed_as
from projections.protocol import (
    BallotLine,
    MeetingProtocol,
    ProtocolAnnex,
    ProtocolQuestion,
    ProtocolSigner,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from domain.agenda import AgendaItem
    from domain.ballot import Ballot
    from domain.count import Count
    from domain.events import CountResult, ItemResult, TestResult
    from domain.facts import BallotId, Party
    from domain.meeting import Meeting
    from domain.premises import House, OwnersRegister
    from projections.officers import Officers

BASIS_TEXT = {
    Basis.REGIONAL_SYSTEM: (
        "голосование проведено в региональной информационной системе; ответы, данные в ней, "
        "являются голосами (ст. 47.1 ЖК РФ)."
    ),
    Basis.WRITTEN_DECISIONS: (
        "голосами являются только подписанные письменные решения собственников; ответы по ссылке "
        "служили подготовкой решений и в подсчёт не входят (ст. 47, ч. 4.1 ст. 48 ЖК РФ)."
    ),
    Basis.CHARTER: "порядок голосования, в том числе по ссылке, установлен уставом.",
}

_BASES = {
    Base.PARTICIPANTS.value: "от числа голосов принявших участие в собрании",
    Base.ALL_OWNERS.value: "от общего числа голосов собственников помещений в доме",
    Base.ENTRANCE_PARTICIPANTS.value: "от числа голосов участников собрания в подъезде",
    Base.ENTRANCE_OWNERS.value: "от числа голосов собственников помещений в подъезде",
    Base.RESIDENTIAL_OWNERS.value: "от числа голосов собственников жилых помещений",
}

_BY_READING = {
    Outcome.CARRIED: "решение принято",
    Outcome.REJECTED: "решение не принято",
    Outcome.NO_QUORUM: "кворума нет",
    Outcome.UNCLEAR: "решение не определено",
}

_CHANNELS = {
    Channel.LINK: "по ссылке",
    Channel.PAPER: "письменное решение",
    Channel.IN_PERSON: "на собрании",
    Channel.EXTERNAL_SYSTEM: "через другую систему",
}


@dataclass(frozen=True, slots=True)
class ProtocolSources:
    """All a protocol is made from.

    Attributes:
        names: gives the name of a party as the reader may see it.
        documents: gives the document that stands beside a name, empty where there is none.
        drawn_up_on: the day the counting ended, in the house's zone.
        proof: lines on law pack, log and checkpoint.
    """

    house: House
    meeting: Meeting
    register: OwnersRegister
    ballots: Mapping[BallotId, Ballot]
    count: Count
    names: Callable[[Party], str]
    drawn_up_on: date
    proof: tuple[str, ...]
    documents: Callable[[Party], str] = lambda _party: ""


class CountIsOpenError(Exception):
    """A protocol was asked for of a counting that is not completed."""


def protocol_of(sources: ProtocolSources) -> MeetingProtocol:
    """Give the protocol as data."""
    if sources.count.completed is None:
        raise CountIsOpenError
    result = sources.count.completed.result
    terms = called_of(sources.meeting).terms
    zone = ZoneInfo(sources.house.registered.time_zone)
    residential = sources.register.totals.residential_votes
    general = _general_quorum(result)
    initiator = sources.names(terms.initiator)
    officers = officers_of(terms, result)
    return MeetingProtocol(
        number=terms.gis_id,
        drawn_up_on=sources.drawn_up_on,
        address=sources.house.registered.address,
        annual=terms.annual,
        form=terms.form.value,
        basis_text=BASIS_TEXT[terms.basis],
        opens_at=terms.opens_at.astimezone(zone),
        closes_at=terms.closes_at.astimezone(zone),
        in_person_at=terms.in_person_at.astimezone(zone) if terms.in_person_at else None,
        place=terms.place,
        initiator=_named(sources, terms.initiator),
        chair=_named(sources, officers.chair),
        secretary=_named(sources, officers.secretary),
        counters=tuple(_named(sources, party) for party in officers.counters),
        participants_count=_voters(sources),
        invited_count=0,
        residential_area=residential,
        non_residential_area=sources.register.totals.all_votes - residential,
        all_votes=result.all_votes,
        participants=result.participants,
        quorum_needed=general.of_all * general.part,
        quorum_held=general.met,
        questions=tuple(
            _question(item, tallied, sources, initiator)
            for item, tallied in zip(terms.items, result.items, strict=True)
        ),
        storage_place=terms.place,
        annexes=_annexes(),
        signers=_signers(sources, officers, terms.initiator),
        remarks=_remarks(sources, result),
        proof=sources.proof,
        ballots=tuple(_ballot_lines(sources)),
    )


def _general_quorum(result: CountResult) -> TestResult:
    """Pick the test of the whole house (ч. 3 ст. 45); special quorums show at their questions."""
    tests = [test for item in result.items for test in item.quorum]
    return min(
        (test for test in tests if test.base == Base.ALL_OWNERS.value),
        key=lambda test: test.part,
        default=tests[0],
    )


def _named(sources: ProtocolSources, party: Party | None) -> str:
    """Name somebody in the introduction, with the document that stands beside the name."""
    if party is None:
        return ""
    document = sources.documents(party)
    return f"{sources.names(party)}, {document}" if document else sources.names(party)


def _voters(sources: ProtocolSources) -> int:
    """Count those who took part: an owner of several premises once, joint owners as one."""
    meeting = called_of(sources.meeting).id
    voters = set()
    for title in sources.register.titles.values():
        key = ballot_id(meeting, title.id)
        ballot = sources.ballots.get(key)
        received = ballot is not None and ballot.received is not None and not ballot.is_struck
        if received and key not in sources.count.struck:
            voters.add(frozenset(holder.person for holder in title.holders))
    return len(voters)


def _question(
    item: AgendaItem, tallied: ItemResult, sources: ProtocolSources, initiator: str
) -> ProtocolQuestion:
    proposal = with_names(item.proposal, [sources.names(person) for person in item.persons])
    remarks = []
    remarks += [
        f"По трактовке «{reading.text}»: {_BY_READING[reading.outcome]}."
        for reading in tallied.readings
    ]
    chosen = next((r for r in tallied.readings if r.reading == item.reading), None)
    if chosen is not None:
        remarks.append(
            f"Норма неясна, человек выбрал трактовку «{chosen.text}». "
            f"Причина: {item.reading_reason}"
        )
    return ProtocolQuestion(
        number=item.number,
        question=item.question,
        norm=tallied.norm,
        heard=f"{initiator}. Предложение вынесено на голосование в редакции сообщения о собрании.",
        proposed=proposal,
        votes_for=tallied.votes_for,
        votes_against=tallied.votes_against,
        votes_abstained=tallied.votes_abstained,
        votes_invalid=tallied.votes_invalid,
        needed="; ".join(_needed(test) for test in tallied.majority),
        quorum_held=all(test.met for test in tallied.quorum),
        outcome=tallied.outcome.value,
        remarks=tuple(remarks),
    )


def _needed(test: TestResult) -> str:
    figure = russian(test.of_all * test.part, 2 if (test.of_all * test.part * 100) % 1 == 0 else 4)
    base = _BASES.get(test.base, test.base)
    if test.strict and test.part == Fraction(1, 2):
        share = "большинство голосов" if test.base == Base.PARTICIPANTS.value else "более 1/2"
    else:
        share = f"{'более' if test.strict else 'не менее'} {test.part}"
    return f"{share} {base} ({'более' if test.strict else 'не менее'} {figure})"


def _annexes() -> tuple[ProtocolAnnex, ...]:
    titles = (
        "Реестр собственников помещений в многоквартирном доме",
        "Копия текста сообщения о проведении общего собрания",
        "Документы, подтверждающие направление и размещение сообщения",
        "Список присутствующих лиц (принявших участие в собрании)",
        "Список приглашённых лиц",
        "Документы, удостоверяющие полномочия представителей",
        "Документы, рассмотренные общим собранием",
        "Реестр подсчёта голосов",
        "Решения собственников помещений",
    )
    return tuple(ProtocolAnnex(number, title) for number, title in enumerate(titles, 1))


def _signers(
    sources: ProtocolSources, officers: Officers, initiator: Party
) -> tuple[ProtocolSigner, ...]:
    def signer(role: str, party: Party | None) -> ProtocolSigner:
        name = sources.names(party) if party else ""
        is_person = party is not None and party.kind is PartyKind.PERSON
        return ProtocolSigner(role, signed_as(name) if is_person else name)

    lines = [
        signer("Председательствующий на общем собрании", officers.chair),
        signer("Секретарь общего собрания", officers.secretary),
    ]
    lines += [signer("Лицо, проводившее подсчёт голосов", party) for party in officers.counters]
    if not officers.counters:
        lines.append(signer("Инициатор общего собрания", initiator))
    return tuple(lines)


def _remarks(sources: ProtocolSources, result: CountResult) -> tuple[str, ...]:
    terms = called_of(sources.meeting).terms
    remarks = []
    if terms.judged_on_reason:
        remarks.append(
            f"Редакция закона выбрана на {terms.judged_on:%d.%m.%Y}. "
            f"Причина: {terms.judged_on_reason}"
        )
    if result.contested:
        remarks.append(
            f"Собственники возразили против решений, записанных от их имени: {result.contested}; "
            f"голосов по ним — {russian(result.contested_votes)}. Возражения не рассмотрены, "
            "эти голоса входят в подсчёт."
        )
    if result.struck:
        remarks.append(f"Исключено из подсчёта решений: {result.struck}; причины — в приложении.")
    return tuple(remarks)


def _ballot_lines(sources: ProtocolSources) -> list[BallotLine]:
    meeting = called_of(sources.meeting).id
    lines: list[BallotLine] = []
    for title in sorted(
        sources.register.titles.values(), key=lambda t: (t.kind, len(t.number), t.number, t.id)
    ):
        key = ballot_id(meeting, title.id)
        ballot = sources.ballots.get(key)
        if ballot is None or ballot.received is None:
            continue
        reason = sources.count.struck.get(key)
        counted = reason is None and not ballot.is_struck
        note = _CHANNELS[ballot.received.channel]
        if ballot.is_contested:
            note += "; есть возражение собственника"
        if reason is not None or ballot.is_struck:
            note += f"; исключено: {reason or 'возражение собственника удовлетворено'}"
        lines.append(
            BallotLine(
                number=len(lines) + 1,
                premises=title.number,
                voter=", ".join(sources.names(holder) for holder in title.holders),
                votes=title.votes,
                marks=tuple(mark.value for mark in ballot.received.answers),
                counted=counted,
                note=note,
            )
        )
    return lines
