"""Whether a fact is the one the procedure would have given: asked again, in the state before it.

1. каждый факт — тот, который дала бы процедура в состоянии на этот момент, с теми же нормами;
2. решение — в своём потоке, по титулу закреплённого реестра, с голосами по этому реестру;
3. повестка созыва — та, что заморожена; реестр при открытии — тот, что следует из записей;
4. подсчёт открывается под своим номером; его итог пересчитывается отдельно (`recount.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from domain import announcing, calling, deciding, keeping, signatures, voting
from domain.agenda import Agenda, agenda_digest
from domain.announcement import Announcement, announcement_stream
from domain.ballot import ballot_id
from domain.count import count_id
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
    HouseRegistered,
    ItemAdded,
    ItemEdited,
    LogKeyAdded,
    LogKeyRetired,
    MeetingCalled,
    NoticeProven,
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
from domain.facts import BallotId, CountId, MeetingId, Party
from domain.meeting import called_of
from domain.premises import Premises
from domain.refusals import (
    CountIsCompleted,
    HouseExists,
    NotFound,
    OtherRules,
    PremisesExists,
    Refused,
    TitleNotInRegister,
)
from domain.voting import Decision
from projections.erasing import check_erasure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.ballot import Ballot
    from domain.count import Count
    from domain.events import AnyFact, Recorded
    from domain.law.reference import LawPack
    from domain.meeting import Meeting
    from domain.premises import House
    from projections.replayed import HouseState


class Differs(Exception):  # noqa: N818 - it is what was found, not an error of ours
    """The procedure would have given another fact, or given it elsewhere."""

    def __init__(self, code: str, **details: str | int) -> None:
        """Say what differs."""
        super().__init__(code)
        self.code = code
        self.details = details


def check_fact(state: HouseState, recorded: Recorded) -> UUID | None:
    """Check one fact; gives the meeting whose law pack is not at hand, so it was not judged.

    `Refused` is what the procedure says, `Differs` what it gives otherwise.
    """
    match recorded.fact:
        case HouseRegistered() | LogKeyAdded() | LogKeyRetired():
            _check_house(state, recorded)
        case PersonForgotten() as forgotten:
            _in_stream(recorded, state.id)
            return check_erasure(state, _house(state), forgotten, recorded.at)
        case PremisesRecorded() | AreaCorrected() | TitleRecorded() | TitleEnded():
            _check_register(state, recorded)
        case ItemAdded() | ItemEdited() | AgendaFixed():
            _check_agenda(state, recorded)
        case MeetingCalled() | NoticeProven() | VotingOpened() | VotingClosed():
            return _check_meeting(state, recorded)
        case ProtocolRecorded() | ProtocolHandedOver():
            _check_protocol(state, recorded)
        case SignatureAttached() as signature:
            meeting = _meeting(state, recorded.originator_id)
            ballots = state.ballots(called_of(meeting).id)
            signatures.attach_signature(meeting, ballots, signature)
        case AnswersPrepared() | BallotReceived():
            return _check_ballot(state, recorded)
        case BallotContested() | ContestResolved():
            _check_contest(state, recorded)
        case CountOpened() | BallotStruck() | CountCompleted():
            _check_count(state, recorded)
        case AnnouncementPublished() | AnnouncementCorrected() | AnnouncementCancelled() as said:
            _check_announcement(state, recorded, said)
    return None


def parties_of(fact: AnyFact) -> Iterator[Party]:
    """List everybody a fact speaks of."""
    match fact:
        case TitleRecorded(holders=holders):
            yield from holders
        case ItemAdded(item) | ItemEdited(item):
            yield from item.persons
        case MeetingCalled():
            for item in fact.items:
                yield from item.persons
            yield fact.initiator
            yield from fact.counters
            if fact.secretary is not None:
                yield fact.secretary
        case BallotReceived(representative=Party() as representative):
            yield representative
        case BallotContested(by=by):
            yield by
        case SignatureAttached(signers=signers):
            yield from (found.signer for found in signers)
        case _:
            return


def _house(state: HouseState) -> House:
    if state.house is None:
        raise Refused(NotFound("house"))
    return state.house


def _meeting(state: HouseState, meeting: UUID) -> Meeting:
    found = state.meeting(meeting)
    if found is None:
        raise Refused(NotFound("meeting"))
    return found


def _same(expected: AnyFact, recorded: Recorded) -> None:
    """Hold what the procedure gives against what is recorded, naming the fields that differ."""
    fact = recorded.fact
    if fact == expected:
        return
    if type(fact) is not type(expected):
        raise Differs("fact_of_another_kind", got=fact.TYPE, wanted=expected.TYPE)
    names = [n for n in fact.__slots__ if getattr(fact, n) != getattr(expected, n)]
    got = "; ".join(f"{name}: {getattr(fact, name)}" for name in names)
    wanted = "; ".join(f"{name}: {getattr(expected, name)}" for name in names)
    raise Differs("fact_differs", fields=", ".join(names), got=got, wanted=wanted)


def _in_stream(recorded: Recorded, wanted: UUID) -> None:
    if recorded.originator_id != wanted:
        raise Differs("stream_differs", got=str(recorded.originator_id), wanted=str(wanted))


def _check_house(state: HouseState, recorded: Recorded) -> None:
    _in_stream(recorded, state.id)
    if isinstance(recorded.fact, HouseRegistered):
        if state.house is not None:
            raise Refused(HouseExists())
        return
    house = _house(state)
    match recorded.fact:
        case LogKeyAdded(key):
            keeping.add_key(house, key)
        case LogKeyRetired(key, reason, compromised):
            keeping.retire_key(house, key, reason, compromised=compromised)
        case _:
            pass


def _check_register(state: HouseState, recorded: Recorded) -> None:
    house, fact = _house(state), recorded.fact
    if isinstance(fact, PremisesRecorded):
        _in_stream(recorded, uuid5(house.id, f"premises {fact.number.casefold()}"))
        if recorded.originator_id in state.states:
            raise Refused(PremisesExists(fact.number))
        return
    premises = state.states.get(recorded.originator_id)
    if not isinstance(premises, Premises):
        raise Differs("premises_unknown")
    if isinstance(fact, TitleRecorded) and fact.title in state.titles:
        raise Differs("title_repeated", title=str(fact.title))
    if isinstance(fact, TitleEnded) and fact.title not in {t.id for t in premises.titles}:
        raise Differs("title_unknown", title=str(fact.title))


def _check_agenda(state: HouseState, recorded: Recorded) -> None:
    _house(state)
    known = state.states.get(recorded.originator_id)
    agenda = known if isinstance(known, Agenda) else None
    match recorded.fact:
        case ItemAdded(item):
            _same(calling.add_item(agenda, item), recorded)
        case ItemEdited(item):
            _same(calling.edit_item(agenda, item), recorded)
        case _:
            _same(calling.fix_agenda(agenda), recorded)


def _check_meeting(state: HouseState, recorded: Recorded) -> UUID | None:
    house, fact = _house(state), recorded.fact
    if isinstance(fact, MeetingCalled):
        return _check_call(state, house, fact, recorded)
    meeting = _meeting(state, recorded.originator_id)
    pack = state.pack_of(meeting)
    match fact:
        case NoticeProven() if pack is None:
            return recorded.originator_id
        case NoticeProven() if pack is not None:
            proven = calling.prove_notice(
                meeting, house, pack, leg=fact.leg, way=fact.way, given_at=fact.given_at,
                proof=fact.proof, now=recorded.at,
            )  # fmt: skip
            _same(proven, recorded)
        case VotingOpened():
            day = calling.local_day(house, recorded.at)
            register = state.register_on(day)
            _same(voting.open_voting(meeting, house, register, recorded.at), recorded)
        case _:
            _same(voting.close_voting(meeting, recorded.at), recorded)
    return None


def _check_call(
    state: HouseState, house: House, terms: MeetingCalled, recorded: Recorded
) -> UUID | None:
    stream = recorded.originator_id
    if stream in state.states:
        raise Differs("meeting_called_twice")
    wanted = uuid5(stream, "agenda")
    if terms.agenda != wanted:
        raise Differs("agenda_differs", got=str(terms.agenda), wanted=str(wanted))
    agenda = state.states.get(terms.agenda)
    if not isinstance(agenda, Agenda) or agenda.digest is None:
        raise Differs("agenda_not_fixed")
    digests = {terms.agenda_digest, agenda.digest, agenda_digest(terms.items)}
    if len(digests) > 1 or agenda.items != terms.items:
        raise Differs("agenda_differs", got=agenda_digest(terms.items), wanted=agenda.digest)
    pack = state.packs.get(terms.law.sha256)
    if pack is None:
        return stream
    if (pack.name, pack.version) != (terms.law.name, terms.law.version):
        got, wanted_law = f"{terms.law.name} {terms.law.version}", f"{pack.name} {pack.version}"
        raise Differs("law_name_differs", got=got, wanted=wanted_law)
    failed = state.failed_agenda(terms.refers_to)
    _same(calling.call_meeting(terms, house, pack, recorded.at, failed), recorded)
    return None


def _check_ballot(state: HouseState, recorded: Recorded) -> UUID | None:
    fact, house = recorded.fact, _house(state)
    if not isinstance(fact, AnswersPrepared | BallotReceived):
        return None
    _in_stream(recorded, ballot_id(fact.meeting, fact.title))
    meeting = _meeting(state, fact.meeting)
    decision = _decision(fact, recorded)
    voting.taking_decisions(meeting, decision.received_at)
    register = state.registers.get(fact.meeting)
    title = register.titles.get(fact.title) if register is not None else None
    if title is None:
        raise Refused(TitleNotInRegister(str(fact.title)))
    pack: LawPack | None = state.pack_of(meeting)
    if pack is None:
        return fact.meeting
    before = state.ballot(recorded.originator_id)
    expected = voting.receive_ballot(meeting, house, title, before, decision, pack, recorded.at)
    _same(expected, recorded)
    return None


def _decision(fact: AnswersPrepared | BallotReceived, recorded: Recorded) -> Decision:
    if isinstance(fact, AnswersPrepared):
        return Decision(fact.answers, Channel.LINK, fact.evidence, recorded.at)
    return Decision(
        fact.answers, fact.channel, fact.evidence, fact.received_at,
        fact.filled_on, fact.entered_by, fact.representative,
    )  # fmt: skip


def _check_contest(state: HouseState, recorded: Recorded) -> None:
    fact = recorded.fact
    if not isinstance(fact, BallotContested | ContestResolved):
        return
    _in_stream(recorded, ballot_id(fact.meeting, fact.title))
    _meeting(state, fact.meeting)
    register = state.registers.get(fact.meeting)
    title = register.titles.get(fact.title) if register is not None else None
    if title is None:
        raise Refused(TitleNotInRegister(str(fact.title)))
    ballot = state.ballot(recorded.originator_id)
    if isinstance(fact, BallotContested):
        _same(voting.contest_ballot(ballot, title, fact.by, fact.statement), recorded)
    else:
        resolved = voting.resolve_contest(
            ballot, upheld=fact.upheld, reason=fact.reason, by=fact.by
        )
        _same(resolved, recorded)


def _check_announcement(
    state: HouseState,
    recorded: Recorded,
    fact: AnnouncementPublished | AnnouncementCorrected | AnnouncementCancelled,
) -> None:
    house = _house(state)
    _in_stream(recorded, announcement_stream(house.id, fact.announcement))
    found = state.states.get(recorded.originator_id)
    known = found if isinstance(found, Announcement) else None
    if isinstance(fact, AnnouncementPublished):
        _same(announcing.publish(house, known, fact.announcement, fact.author, fact.body), recorded)
        return
    if known is None:
        raise Refused(NotFound("announcement"))
    by = known.author.organisation
    if isinstance(fact, AnnouncementCorrected):
        before = fact.version - 1
        corrected = announcing.correct(house, known, by, before, fact.body, fact.reason)
        _same(corrected, recorded)
    else:
        _same(announcing.cancel(known, by, fact.version, fact.reason), recorded)


def _check_count(state: HouseState, recorded: Recorded) -> None:
    fact = recorded.fact
    if isinstance(fact, CountOpened):
        meeting = _meeting(state, fact.meeting)
        number = len(state.counts.get(fact.meeting, [])) + 1
        _in_stream(recorded, count_id(fact.meeting, number))
        _same(deciding.open_count(meeting, fact.purpose, fact.by), recorded)
        return
    opened = state.count(recorded.originator_id)
    if opened is None:
        raise Refused(NotFound("count"))
    if isinstance(fact, BallotStruck):
        ballot = _own_ballot(state, opened.opened.meeting, fact.ballot)
        _same(deciding.strike_ballot(opened, ballot, fact.reason), recorded)
        return
    _check_completed(state, opened, recorded)


def _own_ballot(state: HouseState, meeting: MeetingId, ballot: BallotId) -> Ballot:
    found = state.ballot(ballot)
    if found is None or found.meeting != meeting:
        raise Refused(NotFound("ballot"))
    return found


def _check_completed(state: HouseState, opened: Count, recorded: Recorded) -> None:
    """Check that a result may stand here; whether it is true is the recount's question."""
    fact = recorded.fact
    called_under = called_of(_meeting(state, opened.opened.meeting)).terms.law
    if opened.completed is not None:
        raise Refused(CountIsCompleted())
    if isinstance(fact, CountCompleted) and fact.law != called_under:
        raise Refused(OtherRules(called_under.sha256, fact.law.sha256))


def _check_protocol(state: HouseState, recorded: Recorded) -> None:
    meeting, fact = _meeting(state, recorded.originator_id), recorded.fact
    if isinstance(fact, ProtocolRecorded):
        counted = state.count(CountId(fact.count))
        if counted is None:
            raise Refused(NotFound("count"))
        drawn_up = deciding.record_protocol(
            meeting, counted, number=fact.number, drawn_up_on=fact.drawn_up_on, files=fact.files
        )
        _same(drawn_up, recorded)
    elif isinstance(fact, ProtocolHandedOver):
        handed = deciding.hand_over(meeting, to=fact.to, handed_at=fact.handed_at, proof=fact.proof)
        _same(handed, recorded)
