"""Erasure of a person: what goes at once, what waits for the law; all proofs still hold."""

from __future__ import annotations

import io
import zipfile
from contextlib import closing
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from api import erasure
from api.audit.checking import audit
from api.audit.receipts import Against, check_receipt
from api.cli.operator import main
from api.erasure import Erasures
from api.live_check import check_installation
from api.names import HIDDEN, NameBook
from domain.batch import Command
from domain.events import ErasureReason, ErasureScope, PersonForgotten, TitleEnded
from domain.facts import PersonId
from domain.premises import House
from domain.records import from_record
from domain.refusals import ErasureTooEarly, Refused
from projections.follow import Follower
from signing.bundle import OPENINGS, read_openings
from signing.receipt import Receipt
from tests.erasure.conftest import NAME, OTHER, Case
from tests.integration.small import called, installation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

AFTER_RETENTION = datetime(2029, 3, 31, 9, 0, tzinfo=UTC)
LAST_DAY = date(2029, 3, 30)
CONTACTS = ErasureScope.CONTACTS


def too_early(case: Case) -> ErasureTooEarly:
    with pytest.raises(Refused) as caught:
        case.forget()
    assert isinstance(caught.value.reason, ErasureTooEarly)
    return caught.value.reason


def everything_stored(case: Case) -> Iterator[tuple[str, bytes]]:
    """Walk all that stands on the disk: every file, and on PostgreSQL every row as text."""
    for path in sorted(case.home.rglob("*")):
        if path.is_file():
            yield path.name, path.read_bytes()
    if case.env["SOBRANIE_STORE"] == "postgres":
        yield from _dumped(case.env)


def _dumped(env: dict[str, str]) -> Iterator[tuple[str, bytes]]:
    names = ("dbname", "host", "port", "user", "password")
    conninfo = " ".join(f"{name}={env['POSTGRES_' + name.upper()]}" for name in names)
    with closing(psycopg.connect(conninfo)) as server:
        tables = server.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname='public' ORDER BY tablename"
        ).fetchall()
        for (table,) in tables:
            text = SQL("SELECT * FROM {}").format(Identifier(table))
            for row in server.execute(text).fetchall():
                for value in row:
                    yield table, value if isinstance(value, bytes) else str(value).encode()


def places_of(name: str, stored: Iterator[tuple[str, bytes]]) -> list[str]:
    """Find every word of a name, in the encodings files here may use."""
    wanted = [word.encode(code) for word in name.split() for code in ("utf-8", "utf-16-le")]
    wanted += [word.encode("unicode_escape") for word in name.split()]
    return [place for place, data in stored if any(word in data for word in wanted)]


def unpacked(bundle: bytes) -> Iterator[tuple[str, bytes]]:
    """Walk all files of a bundle, what its openings open, and the parts of its DOCX files."""
    with zipfile.ZipFile(io.BytesIO(bundle)) as opened:
        for name in opened.namelist():
            data = opened.read(name)
            yield name, data
            if name == OPENINGS:
                yield from ((name, one.value) for one in read_openings(data).values())
            if name.endswith(".docx"):
                yield from unpacked(data)


# --- what the law keeps ---------------------------------------------------------------------------


def test_nothing_goes_while_the_papers_of_a_meeting_are_kept(case: Case) -> None:
    assert too_early(case) == ErasureTooEarly(str(case.meeting.meeting), LAST_DAY)
    case.meeting.clock.move_to(datetime(2029, 3, 30, 9, 0, tzinfo=UTC))
    assert too_early(case).until == LAST_DAY
    assert case.name_of("2") == NAME
    assert case.services.desk.link(case.links[NAME]) is not None
    house = case.services.app.current(House, case.meeting.house)
    assert house is not None
    assert house.forgotten == ()


def test_contacts_go_at_once(case: Case) -> None:
    assert case.services.desk.link(case.links[NAME]) is not None
    done = case.forget(CONTACTS)
    assert (done.links, done.documents, done.key_destroyed) == (1, 0, False)
    assert case.services.desk.link(case.links[NAME]) is None
    assert case.services.desk.link(case.links[OTHER]) is not None
    assert case.name_of("2") == NAME


def test_after_the_term_the_key_and_the_papers_go(case: Case) -> None:
    assert places_of(NAME, everything_stored(case))
    Follower(case.services.app.recorder, case.services.tables).catch_up()
    turnout = case.services.turnout(case.meeting.meeting)
    case.meeting.clock.move_to(AFTER_RETENTION)
    done = case.forget()
    assert done.key_destroyed
    assert done.documents == 5
    assert done.still_owner
    assert case.name_of("2") == HIDDEN
    assert case.name_of("3") == OTHER
    assert places_of(NAME, everything_stored(case)) == []
    assert case.services.turnout(case.meeting.meeting) == turnout


def test_the_fact_names_nobody_and_is_written_once(case: Case) -> None:
    case.meeting.clock.move_to(AFTER_RETENTION)
    person = case.person()
    done, again = case.forget(), case.forget()
    assert (len(done.receipts), len(again.receipts)) == (1, 0)
    receipt = Receipt.from_bytes(done.receipts[0].encode())
    assert receipt.extra is not None
    fact = from_record(receipt.extra).fact
    expected = ErasureReason.CONSENT_WITHDRAWN, ErasureScope.EVERYTHING
    assert fact == PersonForgotten(person, *expected)


def test_old_bundles_and_receipts_still_verify_and_new_ones_name_nobody(
    case: Case, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    case.meeting.clock.move_to(AFTER_RETENTION)
    assert OPENINGS in places_of(NAME, unpacked(case.bundles["inspector"]))
    case.forget()
    new = {reader: case.bundle(reader) for reader in ("inspector", "public")}
    for data in (*case.bundles.values(), *new.values()):
        assert audit(data).report.is_sound, audit(data).report.findings
    for receipt in case.receipts:
        paper = Receipt.from_bytes(receipt.encode())
        for data in (case.bundles["inspector"], new["public"]):
            assert check_receipt(paper, Against(bundle=audit(data))).is_sound
    assert places_of(NAME, unpacked(new["inspector"])) == []
    assert places_of(NAME, unpacked(new["public"])) == []
    told = "".join(capfd.readouterr()) + caplog.text
    assert not any(word in told for word in NAME.split())
    reports = check_installation(case.services.app, case.services.logs)
    assert all(report.is_sound for report in reports)


def test_whoever_sold_is_an_owner_no_more(case: Case) -> None:
    title = case.meeting.titles["2"][0]
    ended = TitleEnded(title.id, date(2027, 1, 1))
    case.meeting.run(lambda s: s.add(case.meeting.house, title.premises, ended))
    case.meeting.clock.move_to(AFTER_RETENTION)
    assert not case.forget().still_owner


def test_of_whom_no_log_speaks_nothing_is_forgotten(case: Case) -> None:
    stranger = PersonId(case.meeting.house)
    with pytest.raises(Refused) as caught:
        erasure.forget(case.services, stranger, ErasureReason.UNLAWFUL, ErasureScope.EVERYTHING)
    assert caught.value.reason.code == "person_not_recorded"


# --- several processes, and a crash ---------------------------------------------------------------


def test_another_process_drops_the_name_it_remembers(case: Case) -> None:
    names = NameBook(case.services.logs)
    watching = Erasures(case.services.app.recorder, names, case.services.desk)
    party = case.meeting.titles["2"][0].holders[0]
    assert names.name(party) == NAME
    watching.look()
    assert names.name(party) == NAME
    case.meeting.clock.move_to(AFTER_RETENTION)
    case.forget()
    watching.look()
    assert names.name(party) == HIDDEN


class PowerCutError(Exception):
    """The machine stops here."""


def test_an_erasure_cut_short_is_noticed_and_finished(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(*_arguments: object) -> None:
        raise PowerCutError

    case.meeting.clock.move_to(AFTER_RETENTION)
    with monkeypatch.context() as patched:
        patched.setattr(type(case.services.app.recorder), "forget_person_key", cut)
        with pytest.raises(PowerCutError):
            case.forget()
    found = [
        finding.code
        for report in check_installation(case.services.app, case.services.logs)
        for finding in report.findings
        if finding.severity == "error"
    ]
    assert found == ["key_not_destroyed"]
    assert case.forget().key_destroyed
    assert all(r.is_sound for r in check_installation(case.services.app, case.services.logs))


def test_a_meeting_that_is_not_over_keeps_its_people(env: dict[str, str], tmp_path: Path) -> None:
    with installation(tmp_path / "home", env) as (services, clock):
        meeting = called(services, clock)
        (person,) = erasure.people_named(services, NAME)
        meeting.open()
        with pytest.raises(Refused) as caught:
            erasure.forget(services, person, ErasureReason.PURPOSE_REACHED, ErasureScope.EVERYTHING)
        assert caught.value.reason == ErasureTooEarly(str(meeting.meeting), LAST_DAY)


def test_before_any_meeting_the_key_goes_at_once(env: dict[str, str], tmp_path: Path) -> None:
    with installation(tmp_path / "home", env) as (services, clock):
        called(services, clock)
        (person,) = erasure.people_named(services, NAME)
        done = erasure.forget(services, person, ErasureReason.UNLAWFUL, ErasureScope.EVERYTHING)
        assert done.key_destroyed
        assert erasure.people_named(services, NAME) == {}
        services.writer.run(Command(lambda _scope: None))


# --- the command ----------------------------------------------------------------------------------


def test_the_command_finds_by_name_and_erases_by_number(
    case: Case, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in (case.env | {"SOBRANIE_HOME": str(case.home)}).items():
        monkeypatch.setenv(name, value)
    person = case.person()
    assert main(["forget", "полевая"]) == 2
    assert f"{person}  {NAME}" in capsys.readouterr().out
    assert main(["forget", str(person)]) == 2
    assert "--reason" in capsys.readouterr().err
    asked = ["forget", str(person), "--reason", "consent_withdrawn", "--contacts-only"]
    assert main(asked) == 0
    assert "ссылок удалено 1" in capsys.readouterr().out
    stranger = ["forget", str(case.meeting.house), "--reason", "unlawful"]
    assert main(stranger) == 1
    assert "Человек не найден" in capsys.readouterr().err
