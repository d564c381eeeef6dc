"""Logins at a real provider process on the loopback: believed, and lied to in every way."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from api.identity.provider import OidcSettingsError, read_oidc
from tests.identity.conftest import Browser, House, open_house
from tests.identity.oidc_provider import CLIENT, SECRET
from tests.identity.test_ways import PHONE, know_phone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from httpx import Response

ROOT = Path(__file__).parents[2]
VERIFIED: dict[str, Any] = {"phone_number": PHONE, "phone_number_verified": True}


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """Run the provider as a process of its own."""
    command = [sys.executable, "-m", "tests.identity.oidc_provider"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


class Login:
    """An installation that only believes the provider, and the provider."""

    def __init__(self, house: House, issuer: str) -> None:
        self.house, self.issuer = house, issuer

    def tell(self, fault: str = "", alg: str = "RS256", **claims: Any) -> None:
        """Say what the provider should vouch for."""
        now = int(self.house.meeting.clock().timestamp())
        told = {"claims": claims, "fault": fault, "alg": alg, "now": now}
        assert httpx.post(f"{self.issuer}/_told", json=told).status_code == 200

    def begin(self, browser: Browser) -> str:
        """Begin a login and let the provider send the browser back; gives that address."""
        sent = browser.get(f"/m/{self.house.meeting.meeting}/login")
        assert sent.status_code == 303, sent.text
        back = httpx.get(sent.headers["location"])
        assert back.status_code == 303, back.text
        parts = urlsplit(back.headers["location"])
        return f"{parts.path}?{parts.query}"

    def whole(self, browser: Browser) -> Response:
        """Log in."""
        return self.back(browser, self.begin(browser))

    def back(self, browser: Browser, address: str) -> Response:
        """Come back from the provider."""
        answer = browser.get(address)
        if answer.status_code == 303:
            browser.last = answer.headers["location"]
        return answer


@pytest.fixture
def login(tmp_path: Path, issuer: str) -> Iterator[Login]:
    """Give an installation on the strictest level."""
    env = {
        "SOBRANIE_IDENTIFICATION": "state", "SOBRANIE_OIDC_ISSUER": issuer,
        "SOBRANIE_OIDC_CLIENT_ID": CLIENT, "SOBRANIE_OIDC_CLIENT_SECRET": SECRET,
    }  # fmt: skip
    with open_house(tmp_path / "home", env) as house:
        know_phone(house, "2")
        yield Login(house, issuer)


@pytest.mark.parametrize("alg", ["RS256", "ES256"])
def test_a_login_votes_where_nothing_less_is_enough(login: Login, alg: str) -> None:
    """A code and a personal link are refused there; the login stands in the ballot."""
    login.tell(alg=alg, **VERIFIED)
    browser = login.house.browser()
    assert login.whole(browser).status_code == 303
    assert browser.vote(browser.last).status_code == 303
    assert login.house.evidence("2") == "oidc"
    plain = login.house.browser().vote(f"/b/{login.house.link('3')}")
    assert "identification_needed" in plain.text


FAULTS = {
    "wrong_nonce": "nonce", "number_nonce": "nonce", "no_nonce": "token", "no_exp": "token",
    "expired": "expired", "future": "expired", "text_times": "token",
    "endless": "token", "no_number": "token", "wrong_aud": "audience",
    "several_aud": "audience", "wrong_azp": "audience", "wrong_iss": "issuer",
    "alg_none": "algorithm", "hs256": "algorithm", "rs512": "algorithm",
    "other_kind_of_key": "algorithm", "foreign_key": "token", "unknown_key": "key",
    "changed": "token", "no_token": "token", "denied": "denied",
}  # fmt: skip


@pytest.mark.parametrize(("fault", "why"), FAULTS.items(), ids=FAULTS)
def test_a_lying_provider_is_not_believed(login: Login, fault: str, why: str) -> None:
    login.tell(fault, **VERIFIED)
    browser = login.house.browser()
    address = login.begin(browser)
    answer = browser.send("GET", address, headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (403, "login_refused")
    assert answer.json()["why"] == why
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("fault", ["down", "not_json", "redirect"])
def test_a_provider_that_is_down_is_said_to_be(login: Login, fault: str) -> None:
    login.tell(fault, **VERIFIED)
    answer = login.whole(login.house.browser())
    assert (answer.status_code, "login_unavailable" in answer.text) == (503, True)


def test_a_provider_under_another_name_is_not_asked(login: Login) -> None:
    login.tell("other_issuer", **VERIFIED)
    answer = login.house.browser().get(f"/m/{login.house.meeting.meeting}/login")
    assert answer.status_code == 503


def test_new_keys_are_found(login: Login) -> None:
    login.tell(**VERIFIED)
    assert login.whole(login.house.browser()).status_code == 303
    login.tell("rotated", **VERIFIED)
    assert login.whole(login.house.browser()).status_code == 303


def test_a_state_is_used_once_and_in_its_own_browser(login: Login) -> None:
    """Replayed, brought to another browser (login CSRF), changed, late: refused."""
    login.tell(**VERIFIED)
    browser = login.house.browser()
    address = login.begin(browser)
    assert "login_refused" in login.house.browser().get(address).text
    assert login.back(browser, address).status_code == 303
    replayed = login.back(browser, address)
    assert (replayed.status_code, "login_refused" in replayed.text) == (403, True)
    address = login.begin(browser)
    state = parse_qs(urlsplit(address).query)["state"][0]
    assert browser.get(address.replace(state, state[:-1] + "x")).status_code == 403
    other = login.house.browser()
    login.begin(other)
    assert other.get(address).status_code == 403
    login.house.meeting.clock.tick(timedelta(minutes=10))
    login.tell(**VERIFIED)
    late = browser.send("GET", address, headers={"accept": "application/json"})
    assert (late.status_code, late.json()["why"]) == (403, "state")


@pytest.mark.parametrize("cookie", ["", "x", "a.b.c", "ы", "A" * 43 + ".x.9"])
def test_a_made_up_cookie_begins_nothing(login: Login, cookie: str) -> None:
    headers = {"cookie": f"sobranie_login={cookie}".encode()}
    answer = login.house.browser().send("GET", "/login/done?state=x&code=y", headers=headers)
    assert answer.status_code == 403


def test_a_code_of_somebody_else_is_refused_by_pkce(login: Login) -> None:
    """A code that leaked from another login is worth nothing without its verifier."""
    login.tell(**VERIFIED)
    victim, thief = login.house.browser(), login.house.browser()
    code = parse_qs(urlsplit(login.begin(victim)).query)["code"][0]
    own = login.begin(thief)
    mine = parse_qs(urlsplit(own).query)["code"][0]
    answer = thief.get(own.replace(mine, code))
    assert (answer.status_code, "login_refused" in answer.text) == (403, True)


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ({}, "login_refused"),
        ({"phone_number": PHONE}, "login_refused"),
        ({"phone_number": PHONE, "phone_number_verified": "true"}, "login_refused"),
        ({"phone_number": "+79990000077", "phone_number_verified": True}, "person_not_matched"),
        ({"phone_number": 7, "phone_number_verified": True}, "login_refused"),
        ({"snils": "112-233-445 95"}, "person_not_matched"),
    ],
)
def test_who_is_no_owner_is_told_so(login: Login, claims: dict[str, Any], code: str) -> None:
    login.tell(**claims)
    assert code in login.whole(login.house.browser()).text


def test_without_a_provider_there_is_no_login(house: House) -> None:
    path = f"/m/{house.meeting.meeting}"
    assert house.browser().get(f"{path}/login").status_code == 404
    assert house.browser().get("/login/done?state=x&code=y").status_code == 404
    assert f"{path}/login" not in house.browser().get(f"{path}/in").text


def test_settings_that_cannot_work_are_named(tmp_path: Path) -> None:
    good = {
        "SOBRANIE_OIDC_ISSUER": "https://id.example", "SOBRANIE_OIDC_CLIENT_ID": "sobranie",
        "SOBRANIE_OIDC_CLIENT_SECRET": "secret-1",
    }  # fmt: skip
    read = read_oidc(good)
    assert read is not None
    assert "secret-1" not in repr(read)
    assert read_oidc({}) is None
    for change in (
        {"SOBRANIE_OIDC_ISSUER": "http://id.example"}, {"SOBRANIE_OIDC_ISSUER": "id.example"},
        {"SOBRANIE_OIDC_CLIENT_ID": ""},
    ):  # fmt: skip
        with pytest.raises(OidcSettingsError, match=next(iter(change))):
            read_oidc(good | change)
    del good["SOBRANIE_OIDC_CLIENT_SECRET"]
    file = tmp_path / "secret"
    file.write_text("secret-2\n", encoding="utf-8")
    good["SOBRANIE_OIDC_CLIENT_SECRET_FILE"] = str(file)
    file.chmod(0o644)
    with pytest.raises(OidcSettingsError, match="0600"):
        read_oidc(good)
    file.chmod(0o600)
    found = read_oidc(good)
    assert found is not None
    assert found.client_secret.get_secret_value() == "secret-2"
