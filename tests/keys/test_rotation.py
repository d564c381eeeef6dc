"""A key is changed: recorded before it signs, the old one retired, nothing given out is lost."""

from __future__ import annotations

import pytest

from api import key_changes
from api.key_changes import Rotation, rotate
from api.live_check import NoSigner, check_installation
from api.startup import StartRefusedError, without_servers
from api.wiring import opened_log
from signing.keys import FileSigner
from signing.note import VerifierKey
from signing.receipt import Receipt
from tests.keys.conftest import Place, one_more

WHY = Rotation("плановая замена")


def receipt_of_a_new_fact(place: Place) -> str:
    with place.served() as services:
        written = services.writer.run(one_more(place.house))
        return written.receipts[0].to_text()


def verifies(place: Place, receipt: str) -> bool:
    keys = [VerifierKey.from_text(key) for key in place.house_state().keys]
    paper = Receipt.from_bytes(receipt.encode())
    assert paper.extra is not None
    return paper.verify(paper.extra, keys).checkpoint.size > 0


def is_sound(place: Place) -> bool:
    with opened_log(place.settings(), NoSigner()) as (app, logs):
        return all(report.is_sound for report in check_installation(app, logs))


def test_the_new_key_is_recorded_and_the_old_one_retired(place: Place) -> None:
    before = place.house_state()
    (new,) = rotate(place.settings(), WHY)
    after = place.house_state()
    assert after.keys == (*before.keys, new)
    assert after.signing_keys == (new,)
    assert [(fact.key, fact.reason, fact.compromised) for fact in after.retired] == [
        (before.keys[0], "плановая замена", False)
    ]
    assert sorted(path.name for path in place.keys.glob("log*.pem")) == ["log.pem"]
    assert verifies(place, place.receipts[0])
    assert verifies(place, receipt_of_a_new_fact(place))
    assert is_sound(place)


def test_the_old_key_is_refused_ever_after(place: Place) -> None:
    old = (place.keys / "log.pem").read_bytes()
    rotate(place.settings(), Rotation("утечка", compromised=True))
    assert place.house_state().retired[0].compromised
    (place.keys / "log.pem").write_bytes(old)
    with pytest.raises(StartRefusedError) as caught, place.served():
        pass
    assert caught.value.fault.code == "key_is_retired"


def test_a_lost_key_is_replaced_and_the_house_goes_on(place: Place) -> None:
    (place.keys / "log.pem").unlink()
    rotate(place.settings(), Rotation("ключ утрачен", lost=True))
    assert verifies(place, receipt_of_a_new_fact(place))
    assert verifies(place, place.receipts[0])


def test_rotation_waits_for_no_server(place: Place) -> None:
    with place.served(), pytest.raises(StartRefusedError) as caught:
        rotate(place.settings(), WHY)
    assert caught.value.fault.code == "server_is_running"
    with (
        without_servers(place.settings()),
        pytest.raises(StartRefusedError) as other,
        place.served(),
    ):
        pass
    assert other.value.fault.code == "keys_being_changed"


class PowerCutError(Exception):
    """The machine stops here."""


@pytest.mark.parametrize("step", ["_record_new", "_retire_old", "_destroy", "sync_directory"])
@pytest.mark.parametrize("after", [False, True])
def test_a_rotation_that_was_cut_short_is_finished_by_the_next(
    place: Place, monkeypatch: pytest.MonkeyPatch, step: str, after: bool
) -> None:
    whole = getattr(key_changes, step)

    def cut(*arguments: object) -> None:
        if after:
            whole(*arguments)
        raise PowerCutError

    with monkeypatch.context() as patched:
        patched.setattr(key_changes, step, cut)
        with pytest.raises(PowerCutError):
            rotate(place.settings(), WHY)
    # Whatever was done, the installation starts with the key that is in place.
    receipt = receipt_of_a_new_fact(place)
    (new,) = rotate(place.settings(), WHY)
    assert place.house_state().signing_keys == (new,)
    assert not (place.keys / "log.old.pem").exists()
    assert not (place.keys / "log.next.pem").exists()
    assert verifies(place, receipt)
    assert verifies(place, receipt_of_a_new_fact(place))
    assert is_sound(place)


def test_a_passphrase_guards_the_key_file(place: Place) -> None:
    settings = place.settings(SOBRANIE_KEY_PASSPHRASE="весна")
    with pytest.raises(StartRefusedError) as caught:
        rotate(settings, WHY)
    assert caught.value.fault.code == "key_file_unreadable"
    # A key without a passphrase is left by replacing it as a lost one would be.
    (place.keys / "log.pem").unlink()
    (place.keys / "log.next.pem").unlink(missing_ok=True)
    rotate(settings, Rotation("ключ под фразой", lost=True))
    assert b"ENCRYPTED" in (place.keys / "log.pem").read_bytes()
    FileSigner.open(place.keys / "log.pem", "весна".encode())
    with pytest.raises(StartRefusedError), place.served():
        pass
    place.env["SOBRANIE_KEY_PASSPHRASE"] = "весна"
    assert verifies(place, receipt_of_a_new_fact(place))


def test_the_passphrase_may_stand_in_a_file(place: Place) -> None:
    secret = place.home / "phrase"
    secret.write_text("весна\nвторая строка не читается\n")
    (place.keys / "log.pem").unlink()
    rotate(place.settings(SOBRANIE_KEY_PASSPHRASE="весна"), Rotation("фраза", lost=True))
    place.env["SOBRANIE_KEY_PASSPHRASE_FILE"] = str(secret)
    assert verifies(place, receipt_of_a_new_fact(place))
    secret.unlink()
    with pytest.raises(StartRefusedError) as caught, place.served():
        pass
    assert caught.value.fault.code == "secret_unreadable"
