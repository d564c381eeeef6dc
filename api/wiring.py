"""The one place that names concrete classes: makes an installation ready, and opens it.

`prepare` is the single step that creates keys and tables; workers only `open_services`.
"""

from __future__ import annotations

import logging
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

from eventsourcing.persistence import PersistenceError

from api.clock import real_clock
from api.desk import Desk
from api.log import HouseLogs
from api.names import NameBook
from api.services import Services
from api.writer import Writer
from domain.application import Sobranie
from projections.follow import Follower, TurnoutTables, open_tables
from signing.guard import GuardedSigner
from signing.keys import FileSigner, new_key
from signing.sealing import KeyTable, Sealer, new_installation_key, read_installation_key
from signing.store import LogStore

logger = logging.getLogger(__name__)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eventsourcing.persistence import ApplicationRecorder

    from api.clock import Clock
    from api.settings import Settings

FOLLOW_EVERY_SECONDS = 0.5
"""How often the read tables look for facts that other processes wrote."""


def prepare(settings: Settings) -> None:
    """Create what is missing: folders, keys, tables. Run once, before any worker."""
    settings.keys.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not (settings.keys / "log.pem").exists():
        new_key(settings.keys / "log.pem")
    if not (settings.keys / "installation.key").exists():
        new_installation_key(settings.keys / "installation.key")
    Sobranie(settings.log_environment() | {"CREATE_TABLE": "yes"}).close()
    open_tables(settings.read_environment() | {"CREATE_TABLE": "yes"})
    desk = Desk(settings.desk_url())
    desk.create_tables()
    desk.close()


class FollowingThread:
    """Keeps the read tables in step: woken by the writer, and looking by itself now and then."""

    def __init__(self, recorder: ApplicationRecorder, tables: TurnoutTables) -> None:
        """Start to follow."""
        self._follower = Follower(recorder, tables)
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="follower", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Say that there is something new."""
        self._wake.set()

    def close(self) -> None:
        """Stop after the batch at hand."""
        self._stop.set()
        self._wake.set()
        self._thread.join()

    def _work(self) -> None:
        while not self._stop.is_set():
            self._wake.wait(FOLLOW_EVERY_SECONDS)
            self._wake.clear()
            try:
                while not self._stop.is_set() and self._follower.step():
                    pass
            except PersistenceError:
                logger.exception("the read tables could not be brought up to date")


@contextmanager
def open_services(settings: Settings, clock: Clock = real_clock) -> Iterator[Services]:
    """Open an installation that is prepared; everything is closed in order at the end."""
    app = Sobranie(settings.log_environment() | {"CREATE_TABLE": "no"})
    store = cast("LogStore", app.recorder)
    signer = GuardedSigner(FileSigner.open(settings.keys / "log.pem"), settings.keys / "guard")
    sealer = Sealer(
        cast("KeyTable", app.recorder), read_installation_key(settings.keys / "installation.key")
    )
    logs = HouseLogs(store, signer, sealer, settings.log_host)
    tables = open_tables(settings.read_environment() | {"CREATE_TABLE": "no"})
    desk = Desk(settings.desk_url())
    following = FollowingThread(app.recorder, tables)
    writer = Writer(app, logs, clock, after_commit=following.wake)
    try:
        yield Services(settings, clock, app, desk, logs, writer, tables, NameBook(logs))
    finally:
        writer.close()
        following.close()
        desk.close()
        app.close()
