"""Configuration, read once from the environment; every setting has a safe default.

| Variable | Meaning |
|---|---|
| `SOBRANIE_HOME` | folder of keys, guard memory and SQLite files (default `./sobranie-data`) |
| `SOBRANIE_STORE` | `sqlite` (default) or `postgres` |
| `SOBRANIE_PUBLIC_URL` | address people open, without a slash at the end |
| `SOBRANIE_CHAT` | where posts go: `none` (default), `console` or `max` |
| `SOBRANIE_CHAT_…`, `SOBRANIE_MAX_…` | see `api/chat/options.py`, `api/chat/max/connecting.py` |
| `SOBRANIE_LETTERS`, `SOBRANIE_SMTP_…`, `SOBRANIE_SMS_…` | see `api/contacts/options.py` |
| `SOBRANIE_WITNESSES` | policy file of the log's witnesses (C2SP tlog-policy); none by default |
| `SOBRANIE_WEBHOOKS_PRIVATE` | `yes` lets events go into the own network and without TLS: tests |
| `SOBRANIE_IDENTIFICATION` | what votes by link need: `link` (default), `required` or `state` |
| `SOBRANIE_OIDC_…` | login at an identity provider, see `api/identity/oidc.py` |
| `SOBRANIE_LOG_HOST` | name of this installation in log origins, e.g. `sobranie.example` |
| `SOBRANIE_KEY_PASSPHRASE`, `…_FILE` | passphrase of the key file, or a file that holds it |
| `SOBRANIE_PKCS11_MODULE`, `_TOKEN`, `_LABEL`, `_PIN`, `_PIN_FILE` | a key in a hardware module |
| `POSTGRES_DBNAME` … `POSTGRES_PASSWORD` | where PostgreSQL is, by the names of eventsourcing |
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from api.identity.strength import Level
from api.wording.files import why_unreadable
from api.wording.witnesses import policy_fault
from signing.errors import PolicyMalformedError
from signing.policy import Policy

if TYPE_CHECKING:
    from collections.abc import Mapping

POSTGRES_NAMES = (
    "POSTGRES_DBNAME",
    "POSTGRES_HOST",
    "POSTGRES_PORT",
    "POSTGRES_USER",
    "POSTGRES_PASSWORD",
)


_OF_KEYS = (
    "SOBRANIE_KEY_", "SOBRANIE_PKCS11_", "SOBRANIE_MAX_", "SOBRANIE_CHAT_",
    "SOBRANIE_LETTERS", "SOBRANIE_SMTP_", "SOBRANIE_SMS_", "SOBRANIE_OIDC_",
)  # fmt: skip


class SettingsError(Exception):
    """The configuration cannot be used; the message says which variable and what to do."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How this installation is set up.

    Attributes:
        form_key: key of the CSRF tokens in forms; kept beside the other keys.
        postgres: connection settings, empty on SQLite.
        chat: where posts go: `none`, `console` or `max`.
        witnesses: whom to ask to cosign the logs, and whose quorum counts; None for nobody.
        secrets: where the signing key is and what opens it, by the variables' own names.
        private_webhooks: events may be sent into the own network and without TLS.
        identification: what must be proven of a voter; a level of `identity/strength.toml`.
    """

    home: Path
    store: str
    public_url: str
    log_host: str
    form_key: bytes
    postgres: Mapping[str, str]
    chat: str = "none"
    witnesses: Policy | None = None
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    private_webhooks: bool = False
    identification: str = "link"

    @property
    def keys(self) -> Path:
        """Folder of the signing key, the installation key and the guard's memory."""
        return self.home / "keys"

    def log_environment(self) -> dict[str, str]:
        """Give the settings under which eventsourcing opens the log."""
        if self.store == "postgres":
            return {"PERSISTENCE_MODULE": "signing.postgres", **self.postgres}
        path = self.home / "log.db"
        return {"PERSISTENCE_MODULE": "signing.sqlite", "SQLITE_DBNAME": str(path)}

    def read_environment(self) -> dict[str, str]:
        """Give the settings of the read tables."""
        if self.store == "postgres":
            return {"PERSISTENCE_MODULE": "eventsourcing.postgres", **self.postgres}
        path = self.home / "read.db"
        return {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(path)}

    def desk_url(self) -> str:
        """Give the desk's database as a SQLAlchemy URL."""
        if self.store == "postgres":
            from sqlalchemy import URL  # noqa: PLC0415

            return URL.create(
                "postgresql+psycopg",
                username=self.postgres["POSTGRES_USER"],
                password=self.postgres["POSTGRES_PASSWORD"],
                host=self.postgres["POSTGRES_HOST"],
                port=int(self.postgres["POSTGRES_PORT"]),
                database=self.postgres["POSTGRES_DBNAME"],
            ).render_as_string(hide_password=False)
        return f"sqlite:///{self.home / 'desk.db'}"


def read_settings(env: Mapping[str, str] | None = None) -> Settings:
    """Read the settings; keys that are missing are made on first use by `wiring.prepare`."""
    given = os.environ if env is None else env
    store = given.get("SOBRANIE_STORE", "sqlite")
    if store not in ("sqlite", "postgres"):
        raise SettingsError(f"SOBRANIE_STORE: «{store}» не подходит; укажите sqlite или postgres")
    chat = given.get("SOBRANIE_CHAT", "none")
    if chat not in ("none", "console", "max"):
        raise SettingsError(f"SOBRANIE_CHAT: «{chat}» не подходит: none, console или max")
    postgres: dict[str, str] = {}
    if store == "postgres":
        missing = [name for name in POSTGRES_NAMES if name not in given]
        if missing:
            raise SettingsError(f"Для PostgreSQL задайте переменные: {', '.join(missing)}")
        postgres = {name: given[name] for name in POSTGRES_NAMES}
    home = Path(given.get("SOBRANIE_HOME", "sobranie-data"))
    return Settings(
        home=home,
        store=store,
        public_url=given.get("SOBRANIE_PUBLIC_URL", "http://127.0.0.1:8080").rstrip("/"),
        log_host=given.get("SOBRANIE_LOG_HOST", "sobranie.example"),
        form_key=_form_key(home / "keys" / "form.key"),
        postgres=postgres,
        chat=chat,
        witnesses=_witnesses(given.get("SOBRANIE_WITNESSES", "")),
        secrets={name: given[name] for name in given if name.startswith(_OF_KEYS)},
        private_webhooks=given.get("SOBRANIE_WEBHOOKS_PRIVATE", "") == "yes",
        identification=_identification(given.get("SOBRANIE_IDENTIFICATION", "link")),
    )


def _identification(level: str) -> str:
    if level not in set(Level):
        raise SettingsError(f"SOBRANIE_IDENTIFICATION: «{level}» — не {', '.join(Level)}")
    return level


def _witnesses(name: str) -> Policy | None:
    if not name:
        return None
    try:
        return Policy.from_bytes(Path(name).read_bytes())
    except OSError as fault:
        raise SettingsError(
            f"SOBRANIE_WITNESSES: файл «{name}» не читается: {why_unreadable(fault)}"
        ) from fault
    except PolicyMalformedError as fault:
        said = policy_fault(fault.reason, fault.where)
        raise SettingsError(f"SOBRANIE_WITNESSES: файл «{name}», {said}") from fault


def _form_key(path: Path) -> bytes:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        fresh = path.with_suffix(".new")
        fresh.touch(mode=0o600)
        fresh.write_bytes(secrets.token_bytes(32))
        fresh.replace(path)
    return path.read_bytes()
