"""Builds the audit bundle of a meeting from a running installation.

The bundle opens every entry of the house's log, to inspectors and to the public alike: entries name
no natural person by design, and nothing can then be hidden in what is not shown. What the two forms
differ in are the openings of sealed values, the protocol's documents and the detached signatures,
whose certificates name people: the public form has none of them.
"""

from __future__ import annotations

import re
import threading
from typing import TYPE_CHECKING, Any

import rfc8785

from api.disclosure import check_public
from domain.facts import CountId, HouseId, MeetingId
from domain.meeting import Called, Finished, VotingOpen, called_of, stage
from domain.refusals import CountNotCompleted, NotFound, OtherRules, Refused, WrongStage
from projections.audited import claim_of, claimed_count, figures_from
from projections.replay import Replay
from signing import bundle as form
from signing.bundle import ListedFile, Manifest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from api.services import Services
    from projections.replayed import HouseState
    from signing.sealing import Opening

_PLAIN_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,99}")
_ENDING = re.compile(r"\.[a-z0-9]{1,8}")


class UnknownReaderError(ValueError):
    """A bundle is for an `inspector` or for the `public`, nobody else."""


def build_bundle(services: Services, meeting: MeetingId, reader: str = form.INSPECTOR) -> bytes:
    """Build the bundle of a meeting under the newest checkpoint of its house's log.

    A meeting called under another law pack than the one in use is refused: its rules are not here.
    """
    if reader not in form.READERS:
        raise UnknownReaderError(reader)
    terms = called_of(services.meeting(meeting)).terms
    if terms.law.sha256 != services.app.law.sha256:
        raise Refused(OtherRules(terms.law.sha256, services.app.law.sha256))
    house = called_of(services.meeting(meeting)).house
    size, note = services.logs.newest(house)
    entries = services.logs.store.entries(house, 0, size)
    state = _replayed(services, house, entries)
    files = {
        form.CHECKPOINT: note.encode(),
        form.LEAVES: b"".join(services.logs.store.leaf_hashes(house, 0, size)),
        **form.entry_files(entries),
        **{form.LAW + name: content for name, content in services.app.law.files().items()},
        **_result_files(services, state, meeting, reader),
    }
    if reader == form.INSPECTOR:
        files[form.OPENINGS] = form.write_openings(_openings(services, state, meeting))
        files |= _signature_files(services, meeting)
    origin, key = services.logs.origin(house), services.logs.key(house).to_text()

    def manifest(listed: Mapping[str, ListedFile]) -> Manifest:
        return Manifest(house, meeting, origin, key, size, reader, listed)

    return form.write_bundle(manifest, files)


class BundleShelf:
    """The newest public bundle of each meeting, made once per checkpoint."""

    def __init__(self, services: Services) -> None:
        """Begin with an empty shelf."""
        self._services = services
        self._lock = threading.Lock()
        self._made: dict[MeetingId, tuple[str, bytes]] = {}

    def public(self, meeting: MeetingId) -> bytes:
        """Give the bundle that names nobody; refused while decisions are being received."""
        state = self._services.meeting(meeting)
        if isinstance(state, Called | VotingOpen):
            raise Refused(WrongStage(stage(state), "closed"))
        house = called_of(state).house
        size, note = self._services.logs.newest(house)
        check_public(self._services, house, size)
        with self._lock:
            made = self._made.get(meeting)
            if made is None or made[0] != note:
                made = (note, build_bundle(self._services, meeting, form.PUBLIC))
                self._made[meeting] = made
        return made[1]


def figures_for(
    services: Services, meeting: MeetingId, count: CountId, drawn_up_on: date
) -> dict[str, Any]:
    """Give the protocol's figures as `protocol.json` will hold them, before it is recorded."""
    house = called_of(services.meeting(meeting)).house
    size = services.logs.store.head(house).size
    state = _replayed(services, house, services.logs.store.entries(house, 0, size))
    counted = state.count(count)
    if counted is None or counted.completed is None:
        raise Refused(CountNotCompleted())
    return figures_from(state, meeting, counted, counted.completed.result, drawn_up_on)


def _replayed(services: Services, house: HouseId, entries: Sequence[bytes]) -> HouseState:
    return Replay(house, [services.app.law]).run(enumerate(entries)).state


def _openings(services: Services, state: HouseState, meeting: MeetingId) -> dict[str, Opening]:
    """Open what the meeting needs; what was erased stays closed."""
    found = {}
    for commitment in sorted(state.needed_commitments(meeting)):
        opening = services.logs.opening(commitment)
        if opening is not None:
            found[commitment] = opening
    return found


def _result_files(
    services: Services, state: HouseState, meeting: MeetingId, reader: str
) -> dict[str, bytes]:
    known, count = state.meeting(meeting), claimed_count(state, meeting)
    if known is None:
        raise Refused(NotFound("meeting"))
    if count is None or count.completed is None:
        return {}
    files = {form.CLAIMED: rfc8785.dumps(claim_of(count.id, count.completed))}
    if not isinstance(known, Finished):
        return files
    protocol = known.protocol
    figures = figures_from(state, meeting, count, count.completed.result, protocol.drawn_up_on)
    files[form.FIGURES] = rfc8785.dumps(figures)
    if reader == form.INSPECTOR:
        for file in protocol.files:
            stored = services.desk.file(file.sha256)
            if stored is not None and stored.content != files[form.FIGURES]:
                files[_path(file.name, file.sha256, files)] = stored.content
    return files


def _signature_files(services: Services, meeting: MeetingId) -> dict[str, bytes]:
    """Give the signature files that are still kept; those of the forgotten are erased."""
    found = {}
    for fact in called_of(services.meeting(meeting)).signatures:
        stored = services.desk.file(fact.signature.sha256)
        if stored is not None:
            found[form.signature_path(stored.sha256)] = stored.content
    return found


def _path(name: str, sha256: str, taken: Mapping[str, bytes]) -> str:
    """Give a document its own name where that is plain and free, else its digest."""
    path = form.PROTOCOL + name
    if _PLAIN_NAME.fullmatch(name) and path not in taken and path != form.FIGURES:
        return path
    ending = _ENDING.search(name.lower()[-9:])
    return f"{form.PROTOCOL}{sha256}{ending.group() if ending else ''}"
