"""What keeps an installation from starting, and that the operator is told what to do."""

from __future__ import annotations

import shutil
import sqlite3
from typing import TYPE_CHECKING

import pytest

from api.startup import StartRefusedError
from api.wording import startup as wording
from domain.batch import Command
from domain.refusals import Refused
from signing.keys import new_key
from tests.integration.small import called, installation
from tests.keys.conftest import one_more

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.keys.conftest import Place


def refused(place: Place) -> str:
    """Try to serve; gives the code and holds the sentence to be whole."""
    with pytest.raises(StartRefusedError) as caught, place.served():
        pass
    fault = caught.value.fault
    assert fault.text.endswith(".")
    assert "{" not in fault.text + fault.remedy
    assert fault.code in wording.codes()
    return fault.code


def statement(place: Place, text: str) -> None:
    """Change the database behind the program's back, as its own tool would."""
    with sqlite3.connect(place.home / "log.db") as connection:
        connection.execute(text)
    connection.close()


def test_an_untouched_installation_starts_again(place: Place) -> None:
    for _ in range(2):
        with place.served() as services:
            services.logs.checkpoint(place.house)


def test_another_key_is_refused(place: Place) -> None:
    (place.keys / "log.pem").unlink()
    new_key(place.keys / "log.pem")
    assert refused(place) == "key_not_recorded"


def test_a_lost_key_is_not_made_up(place: Place) -> None:
    (place.keys / "log.pem").unlink()
    assert refused(place) == "key_file_missing"
    assert not (place.keys / "log.pem").exists()


def test_a_lost_installation_key_is_not_made_up(place: Place) -> None:
    (place.keys / "installation.key").unlink()
    assert refused(place) == "installation_key_unusable"


def test_a_key_open_to_others_is_refused(place: Place) -> None:
    (place.keys / "log.pem").chmod(0o644)
    assert refused(place) == "key_file_mode"


def copied(place: Place, to: Path) -> None:
    """Copy the database as a backup does, while nobody writes."""
    shutil.copyfile(place.home / "log.db", to)


def test_an_old_database_copy_is_refused(place: Place, tmp_path: Path) -> None:
    copied(place, tmp_path / "old.db")
    with place.served() as services:
        services.writer.run(one_more(place.house))
    shutil.copyfile(tmp_path / "old.db", place.home / "log.db")
    assert refused(place) == "smaller_than_signed"


def test_an_old_copy_that_grew_elsewhere_is_refused(place: Place, tmp_path: Path) -> None:
    copied(place, tmp_path / "old.db")
    with place.served() as services:
        services.writer.run(one_more(place.house))
    shutil.copyfile(tmp_path / "old.db", place.home / "log.db")
    # The same key with another guard folder lets the copy grow differently.
    shutil.move(place.guard, tmp_path / "guard")
    statement(place, "DELETE FROM log_checkpoints")
    with place.served() as services:
        services.writer.run(one_more(place.house))
    shutil.rmtree(place.guard)
    shutil.move(tmp_path / "guard", place.guard)
    assert refused(place) == "another_root_of_the_same_size"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("UPDATE log_heads SET root = zeroblob(32)", None),
        ("UPDATE log_heads SET frontier = zeroblob(length(frontier))", "log_damaged"),
        ("UPDATE log_heads SET size = size - 1", "log_damaged"),
        ("UPDATE log_nodes SET hash = zeroblob(32) WHERE level = 1 AND idx = 0", None),
        ("DELETE FROM log_nodes WHERE level >= 1", "log_damaged"),
        ("DELETE FROM log_heads", None),
    ],
)
def test_a_row_that_was_edited(place: Place, text: str, code: str | None) -> None:
    """What the quick look can see is refused; the rest is for `sobranie check`."""
    statement(place, text)
    if code is not None:
        assert refused(place) == code


def test_a_lost_guard_is_refused(place: Place) -> None:
    shutil.rmtree(place.guard)
    assert refused(place) == "guard_lost"


def test_a_spoiled_guard_is_refused(place: Place) -> None:
    for head in place.guard.glob("*.head"):
        head.write_text("что-то другое")
    assert refused(place) == "guard_unreadable"


def _lose(place: Place) -> None:
    shutil.rmtree(place.guard)


def _forget_heads(place: Place) -> None:
    for head in place.guard.glob("*.head"):
        head.unlink()


def _edit_head(place: Place) -> None:
    statement(place, "UPDATE log_heads SET frontier = zeroblob(length(frontier))")


@pytest.mark.parametrize("harm", [_lose, _forget_heads, _edit_head])
def test_damage_at_work_stops_the_writer_and_acknowledges_nothing(
    place: Place, harm: Callable[[Place], None], caplog: pytest.LogCaptureFixture
) -> None:
    with place.served() as services:
        services.logs.checkpoint(place.house)
        harm(place)
        for _ in range(3):
            with pytest.raises(Refused) as caught:
                services.writer.run(one_more(place.house))
            assert caught.value.reason.code == "log_halted"
    told = [record.getMessage() for record in caplog.records if record.levelname == "CRITICAL"]
    assert len(told) == 1
    assert wording.HALTED in told[0]


def test_a_refused_command_does_not_stop_the_writer(place: Place) -> None:
    with place.served() as services:
        with pytest.raises(ZeroDivisionError):
            services.writer.run(Command(lambda s: 1 // 0))
        services.writer.run(one_more(place.house))


def test_two_servers_share_an_installation(place: Place) -> None:
    with place.served() as first, place.served() as second:
        for services in (first, second, first):
            services.writer.run(one_more(place.house))
        assert first.logs.checkpoint(place.house) == second.logs.checkpoint(place.house)


def test_a_second_meeting_after_a_restart(place: Place) -> None:
    with installation(place.home, place.env) as (services, clock):
        called(services, clock)
        assert len(services.logs.store.houses()) == 2
    with place.served():
        pass
