"""A signature attached through the API: recorded, kept, sealed, listed, replayed; or refused."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import UTC
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Any, cast

import pytest

from api import offices, signatures
from api.bundles import build_bundle
from api.wording.signatures import CHECKED, NOT_CHECKED, REMARKS
from domain import usecases
from domain.batch import Command
from domain.events import CountPurpose, NoticeLeg, SignatureAttached
from domain.facts import FileRef
from domain.meeting import Finished, called_of
from projections.replay import Replay
from projections.timeline import sentence
from signing.cms.check import Checked, NotChecked, Remark
from tests.api.door import Door, ask, open_door
from tests.domain import builders as given
from tests.signatures import building as b
from tests.signatures.building import SignatureFile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from api.clock import DemoClock
    from domain.batch import Scope

PATH = f"/api/v1/meetings/{given.MEETING}/signatures"
SCAN, STRANGER = b"scan of a decision", b"a file of nobody's"


def _prove(leg: NoticeLeg, proof: FileRef, scope: Scope) -> None:
    usecases.prove_notice(scope, given.MEETING, leg, "на доске", given.NOTICED_AT, proof)


class Finishing(Door):
    """An installation whose meeting has a protocol."""

    def finish(self) -> Finishing:
        """Bring the meeting to its protocol; one decision came on paper."""
        clock, run = cast("DemoClock", self.services.clock), self.services.writer.run
        clock.move_to(given.NOTICED_AT)
        for leg in NoticeLeg:
            run(Command(partial(_prove, leg, given.PROOF)))
        clock.move_to(given.DURING)
        run(Command(lambda s: usecases.open_voting(s, given.MEETING)))
        for name in ("1", "3а"):
            paper = {
                "title": str(given.title_id(name)), "answers": {"1": "for"},
                "received_at": given.DURING.isoformat(), "scan": file_in(SCAN + name.encode()),
            }  # fmt: skip
            path = f"/api/v1/meetings/{given.MEETING}/paper-ballots"
            assert ask(self.app, "POST", path, json=paper, headers=self.officer).is_success
        clock.move_to(given.AFTER)
        run(Command(lambda s: usecases.close_voting(s, given.MEETING)))
        commission = CountPurpose.COMMISSION
        count = offices.count_meeting(self.services, given.MEETING, commission, "комиссия")
        offices.draw_up_protocol(self.services, count)
        return self

    def document(self, name: str = "protocol.json") -> tuple[str, bytes]:
        """Give a document of the protocol."""
        meeting = self.services.meeting(given.MEETING)
        assert isinstance(meeting, Finished)
        (ref,) = [file for file in meeting.protocol.files if file.name == name]
        kept = self.services.desk.file(ref.sha256)
        assert kept is not None
        return ref.sha256, kept.content

    def attach(self, target: str, file: bytes, name: str = "Соснина.sig") -> Any:
        """Attach a signature file to a document."""
        body = {"target": target, "signature": file_in(file, name)}
        return ask(self.app, "POST", PATH, json=body, headers=self.officer)

    def log(self) -> list[bytes]:
        """Give every entry of the house's log."""
        store = self.services.logs.store
        return store.entries(given.HOUSE, 0, store.head(given.HOUSE).size)


def file_in(content: bytes, name: str = "скан.pdf") -> dict[str, str]:
    """Put a file into a body."""
    return {"name": name, "content": base64.b64encode(content).decode()}


def signed(document: bytes, **changes: Any) -> bytes:
    """Sign a document with a certificate of an invented person."""
    return replace(SignatureFile(document=document, others=(b.centre(),)), **changes).encoded()


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Finishing]:
    """Open an installation whose meeting has a protocol."""
    with open_door(tmp_path) as opened:
        finishing = Finishing.__new__(Finishing)
        vars(finishing).update(vars(opened))
        yield finishing.finish()


def test_a_signature_of_the_protocol(door: Finishing) -> None:
    target, content = door.document()
    answer = door.attach(target, file := signed(content))
    assert answer.status_code == 201, answer.text
    shown = answer.json()
    assert shown["signature"]["sha256"] == sha256(file).hexdigest()
    (signer,) = shown["signers"]
    assert signer["name"] == "Соснина Вера Ильинична"
    assert "SNILS=00000000000" in signer["subject"]
    assert {said["code"] for said in signer["not_checked"]} >= {"chain", "revocation", "qualified"}
    assert all(said["text"] != said["code"] for said in signer["checked"])
    assert ask(door.app, "GET", PATH, headers=door.officer).json() == [shown]
    kept = ask(door.app, "GET", f"/api/v1/files/{sha256(file).hexdigest()}", headers=door.officer)
    assert kept.content == file


def test_no_entry_names_the_signer(door: Finishing) -> None:
    target, content = door.document()
    assert door.attach(target, signed(content)).status_code == 201
    entries = b"".join(door.log())
    assert b"signature-attached/1" in entries
    for word in ("Соснина", "Вера", "00000000000", "Соснина.sig"):
        assert word.encode() not in entries


def test_the_log_replays_and_the_bundle_opens_the_signer(door: Finishing) -> None:
    target, content = door.document()
    assert door.attach(target, signed(content)).status_code == 201
    replay = Replay(given.HOUSE, [door.services.app.law]).run(enumerate(door.log()))
    assert not replay.noticed
    (fact,) = signatures.attached(door.services, given.MEETING)
    commitment = fact.signers[0].signer.sealed
    assert commitment in replay.state.needed_commitments(given.MEETING)
    assert build_bundle(door.services, given.MEETING)


def test_a_forged_signature_fact_is_noticed(door: Finishing) -> None:
    target, content = door.document()
    assert door.attach(target, signed(content)).status_code == 201
    entries = door.log()
    forged = [entry.replace(f'"target":"{target}"'.encode(), b'"target":"' + b"0" * 64 + b'"')
              for entry in entries]  # fmt: skip
    replay = Replay(given.HOUSE, [door.services.app.law]).run(enumerate(forged))
    assert [found.code for found in replay.noticed] == ["refused_signature_target_unknown"]


def test_a_signature_of_an_owners_decision(door: Finishing) -> None:
    scan = SCAN + b"1"
    answer = door.attach(sha256(scan).hexdigest(), signed(scan))
    assert answer.status_code == 201, answer.text


def test_two_people_sign_one_document(door: Finishing) -> None:
    target, content = door.document()
    other = signed(content, extra=(b.attribute("1.2.3.4", b.number(1)),))
    assert door.attach(target, signed(content)).status_code == 201
    assert door.attach(target, other).status_code == 201
    assert len(ask(door.app, "GET", PATH, headers=door.officer).json()) == 2


def test_refusals(door: Finishing) -> None:
    target, content = door.document()
    sound = signed(content)
    size = len(door.log())
    refused = [
        (door.attach(sha256(STRANGER).hexdigest(), sound), 404, "signature_target_unknown"),
        (door.attach(given.PROOF.sha256, sound), 404, "file_unknown"),
        (door.attach(target, signed(STRANGER)), 422, "signature_false"),
        (door.attach(target, signed(content, secret=5)), 422, "signature_false"),
        (door.attach(target, b"\x30\x80"), 422, "signature_unreadable"),
        (door.attach(target, content), 422, "signature_unreadable"),
        (door.attach("x", sound), 422, "body_malformed"),
        (door.attach(target.upper(), sound), 422, "body_malformed"),
    ]
    assert [(answer.status_code, answer.json()["code"]) for answer, _, _ in refused] == [
        (status, code) for _, status, code in refused
    ]
    assert len(door.log()) == size
    assert door.attach(target, sound).status_code == 201
    assert door.attach(target, sound).json()["code"] == "signature_attached_already"
    assert ask(door.app, "POST", PATH, json={}).status_code == 401
    assert ask(door.app, "GET", PATH).status_code == 401


def test_a_refused_signature_is_not_kept(door: Finishing) -> None:
    target, _ = door.document()
    file = signed(STRANGER)
    assert door.attach(target, file).json()["why"] == "digest_differs"
    assert door.services.desk.file(sha256(file).hexdigest()) is None


def test_a_forgotten_signer_is_shown_without_a_name(door: Finishing) -> None:
    target, content = door.document()
    assert door.attach(target, signed(content)).status_code == 201
    (fact,) = signatures.attached(door.services, given.MEETING)
    (one,) = fact.signers
    forgotten = replace(one, signer=replace(one.signer, sealed="0" * 64))
    (shown,) = signatures.shown(door.services, replace(fact, signers=(forgotten,)))
    assert (shown.name, shown.subject) == ("имя скрыто", "")


def test_every_code_is_worded() -> None:
    assert CHECKED.keys() == {str(one) for one in Checked}
    assert NOT_CHECKED.keys() == {str(one) for one in NotChecked}
    assert REMARKS.keys() == {str(one) for one in Remark}


def test_a_signature_may_come_at_any_stage(tmp_path: Path) -> None:
    proof = b"photograph of the board"
    with open_door(tmp_path) as opened:
        services = opened.services
        cast("DemoClock", services.clock).move_to(given.NOTICED_AT)
        kept = services.desk.keep_file("proof.jpg", "image/jpeg", proof)
        ref = FileRef("proof.jpg", kept.sha256, len(proof))
        services.writer.run(Command(partial(_prove, NoticeLeg.OWNERS, ref)))
        signatures.attach(services, given.MEETING, kept.sha256, signed(proof), "секретарь")
        services.writer.run(Command(partial(_prove, NoticeLeg.SYSTEM, ref)))
        cast("DemoClock", services.clock).move_to(given.OPENS_AT)
        services.writer.run(Command(lambda s: usecases.open_voting(s, given.MEETING)))
        known = called_of(services.meeting(given.MEETING)).signatures
        assert [type(fact) for fact in known] == [SignatureAttached]


def test_the_timeline_says_it_in_words(door: Finishing) -> None:
    target, content = door.document()
    assert door.attach(target, signed(content)).status_code == 201
    (fact,) = signatures.attached(door.services, given.MEETING)
    words = sentence(fact, {}, UTC)
    assert words.startswith(f"к документу {target[:16]}… приложена электронная подпись")
    assert words.endswith("подписавших 1")
