"""Replay of a house's log by one who trusts nobody. For every entry, in order of the log:

1. it is a readable record of this house;
2. it is the next version of its stream;
3. time does not run back;
4. its fact is the very one the procedure would have given in the state of that moment: the same
   functions are asked again, and what they refuse or give otherwise is noticed (`allowed.py`);
5. it is applied, whatever was noticed, unless it is another house's or cannot be counted with.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from domain.ballot import ballot_id
from domain.events import (
    BallotContested,
    BallotReceived,
    CountCompleted,
    CountOpened,
    HouseRegistered,
    ProtocolRecorded,
    Recorded,
    TitleRecorded,
    VotingOpened,
)
from domain.facts import CountId, MeetingId, PremisesId
from domain.fold import evolve
from domain.law.errors import LawError
from domain.meeting import called_of
from domain.premises import Premises
from domain.records import UnreadableRecordError, from_record
from domain.refusals import Refused
from domain.votes import FINEST_SHARE
from projections.allowed import Differs, check_fact, parties_of
from projections.erasing import meeting_named
from projections.noticed import ERROR, NOTE, WARNING, Noticed
from projections.recount import recount
from projections.replayed import HouseState, Recount

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from uuid import UUID

    from domain.facts import HouseId, Moment
    from domain.fold import State
    from domain.law.reference import LawPack
    from domain.premises import OwnersRegister
    from projections.shelf import Shelf

CLOCK_TOLERANCE = timedelta(minutes=1)
"""Several processes write one log; their clocks and queues may differ by so much."""


class Replay:
    """Applies a log entry by entry and keeps what it notices."""

    def __init__(
        self, house: HouseId, packs: Iterable[LawPack], shelf: Shelf | None = None
    ) -> None:
        """Begin with nothing but the law packs at hand.

        With a `shelf` memory is spared: past ballots are put there, and nothing is in `recorded`.
        """
        self.state = HouseState(house, {pack.sha256: pack for pack in packs}, shelf=shelf)
        self.noticed: list[Noticed] = []
        self.recorded: dict[int, Recorded] = {}
        self.applied = 0
        self.last: tuple[int, Recorded] | None = None
        self.latest: Moment | None = None
        self._shelf = shelf
        self._places: dict[UUID, int] = {}
        self._register: OwnersRegister | None = None
        self._unjudged: set[UUID] = set()

    def run(
        self,
        entries: Iterable[tuple[int, bytes]],
        until: Callable[[int, Recorded], bool] = lambda _index, _recorded: False,
    ) -> Replay:
        """Apply entries in order of the log, before the first at which `until` says stop."""
        for index, record in entries:
            try:
                recorded = from_record(record)
            except UnreadableRecordError as fault:
                self._notice(ERROR, "record_unreadable", index, reason=str(fault))
                continue
            if until(index, recorded):
                break
            self.apply(index, recorded)
        return self

    def apply(self, index: int, recorded: Recorded) -> None:
        """Check one fact against the state and apply it."""
        self.applied += 1
        self.last = index, recorded
        if self._shelf is None:
            self.recorded[index] = recorded
        if recorded.house != self.state.id:
            self._notice_fact(ERROR, "foreign_house", index, recorded, got=str(recorded.house))
            return
        fact = recorded.fact
        if isinstance(fact, TitleRecorded) and fact.share.denominator > FINEST_SHARE:
            self._notice_fact(ERROR, "share_too_fine", index, recorded, wanted=FINEST_SHARE)
            return
        self._check_order(index, recorded)
        self._check_allowed(index, recorded)
        self._fix_register(recorded)
        self._count_again(index, recorded)
        self._evolve(index, recorded)

    # --- checks -----------------------------------------------------------------------------------

    def _check_order(self, index: int, recorded: Recorded) -> None:
        stream, version = recorded.originator_id, recorded.originator_version
        known = self.state.version_of(stream)
        if version <= known:
            self._notice_fact(
                ERROR, "version_repeated", index, recorded, got=version, wanted=known + 1
            )
        elif version > known + 1:
            self._notice_fact(ERROR, "version_gap", index, recorded, got=version, wanted=known + 1)
        self.state.versions[stream] = max(known, version)
        if self.latest is not None and recorded.at < self.latest - CLOCK_TOLERANCE:
            times = {"got": recorded.at.isoformat(), "wanted": self.latest.isoformat()}
            self._notice_fact(WARNING, "time_runs_back", index, recorded, **times)
        self.latest = max(self.latest or recorded.at, recorded.at)

    def _check_allowed(self, index: int, recorded: Recorded) -> None:
        """Ask the procedure again; arithmetic beyond the calendar only comes of forged dates."""
        try:
            unjudged = check_fact(self.state, recorded)
        except Refused as refused:
            noticed = self._named(index, recorded)
            code = f"refused_{refused.reason.code}"
            self.noticed.append(
                Noticed(ERROR, code, f"entry {index}", noticed, reason=refused.reason)
            )
        except Differs as fault:
            self._notice_fact(ERROR, fault.code, index, recorded, **fault.details)
        except (LawError, OverflowError) as fault:
            self._notice_fact(ERROR, "fact_beyond_the_law", index, recorded, reason=str(fault))
        else:
            if unjudged is not None and unjudged not in self._unjudged:
                self._unjudged.add(unjudged)
                self._notice_fact(NOTE, "law_not_at_hand", index, recorded, meeting=str(unjudged))

    def _fix_register(self, recorded: Recorded) -> None:
        """Build the register a meeting is weighed by from the facts before its opening."""
        if isinstance(recorded.fact, VotingOpened):
            key = MeetingId(recorded.originator_id)
            day = recorded.fact.register.as_of
            register = self.state.register_on(day)
            last = self._register
            if last is not None and last.titles == register.titles:
                # Hundreds of meetings on one unchanged register: one copy is enough.
                register = replace(register, titles=last.titles, people=last.people)
            self._register = register
            self.state.registers.setdefault(key, register)

    def _count_again(self, index: int, recorded: Recorded) -> None:
        if not isinstance(recorded.fact, CountCompleted):
            return
        counted = self.state.count(recorded.originator_id)
        meeting = self.state.meeting(counted.opened.meeting) if counted is not None else None
        if counted is None or meeting is None:
            return
        key = called_of(meeting).id
        register, pack = self.state.registers.get(key), self.state.pack_of(meeting)
        ballots, struck = tuple(self.state.ballots(key)), tuple(counted.struck)
        result, why = None, "no law pack or register"
        if register is not None and pack is not None:
            try:
                result = recount(meeting, register, ballots, struck, pack)
            except (Refused, LawError) as fault:
                why = str(fault)
        if self._shelf is not None and self._shelf.about != key:
            ballots = ()
        claimed = recorded.fact.result
        self.state.recounts.append(
            Recount(index, counted.id, key, claimed, result, why, ballots, struck)
        )

    # --- state ------------------------------------------------------------------------------------

    def _evolve(self, index: int, recorded: Recorded) -> None:
        state, stream, fact = self.state, recorded.originator_id, recorded.fact
        if isinstance(fact, HouseRegistered) and not is_zone(fact.time_zone):
            self._notice_fact(ERROR, "time_zone_unknown", index, recorded, got=fact.time_zone)
            recorded = replace(recorded, fact=replace(fact, time_zone="UTC"))
        before = state.state_of(stream)
        after = evolve(before, recorded)
        if after is None or after is before:
            self._notice_fact(ERROR, "fact_out_of_place", index, recorded)
            return
        state.states[stream] = after
        self._put_away(index, recorded, before)
        if isinstance(after, Premises):
            state.premises[PremisesId(stream)] = after
            state.fixed = None
        if isinstance(fact, TitleRecorded):
            state.titles.add(fact.title)
        if isinstance(fact, CountOpened):
            state.counts.setdefault(fact.meeting, []).append(CountId(stream))
        sealed = {party.sealed for party in parties_of(fact) if party.sealed is not None}
        meeting = meeting_named(recorded)
        if meeting is not None:
            for party in parties_of(fact):
                state.named.setdefault(party.person, set()).add(meeting)
        if isinstance(fact, BallotContested) and fact.statement is not None:
            sealed.add(fact.statement)
        if sealed:
            state.commitments.setdefault(stream, set()).update(sealed)

    def _put_away(self, index: int, recorded: Recorded, before: State | None) -> None:
        """Note where a ballot stands that has one entry; shelve those of a finished meeting."""
        state, stream, fact = self.state, recorded.originator_id, recorded.fact
        if self._shelf is None:
            return
        if isinstance(fact, BallotReceived) and before is None and recorded.originator_version == 1:
            self._places[stream] = index
        else:
            self._places.pop(stream, None)
        if not isinstance(fact, ProtocolRecorded) or stream == self._shelf.about:
            return
        meeting = MeetingId(stream)
        for title in state.registers[meeting].titles if meeting in state.registers else ():
            ballot = ballot_id(meeting, title)
            place = self._places.pop(ballot, None)
            if place is not None:
                self._shelf.put(ballot, place)
                del state.states[ballot], state.versions[ballot]

    # --- noticing ---------------------------------------------------------------------------------

    def _named(self, index: int, recorded: Recorded) -> dict[str, str | int]:
        stream = str(recorded.originator_id)
        return {"index": index, "type": recorded.fact.TYPE, "stream": stream}

    def _notice_fact(
        self, severity: str, code: str, index: int, recorded: Recorded, **details: str | int
    ) -> None:
        named = self._named(index, recorded) | details
        self.noticed.append(Noticed(severity, code, f"entry {index}", named))

    def _notice(self, severity: str, code: str, index: int, **details: str | int) -> None:
        self.noticed.append(Noticed(severity, code, f"entry {index}", {"index": index, **details}))


def is_zone(name: str) -> bool:
    """Tell whether a time zone of this name is known."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True
