"""How letters go out; with nothing set they are written into files, and nothing leaves the machine.

| Variable | Meaning |
|---|---|
| `SOBRANIE_LETTERS` | letters of a channel not set up: `file` (default), `console`, `none` |
| `SOBRANIE_SMTP_HOST` | mail server; with it e-mail is sent |
| `SOBRANIE_SMTP_SECURITY` | `starttls` (default), `tls`, or `none` for a server on this machine |
| `SOBRANIE_SMTP_PORT` | 587 by default, 465 with `tls`, 25 with `none` |
| `SOBRANIE_SMTP_FROM` | sender's address |
| `SOBRANIE_SMTP_USER`, `_PASSWORD`, `_PASSWORD_FILE` | login, if the server wants one |
| `SOBRANIE_SMTP_CA_FILE` | certificates to trust instead of the system's |
| `SOBRANIE_SMS_URL` | https address of the gateway; with it short messages are sent |
| `SOBRANIE_SMS_KEY`, `SOBRANIE_SMS_KEY_FILE` | its key |
| `SOBRANIE_SMS_CA_FILE` | certificates to trust instead of the system's |
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx

from api.contacts.gateway import GatewayCourier, GatewayPlace
from api.contacts.plain import ConsoleCourier, FileCourier
from api.contacts.smtp import Security, SmtpCourier, SmtpPlace
from api.contacts.values import Channel, normalised
from domain.refusals import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.clock import Clock
    from api.contacts.courier import Courier
    from api.settings import Settings

PORTS = {Security.STARTTLS: 587, Security.TLS: 465, Security.NONE: 25}
HERE = frozenset({"localhost", "127.0.0.1", "::1"})
ORDINARY = ("file", "console", "none")
LAST_PORT = 65_535


class LetterOptionsError(Exception):
    """A setting of letters cannot be used; the message says which and what to do, never a value."""


@dataclass(frozen=True, slots=True)
class LetterOptions:
    """The settings of letters."""

    ordinary: str = "file"
    smtp: SmtpPlace | None = None
    gateway: GatewayPlace | None = field(default=None, repr=False)


def read_options(given: Mapping[str, str]) -> LetterOptions:
    """Read the settings of letters; LetterOptionsError names the one that is wrong."""
    ordinary = given.get("SOBRANIE_LETTERS", "file")
    if ordinary not in ORDINARY:
        raise LetterOptionsError("SOBRANIE_LETTERS: укажите file, console или none")
    return LetterOptions(ordinary, _smtp(given), _gateway(given))


def ways(settings: Settings) -> dict[Channel, str]:
    """Tell by what the letters of each channel go out, without connecting anywhere."""
    options = read_options(settings.secrets)
    known = {} if options.ordinary == "none" else dict.fromkeys(Channel, options.ordinary)
    if options.smtp is not None:
        known[Channel.EMAIL] = SmtpCourier.name
    if options.gateway is not None:
        known[Channel.PHONE] = GatewayCourier.name
    return known


def couriers(settings: Settings, clock: Clock) -> dict[Channel, Courier]:
    """Make the couriers that the settings ask for; a channel without one is not used."""
    options = read_options(settings.secrets)
    made: dict[Channel, Courier] = {}
    if options.ordinary != "none":
        for channel in Channel:
            is_file = options.ordinary == "file"
            made[channel] = FileCourier(settings.home) if is_file else ConsoleCourier()
    if options.smtp is not None:
        made[Channel.EMAIL] = SmtpCourier(options.smtp, clock)
    if options.gateway is not None:
        made[Channel.PHONE] = GatewayCourier(options.gateway)
    return made


def _smtp(given: Mapping[str, str]) -> SmtpPlace | None:
    host = given.get("SOBRANIE_SMTP_HOST", "")
    if not host:
        return None
    user, password = given.get("SOBRANIE_SMTP_USER", ""), _secret(given, "SOBRANIE_SMTP_PASSWORD")
    if not (user + password).isascii():
        raise LetterOptionsError(
            "SOBRANIE_SMTP_USER и SOBRANIE_SMTP_PASSWORD: годятся только латинские буквы, цифры "
            "и знаки; задайте другие имя или пароль"
        )
    if not _is_host(host):
        raise LetterOptionsError(
            "SOBRANIE_SMTP_HOST: укажите имя сервера, например mail.uk.example"
        )
    security = _security(given.get("SOBRANIE_SMTP_SECURITY", "starttls"), host)
    return SmtpPlace(
        host,
        _port(given.get("SOBRANIE_SMTP_PORT", str(PORTS[security]))),
        security,
        _sender(given.get("SOBRANIE_SMTP_FROM", "")),
        user,
        password,
        _readable(given, "SOBRANIE_SMTP_CA_FILE"),
    )


def _security(text: str, host: str) -> Security:
    if text not in list(Security):
        raise LetterOptionsError("SOBRANIE_SMTP_SECURITY: укажите starttls, tls или none")
    security = Security(text)
    if security is Security.NONE and host not in HERE:
        raise LetterOptionsError(
            "SOBRANIE_SMTP_SECURITY: без шифрования можно только к серверу на этой же машине; "
            "укажите starttls или tls"
        )
    return security


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= LAST_PORT):
        raise LetterOptionsError(f"SOBRANIE_SMTP_PORT: укажите число от 1 до {LAST_PORT}")
    return int(text)


def _is_host(text: str) -> bool:
    """Tell whether a server may be named so: a name that cannot be asked for ends the sending."""
    try:
        return bool(text.encode("idna"))
    except UnicodeError:
        return False


def _sender(text: str) -> str:
    try:
        return normalised(Channel.EMAIL, text)
    except Refused as refused:
        raise LetterOptionsError(
            "SOBRANIE_SMTP_FROM: укажите адрес отправителя, например oss@uk.example"
        ) from refused


def _gateway(given: Mapping[str, str]) -> GatewayPlace | None:
    url = given.get("SOBRANIE_SMS_URL", "")
    if not url:
        return None
    try:
        parts, host = urlsplit(url), httpx.URL(url).host
    except (ValueError, httpx.InvalidURL) as fault:
        raise LetterOptionsError("SOBRANIE_SMS_URL: это не адрес") from fault
    if parts.scheme != "https" or not _is_host(host) or parts.username is not None:
        raise LetterOptionsError(
            "SOBRANIE_SMS_URL: нужен адрес https:// без имени и пароля; ключ — в SOBRANIE_SMS_KEY"
        )
    key = _secret(given, "SOBRANIE_SMS_KEY")
    if not key or not key.isascii() or not key.isprintable():
        raise LetterOptionsError(
            "SOBRANIE_SMS_KEY: задайте ключ шлюза или файл SOBRANIE_SMS_KEY_FILE"
        )
    return GatewayPlace(url, key, _readable(given, "SOBRANIE_SMS_CA_FILE"))


def _secret(given: Mapping[str, str], name: str) -> str:
    if name in given:
        return given[name]
    path = given.get(f"{name}_FILE", "")
    if not path:
        return ""
    try:
        return Path(path).read_text(encoding="utf-8").split("\n", 1)[0]
    except (OSError, UnicodeDecodeError) as fault:
        raise LetterOptionsError(f"{name}_FILE: файл не читается") from fault


def _readable(given: Mapping[str, str], name: str) -> str:
    path = given.get(name, "")
    if not path:
        return ""
    if not Path(path).is_file():
        raise LetterOptionsError(f"{name}: такого файла нет")
    try:
        ssl.create_default_context(cafile=path)
    except (ssl.SSLError, OSError) as fault:
        raise LetterOptionsError(f"{name}: в этом файле нет сертификатов (PEM)") from fault
    return path
