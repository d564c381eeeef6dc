"""Keeps the read tables in step with the log: each batch in one transaction with its position."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from domain.ballot import Ballot, ballot_id
from domain.events import AnswersPrepared, BallotReceived, ContestResolved, VotingOpened
from domain.facts import MeetingId
from domain.fold import fold
from domain.premises import REGISTER_TYPES, fold_premises, register_on
from domain.records import from_record
from projections.board import Context, Version
from projections.read_tables import NAME
from projections.recent import RecentFacts
from projections.turnout import FOLLOWED, NO_ENTRANCE, Seat, Seating

if TYPE_CHECKING:
    from eventsourcing.persistence import ApplicationRecorder

    from domain.batch import LogReader
    from domain.events import Recorded
    from projections.read_tables import TurnoutTables

BATCH = 2000
_FOLLOWED = frozenset(FOLLOWED)
_LOOK_BACK = (AnswersPrepared, BallotReceived, ContestResolved)


class Follower:
    """Follows a recorder's notifications into the read tables."""

    def __init__(
        self,
        recorder: ApplicationRecorder,
        tables: TurnoutTables,
        recent: RecentFacts | None = None,
    ) -> None:
        """Follow from wherever the tables stand; what is in `recent` is not read from the store."""
        self._recorder = recorder
        self._tables = tables
        self._recent = recent if recent is not None else RecentFacts()

    def step(self) -> int:
        """Apply the next batch; gives the number of facts, 0 when everything is followed."""
        since = self._tables.max_tracking_id(NAME)
        recent = self._recent.after(since, BATCH) if since is not None else ()
        if since is not None and recent:
            entries = [recorded for recorded in recent if recorded.fact.TYPE in _FOLLOWED]
            self._tables.apply(entries, since, since + len(recent), self._context(entries))
            return len(recent)
        found = self._recorder.select_notifications(
            since, BATCH, topics=list(FOLLOWED), inclusive_of_start=False
        )
        if found:
            entries = [from_record(n.state) for n in found]
            self._tables.apply(entries, since, found[-1].id, self._context(entries))
        return len(found)

    def _context(self, entries: Sequence[Recorded]) -> Context:
        opened = [r for r in entries if isinstance(r.fact, VotingOpened)]
        later = [r for r in entries if isinstance(r.fact, _LOOK_BACK) and r.originator_version > 1]
        seatings = {recorded.originator_id: self._seating(recorded) for recorded in opened}
        return Context(seatings, self._before(later) if later else {})

    def _seating(self, opened: Recorded) -> Seating:
        """Read the register of a meeting that is opened here."""
        reader = cast("LogReader", self._recorder)
        meeting = MeetingId(opened.originator_id)
        stop = reader.index_of(meeting, opened.originator_version)
        records = reader.entries_of_types(opened.house, REGISTER_TYPES, stop)
        premises = fold_premises(map(from_record, records))
        as_of = cast("VotingOpened", opened.fact).register.as_of
        return {
            ballot_id(meeting, title.id): Seat(title.entrance or NO_ENTRANCE, title.votes)
            for title in register_on(premises.values(), as_of).titles.values()
        }

    def _before(self, later: Sequence[Recorded]) -> dict[Version, Ballot]:
        """Read the ballots as they stood before these facts."""
        reader = cast("LogReader", self._recorder)
        stored = reader.stored(list({recorded.originator_id for recorded in later}))
        found: dict[Version, Ballot] = {}
        for recorded in later:
            stream, version = recorded.originator_id, recorded.originator_version
            ballot = fold(map(from_record, stored[stream][: version - 1]))
            if isinstance(ballot, Ballot):
                found[stream, version] = ballot
        return found

    def catch_up(self) -> int:
        """Apply everything there is; gives the number of facts."""
        total = 0
        while applied := self.step():
            total += applied
        return total

    def rebuild(self) -> int:
        """Forget all rows and make them again from the log."""
        self._tables.clear()
        return self.catch_up()
