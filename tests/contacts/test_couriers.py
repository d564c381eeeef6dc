"""Letters go out over real connections, and every way to fail is told apart."""

from __future__ import annotations

import email
import io
import stat
from email.policy import default
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from typing_extensions import override

from api.contacts.book import Channel, Contact
from api.contacts.courier import AddressRefusedError, AnswerLostError, Letter, NotTakenError
from api.contacts.gateway import GatewayCourier, GatewayPlace
from api.contacts.plain import ConsoleCourier, FileCourier, remove_written
from api.contacts.smtp import Security, SmtpCourier, SmtpPlace
from domain.facts import HouseId, PersonId, moment
from tests.contacts.certificates import Certificate, certificate
from tests.contacts.gateway_server import LOSE, Gateway, gateway_server
from tests.contacts.mail_server import DROP, TAKE_AND_DROP, MailServer, mail_server
from tests.integration.small import CALLED_AT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOUSE, ANNA = HouseId(UUID(int=1)), PersonId(UUID(int=11))
MAIL = Contact(HOUSE, ANNA, Channel.EMAIL, "anna@mail.example")
PHONE = Contact(HOUSE, ANNA, Channel.PHONE, "+79001234567")
TEXT = "Здравствуйте!\n.\n..точки в начале строки\n" + "очень " * 300 + "длинно\n"


def letter(to: Contact = MAIL, subject: str = "Ваша личная ссылка") -> Letter:
    return Letter("ab" * 32, to, subject, TEXT, "коротко")


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return certificate(tmp_path_factory.mktemp("own"))


def by_smtp(server: MailServer, **changes: Any) -> SmtpCourier:
    chain = str(server.certificate.chain) if server.certificate is not None else ""
    given: dict[str, Any] = {
        "host": "127.0.0.1", "port": server.port, "security": Security.STARTTLS,
        "sender": "oss@uk.example", "ca_file": chain, **changes,
    }  # fmt: skip
    return SmtpCourier(SmtpPlace(**given), lambda: moment(CALLED_AT), timeout=5)


# --- e-mail ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_a_letter_arrives_whole_and_in_private(own: Certificate, security: Security) -> None:
    at_once = security is Security.TLS
    with mail_server(MailServer(own, tls_at_once=at_once, password="word")) as server:
        courier = by_smtp(server, security=security, user="oss", password="word")
        courier.send(letter())
        courier.close()
    (mail,) = server.taken
    assert (mail.sender, mail.recipients) == ("oss@uk.example", ["anna@mail.example"])
    assert (mail.private, mail.user) == (True, "oss")
    read = email.message_from_bytes(mail.content, policy=default)
    body = read.get_body()
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == TEXT
    assert read["Subject"] == "Ваша личная ссылка"
    assert read["Auto-Submitted"] == "auto-generated"
    assert read["Message-ID"] == f"<{'ab' * 16}@uk.example>"
    assert read["Date"].datetime == CALLED_AT


def test_one_connection_carries_many_letters_and_is_made_anew_when_it_dies(
    own: Certificate,
) -> None:
    with mail_server(MailServer(own)) as server:
        courier = by_smtp(server)
        courier.send(letter())
        courier.send(letter())
        assert server.connections == 1
        server.faults["NOOP"] = [DROP]
        courier.send(letter())
        assert (server.connections, len(server.taken)) == (2, 3)
        courier.close()
        courier.close()


def test_without_a_trusted_certificate_nothing_is_said(own: Certificate, tmp_path: Path) -> None:
    other = certificate(tmp_path, "127.0.0.2")
    with mail_server(MailServer(own)) as server:
        for trusted in ("", str(other.chain)):
            with pytest.raises(NotTakenError, match="tls_failed"):
                by_smtp(server, ca_file=trusted).send(letter())
    with mail_server(MailServer(other)) as server, pytest.raises(NotTakenError, match="tls_failed"):
        by_smtp(server).send(letter())
    assert server.taken == []


def test_a_server_that_hides_its_tls_gets_nothing(own: Certificate) -> None:
    silent = MailServer(own, offers_tls=False)
    with mail_server(silent) as server, pytest.raises(NotTakenError, match="not_offered"):
        by_smtp(server).send(letter())
    assert server.taken == []


@pytest.mark.parametrize(
    ("step", "fault", "kind", "code"),
    [
        ("hello", "421 busy", NotTakenError, "no_connection"),
        ("hello", DROP, NotTakenError, "no_connection"),
        ("STARTTLS", "454 no", NotTakenError, "no_connection"),
        ("AUTH", "535 wrong", NotTakenError, "login_535"),
        ("MAIL", "451 later", NotTakenError, "mail_451"),
        ("MAIL", DROP, NotTakenError, "connection_lost"),
        ("RCPT", "450 later", NotTakenError, "rcpt_450"),
        ("RCPT", "552 full", NotTakenError, "rcpt_552"),
        ("RCPT", "550 no such mailbox", AddressRefusedError, "rcpt_550"),
        ("RCPT", DROP, NotTakenError, "connection_lost"),
        ("DATA", "452 later", NotTakenError, "data_452"),
        ("dot", "451 later", NotTakenError, "data_451"),
        ("dot", "554 spam", AddressRefusedError, "data_554"),
        ("dot", DROP, AnswerLostError, "answer_lost"),
        ("dot", TAKE_AND_DROP, AnswerLostError, "answer_lost"),
    ],
)
def test_every_way_to_fail_is_told_apart_and_the_next_letter_goes(
    own: Certificate, step: str, fault: str, kind: type[Exception], code: str
) -> None:
    with mail_server(MailServer(own, password="word")) as server:
        courier = by_smtp(server, user="oss", password="word")
        server.faults[step] = [fault]
        with pytest.raises(kind) as caught:
            courier.send(letter())
        assert str(caught.value) == code
        courier.send(letter())
        courier.close()
    assert len(server.taken) == (2 if fault == TAKE_AND_DROP else 1)


def test_nobody_listens(own: Certificate) -> None:
    with mail_server(MailServer(own)) as server:
        pass
    with pytest.raises(NotTakenError, match="no_connection"):
        by_smtp(server).send(letter())


@pytest.mark.parametrize(
    ("subject", "address"),
    [
        ("Тема\r\nBcc: evil@mail.example", "anna@mail.example"),
        ("Тема\nBcc: evil@mail.example", "anna@mail.example"),
        ("Тема", "anna@mail.example\r\nBcc: evil@mail.example"),
        ("Тема", "anna@mail.example>\r\nRCPT TO:<evil@mail.example"),
        ("Тема", "anna@mail.example, evil@mail.example"),
    ],
)
def test_no_line_break_gets_into_a_header_or_the_envelope(
    own: Certificate, subject: str, address: str
) -> None:
    hostile = letter(Contact(HOUSE, ANNA, Channel.EMAIL, address), subject)
    refused = pytest.raises(AddressRefusedError, match="header_refused")
    with mail_server(MailServer(own)) as server, refused:
        by_smtp(server).send(hostile)
    assert server.taken == []
    assert server.connections == 0


# --- short messages -------------------------------------------------------------------------------


@pytest.fixture
def gateway(own: Certificate) -> Iterator[Gateway]:
    with gateway_server(own) as served:
        yield served


def by_gateway(gateway: Gateway, own: Certificate) -> GatewayCourier:
    return GatewayCourier(GatewayPlace(gateway.url, "key", str(own.chain)), timeout=5)


def test_a_short_message_is_posted_with_the_key_and_a_mark(
    gateway: Gateway, own: Certificate
) -> None:
    courier = by_gateway(gateway, own)
    courier.send(letter(PHONE))
    courier.close()
    ((headers, body),) = gateway.taken
    assert body == {"id": "ab" * 32, "to": "+79001234567", "text": "коротко"}
    assert headers["Authorization"] == "Bearer key"
    assert headers["Idempotency-Key"] == "ab" * 32


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        (422, AddressRefusedError, "http_422"),
        (400, AddressRefusedError, "http_400"),
        (401, NotTakenError, "http_401"),
        (404, NotTakenError, "http_404"),
        (302, NotTakenError, "http_302"),
        (429, NotTakenError, "http_429"),
        (503, NotTakenError, "http_503"),
        (500, AnswerLostError, "http_500"),
        (502, AnswerLostError, "http_502"),
        (504, AnswerLostError, "http_504"),
        (LOSE, AnswerLostError, "answer_lost"),
    ],
)
def test_every_answer_of_the_gateway_is_told_apart(
    gateway: Gateway, own: Certificate, answer: int, kind: type[Exception], code: str
) -> None:
    gateway.answers = [answer]
    courier = by_gateway(gateway, own)
    with pytest.raises(kind) as caught:
        courier.send(letter(PHONE))
    courier.close()
    assert str(caught.value) == code
    assert len(gateway.taken) == 1


def test_a_landline_and_a_stranger_s_certificate_get_nothing(
    gateway: Gateway, own: Certificate
) -> None:
    landline = Contact(HOUSE, ANNA, Channel.PHONE, "+74951234567")
    courier = by_gateway(gateway, own)
    with pytest.raises(AddressRefusedError, match="landline"):
        courier.send(letter(landline))
    courier.close()
    untrusting = GatewayCourier(GatewayPlace(gateway.url, "key"), timeout=5)
    with pytest.raises(NotTakenError, match="no_connection"):
        untrusting.send(letter(PHONE))
    untrusting.close()
    assert gateway.taken == []


# --- without anything set up ----------------------------------------------------------------------


def test_files_are_for_the_operator_alone_and_go_with_the_person(tmp_path: Path) -> None:
    courier = FileCourier(tmp_path)
    courier.send(letter())
    courier.send(letter())
    (path,) = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert path.read_text(encoding="utf-8").startswith("Кому: anna@mail.example\nТема: Ваша")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    remove_written(tmp_path, PersonId(UUID(int=12)))
    assert path.exists()
    remove_written(tmp_path, ANNA)
    assert not path.exists()
    courier.close()


def test_a_file_to_a_phone_holds_the_short_message_that_would_go(tmp_path: Path) -> None:
    FileCourier(tmp_path).send(letter(PHONE))
    (path,) = tmp_path.rglob("*.txt")
    assert path.read_text(encoding="utf-8") == "Кому: +79001234567\n\nкоротко\n"


def test_a_folder_that_cannot_be_written_is_for_later(tmp_path: Path) -> None:
    (tmp_path / "letters").write_text("in the way")
    with pytest.raises(NotTakenError, match="file_not_written"):
        FileCourier(tmp_path).send(letter())


def test_the_console_prints_the_letter() -> None:
    stream = io.StringIO()
    courier = ConsoleCourier(stream)
    courier.send(letter())
    courier.close()
    assert "Кому: anna@mail.example" in stream.getvalue()


class Gone(io.StringIO):
    """A console at whose other end nobody is."""

    @override
    def write(self, _text: str) -> int:
        raise BrokenPipeError


def test_a_console_nobody_reads_has_not_taken_the_letter() -> None:
    with pytest.raises(NotTakenError, match="console_closed"):
        ConsoleCourier(Gone()).send(letter())


def test_nothing_personal_shows_in_a_letter_s_repr() -> None:
    shown = repr(letter()) + repr(SmtpPlace("h", 1, Security.TLS, "a@b", "u", "secret-word"))
    assert "anna@" not in shown
    assert "Здравствуйте" not in shown
    assert "secret-word" not in shown
