"""What must hold before anything is served: the key, its fit to the logs, the guard, the heads.

    open_signer         the key from its file, or from a PKCS#11 module, by the settings
    used_by_a_server    one lock for all servers of an installation; keys are changed without them
    check_start         every house: key recorded and not retired, head as it was signed last

A refusal is a value with a stable code, a sentence in Russian and what to do; the caller ends with
status 2 and is not to be started again before somebody has looked.
"""

from __future__ import annotations

import fcntl
import os
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from getpass import getpass
from pathlib import Path
from typing import TYPE_CHECKING

from api.wording.startup import remedy_of, text_of
from domain.facts import HouseId
from domain.premises import House
from signing.errors import RefusedToSignError, VerificationError
from signing.keys import FileSigner
from signing.pkcs11 import Pkcs11Place, Pkcs11Signer
from signing.sealing import read_installation_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from api.log import HouseLogs
    from api.settings import Settings
    from domain.application import Sobranie
    from signing.keys import Signer

PASSPHRASE = "SOBRANIE_KEY_PASSPHRASE"  # noqa: S105 - names of settings, not secrets
PASSPHRASE_FILE = "SOBRANIE_KEY_PASSPHRASE_FILE"  # noqa: S105
PKCS11_MODULE = "SOBRANIE_PKCS11_MODULE"
PKCS11_TOKEN = "SOBRANIE_PKCS11_TOKEN"  # noqa: S105
PKCS11_LABEL = "SOBRANIE_PKCS11_LABEL"
PKCS11_PIN = "SOBRANIE_PKCS11_PIN"
PKCS11_PIN_FILE = "SOBRANIE_PKCS11_PIN_FILE"


@dataclass(frozen=True, slots=True)
class StartFault:
    """Why the installation may not be started: a stable code, which house, and the particulars."""

    code: str
    house: str = ""
    detail: str = ""

    @property
    def text(self) -> str:
        """What is wrong, in Russian."""
        return text_of(self.code, self.house)

    @property
    def remedy(self) -> str:
        """What to do, in Russian."""
        return remedy_of(self.code)


class StartRefusedError(Exception):
    """The installation may not be started."""

    def __init__(self, fault: StartFault) -> None:
        """Carry the reason."""
        super().__init__(f"{fault.code}: {fault.house} {fault.detail}".strip())
        self.fault = fault


def key_file(settings: Settings) -> Path:
    """Give the path of the key in a file."""
    return settings.keys / "log.pem"


def secret_of(settings: Settings, name: str, file_name: str) -> str | None:
    """Give a secret from a variable or from the first line of a file; None when it is not set."""
    given = settings.secrets
    if name in given:
        return given[name]
    if file_name not in given:
        return None
    try:
        return Path(given[file_name]).read_text(encoding="utf-8").split("\n", 1)[0]
    except (OSError, UnicodeDecodeError) as fault:
        raise StartRefusedError(StartFault("secret_unreadable", detail=file_name)) from fault


def passphrase_of(settings: Settings) -> bytes | None:
    """Give the passphrase of the key file; None for a file without one."""
    found = secret_of(settings, PASSPHRASE, PASSPHRASE_FILE)
    return found.encode() if found else None


def pkcs11_place(given: Mapping[str, str]) -> Pkcs11Place | None:
    """Give where the key stands in a hardware module; None when it lies in a file."""
    if PKCS11_MODULE not in given:
        return None
    return Pkcs11Place(
        given[PKCS11_MODULE],
        given.get(PKCS11_TOKEN, "sobranie"),
        given.get(PKCS11_LABEL, "log"),
    )


def open_signer(settings: Settings) -> Signer:
    """Open the key that the settings name."""
    place = pkcs11_place(settings.secrets)
    return open_signer_at(settings, place if place is not None else key_file(settings))


def _asked_passphrase(settings: Settings, path: Path) -> bytes | None:
    """Give the passphrase of the settings; at a terminal ask for one that is needed and not set."""
    found = passphrase_of(settings)
    if found is not None or not sys.stdin.isatty() or not path.is_file():
        return found
    if b"ENCRYPTED" not in path.read_bytes()[:64]:
        return None
    return getpass("Парольная фраза ключа: ").encode()


def open_signer_at(settings: Settings, place: Path | Pkcs11Place) -> Signer:
    """Open a key at a place, with the passphrase or PIN of the settings."""
    try:
        if isinstance(place, Pkcs11Place):
            return Pkcs11Signer.open(place, secret_of(settings, PKCS11_PIN, PKCS11_PIN_FILE) or "")
        return FileSigner.open(place, _asked_passphrase(settings, place))
    except RefusedToSignError as fault:
        raise StartRefusedError(StartFault(fault.reason, detail=fault.detail)) from fault


def open_installation_key(settings: Settings) -> bytes:
    """Open the key that wraps the persons' keys."""
    try:
        return read_installation_key(settings.keys / "installation.key")
    except RefusedToSignError as fault:
        raise StartRefusedError(
            StartFault("installation_key_unusable", detail=str(fault))
        ) from fault


@contextmanager
def used_by_a_server(settings: Settings) -> Iterator[None]:
    """Say that keys are in use; refused while keys are being changed."""
    with _locked(settings, fcntl.LOCK_SH, "keys_being_changed"):
        yield


@contextmanager
def without_servers(settings: Settings) -> Iterator[None]:
    """Hold the keys alone, to change them; refused while a server uses them."""
    with _locked(settings, fcntl.LOCK_EX, "server_is_running"):
        yield


@contextmanager
def _locked(settings: Settings, kind: int, refusal: str) -> Iterator[None]:
    lock = os.open(settings.keys / "in-use.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(lock, kind | fcntl.LOCK_NB)
        except BlockingIOError as busy:
            raise StartRefusedError(StartFault(refusal)) from busy
        yield
    finally:
        os.close(lock)


def check_start(app: Sobranie, logs: HouseLogs) -> None:
    """Check every house's log: a few reads each, however long the log is."""
    for house in logs.store.houses():
        try:
            code = _fault_of(app, logs, HouseId(house))
        except RefusedToSignError as fault:
            raise StartRefusedError(StartFault(fault.reason, str(house), fault.detail)) from fault
        except VerificationError as fault:
            raise StartRefusedError(StartFault("log_damaged", str(house), str(fault))) from fault
        if code:
            raise StartRefusedError(StartFault(code, str(house)))


def _fault_of(app: Sobranie, logs: HouseLogs, house: HouseId) -> str:
    """Check one house; gives the code of what is wrong with its key, or nothing."""
    logs.check(house)
    known = app.current(House, house)
    if known is None:
        return "house_not_registered"
    key = logs.key(house).to_text()
    if key in known.signing_keys:
        return ""
    return "key_is_retired" if key in known.keys else "key_not_recorded"
