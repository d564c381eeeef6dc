"""The port to whoever vouches for a person by a login, and how one is set up.

| Variable | Meaning |
|---|---|
| `SOBRANIE_OIDC_ISSUER` | the provider's issuer, as its discovery names it; none by default |
| `SOBRANIE_OIDC_CLIENT_ID` | under which name the provider knows this installation |
| `SOBRANIE_OIDC_CLIENT_SECRET_FILE` or `…_SECRET` | its secret; a file must be 0600 |
| `SOBRANIE_OIDC_SCOPE` | what is asked for, `openid phone` by default |
| `SOBRANIE_OIDC_SNILS_CLAIM` | the claim that holds the СНИЛС, `snils` by default |
"""

from __future__ import annotations

import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from pydantic import SecretStr

if TYPE_CHECKING:
    from collections.abc import Mapping

ISSUER = "SOBRANIE_OIDC_ISSUER"
CLIENT = "SOBRANIE_OIDC_CLIENT_ID"
SECRET = "SOBRANIE_OIDC_CLIENT_SECRET"  # noqa: S105 - the name of a setting
LOOPBACK = ("127.0.0.1", "::1", "localhost")
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class IdentitySettingsError(Exception):
    """Identification is set up wrongly; the message says which variable and never its value."""


class OidcSettingsError(IdentitySettingsError):
    """The provider is set up wrongly."""


@dataclass(frozen=True, slots=True)
class OidcSettings:
    """How to reach the provider."""

    issuer: str
    client_id: str
    client_secret: SecretStr
    scope: str = "openid phone"
    snils_claim: str = "snils"


@dataclass(frozen=True, slots=True)
class Asked:
    """What one login was begun with: all of it comes back or is checked against what does."""

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    back: str


@dataclass(frozen=True, slots=True)
class Person:
    """Whom the provider vouches for; hidden in repr. The phone is one the provider verified."""

    issuer: str
    subject: str = field(repr=False)
    snils: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)


class IdentityProvider(Protocol):
    """Vouches for people; LoginRefused and LoginUnavailable are its two ways to say no."""

    def address(self, asked: Asked) -> str:
        """Give the address to send a person to."""
        ...

    def person(self, code: str, asked: Asked) -> Person:
        """Exchange what the person came back with for who they are, or refuse."""
        ...


def is_safe(address: str) -> bool:
    """Tell whether an address may be talked to: https, or plain http on this machine alone."""
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    plain = parts.scheme == "http" and host in LOOPBACK
    return (parts.scheme == "https" and bool(host)) or plain


def read_oidc(given: Mapping[str, str]) -> OidcSettings | None:
    """Read how the provider is reached; None when there is none."""
    issuer = given.get(ISSUER, "")
    if not issuer:
        return None
    if not is_safe(issuer):
        raise OidcSettingsError(f"{ISSUER}: нужен адрес https")
    if not given.get(CLIENT):
        raise OidcSettingsError(f"{CLIENT}: укажите имя клиента у поставщика")
    return OidcSettings(
        issuer,
        given[CLIENT],
        _secret(given),
        given.get("SOBRANIE_OIDC_SCOPE", "openid phone"),
        given.get("SOBRANIE_OIDC_SNILS_CLAIM", "snils"),
    )


def _secret(given: Mapping[str, str]) -> SecretStr:
    if SECRET in given:
        return SecretStr(given[SECRET])
    path = Path(given.get(f"{SECRET}_FILE", ""))
    try:
        if path.stat().st_mode & _OTHERS:
            raise OidcSettingsError(f"{SECRET}_FILE: файл открыт другим; задайте права 0600")
        return SecretStr(path.read_text(encoding="utf-8").strip())
    except (OSError, UnicodeDecodeError):
        raise OidcSettingsError(f"{SECRET}_FILE: укажите файл с секретом, права 0600") from None
