"""What `sobranie key show` and `key export-vkey` print: keys as the logs themselves name them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.key_changes import keys_of
from api.live_check import NoSigner
from api.startup import StartRefusedError, open_signer
from api.wiring import opened_log
from domain.facts import HouseId
from domain.premises import House

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from api.key_changes import KeyState
    from api.settings import Settings
    from signing.keys import Signer


def shown_keys(settings: Settings) -> Iterator[str]:
    """Tell every key of every house and whether the key at hand is the one that signs."""
    signer: Signer = NoSigner()
    try:
        signer = open_signer(settings)
    except StartRefusedError as refused:
        yield f"Ключ не открывается: {refused.fault.text}"
    with opened_log(settings, signer) as (app, logs):
        for house in logs.store.houses():
            known = app.current(House, HouseId(house))
            yield f"Дом {house}: {known.registered.address if known else 'не записан'}"
            own = "" if isinstance(signer, NoSigner) else logs.key(house).to_text()
            for state in keys_of(app, HouseId(house)):
                yield f"  {state.key}"
                yield f"    {_state(state)}{'; ключ этой установки' if state.key == own else ''}"
            size = logs.last_signed(house)
            yield f"  подписано записей: {size if size is not None else 'ещё ничего'}"


def _state(state: KeyState) -> str:
    if state.retired is None:
        return "действует" if state.current else "введён, заменён более новым"
    why = "мог попасть в чужие руки" if state.compromised else "заменён"
    return f"выведен ({why}): {state.retired}"


def exported_keys(settings: Settings, house: UUID | None, *, retired: bool) -> Iterator[str]:
    """Give the verifier keys, one a line, as witnesses and auditors take them."""
    with opened_log(settings, NoSigner()) as (app, logs):
        for one in [house] if house is not None else logs.store.houses():
            for state in keys_of(app, HouseId(one)):
                if retired or state.current:
                    yield state.key
