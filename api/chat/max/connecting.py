"""How an installation reaches MAX, read from its settings; secrets come from files or variables.

| Variable | Meaning |
|---|---|
| `SOBRANIE_MAX_TOKEN_FILE` or `SOBRANIE_MAX_TOKEN` | the bot's token; a file must be 0600 |
| `SOBRANIE_MAX_CA_FILE` | the state root CA as PEM, in addition to the public roots |
| `SOBRANIE_MAX_BASE_URL` | the API host, if it is not the usual one |
| `SOBRANIE_MAX_WEBHOOK_SECRET_FILE` or `…_SECRET` | secret of the webhook; without it none is set |
| `SOBRANIE_MAX_BOT` | the bot's name in MAX: posts and pages then lead to its dialog |
| `SOBRANIE_MAX_SCRIPT` | address of the messenger's script for the mini-app, if not the usual one |
| `SOBRANIE_MAX_WEBHOOK_URL` | public address of `/hooks/max`, by default under the public URL |
"""

from __future__ import annotations

import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from api.chat.max.transport import BASE_URL, MaxSettings, MaxSettingsError

HOOK = "/hooks/max"
TOKEN = "SOBRANIE_MAX_TOKEN"  # noqa: S105 - names of settings, not secrets
SECRET = "SOBRANIE_MAX_WEBHOOK_SECRET"  # noqa: S105
_SECRET = re.compile(r"[A-Za-z0-9-]{5,256}")
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where events come to and the secret they carry."""

    url: str
    secret: SecretStr


@dataclass(frozen=True, slots=True)
class MaxConnection:
    """Everything about reaching MAX; `webhook` is None when events are not asked for."""

    settings: MaxSettings
    webhook: Webhook | None


def read_connection(given: Mapping[str, str], public_url: str) -> MaxConnection:
    """Read the connection; MaxSettingsError says which variable is wrong and never its value."""
    token = _secret(given, TOKEN)
    if token is None:
        raise MaxSettingsError(f"{TOKEN}_FILE: укажите файл с токеном бота, права 0600")
    ca_file = given.get("SOBRANIE_MAX_CA_FILE")
    settings = MaxSettings(
        token,
        given.get("SOBRANIE_MAX_BASE_URL", BASE_URL),
        Path(ca_file) if ca_file is not None else None,
    )
    return MaxConnection(settings, read_webhook(given, public_url))


def read_token(given: Mapping[str, str]) -> SecretStr | None:
    """Read the bot's token; None when there is none."""
    return _secret(given, TOKEN)


def mini_app_address(given: Mapping[str, str], token: str) -> str:
    """Give a personal link for the messenger: opened there, it is bound to the account."""
    bot = given.get("SOBRANIE_MAX_BOT", "")
    return f"https://max.ru/{bot}?startapp={token}" if bot else ""


def read_webhook(given: Mapping[str, str], public_url: str) -> Webhook | None:
    """Read where events come to; None when no secret is set."""
    secret = _secret(given, SECRET)
    if secret is None:
        return None
    if not _SECRET.fullmatch(secret.get_secret_value()):
        raise MaxSettingsError(f"{SECRET}: нужно от 5 до 256 латинских букв, цифр и дефисов")
    return Webhook(given.get("SOBRANIE_MAX_WEBHOOK_URL", public_url + HOOK), secret)


def _secret(given: Mapping[str, str], name: str) -> SecretStr | None:
    if name in given:
        return SecretStr(given[name])
    if f"{name}_FILE" not in given:
        return None
    path = Path(given[f"{name}_FILE"])
    try:
        if path.stat().st_mode & _OTHERS:
            raise MaxSettingsError(f"{name}_FILE: файл открыт другим; задайте права 0600")
        return SecretStr(path.read_text(encoding="utf-8").strip())
    except (OSError, UnicodeDecodeError):
        raise MaxSettingsError(f"{name}_FILE: файл не читается") from None
