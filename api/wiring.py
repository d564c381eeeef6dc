"""The one place that names concrete classes: makes an installation ready, and opens it.

`prepare` is the single step that creates keys and tables; workers only `open_services`.
"""

from __future__ import annotations

import logging
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

from eventsourcing.persistence import PersistenceError
from sqlalchemy.exc import SQLAlchemyError

from api.announcements.tables import create_tables as create_announcement_tables
from api.chat.announcing import tell_announcements
from api.chat.tables import create_tables as create_chat_tables
from api.clock import real_clock
from api.contacts.tables import create_tables as create_contact_tables
from api.desk import Desk
from api.erasure import Erasures
from api.identity.tables import create_tables as create_identity_tables
from api.log import HouseLogs
from api.names import NameBook
from api.services import Services
from api.startup import (
    check_start,
    key_file,
    open_installation_key,
    open_signer,
    passphrase_of,
    pkcs11_place,
    used_by_a_server,
)
from api.tidying import Tidying
from api.witnessing import WitnessThreads
from api.writer import Writer
from domain.application import Sobranie
from projections.follow import BATCH, Follower
from projections.read_tables import TurnoutTables, open_tables
from projections.recent import RecentFacts
from signing.guard import GuardedSigner
from signing.keys import new_key
from signing.sealing import KeyTable, Sealer, new_installation_key
from signing.store import LogStore

logger = logging.getLogger(__name__)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from eventsourcing.postgres import PostgresTrackingRecorder
    from eventsourcing.sqlite import SQLiteTrackingRecorder

    from api.clock import Clock
    from api.settings import Settings
    from signing.keys import Signer

FOLLOW_EVERY_SECONDS = 0.5
"""How often the read tables look for facts that other processes wrote."""

MANY_FACTS = 16
REST_SECONDS = 0.5
"""Under load, that is after so many facts at once, commits are let gather for so long."""


def prepare(settings: Settings) -> None:
    """Create what is missing: folders, keys, tables. Run once, before any worker."""
    settings.keys.mkdir(mode=0o700, parents=True, exist_ok=True)
    app = Sobranie(settings.log_environment() | {"CREATE_TABLE": "yes"})
    if not cast("LogStore", app.recorder).houses():
        # Beside a log that is not empty a missing key is a loss to be noticed, not to be made up.
        _make_keys(settings)
    app.close()
    _close(open_tables(settings.read_environment() | {"CREATE_TABLE": "yes"}))
    desk = Desk(settings.desk_url())
    desk.create_tables()
    create_chat_tables(desk.engine)
    create_announcement_tables(desk.engine)
    create_contact_tables(desk.engine)
    create_identity_tables(desk.engine)
    desk.close()


def _make_keys(settings: Settings) -> None:
    if pkcs11_place(settings.secrets) is None and not key_file(settings).exists():
        new_key(key_file(settings), passphrase_of(settings))
    if not (settings.keys / "installation.key").exists():
        new_installation_key(settings.keys / "installation.key")


class FollowingThread:
    """Keeps the read tables in step: woken by the writer, and looking by itself now and then."""

    def __init__(
        self,
        app: Sobranie,
        tables: TurnoutTables,
        also: Callable[[], None] = lambda: None,
    ) -> None:
        """Start to follow; `also` is called after every look."""
        recent = RecentFacts()
        app.committed = recent.add
        self._follower = Follower(app.recorder, tables, recent)
        self._also = also
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
            applied = BATCH
            try:
                while not self._stop.is_set() and applied == BATCH:
                    applied = self._follower.step()
            except PersistenceError:
                logger.exception("the read tables could not be brought up to date")
            try:
                self._also()
            except (PersistenceError, SQLAlchemyError):
                logger.exception("what other processes changed could not be read")
            if applied >= MANY_FACTS:
                self._stop.wait(REST_SECONDS)


@contextmanager
def open_services(settings: Settings, clock: Clock = real_clock) -> Iterator[Services]:
    """Open an installation that is prepared; everything is closed in order at the end."""
    with used_by_a_server(settings), opened_log(settings) as (app, logs):
        check_start(app, logs)
        tell_announcements()
        tables = open_tables(settings.read_environment() | {"CREATE_TABLE": "no"})
        desk = Desk(settings.desk_url())
        names = NameBook(logs)
        erasures = Erasures(app.recorder, names, desk)
        tidying = Tidying(app, desk)
        following = FollowingThread(app, tables, _both(erasures.look, tidying.look))
        witnesses = WitnessThreads(logs, settings.witnesses)
        writer = Writer(app, logs, clock, after_commit=_both(following.wake, witnesses.wake))
        try:
            yield Services(settings, clock, app, desk, logs, writer, tables, names)
        finally:
            writer.close()
            witnesses.close()
            following.close()
            _close(tables)
            desk.close()


def _close(tables: TurnoutTables) -> None:
    """Let the connections of the read tables go; the library's recorders leave it to us."""
    cast("PostgresTrackingRecorder | SQLiteTrackingRecorder", tables).datastore.close()


def _both(one: Callable[[], None], other: Callable[[], None]) -> Callable[[], None]:
    def called() -> None:
        one()
        other()

    return called


@contextmanager
def opened_log(
    settings: Settings, signer: Signer | None = None
) -> Iterator[tuple[Sobranie, HouseLogs]]:
    """Open the log alone, without a writer and unchecked; with another key when one is given."""
    key = signer if signer is not None else open_signer(settings)
    wrapping = open_installation_key(settings)
    app = Sobranie(settings.log_environment() | {"CREATE_TABLE": "no"})
    try:
        guarded = GuardedSigner(key, settings.keys / "guard")
        sealer = Sealer(cast("KeyTable", app.recorder), wrapping)
        store = cast("LogStore", app.recorder)
        yield app, HouseLogs(store, guarded, sealer, settings.log_host)
    finally:
        app.close()
