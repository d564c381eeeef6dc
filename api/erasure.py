"""Erasure of a person (152-ФЗ ст. 21): what goes at once, what the law keeps, and what stays.

1. the fact `person-forgotten/1` is recorded first, with no name in it: the domain decides whether
   the papers of the person's meetings still have to be kept (ч. 1.1 ст. 46 ЖК РФ);
2. contacts: phones and addresses, letters not sent, all personal links, and answers begun by them;
3. unless contacts alone were asked for: the documents of those meetings, but for those that are
   papers of another meeting too, in which the person does not stand; then the person's key, so
   that every sealed value of theirs can never be opened again;
4. name caches of every process, the read tables, the write-ahead logs and dead rows.

A crash between the steps is mended by running it again: what is done already is done once more.
Commitments stay in the log, so every bundle and receipt given out before still verifies.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, cast

import sqlalchemy as sa

from api import link_changes
from api.contacts import tables as _contact_tables  # noqa: F401 - they join the metadata
from api.contacts.plain import remove_written
from api.desk import drafts, files, links, metadata
from api.identity import tables as _identity_tables  # noqa: F401 - they join the metadata
from api.names import HIDDEN
from domain import usecases
from domain.batch import Command
from domain.events import (
    BallotReceived,
    ErasureScope,
    NoticeProven,
    PersonForgotten,
    ProtocolHandedOver,
    ProtocolRecorded,
    SignatureAttached,
    TitleRecorded,
    VotingOpened,
)
from domain.facts import HouseId, MeetingId, PersonId
from domain.records import from_record
from domain.refusals import PersonNotRecorded, Refused
from projections.allowed import parties_of
from projections.erasing import meeting_named
from projections.follow import Follower

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from eventsourcing.persistence import ApplicationRecorder

    from api.desk import Desk
    from api.names import NameBook
    from api.services import Services
    from domain.batch import Scope
    from domain.events import ErasureReason, Recorded
    from domain.facts import Party
    from signing.sealing import KeyTable

CHUNK = 1000


@dataclass(slots=True)
class Traces:
    """What one house's log says of a person: meetings they stand in, and files that show them."""

    house: HouseId
    parties: list[Party] = field(default_factory=list)
    meetings: set[MeetingId] = field(default_factory=set)
    scans: set[str] = field(default_factory=set)
    papers: dict[MeetingId, set[str]] = field(default_factory=dict)

    def documents(self) -> set[str]:
        """List the SHA-256 of every file that may name the person."""
        of_meetings = (self.papers.get(meeting, set()) for meeting in self.meetings)
        return self.scans.union(*of_meetings)

    def kept(self) -> set[str]:
        """List the SHA-256 of the papers of meetings the person does not stand in."""
        others = (papers for meeting, papers in self.papers.items() if meeting not in self.meetings)
        return set().union(*others)


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What an erasure did; `namesakes` are other numbers under the very same name.

    Whoever signed a document has a number of their own: no register vouches that it is an owner.
    """

    person: PersonId
    scope: ErasureScope
    houses: tuple[HouseId, ...]
    receipts: tuple[str, ...]
    links: int
    documents: int
    key_destroyed: bool
    still_owner: bool
    namesakes: tuple[PersonId, ...] = ()


def forget(
    services: Services, person: PersonId, reason: ErasureReason, scope: ErasureScope
) -> Forgotten:
    """Erase a person's values, or refuse with the day until which the law keeps them."""
    everywhere = list(_all_traces(services, person))
    found = [traces for traces in everywhere if traces.parties]
    if not found:
        raise Refused(PersonNotRecorded(str(person)))
    still_owner = any(_owns(services, traces.house, person) for traces in found)
    whole = scope is ErasureScope.EVERYTHING
    namesakes = _namesakes(services, found, person) if whole else ()
    written = services.writer.run(Command(partial(_record, found, person, reason, scope)))
    removed = _remove_links(services.desk, person)
    remove_written(services.settings.home, person)
    documents, key_destroyed = 0, False
    if whole:
        kept = set().union(*(traces.kept() for traces in everywhere))
        own = set().union(*(traces.documents() for traces in found))
        documents = _remove_files(services.desk, own - kept)
        services.names.forget(person)
        cast("KeyTable", services.app.recorder).forget_person_key(person)
        key_destroyed = True
    services.desk.forget_links()
    Follower(services.app.recorder, services.tables).rebuild()
    _empty_journals(services.desk)
    return Forgotten(
        person, scope, tuple(t.house for t in found),
        tuple(receipt.to_text() for receipt in written.receipts),
        removed, documents, key_destroyed, still_owner, namesakes,
    )  # fmt: skip


def _record(
    found: Sequence[Traces],
    person: PersonId,
    reason: ErasureReason,
    what: ErasureScope,
    scope: Scope,
) -> None:
    """Record the erasure in every house at once: a refusal in one leaves the others untouched."""
    for traces in found:
        meetings = sorted(traces.meetings)
        usecases.forget_person(scope, traces.house, person, reason, what, meetings)


def people_named(services: Services, name: str) -> dict[PersonId, str]:
    """Find people by a part of their name; nothing is erased or changed."""
    wanted = name.casefold()
    found: dict[PersonId, str] = {}
    for house in services.logs.store.houses():
        for recorded in _facts(services, HouseId(house)):
            for party in parties_of(recorded.fact):
                known = services.names.name(party) if party.sealed is not None else ""
                if wanted in known.casefold():
                    found[party.person] = known
    return found


def _namesakes(
    services: Services, found: Sequence[Traces], person: PersonId
) -> tuple[PersonId, ...]:
    own = {services.names.name(p) for t in found for p in t.parties if p.sealed is not None}
    return tuple(
        number
        for name in sorted(own - {HIDDEN})
        for number, known in people_named(services, name).items()
        if number != person and known == name
    )


# --- where the person stands ---------------------------------------------------------------------


def _all_traces(services: Services, person: PersonId) -> Iterator[Traces]:
    for house in services.logs.store.houses():
        yield _traces(services, HouseId(house), person)


def _traces(services: Services, house: HouseId, person: PersonId) -> Traces:
    traces = Traces(house)
    titles = set()
    opened: list[MeetingId] = []
    ballots: list[BallotReceived] = []
    for recorded in _facts(services, house):
        fact = recorded.fact
        own = [party for party in parties_of(fact) if party.person == person]
        traces.parties += own
        match fact:
            case TitleRecorded(title) if own:
                titles.add(title)
            case VotingOpened():
                opened.append(MeetingId(recorded.originator_id))
            case _:
                pass
        meeting = meeting_named(recorded)
        if own and meeting is not None:
            traces.meetings.add(meeting)
        if isinstance(fact, BallotReceived):
            ballots.append(fact)
        _note_papers(traces, recorded)
    for meeting in opened:
        register = services.app.register_of(services.meeting(meeting))
        if person in register.people:
            traces.meetings.add(meeting)
    traces.scans = {ballot.evidence.sha256 for ballot in ballots if ballot.title in titles}
    return traces


def _note_papers(traces: Traces, recorded: Recorded) -> None:
    match recorded.fact:
        case ProtocolRecorded(files=made):
            digests = {file.sha256 for file in made}
        case NoticeProven(proof=proof) | ProtocolHandedOver(proof=proof):
            digests = {proof.sha256}
        case SignatureAttached(signature=signature):
            # A signature file holds its signer's certificate, names and all.
            digests = {signature.sha256}
        case _:
            return
    traces.papers.setdefault(MeetingId(recorded.originator_id), set()).update(digests)


def _facts(services: Services, house: HouseId) -> Iterator[Recorded]:
    store = services.logs.store
    size = store.head(house).size
    for start in range(0, size, CHUNK):
        for record in store.entries(house, start, min(start + CHUNK, size)):
            yield from_record(record)


def _owns(services: Services, house: HouseId, person: PersonId) -> bool:
    register = services.app.current_register(services.house(house), services.clock())
    return person in register.people


# --- what is removed -----------------------------------------------------------------------------


def _remove_links(desk: Desk, person: PersonId) -> int:
    own = sa.select(links.c.token_hash).where(links.c.person == person)
    with desk.engine.begin() as connection:
        connection.execute(drafts.delete().where(drafts.c.token_hash.in_(own)))
        removed = connection.execute(links.delete().where(links.c.person == person)).rowcount
        link_changes.note(connection, ())
        # Whatever else the desk keeps of a person goes too, whichever part of the api keeps it.
        for table in metadata.sorted_tables:
            if "person" in table.c:
                connection.execute(table.delete().where(table.c.person == person))
        return removed


def _remove_files(desk: Desk, digests: set[str]) -> int:
    removed = 0
    with desk.engine.begin() as connection:
        for digest in sorted(digests):
            removed += connection.execute(files.delete().where(files.c.sha256 == digest)).rowcount
    return removed


def _empty_journals(desk: Desk) -> None:
    """Leave nothing of removed rows in the desk's write-ahead log or in dead rows."""
    with desk.engine.connect() as connection:
        plain = connection.execution_options(isolation_level="AUTOCOMMIT")
        if desk.engine.dialect.name == "sqlite":
            plain.execute(sa.text("PRAGMA wal_checkpoint(TRUNCATE)"))
        else:
            of_people = [table for table in metadata.sorted_tables if "person" in table.c]
            for table in (drafts, files, *of_people):
                plain.execute(sa.text(f"VACUUM {table.name}"))


class Erasures:
    """Follows the log for erasures that other processes carried out, and drops what is cached."""

    def __init__(self, recorder: ApplicationRecorder, names: NameBook, desk: Desk) -> None:
        """Look at what comes from now on: the keys of earlier erasures are gone already."""
        self._recorder = recorder
        self._names = names
        self._desk = desk
        self._seen = recorder.max_notification_id()

    def look(self) -> None:
        """Drop names and links of whoever was forgotten since the last look."""
        latest = self._recorder.max_notification_id()
        if latest is None or latest == self._seen:
            return
        found = self._recorder.select_notifications(
            self._seen, CHUNK, latest, topics=[PersonForgotten.TYPE], inclusive_of_start=False
        )
        for notification in found:
            fact = from_record(notification.state).fact
            if isinstance(fact, PersonForgotten) and fact.scope is ErasureScope.EVERYTHING:
                self._names.forget(fact.person)
            self._desk.forget_links()
        self._seen = found[-1].id if len(found) == CHUNK else latest
