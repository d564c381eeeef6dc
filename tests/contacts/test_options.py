"""Settings of letters: safe by default, each fault named, no secret told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from api.contacts.book import Channel
from api.contacts.gateway import GatewayPlace
from api.contacts.options import LetterOptions, LetterOptionsError, couriers, read_options, ways
from api.contacts.smtp import Security, SmtpPlace
from api.settings import read_settings
from domain.facts import moment
from tests.integration.small import CALLED_AT

if TYPE_CHECKING:
    from pathlib import Path

MAIL = {"SOBRANIE_SMTP_HOST": "mail.example", "SOBRANIE_SMTP_FROM": "oss@uk.example"}
SMS = {"SOBRANIE_SMS_URL": "https://sms.example/send", "SOBRANIE_SMS_KEY": "secret-word"}


def test_nothing_leaves_the_machine_by_itself(tmp_path: Path) -> None:
    assert read_options({}) == LetterOptions("file", None, None)
    settings = read_settings({"SOBRANIE_HOME": str(tmp_path)})
    assert ways(settings) == {Channel.PHONE: "file", Channel.EMAIL: "file"}


def test_mail_is_private_by_default() -> None:
    assert read_options(MAIL).smtp == SmtpPlace(
        "mail.example", 587, Security.STARTTLS, "oss@uk.example"
    )
    tls = read_options(MAIL | {"SOBRANIE_SMTP_SECURITY": "tls"}).smtp
    assert tls is not None
    assert tls.port == 465


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "password"
    path.write_text("secret-word\n", encoding="utf-8")
    given = MAIL | {"SOBRANIE_SMTP_USER": "oss", "SOBRANIE_SMTP_PASSWORD_FILE": str(path)}
    found = read_options(given).smtp
    assert found is not None
    assert (found.user, found.password) == ("oss", "secret-word")


def test_each_channel_goes_its_own_way(tmp_path: Path) -> None:
    given = {"SOBRANIE_HOME": str(tmp_path), "SOBRANIE_LETTERS": "none", **SMS}
    settings = read_settings(given)
    assert ways(settings) == {Channel.PHONE: "sms"}
    assert "secret-word" not in repr(settings)
    for more in ({}, MAIL, {"SOBRANIE_LETTERS": "console"}, {"SOBRANIE_LETTERS": "file"}):
        settings = read_settings(given | more)
        made = couriers(settings, lambda: moment(CALLED_AT))
        assert {channel: courier.name for channel, courier in made.items()} == ways(settings)
        for courier in made.values():
            courier.close()


def test_the_gateway_is_read() -> None:
    assert read_options(SMS).gateway == GatewayPlace("https://sms.example/send", "secret-word")


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"SOBRANIE_LETTERS": "pigeon"}, "SOBRANIE_LETTERS"),
        (MAIL | {"SOBRANIE_SMTP_SECURITY": "maybe"}, "SOBRANIE_SMTP_SECURITY"),
        (MAIL | {"SOBRANIE_SMTP_SECURITY": "none"}, "SOBRANIE_SMTP_SECURITY"),
        (MAIL | {"SOBRANIE_SMTP_PORT": "0"}, "SOBRANIE_SMTP_PORT"),
        (MAIL | {"SOBRANIE_SMTP_PORT": "65536"}, "SOBRANIE_SMTP_PORT"),
        (MAIL | {"SOBRANIE_SMTP_PORT": "²"}, "SOBRANIE_SMTP_PORT"),
        (MAIL | {"SOBRANIE_SMTP_FROM": "oss@uk.example\r\nBcc: a@b.example"}, "SOBRANIE_SMTP_FROM"),
        ({"SOBRANIE_SMTP_HOST": "mail.example"}, "SOBRANIE_SMTP_FROM"),
        (MAIL | {"SOBRANIE_SMTP_CA_FILE": "no such file"}, "SOBRANIE_SMTP_CA_FILE"),
        (MAIL | {"SOBRANIE_SMTP_PASSWORD_FILE": "none"}, "SOBRANIE_SMTP_PASSWORD_FILE"),
        (MAIL | {"SOBRANIE_SMTP_CA_FILE": __file__}, "SOBRANIE_SMTP_CA_FILE"),
        (SMS | {"SOBRANIE_SMS_CA_FILE": __file__}, "SOBRANIE_SMS_CA_FILE"),
        (MAIL | {"SOBRANIE_SMTP_PASSWORD": "пароль"}, "SOBRANIE_SMTP_USER"),
        (MAIL | {"SOBRANIE_SMTP_USER": "почта"}, "SOBRANIE_SMTP_USER"),
        (MAIL | {"SOBRANIE_SMTP_HOST": "mail..example"}, "SOBRANIE_SMTP_HOST"),
        (SMS | {"SOBRANIE_SMS_URL": "http://sms.example/send"}, "SOBRANIE_SMS_URL"),
        (SMS | {"SOBRANIE_SMS_URL": "https://me:x@sms.example/"}, "SOBRANIE_SMS_URL"),
        (SMS | {"SOBRANIE_SMS_URL": "https://[::1"}, "SOBRANIE_SMS_URL"),
        (SMS | {"SOBRANIE_SMS_URL": "https://sms..example/"}, "SOBRANIE_SMS_URL"),
        (SMS | {"SOBRANIE_SMS_URL": "https://xn--/"}, "SOBRANIE_SMS_URL"),
        (SMS | {"SOBRANIE_SMS_URL": "https:///send"}, "SOBRANIE_SMS_URL"),
        (SMS | {"SOBRANIE_SMS_KEY": ""}, "SOBRANIE_SMS_KEY"),
        (SMS | {"SOBRANIE_SMS_KEY": "a\r\nX: y"}, "SOBRANIE_SMS_KEY"),
    ],
)
def test_a_wrong_setting_is_named_and_not_repeated(given: dict[str, str], named: str) -> None:
    with pytest.raises(LetterOptionsError) as caught:
        read_options(given)
    assert str(caught.value).startswith(named)
    assert "secret-word" not in str(caught.value)


def test_a_server_on_this_machine_may_go_without_tls() -> None:
    here = {"SOBRANIE_SMTP_HOST": "127.0.0.1", "SOBRANIE_SMTP_SECURITY": "none"}
    found = read_options(MAIL | here).smtp
    assert found is not None
    assert (found.security, found.port) == (Security.NONE, 25)
