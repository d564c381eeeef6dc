"""Beginning again after the guard's memory was lost: from a checkpoint known to have been signed.

1. the note is a checkpoint of this house's log, signed under a key the log names;
2. no newer checkpoint is kept in the database;
3. the log in the database extends it.

Whoever holds the newest checkpoint is asked first: a witness, an auditor's bundle, a late receipt.
An older one lets a log that was cut short in between go unnoticed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.key_changes import vkeys
from api.live_check import NoSigner
from api.startup import StartFault, StartRefusedError, without_servers
from api.wiring import opened_log
from domain.facts import HouseId
from signing.checkpoint import open_checkpoint
from signing.errors import RefusedToSignError, VerificationError

if TYPE_CHECKING:
    from uuid import UUID

    from api.log import HouseLogs
    from api.settings import Settings
    from signing.checkpoint import Checkpoint


def adopt(settings: Settings, house: UUID, note: bytes) -> int:
    """Take a checkpoint for the one signed last; gives its size."""
    with without_servers(settings), opened_log(settings, NoSigner()) as (app, logs):
        try:
            head = open_checkpoint(note, vkeys(app, HouseId(house))).checkpoint
        except VerificationError as fault:
            raise _refused("checkpoint_unusable", house, str(fault)) from fault
        if head.origin != logs.origin(house):
            raise _refused("checkpoint_unusable", house, head.origin)
        _check_extended(logs, house, head)
        try:
            with logs.held(house) as held:
                held.adopt(head)
        except RefusedToSignError as fault:
            raise _refused(fault.reason, house, fault.detail) from fault
        return head.size


def _check_extended(logs: HouseLogs, house: UUID, head: Checkpoint) -> None:
    kept = logs.store.latest_checkpoint(house)
    if kept is not None and kept[0] > head.size:
        raise _refused("checkpoint_too_old", house, f"{kept[0]} > {head.size}")
    if logs.store.head(house).size < head.size:
        raise _refused("checkpoint_not_of_this_log", house, "shorter")
    if logs.store.root_at(house, head.size) != head.root:
        raise _refused("checkpoint_not_of_this_log", house, "another root")


def _refused(code: str, house: UUID, detail: str) -> StartRefusedError:
    return StartRefusedError(StartFault(code, str(house), detail))
