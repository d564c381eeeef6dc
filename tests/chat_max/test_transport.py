"""Whom we trust and what we keep to ourselves: TLS, the token, the settings."""

from __future__ import annotations

import asyncio
import logging
import ssl
import traceback
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pydantic import SecretStr
from starlette.types import Receive, Scope, Send

from api.chat.max import errors
from api.chat.max.client import MaxClient
from api.chat.max.content import NewMessage
from api.chat.max.errors import MaxError, api_error, parse_wait
from api.chat.max.models import BotInfo
from api.chat.max.transport import BASE_URL, MaxSettings, MaxSettingsError, MaxTransport, trust
from tests.chat_max.conftest import House
from tests.fake_max.facts import FACTS, TOKEN
from tests.fake_max.faults import Fault, FaultKind
from tests.fake_max.serve import Certificate, serving
from tests.fake_max.server import create_app
from tests.fake_max.world import World

KEY = SecretStr(TOKEN)
SINCE, UNTIL = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def issue(
    name: str, by: tuple[x509.Name, ec.EllipticCurvePrivateKey] | None
) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    """Issue a root (`by` is None) or the loopback's certificate."""
    key, subject = ec.generate_private_key(ec.SECP256R1()), named(name)
    issuer, signer = by or (subject, key)
    alternative = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(SINCE)
        .not_valid_after(UNTIL)
        .add_extension(x509.BasicConstraints(ca=by is None, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if by is not None:
        authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
        builder = builder.add_extension(authority, critical=False)
        builder = builder.add_extension(alternative, critical=False)
    return builder.sign(signer, hashes.SHA256()), key


def named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


@pytest.fixture
def authority(tmp_path: Path) -> tuple[Path, Certificate]:
    """Give a root of our own and a certificate under it."""
    root, root_key = issue("Invented Root CA", None)
    leaf, leaf_key = issue("loopback", (root.subject, root_key))
    files = {name: tmp_path / f"{name}.pem" for name in ("root", "chain", "key")}
    files["root"].write_bytes(root.public_bytes(serialization.Encoding.PEM))
    files["chain"].write_bytes(leaf.public_bytes(serialization.Encoding.PEM))
    files["key"].write_bytes(
        leaf_key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return files["root"], Certificate(files["chain"], files["key"])


def ask_me(base_url: str, ca_file: Path | None) -> BotInfo:
    async def work() -> BotInfo:
        async with MaxClient(MaxSettings(KEY, base_url, ca_file)) as client:
            return await client.me()

    return asyncio.run(work())


def test_the_state_root_is_trusted_when_it_is_given_and_only_then(
    authority: tuple[Path, Certificate],
) -> None:
    ca_file, certificate = authority
    with serving(create_app(World()), certificate) as base_url:
        assert ask_me(base_url, ca_file).is_bot
        with pytest.raises(errors.MaxUnreachableError):
            ask_me(base_url, None)


def test_the_root_is_added_to_the_public_ones_and_checks_stay_on(
    authority: tuple[Path, Certificate],
) -> None:
    plain, more = trust(None), trust(authority[0])
    assert len(more.get_ca_certs()) == len(plain.get_ca_certs()) + 1 > 50
    for context in (plain, more):
        assert context.verify_mode is ssl.CERT_REQUIRED
        assert context.check_hostname


def test_a_broken_root_file_is_an_error_and_no_fallback(tmp_path: Path) -> None:
    broken = tmp_path / "root.pem"
    broken.write_text("no certificate")
    for file in (broken, tmp_path / "absent.pem"):
        with pytest.raises(MaxSettingsError, match="ca_file"):
            trust(file)


@pytest.mark.parametrize(
    "base_url",
    [
        "http://platform-api2.max.ru",
        "http://127.0.0.1.evil.example",
        "https://user:secret@platform-api2.max.ru",
        "ftp://127.0.0.1",
        "https://",
        "",
    ],
)
def test_the_token_goes_nowhere_in_the_clear(base_url: str) -> None:
    with pytest.raises(MaxSettingsError):
        MaxSettings(KEY, base_url)


@pytest.mark.parametrize("token", ["", "a b", "a\n", "a\r\nX: y", "ключ"])
def test_a_token_that_cannot_be_a_header_is_refused_without_showing_it(token: str) -> None:
    with pytest.raises(MaxSettingsError) as refused:
        MaxSettings(SecretStr(token))
    assert not token or token not in str(refused.value)


def test_the_host_is_the_one_of_the_facts() -> None:
    assert FACTS["transport"]["base_url"] == BASE_URL
    assert MaxSettings(KEY).base_url == BASE_URL


def test_an_upload_address_must_be_as_safe(house: House) -> None:
    async def work() -> None:
        transport = MaxTransport(MaxSettings(KEY))
        await transport.upload("http://fu.oneme.ru/x", "a.pdf", b"x")

    with pytest.raises(errors.MaxUnreachableError, match=r"upload\.url"):
        asyncio.run(work())


def test_a_redirect_is_not_followed(house: House) -> None:
    async def moved(scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"location", house.base_url.encode() + b"/me")]
        await send({"type": "http.response.start", "status": 302, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    with serving(moved) as base_url, pytest.raises(errors.MaxApiError, match="HTTP 302"):
        ask_me(base_url, None)
    assert house.world.requests == []


ALL_FAULTS = [
    Fault(FaultKind.BURST_429),
    Fault(FaultKind.BURST_5XX, status=500),
    Fault(FaultKind.SUCCESS_FALSE),
    Fault(FaultKind.PATHS_GONE),
    Fault(FaultKind.LOST_ANSWER),
    Fault(FaultKind.NOT_JSON),
    Fault(FaultKind.DROPPED_BEFORE),
]


def failures(house: House) -> list[MaxError]:
    """Collect an error of every kind."""
    found: list[MaxError] = []
    for fault in ALL_FAULTS:
        house.world.faults.add(fault)
        try:
            house.run(lambda client: client.send_to_chat(house.chat.chat_id, NewMessage("х")))
        except MaxError as error:
            found.append(error)
    house.settings["base_url"] = "http://127.0.0.1:1"
    try:
        house.run(lambda client: client.me())
    except MaxError as error:
        found.append(error)
    return found


def test_the_token_is_in_no_log_no_repr_and_no_traceback(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    house.run(lambda client: client.send_to_chat(house.chat.chat_id, NewMessage("х")))
    found = failures(house)
    assert len(found) == len(ALL_FAULTS) + 1
    for error in found:
        text = "".join(traceback.TracebackException.from_exception(error).format())
        assert TOKEN not in text + repr(error) + repr(vars(error))
        assert error.__context__ is None and error.__cause__ is None
    assert caplog.records
    assert TOKEN not in caplog.text
    assert TOKEN not in repr(MaxSettings(KEY)) + repr(house.client())


def test_a_server_that_repeats_the_token_is_cut() -> None:
    body = f'{{"code":"x.{TOKEN}","message":"your {TOKEN} is wrong {"y" * 500}"}}'.encode()
    error = api_error(401, body, None, KEY)
    assert TOKEN not in str(error) + error.code
    assert len(str(error)) < 500


@pytest.mark.parametrize("body", [b"", b"\xff", b"[]", b'{"code":7}', b"<html>", b"[" * 100_000])
def test_an_error_without_a_readable_body_keeps_its_status(body: bytes) -> None:
    error = api_error(502, body, None, KEY)
    assert (type(error), error.status, error.code) == (errors.MaxServerError, 502, "http.502")


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        (None, None),
        ("", None),
        ("5", 5),
        ("0", 0),
        ("-5", None),
        ("1.5", None),
        ("²", None),
        ("Wed, 21 Oct 2026 07:28:00 GMT", None),
        ("9" * 5000, 3600),
    ],
)
def test_retry_after_is_read_with_care(header: str | None, wait: int | None) -> None:
    assert parse_wait(header) == wait
