"""What does the audit of a house's log with a million entries cost in time and memory?

    .venv/bin/python -m tests.simulation.large_log --titles 4000 --meetings 245

Makes the bundle of a house that has met every month for years: every title votes in every meeting,
each fact the one the procedure gives. Then `sobranie-audit verify` runs on it as a process of its
own, and its processor time and the most memory it ever held are printed.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

import rfc8785

from domain import calling, deciding, voting
from domain.agenda import Agenda, AgendaItem, agenda_digest
from domain.ballot import ballot_id
from domain.count import count_id
from domain.events import (
    Basis,
    Channel,
    CountPurpose,
    Evidence,
    HouseRegistered,
    LogKeyAdded,
    Mark,
    MeetingCalled,
    MeetingForm,
    NoticeLeg,
    PremisesKind,
    PremisesRecorded,
    Recorded,
    RightKind,
    TitleRecorded,
)
from domain.facts import (
    FileRef,
    HouseId,
    MeetingId,
    Party,
    PartyKind,
    PersonId,
    TitleId,
    moment,
)
from domain.fold import evolve
from domain.law.reference import load_pack
from domain.premises import Premises, register_on
from domain.records import to_record
from domain.usecases import agenda_id, law_ref
from domain.votes import floor_area, title_share
from domain.voting import Decision
from projections.audited import claim_of, figures_from
from projections.replayed import HouseState
from signing import bundle as form
from signing.bundle import ListedFile, Manifest, write_bundle
from signing.checkpoint import Checkpoint, sign_checkpoint
from signing.keys import new_key
from signing.merkle import leaf_hash, root_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from domain.events import AnyFact
    from domain.facts import Moment
    from domain.premises import OwnersRegister
    from signing.keys import Signer

HOUSE = HouseId(UUID("a0d17000-0000-4000-8000-000000001000"))
FIRST = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
EVERY, TO_OPENING, LENGTH = timedelta(days=35), timedelta(days=15), timedelta(days=14)
PROOF = FileRef("Акт.pdf", "ab" * 32, 1000)
ITEMS = (
    AgendaItem(1, "О текущем ремонте", "Провести текущий ремонт подъезда.", "44.2.4.1"),
    AgendaItem(2, "О капитальном ремонте", "Провести капитальный ремонт крыши.", "44.2.1"),
    AgendaItem(3, "О размере платы", "Установить плату 30,00 руб. за м².", "156.7"),
)
MARKS = (Mark.FOR, Mark.FOR, Mark.AGAINST, Mark.ABSTAIN)


LAW = load_pack()


def _empty() -> HouseState:
    return HouseState(HOUSE, {LAW.sha256: LAW})


@dataclass
class Maker:
    """A log that grows by facts of the procedure; ballots of past meetings are let go."""

    titles: int
    state: HouseState = field(default_factory=_empty)
    entries: list[bytes | None] = field(default_factory=list)

    def add(self, stream: UUID, fact: AnyFact, at: datetime) -> None:
        """Append one fact and apply it."""
        version = self.state.versions.get(stream, 0) + 1
        recorded = Recorded(HOUSE, stream, version, moment(at), fact)
        self.state.versions[stream] = version
        self.entries.append(to_record(recorded))
        after = evolve(self.state.states.get(stream), recorded)
        if after is None:
            raise ValueError(fact.TYPE)
        self.state.states[stream] = after
        if isinstance(after, Premises):
            self.state.premises[after.id] = after

    def found(self, key: str) -> None:
        """Register the house, its key and a flat for every title."""
        area = floor_area(f"{self.titles * 50}.00")
        self.add(HOUSE, HouseRegistered("г. Залесск, д. 1", area, 4, "Europe/Moscow"), FIRST)
        self.add(HOUSE, LogKeyAdded(key), FIRST)
        for number in range(1, self.titles + 1):
            stream = uuid5(HOUSE, f"premises {number}")
            flat = PremisesRecorded(
                str(number), PremisesKind.FLAT, floor_area("50.00"), "ЕГРН", number % 4 + 1
            )
            self.add(stream, flat, FIRST)
            who = PersonId(uuid5(HOUSE, f"person {number}"))
            party = Party(who, PartyKind.PERSON, sealed=uuid5(HOUSE, str(number)).hex * 2)
            title = TitleId(uuid5(HOUSE, f"title {number}"))
            self.add(
                stream, TitleRecorded(title, RightKind.SOLE, title_share("1"), (party,)), FIRST
            )

    def hold(self, number: int) -> MeetingId:
        """Hold one meeting from its call to its protocol."""
        meeting = MeetingId(uuid5(HOUSE, f"meeting {number}"))
        called = FIRST + EVERY * number
        opens, closes = moment(called + TO_OPENING), moment(called + TO_OPENING + LENGTH)
        self._call(meeting, moment(called), opens, closes)
        register = register_on(self.state.premises.values(), opens.date())
        self.state.registers[meeting] = register
        house = self.state.house
        known = self.state.meeting(meeting)
        if house is None or known is None:
            raise ValueError(meeting)
        self.add(meeting, voting.open_voting(known, house, register, opens), opens)
        self._vote(meeting, register, opens)
        self._finish(meeting, register, closes)
        return meeting

    def _call(self, meeting: MeetingId, at: Moment, opens: Moment, closes: Moment) -> None:
        stream, house = agenda_id(meeting), self.state.house
        if house is None:
            raise ValueError(meeting)
        for item in ITEMS:
            known = self.state.states.get(stream)
            agenda = known if isinstance(known, Agenda) else None
            self.add(stream, calling.add_item(agenda, item), at)
        known = self.state.states[stream]
        self.add(stream, calling.fix_agenda(known if isinstance(known, Agenda) else None), at)
        terms = MeetingCalled(
            agenda=stream, items=ITEMS, agenda_digest=agenda_digest(ITEMS),
            form=MeetingForm.ABSENTEE, basis=Basis.REGIONAL_SYSTEM, annual=False,
            initiator=Party(PersonId(HOUSE), PartyKind.COMPANY, "ООО «УК Пример-Тест»"),
            place="г. Залесск", opens_at=opens, closes_at=closes, in_person_at=None,
            materials="там же", gis_id="10000012345678", law=law_ref(LAW),
            judged_on=closes.date(),
        )  # fmt: skip
        self.add(meeting, calling.call_meeting(terms, house, LAW, at), at)
        for leg in NoticeLeg:
            called = self.state.meeting(meeting)
            if called is None:
                raise ValueError(meeting)
            proven = calling.prove_notice(
                called, house, LAW, leg=leg, way="на доске", given_at=at, proof=PROOF, now=at
            )
            self.add(meeting, proven, at)

    def _vote(self, meeting: MeetingId, register: OwnersRegister, opens: Moment) -> None:
        known, house = self.state.meeting(meeting), self.state.house
        if known is None or house is None:
            raise ValueError(meeting)
        for number, title in enumerate(register.titles.values()):
            at = moment(opens + timedelta(seconds=10 * number))
            evidence = Evidence("link", uuid5(title.id, str(meeting)).hex * 2)
            marks = tuple(MARKS[(number >> shift) & 3] for shift in (0, 1, 2))
            decision = Decision(marks, Channel.LINK, evidence, at, by=title.holders[0])
            fact = voting.receive_ballot(known, house, title, None, decision, LAW, at)
            self.add(ballot_id(meeting, title.id), fact, at)

    def _finish(self, meeting: MeetingId, register: OwnersRegister, closes: Moment) -> None:
        known = self.state.meeting(meeting)
        if known is None:
            raise ValueError(meeting)
        self.add(meeting, voting.close_voting(known, closes), closes)
        closed = self.state.states[meeting]
        stream = count_id(meeting, 1)
        ended = self.state.meeting(meeting) or known
        self.add(stream, deciding.open_count(ended, CountPurpose.COMMISSION, "комиссия"), closes)
        counted = self.state.count(stream)
        if counted is None or closed is None:
            raise ValueError(meeting)
        ballots = self.state.ballots(meeting)
        self.add(stream, deciding.complete_count(counted, ended, register, ballots, LAW), closes)
        counted = self.state.count(stream) or counted
        drawn_up = deciding.record_protocol(
            ended, counted, number="10000012345678", drawn_up_on=closes.date(), files=(PROOF,)
        )
        self.add(meeting, drawn_up, closes)
        self.state.counts[meeting] = [stream]

    def forget(self, meeting: MeetingId) -> None:
        """Let the ballots of a past meeting go: nothing recorded later rests on them."""
        for title in self.state.registers.pop(meeting).titles:
            stream = ballot_id(meeting, title)
            del self.state.states[stream], self.state.versions[stream]

    def bundle(self, meeting: MeetingId, signer: Signer, origin: str) -> bytes:
        """Sign the log and make the public bundle of one meeting."""
        leaves = [leaf_hash(entry) for entry in self.entries if entry is not None]
        head = Checkpoint(origin, len(leaves), root_of(leaves))
        counted = self.state.count(count_id(meeting, 1))
        if counted is None or counted.completed is None:
            raise ValueError(meeting)
        day = (FIRST + TO_OPENING + LENGTH).date()
        result = counted.completed.result
        known = self.state.meeting(meeting)
        drawn = getattr(getattr(known, "protocol", None), "drawn_up_on", day)
        figures = figures_from(self.state, meeting, counted, result, drawn)
        files = {
            form.CHECKPOINT: sign_checkpoint(head, signer).to_text().encode(),
            form.LEAVES: b"".join(leaves),
            form.CLAIMED: rfc8785.dumps(claim_of(counted.id, counted.completed)),
            form.FIGURES: rfc8785.dumps(figures),
            **form.entry_files(self.entries),
            **{form.LAW + name: content for name, content in LAW.files().items()},
        }
        vkey = signer.verifier_key(origin).to_text()

        def manifest(listed: Mapping[str, ListedFile]) -> Manifest:
            return Manifest(HOUSE, meeting, origin, vkey, len(leaves), form.PUBLIC, listed)

        return write_bundle(manifest, files)


def make(folder: Path, titles: int, meetings: int) -> Path:
    """Make the bundle of the last of so many meetings."""
    signer, origin = new_key(folder / "log.pem"), f"log.example/{HOUSE}"
    maker = Maker(titles)
    maker.found(signer.verifier_key(origin).to_text())
    last = None
    for number in range(meetings):
        if last is not None:
            maker.forget(last)
        last = maker.hold(number)
        sys.stderr.write(f"\r{len(maker.entries)} entries")
    if last is None:
        raise ValueError(meetings)
    path = folder / "large.oss"
    path.write_bytes(maker.bundle(last, signer, origin))
    sys.stderr.write(f"\r{len(maker.entries)} entries, {path.stat().st_size / 1e6:.0f} MB\n")
    return path


def measured(path: Path) -> None:
    """Verify the bundle in a process of its own; tell what that took."""
    started = time.monotonic()
    command = [sys.executable, "-m", "api.cli.auditor", "verify", str(path)]
    status = subprocess.run(command, check=False).returncode
    seconds, used = time.monotonic() - started, getrusage(RUSAGE_CHILDREN)
    sys.stdout.write(
        f"exit {status}, {seconds:.0f} s, processor {used.ru_utime + used.ru_stime:.0f} s, "
        f"most memory {used.ru_maxrss / 1024:.0f} MB\n"
    )


def main() -> None:
    """Make the bundle, or take one made before, and measure."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--titles", type=int, default=4000)
    asked.add_argument("--meetings", type=int, default=245)
    asked.add_argument("--bundle", type=Path, help="a bundle made before")
    asked.add_argument("--keep", type=Path, help="a folder to make the bundle in")
    given = asked.parse_args()
    if given.bundle is not None:
        measured(given.bundle)
    elif given.keep is not None:
        measured(make(given.keep, given.titles, given.meetings))
    else:
        with tempfile.TemporaryDirectory() as folder:
            measured(make(Path(folder), given.titles, given.meetings))


if __name__ == "__main__":
    main()
