"""What people do, each as a function of a `Scope`: houses, agenda, meeting, votes, counts.

Every function either adds its facts or raises `Refused`; the api binds the arguments into commands.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid5

from domain import calling, deciding, keeping, signatures, voting
from domain.agenda import AgendaItem, agenda_digest
from domain.ballot import ballot_id
from domain.count import Count, count_id
from domain.events import (
    CountPurpose,
    HouseRegistered,
    LogKeyAdded,
    Outcome,
    PremisesRecorded,
    TitleRecorded,
)
from domain.facts import (
    AgendaId,
    BallotId,
    CountId,
    HouseId,
    LawPackRef,
    MeetingId,
    PremisesId,
    TitleId,
)
from domain.meeting import Called, Finished, VotingEnded, called_of
from domain.premises import House
from domain.refusals import (
    AgendaDiffers,
    HouseExists,
    OtherRules,
    PremisesExists,
    Refused,
    TitleNotInRegister,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from domain.batch import Scope
    from domain.events import (
        ErasureReason,
        ErasureScope,
        MeetingCalled,
        NoticeLeg,
        SignatureAttached,
    )
    from domain.facts import FileRef, Moment, Party, PersonId
    from domain.law.reference import LawPack
    from domain.voting import Decision


def premises_id(house: HouseId, number: str) -> PremisesId:
    """Derive a premises' id from its number, so that it cannot be entered twice."""
    return PremisesId(uuid5(house, f"premises {number.casefold()}"))


def agenda_id(meeting: MeetingId) -> AgendaId:
    """Derive the id of a meeting's agenda."""
    return AgendaId(uuid5(meeting, "agenda"))


def law_ref(pack: LawPack) -> LawPackRef:
    """Name the law pack the way facts do."""
    return LawPackRef(pack.name, pack.version, pack.sha256)


def register_house(scope: Scope, house: HouseId, registered: HouseRegistered, key: str) -> None:
    """Enter a house and the key its log is signed with."""
    if scope.find(House, house) is not None:
        raise Refused(HouseExists())
    scope.add(house, house, registered)
    scope.add(house, house, LogKeyAdded(key))


def add_log_key(scope: Scope, house: HouseId, key: str) -> None:
    """Record a further key of the house's log, before it signs anything."""
    fact = keeping.add_key(scope.house(house), key)
    if fact is not None:
        scope.add(house, house, fact)


def retire_log_key(
    scope: Scope, house: HouseId, key: str, reason: str, *, compromised: bool = False
) -> None:
    """Record that a key of the house's log is out of use."""
    fact = keeping.retire_key(scope.house(house), key, reason, compromised=compromised)
    if fact is not None:
        scope.add(house, house, fact)


def forget_person(
    scope: Scope,
    house: HouseId,
    person: PersonId,
    reason: ErasureReason,
    what: ErasureScope,
    meetings: Iterable[MeetingId],
) -> None:
    """Record that a person's values are erased; `meetings` are those the person stands in."""
    known = [scope.meeting(meeting) for meeting in meetings]
    fact = keeping.forget_person(
        scope.house(house), person, reason, what, known, scope.law, scope.now
    )
    if fact is not None:
        scope.add(house, house, fact)


@dataclass(frozen=True, slots=True)
class NewPremises:
    """A premises with its titles, ready to be recorded, and the sealed values of its holders."""

    recorded: PremisesRecorded
    titles: tuple[TitleRecorded, ...]
    sealed: tuple[object, ...] = ()


def record_premises(scope: Scope, house: HouseId, rows: Iterable[NewPremises]) -> int:
    """Enter premises with their titles; all of them or none. Gives how many."""
    scope.house(house)
    number = 0
    for row in rows:
        stream = premises_id(house, row.recorded.number)
        if scope.premises(stream) is not None:
            raise Refused(PremisesExists(row.recorded.number))
        scope.add(house, stream, row.recorded)
        for title in row.titles:
            scope.add(house, stream, title)
        scope.seal(row.sealed)
        number += 1
    return number


def draft_agenda(
    scope: Scope, house: HouseId, meeting: MeetingId, items: Sequence[AgendaItem]
) -> AgendaId:
    """Put items on a meeting's draft agenda."""
    scope.house(house)
    stream = agenda_id(meeting)
    for item in items:
        scope.add(house, stream, calling.add_item(scope.agenda(stream), item))
    return stream


def call_meeting(
    scope: Scope, house: HouseId, meeting: MeetingId, terms: MeetingCalled, sealed: Iterable[object]
) -> MeetingId:
    """Freeze the agenda and call the meeting.

    The agenda of `terms` is taken as drafted; items that are not drafted yet are drafted now.
    """
    known = scope.house(house)
    stream = agenda_id(meeting)
    if scope.agenda(stream) is None:
        draft_agenda(scope, house, meeting, terms.items)
    drafted = scope.agenda(stream)
    fixed = calling.fix_agenda(drafted)
    if drafted is None or (drafted.items, fixed.digest) != (terms.items, terms.agenda_digest):
        raise Refused(AgendaDiffers())
    if terms.law != law_ref(scope.law):
        raise Refused(OtherRules(terms.law.sha256, scope.law.sha256))
    scope.add(house, stream, fixed)
    failed = failed_agenda(scope, terms.refers_to)
    called = calling.call_meeting(terms, known, scope.law, scope.now, failed)
    scope.add(house, meeting, called)
    scope.seal(sealed)
    return meeting


def failed_agenda(scope: Scope, earlier: MeetingId | None) -> str | None:
    """Give the agenda digest of an earlier in-person meeting that had no quorum."""
    if earlier is None:
        return None
    meeting = scope.meeting(earlier)
    count = commission_count(scope, meeting.ended if isinstance(meeting, Finished) else meeting)
    if count is None or count.completed is None:
        return None
    outcomes = {item.outcome for item in count.completed.result.items}
    if outcomes != {Outcome.NO_QUORUM}:
        return None
    return agenda_digest(called_of(meeting).terms.items)


def commission_count(scope: Scope, meeting: object) -> Count | None:
    """Give the commission's first completed counting of an ended meeting."""
    if not isinstance(meeting, VotingEnded):
        return None
    for number in range(1, MAX_COUNTS):
        count = scope.find(Count, count_id(meeting.open.called.id, number))
        if count is None:
            return None
        if count.completed and count.opened.purpose is CountPurpose.COMMISSION:
            return count
    return None


MAX_COUNTS = 1000
"""A meeting is counted less often than this; the n-th counting's id is derived from n."""


def prove_notice(
    scope: Scope, meeting: MeetingId, leg: NoticeLeg, way: str, given_at: Moment, proof: FileRef
) -> None:
    """Record the proof that a notice was given in time."""
    state = scope.meeting(meeting)
    house = scope.house(called_of(state).house)
    fact = calling.prove_notice(
        state, house, scope.law, leg=leg, way=way, given_at=given_at, proof=proof, now=scope.now
    )
    scope.add(house.id, meeting, fact)


def open_voting(scope: Scope, meeting: MeetingId) -> None:
    """Open the voting on the register as it stands now."""
    state = scope.meeting(meeting)
    house = scope.house(called_of(state).house)
    register = scope.current_register(house)
    scope.add(house.id, meeting, voting.open_voting(state, house, register, scope.now))


def cast(
    scope: Scope, meeting: MeetingId, titles: Sequence[TitleId], decision: Decision
) -> list[BallotId]:
    """Receive one decision for all the titles named; all ballots or none."""
    state = scope.meeting(meeting)
    # Before the opening there is no register yet, and the owner should hear when voting begins.
    called = voting.taking_decisions(state, decision.received_at)
    house = scope.house(called.house)
    register = scope.register(state)
    ballots = []
    for title_id in titles:
        title = register.titles.get(title_id)
        if title is None:
            raise Refused(TitleNotInRegister(str(title_id)))
        stream = ballot_id(meeting, title_id)
        fact = voting.receive_ballot(
            state, house, title, scope.ballot(stream), decision, scope.law, scope.now
        )
        scope.add(house.id, stream, fact)
        ballots.append(stream)
    return ballots


def contest(
    scope: Scope,
    meeting: MeetingId,
    title_id: TitleId,
    by: Party,
    statement: str | None = None,
    sealed: Iterable[object] = (),
) -> BallotId:
    """Record an owner's objection to the ballot in their name; its words are sealed."""
    state = scope.meeting(meeting)
    title = scope.register(state).titles.get(title_id)
    if title is None:
        raise Refused(TitleNotInRegister(str(title_id)))
    stream = ballot_id(meeting, title_id)
    fact = voting.contest_ballot(scope.ballot(stream), title, by, statement)
    scope.add(called_of(state).house, stream, fact)
    scope.seal(sealed)
    return stream


def resolve_contest(
    scope: Scope, meeting: MeetingId, ballot: BallotId, *, upheld: bool, reason: str, by: str
) -> None:
    """Record a person's decision on an objection."""
    state = scope.meeting(meeting)
    fact = voting.resolve_contest(scope.ballot(ballot), upheld=upheld, reason=reason, by=by)
    scope.add(called_of(state).house, ballot, fact)


def close_voting(scope: Scope, meeting: MeetingId) -> None:
    """Close the voting when its announced time has come."""
    state = scope.meeting(meeting)
    scope.add(called_of(state).house, meeting, voting.close_voting(state, scope.now))


def open_count(
    scope: Scope,
    meeting: MeetingId,
    purpose: CountPurpose,
    by: str,
    strikes: Sequence[tuple[BallotId, str]] = (),
) -> CountId:
    """Begin a counting, striking out the ballots named, each with its reason."""
    state = scope.meeting(meeting)
    house = called_of(state).house
    for number in range(1, MAX_COUNTS):
        stream = count_id(meeting, number)
        if scope.find(Count, stream) is None:
            break
    scope.add(house, stream, deciding.open_count(state, purpose, by))
    for ballot, reason in strikes:
        opened = scope.count(stream)
        scope.add(house, stream, deciding.strike_ballot(opened, scope.ballot(ballot), reason))
    return stream


def complete_count(scope: Scope, count: CountId) -> None:
    """Count and record the result."""
    opened = scope.count(count)
    state = scope.meeting(opened.opened.meeting)
    ballots = scope.ballots(opened.opened.meeting)
    fact = deciding.complete_count(opened, state, scope.register(state), ballots, scope.law)
    scope.add(called_of(state).house, count, fact)


def record_protocol(
    scope: Scope, count: CountId, number: str, drawn_up_on: date, files: tuple[FileRef, ...]
) -> None:
    """Record the protocol and the hashes of its files."""
    counted = scope.count(count)
    meeting = counted.opened.meeting
    state = scope.meeting(meeting)
    if counted.completed is not None:
        register = scope.register(state)
        deciding.check_count_is_current(counted, register, scope.ballots(meeting))
    fact = deciding.record_protocol(
        state, counted, number=number, drawn_up_on=drawn_up_on, files=files
    )
    scope.add(called_of(state).house, meeting, fact)


def hand_over(scope: Scope, meeting: MeetingId, to: str, handed_at: Moment, proof: FileRef) -> None:
    """Record that the originals were handed over."""
    state = scope.meeting(meeting)
    fact = deciding.hand_over(state, to=to, handed_at=handed_at, proof=proof)
    scope.add(called_of(state).house, meeting, fact)


def attach_signature(
    scope: Scope, meeting: MeetingId, signature: SignatureAttached, sealed: Iterable[object]
) -> None:
    """Record a checked signature of a document of the meeting; its signers' names are sealed."""
    state = scope.meeting(meeting)
    ballots = [] if isinstance(state, Called) else scope.ballots(meeting)
    fact = signatures.attach_signature(state, ballots, signature)
    scope.add(called_of(state).house, meeting, fact)
    scope.seal(sealed)
