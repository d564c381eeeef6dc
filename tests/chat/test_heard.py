"""What a messenger's events say of people is gone as soon as nobody needs it, on either store."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from api.chat.heard import HeardEvents
from api.chat.running import start_chat
from api.chat.tables import heard
from domain.facts import moment
from tests.chat.stage import BOTH_STORES
from tests.integration.small import CALLED_AT, installation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from api.services import Services

NAME = "Борис-Незнакомец"
BODY = f'{{"update_type":"bot_started","user":{{"first_name":"{NAME}"}}}}'
NOW = moment(CALLED_AT)


@pytest.fixture
def services(store: dict[str, str], tmp_path: Path) -> Iterator[Services]:
    """Give an installation whose chat is not told by anybody."""
    with installation(tmp_path / "home", store) as (services, _clock):
        yield services


def rows(services: Services) -> list[tuple[str, str | None]]:
    """Give states and bodies of what was heard, in the order of coming."""
    with services.desk.engine.connect() as connection:
        found = connection.execute(heard.select().order_by(heard.c.ordinal))
        return [(row.state, row.body) for row in found]


@BOTH_STORES
def test_events_come_once_and_are_worked_off_in_order(services: Services) -> None:
    events = HeardEvents(services.desk.engine)
    assert [events.keep(key, f"{key}!", NOW) for key in ("b", "a", "b", "c")] == [
        True, True, False, True,
    ]  # fmt: skip
    assert [body for _, body in events.new()] == ["b!", "a!", "c!"]
    events.done(events.new()[0][0])
    assert [body for _, body in events.new()] == ["a!", "c!"]
    assert not events.keep("b", "b!", NOW), "what is worked off is known when it comes again"


@BOTH_STORES
def test_a_body_that_nobody_works_off_is_gone_after_a_day(services: Services) -> None:
    """Its key stays, so that a repetition is still known; a day later that goes too."""
    events = HeardEvents(services.desk.engine)
    events.keep("k", BODY, NOW)
    events.forget(moment(NOW + timedelta(hours=23)))
    assert rows(services) == [("new", BODY)]
    events.forget(moment(NOW + timedelta(hours=25)))
    assert rows(services) == [("done", None)]
    assert events.new() == []
    assert not events.keep("k", BODY, NOW)
    events.forget(moment(NOW + timedelta(hours=49)))
    assert rows(services) == []


@BOTH_STORES
def test_without_the_messenger_what_it_said_is_erased(services: Services) -> None:
    """The setting says that no messenger is connected any more: nobody will work it off."""
    HeardEvents(services.desk.engine).keep("k", BODY, NOW)
    assert start_chat(services) is None
    assert rows(services) == [("done", None)]


@pytest.mark.parametrize("way", ["done", "expired"])
def test_nothing_is_left_in_the_file_itself(tmp_path: Path, way: str) -> None:
    """Neither in free pages nor in the write-ahead log, once the database is closed."""
    with installation(tmp_path / "home", {}) as (services, _clock):
        events = HeardEvents(services.desk.engine)
        events.keep("k", BODY, NOW)
        if way == "done":
            events.done(events.new()[0][0])
        else:
            events.forget(moment(NOW + timedelta(days=3)))
    files = [path for path in (tmp_path / "home").rglob("*") if path.is_file()]
    assert files
    assert [path.name for path in files if NAME.encode() in path.read_bytes()] == []
