"""Changing the signing key: a new one is recorded in every log, then put in place, the old retired.

    log.next.pem   the new key while it is being recorded; not yet in use
    log.pem        the key in use
    log.old.pem    the old key until its retirement is recorded; then overwritten and removed

1. `log-key-added/1` in every house's log, signed by the old key: the old vouches for the new;
2. the new key takes the place of the old in one rename;
3. `log-key-retired/1` in every house's log, signed by the new key.

A crash in between leaves a state that `rotate` finishes when it is run again. With `lost` the old
key cannot vouch: the new one signs from the first step on, and the witnesses have to be told.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from api.clock import real_clock
from api.startup import (
    PKCS11_PIN,
    PKCS11_PIN_FILE,
    StartFault,
    StartRefusedError,
    check_start,
    key_file,
    open_signer,
    open_signer_at,
    passphrase_of,
    pkcs11_place,
    secret_of,
    without_servers,
)
from api.wiring import opened_log
from domain import usecases
from domain.facts import HouseId
from domain.premises import House
from signing.errors import RefusedToSignError
from signing.keys import new_key
from signing.note import VerifierKey
from signing.pkcs11 import Pkcs11Place, new_pkcs11_key
from signing.private_file import sync_directory

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from api.clock import Clock
    from api.log import HouseLogs
    from api.settings import Settings
    from domain.application import Sobranie
    from domain.batch import Scope
    from signing.keys import Signer
    from signing.store import Appended


@dataclass(frozen=True, slots=True)
class Rotation:
    """What is asked: why, whether the old key is compromised or lost, where the new one goes."""

    reason: str
    compromised: bool = False
    lost: bool = False
    new_label: str | None = None


@dataclass(frozen=True, slots=True)
class KeyState:
    """One key of a house as its log knows it."""

    key: str
    current: bool
    retired: str | None
    compromised: bool


def make_key(settings: Settings) -> None:
    """Make the first key, in a file or in the module that the settings name."""
    settings.keys.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        _make(settings, pkcs11_place(settings.secrets), key_file(settings))
    except RefusedToSignError as fault:
        raise StartRefusedError(StartFault(fault.reason, detail=fault.detail)) from fault


def keys_of(app: Sobranie, house: HouseId) -> list[KeyState]:
    """List the keys of a house, oldest first; the current one signs now."""
    known = app.current(House, house)
    if known is None:
        return []
    retired = {fact.key: fact for fact in known.retired}
    current = known.signing_keys[-1:] or ("",)
    return [
        KeyState(
            key,
            key == current[0],
            retired[key].reason if key in retired else None,
            key in retired and retired[key].compromised,
        )
        for key in known.keys
    ]


def rotate(settings: Settings, asked: Rotation, clock: Clock = real_clock) -> list[str]:
    """Change the key of every log of the installation; gives the new keys, one per house."""
    with without_servers(settings):
        try:
            return _rotate(settings, asked, clock)
        except RefusedToSignError as fault:
            raise StartRefusedError(StartFault(fault.reason, detail=fault.detail)) from fault


def _rotate(settings: Settings, asked: Rotation, clock: Clock) -> list[str]:
    place = pkcs11_place(settings.secrets)
    if place is not None:
        return _rotate_in_module(settings, asked, place, clock)
    path = key_file(settings)
    following, old = path.with_name("log.next.pem"), path.with_name("log.old.pem")
    finishing = old.exists() and not following.exists()
    if not finishing:
        if not following.exists():
            _make(settings, None, following)
        fresh = open_signer_at(settings, following)
        _record_new(settings, fresh, None if asked.lost else open_signer(settings), clock)
        if path.exists():
            old.unlink(missing_ok=True)
            os.link(path, old)
        following.replace(path)
        sync_directory(path.parent)
    keys = _retire_old(settings, open_signer(settings), asked, clock)
    if old.exists():
        _destroy(old)
    return keys


def _rotate_in_module(
    settings: Settings, asked: Rotation, place: Pkcs11Place, clock: Clock
) -> list[str]:
    """Change to another label of the module; the old key object is the module's to delete."""
    if not asked.new_label or asked.new_label == place.label:
        raise StartRefusedError(StartFault("new_label_needed"))
    following = Pkcs11Place(place.module, place.token, asked.new_label)
    # The old key is opened first: its login serves both.
    old = None if asked.lost else open_signer(settings)
    try:
        fresh = open_signer_at(settings, following)
    except StartRefusedError as fault:
        if fault.fault.code != "pkcs11_key_missing":
            raise
        _make(settings, following, key_file(settings))
        fresh = open_signer_at(settings, following)
    _record_new(settings, fresh, old, clock)
    return _retire_old(settings, fresh, asked, clock)


def _make(settings: Settings, place: Pkcs11Place | None, path: Path) -> None:
    if place is None:
        new_key(path, passphrase_of(settings))
    else:
        pin = secret_of(settings, PKCS11_PIN, PKCS11_PIN_FILE) or ""
        new_pkcs11_key(place, pin)


def _record_new(settings: Settings, fresh: Signer, old: Signer | None, clock: Clock) -> None:
    with opened_log(settings, old if old is not None else fresh) as (app, logs):
        if old is not None:
            check_start(app, logs)
        for house in logs.store.houses():
            key = fresh.verifier_key(logs.origin(house)).to_text()
            decide = partial(usecases.add_log_key, house=HouseId(house), key=key)
            _carry_out(app, logs, decide, clock)


def _retire_old(settings: Settings, fresh: Signer, asked: Rotation, clock: Clock) -> list[str]:
    keys = []
    with opened_log(settings, fresh) as (app, logs):
        check_start(app, logs)
        for house in logs.store.houses():
            current = logs.key(house).to_text()
            known = app.current(House, HouseId(house))
            for key in known.signing_keys if known is not None else ():
                if key != current:
                    decide = partial(
                        usecases.retire_log_key, house=HouseId(house), key=key,
                        reason=asked.reason, compromised=asked.compromised,
                    )  # fmt: skip
                    _carry_out(app, logs, decide, clock)
            keys.append(current)
    return keys


def _carry_out(
    app: Sobranie, logs: HouseLogs, decide: Callable[[Scope], None], clock: Clock
) -> None:
    """Record and sign, as the writer does, without its thread."""
    appended: list[Appended] = []
    done = app.run(decide, clock(), appended=appended)
    if appended:
        logs.sign(done.facts, appended)


def _destroy(path: Path) -> None:
    """Overwrite a key file before it is removed; a copying file system may still hold it."""
    with path.open("r+b") as file:
        file.write(b"\0" * path.stat().st_size)
        file.flush()
        os.fsync(file.fileno())
    path.unlink()
    sync_directory(path.parent)


def vkeys(app: Sobranie, house: HouseId) -> list[VerifierKey]:
    """Give every key a house's log ever had, retired ones too: old checkpoints are under them."""
    known = app.current(House, house)
    return [VerifierKey.from_text(key) for key in known.keys] if known is not None else []
