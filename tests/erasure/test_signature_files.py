"""Erasure and detached signatures: a certificate names its owner, so the file goes as well."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from api import calls, erasure, signatures
from api.audit.checking import audit
from api.cli.operator import main
from api.live_check import check_installation
from api.signatures import attached
from domain import usecases
from domain.events import ErasureReason, ErasureScope, NoticeLeg
from domain.facts import FileRef, MeetingId
from domain.meeting import Finished
from domain.refusals import ErasureTooEarly, Refused
from signing.bundle import read_bundle
from tests.erasure.test_forgetting import everything_stored, places_of
from tests.integration.small import terms
from tests.signatures import building as b
from tests.signatures.building import Paper, SignatureFile

if TYPE_CHECKING:
    from api.erasure import Forgotten
    from domain.facts import PersonId
    from tests.erasure.conftest import Case

AFTER_RETENTION = datetime(2029, 3, 31, 9, 0, tzinfo=UTC)
LATER, LENGTH = datetime(2029, 4, 20, 9, 0, tzinfo=UTC), timedelta(days=14)
NAME = "Полевая Римма Осиповна"
"""The owner of flat 2 has signed the protocol too."""
SUBJECT = b.name(cn=NAME, sn="Полевая", g="Римма Осиповна", snils="00000000000")


@pytest.fixture
def signed(case: Case) -> Case:
    """Attach an owner's signature to the protocol."""
    meeting = case.services.meeting(case.meeting.meeting)
    assert isinstance(meeting, Finished)
    (target,) = [file.sha256 for file in meeting.protocol.files if file.name == "protocol.json"]
    document = case.services.desk.file(target)
    assert document is not None
    made = SignatureFile(document.content, Paper(subject=SUBJECT).encoded(), others=(b.centre(),))
    signatures.attach(case.services, case.meeting.meeting, target, made.encoded(), "секретарь")
    return case


def signature_of(case: Case) -> str:
    """Give the SHA-256 of the one signature file."""
    (fact,) = attached(case.services, case.meeting.meeting)
    return fact.signature.sha256


def numbers_of(case: Case) -> tuple[PersonId, PersonId]:
    """Give the owner's number and the signer's."""
    (fact,) = attached(case.services, case.meeting.meeting)
    return case.meeting.titles["2"][0].holders[0].person, fact.signers[0].signer.person


def forget(case: Case, person: PersonId) -> Forgotten:
    reason, scope = ErasureReason.CONSENT_WITHDRAWN, ErasureScope.EVERYTHING
    return erasure.forget(case.services, person, reason, scope)


def test_owner_and_signer_are_two_numbers_under_one_name(signed: Case) -> None:
    assert set(erasure.people_named(signed.services, NAME)) == set(numbers_of(signed))


@pytest.mark.parametrize("which", [0, 1])
def test_signature_file_is_kept_as_long_as_the_protocol(signed: Case, which: int) -> None:
    with pytest.raises(Refused) as caught:
        forget(signed, numbers_of(signed)[which])
    assert isinstance(caught.value.reason, ErasureTooEarly)
    assert signed.services.desk.file(signature_of(signed)) is not None


@pytest.mark.parametrize("which", [0, 1])
def test_whoever_is_forgotten_the_signature_file_goes(signed: Case, which: int) -> None:
    signed.meeting.clock.move_to(AFTER_RETENTION)
    numbers = numbers_of(signed)
    done = forget(signed, numbers[which])
    assert signed.services.desk.file(signature_of(signed)) is None
    assert done.namesakes == (numbers[1 - which],)


def test_after_both_numbers_nothing_names_the_signer(signed: Case) -> None:
    assert places_of(NAME, everything_stored(signed))
    signed.meeting.clock.move_to(AFTER_RETENTION)
    for number in numbers_of(signed):
        forget(signed, number)
    assert places_of(NAME, everything_stored(signed)) == []
    (fact,) = attached(signed.services, signed.meeting.meeting)
    (signer,) = signatures.shown(signed.services, fact)
    assert (signer.name, signer.subject) == ("имя скрыто", "")


def test_old_bundles_keep_the_signature_and_new_ones_say_that_it_is_gone(signed: Case) -> None:
    before = signed.bundle()
    signed.meeting.clock.move_to(AFTER_RETENTION)
    forget(signed, numbers_of(signed)[0])
    after = signed.bundle()
    assert set(read_bundle(before).signatures()) == {signature_of(signed)}
    assert read_bundle(after).signatures() == {}
    old, new = audit(before).report, audit(after).report
    assert old.is_sound and new.is_sound
    assert "signature_checked" in {found.code for found in old.findings}
    missing = {found.code: found.severity for found in new.findings}["signature_file_missing"]
    assert missing == "warning"
    reports = check_installation(signed.services.app, signed.services.logs)
    assert all(report.is_sound for report in reports)


def test_a_file_of_another_meeting_too_is_kept(signed: Case) -> None:
    """The same bytes are a paper of a later meeting in which the person does not stand."""
    shared = signed.services.desk.keep_file("akt.pdf", "application/pdf", "Вручено".encode())
    ref = FileRef("akt.pdf", shared.sha256, len(shared.content))
    signed.meeting.run(
        lambda s: usecases.hand_over(s, signed.meeting.meeting, "инспекция", s.now, ref)
    )
    house, later = signed.meeting.house, MeetingId(uuid4())
    signed.meeting.clock.move_to(AFTER_RETENTION)
    wanted = terms(house).model_copy(update={"opens_at": LATER, "closes_at": LATER + LENGTH})
    calls.call(signed.services, house, later, wanted)
    signed.meeting.run(
        lambda s: usecases.prove_notice(s, later, NoticeLeg.OWNERS, "доска", s.now, ref)
    )
    forget(signed, numbers_of(signed)[0])
    assert signed.services.desk.file(shared.sha256) is not None
    assert signed.services.desk.file(signature_of(signed)) is None


def test_the_command_names_the_other_number(
    signed: Case, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in (signed.env | {"SOBRANIE_HOME": str(signed.home)}).items():
        monkeypatch.setenv(name, value)
    signed.meeting.clock.move_to(AFTER_RETENTION)
    owner, signer = numbers_of(signed)
    done = forget(signed, owner)
    monkeypatch.setattr("api.cli.forget.erasure.forget", lambda *_: done)
    assert main(["forget", str(owner), "--reason", "consent_withdrawn"]) == 0
    assert f"другие номера: {signer}" in capsys.readouterr().out
