"""A paper that a representative signed: who it was is sealed in the fact; the audit is sound."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

from api.audit.checking import audit
from api.bundles import build_bundle
from api.http.app import create_app
from domain.ballot import Ballot, ballot_id
from signing.bundle import OPENINGS, read_openings
from tests.api.door import ask

if TYPE_CHECKING:
    from pathlib import Path

    from tests.integration.small import Meeting

NAME, DOCUMENT = "Лугов Клим Демьянович", "доверенность № 77/12-н от 01.02.2026, нотариус"


def enter(meeting: Meeting, **more: Any) -> Any:
    """Enter the paper of a title as an officer."""
    title = meeting.titles["3"][0].id
    body = {
        "title": str(title),
        "answers": {"1": "for", "2": "against"},
        "received_at": meeting.clock().isoformat(),
        "scan": {"name": "scan.pdf", "content": "c2Nhbg=="},
    }
    token = meeting.services.desk.add_officer("секретарь")
    headers = {"authorization": f"Bearer {token}"}
    path = f"/api/v1/meetings/{meeting.meeting}/paper-ballots"
    return ask(create_app(meeting.services), "POST", path, json=body | more, headers=headers)


def test_the_representative_of_a_paper_is_sealed_and_read_by_inspectors(
    meeting: Meeting, tmp_path: Path
) -> None:
    meeting.open()
    acting = {"name": NAME, "document": DOCUMENT}
    assert enter(meeting, representative=acting).status_code == 201
    stream = ballot_id(meeting.meeting, meeting.titles["3"][0].id)
    ballot = meeting.services.app.current(Ballot, stream)
    assert ballot is not None
    assert ballot.received is not None
    party = ballot.received.representative
    assert party is not None
    assert party.name is None
    assert meeting.services.names.name(party) == NAME
    assert meeting.services.names.document(party) == DOCUMENT
    meeting.finish()
    for reader, reads in (("inspector", True), ("public", False)):
        bundle = tmp_path / f"{reader}.oss"
        bundle.write_bytes(build_bundle(meeting.services, meeting.meeting, reader))
        report = audit(bundle.read_bytes()).report
        assert report.is_sound, report
        assert (_says(bundle, NAME), _says(bundle, DOCUMENT)) == (reads, reads)


def test_without_a_representative_nothing_is_sealed(meeting: Meeting) -> None:
    meeting.open()
    assert enter(meeting).status_code == 201
    stream = ballot_id(meeting.meeting, meeting.titles["3"][0].id)
    ballot = meeting.services.app.current(Ballot, stream)
    assert ballot is not None
    assert ballot.received is not None
    assert ballot.received.representative is None


def test_half_a_representative_is_refused(meeting: Meeting) -> None:
    meeting.open()
    for half in ({"name": NAME}, {"document": DOCUMENT}, {"name": "", "document": DOCUMENT}):
        assert enter(meeting, representative=half).json()["code"] == "body_malformed"


def _says(bundle: Path, word: str) -> bool:
    """Tell whether a bundle discloses a word: in a file as it is, or in what it opens."""
    with ZipFile(bundle) as files:
        contents = [files.read(name) for name in files.namelist()]
        if OPENINGS in files.namelist():
            contents += [one.value for one in read_openings(files.read(OPENINGS)).values()]
    return any(word.encode() in content for content in contents)
