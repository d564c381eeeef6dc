"""What a stranger tries with somebody else's proof, and a provider that answers anything."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import sqlalchemy as sa
from pydantic import SecretStr
from typing_extensions import override

from api import offices
from api.desk import Desk
from api.identity import oidc
from api.identity.admitting import Admissions, Proven
from api.identity.codes import Codes
from api.identity.digests import Digests
from api.identity.matching import owner_in
from api.identity.max_ways import SharedPhone
from api.identity.provider import Asked, OidcSettings, is_safe
from api.identity.strength import Kind
from api.identity.tables import codes as code_rows
from api.refusals import LoginRefused, LoginUnavailable, PersonNotMatched
from domain.facts import moment
from domain.refusals import Refused
from tests.identity.conftest import House, open_house
from tests.identity.test_ways import PHONE, know_phone
from tests.integration import small

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from domain.refusals import Refusal

ASKED = Asked("state", "nonce", "verifier", "http://127.0.0.1/login/done")


def reason_of(attempt: Callable[[], object]) -> Refusal:
    with pytest.raises(Refused) as refused:
        attempt()
    return refused.value.reason


# --- СНИЛС against phone --------------------------------------------------------------------------


def test_a_relatives_login_with_the_owners_phone_is_not_the_owners(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A daughter's phone stands in the book for her mother: her own СНИЛС says who she is."""
    lines = small.REGISTER.replace("Подъезд\n", "Подъезд;СНИЛС\n").splitlines()
    numbers = {"2": "112-233-445 95"}
    rows = [lines[0], *(f"{row};{numbers.get(row.split(';')[0], '')}" for row in lines[1:])]
    monkeypatch.setattr(small, "REGISTER", "\n".join(rows) + "\n")
    with open_house(tmp_path / "home", {}) as house:
        services, meeting = house.meeting.services, house.meeting.meeting
        know_phone(house, "2")
        other = reason_of(lambda: owner_in(services, meeting, "087-654-303 00", PHONE))
        assert other == PersonNotMatched("nobody")
        assert owner_in(services, meeting, "", PHONE) == house.person("2")
        assert owner_in(services, meeting, "112-233-445 95", PHONE) == house.person("2")
        know_phone(house, "3", "+79990000043")
        found = owner_in(services, meeting, "087-654-303 00", "+79990000043")
        assert found == house.person("3"), "nothing is known against the phone"


# --- after a revocation, and two at once ----------------------------------------------------------


def test_a_ticket_does_not_outlive_the_revocation(house: House) -> None:
    """Made before the links were revoked, pressed after."""
    services, now = house.meeting.services, house.meeting.services.clock()
    house.link("2")
    admissions = Admissions(services.desk)
    proven = Proven(house.meeting.meeting, house.person("2"), Kind.MAX_PHONE, "ab" * 32, "c" * 64)
    neighbours = Proven(house.meeting.meeting, house.person("3"), Kind.MAX_PHONE, "ab" * 32)
    ticket, other = admissions.ticket(proven, now), admissions.ticket(neighbours, now)
    offices.revoke_links(services, house.meeting.meeting, house.person("2"))
    assert house.browser().post(f"/in/{ticket}").status_code == 404
    assert house.browser().post(f"/in/{other}").status_code == 303


@pytest.mark.postgres
def test_of_two_officers_at_once_one_code_stays_good(
    tmp_path: Path, postgres_dsn: dict[str, str]
) -> None:
    """Each would otherwise revoke what it sees and leave its own beside the other's."""
    with open_house(tmp_path / "home", {"SOBRANIE_STORE": "postgres", **postgres_dsn}) as house:
        url, meeting = house.meeting.services.settings.desk_url(), house.meeting.meeting
        desks, gate = [Desk(url) for _ in range(4)], threading.Barrier(4)
        person = house.person("2")

        def issue(desk: Desk) -> None:
            gate.wait()
            Codes(desk.engine, Digests(b"key")).issue(meeting, [person])

        for _ in range(5):
            officers = [threading.Thread(target=issue, args=(desk,)) for desk in desks]
            for officer in officers:
                officer.start()
            for officer in officers:
                officer.join()
            good = sa.select(sa.func.count()).where(~code_rows.c.revoked)
            with desks[0].engine.connect() as connection:
                assert connection.execute(good).scalar() == 1
        for desk in desks:
            desk.close()


def test_a_shared_phone_is_not_written_out() -> None:
    assert PHONE not in repr(SharedPhone(PHONE, "1", "ab" * 32))


# --- a provider that answers anything -------------------------------------------------------------


@contextmanager
def provider(answers: dict[str, Any]) -> Iterator[oidc.OidcProvider]:
    """Run a provider that says what it is told: bytes, what a call gives, else JSON."""

    class Handler(BaseHTTPRequestHandler):
        @override
        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def do_GET(self) -> None:
            said = answers[self.path]
            said = said() if callable(said) else said
            body = said if isinstance(said, bytes) else json.dumps(said).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            self.do_GET()

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        issuer = f"http://127.0.0.1:{server.server_port}"
        places = {"authorization_endpoint": "/a", "token_endpoint": "/t", "jwks_uri": "/j"}
        said = {name: issuer + path for name, path in places.items()}
        found = {"issuer": issuer, **said, **answers.pop("discovery", {})}
        answers.setdefault("/.well-known/openid-configuration", found)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            settings = OidcSettings(issuer, "client", SecretStr("secret"))
            yield oidc.OidcProvider(settings, lambda: moment(small.OPENS_AT))
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    "answers",
    [
        {"discovery": {"jwks_uri": "https://[broken"}},
        {"discovery": {"token_endpoint": "http://127.0.0.1:99999/t"}},
        {"discovery": {"token_endpoint": "http://127.0.0.1/t\x00"}},
        {"/.well-known/openid-configuration": [1]},
        {"/t": b"[" * 200_000},
        {"/t": b"\xff\xfe{}"},
        {"/t": b'{"id_token": "' + b"a" * (oidc.LONGEST + 1) + b'"}'},
        {"/j": {"keys": [{"kty": "RSA", "kid": "k", "n": "AQAB", "e": "AQAB", "alg": ["RS256"]}]}},
        {"/j": {"keys": ["k", None]}},
        {"/j": b'{"keys": [' + b"{}," * oidc.LONGEST + b"{}]}"},
    ],
    ids=range(10),
)
def test_garbage_is_the_providers_fault(answers: dict[str, Any]) -> None:
    token = "eyJhbGciOiJSUzI1NiIsImtpZCI6ImsifQ.e30.YWE"  # RS256, key "k"
    with provider({"/t": {"id_token": token}, "/j": {"keys": []}, **answers}) as asked:
        assert reason_of(lambda: asked.person("code", ASKED)) == LoginUnavailable()


def test_a_token_that_is_no_text_is_refused() -> None:
    with provider({"/t": b'{"id_token": "\\ud800.a.b"}'}) as asked:
        assert reason_of(lambda: asked.person("code", ASKED)) == LoginRefused("token")


def test_an_answer_without_end_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each byte comes in time, the whole never does."""
    monkeypatch.setattr(oidc, "PATIENCE_SECONDS", -1)
    answer = httpx.Response(200, content=iter([b" ", b" "]))
    assert reason_of(lambda: oidc._whole(answer)) == LoginUnavailable()


def test_a_provider_that_hangs_holds_few_threads() -> None:
    """Pages and votes share the threads; whoever comes next is told at once."""
    hangs, arrived = threading.Event(), threading.Semaphore(0)

    def slow() -> dict[str, str]:
        arrived.release()
        hangs.wait()
        return {}

    with provider({"/t": slow, "/j": {"keys": []}}) as asked:
        seen: list[Refusal] = []
        waiting = [
            threading.Thread(
                target=lambda: seen.append(reason_of(lambda: asked.person("code", ASKED)))
            )
            for _ in range(oidc.MOST_AT_ONCE)
        ]
        for thread in waiting:
            thread.start()
        for _ in waiting:
            arrived.acquire()
        assert reason_of(lambda: asked.person("code", ASKED)) == LoginUnavailable()
        assert asked.address(ASKED), "what is known already needs no turn"
        hangs.set()
        for thread in waiting:
            thread.join()
        assert seen == [LoginRefused("token")] * oidc.MOST_AT_ONCE
        assert reason_of(lambda: asked.person("code", ASKED)) == LoginRefused("token")


@pytest.mark.parametrize("address", ["https://[x", "https://x:99999", "https://", "ftp://x", "//x"])
def test_addresses_that_cannot_be_talked_to(address: str) -> None:
    assert not is_safe(address)
