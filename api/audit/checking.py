"""The whole audit of a bundle, offline, from its bytes alone: six steps, all findings of each.

    1 bytes       2 hashes        3 checkpoint         signing.verify
    4 replay      5 recount       6 comparison         projections.replay, comparison.py

Whoever reads the report trusts nobody: neither the operator nor the one who handed the file over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from api.audit import comparison, signed_files
from api.audit.report import Finding, Report, Step, ordered
from api.audit.wording import STEPS, word
from domain.facts import HouseId, MeetingId
from domain.law.errors import LawDataError
from domain.law.reference import LawPack, digest, load_pack
from domain.meeting import stage
from domain.records import UnreadableRecordError, from_record
from projections.noticed import ERROR, WARNING, Noticed
from projections.replay import Replay, is_zone
from projections.shelf import Shelf
from signing import bundle as form
from signing import verify
from signing.bundle import Bundle, read_bundle
from signing.witness import AHEAD_SECONDS

if TYPE_CHECKING:
    from domain.events import Recorded
    from signing.finding import Finding as Found
    from signing.note import VerifierKey
    from signing.opened import OpenedEntries
    from signing.policy import Policy
    from signing.sealing import Opening
    from signing.verify import CheckedHead

Progress = Callable[[int, int], None]
REPLAY = 4


@dataclass(frozen=True, slots=True)
class Audited:
    """A bundle gone through: the report, and what was built on the way for further questions."""

    report: Report
    bundle: Bundle
    opened: OpenedEntries
    leaves: Sequence[bytes]
    head: CheckedHead
    replay: Replay
    law: LawPack
    openings: dict[str, Opening]

    def recorded(self) -> dict[int, Recorded]:
        """Read every entry that can be read, anew: the replay keeps none of a long log."""
        found = ((index, self.recorded_at(index)) for index in self.opened.entries)
        return {index: recorded for index, recorded in found if recorded is not None}

    def recorded_at(self, index: int) -> Recorded | None:
        """Read an entry anew; None where there is none or it is no record (a finding already)."""
        if index not in self.opened.entries:
            return None
        try:
            return from_record(self.opened.entries[index])
        except UnreadableRecordError:
            return None


def audit(
    data: bytes,
    *,
    key: VerifierKey | None = None,
    witnesses: Sequence[VerifierKey] = (),
    policy: Policy | None = None,
    progress: Progress = lambda _done, _total: None,
) -> Audited:
    """Audit a bundle; what is no bundle at all is a `BundleMalformedError`."""
    bundle = read_bundle(data)
    by_step: list[list[Found | Noticed]] = [[] for _ in STEPS]
    by_step[0] += verify.check_bytes(bundle)
    opened, leaves, found = verify.check_hashes(bundle)
    by_step[1] += found
    head, found = verify.check_checkpoint(bundle, leaves, key, witnesses, policy)
    by_step[2] += found
    law, law_noticed = law_of(bundle)
    meeting = MeetingId(bundle.manifest.meeting)
    shelf = Shelf(opened.entries.__getitem__, meeting)
    replay = Replay(HouseId(bundle.manifest.house), [load_pack(), law], shelf)
    replay.run(_watched(opened.entries, progress))
    by_step[2] += _check_keys(replay, head) + _check_witness_times(replay, head)
    by_step[3] += replay.noticed + _check_meeting(replay, bundle)
    openings, found = _check_openings(bundle, replay)
    by_step[3] += found
    by_step[4] += law_noticed + comparison.check_recounts(replay.state, meeting, law)
    by_step[5] += comparison.check_claims(replay.state, meeting, bundle)
    by_step[5] += signed_files.check_signatures(replay.state, meeting, bundle, openings)
    zone = zone_of(replay)
    summaries = _summaries(bundle, opened, head, replay, policy)
    steps = tuple(
        _step(number, found, summary, zone)
        for number, (found, summary) in enumerate(zip(by_step, summaries, strict=True), 1)
    )
    manifest = bundle.manifest
    about: dict[str, str | int] = {
        "house": str(manifest.house),
        "meeting": str(manifest.meeting),
        "origin": manifest.origin,
        "size": manifest.size,
        "reader": manifest.reader,
        "vkey": manifest.vkey,
    }
    report = Report("verify", about, steps)
    return Audited(report, bundle, opened, leaves, head, replay, law, openings)


def law_of(bundle: Bundle) -> tuple[LawPack, list[Noticed]]:
    """Load the bundle's law pack; where it cannot be loaded, the installed one stands in."""
    installed, files = load_pack(), bundle.law()
    if digest(files) == installed.sha256:
        return installed, []
    try:
        law = LawPack.from_files(files)
    except LawDataError as fault:
        details = {"reason": str(fault)}
        return installed, [Noticed(ERROR, "law_unreadable", form.LAW, details)]
    details = {"got": law.sha256, "wanted": installed.sha256}
    return law, [Noticed(WARNING, "law_not_installed", form.LAW, details)]


def zone_of(replay: Replay) -> tzinfo:
    """Give the zone of the house; UTC where it is not known."""
    house = replay.state.house
    name = house.registered.time_zone if house is not None else "UTC"
    return ZoneInfo(name) if is_zone(name) else UTC


def worded(step: int, found: Found | Noticed, zone: tzinfo) -> Finding:
    """Put what a room noticed into words."""
    reason = found.reason if isinstance(found, Noticed) else None
    severity = str(found.severity)
    text = word(found.code, found.place, found.details, reason, zone)
    return Finding(step, severity, found.code, text, found.place, found.details)


def _step(number: int, found: Iterable[Found | Noticed], summary: str, zone: tzinfo) -> Step:
    findings = ordered([worded(number, one, zone) for one in found])
    name, title = STEPS[number - 1]
    return Step(number, name, title, summary, findings)


def _watched(entries: Mapping[int, bytes], progress: Progress) -> Iterator[tuple[int, bytes]]:
    for done, entry in enumerate(entries.items()):
        progress(done, len(entries))
        yield entry
    progress(len(entries), len(entries))


def _check_keys(replay: Replay, head: CheckedHead) -> list[Noticed]:
    """Hold the key that signed against the keys the log itself names."""
    house = replay.state.house
    if house is None or head.key is None:
        return []
    details = {"got": head.key.to_text()}
    if head.key.to_text() not in house.keys:
        return [Noticed(ERROR, "key_not_recorded", form.CHECKPOINT, details)]
    if head.key.to_text() not in house.signing_keys:
        return [Noticed(ERROR, "key_retired", form.CHECKPOINT, details)]
    return []


def _check_witness_times(replay: Replay, head: CheckedHead) -> list[Noticed]:
    """Notice a witness that claims to have seen the log before its last record was made."""
    last = replay.latest
    if last is None:
        return []
    return [
        Noticed(WARNING, "cosignature_too_early", form.CHECKPOINT, {"got": one.witness.name})
        for one in head.cosignatures
        if one.timestamp + AHEAD_SECONDS < int(last.timestamp())
    ]


def _check_meeting(replay: Replay, bundle: Bundle) -> list[Noticed]:
    meeting = bundle.manifest.meeting
    if replay.state.meeting(meeting) is not None:
        return []
    place = f"{form.MANIFEST}#meeting"
    return [Noticed(ERROR, "meeting_not_in_log", place, {"meeting": str(meeting)})]


def _check_openings(bundle: Bundle, replay: Replay) -> tuple[dict[str, Opening], list[Found]]:
    state = replay.state
    everything = frozenset().union(*state.commitments.values())
    needed = state.needed_commitments(MeetingId(bundle.manifest.meeting))
    wanted = needed if bundle.manifest.reader == form.INSPECTOR else frozenset()
    return verify.check_openings(bundle, everything, wanted)


def _summaries(
    bundle: Bundle,
    opened: OpenedEntries,
    head: CheckedHead,
    replay: Replay,
    policy: Policy | None,
) -> tuple[str, ...]:
    meeting = MeetingId(bundle.manifest.meeting)
    known = replay.state.meeting(meeting)
    received = sum(b.received is not None for b in replay.state.ballots(meeting))
    seen = head.cosignatures
    witnesses = f", проверено подписей свидетелей: {len(seen)} из {head.other_lines}"
    if policy is not None:
        own = len({one.witness for one in seen} & set(policy.keys()))
        witnesses = f", засвидетельствовано {own} из {len(policy.witnesses)}"
    elif not head.other_lines:
        witnesses = ""
    return (
        f"файлов {len(bundle.files)}",
        f"записей {len(opened.entries)} из {bundle.manifest.size}",
        f"подпись журнала{witnesses}",
        f"записей {replay.applied}, решений {received}"
        + (f", {_STAGES[stage(known)]}" if known is not None else ""),
        comparison.recount_summary(replay.state, meeting),
        ", ".join([*comparison.claims_summary(bundle), *signed_files.summary(bundle)]),
    )


_STAGES = {
    "called": "собрание созвано",
    "open": "голосование идёт",
    "closed": "голосование завершено",
    "finished": "протокол составлен",
}
