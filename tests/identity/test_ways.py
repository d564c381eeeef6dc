"""Every way to the ballot ends at one page, and the ballot says what was proven."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from api.contacts.book import Channel, ContactBook
from api.desk import links, proofs
from api.http.app import create_app
from api.identity.codes import Codes, grouped
from api.identity.digests import Digests
from api.identity.seats import strength_for
from api.identity.strength import Kind, Level
from api.identity.tables import codes as code_rows
from api.wording.identity import KINDS, NO_WAY
from domain.events import Basis
from tests.api.door import ask
from tests.identity.conftest import House, open_house
from tests.integration.small import CLOSES_AT, OPENS_AT

if TYPE_CHECKING:
    from pathlib import Path

PHONE = "+79990000042"


def code_of(house: House, number: str) -> str:
    services = house.meeting.services
    codes = Codes(services.desk.engine, Digests(services.settings.form_key))
    (issued,) = codes.issue(house.meeting.meeting, [house.person(number)])
    return grouped(issued.code)


def know_phone(house: House, number: str, phone: str = PHONE) -> None:
    book = ContactBook(house.meeting.services.desk.engine)
    book.keep(house.meeting.house, house.person(number), Channel.PHONE, phone)


# --- the personal link ----------------------------------------------------------------------------


def test_a_link_alone_is_enough_where_the_installation_says_so(house: House) -> None:
    browser = house.browser()
    assert browser.vote(f"/b/{house.link('2')}").status_code == 303
    assert house.evidence("2") == "link"


def test_a_link_alone_gives_no_vote_where_identification_is_required(strict: House) -> None:
    """Holding a forwarded link shows the ballot and records nothing."""
    neighbour, token = strict.browser(), strict.link("2")
    assert "подтвердите личность" in neighbour.get(f"/b/{token}").text
    answer = neighbour.vote(f"/b/{token}")
    assert (answer.status_code, "identification_needed" in answer.text) == (403, True)
    assert strict.recorded("2") is None
    sent = ask(
        strict.app, "POST", "/api/v1/ballots", json={"answers": {"1": "for", "2": "for"}},
        headers={"authorization": f"Bearer {token}"},
    )  # fmt: skip
    assert (sent.status_code, sent.json()["code"]) == (403, "identification_needed")
    assert sent.json()["suffices"] == ["code"], "neither a bot nor a login is set up here"
    assert strict.recorded("2") is None


OIDC = {
    "SOBRANIE_OIDC_ISSUER": "http://127.0.0.1:9", "SOBRANIE_OIDC_CLIENT_ID": "sobranie",
    "SOBRANIE_OIDC_CLIENT_SECRET": "secret",
}  # fmt: skip
BOT = {"SOBRANIE_MAX_BOT": "id7700000000_bot"}
IN_MAX = {"max_init_data", "max_phone"}


@pytest.mark.parametrize(
    ("env", "absent"),
    [
        ({}, {*IN_MAX, "oidc"}),
        (BOT, {"oidc"}),
        ({**BOT, "SOBRANIE_MAX_TOKEN": ""}, {*IN_MAX, "oidc"}),
        (OIDC, IN_MAX),
        ({**BOT, **OIDC}, set()),
    ],
    ids=["nothing", "bot", "bot-without-token", "login", "both"],
)
@pytest.mark.parametrize("level", list(Level))
def test_only_ways_that_are_set_up_are_offered(
    tmp_path: Path, level: Level, env: dict[str, str], absent: set[str]
) -> None:
    """The refusal and the page name the same ways; of none both say who has to set one up."""
    with open_house(tmp_path / "home", {"SOBRANIE_IDENTIFICATION": level, **env}) as house:
        wanted = strength_for(house.meeting.services, Basis.REGIONAL_SYSTEM).suffices
        here = [kind for kind in wanted if kind not in absent]
        page = house.browser().get(f"/m/{house.meeting.meeting}/in").text
        for kind in Kind:
            assert (KINDS[kind] in page) == (kind in here), kind
        assert (NO_WAY in page) == (not here)
        assert ("https://max.ru/" in page) == (not IN_MAX & absent)
        if level is Level.LINK:
            return
        refused = ask(
            house.app, "POST", "/api/v1/ballots", json={"answers": {"1": "for", "2": "for"}},
            headers={"authorization": f"Bearer {house.link('2')}"},
        )  # fmt: skip
        assert (refused.status_code, refused.json()["suffices"]) == (403, here)
        for kind in Kind:
            assert (KINDS[kind] in refused.json()["remedy"]) == (kind in here), kind
        assert ("управляющую организацию" in refused.json()["remedy"]) == (not here)


# --- the printed code -----------------------------------------------------------------------------


def test_a_printed_code_leads_to_the_ballot_and_stands_in_it(strict: House) -> None:
    """Typed with small letters, letters for digits, and spaces."""
    browser = strict.browser()
    typed = code_of(strict, "2").lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert browser.post("/code", code=typed).status_code == 303
    assert "подтвердите личность" not in browser.get(browser.last).text
    assert browser.vote(browser.last).status_code == 303
    assert strict.evidence("2") == "code"


def test_a_proven_page_copied_to_a_neighbour_opens_nothing(strict: House) -> None:
    """Not by its address, not by JSON: the secret stays in the browser that proved it."""
    browser, neighbour = strict.browser(), strict.browser()
    browser.post("/code", code=code_of(strict, "2"))
    stolen = neighbour.get(browser.last)
    assert (stolen.status_code, "link_of_another" in stolen.text) == (403, True)
    token = browser.last.removeprefix("/b/")
    for bearer in (token, f"{token}.", f"{token}.wrong", f"{token}.{token}"):
        sent = ask(
            strict.app, "POST", "/api/v1/ballots", json={"answers": {"1": "for", "2": "for"}},
            headers={"authorization": f"Bearer {bearer}"},
        )  # fmt: skip
        assert sent.json()["code"] == "link_of_another"
    assert strict.recorded("2") is None
    seat = browser.cookies[browser.last].partition("=")[2]
    sent = ask(
        strict.app, "POST", "/api/v1/ballots", json={"answers": {"1": "for", "2": "for"}},
        headers={"authorization": f"Bearer {token}.{seat}"},
    )  # fmt: skip
    assert sent.status_code == 201
    assert strict.evidence("2") == "code"


def test_the_browsers_secret_is_out_of_reach_of_scripts_and_other_pages(house: House) -> None:
    answer = house.browser().post("/code", code=code_of(house, "2"))
    cookie, home = answer.headers["set-cookie"], answer.headers["location"]
    assert all(part in cookie for part in ("HttpOnly", "SameSite=lax", f"Path={home}"))
    assert answer.headers["cache-control"] == "no-store"


def test_a_code_opens_on_a_second_device_and_a_new_one_replaces_it(house: House) -> None:
    first = code_of(house, "2")
    for browser in (house.browser(), house.browser()):
        assert browser.post("/code", code=first).status_code == 303
        assert browser.get(browser.last).status_code == 200
    second = code_of(house, "2")
    assert house.browser().post("/code", code=first).status_code == 404
    assert house.browser().post("/code", code=second).status_code == 303


def test_codes_are_kept_as_keyed_hashes(house: House) -> None:
    plain = code_of(house, "2").replace("-", "")
    with house.meeting.services.desk.engine.connect() as connection:
        (row,) = connection.execute(sa.select(code_rows)).all()
    assert plain not in str(row)
    assert row.code_hash == Digests(house.meeting.services.settings.form_key).code(plain)
    assert row.code_hash != Digests(b"another key").code(plain)


@pytest.mark.parametrize("wrong", ["", "ABCDE", "ABCDE-FGHJ", "U" * 10, "0" * 100, "ж" * 10])
def test_a_wrong_code_is_refused(house: House, wrong: str) -> None:
    answer = house.browser().post("/code", code=wrong)
    assert (answer.status_code, "Такого кода нет" in answer.text) == (404, True)


def test_guessing_codes_is_stopped_even_when_the_guess_is_right(house: House) -> None:
    """Else an empty bucket would hide nothing: a thousand guesses a second, and one of them opens.

    The neighbour behind another address loses nothing.
    """
    browser, code = house.browser(), code_of(house, "2")
    seen = [browser.post("/code", code="0000000000").status_code for _ in range(10)]
    assert seen == [404] * 10
    right = browser.post("/code", code=code)
    assert (right.status_code, "set-cookie" in right.headers) == (429, False)
    assert 1 <= int(right.headers["retry-after"]) <= 6
    assert f'value="{code}"' in right.text, "what was typed stays in the form"
    assert 'action="/code"' in right.text
    assert f"подождите {right.headers['retry-after']}" in right.text
    elsewhere = house.browser()
    elsewhere.address = "203.0.113.10"
    assert elsewhere.post("/code", code=code).status_code == 303


def test_right_codes_cost_no_tries(house: House) -> None:
    """A whole house behind one router."""
    browser, code = house.browser(), code_of(house, "2")
    seen = {browser.post("/code", code=code).status_code for _ in range(15)}
    assert seen == {303}


def test_another_site_cannot_send_the_form(house: House) -> None:
    code = code_of(house, "2")
    headers = {"sec-fetch-site": "cross-site"}
    answer = house.browser().send("POST", "/code", data={"code": code}, headers=headers)
    assert (answer.status_code, "form_out_of_date" in answer.text) == (403, True)


def test_a_qr_with_the_code_only_fills_it_in(house: House) -> None:
    """A prefetching messenger opens addresses: nothing is proven or written by that."""
    code = code_of(house, "2")
    with house.meeting.services.desk.engine.connect() as connection:
        before = connection.execute(sa.select(sa.func.count()).select_from(links)).scalar()
    browser = house.browser()
    page = browser.get(f"/code/{code}")
    assert f'value="{code}"' in page.text
    assert browser.send("HEAD", f"/code/{code}").status_code in (200, 405)
    with house.meeting.services.desk.engine.connect() as connection:
        after = connection.execute(sa.select(sa.func.count()).select_from(links)).scalar()
        assert connection.execute(sa.select(proofs)).first() is None
    assert before == after


# --- the mini-app ---------------------------------------------------------------------------------


def test_a_launch_by_personal_link_votes_with_its_evidence(house: House) -> None:
    anna, browser = house.world.person("Анна"), house.browser()
    token = house.link("2")
    answer = browser.post("/app", init_data=house.world.init_data(anna, f"b_{token}"))
    assert answer.status_code == 303, answer.text
    assert token not in browser.last
    assert browser.vote(browser.last).status_code == 303
    assert house.evidence("2") == "max_init_data"


def test_a_link_opened_through_the_messenger_belongs_to_that_account(house: House) -> None:
    """Forwarded to a neighbour it opens neither in their messenger nor in a browser."""
    anna, boris, token = house.world.person("Анна"), house.world.person("Борис"), house.link("2")
    first = house.browser()
    first.post("/app", init_data=house.world.init_data(anna, token))
    stolen = house.browser().post("/app", init_data=house.world.init_data(boris, token))
    assert (stolen.status_code, "link_of_another" in stolen.text) == (403, True)
    plain = house.browser().get(f"/b/{token}")
    assert (plain.status_code, "link_of_another" in plain.text) == (403, True)
    sent = ask(
        house.app, "POST", "/api/v1/ballots", json={"answers": {"1": "for", "2": "for"}},
        headers={"authorization": f"Bearer {token}"},
    )  # fmt: skip
    assert sent.json()["code"] == "link_of_another"
    again = house.browser()
    assert again.post("/app", init_data=house.world.init_data(anna, token)).status_code == 303
    assert again.vote(again.last).status_code == 303
    assert house.evidence("2") == "max_init_data"


def test_a_binding_holds_after_a_restart(house: House) -> None:
    anna, token = house.world.person("Анна"), house.link("2")
    house.browser().post("/app", init_data=house.world.init_data(anna, token))
    house.meeting.services.desk.forget_links()
    house.app = create_app(house.meeting.services)
    assert house.browser().get(f"/b/{token}").status_code == 403


def test_opening_a_link_in_the_messenger_is_not_yet_identification(strict: House) -> None:
    anna, browser = strict.world.person("Анна"), strict.browser()
    browser.post("/app", init_data=strict.world.init_data(anna, strict.link("2")))
    answer = browser.vote(browser.last)
    assert (answer.status_code, "identification_needed" in answer.text) == (403, True)


def test_a_launch_is_used_once(house: House) -> None:
    anna, token = house.world.person("Анна"), house.link("2")
    launch = house.world.init_data(anna, token)
    assert house.browser().post("/app", init_data=launch).status_code == 303
    again = house.browser().post("/app", init_data=launch)
    assert (again.status_code, "launch_refused" in again.text) == (403, True)
    assert "уже воспользовались" in again.text


def test_a_refused_launch_is_not_used_up(house: House) -> None:
    """Somebody without a phone in the register may still be found after the secretary adds it."""
    anna = house.world.person("Анна", phone=PHONE)
    launch, contact = house.world.init_data(anna), house.world.bridge_contact(anna)
    fields = {
        "init_data": launch, "phone": contact["phone"], "auth_date": contact["authDate"],
        "hash": contact["hash"],
    }  # fmt: skip
    refused = house.browser().post("/app", **fields)
    assert (refused.status_code, "person_not_matched" in refused.text) == (404, True)
    know_phone(house, "2")
    assert house.browser().post("/app", **fields).status_code == 303


def test_a_phone_of_the_mini_app_votes_where_identification_is_required(strict: House) -> None:
    know_phone(strict, "2")
    anna, browser = strict.world.person("Анна", phone=PHONE), strict.browser()
    contact = strict.world.bridge_contact(anna)
    answer = browser.post(
        "/app", init_data=strict.world.init_data(anna), phone=contact["phone"],
        auth_date=contact["authDate"], hash=contact["hash"],
    )  # fmt: skip
    assert answer.status_code == 303, answer.text
    assert browser.vote(browser.last).status_code == 303
    assert strict.evidence("2") == "max_phone"


def test_an_account_proven_by_phone_is_known_again(strict: House) -> None:
    know_phone(strict, "2")
    anna, first, second = (
        strict.world.person("Анна", phone=PHONE),
        *(strict.browser() for _ in range(2)),
    )
    contact = strict.world.bridge_contact(anna)
    first.post(
        "/app", init_data=strict.world.init_data(anna), phone=contact["phone"],
        auth_date=contact["authDate"], hash=contact["hash"],
    )  # fmt: skip
    assert second.post("/app", init_data=strict.world.init_data(anna)).status_code == 303
    second.vote(second.last)
    assert strict.evidence("2") == "max_phone"
    boris = strict.browser()
    stranger = strict.world.init_data(strict.world.person("Борис"))
    assert boris.post("/app", init_data=stranger).status_code == 404


def test_a_phone_proves_its_owner_and_not_whose_link_was_forwarded(strict: House) -> None:
    """Anna has proven herself; the link of a neighbour in her account is still only a link."""
    know_phone(strict, "2")
    anna, own, neighbours = (
        strict.world.person("Анна", phone=PHONE),
        *(strict.browser() for _ in range(2)),
    )
    contact = strict.world.bridge_contact(anna)
    own.post(
        "/app", init_data=strict.world.init_data(anna), phone=contact["phone"],
        auth_date=contact["authDate"], hash=contact["hash"],
    )  # fmt: skip
    neighbours.post("/app", init_data=strict.world.init_data(anna, strict.link("3")))
    assert "identification_needed" in neighbours.vote(neighbours.last).text
    assert strict.recorded("3") is None
    again = strict.browser()
    again.post("/app", init_data=strict.world.init_data(anna, strict.link("2")))
    assert again.vote(again.last).status_code == 303
    assert strict.evidence("2") == "max_phone"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda raw: raw[:-1] + ("0" if raw[-1] != "0" else "1"), "не сошлась"),
        (lambda raw: raw.replace("auth_date=", "auth_date=9"), "не сошлась"),
        (lambda raw: "", "не сошлась"),
        (lambda raw: "x=" + "y" * 17_000, "слишком длинные"),
    ],
    ids=["hash", "time", "empty", "long"],
)
def test_forged_launches_are_refused(house: House, change: object, why: str) -> None:
    launch = house.world.init_data(house.world.person("Анна"), house.link("2"))
    answer = house.browser().post("/app", init_data=change(launch))  # type: ignore[operator]
    assert (answer.status_code, "launch_refused" in answer.text) == (403, True)
    assert why in answer.text


def test_a_stale_launch_is_refused(house: House) -> None:
    launch = house.world.init_data(house.world.person("Анна"), house.link("2"))
    house.meeting.clock.tick(timedelta(hours=1, seconds=1))
    answer = house.browser().post("/app", init_data=launch)
    assert (answer.status_code, "больше часа назад" in answer.text) == (403, True)


def test_a_huge_body_is_refused(house: House) -> None:
    answer = house.browser().post("/app", init_data="x" * 70_000)
    assert (answer.status_code, "body_too_large" in answer.text) == (413, True)


def test_somebody_elses_phone_is_refused(house: House) -> None:
    """A contact signed for another account proves nothing."""
    know_phone(house, "2")
    anna = house.world.person("Анна", phone=PHONE)
    boris = house.world.person("Борис", phone="+79990000077")
    contact = house.world.bridge_contact(anna)
    answer = house.browser().post(
        "/app", init_data=house.world.init_data(boris), phone=contact["phone"],
        auth_date=contact["authDate"], hash=contact["hash"],
    )  # fmt: skip
    assert (answer.status_code, "phone_refused" in answer.text) == (403, True)


def test_a_phone_of_two_owners_proves_neither(house: House) -> None:
    know_phone(house, "2")
    know_phone(house, "3")
    anna, contact = house.world.person("Анна", phone=PHONE), None
    contact = house.world.bridge_contact(anna)
    answer = house.browser().post(
        "/app", init_data=house.world.init_data(anna), phone=contact["phone"],
        auth_date=contact["authDate"], hash=contact["hash"],
    )  # fmt: skip
    assert (answer.status_code, "у нескольких" in answer.text) == (404, True)


def test_only_the_messengers_script_and_ours_may_run_on_its_page(house: House) -> None:
    page = house.browser().get("/app")
    policy = page.headers["content-security-policy"]
    assert "script-src 'self' https://st.max.ru" in policy
    assert "default-src 'none'" in policy
    assert "открывается из мессенджера" in page.text
    other = house.browser().get("/code").headers["content-security-policy"]
    assert "script-src" not in other
    script = house.browser().get("/static/app.js")
    assert script.headers["content-type"].startswith("text/javascript")


# --- after the close ------------------------------------------------------------------------------


def test_after_the_close_no_way_gives_a_vote(house: House) -> None:
    know_phone(house, "2")
    browser, token, code = house.browser(), house.link("3"), code_of(house, "2")
    browser.post("/code", code=code)
    house.meeting.clock.move_to(CLOSES_AT)
    for who, home in ((browser, browser.last), (house.browser(), f"/b/{token}")):
        assert "Ответы больше не принимаются" in who.get(home).text
    sent = ask(
        house.app, "POST", "/api/v1/ballots", json={"answers": {"1": "for", "2": "for"}},
        headers={"authorization": f"Bearer {token}"},
    )  # fmt: skip
    assert sent.json()["code"] == "voting_is_closed"
    anna = house.world.person("Анна", phone=PHONE)
    since = CLOSES_AT - OPENS_AT - timedelta(hours=1)
    house.world.clock.advance(since.total_seconds())  # type: ignore[attr-defined]
    contact = house.world.bridge_contact(anna)
    late = house.browser().post(
        "/app", init_data=house.world.init_data(anna), phone=contact["phone"],
        auth_date=contact["authDate"], hash=contact["hash"],
    )  # fmt: skip
    assert (late.status_code, "person_not_matched" in late.text) == (404, True)
