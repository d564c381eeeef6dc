"""What is kept of identification: little, erasable, bounded; and nothing is written by looking."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from api import erasure
from api.desk import links, metadata, proofs
from api.identity.admitting import MOST, Admissions, Proven
from api.identity.digests import Digests
from api.identity.seats import check_seat
from api.identity.strength import Kind
from api.identity.tables import nonces, tickets
from api.refusals import LinkOfAnother, TicketUnknown
from api.web.logging import masked
from domain.events import ErasureReason, ErasureScope
from domain.facts import moment
from domain.refusals import Refused
from tests.identity.conftest import House, open_house
from tests.identity.test_ways import PHONE, code_of, know_phone
from tests.integration import small

if TYPE_CHECKING:
    from pathlib import Path


def everything(house: House) -> str:
    """Write out every row of the desk."""
    with house.meeting.services.desk.engine.connect() as connection:
        rows = [
            list(map(str, row))
            for table in metadata.sorted_tables
            for row in connection.execute(sa.select(table))
        ]
    return json.dumps(rows)


def proven(house: House, account: str = "") -> Proven:
    return Proven(house.meeting.meeting, house.person("2"), Kind.CODE, "ab" * 32, account)


def test_accounts_phones_and_launches_are_kept_as_hashes(house: House) -> None:
    know_phone(house, "2")
    anna = house.world.person("Анна", phone=PHONE)
    contact, launch = house.world.bridge_contact(anna), house.world.init_data(anna)
    house.browser().post(
        "/app", init_data=launch, phone=contact["phone"], auth_date=contact["authDate"],
        hash=contact["hash"],
    )  # fmt: skip
    kept = everything(house)
    assert str(anna.user_id) not in kept
    assert "Анна" not in kept
    assert kept.count(PHONE) == 1, "in the contact book alone"


def test_evidence_names_nobody_and_differs_between_meetings() -> None:
    """A plain hash of a phone would be guessed: there are few phones."""
    import hashlib
    from uuid import UUID

    from domain.facts import MeetingId

    own, other = Digests(b"key"), Digests(b"other key")
    one, two = MeetingId(UUID(int=1)), MeetingId(UUID(int=2))
    seen = {
        own.evidence("max_phone", one, PHONE), own.evidence("max_phone", two, PHONE),
        other.evidence("max_phone", one, PHONE), own.evidence("code", one, PHONE),
        own.evidence("max_phone", one, PHONE, ""), hashlib.sha256(PHONE.encode()).hexdigest(),
    }  # fmt: skip
    assert len(seen) == 6


def test_forgetting_a_person_takes_codes_proofs_and_tickets(house: House) -> None:
    services, now = house.meeting.services, house.meeting.services.clock()
    code = code_of(house, "2")
    house.browser().post("/code", code=code)
    anna = house.world.person("Анна")
    house.browser().post("/app", init_data=house.world.init_data(anna, house.link("2")))
    Admissions(services.desk).ticket(proven(house), now)
    person = house.person("2")
    assert person.hex in everything(house) or str(person) in everything(house)
    erasure.forget(services, person, ErasureReason.CONSENT_WITHDRAWN, ErasureScope.CONTACTS)
    assert str(person) not in everything(house)
    assert house.browser().post("/code", code=code).status_code == 404


def test_a_person_keeps_the_newest_proven_links(house: House) -> None:
    """Whoever has a code cannot fill the table; the oldest browser is shown out."""
    desk, now = house.meeting.services.desk, house.meeting.services.clock()
    admissions = Admissions(desk)
    issued = house.link("2")
    admitted = [
        admissions.admit(proven(house), moment(now + timedelta(seconds=n))) for n in range(MOST + 3)
    ]
    with desk.engine.connect() as connection:
        kept = connection.execute(sa.select(sa.func.count()).select_from(proofs)).scalar()
        assert kept == MOST
        assert (
            connection.execute(sa.select(sa.func.count()).select_from(links)).scalar() == MOST + 1
        )
    assert desk.link(issued) is not None, "the link that was handed out stays"
    desk.notice_link_changes()
    assert desk.link(admitted[0].token) is None
    newest = desk.link(admitted[-1].token)
    assert newest is not None
    assert check_seat(newest, admitted[-1].seat).person == house.person("2")
    with pytest.raises(Refused) as refused:
        check_seat(newest, admitted[-2].seat)
    assert isinstance(refused.value.reason, LinkOfAnother)


def test_tickets_and_used_launches_do_not_pile_up(house: House) -> None:
    desk, now = house.meeting.services.desk, house.meeting.services.clock()
    admissions = Admissions(desk)
    admissions.ticket(proven(house), now)
    admissions.use_up("launch 1", now)
    later = moment(now + timedelta(days=3))
    admissions.ticket(proven(house), later)
    admissions.use_up("launch 2", later)
    with desk.engine.connect() as connection:
        for table in (tickets, nonces):
            assert connection.execute(sa.select(sa.func.count()).select_from(table)).scalar() == 1


def test_revoking_a_persons_links_revokes_the_proven_ones(house: House) -> None:
    browser = house.browser()
    browser.post("/code", code=code_of(house, "2"))
    assert house.meeting.services.desk.revoke_links_of(house.meeting.meeting, house.person("2"))
    answer = browser.get(browser.last)
    assert (answer.status_code, "link_revoked" in answer.text) == (410, True)


def test_a_binding_made_by_another_process_is_noticed(house: House) -> None:
    """The other process remembers the link as free until its next look."""
    from api.desk import Desk

    token = house.link("2")
    other = Desk(house.meeting.services.settings.desk_url())
    try:
        other.notice_link_changes()
        free = other.link(token)
        assert free is not None
        assert free.proof is None
        anna = house.world.person("Анна")
        house.browser().post("/app", init_data=house.world.init_data(anna, token))
        other.notice_link_changes()
        bound = other.link(token)
        assert bound is not None
        assert bound.proof is not None
    finally:
        other.close()


def test_of_two_accounts_at_once_one_keeps_the_link(house: House) -> None:
    admissions, now = Admissions(house.meeting.services.desk), house.meeting.services.clock()
    free = house.seen(house.link("2"))
    first, second = admissions.bind(free, "a" * 64, now), admissions.bind(free, "b" * 64, now)
    for bound in (first, second):
        assert bound is not None
        assert bound.proof is not None
        assert bound.proof.account_hash == "a" * 64


def test_looking_never_writes_whatever_the_address(house: House) -> None:
    """Messengers open the addresses in messages to show a preview."""
    token, code = house.link("2"), code_of(house, "2")
    now = house.meeting.services.clock()
    ticket = Admissions(house.meeting.services.desk).ticket(proven(house), now)
    before, meeting = everything(house), house.meeting.meeting
    for path in (
        f"/b/{token}", f"/b/{token}/all", f"/b/{token}/q/1", f"/b/{token}/review",
        f"/b/{token}/vote", f"/b/{token}/receipt", f"/in/{ticket}", f"/code/{code}", "/code",
        "/app", f"/m/{meeting}/in", "/login/done?state=x&code=y",
    ):  # fmt: skip
        for method in ("GET", "HEAD"):
            house.browser().send(method, path)
    assert everything(house) == before
    assert house.recorded("2") is None


def test_addresses_that_open_a_ballot_are_masked_in_logs() -> None:
    for path in ("/b/TOKEN", "/in/TICKET", "/code/T7K3M-9QX4V"):
        line = masked(f'GET {path} HTTP/1.1" 200')
        assert path.rpartition("/")[2] not in line
    assert masked("GET /house/12") == "GET /house/12"


def test_an_expired_ticket_is_no_way_in(house: House) -> None:
    admissions, now = Admissions(house.meeting.services.desk), house.meeting.services.clock()
    ticket = admissions.ticket(proven(house), now)
    late = moment(now + timedelta(minutes=15))
    assert admissions.has_ticket(ticket, moment(now + timedelta(minutes=14)))
    assert not admissions.has_ticket(ticket, late)
    with pytest.raises(Refused) as refused:
        admissions.enter(ticket, late)
    assert isinstance(refused.value.reason, TicketUnknown)


def test_snils_of_the_register_finds_its_owner(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sealed in the log, opened to compare, written with or without dashes."""
    from api.identity.matching import owner_in

    lines = small.REGISTER.replace("Подъезд\n", "Подъезд;СНИЛС\n").splitlines()
    numbers = {"2": "112-233-445 95"}
    rows = [lines[0], *(f"{row};{numbers.get(row.split(';')[0], '')}" for row in lines[1:])]
    monkeypatch.setattr(small, "REGISTER", "\n".join(rows) + "\n")
    with open_house(tmp_path / "home", {}) as house:
        services, meeting = house.meeting.services, house.meeting.meeting
        assert owner_in(services, meeting, "11223344595", "") == house.person("2")
        assert owner_in(services, meeting, "112-233-445 95", PHONE) == house.person("2")
        for snils in ("112-233-445 96", "0", "abc"):
            with pytest.raises(Refused):
                owner_in(services, meeting, snils, "")


@pytest.mark.postgres
def test_the_same_on_postgresql(tmp_path: Path, postgres_dsn: dict[str, str]) -> None:
    """Tickets, nonces, bindings, codes: the statements are plain enough for both."""
    with open_house(tmp_path / "home", {"SOBRANIE_STORE": "postgres", **postgres_dsn}) as house:
        test_tickets_and_used_launches_do_not_pile_up(house)
        test_of_two_accounts_at_once_one_keeps_the_link(house)
        anna, token = house.world.person("Анна"), house.link("3")
        launch = house.world.init_data(anna, token)
        browser = house.browser()
        assert browser.post("/app", init_data=launch).status_code == 303
        assert house.browser().post("/app", init_data=launch).status_code == 403
        assert browser.vote(browser.last).status_code == 303
        assert house.evidence("3") == "max_init_data"
        again = house.browser()
        assert again.post("/code", code=code_of(house, "2")).status_code == 303
        assert again.get(again.last).status_code == 200
